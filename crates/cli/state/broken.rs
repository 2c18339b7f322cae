//! A state file that is damaged: set aside, never deleted, and replaced by what can be read of it
//! and by the results themselves.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::{Connection, params_from_iter, types::Value};
use walkdir::WalkDir;

use super::error::StateError;
use super::row::{Details, Known};
use super::snapshot::{address, with_suffix};
use super::tables;
use super::writer::Writer;
use crate::files::fingerprint::{Hash, Stamp};

/// Files that belong to a database.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

/// Puts a new state file in the place of the one at `path`, which describes the results in `out`.
/// The damaged one stays in its place until the new one is whole: whatever ends this in between,
/// [`resume`] finds one or the other. Returns also what is to be said of it.
pub(super) fn replace(path: &Path, out: &Path) -> Result<(Writer, [String; 2]), StateError> {
    let new = with_suffix(path, NEW);
    let said = build(path, &new, out)?;
    let aside = aside(path);
    for part in PARTS {
        rename(&with_suffix(path, part), &with_suffix(&aside, part))?;
    }
    fs::rename(&new, path)?;
    let aside = format!(
        "{} is damaged and was set aside as {}; what it said is rebuilt as far as possible",
        path.display(),
        aside.display()
    );
    Ok((Writer::open(path)?, [aside, said]))
}

/// Ends what a killed process began, where the state file is missing; returns what is to be said of
/// it.
pub(super) fn resume(path: &Path, out: &Path) -> Result<Option<String>, StateError> {
    let new = with_suffix(path, NEW);
    let newest = newest_aside(path);
    if path.exists() || !new.exists() && newest.is_none() {
        return Ok(None);
    }
    // A log that was not yet set aside would be taken for the new file's.
    let aside = aside(path);
    for part in ["-wal", "-shm"] {
        rename(&with_suffix(path, part), &with_suffix(&aside, part))?;
    }
    let whole = new.exists() && tables::fold_log(&new).is_ok();
    let said = match newest.filter(|_| !whole) {
        Some(damaged) => build(&damaged, &new, out)?,
        None => "what was begun is ended".into(),
    };
    fs::rename(&new, path)?;
    let path = path.display();
    Ok(Some(format!("{path} was being rebuilt; {said}")))
}

/// Ending of a state file that is being made.
const NEW: &str = ".new";
/// Ending of the copy that is read.
const COPY: &str = ".copy";

