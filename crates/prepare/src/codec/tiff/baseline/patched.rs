//! Presents the file to the decoder with some tags changed and with LZW decompressed.

use std::io::{Cursor, Read, Result, Seek, SeekFrom};

use tiff::decoder::Decoder;

use super::lzw;
use crate::codec::ifd::{Directory, Tiff, tag};

/// The library's decoder of a patched file.
pub(super) type TiffDecoder<'a> = Decoder<Patched<'a>>;

/// Values of Compression (TIFF 6.0, page 30).
const NONE: u16 = 1;
const LZW: u16 = 5;

/// The file with some values of one directory changed; this directory appears as the first.
pub(super) struct Patched<'a> {
    file: Cursor<&'a [u8]>,
    /// The directory that the decoder is to read; `None` if the file is not a TIFF.
    directory: Option<Directory<'a>>,
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
        let tiff = Tiff::new(bytes);
        let mut file = Self {
            file: Cursor::new(bytes),
            directory: tiff.map(|tiff| tiff.at(directory)),
            patches: Vec::new(),
            is_lzw: false,
            packed: None,
        };
        if let Some(tiff) = tiff {
            file.start_at(tiff, directory);
        }
        file.is_lzw = file.value(tag::COMPRESSION) == Some(LZW);
        if file.is_lzw {
            file.patch(tag::COMPRESSION, NONE);
        }
        file
    }

    /// Changes the header so that it points to the directory.
    fn start_at(&mut self, tiff: Tiff<'a>, directory: usize) {
        let (at, bytes) = tiff.starting_at(directory);
        let pairs = bytes.as_chunks::<2>().0.iter().enumerate();
        let pairs = pairs.map(|(index, &pair)| ((at + 2 * index) as u64, pair));
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
        Some(self.directory.as_ref()?.short(tag)?.1)
    }

    /// Changes the value of a tag of one SHORT.
    pub(super) fn patch(&mut self, tag: u16, value: u16) {
        let directory = self.directory.as_ref();
        let found = directory.and_then(|found| Some((found.short(tag)?.0, found.is_big_endian())));
        if let Some((at, is_big_endian)) = found {
            let value = match is_big_endian {
                true => value.to_be_bytes(),
                false => value.to_le_bytes(),
            };
            self.patches.push((at as u64, value));
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
