//! HEVC pictures as items: their parameter sets, and decoding through `heic-rs`.

mod bits;
mod filters;
mod parameters;
mod scaling;
mod units;

use std::borrow::Cow;

use heic_rs::Error as Refusal;
use heic_rs::hevc::{ChromaFormat, Frame, decode_still};

use super::mosaic::{Stored, Tile, View};
pub(super) use parameters::Parameters;
use units::{INDEPENDENT, NO_SLICE, PICTURE_SET, SEQUENCE_SET, SETS, kind};

/// The configuration in an `hvcC` box (ISO/IEC 14496-15, section 8.3.3.1).
pub(super) struct Config<'a> {
    /// Bytes of the length before each unit of the item.
    length: usize,
    sets: Vec<Cow<'a, [u8]>>,
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
        let stated = |unit: &'a [u8]| scaling::stated(unit).map_or(Cow::Borrowed(unit), Cow::Owned);
        Some(Self {
            length,
            sets: sets.into_iter().map(stated).collect(),
            parameters,
        })
    }

    /// The units of an item; `None` if one of them exceeds it.
    fn units<'d>(&self, mut data: &'d [u8]) -> Option<Vec<&'d [u8]>> {
        let mut units = Vec::new();
        while !data.is_empty() {
            let (length, after) = data.split_at_checked(self.length)?;
            let length = length
                .iter()
                .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
            let (unit, next) = after.split_at_checked(length)?;
            units.push(unit);
            data = next;
        }
        Some(units)
    }

    /// Whether `heic-rs` decodes the item as the standard requires: luma alone or with chroma halved
    /// in both directions, and no reference to other pictures. Its samples of 4:2:2 differ from
    /// those of the reference decoder.
    pub(super) fn is_plain(&self, data: &[u8]) -> bool {
        let slices = self.units(data).unwrap_or_default().into_iter();
        let mut slices = slices.filter_map(kind).filter(|kind| *kind < NO_SLICE);
        self.parameters.chroma <= 1 && slices.all(|kind| INDEPENDENT.contains(&kind))
    }

    /// The parameter sets with which the edges of blocks in these units are not filtered; those of the
    /// file if the units require them.
    fn unfiltered(&self, units: &[&[u8]]) -> Vec<Cow<'_, [u8]>> {
        let mut sets: Vec<Cow<'_, [u8]>> = self.sets.iter().map(|set| set[..].into()).collect();
        let is_picture = |set: &&mut Cow<'_, [u8]>| kind(set) == Some(PICTURE_SET);
        let mut pictures = sets.iter_mut().filter(is_picture);
        if let (Some(set), None) = (pictures.next(), pictures.next()) {
            let found = filters::left_out(set, units, &self.parameters);
            *set = found.map_or_else(|| std::mem::take(set), Cow::Owned);
        }
        sets
    }

    /// Decodes an item. If it `is_reduced` to a quarter or less in each direction, the edges of its
    /// blocks are not filtered, which changes less than the reduction shows.
    pub(super) fn decode(&self, data: &[u8], is_reduced: bool) -> Result<Decoded, Refusal> {
        let units = self.units(data).ok_or(Refusal::Truncated("a unit"))?;
        let unfiltered = is_reduced.then(|| self.unfiltered(&units));
        let sets = unfiltered.as_ref().unwrap_or(&self.sets);
        let sets: Vec<&[u8]> = sets.iter().map(AsRef::as_ref).collect();
        let frame = decode_still(&sets, &units)?;
        frame.validate()?;
        let Parameters {
            size,
            chroma,
            depths: (luma, other),
            ..
        } = self.parameters;
        let found = (frame.width, frame.height);
        let is_as_stated = found == size
            && u32::from(frame.bit_depth) == luma
            && (frame.chroma == ChromaFormat::Monochrome) == (chroma == 0);
        if !is_as_stated {
            return Err(Refusal::Malformed("a picture unlike its parameter sets"));
        }
        let depths = (luma, if chroma == 0 { luma } else { other });
        Ok(Decoded { frame, depths })
    }
}

/// A decoded picture.
pub(super) struct Decoded {
    frame: Frame,
    depths: (u32, u32),
}

impl Decoded {
    /// Its samples, with those of the smaller depth scaled to the larger one.
    pub(super) fn tile(&self) -> Tile<'_> {
        let Self { frame, depths } = self;
        let depth = depths.0.max(depths.1);
        let size = (frame.width, frame.height);
        let view = |samples, stride, size, own| View {
            size,
            stride,
            lift: depth - own,
            samples: Stored::U16(samples),
        };
        let small = frame.chroma.chroma_size(size.0, size.1);
        let chroma = |samples| view(samples, frame.c_stride as usize, small, depths.1);
        Tile {
            luma: view(&frame.y[..], frame.y_stride as usize, size, depths.0),
            chroma: (frame.chroma != ChromaFormat::Monochrome)
                .then(|| [chroma(&frame.cb[..]), chroma(&frame.cr[..])]),
            depth,
        }
    }
}
