//! Writes tars in the ustar format of POSIX.1-2001. Equal members give equal bytes: there are no times,
//! users or groups. A crate for tars would bring the owners, times and modes that must not vary.

use std::collections::TryReserveError;

/// Everything in a tar is padded to a multiple of this.
const BLOCK: usize = 512;
/// The longest name, and the longest prefix, which a `/` separates from the name.
const NAME: usize = 100;
const PREFIX: usize = 155;
/// Bytes that a member can need besides its content: its header, that of its long name, and padding. Names have
/// at most 4 kB, which is the longest path of a result.
pub const OVERHEAD: u64 = 8 * 1024;

/// A tar that grows.
pub struct Tar {
    bytes: Vec<u8>,
}

impl Tar {
    /// An empty tar with room for this many bytes; `None` if the memory cannot be had.
    pub fn with_room(bytes: u64) -> Option<Self> {
        let mut all = Vec::new();
        all.try_reserve_exact(usize::try_from(bytes).ok()?).ok()?;
        Some(Self { bytes: all })
    }

    /// Adds files, all or none; false if the memory for them cannot be had.
    pub fn add(&mut self, files: &[(&str, &[u8])]) -> bool {
        let before = self.bytes.len();
        let is_added = files
            .iter()
            .all(|(name, content)| self.add_file(name, content).is_ok());
        if !is_added {
            self.bytes.truncate(before);
        }
        is_added
    }

    fn add_file(&mut self, name: &str, content: &[u8]) -> Result<(), TryReserveError> {
        let Some((prefix, end)) = split(name) else {
            let record = path_record(name);
            self.member(("", "././@PaxHeader"), b'x', record.as_bytes())?;
            let shown = shown(name);
            return self.member(("", &shown), b'0', content);
        };
        self.member((prefix, end), b'0', content)
    }

    /// The whole tar, which ends in two empty blocks.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.resize(self.bytes.len() + 2 * BLOCK, 0);
        self.bytes
    }

    fn member(
        &mut self,
        name: (&str, &str),
        kind: u8,
        content: &[u8],
    ) -> Result<(), TryReserveError> {
        // Long names and records can need more than the room of the whole tar. The end has room in any case.
        let size = BLOCK + content.len().next_multiple_of(BLOCK);
        self.bytes.try_reserve_exact(size + 2 * BLOCK)?;
        self.bytes.extend(header(name, kind, content.len()));
        self.bytes.extend_from_slice(content);
        let length = self.bytes.len().next_multiple_of(BLOCK);
        self.bytes.resize(length, 0);
        Ok(())
    }
}

/// The two fields of a name; `None` if it does not fit into them. They hold ASCII; what other bytes mean there
/// depends on the reader.
fn split(name: &str) -> Option<(&str, &str)> {
    if !name.is_ascii() {
        return None;
    }
    if name.len() <= NAME {
        return Some(("", name));
    }
    let places = name.match_indices('/').map(|(at, _)| at);
    let mut splits = places.filter_map(|at| Some((name.get(..at)?, name.get(at + 1..)?)));
    let fits = |(prefix, end): &(&str, &str)| {
        (1..=PREFIX).contains(&prefix.len()) && (1..=NAME).contains(&end.len())
    };
    splits.find(fits)
}

/// The record of a long name. It begins with its own length in digits, which the length counts.
fn path_record(name: &str) -> String {
    let rest = format!(" path={name}\n");
    let mut length = rest.len();
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    format!("{length}{rest}")
}

/// What replaces a long name in its header, for programs that do not read its record.
fn shown(name: &str) -> String {
    let ascii = |letter: char| if letter.is_ascii() { letter } else { '_' };
    let all: Vec<char> = name.chars().map(ascii).collect();
    let end = all
        .get(all.len().saturating_sub(NAME)..)
        .unwrap_or_default();
    end.iter()
        .collect::<String>()
        .trim_start_matches('/')
        .into()
}

fn header((prefix, name): (&str, &str), kind: u8, size: usize) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| {
        let place = block.get_mut(at..at + bytes.len());
        place
            .into_iter()
            .for_each(|place| place.copy_from_slice(bytes));
    };
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    // The sum of all bytes is taken with spaces in its own place.
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    put(329, b"0000000\0");
    put(337, b"0000000\0");
    put(345, prefix.as_bytes());
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    let place = block.get_mut(148..156);
    place
        .into_iter()
        .for_each(|place| place.copy_from_slice(sum.as_bytes()));
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tar_grows_beyond_its_room() {
        let name = "%2E".repeat(1300);
        let files: [(&str, &[u8]); 2] = [("a.jpg", b"picture"), (&name, &[7; 9000])];
        let of = |room| {
            let mut tar = Tar::with_room(room)?;
            tar.add(&files).then(|| tar.finish())
        };
        let small = of(0).unwrap();
        // A header and content; the record of a name and its header; a header and content; the end.
        assert_eq!(small.len(), BLOCK * (2 + 9 + 19 + 2));
        assert!(Some(small) == of(1 << 20));
        assert!(Tar::with_room(u64::MAX).is_none());
    }
}
