//! How much may be dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use avatar_batch::report::bytes::display_bytes;
use axum::http::StatusCode;
use serde::Serialize;

use crate::web::Refused;

/// Files of all pages together.
const FILES: u64 = 5_000;

/// Bytes of all pages together.
const TOTAL: u64 = 4_000_000_000;

/// The largest values that are accepted.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Bounds {
    /// Bytes of one file.
    pub(super) file: u64,
    /// Files of all pages together.
    pub(super) files: u64,
    /// Bytes of all pages together.
    pub(super) total: u64,
}

impl Bounds {
    /// The usual bounds, with this one for a single file.
    pub(super) fn with_file(file: u64) -> Self {
        Self {
            file: file.min(TOTAL),
            files: FILES,
            total: TOTAL,
        }
    }

    /// For people.
    pub(super) fn text(self) -> String {
        let Self { file, files, total } = self;
        let round = |bytes| display_bytes(bytes).replace(".0 ", " ");
        let (file, total) = (round(file), round(total));
        format!("At most {file} in a file, {files} files and {total} in all.")
    }
}

/// What all pages have taken so far, and how much they may.
#[derive(Debug)]
pub(super) struct Allowance {
    pub(super) bounds: Bounds,
    files: AtomicU64,
    bytes: AtomicU64,
}

impl Allowance {
    pub(super) fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self {
            bounds,
            files: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        })
    }
}

/// What one file takes; given back when this is dropped.
#[derive(Debug)]
pub(super) struct Share {
    of: Arc<Allowance>,
    pub(super) bytes: u64,
}

impl Share {
    /// The share of a file that starts to arrive.
    pub(super) fn new(of: &Arc<Allowance>) -> Result<Self, Refused> {
        let before = of.files.fetch_add(1, Ordering::SeqCst);
        // Dropping it gives the place back.
        let share = Self {
            of: Arc::clone(of),
            bytes: 0,
        };
        match before < of.bounds.files {
            true => Ok(share),
            false => Err(too_many(of.bounds.files)),
        }
    }

    /// Takes more bytes.
    pub(super) fn grow(&mut self, bytes: u64) -> Result<(), Refused> {
        let bounds = self.of.bounds;
        self.bytes = self.bytes.saturating_add(bytes);
        let before = self.of.bytes.fetch_add(bytes, Ordering::SeqCst);
        if self.bytes > bounds.file {
            return Err(too_large(bounds.file));
        }
        if before.saturating_add(bytes) > bounds.total {
            let total = display_bytes(bounds.total);
            let message = format!("all files together must have at most {total}");
            return Err(refused("too_much", message));
        }
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.of.files.fetch_sub(1, Ordering::SeqCst);
        self.of.bytes.fetch_sub(self.bytes, Ordering::SeqCst);
    }
}

/// The refusal of a file of more than this many bytes.
pub(super) fn too_large(most: u64) -> Refused {
    let message = format!("a file must have at most {}", display_bytes(most));
    refused("file_too_large", message)
}

fn too_many(most: u64) -> Refused {
    let message = format!(
        "at most {most} files can be here at once; get the results, then choose Start over"
    );
    refused("too_many_files", message)
}

fn refused(code: &'static str, message: String) -> Refused {
    Refused::new(StatusCode::PAYLOAD_TOO_LARGE, code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowance() -> Arc<Allowance> {
        Allowance::new(Bounds {
            file: 10,
            files: 2,
            total: 15,
        })
    }

    #[test]
    fn a_file_over_its_bound_is_refused_and_gives_everything_back() {
        let allowance = allowance();
        let mut share = Share::new(&allowance).expect("room");
        assert!(share.grow(10).is_ok());
        assert_eq!(share.grow(1).map_err(|it| it.code), Err("file_too_large"));
        drop(share);
        let mut share = Share::new(&allowance).expect("room");
        assert!(share.grow(10).is_ok());
    }

    #[test]
    fn all_files_together_have_a_bound() {
        let allowance = allowance();
        let mut one = Share::new(&allowance).expect("room");
        let mut other = Share::new(&allowance).expect("room");
        assert_eq!(
            Share::new(&allowance).map_err(|it| it.code).err(),
            Some("too_many_files")
        );
        assert!(one.grow(8).is_ok() && other.grow(7).is_ok());
        assert_eq!(other.grow(1).map_err(|it| it.code), Err("too_much"));
        drop(other);
        let mut third = Share::new(&allowance).expect("room again");
        assert!(third.grow(7).is_ok());
    }
}
