//! Contact sheets of a run: what each picture was and what it became, as one HTML page or as
//! pictures.
//!
//! Records are collected while the run goes on. Thumbnails are made when it has ended, in parallel:
//! sources are decoded again at a reduced size, so that those whose result is up to date have a
//! thumbnail too, and a run without a sheet costs nothing.

mod entry;
mod form;
mod page;
mod pictures;
mod svg;
mod thumbnails;

use std::path::PathBuf;

use crate::error::CliError;
use crate::report::record::FileRecord;

use form::Form;
pub(crate) use thumbnails::Workers;

/// A sheet shows thumbnails of so many pictures; the rest is listed without. More would make a page
/// that no browser opens fast.
const MOST_THUMBNAILS: usize = 10_000;

/// Refuses sheets in place of files that are no sheets of this program.
pub(crate) fn check(paths: &[PathBuf]) -> Result<(), CliError> {
    let mut paths = paths.iter();
    paths.try_for_each(|path| match Form::of(path)? {
        Form::Html => page::check(path),
        Form::Jpeg | Form::Png => pictures::check(path, 1),
    })
}

/// The sheets of a run.
#[derive(Default)]
pub(crate) struct Sheets {
    /// Where to write which form of sheet.
    files: Vec<(PathBuf, Form)>,
    is_round: bool,
    records: Vec<FileRecord>,
}

impl Sheets {
    /// Starts sheets at these paths. `is_round` says whether destinations show a circle of each
    /// square.
    pub(crate) fn new(paths: &[PathBuf], is_round: bool) -> Result<Self, CliError> {
        let form = |path: &PathBuf| Ok((path.clone(), Form::of(path)?));
        Ok(Self {
            files: paths.iter().map(form).collect::<Result<_, CliError>>()?,
            is_round,
            records: Vec::new(),
        })
    }

    /// Whether a sheet was asked for.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.files.is_empty()
    }

    /// Adds one file of the run.
    pub(crate) fn add(&mut self, record: FileRecord) {
        self.records.push(record);
    }

    /// Makes the thumbnails and writes the sheets. Returns warnings about what could not be written.
    pub(crate) fn write(self, workers: &Workers) -> Vec<String> {
        if !self.is_wanted() {
            return Vec::new();
        }
        let entries = thumbnails::entries(self.records, workers);
        let mut warnings = Vec::new();
        for (path, form) in &self.files {
            let written = match form {
                Form::Html => page::write(path, &entries, self.is_round).map(|()| Vec::new()),
                Form::Jpeg | Form::Png => pictures::write(path, *form, &entries, self.is_round),
            };
            match written {
                Ok(found) => warnings.extend(found),
                Err(error) => {
                    let path = path.display();
                    warnings.push(format!("could not write the sheet {path}: {error}"));
                }
            }
        }
        warnings
    }
}
