//! Splits the inputs into stable shares, so that several machines can work on one folder without
//! coordination.

use std::path::Path;

/// Share `number` of `of`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

/// More shards than any folder has files make no sense.
const MOST: u32 = 1_000_000;

impl Shard {
    /// All inputs.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Parses `3/16`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refuse = || format!("must be like 3/16, with up to {MOST} shards, got {text:?}");
        let (number, of) = text.split_once('/').ok_or_else(refuse)?;
        let number = number.parse().map_err(|_| refuse())?;
        let of = of.parse().map_err(|_| refuse())?;
        if number < 1 || number > of || of > MOST {
            return Err(refuse());
        }
        Ok(Self { number, of })
    }

    /// Whether a file belongs to this share, by its path relative to its input folder: the first eight
    /// bytes of the path's BLAKE3, little-endian, modulo the number of shards. The share of a file never
    /// depends on other files, machines or versions.
    pub fn holds(self, relative: &Path) -> bool {
        if self == Self::WHOLE {
            return true;
        }
        let hash = blake3::hash(&portable(relative));
        let first = hash.as_bytes().first_chunk().copied().unwrap_or_default();
        u64::from_le_bytes(first) % u64::from(self.of) == u64::from(self.number - 1)
    }

    /// How many shares there are.
    pub fn of(self) -> u32 {
        self.of
    }

    /// `3-of-16`; none for all inputs.
    pub fn name(self) -> Option<String> {
        (self != Self::WHOLE).then(|| format!("{}-of-{}", self.number, self.of))
    }
}

/// The bytes of a path, with `/` on every system.
pub fn portable(path: &Path) -> Vec<u8> {
    let mut bytes = path.as_os_str().as_encoded_bytes().to_vec();
    if cfg!(windows) {
        let separators = bytes.iter_mut().filter(|byte| **byte == b'\\');
        separators.for_each(|byte| *byte = b'/');
    }
    bytes
}
