//! Where a picture's bytes come from. Nothing is read until a worker needs it.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use crate::{Error, LimitExceeded, Limits};

/// A picture that has not been read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file to read.
    Path(PathBuf),
    /// Encoded bytes already in memory.
    Bytes(Vec<u8>),
}

impl Source {
    /// Reads the encoded bytes into `buffer`, which is cleared first, and refuses a source over
    /// the limit without reading it.
    pub(crate) fn read<'a>(
        &'a self,
        limits: &Limits,
        buffer: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], Error> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Path(path) => {
                buffer.clear();
                let file = File::open(path)?;
                let length = file.metadata()?.len();
                limits.check_encoded(length)?;
                buffer.reserve_exact(usize::try_from(length).map_err(|_| too_long(length))?);
                // A file that grows meanwhile, or a pipe, must not grow the buffer without bound.
                let bound = limits.encoded_bytes.saturating_add(1);
                let read = file.take(bound).read_to_end(buffer)?;
                limits.check_encoded(read as u64)?;
                Ok(buffer)
            }
        }
    }
}

fn too_long(found: u64) -> LimitExceeded {
    let allowed = usize::MAX as u64;
    LimitExceeded {
        limit: crate::Limit::EncodedBytes,
        found,
        allowed,
    }
}
