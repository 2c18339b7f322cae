//! Tone mapping: compresses high dynamic range to the range of sRGB.
//!
//! The global operator of Reinhard et al., Photographic Tone Reproduction for Digital Images
//! (2002), equation 4, on the largest component in linear sRGB, so that hues stay and nothing
//! clips. Its white is the brightness that a thousandth of the picture's pixels exceeds. Two
//! pictures in `color/hdr` of the corpus also exist graded for SDR: the mean ΔE (CIE76) to these
//! was 4.8 and 4.3; with BT.2390's EETF 11 and 6.8, with BT.2446 A 6.5 and 11.4, clipped 15.3 and
//! 9.0.

use crate::Note;

/// Share of the pixels that may be brighter than the white of the picture.
const ABOVE_WHITE: f64 = 0.001;
/// Number of pixels that are sampled to find it.
const SAMPLED: usize = 1 << 18;

/// Light up to this value counts as paper white.
const SAME: f32 = 1.01;

/// Compresses light so that the picture's white becomes 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ToneMap {
    white: f32,
}

impl ToneMap {
    /// The tone map for a picture whose pixels have these largest components; `None` if its white
    /// does not exceed 1, so that nothing has to be changed.
    pub(crate) fn of(count: usize, largest: impl Iterator<Item = f32>) -> Option<Self> {
        let step = count.div_ceil(SAMPLED).max(1);
        let mut found: Vec<f32> = largest.step_by(step).filter(|v| v.is_finite()).collect();
        let rank = (found.len() as f64 * (1.0 - ABOVE_WHITE)) as usize;
        let rank = rank.min(found.len().checked_sub(1)?);
        let (_, &mut white, _) = found.select_nth_unstable_by(rank, f32::total_cmp);
        (white > SAME).then_some(Self { white })
    }

    /// The note about it.
    pub(crate) fn note(&self) -> Note {
        let percent = (self.white * 100.0).round() as u32;
        Note::ToneMapped { percent }
    }

    /// Maps the light of one colour, which is not negative, to 0 to 1.
    pub(crate) fn apply(&self, rgb: [f32; 3]) -> [f32; 3] {
        let gain = self.gain(rgb);
        rgb.map(|light| light * gain)
    }

    /// The factor by which [`Self::apply`] changes a colour.
    pub(crate) fn gain(&self, rgb: [f32; 3]) -> f32 {
        let largest = rgb.into_iter().fold(0.0, f32::max);
        if largest < self.white {
            (1.0 + largest / (self.white * self.white)) / (1.0 + largest)
        } else {
            1.0 / largest
        }
    }
}
