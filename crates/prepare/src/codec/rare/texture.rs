//! A DDS of several pictures (cube maps, volumes, arrays), presented as its first one (Microsoft's DDS_HEADER and
//! DDS_HEADER_DXT10). The library puts the faces of a cube map side by side.

use std::io::{Cursor, Read, Result, Seek, SeekFrom};

use crate::codec::bytes::u32_le;

/// Offsets of the fields.
const DEPTH: usize = 24;
const CODE: usize = 84;
const CAPABILITIES: usize = 112;
const MORE: usize = 136;
const COUNT: usize = 140;
/// Length of the headers.
const HEAD: usize = 148;
/// Bits of the fields: that it is a cube map, and each of its faces, and that it is a volume.
const IS_CUBE: u32 = 0x200;
const FACES: u32 = 0xfc00;
const IS_VOLUME: u32 = 0x20_0000;
const IS_NEW_CUBE: u32 = 4;

/// The file with other headers.
pub(super) struct Texture<'a> {
    head: Vec<u8>,
    file: Cursor<&'a [u8]>,
}

impl<'a> Texture<'a> {
    /// The first picture of a file, and how many it has.
    pub(super) fn first(bytes: &'a [u8]) -> (Self, u32) {
        let field = |at: usize| u32_le(bytes, at).unwrap_or(0);
        let capabilities = field(CAPABILITIES);
        let is_new = bytes.get(CODE..CODE + 4) == Some(b"DX10");
        let (more, count) = match is_new {
            true => (field(MORE), field(COUNT).max(1)),
            false => (0, 1),
        };
        let pictures = if capabilities & IS_VOLUME != 0 {
            field(DEPTH)
        } else if more & IS_NEW_CUBE != 0 {
            count.saturating_mul(6)
        } else if capabilities & IS_CUBE != 0 {
            (capabilities & FACES).count_ones()
        } else {
            count
        };
        let mut head = bytes.get(..HEAD).unwrap_or_default().to_vec();
        let mut set = |at: usize, value: u32| {
            if let Some(field) = head.get_mut(at..at + 4) {
                field.copy_from_slice(&value.to_le_bytes());
            }
        };
        if capabilities & IS_VOLUME == 0 && pictures > 1 {
            set(CAPABILITIES, capabilities & !(IS_CUBE | FACES));
            if is_new {
                set(MORE, more & !IS_NEW_CUBE);
                set(COUNT, 1);
            }
        }
        let file = Cursor::new(bytes);
        (Self { head, file }, pictures.max(1))
    }
}

impl Read for Texture<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let at = usize::try_from(self.file.position()).unwrap_or(usize::MAX);
        match self.head.get(at..).filter(|rest| !rest.is_empty()) {
            Some(mut rest) => {
                let count = rest.read(buffer)?;
                self.file.set_position((at + count) as u64);
                Ok(count)
            }
            None => self.file.read(buffer),
        }
    }
}

impl Seek for Texture<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.file.seek(to)
    }
}
