//! HEVC pictures as items: their parameter sets, and decoding through `avatar-hevc`.

mod bits;
mod parameters;
mod units;

use avatar_hevc::{Decoder, Error as Refusal, Filters, Picture, Samples};

use super::mosaic::{Stored, Tile, View};
pub(super) use parameters::Parameters;
use units::{INDEPENDENT, SEQUENCE_SET, SETS, is_slice, kind};

/// Most units of an item that say something. A picture has at most 65,535 slices.
const MOST_UNITS: usize = 1 << 17;

/// The configuration in an `hvcC` box (ISO/IEC 14496-15, section 8.3.3.1).
pub(super) struct Config<'a> {
    /// Bytes of the length before each unit of the item.
    length: usize,
    sets: Vec<&'a [u8]>,
    pub(super) parameters: Parameters,
}

impl<'a> Config<'a> {
    /// `None` if it is damaged or has no sequence parameter set.
    pub(super) fn read(content: &'a [u8]) -> Option<Self> {
        let length = usize::from(content.get(21)? & 3) + 1;
        let (&arrays, mut rest) = content.get(22..)?.split_first()?;
        let mut sets = Vec::new();
        for _ in 0..arrays {
            let (_, after) = rest.split_first()?;
            let (count, mut after) = after.split_first_chunk::<2>()?;
            for _ in 0..u16::from_be_bytes(*count) {
                let (length, unit) = after.split_first_chunk::<2>()?;
                let (unit, next) = unit.split_at_checked(u16::from_be_bytes(*length).into())?;
                sets.extend(kind(unit).filter(|kind| SETS.contains(kind)).map(|_| unit));
                after = next;
            }
            rest = after;
        }
        sets.sort_by_key(|unit| kind(unit));
        let sequence = sets.iter().find(|unit| kind(unit) == Some(SEQUENCE_SET))?;
        let parameters = Parameters::read(sequence)?;
        Some(Self {
            length,
            sets,
            parameters,
        })
    }

    /// The units of an item that have content; `None` if one of them exceeds it, or if there are too many.
    fn units<'d>(&self, mut data: &'d [u8]) -> Option<Vec<&'d [u8]>> {
        let mut units = Vec::new();
        while !data.is_empty() {
            let (length, after) = data.split_at_checked(self.length)?;
            let length = length
                .iter()
                .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
            let (unit, next) = after.split_at_checked(length)?;
            // Units without content say nothing, and there can be as many as bytes.
            if unit.len() > 2 {
                if units.len() == MOST_UNITS {
                    return None;
                }
                units.push(unit);
            }
            data = next;
        }
        Some(units)
    }

    /// Whether no slice of the item refers to other pictures.
    pub(super) fn is_plain(&self, data: &[u8]) -> bool {
        let slices = self.units(data).unwrap_or_default().into_iter();
        let mut slices = slices.filter_map(kind).filter(|kind| is_slice(*kind));
        slices.all(|kind| INDEPENDENT.contains(&kind))
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
        let (width, height) = self.parameters.coded;
        let halves = self.parameters.halves();
        decoder.limit(width.saturating_mul(height).saturating_mul(halves) / 2);
        let picture = decoder.decode(&units, filters)?;
        let Parameters {
            size,
            chroma,
            depths,
            ..
        } = self.parameters;
        let found = (picture.size, picture.chroma, picture.depths.into());
        if found != (size, chroma, depths) {
            return Err(Refusal::Malformed("a picture unlike its parameter sets"));
        }
        Ok(tile(&picture))
    }
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
