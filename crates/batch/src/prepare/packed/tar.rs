//! A tar between the packer and its place.

use crate::failure::Failure;
use crate::files::fingerprint::Hash;
use crate::packs::index::{Index, SampleRow};
use crate::packs::place::TarPlace;
use crate::report::record::FileRecord;

/// A tar that is to be written.
pub(super) struct Closed {
    pub(super) name: String,
    pub(super) tar: Vec<u8>,
    pub(super) rows: Vec<SampleRow>,
    pub(super) records: Vec<FileRecord>,
}

/// A tar that was written, or why it was not.
pub(super) struct Written {
    records: Vec<FileRecord>,
    failure: Option<Failure>,
}

impl Closed {
    /// Writes it, and its index before.
    pub(super) fn write(self, place: &TarPlace<'_>) -> Written {
        let digest = (self.tar.len() as u64, Hash::of(&self.tar).to_string());
        let index = Index::new(self.name, digest, self.rows);
        Written {
            failure: place.write(index, self.tar).err(),
            records: self.records,
        }
    }
}

impl Written {
    /// The record of each picture: if the tar was not written, there is none of its results.
    pub(super) fn records(self) -> impl Iterator<Item = FileRecord> {
        let failure = self.failure;
        self.records.into_iter().map(move |record| match &failure {
            Some(failure) => record.failing(failure),
            None => record,
        })
    }
}
