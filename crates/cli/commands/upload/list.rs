//! Reads the accounts file, TOML or CSV. A token can be anywhere in it by mistake, so error
//! messages never repeat a wrong value.

use std::path::Path;

use serde::Deserialize;

use super::row::Row;
use crate::error::CliError;

/// The keys of a row.
const KEYS: [&str; 19] = [
    "name",
    "service",
    "id_instance",
    "api_url",
    "token",
    "token_env",
    "token_file",
    "token_keyring",
    "product",
    "app_id",
    "phone_number_id",
    "url",
    "url_env",
    "read_url",
    "user",
    "create_only",
    "folder",
    "picture",
    "preset",
];

/// The same keys as GREEN-API spells them.
const ALIASES: [&str; 3] = ["idInstance", "apiTokenInstance", "apiUrl"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    account: Vec<Row>,
}

/// Reads every account in the file. Paths in it are relative to its folder.
pub(super) fn read(path: &Path) -> Result<Vec<Row>, CliError> {
    let refuse = |why: String| {
        let message = format!("{}: {why}", path.display());
        CliError::usage(
            message,
            "see docs/upload.md for the form of an accounts file",
        )
    };
    let bytes = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
    let text = utf8(&bytes).map_err(|why| refuse(why.into()))?;
    let is_csv = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let mut rows = if is_csv {
        from_csv(text).map_err(refuse)?
    } else {
        from_toml(text).map_err(refuse)?
    };
    if rows.is_empty() {
        return Err(refuse("no accounts in it".into()));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    for row in &mut rows {
        let paths = [&mut row.token_file, &mut row.folder];
        for path in paths.into_iter().flatten() {
            if !path.as_os_str().is_empty() {
                *path = folder.join(&*path);
            }
        }
    }
    Ok(rows)
}

/// A text without its byte order mark.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, &'static str> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("it is UTF-16: save it as UTF-8");
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8: save it as UTF-8")
}

fn from_toml(text: &str) -> Result<Vec<Row>, String> {
    let single = text.lines().position(|line| line.trim() == "[account]");
    if let Some(index) = single {
        let line = index + 1;
        return Err(format!(
            "line {line}: [account] must be [[account]], once for each"
        ));
    }
    // Use the message only: the excerpt that the parser adds could contain a token.
    let file: Result<File, toml::de::Error> = toml::from_str(text);
    Ok(file
        .map_err(|error| without_values(error.message()))?
        .account)
}

/// Reads CSV, whose columns have the names of the TOML keys. Spreadsheets separate them by commas,
/// semicolons or tabs, and can add empty rows.
fn from_csv(text: &str) -> Result<Vec<Row>, String> {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t']
        .into_iter()
        .find(|c| head.as_bytes().contains(c));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| error.to_string())?.clone();
    let is_known = |key: &str| KEYS.contains(&key) || ALIASES.contains(&key);
    // A table without a header row has values where keys belong, perhaps a token: give the column's
    // number, not its text.
    if let Some(at) = head.iter().position(|key| !is_known(key)) {
        let keys = KEYS.join(", ");
        return Err(format!(
            "column {} has no known name; known are {keys}",
            at + 1
        ));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| without_values(&error.to_string()))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = record.position().map(|at| line_of(text, at.byte()));
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
        let row: Result<Row, csv::Error> = record.deserialize(Some(&head));
        let mut row =
            row.map_err(|error| format!("{place}{}", without_values(&error.to_string())))?;
        row.line = line;
        rows.push(row);
    }
    Ok(rows)
}

/// The line on which a record begins. The parser's own count is too small if lines end in CR LF.
fn line_of(text: &str, byte: u64) -> u64 {
    let byte = usize::try_from(byte).unwrap_or(usize::MAX);
    let before = text.get(..byte).unwrap_or(text);
    let rest = text.get(byte..).unwrap_or_default();
    let blank = rest.chars().take_while(|c| matches!(c, '\r' | '\n'));
    let ends = before.chars().chain(blank).filter(|c| *c == '\n');
    ends.count() as u64 + 1
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
