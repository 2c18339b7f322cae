//! Joins tiles and strips, of which `segment` decompresses each, and notes which rows are damaged or missing.

use super::form::Form;
use super::jpeg_end;
use super::segment::{Segment, row_bytes};
use crate::codec::damage::Damage;
use crate::codec::ifd::{Directory, tag};

/// The value of Compression for JPEG with tables of its own.
const JPEG: usize = 7;

/// The decompressed strips or tiles of a picture.
pub(super) struct Unpacked {
    /// The bytes of each plane, row after row; rows are padded only to whole bytes.
    pub(super) planes: Vec<Vec<u8>>,
    /// For each row of the picture, whether a part of it is missing.
    pub(super) lost: Vec<bool>,
    /// The first damage that was found.
    pub(super) damage: Option<Damage>,
    /// Whether it is unknown which rows are wrong.
    pub(super) is_doubtful: bool,
}

impl Unpacked {
    fn lose(&mut self, rows: std::ops::Range<usize>, damage: Damage) {
        let end = rows.end.min(self.lost.len());
        if let Some(rows) = self.lost.get_mut(rows.start.min(end)..end) {
            rows.fill(true);
        }
        self.damage.get_or_insert(damage);
    }
}

/// Decompresses all strips or tiles, each as far as possible.
pub(super) fn planes(form: &Form, directory: &Directory<'_>) -> Result<Unpacked, String> {
    let is_tiled = directory.has(tag::TILE_OFFSETS);
    let mut places = places(directory, is_tiled);
    let count = if form.is_planar { form.samples } else { 1 };
    let mut unpacked = Unpacked {
        planes: Vec::with_capacity(count),
        lost: vec![false; form.size.1 as usize],
        damage: None,
        is_doubtful: false,
    };
    for plane in 0..count {
        let (size, tile) = (form.plane_size(plane), form.plane_tile(plane));
        let row = row_bytes(form, size.0);
        let mut whole = vec![0; row * size.1];
        let across = size.0.div_ceil(tile.0);
        for index in 0..across * size.1.div_ceil(tile.1) {
            let (offset, length) = places.next().ok_or("a strip or tile is missing")?;
            let (column, top) = (index % across, index / across * tile.1);
            let segment = Segment {
                form,
                width: tile.0,
                rows: match is_tiled {
                    true => tile.1,
                    false => tile.1.min(size.1 - top),
                },
                directory,
            };
            let stored = Stored {
                data: directory.data(offset, length).unwrap_or_default(),
                length,
                is_first: index + plane == 0,
            };
            // In a plane with shared chroma, one row can belong to two rows of the picture.
            let scale = (form.size.1 as usize).div_ceil(size.1.max(1));
            let bytes = segment.unpack(&stored, (top, scale), &mut unpacked)?;
            let start = column * row_bytes(form, tile.0);
            let target = whole.chunks_exact_mut(row.max(1)).skip(top);
            for (into, from) in target.zip(bytes.chunks_exact(row_bytes(form, tile.0).max(1))) {
                let into = into.get_mut(start..).unwrap_or_default();
                let length = into.len().min(from.len());
                into[..length].copy_from_slice(&from[..length]);
            }
        }
        unpacked.planes.push(whole);
    }
    Ok(unpacked)
}

/// Offset and length of each strip or tile. The length is `usize::MAX` if the file does not say it.
fn places(
    directory: &Directory<'_>,
    is_tiled: bool,
) -> impl Iterator<Item = (usize, usize)> + use<> {
    let (offsets, lengths) = match is_tiled {
        true => (tag::TILE_OFFSETS, tag::TILE_BYTES),
        false => (tag::STRIP_OFFSETS, tag::STRIP_BYTES),
    };
    let (offsets, lengths) = (directory.numbers(offsets), directory.numbers(lengths));
    // Some programs leave out the length if there is only one strip.
    let stated = |length: usize| if length == 0 { usize::MAX } else { length };
    let lengths = lengths.into_iter().map(stated);
    (offsets.into_iter()).zip(lengths.chain(std::iter::repeat(usize::MAX)))
}

/// The compressed bytes of one strip or tile.
struct Stored<'a> {
    data: &'a [u8],
    /// The length that the file says, or `usize::MAX`.
    length: usize,
    /// Whether it is the first of the file.
    is_first: bool,
}

impl Segment<'_, '_> {
    /// Decompresses as much as possible. What is missing is noted in `unpacked`: the segment begins at row
    /// `top` of its plane, of which each belongs to `scale` rows of the picture.
    fn unpack(
        &self,
        stored: &Stored<'_>,
        (top, scale): (usize, usize),
        unpacked: &mut Unpacked,
    ) -> Result<Vec<u8>, String> {
        let &Stored { data, length, .. } = stored;
        let ends_early = data.is_empty() || data.len() < length && length < usize::MAX;
        let damage = |said: &str| match ends_early {
            true => Damage::FileEnds,
            false => Damage::Inside(said.into()),
        };
        let is_open = self.form.compression == JPEG && !jpeg_end::is_there(data);
        let part = match is_open && ends_early {
            true => Err("a JPEG ends early".into()),
            false => self.decode(data),
        };
        let end = (top + self.rows) * scale;
        match part {
            Ok(part) => {
                if part.is_damaged {
                    unpacked.lose(0..0, damage("a strip or tile is damaged"));
                    unpacked.is_doubtful = true;
                }
                if is_open {
                    unpacked.lose(0..0, damage("a JPEG ends early"));
                }
                if part.rows < self.rows {
                    let first = (top + part.rows) * scale;
                    unpacked.lose(first..end, damage("a strip or tile ends early"));
                }
                Ok(part.bytes)
            }
            Err(_) if !stored.is_first || ends_early => {
                unpacked.lose(top * scale..end, damage("a strip or tile is broken"));
                Ok(Vec::new())
            }
            // The whole file is as the first.
            Err(said) => Err(said),
        }
    }
}
