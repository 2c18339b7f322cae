//! Writes a zip as a stream. Entries are stored, because JPEGs do not become smaller. Sizes and
//! checksums are before each entry, so that every program can read it from the start, and the
//! length of the whole is known before the first byte.
//!
//! <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

use std::io;

/// Bytes of a header before an entry, without its name.
const LOCAL: u64 = 30;

/// Bytes of a line of the directory, without its name.
const CENTRAL: u64 = 46;

/// Bytes of the end.
const END: u64 = 22;

/// The version of the format that is needed: 2.0.
const VERSION: u16 = 20;

/// Made on a system with permissions as on Unix.
const UNIX: u16 = 3 << 8;

/// Names are in UTF-8.
const UTF8: u16 = 1 << 11;

/// The first day that can be written. The same results give the same zip at any time.
const DAY: u16 = 1 << 5 | 1;

/// An ordinary file that its owner can write.
const MODE: u32 = 0o100_644 << 16;

/// The length of a zip of entries with names of these lengths and contents of these lengths; `None`
/// if it is too large for the format without extensions.
pub(super) fn length(entries: impl Iterator<Item = (usize, u64)>) -> Option<u64> {
    let (mut count, mut length) = (0u32, END);
    for (name, content) in entries {
        count += 1;
        u16::try_from(name).ok()?;
        let name = name as u64;
        length = length.checked_add(LOCAL + CENTRAL + 2 * name)?;
        length = length.checked_add(content)?;
    }
    u16::try_from(count).ok()?;
    u32::try_from(length).ok()?;
    Some(length)
}

/// Writes entries one after another.
pub(super) struct Writer<W> {
    to: W,
    written: u64,
    directory: Vec<u8>,
    count: u16,
}

impl<W: io::Write> Writer<W> {
    pub(super) fn new(to: W) -> Self {
        Self {
            to,
            written: 0,
            directory: Vec::new(),
            count: 0,
        }
    }

    /// Adds an entry.
    pub(super) fn add(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let offset = u32::try_from(self.written).map_err(too_large)?;
        let size = u32::try_from(content.len()).map_err(too_large)?;
        let name_length = u16::try_from(name.len()).map_err(too_large)?;
        self.count = self.count.checked_add(1).ok_or_else(|| too_large(()))?;
        // What both headers have in common.
        let mut shared = Vec::new();
        for half in [VERSION, UTF8, 0, 0, DAY] {
            shared.extend(half.to_le_bytes());
        }
        for word in [crc32fast::hash(content), size, size] {
            shared.extend(word.to_le_bytes());
        }
        for half in [name_length, 0] {
            shared.extend(half.to_le_bytes());
        }
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend((UNIX | VERSION).to_le_bytes());
        self.directory.extend(&shared);
        self.directory.extend([0; 6]);
        for word in [MODE, offset] {
            self.directory.extend(word.to_le_bytes());
        }
        self.directory.extend(name.as_bytes());
        for piece in [b"PK\x03\x04", &*shared, name.as_bytes(), content] {
            self.write(piece)?;
        }
        Ok(())
    }

    /// Writes the directory.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let offset = u32::try_from(self.written).map_err(too_large)?;
        let directory = std::mem::take(&mut self.directory);
        let length = u32::try_from(directory.len()).map_err(too_large)?;
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        end.extend(self.count.to_le_bytes());
        end.extend(self.count.to_le_bytes());
        end.extend(length.to_le_bytes());
        end.extend(offset.to_le_bytes());
        end.extend([0; 2]);
        self.write(&directory)?;
        self.write(&end)?;
        self.to.flush()
    }

    fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.written += piece.len() as u64;
        self.to.write_all(piece)
    }
}

fn too_large<T>(_: T) -> io::Error {
    io::Error::other("too large for a zip")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_known_before() {
        let entries: [(&str, &[u8]); 3] = [("a.jpg", b"one"), ("b/ä.jpg", b""), ("c", &[7; 1000])];
        let mut all = Vec::new();
        let mut writer = Writer::new(&mut all);
        for (name, content) in entries {
            writer.add(name, content).expect("written");
        }
        writer.finish().expect("written");
        let lengths = entries.map(|(name, content)| (name.len(), content.len() as u64));
        assert_eq!(length(lengths.into_iter()), Some(all.len() as u64));
    }

    #[test]
    fn what_the_format_cannot_hold_is_known_before() {
        assert_eq!(length([(1, u64::from(u32::MAX))].into_iter()), None);
        assert_eq!(length([(1 << 16, 1)].into_iter()), None);
        assert_eq!(length((0..1 << 16).map(|_| (1, 1))), None);
        assert!(length((0..65_535).map(|_| (1, 1))).is_some());
    }
}
