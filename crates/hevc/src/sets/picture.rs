//! The picture parameter set (clause 7.3.2.3).

use super::has_range_extension;
use super::scaling::Factors;
use crate::Error;
use crate::bits::Bits;

/// Most rows or columns of tiles (table A.8, level 6.2 and above).
const MOST_TILES: u32 = 63;

/// How a picture is divided into tiles.
pub(crate) struct Tiles {
    /// Their widths and heights in coding tree blocks, without the last; `None` if all are equal.
    pub(crate) stated: Option<(Vec<u32>, Vec<u32>)>,
    pub(crate) columns: u32,
    pub(crate) rows: u32,
    pub(crate) are_filtered_across: bool,
}

/// How edges of blocks are filtered, unless a slice says otherwise.
#[derive(Clone, Copy, Default)]
pub(crate) struct Deblocking {
    pub(crate) is_off: bool,
    /// Offsets of beta and tc, halved.
    pub(crate) offsets: [i32; 2],
}

pub(crate) struct Pps {
    pub(crate) id: u32,
    pub(crate) sequence: u32,
    pub(crate) has_dependent_slices: bool,
    pub(crate) has_output_flag: bool,
    pub(crate) spare_bits: u32,
    pub(crate) hides_signs: bool,
    pub(crate) quantizer: i32,
    pub(crate) has_transform_skip: bool,
    /// Depth of quantisation groups in the coding tree.
    pub(crate) delta_depth: Option<u32>,
    /// Offsets of the quantisers of chroma.
    pub(crate) chroma_offsets: [i32; 2],
    pub(crate) has_slice_offsets: bool,
    pub(crate) has_bypass: bool,
    pub(crate) tiles: Option<Tiles>,
    pub(crate) has_wavefronts: bool,
    pub(crate) is_filtered_across: bool,
    pub(crate) may_override: bool,
    pub(crate) deblocking: Deblocking,
    pub(crate) scaling: Option<Factors>,
    pub(crate) has_header_extension: bool,
    /// Largest block without transform, as a base-2 logarithm.
    pub(crate) max_skip: u32,
    pub(crate) has_cross_component: bool,
    /// Depth of groups, and pairs of offsets, of quantisers of chroma.
    pub(crate) chroma_lists: Option<(u32, Vec<[i32; 2]>)>,
    /// Shifts of sample adaptive offsets, of luma and of chroma.
    pub(crate) offset_shifts: [u32; 2],
}

impl Pps {
    /// Its number, and that of the sequence parameter set that it names, from the content of a unit after its header.
    pub(crate) fn names(content: &[u8]) -> Result<(u32, u32), Error> {
        let bits = &mut Bits::new(content, "a picture parameter set");
        Ok((bits.up_to(63)?, bits.up_to(15)?))
    }

    /// Reads the content of a unit after its header.
    pub(crate) fn read(content: &[u8]) -> Result<Self, Error> {
        let bits = &mut Bits::new(content, "a picture parameter set");
        let id = bits.up_to(63)?;
        let sequence = bits.up_to(15)?;
        let (has_dependent_slices, has_output_flag) = (bits.flag()?, bits.flag()?);
        let spare_bits = bits.take(3)?;
        let hides_signs = bits.flag()?;
        bits.skip(1)?;
        bits.up_to(14)?;
        bits.up_to(14)?;
        let quantizer = 26 + bits.signed(-74..=25)?;
        bits.skip(1)?; // constrained intra prediction, which changes nothing where all is intra
        let has_transform_skip = bits.flag()?;
        let delta_depth = if bits.flag()? {
            Some(bits.up_to(3)?)
        } else {
            None
        };
        let chroma_offsets = [bits.signed(-12..=12)?, bits.signed(-12..=12)?];
        let has_slice_offsets = bits.flag()?;
        bits.skip(2)?; // weighted prediction
        let has_bypass = bits.flag()?;
        let (has_tiles, has_wavefronts) = (bits.flag()?, bits.flag()?);
        let tiles = if has_tiles { Some(tiles(bits)?) } else { None };
        let is_filtered_across = bits.flag()?;
        let mut may_override = false;
        let mut deblocking = Deblocking::default();
        if bits.flag()? {
            may_override = bits.flag()?;
            deblocking = Deblocking::read(bits)?;
        }
        let scaling = if bits.flag()? {
            Some(Factors::read(bits)?)
        } else {
            None
        };
        bits.skip(1)?;
        bits.unsigned()?;
        let has_header_extension = bits.flag()?;
        let mut found = Self {
            id,
            sequence,
            has_dependent_slices,
            has_output_flag,
            spare_bits,
            hides_signs,
            quantizer,
            has_transform_skip,
            delta_depth,
            chroma_offsets,
            has_slice_offsets,
            has_bypass,
            tiles,
            has_wavefronts,
            is_filtered_across,
            may_override,
            deblocking,
            scaling,
            has_header_extension,
            max_skip: 2,
            has_cross_component: false,
            chroma_lists: None,
            offset_shifts: [0; 2],
        };
        if bits.flag()? {
            found.extend(bits)?;
        }
        Ok(found)
    }

