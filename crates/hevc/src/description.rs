//! What parameter sets say of a picture, before anything is decoded.

use crate::Error;
use crate::bits::unescape;
use crate::sets::{Pps, Sps};
use crate::slice;
use crate::unit_kind::{PICTURE_SET, SEQUENCE_SET, number};

/// What parameter sets say of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Description {
    /// Width and height in luma samples, whole coding blocks.
    pub coded: (u32, u32),
    /// Width and height of the conformance window in luma samples, which [`Picture`](crate::Picture) shows.
    pub size: (u32, u32),
    /// `chroma_format_idc`: 0 without chroma, then 4:2:0, 4:2:2 and 4:4:4.
    pub chroma: u8,
    /// Bits of luma and of chroma.
    pub depths: [u32; 2],
    /// Code points of ITU-T H.273 for primaries, transfer function and matrix, and whether the range is full, if they
    /// are stated.
    pub colors: Option<([u16; 3], bool)>,
}

impl Description {
    /// Reads the units that are parameter sets: what the sequence parameter set says that the picture parameter set of
    /// this slice names. Without a slice, or without its set, the first picture parameter set counts, and without the
    /// sequence parameter set that it names, the first one. What the decoder does not support is no error here.
    ///
    /// # Errors
    /// If there is no sequence parameter set, or that one is damaged.
    pub fn of_sets(units: &[&[u8]], first_slice: Option<&[u8]>) -> Result<Self, Error> {
        let of_kind = |kind: u8| {
            let units = units.iter().copied();
            units.filter(move |unit| number(unit) == Some(kind))
        };
        let names = |unit| Pps::names(&content(unit, START)).ok();
        let pictures: Vec<(u32, u32)> = of_kind(PICTURE_SET).filter_map(names).collect();
        let of_slice = first_slice.and_then(|slice| {
            let (_, picture) = slice::start(slice.get(2..)?, number(slice)?).ok()?;
            pictures.iter().rfind(|(own, _)| *own == picture)
        });
        let named = of_slice.or(pictures.first());
        let named = named.map(|(_, sequence)| *sequence);
        // A set replaces one with the same number.
        let is_named = |unit: &&[u8]| {
            let found = Sps::number(&content(unit, START)).ok();
            found.is_some() && found == named
        };
        let sequences: Vec<&[u8]> = of_kind(SEQUENCE_SET).collect();
        let unit = sequences.iter().rfind(|unit| is_named(unit));
        let unit = unit.or(sequences.first());
        let unit = unit.ok_or(Error::Truncated("no sequence parameter set"))?;
        Ok(Self::of(&Sps::read(&content(unit, unit.len()))?))
    }

    /// What a sequence parameter set says of its pictures.
    pub(crate) fn of(set: &Sps) -> Self {
        let [left, right, top, bottom] = set.margins;
        Self {
            coded: set.coded,
            size: (set.coded.0 - left - right, set.coded.1 - top - bottom),
            chroma: set.chroma as u8,
            depths: set.depths,
            colors: set.colors,
        }
    }

    /// Bytes of the planes that the decoder makes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes_of(u64::from(self.coded.0) * u64::from(self.coded.1))
    }

    /// Bytes of so many luma samples and their chroma.
    #[must_use]
    pub fn bytes_of(&self, luma: u64) -> u64 {
        let halves = match self.chroma {
            0 => 2,
            1 => 3,
            2 => 4,
            _ => 6,
        };
        let each = if self.depths == [8, 8] { 1 } else { 2 };
        luma.saturating_mul(halves * each) / 2
    }
}

/// Bytes of a unit in which the numbers of sets are.
const START: usize = 256;

/// The content of a unit after its header, of its first bytes.
fn content(unit: &[u8], most: usize) -> Vec<u8> {
    let bytes = unit.get(2..unit.len().min(most)).unwrap_or_default();
    let mut content = Vec::with_capacity(bytes.len());
    unescape(bytes, &mut content);
    content
}
