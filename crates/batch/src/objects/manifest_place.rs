//! Where a manifest is: in a file, in standard input, or in a store.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use avatar_stores::{Get, Got, ObjectReader, Stores};

use super::address::address;
use crate::error::CliError;

/// A manifest that can be opened.
pub enum Manifest<'a> {
    /// A file; `-` is standard input.
    File(PathBuf),
    /// An object with its address, whose start was fetched.
    Parts(String, ObjectReader<'a>),
    /// The same, held in memory: some servers send only the whole.
    Whole(String, Vec<u8>),
}

impl<'a> Manifest<'a> {
    /// Looks for a manifest. If it is an object that cannot be fetched in parts, it may have `largest` bytes.
    pub fn find(place: &Path, stores: &'a Stores, largest: u64) -> Result<Self, CliError> {
        let Some(address) = address(place)? else {
            return Ok(Self::File(place.into()));
        };
        if address.is_folder() {
            return Err(CliError::usage(
                format!("--from must be one object, got {address}"),
                "name the list, such as s3://bucket/keys.txt",
            ));
        }
        let store = stores
            .open(&address)
            .map_err(|error| CliError::refused(&error))?;
        // Why there are no parts is found out by asking for the whole.
        if let Ok(reader) = stores.reader(&store, address.key()) {
            return Ok(Self::Parts(address.to_string(), reader));
        }
        let get = Get {
            store,
            key: address.key().into(),
            size: None,
            unless: None,
            start: None,
        };
        match stores
            .get(&get, largest)
            .map_err(|error| CliError::refused(&error))?
        {
            Got::Body(body) => Ok(Self::Whole(address.to_string(), body.into_bytes())),
            // Nothing was named that it could be unchanged from.
            Got::Unchanged => Err(CliError::environment(
                format!("{address} was not fetched"),
                "run the same command again",
            )),
        }
    }

    /// For messages; without the query of an address, which can be a secret.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Parts(address, _) | Self::Whole(address, _) => address.clone(),
        }
    }

    pub(super) fn open(&self) -> Result<Box<dyn Read + '_>, CliError> {
        Ok(match self {
            Self::File(path) if path == Path::new("-") => Box::new(io::stdin().lock()),
            Self::File(path) => {
                Box::new(File::open(path).map_err(|error| self.unreadable(&error))?)
            }
            Self::Parts(_, reader) => {
                Box::new(reader.again().map_err(|error| CliError::refused(&error))?)
            }
            Self::Whole(_, bytes) => Box::new(bytes.as_slice()),
        })
    }

    /// A pipe would be empty the second time.
    pub(super) fn can_be_read_again(&self) -> bool {
        match self {
            Self::File(path) => {
                path != Path::new("-") && path.metadata().is_ok_and(|found| found.is_file())
            }
            Self::Parts(..) | Self::Whole(..) => true,
        }
    }

    pub(super) fn unreadable(&self, error: &io::Error) -> CliError {
        CliError::usage(
            format!("could not read {}: {error}", self.name()),
            "name a file with one address or key a line, or - for standard input",
        )
    }
}
