//! `--from`: a list of sources, so that nothing has to be listed. One address or key a line, or the
//! CSV of an S3 Inventory.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avatar_stores::{Address, Scheme, Stores};

use super::address::{self, path, refused};
use super::listing::{found, root_of};
use crate::error::CliError;
use crate::files::found::{Found, Kind};
use crate::files::object::SourceObject;
use crate::files::selection::Selection;

/// Reads a manifest; `-` is standard input. Keys belong to the bucket of the first of `inputs`. What
/// is below one of `inputs` is named by its path below it, and everything else by bucket and key.
pub(crate) fn read(
    file: &Path,
    inputs: &[Address],
    stores: &Stores,
    selection: &Selection,
) -> Result<Vec<Found>, CliError> {
    let unreadable = |error: io::Error| {
        CliError::usage(
            format!("could not read {}: {error}", file.display()),
            "name a file with one address or key a line, or - for standard input",
        )
    };
    let reader: Box<dyn Read> = match file == Path::new("-") {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(file).map_err(unreadable)?),
    };
    let mut reader = BufReader::new(reader);
    let is_csv = reader.fill_buf().map_err(unreadable)?.starts_with(b"\"");
    let addresses = match is_csv {
        true => inventory(reader, file)?,
        false => lines(reader, inputs, file)?,
    };
    let mut known = HashSet::new();
    let mut all = Vec::with_capacity(addresses.len());
    for address in addresses {
        if known.insert(address.clone()) {
            all.push(one(&address, inputs, stores, selection)?);
        }
    }
    Ok(all)
}

fn lines(reader: impl BufRead, inputs: &[Address], file: &Path) -> Result<Vec<Address>, CliError> {
    let mut all = Vec::new();
    for (number, line) in (1..).zip(reader.lines()) {
        let place = format!("{}:{number}", file.display());
        let line = line.map_err(|error| {
            CliError::usage(format!("{place}: {error}"), "manifests are UTF-8 text")
        })?;
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            continue;
        }
        all.push(match Address::parse(line) {
            Some(parsed) => parsed.map_err(|error| address::bad(&error, &place))?,
            None => {
                let Some(input) = inputs.first() else {
                    let message = format!("{place}: a key without its bucket");
                    let hint = "name the bucket: avatar-prep --from FILE s3://bucket/ OUT";
                    return Err(CliError::usage(message, hint));
                };
                input.with_key(line.trim_start_matches('/'))
            }
        });
    }
    Ok(all)
}

/// The CSV of an S3 Inventory has no header; bucket and key come first, and the key is encoded as in
/// an address.
fn inventory(reader: impl Read, file: &Path) -> Result<Vec<Address>, CliError> {
    let mut rows = csv::ReaderBuilder::new();
    let mut rows = rows.has_headers(false).flexible(true).from_reader(reader);
    let mut all = Vec::new();
    for (number, row) in (1..).zip(rows.records()) {
        let place = format!("{}:{number}", file.display());
        let wrong = || {
            CliError::usage(
                format!("{place}: must be \"bucket\",\"key\" as in an S3 Inventory"),
                "or write one address or key a line, without quotes",
            )
        };
        let row = row.map_err(|_| wrong())?;
        let (Some(bucket), Some(key)) = (row.get(0), row.get(1)) else {
            return Err(wrong());
        };
        let key = key.replace('+', " ");
        let key = percent_encoding::percent_decode_str(&key).decode_utf8();
        let key = key.map_err(|_| wrong())?;
        // The rows of folders have no content.
        if key.ends_with('/') {
            continue;
        }
        let parsed = Address::parse(&format!("s3://{bucket}/{key}"));
        let parsed = parsed.ok_or_else(wrong)?;
        all.push(parsed.map_err(|error| address::bad(&error, &place))?);
    }
    Ok(all)
}

fn one(
    address: &Address,
    inputs: &[Address],
    stores: &Stores,
    selection: &Selection,
) -> Result<Found, CliError> {
    let below = |input: &Address| {
        let is_near = input.shares_bucket(address);
        let relative = input.relative(address.key()).filter(|_| is_near)?;
        Some((root_of(input), PathBuf::from(relative)))
    };
    let (root, relative) = inputs.iter().find_map(below).unwrap_or_else(|| {
        let root: Arc<Path> = Path::new(start(address.scheme())).into();
        (root, Path::new(address.bucket()).join(address.key()))
    });
    let kind = selection.refusal(&relative, false);
    let kind = kind.map_or(Kind::Picture, Kind::Excluded);
    let object = SourceObject {
        store: stores.open(address).map_err(|error| refused(&error))?,
        key: address.key().into(),
        size: None,
        version: None,
        is_guess: false,
    };
    Ok(found((path(address), root, relative), kind, Some(object)))
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
