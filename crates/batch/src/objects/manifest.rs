//! `--from`: a list of sources, so that nothing has to be listed. One address or key a line, or the
//! CSV of an S3 Inventory.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avatar_stores::{Address, AddressError, Scheme, Stores, fault_of_key};

use super::address::{self, path};
use super::listing::{found, root_of};
use super::manifest_place::Manifest;
use crate::error::CliError;
use crate::files::found::{Found, Kind};
use crate::files::object::{SourceObject, query_digits};
use crate::files::selection::Selection;
use crate::naming::contenders::Contenders;

/// Longest line that is read, in bytes: keys have at most 1,024, and signed addresses a few thousand.
const LONGEST_LINE: u64 = 1 << 16;

/// Reads a manifest. Keys belong to the bucket of the first of `inputs`. What
/// is below one of `inputs` is named by its path below it, and everything else by bucket and key.
/// With `share`, only what matters to it is returned.
pub fn read(
    file: &Manifest<'_>,
    (inputs, stores): (&[Address], &Stores),
    selection: &Selection,
    share: Option<Contenders<'_>>,
) -> Result<Vec<Found>, CliError> {
    let entries = match share.filter(|_| file.can_be_read_again()) {
        None => entries(file, inputs, &mut |_| true)?,
        Some(mut share) => {
            // The sources of the share come first: all others are compared with them.
            entries(file, inputs, &mut |entry| {
                share.note(&entry.named(inputs));
                false
            })?;
            entries(file, inputs, &mut |entry| share.keeps(&entry.named(inputs)))?
        }
    };
    let mut known = HashSet::new();
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        if known.insert(entry.clone()) {
            all.push(match &entry {
                Entry::Address(address) => one(address, inputs, stores, selection)?,
                Entry::Odd(..) => entry.named(inputs),
            });
        }
    }
    Ok(all)
}

/// A source that a manifest names.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Entry {
    Address(Address),
    /// Its key cannot be asked for.
    Odd(String, Oddity),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Oddity {
    /// As programs name the empty objects that stand for folders.
    Folder,
    Fault(&'static str),
}

impl Entry {
    /// A key of a bucket.
    fn of_key(bucket: &Address, key: &str) -> Self {
        let address = bucket.with_key(key);
        match fault_of_key(key) {
            None => Self::Address(address),
            Some(_) if key.ends_with('/') => Self::Odd(address.to_string(), Oddity::Folder),
            Some(fault) => Self::Odd(address.to_string(), Oddity::Fault(fault)),
        }
    }

    fn parse(line: &str) -> Option<Result<Self, AddressError>> {
        let parsed = Address::parse(line)?;
        Some(match parsed {
            Ok(address) if address.scheme().is_http() => Ok(Self::Address(address)),
            Ok(address) => Ok(Self::of_key(&address, address.key())),
            // The query can be a secret. Keys of buckets have none, and can hold a question mark.
            Err(AddressError::BadKey) => {
                let start = line.get(..4);
                let is_http = start.is_some_and(|it| it.eq_ignore_ascii_case("http"));
                let text = line.split('?').next().filter(|_| is_http).unwrap_or(line);
                let key = text.splitn(4, '/').nth(3).unwrap_or_default();
                let fault = fault_of_key(key).unwrap_or("its path is not the name of an object");
                Ok(Self::Odd(text.into(), Oddity::Fault(fault)))
            }
            Err(error) => Err(error),
        })
    }

    /// The source with its names, and nothing else that is known of it. An odd one claims no name.
    fn named(&self, inputs: &[Address]) -> Found {
        let (text, kind) = match self {
            Self::Address(address) => return named(address, inputs),
            Self::Odd(text, Oddity::Folder) => (text, Kind::NotAPicture),
            Self::Odd(text, Oddity::Fault(fault)) => (text, Kind::BadKey(fault)),
        };
        let (start, rest) = text.split_once("://").unwrap_or_default();
        let root: Arc<Path> = Path::new(&format!("{start}://")).into();
        found((PathBuf::from(text), root, PathBuf::from(rest)), kind, None)
    }
}

/// The entries of a manifest that are wanted.
fn entries(
    file: &Manifest<'_>,
    inputs: &[Address],
    wanted: &mut dyn FnMut(&Entry) -> bool,
) -> Result<Vec<Entry>, CliError> {
    let mut reader = BufReader::new(file.open()?);
    let is_csv = reader
        .fill_buf()
        .map_err(|error| file.unreadable(&error))?
        .starts_with(b"\"");
    match is_csv {
        true => inventory(reader, file, wanted),
        false => lines(reader, (inputs, file), wanted),
    }
}

fn lines(
    mut reader: impl BufRead,
    (inputs, file): (&[Address], &Manifest<'_>),
    wanted: &mut dyn FnMut(&Entry) -> bool,
) -> Result<Vec<Entry>, CliError> {
    let mut all = Vec::new();
    let mut line = Vec::new();
    for number in 1.. {
        let place = format!("{}:{number}", file.name());
        line.clear();
        // As bytes, because the longest line can end inside a character.
        let read = reader
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line);
        match read {
            Ok(0) => break,
            Ok(length) if length as u64 == LONGEST_LINE && !line.ends_with(b"\n") => {
                return Err(CliError::usage(
                    format!("{place}: a line of more than {LONGEST_LINE} bytes"),
                    "write one address or key a line",
                ));
            }
            Ok(_) => {}
            Err(error) => return Err(file.unreadable(&error)),
        }
        let line = std::str::from_utf8(&line).map_err(|_| {
            let message = format!("{place}: is not UTF-8");
            CliError::usage(message, "manifests are UTF-8 text")
        })?;
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            continue;
        }
        let entry = match Entry::parse(line) {
            Some(parsed) => parsed.map_err(|error| address::bad(&error, &place))?,
            None => {
                let Some(input) = inputs.first() else {
                    let message = format!("{place}: a key without its bucket");
                    let hint = "for a key in a store, name its bucket: avatar-prep --from FILE s3://bucket/ OUT; files of this computer are named as IN, not in a list";
                    return Err(CliError::usage(message, hint));
                };
                Entry::of_key(input, line.strip_prefix('/').unwrap_or(line))
            }
        };
        if wanted(&entry) {
            all.push(entry);
        }
    }
    Ok(all)
}