    /// Clause 7.3.2.3.2.
    fn extend(&mut self, bits: &mut Bits<'_>) -> Result<(), Error> {
        if !has_range_extension(bits)? {
            return Ok(());
        }
        if self.has_transform_skip {
            self.max_skip = 2 + bits.up_to(3)?;
        }
        self.has_cross_component = bits.flag()?;
        if bits.flag()? {
            let depth = bits.up_to(3)?;
            let mut pairs = Vec::new();
            for _ in 0..=bits.up_to(5)? {
                pairs.push([bits.signed(-12..=12)?, bits.signed(-12..=12)?]);
            }
            self.chroma_lists = Some((depth, pairs));
        }
        self.offset_shifts = [bits.up_to(6)?, bits.up_to(6)?];
        Ok(())
    }
}

impl Deblocking {
    pub(crate) fn read(bits: &mut Bits<'_>) -> Result<Self, Error> {
        let is_off = bits.flag()?;
        let mut offsets = [0; 2];
        if !is_off {
            for offset in &mut offsets {
                *offset = bits.signed(-6..=6)?;
            }
        }
        Ok(Self { is_off, offsets })
    }
}

fn tiles(bits: &mut Bits<'_>) -> Result<Tiles, Error> {
    let (columns, rows) = (1 + bits.up_to(MOST_TILES)?, 1 + bits.up_to(MOST_TILES)?);
    let mut stated = None;
    if !bits.flag()? {
        let mut sizes = |count: u32| {
            (1..count)
                .map(|_| Ok(1 + bits.up_to(1 << 16)?))
                .collect::<Result<Vec<_>, Error>>()
        };
        stated = Some((sizes(columns)?, sizes(rows)?));
    }
    Ok(Tiles {
        stated,
        columns,
        rows,
        are_filtered_across: bits.flag()?,
    })
}

impl Tiles {
    /// Where columns and rows of tiles start, and where the last ends, in coding tree blocks (clause 6.5.1).
    pub(crate) fn bounds(&self, size: (u32, u32)) -> Option<(Vec<u32>, Vec<u32>)> {
        let equal = |count: u32, whole: u32| {
            (0..=count)
                .map(|at| (u64::from(at) * u64::from(whole) / u64::from(count)) as u32)
                .collect::<Vec<u32>>()
        };
        let sums = |sizes: &[u32], whole: u32| {
            let mut all = vec![0];
            let mut sum = 0;
            for size in sizes {
                sum += size;
                all.push(sum);
            }
            all.push(whole);
            all
        };
        let (across, down) = match &self.stated {
            None => (equal(self.columns, size.0), equal(self.rows, size.1)),
            Some((columns, rows)) => (sums(columns, size.0), sums(rows, size.1)),
        };
        let is_rising = |bounds: &[u32]| bounds.windows(2).all(|pair| pair[0] < pair[1]);
        (is_rising(&across) && is_rising(&down)).then_some((across, down))
    }
}
