//! Where a picture's bytes come from. Nothing is read until a worker needs it.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::{Error, Limits};

/// A picture that has not been read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file to read.
    Path(PathBuf),
    /// Encoded bytes already in memory.
    Bytes(Vec<u8>),
    /// Encoded bytes that somebody else owns, such as an object of another language; they are not copied.
    Shared(SharedBytes),
}

/// Bytes behind a shared owner, who keeps them unchanged. Clones share them.
///
/// ```
/// use std::sync::Arc;
/// use avatar_prepare::{SharedBytes, Source};
///
/// let mapped: Arc<[u8]> = Arc::from(&b"P5 1 1 255 \x7f"[..]);
/// let source = Source::Shared(SharedBytes::new(mapped));
/// ```
#[derive(Clone)]
pub struct SharedBytes(Arc<dyn AsRef<[u8]> + Send + Sync>);

impl SharedBytes {
    /// Takes the owner. It must return the same bytes each time; it is dropped on any thread.
    pub fn new(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self(Arc::new(owner))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

impl fmt::Debug for SharedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedBytes({} bytes)", self.bytes().len())
    }
}

impl PartialEq for SharedBytes {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for SharedBytes {}

impl Source {
    pub(crate) fn encoded(&self) -> Encoded<'_> {
        match self {
            Self::Path(path) => Encoded::Path(path),
            Self::Bytes(bytes) => Encoded::Bytes(bytes),
            Self::Shared(shared) => Encoded::Bytes(shared.bytes()),
        }
    }
}

/// A picture's encoded bytes, or where they are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Encoded<'a> {
    Path(&'a Path),
    Bytes(&'a [u8]),
}

impl<'a> Encoded<'a> {
    /// The stated length in bytes; `None` for anything that is not a regular file, such as a pipe.
    pub(crate) fn length(self, limits: &Limits) -> Result<Option<u64>, Error> {
        let length = match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Path(path) => {
                let metadata = std::fs::metadata(path)?;
                if !metadata.is_file() {
                    return Ok(None);
                }
                metadata.len()
            }
        };
        limits.check_encoded(length)?;
        Ok(Some(length))
    }

    /// Reads the bytes into `buffer`, which is cleared first; `None` if they are more than `room`.
    pub(crate) fn read(
        self,
        limits: &Limits,
        room: u64,
        buffer: &'a mut Vec<u8>,
    ) -> Result<Option<&'a [u8]>, Error> {
        let path = match self {
            Self::Bytes(bytes) => return Ok(Some(bytes)),
            Self::Path(path) => path,
        };
        buffer.clear();
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        limits.check_encoded(length)?;
        let bytes = length.min(room);
        let length = usize::try_from(bytes).map_err(io::Error::other)?;
        buffer
            .try_reserve_exact(length)
            .map_err(|_| Error::OutOfMemory { bytes })?;
        // A file that grows meanwhile, or a pipe, must not grow the buffer without bound.
        let bound = limits.encoded_bytes.min(room).saturating_add(1);
        let read = file.take(bound).read_to_end(buffer)? as u64;
        limits.check_encoded(read)?;
        Ok((read <= room).then_some(buffer))
    }
}