/// The CSV of an S3 Inventory has no header; bucket and key come first, and the key is encoded as in
/// an address.
fn inventory(
    reader: impl Read,
    file: &Manifest<'_>,
    wanted: &mut dyn FnMut(&Entry) -> bool,
) -> Result<Vec<Entry>, CliError> {
    let mut rows = csv::ReaderBuilder::new();
    let mut rows = rows.has_headers(false).flexible(true).from_reader(reader);
    let mut all = Vec::new();
    for (number, row) in (1..).zip(rows.records()) {
        let place = format!("{}:{number}", file.name());
        let wrong = || {
            CliError::usage(
                format!("{place}: must be \"bucket\",\"key\" as in an S3 Inventory"),
                "or write one address or key a line, without quotes",
            )
        };
        let row = row.map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => file.unreadable(&error),
            _ => wrong(),
        })?;
        let (Some(bucket), Some(key)) = (row.get(0), row.get(1)) else {
            return Err(wrong());
        };
        let key = key.replace('+', " ");
        let key = percent_encoding::percent_decode_str(&key).decode_utf8();
        let key = key.map_err(|_| wrong())?;
        let bucket = Address::parse(&format!("s3://{bucket}/")).ok_or_else(wrong)?;
        let bucket = bucket.map_err(|error| address::bad(&error, &place))?;
        let entry = Entry::of_key(&bucket, &key);
        if wanted(&entry) {
            all.push(entry);
        }
    }
    Ok(all)
}

fn one(
    address: &Address,
    inputs: &[Address],
    stores: &Stores,
    selection: &Selection,
) -> Result<Found, CliError> {
    let mut named = named(address, inputs);
    let kind = selection.refusal(named.relative(), false);
    named.kind = kind.map_or(Kind::Picture, Kind::Excluded);
    let object = SourceObject {
        store: stores
            .open(address)
            .map_err(|error| CliError::refused(&error))?,
        key: address.key().into(),
        size: None,
        version: None,
        query: query_digits(address),
        is_guess: false,
    };
    named.own().object = Some(Arc::new(object));
    Ok(named)
}

/// A source with its names, and nothing else that is known of it.
fn named(address: &Address, inputs: &[Address]) -> Found {
    let below = |input: &Address| {
        let is_near = input.shares_bucket(address);
        let relative = input.relative(address.key()).filter(|_| is_near)?;
        Some((root_of(input), PathBuf::from(relative)))
    };
    let (root, relative) = inputs.iter().find_map(below).unwrap_or_else(|| {
        let root: Arc<Path> = Path::new(start(address.scheme())).into();
        (root, Path::new(address.bucket()).join(address.key()))
    });
    found((path(address), root, relative), Kind::Picture, None)
}

fn start(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::S3 => "s3://",
        Scheme::Gs => "gs://",
        Scheme::Az => "az://",
        Scheme::Http => "http://",
        Scheme::Https => "https://",
    }
}
