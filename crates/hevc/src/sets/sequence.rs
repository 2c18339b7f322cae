//! The sequence parameter set (clause 7.3.2.2).

use super::has_range_extension;
use super::references;
use super::scaling::Factors;
use super::{profile, vui};
use crate::Error;
use crate::bits::Bits;

/// Longest side that is accepted: the largest of any level (clause A.4.1) is below.
const LONGEST: u32 = 1 << 16;

/// How blocks of uncompressed samples are stored.
pub(crate) struct Pcm {
    /// Bits of luma and of chroma.
    pub(crate) depths: [u32; 2],
    /// Smallest and largest side, as base-2 logarithms.
    pub(crate) sizes: [u32; 2],
    pub(crate) is_unfiltered: bool,
}

/// The range extension (clause 7.3.2.2.2), as far as intra pictures depend on it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Range {
    pub(crate) rotates_skipped: bool,
    pub(crate) has_skip_context: bool,
    pub(crate) has_implicit_rdpcm: bool,
    pub(crate) is_smoothing_off: bool,
    pub(crate) has_persistent_rice: bool,
}

pub(crate) struct Sps {
    pub(crate) id: u32,
    /// Why the decoder cannot use it, if that says nothing against its description.
    pub(crate) refusal: Option<Error>,
    /// 0 without chroma, then 4:2:0, 4:2:2 and 4:4:4.
    pub(crate) chroma: u32,
    /// Width and height in luma samples, whole coding blocks.
    pub(crate) coded: (u32, u32),
    /// What the conformance window leaves out: left, right, top, bottom, in luma samples.
    pub(crate) margins: [u32; 4],
    /// Bits of luma and of chroma.
    pub(crate) depths: [u32; 2],
    pub(crate) order_bits: u32,
    pub(crate) min_block: u32,
    pub(crate) tree_block: u32,
    pub(crate) min_transform: u32,
    pub(crate) max_transform: u32,
    pub(crate) intra_depth: u32,
    pub(crate) scaling: Option<Factors>,
    pub(crate) has_offsets: bool,
    pub(crate) pcm: Option<Pcm>,
    pub(crate) references: Vec<u32>,
    pub(crate) long_term: Option<u32>,
    pub(crate) has_temporal_vectors: bool,
    pub(crate) is_strongly_smoothed: bool,
    pub(crate) colors: Option<vui::Colors>,
    pub(crate) range: Range,
}

/// Sides of blocks, as base-2 logarithms.
struct Sizes {
    min_block: u32,
    tree_block: u32,
    min_transform: u32,
    max_transform: u32,
    intra_depth: u32,
}

impl Sizes {
    fn read(bits: &mut Bits<'_>) -> Result<Self, Error> {
        let min_block = 3 + bits.up_to(3)?;
        let tree_block = min_block + bits.up_to(3)?;
        let min_transform = 2 + bits.up_to(3)?;
        let max_transform = min_transform + bits.up_to(3)?;
        bits.unsigned()?; // the depth of transforms between pictures
        Ok(Self {
            min_block,
            tree_block,
            min_transform,
            max_transform,
            intra_depth: bits.up_to(tree_block.saturating_sub(min_transform))?,
        })
    }

    /// Whether the sizes fit one another, and the picture is a whole number of blocks.
    fn are_sound(&self, coded: (u32, u32)) -> bool {
        let side = (1 << self.min_block) - 1;
        (4..=6).contains(&self.tree_block)
            && self.min_transform < self.min_block
            && self.max_transform <= self.tree_block.min(5)
            && coded.0 & side == 0
            && coded.1 & side == 0
    }
}

impl Sps {
    /// The number of the set, from the start of the content of a unit after its header.
    pub(crate) fn number(content: &[u8]) -> Result<u32, Error> {
        let bits = &mut Bits::new(content, "a sequence parameter set");
        start(bits).map(|(_, number)| number)
    }

