//! Presents the file to the decoder with some tags changed and with LZW decompressed.

use std::io::{Cursor, Read, Result, Seek, SeekFrom};

use tiff::decoder::Decoder;

use super::lzw;

/// The library's decoder of a patched file.
pub(super) type TiffDecoder<'a> = Decoder<Patched<'a>>;

/// Compression (TIFF 6.0, page 30), and two of its values.
const COMPRESSION: u16 = 259;
const NONE: u16 = 1;
const LZW: u16 = 5;

/// The file with some values of one directory changed; this directory appears as the first.
pub(super) struct Patched<'a> {
    file: Cursor<&'a [u8]>,
    /// Offset of the directory that the decoder is to read.
    directory: usize,
    patches: Vec<(u64, [u8; 2])>,
    is_lzw: bool,
    packed: Option<Packed>,
}

/// An LZW strip or tile, which begins where the decoder seeks to next.
struct Packed {
    length: usize,
    /// Its decompressed length in bytes, including padding.
    unpacked: usize,
    /// The decompressed bytes, if they were not all read at once.
    rest: Option<Cursor<Vec<u8>>>,
}

impl<'a> Patched<'a> {
    /// Presents a file; LZW is decompressed here, not by the library.
    pub(super) fn new(bytes: &'a [u8], directory: usize) -> Self {
        let mut file = Self {
            file: Cursor::new(bytes),
            directory,
            patches: Vec::new(),
            is_lzw: false,
            packed: None,
        };
        file.go_to_directory();
        file.is_lzw = file.value(COMPRESSION) == Some(LZW);
        if file.is_lzw {
            file.patch(COMPRESSION, NONE);
        }
        file
    }

    /// Changes the header so that it points to the directory, with an offset of 4 bytes, or 8 in
    /// BigTIFF.
    fn go_to_directory(&mut self) {
        let is_big = self.file.get_ref().starts_with(b"MM");
        let (at, width) = match self.file.get_ref().get(2..4) {
            Some([0, 43] | [43, 0]) => (8, 8),
            _ => (4, 4),
        };
        let offset = self.directory as u64;
        let bytes = match is_big {
            true => (offset << (64 - 8 * width)).to_be_bytes(),
            false => offset.to_le_bytes(),
        };
        let pairs = bytes.as_chunks::<2>().0.iter().take(width / 2);
        let pairs = pairs
            .enumerate()
            .map(|(index, &pair)| (at + 2 * index as u64, pair));
        self.patches.extend(pairs);
    }

    /// Whether each strip or tile has to be announced with [`unpack_next`](Self::unpack_next).
    pub(super) fn is_lzw(&self) -> bool {
        self.is_lzw
    }

    /// Announces the strip or tile that the decoder seeks to next: `length` bytes in the file,
    /// which become `unpacked` bytes of pixels.
    pub(super) fn unpack_next(&mut self, length: usize, unpacked: usize) {
        let rest = None;
        self.packed = Some(Packed {
            length,
            unpacked,
            rest,
        });
    }

    /// The value of a tag of one SHORT.
    pub(super) fn value(&self, tag: u16) -> Option<u16> {
        Some(locate(self.file.get_ref(), self.directory, tag)?.1)
    }

    /// Changes the value of a tag of one SHORT.
    pub(super) fn patch(&mut self, tag: u16, value: u16) {
        if let Some((at, _, is_big)) = locate(self.file.get_ref(), self.directory, tag) {
            let value = if is_big {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            };
            self.patches.push((at, value));
        }
    }
}

impl Packed {
    fn read(&mut self, file: &Cursor<&[u8]>, buffer: &mut [u8]) -> Result<usize> {
        if let Some(rest) = &mut self.rest {
            return rest.read(buffer);
        }
        let start = usize::try_from(file.position()).unwrap_or(usize::MAX);
        let data = file.get_ref().get(start..).unwrap_or_default();
        let data = data.get(..self.length).unwrap_or(data);
        if buffer.len() >= self.unpacked {
            // If everything is read at once, which is usual, no copy is needed.
            self.rest = Some(Cursor::default());
            return lzw::unpack(data, buffer);
        }
        let mut bytes = vec![0; self.unpacked];
        let written = lzw::unpack(data, &mut bytes)?;
        bytes.truncate(written);
        self.rest.insert(Cursor::new(bytes)).read(buffer)
    }
}

impl Read for Patched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if let Some(packed) = &mut self.packed {
            return packed.read(&self.file, buffer);
        }
        let start = self.file.position();
        let length = self.file.read(buffer)?;
        for (at, patch) in &self.patches {
            for (index, &byte) in patch.iter().enumerate() {
                let place = (at + index as u64).checked_sub(start);
                let place =
                    place.and_then(|place| buffer.get_mut(..length)?.get_mut(place as usize));
                if let Some(place) = place {
                    *place = byte;
                }
            }
        }
        Ok(length)
    }
}

impl Seek for Patched<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.file.seek(to)
    }
}

/// Position and value of a tag in the directory, and whether the file is big-endian.
fn locate(bytes: &[u8], directory: usize, tag: u16) -> Option<(u64, u16, bool)> {
    let is_big = bytes.starts_with(b"MM");
    let number = |at: usize, length: usize| {
        let field = bytes.get(at..at.checked_add(length)?)?;
        let fold = |value: u64, &byte: &u8| value << 8 | u64::from(byte);
        Some(if is_big {
            field.iter().fold(0, fold)
        } else {
            field.iter().rev().fold(0, fold)
        })
    };
    // BigTIFF has counts of 8 bytes and entries of 20 bytes.
    let (width, entry) = match number(2, 2)? {
        43 => (8, 20),
        _ => (2, 12),
    };
    let count = number(directory, width)?.min(4096) as usize;
    let first = directory.checked_add(width)?;
    let mut entries = (0..count).map(|index| first + index * entry);
    let at = entries.find(|&at| number(at, 2) == Some(tag.into()))? + entry - width.max(4);
    Some((at as u64, number(at, 2)? as u16, is_big))
}
