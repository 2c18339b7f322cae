//! Reads a TOML file into keys and values with their places, so that messages can name the line.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::flags::Flag;
use crate::error::CliError;

/// A place in a file. Lines and columns count from 1; columns are characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: Arc<Path>,
    pub line: usize,
    pub column: usize,
}

/// Bytes between two places that are remembered.
const STEP: usize = 256;

/// Some places in a text, so that no other one is far from the one before it: a file can have a hundred thousand
/// rules, and each key in it has a place.
struct Marks<'a> {
    path: Arc<Path>,
    text: &'a str,
    /// In the order of the text; the first is its start.
    marks: Vec<Mark>,
}

#[derive(Clone, Copy)]
struct Mark {
    /// Bytes before it.
    at: usize,
    line: usize,
    column: usize,
}

impl Mark {
    const START: Self = Self {
        at: 0,
        line: 1,
        column: 1,
    };

    fn after(self, c: char) -> Self {
        let (line, column) = match c {
            '\n' => (self.line + 1, 1),
            _ => (self.line, self.column + 1),
        };
        let at = self.at + c.len_utf8();
        Self { at, line, column }
    }
}

impl<'a> Marks<'a> {
    fn of(path: Arc<Path>, text: &'a str) -> Self {
        let mut marks = vec![Mark::START];
        let (mut last, mut here) = (0, Mark::START);
        for c in text.chars() {
            here = here.after(c);
            if here.at - last >= STEP {
                marks.push(here);
                last = here.at;
            }
        }
        Self { path, text, marks }
    }

    /// The place of the byte at `offset`.
    fn place(&self, offset: usize) -> Place {
        let after = self.marks.partition_point(|mark| mark.at <= offset);
        let mark = after.checked_sub(1).and_then(|at| self.marks.get(at));
        let mark = mark.copied().unwrap_or(Mark::START);
        let since = self.text.get(mark.at..offset).unwrap_or_default();
        let here = since.chars().fold(mark, Mark::after);
        Place {
            path: Arc::clone(&self.path),
            line: here.line,
            column: here.column,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

/// The keys of a file or of a table in it, in the order of the file.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) place: Place,
    pub(super) entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    /// The place of the key.
    pub(super) place: Place,
    pub(super) value: Written,
    /// The place of the value.
    pub(super) value_place: Place,
}

/// A value as it is written.
#[derive(Debug)]
pub(super) enum Written {
    /// A string, a number or a switch.
    Text(String),
    /// A list of strings, numbers or switches.
    List(Vec<String>),
    /// Tables under one name: `[[name]]`.
    Tables(Vec<Table>),
    /// Any other type, which no option accepts, with its name.
    Other(&'static str),
}

/// Reads the text of a settings file or a sidecar.
pub(super) fn parse(path: &Path, text: &str) -> Result<Table, CliError> {
    let marks = Marks::of(path.into(), text);
    match DeTable::parse(text) {
        Ok(table) => {
            let range = 0..0;
            Ok(Reader { marks }.table(table.get_ref(), &range))
        }
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            let place = marks.place(offset);
            // The message may have several lines; the first one states the error.
            let what = error.message().lines().next().unwrap_or_default();
            Err(CliError::usage(
                format!("{place}: invalid TOML: {what}"),
                "avatar-prep config prints a valid file to start from",
            ))
        }
    }
}

struct Reader<'a> {
    marks: Marks<'a>,
}

impl Reader<'_> {
    fn place(&self, range: &Range<usize>) -> Place {
        self.marks.place(range.start)
    }

    fn table(&self, table: &DeTable<'_>, range: &Range<usize>) -> Table {
        let mut entries: Vec<(usize, Entry)> = table
            .iter()
            .map(|(key, value)| {
                let entry = Entry {
                    key: key.get_ref().to_string(),
                    place: self.place(&key.span()),
                    value: self.written(value.get_ref()),
                    value_place: self.place(&value.span()),
                };
                (key.span().start, entry)
            })
            .collect();
        entries.sort_by_key(|(start, _)| *start);
        Table {
            place: self.place(range),
            entries: entries.into_iter().map(|(_, entry)| entry).collect(),
        }
    }

    fn written(&self, value: &DeValue<'_>) -> Written {
        if let Some(text) = scalar(value) {
            return Written::Text(text);
        }
        let DeValue::Array(items) = value else {
            return Written::Other(value.type_str());
        };
        let tables = items.iter().map(|item| match item.get_ref() {
            DeValue::Table(table) => Some(self.table(table, &item.span())),
            _ => None,
        });
        if let Some(tables) = tables.collect::<Option<Vec<_>>>().filter(|t| !t.is_empty()) {
            return Written::Tables(tables);
        }
        let texts = items.iter().map(|item| scalar(item.get_ref()));
        match texts.collect::<Option<Vec<_>>>() {
            Some(texts) => Written::List(texts),
            None => Written::Other(value.type_str()),
        }
    }
}

/// Strings, numbers and switches are parsed like flags.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => {
            let decimal = i128::from_str_radix(number.as_str(), number.radix());
            Some(decimal.map_or_else(|_| number.as_str().into(), |number| number.to_string()))
        }
        DeValue::Float(number) => Some(number.as_str().into()),
        DeValue::Boolean(switch) => Some(switch.to_string()),
        _ => None,
    }
}

/// A string of TOML, within quotation marks.
pub fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

impl Entry {
    /// The value as it would be written for this flag on the command line.
    pub(super) fn text_for(&self, flag: &Flag) -> Result<String, CliError> {
        let found = match &self.value {
            Written::Text(text) => return Ok(text.clone()),
            Written::List(texts) if flag.takes_a_list() => return Ok(texts.join(",")),
            Written::List(_) => "array",
            Written::Tables(_) => "array of tables",
            Written::Other(name) => name,
        };
        let list = if flag.takes_a_list() {
            ", a list of them"
        } else {
            ""
        };
        Err(CliError::usage(
            format!(
                "{}: {} must be a string, a number{list} or true/false, got a TOML {found}",
                self.value_place, flag.name
            ),
            "write it as on the command line, in quotes",
        ))
    }
}
