//! A state file that is damaged: set aside, never deleted, and replaced by what can be read of it
//! and by the results themselves.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::{Connection, params_from_iter, types::Value};
use walkdir::WalkDir;

use super::reader::with_suffix;
use super::row::{Details, Known};
use super::{StateError, Writer, tables};
use crate::console;
use crate::fingerprint::{Hash, Stamp};

/// Puts a new state file in the place of the one at `path`, which describes the results in `out`.
pub(super) fn replace(path: &Path, out: &Path) -> Result<Writer, StateError> {
    let aside = set_aside(path)?;
    console::print_warning(&format!(
        "{} is damaged and was set aside as {}; what it said is rebuilt as far as possible",
        path.display(),
        aside.display()
    ));
    let rescued = rescue(&aside, &tables::open(path)?).unwrap_or(0);
    let mut writer = Writer::open(path)?;
    let adopted = adopt(&mut writer, out)?;
    console::print_warning(&format!(
        "{rescued} rows could be read; {adopted} results were found that nothing is known of: \
         they are made again"
    ));
    Ok(writer)
}

/// Renames the file and its log, so that nobody takes the log for the new file's.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let date = avatar_upload::display_time(now.unwrap_or_default());
    let date: String = date.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut aside = with_suffix(path, &format!(".broken-{date}"));
    let mut again = 2;
    while aside.exists() {
        aside = with_suffix(path, &format!(".broken-{date}-{again}"));
        again += 1;
    }
    fs::rename(path, &aside)?;
    for suffix in ["-wal", "-shm"] {
        match fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(aside)
}

/// Copies every row that can be read, of deliveries too; returns how many.
fn rescue(aside: &Path, database: &Connection) -> rusqlite::Result<u64> {
    // Opening it could change it, and it shall stay as it was.
    let address = format!("file:{}?mode=ro", aside.display());
    database.execute("ATTACH DATABASE ?1 AS broken", [address])?;
    let list = "SELECT name, sql FROM broken.sqlite_master WHERE type = 'table' \
                AND (name GLOB 'prepare_*' OR name GLOB 'upload_*') ORDER BY name DESC";
    let mut tables = database.prepare(list)?;
    let rows = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut rescued = 0;
    for (name, sql) in rows.map_while(Result::ok) {
        let (name, sql): (String, String) = (name, sql);
        if name != "prepare_schema" {
            rescued += rescue_table(database, &name, &sql).unwrap_or(0);
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

fn rescue_table(database: &Connection, name: &str, sql: &str) -> rusqlite::Result<u64> {
    if name.starts_with("upload_") && sql.starts_with("CREATE TABLE") {
        database.execute_batch(sql)?;
    }
    let mut from = database.prepare(&format!("SELECT * FROM broken.\"{name}\""))?;
    let columns = from.column_count();
    let places = vec!["?"; columns].join(", ");
    let insert = format!("INSERT OR IGNORE INTO main.\"{name}\" VALUES ({places})");
    let mut rows = from.query([])?;
    let mut rescued = 0;
    // The first page that cannot be read ends the table.
    while let Ok(Some(row)) = rows.next() {
        let values: Vec<Value> = (0..columns).map_while(|n| row.get(n).ok()).collect();
        rescued += database
            .prepare_cached(&insert)?
            .execute(params_from_iter(values))? as u64;
    }
    Ok(rescued)
}

/// Notes results that are there and unknown, so that a later change shows; returns how many.
fn adopt(writer: &mut Writer, out: &Path) -> Result<u64, StateError> {
    let mut adopted = 0;
    for (output, path) in results(out) {
        if writer.knows(&output)? {
            continue;
        }
        let (Ok(metadata), Ok(hash)) = (fs::metadata(&path), Hash::of_file(&path)) else {
            continue;
        };
        writer.keep(&Known {
            output,
            stamp: Stamp::of_result(&metadata),
            hash,
            at: 0,
            origin: None,
            details: Details::default(),
        })?;
        adopted += 1;
    }
    writer.commit()?;
    Ok(adopted)
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
