//! Reads the accounts file, TOML or CSV. A token can be anywhere in it by mistake, so error
//! messages never repeat a wrong value.

use std::fs;
use std::io::Read;
use std::path::Path;

use avatar_batch::error::CliError;
use serde::Deserialize;

use super::encoding::utf8;
use super::row::AccountRow;
use super::services;

/// Most bytes of an accounts file. Reading TOML takes fifty times its length.
const LONGEST: u64 = 64 << 20;

/// A file in TOML.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    account: Vec<toml::Table>,
}

/// Reads every account in the file. Paths in it are relative to its folder.
pub(super) fn read(path: &Path) -> Result<Vec<AccountRow>, CliError> {
    let refuse = |why: String| {
        let message = format!("{}: {why}", path.display());
        CliError::usage(
            message,
            "an accounts file is TOML with [[account]] entries, or CSV with a header row",
        )
    };
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    read.map_err(|error| {
        let message = format!(
            "could not read the accounts file {}: {error}",
            path.display()
        );
        CliError::environment(message, "check the file and its permissions")
    })?;
    if bytes.len() as u64 > LONGEST {
        let message = format!(
            "{}: an accounts file must have at most {LONGEST} bytes, got more",
            path.display()
        );
        return Err(CliError::usage(message, "split it into several files"));
    }
    let text = utf8(&bytes).map_err(|why| refuse(why.into()))?;
    let is_csv = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let mut rows = parse(text, is_csv).map_err(refuse)?;
    if rows.is_empty() {
        return Err(refuse("no accounts in it".into()));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    rows.iter_mut().for_each(|row| row.folder = folder.into());
    Ok(rows)
}

/// Reads the accounts in a text, which is CSV or TOML.
pub(super) fn parse(text: &str, is_csv: bool) -> Result<Vec<AccountRow>, String> {
    match is_csv {
        true => from_csv(text),
        false => from_toml(text),
    }
}

fn from_toml(text: &str) -> Result<Vec<AccountRow>, String> {
    let single = text.lines().position(|line| line.trim() == "[account]");
    if let Some(index) = single {
        let line = index + 1;
        return Err(format!(
            "line {line}: [account] must be [[account]], once for each"
        ));
    }
    // Use the message only: the excerpt that the parser adds could contain a token.
    let file: Result<File, toml::de::Error> = toml::from_str(text);
    let file = file.map_err(|error| without_values(error.message()))?;
    let tables = file.account.into_iter().enumerate();
    tables
        .map(|(index, table)| {
            let row = from_table(&table);
            row.map_err(|why| format!("account {}: {why}", index + 1))
        })
        .collect()
}

fn from_table(table: &toml::Table) -> Result<AccountRow, String> {
    let mut row = AccountRow::default();
    for (written, value) in table {
        let key = services::key(written)
            .ok_or_else(|| without_values(&format!("unknown field `{written}`")))?;
        let value = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(flag) => flag.to_string(),
            // Of a number with a decimal point, digits of a long one are lost.
            _ => {
                return Err(format!(
                    "{key} must be a text, a whole number, true or false"
                ));
            }
        };
        set(&mut row, key, &value)?;
    }
    named(row)
}

fn set(row: &mut AccountRow, key: &'static str, value: &str) -> Result<(), String> {
    match row.set(key, value) {
        true => Ok(()),
        false => Err(format!("{key} is given twice")),
    }
}

fn named(row: AccountRow) -> Result<AccountRow, String> {
    match row.name.is_empty() {
        true => Err("name is missing".into()),
        false => Ok(row),
    }
}

/// Reads CSV, whose columns have the names of the TOML keys. Spreadsheets separate them by commas,
/// semicolons or tabs, and can add empty rows.
fn from_csv(text: &str) -> Result<Vec<AccountRow>, String> {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t']
        .into_iter()
        .find(|c| head.as_bytes().contains(c));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| error.to_string())?.clone();
    // A table without a header row has values where keys belong, perhaps a token: give the column's
    // number, not its text.
    let keys: Vec<_> = head.iter().map(services::key).collect();
    if let Some(at) = keys.iter().position(Option::is_none) {
        let keys = services::keys().join(", ");
        return Err(format!(
            "column {} has no known name; known are {keys}",
            at + 1
        ));
    }
    let mut rows = Vec::new();
    let mut lines = Lines::of(text);
    for record in reader.records() {
        let record = record.map_err(|error| without_values(&error.to_string()))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = record.position().map(|at| lines.at(at.byte()));
        let place = line.map_or_else(String::new, |line| format!("line {line}: "));
        if let Some((key, number)) = head
            .iter()
            .zip(&record)
            .find(|(_, cell)| is_shortened(cell))
        {
            return Err(format!(
                "{place}{key} is {number}: a spreadsheet shortened the number; format the column as text"
            ));
        }
        let mut row = AccountRow::default();
        for (key, cell) in keys.iter().flatten().zip(&record) {
            set(&mut row, key, cell).map_err(|why| format!("{place}{why}"))?;
        }
        row.line = line;
        rows.push(named(row).map_err(|why| format!("{place}{why}"))?);
    }
    Ok(rows)
}

/// Counts the lines on which records begin, one after the other: a table can have many thousands. The parser's
/// own count is too small if lines end in CR LF.
struct Lines<'a> {
    rest: &'a [u8],
    /// Bytes and lines before `rest`.
    bytes: u64,
    lines: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            rest: text.as_bytes(),
            bytes: 0,
            lines: 0,
        }
    }

    /// The line of the record that begins at this byte, or after the empty lines that begin there.
    fn at(&mut self, byte: u64) -> u64 {
        let far = usize::try_from(byte.saturating_sub(self.bytes)).unwrap_or(usize::MAX);
        let after = self.rest.get(far..).unwrap_or_default();
        let blank = after
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let begin = far.min(self.rest.len()) + blank.count();
        let (passed, rest) = self.rest.split_at(begin);
        self.lines += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.bytes += begin as u64;
        self.rest = rest;
        self.lines + 1
    }
}

/// Whether a cell is a number as spreadsheets shorten it, like `1.101E+09`.
fn is_shortened(cell: &str) -> bool {
    let Some((number, power)) = cell.split_once(['E', 'e']) else {
        return false;
    };
    let is_number = |text: &str, others: &[char]| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || others.contains(&c))
    };
    number.len() <= 20
        && power.len() <= 4
        && power.starts_with('+')
        && is_number(number, &['.', ','])
        && is_number(power, &['+'])
}

/// The message of a parser, without its quotations unless they can be keys.
fn without_values(message: &str) -> String {
    let is_key =
        |text: &str| text.len() <= 20 && text.bytes().all(|c| matches!(c, b'a'..=b'z' | b'_'));
    let pieces = message.split(['"', '`']).enumerate();
    let shown = pieces.map(|(index, piece)| match index % 2 {
        0 => piece.to_string(),
        _ if is_key(piece) => format!("`{piece}`"),
        _ => "`…`".into(),
    });
    shown.collect()
}
