//! Finds out whether a file changed: size and time as a quick check, the hash to be certain.
//!
//! The hash is BLAKE3. Every source is hashed when it is prepared, and BLAKE3 is the fastest hash
//! that resists forged files, on processors with and without instructions for hashing.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use avatar_prepare::Pieces;

/// The coarsest time stamps of any file system (FAT: 2 seconds).
const COARSEST_TIME: Duration = Duration::from_secs(2);

/// BLAKE3 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes).into())
    }

    /// The hash with these hexadecimal digits, as it is printed.
    pub fn parse(digits: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if digits.len() != 2 * bytes.len() {
            return None;
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            let pair = digits.get(2 * index..2 * index + 2)?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Its first 64 bits.
    pub fn number(self) -> i64 {
        i64::from_le_bytes(self.0.first_chunk().copied().unwrap_or_default())
    }

    /// Hashes a file piece by piece.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        Self::of_reader(&mut File::open(path)?)
    }

    /// Hashes piece by piece what a reader gives.
    pub fn of_reader(file: &mut impl Read) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        let mut piece = vec![0; 1 << 17];
        loop {
            let length = match file.read(&mut piece) {
                Ok(0) => return Ok(Self(hasher.finalize().into())),
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hasher.update(piece.get(..length).unwrap_or_default());
        }
    }
}

/// The hash of a file that is read piece by piece elsewhere. Clones share it.
#[derive(Clone, Default)]
pub struct HashInPieces(Arc<Mutex<blake3::Hasher>>);

impl HashInPieces {
    fn hasher(&self) -> MutexGuard<'_, blake3::Hasher> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hash of all pieces.
    pub fn finish(&self) -> Hash {
        Hash(self.hasher().finalize().into())
    }
}

impl Pieces for HashInPieces {
    fn begin(&mut self) {
        self.hasher().reset();
    }

    fn take(&mut self, piece: &[u8]) {
        self.hasher().update(piece);
    }
}

/// A name that no other process chooses at the same moment.
pub fn random_name() -> String {
    let mut number = [0; 6];
    // Without random numbers, the process keeps names of one moment apart.
    if getrandom::fill(&mut number).is_err() {
        let [a, b, c, d] = std::process::id().to_le_bytes();
        number = [a, b, c, d, 0, 0];
    }
    hex(&number)
}

/// Bytes as hexadecimal digits. Every result has several hundred of them, so that formatting them
/// one by one shows in a run over small pictures.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        digits.push(digit(byte >> 4));
        digits.push(digit(byte & 15));
    }
    digits
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What shows without reading a file whether it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub bytes: u64,
    /// A number that differs after a change: of a result the time of the last change, in nanoseconds since
    /// 1970; of a source see [`Stamp::of_source`]. `None` if a later change could leave it the same.
    pub written: Option<i64>,
}

impl Stamp {
    /// The stamp of a file that other programs may be writing. A very recent time is left out, because
    /// a change within the same clock tick would not alter it.
    ///
    /// Files of one archive can have the same size and time. If two of them swap their names, the time of the last
    /// change of a name shows it, and the number of the file if it was its folder that got another name.
    pub fn of_source(metadata: &Metadata) -> Self {
        let settled = |written: SystemTime| {
            let age = SystemTime::now().duration_since(written);
            age.is_ok_and(|age| age > COARSEST_TIME)
        };
        let all = Self::as_it_is(metadata);
        let is_settled = metadata.modified().is_ok_and(settled);
        Self {
            written: all.written.filter(|_| is_settled),
            ..all
        }
    }

    /// The stamp of a file that other programs may be writing, however recent its change is: what is equal proves nothing.
    pub fn as_it_is(metadata: &Metadata) -> Self {
        let written = metadata.modified().ok();
        Self {
            bytes: metadata.len(),
            written: written.and_then(|it| identity(it, metadata)),
        }
    }

    /// The stamp of a file that only this program writes.
    pub fn of_result(metadata: &Metadata) -> Self {
        Self {
            bytes: metadata.len(),
            written: metadata.modified().ok().and_then(nanoseconds),
        }
    }

    /// Whether the two stamps prove that the content is the same.
    pub fn proves(self, other: Self) -> bool {
        self == other && self.written.is_some()
    }
}

/// One number for the time of the last change of a file's content and what else the system knows of it. The number of
/// its disk is not part of it, because it can be another one after a restart.
fn identity(written: SystemTime, metadata: &Metadata) -> Option<i64> {
    let written = nanoseconds(written)?;
    #[cfg(unix)]
    let more = {
        use std::os::unix::fs::MetadataExt;
        let (inode, changed) = (metadata.ino(), metadata.ctime());
        [
            inode.to_le_bytes(),
            changed.to_le_bytes(),
            metadata.ctime_nsec().to_le_bytes(),
        ]
    };
    // A file keeps the time of its creation when it gets another name.
    #[cfg(not(unix))]
    let more = [metadata.created().ok().and_then(nanoseconds)?.to_le_bytes()];
    let all = [&written.to_le_bytes()[..], more.as_flattened()].concat();
    Some(Hash::of(&all).number())
}

fn nanoseconds(time: SystemTime) -> Option<i64> {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => since.as_nanos().try_into().ok(),
        Err(before) => i64::try_from(before.duration().as_nanos()).ok().map(|n| -n),
    }
}
