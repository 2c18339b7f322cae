//! HEVC pictures as items: their parameter sets, and decoding through `avatar-hevc`.

use avatar_hevc::{Decoder, Description, Error as Refusal, Filters, Picture, Samples, UnitKind};

use super::mosaic::{Stored, Tile, View};

/// Most units of an item that say something. A picture has at most 65,535 slices.
const MOST_UNITS: usize = 1 << 17;

/// Most parameter sets that are read: 16 of sequences and 64 of pictures can have numbers of their own.
const MOST_SETS: usize = 128;

/// The configuration in an `hvcC` box (ISO/IEC 14496-15, section 8.3.3.1).
pub(super) struct Config<'a> {
    /// Bytes of the length before each unit of the item.
    length: usize,
    sets: Vec<&'a [u8]>,
    pub(super) description: Description,
}

/// The units of an item that have content, up to the first that exceeds it.
struct Units<'a> {
    /// Bytes of the length before each unit.
    length: usize,
    /// What follows the units that were returned.
    data: &'a [u8],
}

impl<'a> Iterator for Units<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        while !self.data.is_empty() {
            let (length, after) = self.data.split_at_checked(self.length)?;
            let length = length
                .iter()
                .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
            let (unit, next) = after.split_at_checked(length)?;
            self.data = next;
            // Units without content say nothing, and there can be as many as bytes.
            if unit.len() > 2 {
                return Some(unit);
            }
        }
        None
    }
}

impl<'a> Config<'a> {
    /// Reads the configuration. If it has several sequence parameter sets, that of the first slice of `data` counts, as
    /// far as the data is known. `None` if it is damaged, has no sequence parameter set, or has too many sets.
    pub(super) fn read(content: &'a [u8], data: Option<&[u8]>) -> Option<Self> {
        let length = usize::from(content.get(21)? & 3) + 1;
        let (&arrays, mut rest) = content.get(22..)?.split_first()?;
        let mut sets = Vec::new();
        for _ in 0..arrays {
            let (_, after) = rest.split_first()?;
            let (count, mut after) = after.split_first_chunk::<2>()?;
            for _ in 0..u16::from_be_bytes(*count) {
                let (length, unit) = after.split_first_chunk::<2>()?;
                let (unit, next) = unit.split_at_checked(u16::from_be_bytes(*length).into())?;
                if UnitKind::of(unit) == UnitKind::Set {
                    if sets.len() == MOST_SETS {
                        return None;
                    }
                    sets.push(unit);
                }
                after = next;
            }
            rest = after;
        }
        let first = data.and_then(|data| first_slice(length, data));
        let description = Description::of_sets(&sets, first).ok()?;
        Some(Self {
            length,
            sets,
            description,
        })
    }

    /// The units of an item that have content; `None` if one of them exceeds it, or if there are too many.
    fn units<'d>(&self, data: &'d [u8]) -> Option<Vec<&'d [u8]>> {
        let length = self.length;
        let mut all = Units { length, data };
        let units: Vec<&[u8]> = all.by_ref().take(MOST_UNITS).collect();
        (all.next().is_none() && all.data.is_empty()).then_some(units)
    }

    /// Whether no slice of the item refers to other pictures.
    pub(super) fn is_plain(&self, data: &[u8]) -> bool {
        let mut units = self.units(data).unwrap_or_default().into_iter();
        units.all(|unit| UnitKind::of(unit) != UnitKind::OtherSlice)
    }

    /// Decodes an item. If it `is_reduced` to a quarter or less in each direction, the edges of its
    /// blocks are not filtered, which changes less than the reduction shows.
    pub(super) fn decode<'d>(
        &self,
        decoder: &'d mut Decoder,
        data: &[u8],
        is_reduced: bool,
    ) -> Result<Tile<'d>, Refusal> {
        let units = self.units(data).ok_or(Refusal::Truncated("a unit"))?;
        for set in &self.sets {
            decoder.read_set(set)?;
        }
        let filters = match is_reduced {
            true => Filters::WithoutEdges,
            false => Filters::All,
        };
        decoder.limit(self.description.bytes());
        let picture = decoder.decode(&units, filters)?;
        let Description {
            size,
            chroma,
            depths,
            ..
        } = self.description;
        let found = (picture.size, picture.chroma, picture.depths);
        if found != (size, chroma, depths) {
            return Err(Refusal::Malformed("a picture unlike its parameter sets"));
        }
        Ok(tile(&picture))
    }
}

/// The first slice of an item whose units have lengths of so many bytes.
fn first_slice(length: usize, data: &[u8]) -> Option<&[u8]> {
    let is_slice = |unit: &&[u8]| {
        let kind = UnitKind::of(unit);
        matches!(kind, UnitKind::IntraSlice | UnitKind::OtherSlice)
    };
    Units { length, data }.find(is_slice)
}

/// The samples of a picture, with those of the smaller depth scaled to the larger one.
fn tile<'d>(picture: &Picture<'d>) -> Tile<'d> {
    let [luma, chroma] = picture.depths;
    let has_chroma = picture.chroma != 0;
    let depth = if has_chroma { luma.max(chroma) } else { luma };
    let view = |plane: usize| View {
        size: picture.plane_size(plane),
        stride: picture.strides[plane],
        lift: depth - if plane == 0 { luma } else { chroma },
        samples: match picture.samples {
            Samples::U8(planes) => Stored::U8(planes[plane]),
            Samples::U16(planes) => Stored::U16(planes[plane]),
        },
    };
    Tile {
        luma: view(0),
        chroma: has_chroma.then(|| [view(1), view(2)]),
        depth,
    }
}