/// Makes a state file at `new` of what can be read of `damaged` and of the results; says what came
/// of it.
fn build(damaged: &Path, new: &Path, out: &Path) -> Result<String, StateError> {
    // Opening it could change it, and it shall stay as it was.
    let copy = with_suffix(new, COPY);
    for part in PARTS {
        remove(&with_suffix(new, part))?;
        remove(&with_suffix(&copy, part))?;
    }
    for part in ["", "-wal"] {
        let (from, to) = (with_suffix(damaged, part), with_suffix(&copy, part));
        match fs::copy(from, to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    let rescued = rescue(&copy, &tables::open(new)?)?;
    let mut writer = Writer::open(new)?;
    let (adopted, unread) = adopt(&mut writer, out)?;
    drop(writer);
    tables::fold_log(new)?;
    for part in PARTS {
        remove(&with_suffix(&copy, part))?;
    }
    let unread = match unread {
        0 => String::new(),
        count => format!("; {count} could not be read"),
    };
    Ok(format!(
        "{rescued} rows could be read; {adopted} results were found that nothing is known of: \
         they are made again{unread}"
    ))
}

/// A name that nothing has.
fn aside(path: &Path) -> PathBuf {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let date = avatar_upload::display_time(now.unwrap_or_default());
    let date: String = date.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut aside = with_suffix(path, &format!("{BROKEN}{date}"));
    let mut again = 2;
    while aside.exists() {
        aside = with_suffix(path, &format!("{BROKEN}{date}-{again}"));
        again += 1;
    }
    aside
}

const BROKEN: &str = ".broken-";

/// The file that was set aside last.
fn newest_aside(path: &Path) -> Option<PathBuf> {
    let begins = with_suffix(path, BROKEN);
    let entries = fs::read_dir(path.parent()?).ok()?.flatten();
    let found = entries.map(|entry| entry.path()).filter(|found| {
        let name = found.as_os_str().as_encoded_bytes();
        let is_log = name.ends_with(b"-wal") || name.ends_with(b"-shm");
        name.starts_with(begins.as_os_str().as_encoded_bytes()) && !is_log
    });
    found.max()
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    unless_missing(fs::rename(from, to))
}

fn remove(path: &Path) -> io::Result<()> {
    unless_missing(fs::remove_file(path))
}

fn unless_missing(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Copies every row that can be read, of deliveries too; returns how many. Only damage is passed
/// over: that the new file cannot be written is an error.
fn rescue(damaged: &Path, database: &Connection) -> Result<u64, StateError> {
    let attached = database.execute("ATTACH DATABASE ?1 AS broken", [address(damaged)?]);
    if unless_nonsense(attached)?.is_none() {
        return Ok(0);
    }
    // Each row by itself: a page that cannot be read makes a transaction around it fail.
    let mut rescued = 0;
    for (name, sql) in tables_of(database).unwrap_or_default() {
        if name != "prepare_schema" {
            rescued += rescue_table(database, &name, &sql)?;
        }
    }
    // What a number stood for may be lost, and a number may come again for something else.
    database.execute_batch(
        "UPDATE prepare_output SET recipe = NULL
             WHERE recipe NOT IN (SELECT id FROM prepare_recipe);
         UPDATE prepare_output SET root = NULL WHERE root NOT IN (SELECT id FROM prepare_root);",
    )?;
    Ok(rescued)
}

/// Name and definition of every table, as far as they can be read.
fn tables_of(database: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let list = "SELECT name, sql FROM broken.sqlite_master WHERE type = 'table' \
                AND (name GLOB 'prepare_*' OR name GLOB 'upload_*') ORDER BY name DESC";
    let mut tables = database.prepare(list)?;
    let rows = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.map_while(Result::ok).collect())
}

fn rescue_table(database: &Connection, name: &str, sql: &str) -> rusqlite::Result<u64> {
    if name.starts_with("upload_") && sql.starts_with("CREATE TABLE") {
        unless_nonsense(database.execute_batch(sql))?;
    }
    let Ok(mut from) = database.prepare(&format!("SELECT * FROM broken.\"{name}\"")) else {
        return Ok(0);
    };
    let columns = from.column_count();
    let places = vec!["?"; columns].join(", ");
    let insert = format!("INSERT OR IGNORE INTO main.\"{name}\" VALUES ({places})");
    let (Ok(mut insert), Ok(mut rows)) = (database.prepare(&insert), from.query([])) else {
        return Ok(0);
    };
    let mut rescued = 0;
    // The first page that cannot be read ends the table.
    while let Ok(Some(row)) = rows.next() {
        let values: Vec<Value> = (0..columns).map_while(|n| row.get(n).ok()).collect();
        if values.len() == columns {
            let done = insert.execute(params_from_iter(values));
            rescued += unless_nonsense(done)?.unwrap_or(0) as u64;
        }
    }
    Ok(rescued)
}

/// None for what a damaged file says and no file can hold; that this one cannot be written is an
/// error.
fn unless_nonsense<T>(done: rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
    use rusqlite::ErrorCode::{
        ConstraintViolation, DatabaseCorrupt, NotADatabase, TypeMismatch, Unknown,
    };
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) => match error.sqlite_error_code() {
            Some(ConstraintViolation | DatabaseCorrupt | NotADatabase | TypeMismatch | Unknown) => {
                Ok(None)
            }
            _ => Err(error),
        },
    }
}

/// Notes results that are there and unknown, so that a later change shows; returns how many, and
/// how many could not be read.
fn adopt(writer: &mut Writer, out: &Path) -> Result<(u64, u64), StateError> {
    let (mut adopted, mut unread) = (Vec::new(), 0);
    for (output, path) in results(out) {
        if writer.knows(&output)? {
            continue;
        }
        let (Ok(metadata), Ok(hash)) = (fs::metadata(&path), Hash::of_file(&path)) else {
            unread += 1;
            continue;
        };
        adopted.push(Known {
            output,
            stamp: Stamp::of_result(&metadata),
            hash,
            at: 0,
            origin: None,
            details: Details::default(),
        });
    }
    writer.keep(&adopted)?;
    Ok((adopted.len() as u64, unread))
}

/// What looks like a result in `out`: its path relative to it, and its path.
fn results(out: &Path) -> impl Iterator<Item = (PathBuf, PathBuf)> {
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let entries = WalkDir::new(out).into_iter().filter_entry(visible);
    let files = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file());
    let pictures = files.filter(|entry| entry.path().extension().is_some_and(|ext| ext == "jpg"));
    pictures.filter_map(move |entry| {
        let output = entry.path().strip_prefix(out).ok()?.to_path_buf();
        Some((output, entry.into_path()))
    })
}