    /// Reads the content of a unit after its header. An error is what keeps it from being described.
    pub(crate) fn read(content: &[u8]) -> Result<Self, Error> {
        let bits = &mut Bits::new(content, "a sequence parameter set");
        let (sub_layers, id) = start(bits)?;
        let chroma = bits.up_to(3)?;
        let mut refusal = None;
        if chroma == 3 && bits.flag()? {
            let feature = "colour planes that are coded separately";
            refusal = Some(Error::Unsupported(feature));
        }
        let coded = (bits.up_to(LONGEST)?, bits.up_to(LONGEST)?);
        let margins = margins(bits, chroma)?;
        let depths = [8 + bits.up_to(8)?, 8 + bits.up_to(8)?];
        if depths[0].max(depths[1]) > 12 {
            refusal = Some(Error::Unsupported("more than 12 bits"));
        }
        let order_bits = 4 + bits.up_to(12)?;
        let stated = if bits.flag()? { sub_layers + 1 } else { 1 };
        for _ in 0..3 * stated {
            bits.unsigned()?; // pictures to keep
        }
        let sizes = Sizes::read(bits)?;
        if margins[0] + margins[1] >= coded.0 || margins[2] + margins[3] >= coded.1 {
            return bits.malformed();
        }
        if !sizes.are_sound(coded) {
            refusal = bits.malformed::<()>().err();
        }
        let scaling = match bits.flag()? {
            true if bits.flag()? => Some(Factors::read(bits)?),
            true => Some(Factors::standard()),
            false => None,
        };
        bits.skip(1)?; // asymmetric partitions
        let has_offsets = bits.flag()?;
        let pcm = match bits.flag()? {
            true => Some(pcm(bits, depths, sizes.min_block, sizes.tree_block)?),
            false => None,
        };
        let references = references::sets(bits)?;
        let mut long_term = None;
        if bits.flag()? {
            let count = bits.up_to(32)?;
            bits.skip(u64::from(count * (order_bits + 1)))?;
            long_term = Some(count);
        }
        let (has_temporal_vectors, is_strongly_smoothed) = (bits.flag()?, bits.flag()?);
        let has_vui = bits.flag()?;
        let colors = if has_vui { vui::read(bits)? } else { None };
        let mut rest = || match has_vui {
            true => vui::skip_rest(bits, sub_layers).and_then(|()| range(bits)),
            false => range(bits),
        };
        let range = rest().unwrap_or_else(|error| {
            refusal.get_or_insert(error);
            Range::default()
        });
        Ok(Self {
            id,
            refusal,
            chroma,
            coded,
            margins,
            depths,
            order_bits,
            min_block: sizes.min_block,
            tree_block: sizes.tree_block,
            min_transform: sizes.min_transform,
            max_transform: sizes.max_transform,
            intra_depth: sizes.intra_depth,
            scaling,
            has_offsets,
            pcm,
            references,
            long_term,
            has_temporal_vectors,
            is_strongly_smoothed,
            colors,
            range,
        })
    }

    /// Shifts from luma to chroma coordinates, across and down (table 6-1).
    pub(crate) fn shifts(&self) -> (u32, u32) {
        match self.chroma {
            1 => (1, 1),
            2 => (1, 0),
            _ => (0, 0),
        }
    }

    /// Width and height in coding tree blocks.
    pub(crate) fn tree_blocks(&self) -> (u32, u32) {
        let side = 1 << self.tree_block;
        (self.coded.0.div_ceil(side), self.coded.1.div_ceil(side))
    }
}

/// Reads up to the number of the set; returns the number of sub-layers less one, and that.
fn start(bits: &mut Bits<'_>) -> Result<(u32, u32), Error> {
    bits.skip(4)?;
    let sub_layers = bits.take(3)?;
    bits.skip(1)?;
    profile::skip_profile(bits, sub_layers)?;
    Ok((sub_layers, bits.up_to(15)?))
}

fn margins(bits: &mut Bits<'_>, chroma: u32) -> Result<[u32; 4], Error> {
    let (across, down) = match chroma {
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    };
    let mut margins = [0; 4];
    if bits.flag()? {
        for (margin, unit) in margins.iter_mut().zip([across, across, down, down]) {
            *margin = unit * bits.up_to(LONGEST)?;
        }
    }
    Ok(margins)
}

fn pcm(bits: &mut Bits<'_>, depths: [u32; 2], min: u32, max: u32) -> Result<Pcm, Error> {
    let own = [bits.take(4)? + 1, bits.take(4)? + 1];
    let smallest = 3 + bits.up_to(2)?;
    let largest = smallest + bits.up_to(2)?;
    let is_unfiltered = bits.flag()?;
    let is_sound = own[0] <= depths[0] && own[1] <= depths[1];
    if !is_sound || smallest < min.min(5) || largest > max.min(5) {
        return bits.malformed();
    }
    Ok(Pcm {
        depths: own,
        sizes: [smallest, largest],
        is_unfiltered,
    })
}

fn range(bits: &mut Bits<'_>) -> Result<Range, Error> {
    if !bits.flag()? || !has_range_extension(bits)? {
        return Ok(Range::default());
    }
    let mut flags = [false; 9];
    for flag in &mut flags {
        *flag = bits.flag()?;
    }
    let [
        rotates_skipped,
        has_skip_context,
        has_implicit_rdpcm,
        _,
        extended,
        is_smoothing_off,
        _,
        has_persistent_rice,
        aligned,
    ] = flags;
    if extended || aligned {
        let feature = "extended precision or aligned bypass bits";
        return Err(Error::Unsupported(feature));
    }
    Ok(Range {
        rotates_skipped,
        has_skip_context,
        has_implicit_rdpcm,
        is_smoothing_off,
        has_persistent_rice,
    })
}
