//! Presents the file to the decoder with some tags changed and with LZW, Deflate and PackBits
//! decompressed.

use std::io::{Cursor, ErrorKind, Read, Result, Seek, SeekFrom};

use tiff::decoder::Decoder;

use super::super::jpeg_end;
use super::unpack::Compression;
use crate::codec::ifd::{Directory, Tiff, tag};

/// The library's decoder of a patched file.
pub(super) type TiffDecoder<'a> = Decoder<Patched<'a>>;

/// The value of Compression for none (TIFF 6.0, page 30).
const NONE: u16 = 1;
/// The type of bytes (TIFF 6.0, page 15).
const BYTE: u16 = 1;

/// The file with some values of one directory changed; this directory appears as the first.
pub(super) struct Patched<'a> {
    file: Cursor<&'a [u8]>,
    /// The directory that the decoder is to read; `None` if the file is not a TIFF.
    directory: Option<Directory<'a>>,
    patches: Vec<(u64, [u8; 2])>,
    compression: Option<Compression>,
    packed: Option<Packed>,
    /// The data of the next strip or tile, if it is not taken from the file.
    data: Option<Vec<u8>>,
    is_damaged: bool,
}

/// A compressed strip or tile, which begins where the decoder seeks to next.
struct Packed {
    length: usize,
    /// Its decompressed length in bytes, including padding.
    unpacked: usize,
    /// Whether its data has to end where its pixels do.
    is_exact: bool,
    /// The decompressed bytes, if they were not all read at once.
    rest: Option<Cursor<Vec<u8>>>,
}

impl<'a> Patched<'a> {
    /// Presents a file; some compressions are undone here, not by the library.
    pub(super) fn new(bytes: &'a [u8], directory: usize) -> Self {
        let tiff = Tiff::new(bytes);
        let mut file = Self {
            file: Cursor::new(bytes),
            directory: tiff.map(|tiff| tiff.at(directory)),
            patches: Vec::new(),
            compression: None,
            packed: None,
            data: None,
            is_damaged: false,
        };
        if let Some(tiff) = tiff {
            file.start_at(tiff, directory);
        }
        file.compression = file.value(tag::COMPRESSION).and_then(Compression::of);
        if file.compression.is_some() {
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
    pub(super) fn is_packed(&self) -> bool {
        self.compression.is_some()
    }

    /// Whether the data of some strip or tile contradicts its size or checksum.
    pub(super) fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Announces the strip or tile that the decoder seeks to next: `length` bytes in the file,
    /// which become `unpacked` bytes of pixels. The data of some
    /// strips may go on behind them (not `is_exact`).
    pub(super) fn unpack_next(&mut self, length: usize, unpacked: usize, is_exact: bool) {
        let rest = None;
        self.packed = Some(Packed {
            length,
            unpacked,
            is_exact,
            rest,
        });
    }

    /// Takes the data of the announced strip or tile from `read`, which fills a buffer of its length, and not
    /// from the file. The buffer has room for the `longest` one, so that it never grows.
    pub(super) fn take_next(
        &mut self,
        (length, longest): (usize, usize),
        read: impl FnOnce(&mut [u8]) -> Result<()>,
    ) -> Result<()> {
        let data = self.data.get_or_insert_default();
        data.reserve_exact(longest.saturating_sub(data.len()));
        data.resize(length, 0);
        read(data)
    }

    /// Checks that the JPEG of a strip or tile has an end. If the file ends before, that is an error.
    pub(super) fn check_jpeg(&mut self, offset: u64, length: usize) -> Result<()> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let data = self.file.get_ref().get(start..).unwrap_or_default();
        match data.get(..length) {
            Some(data) => self.is_damaged |= length > 0 && !jpeg_end::is_there(data),
            None if jpeg_end::is_there(data) => {}
            None => return Err(ErrorKind::UnexpectedEof.into()),
        }
        Ok(())
    }

    /// The value of a tag of one SHORT.
    pub(super) fn value(&self, tag: u16) -> Option<u16> {
        Some(self.directory.as_ref()?.short(tag)?.1)
    }

    /// Changes the value of a tag of one SHORT.
    pub(super) fn patch(&mut self, tag: u16, value: u16) {
        let found = self.directory.as_ref().and_then(|it| it.short(tag));
        if let Some((at, _)) = found {
            self.put(at, value);
        }
    }

    /// Presents texts of more than `most` bytes as bytes. The library refuses both as too long, but where it finds a text
    /// instead of a number it also prints a line for its developers to standard error.
    pub(super) fn hide_texts(&mut self, most: u64) {
        let found = self.directory.as_ref().map(|it| it.types_of_texts(most));
        for at in found.into_iter().flatten() {
            self.put(at, BYTE);
        }
    }

    /// Changes two bytes of the directory.
    fn put(&mut self, at: usize, value: u16) {
        let is_big_endian = self
            .directory
            .as_ref()
            .is_some_and(Directory::is_big_endian);
        let value = match is_big_endian {
            true => value.to_be_bytes(),
            false => value.to_le_bytes(),
        };
        self.patches.push((at as u64, value));
    }
}

impl Packed {
    /// Also sets `is_damaged` if that shows.
    fn read(
        &mut self,
        (file, data): (&Cursor<&[u8]>, Option<&[u8]>),
        compression: Compression,
        buffer: &mut [u8],
        is_damaged: &mut bool,
    ) -> Result<usize> {
        if let Some(rest) = &mut self.rest {
            return rest.read(buffer);
        }
        let start = usize::try_from(file.position()).unwrap_or(usize::MAX);
        let rest = || file.get_ref().get(start..).unwrap_or_default();
        let data = data.unwrap_or_else(rest);
        let data = data.get(..self.length).unwrap_or(data);
        let is_exact = self.is_exact;
        let mut unpack = |out: &mut [u8]| {
            let unpacked = compression.unpack(data, out)?;
            *is_damaged |= unpacked.is_wrong || unpacked.is_odd && is_exact;
            Ok(unpacked.written)
        };
        // If everything is read at once, which is usual, no copy is needed.
        if let Some(out) = buffer.get_mut(..self.unpacked) {
            self.rest = Some(Cursor::default());
            return unpack(out);
        }
        let mut bytes = vec![0; self.unpacked];
        let written = unpack(&mut bytes)?;
        bytes.truncate(written);
        self.rest.insert(Cursor::new(bytes)).read(buffer)
    }
}

impl Read for Patched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if let (Some(packed), Some(compression)) = (&mut self.packed, self.compression) {
            let from = (&self.file, self.data.as_deref());
            return packed.read(from, compression, buffer, &mut self.is_damaged);
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
