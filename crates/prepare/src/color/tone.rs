//! High dynamic range into what a sheet of paper can show.
//!
//! The global operator of Reinhard et al., Photographic Tone Reproduction for Digital Images
//! (2002), equation 4, on the largest component in linear sRGB, so that hues stay and nothing
//! clips. Its white is the picture's own. Against the graded SDR versions of `color/hdr` of the
//! corpus, mean ΔE (CIE76) was 4.8 and 4.3, with BT.2390's EETF 11 and 6.8, with BT.2446 A 6.5
//! and 11.4, clipped 15.3 and 9.0.

use crate::Note;

/// Share of the pixels that may be brighter than what becomes white.
const ABOVE_WHITE: f64 = 0.001;
/// Pixels that are looked at to find it.
const SAMPLED: usize = 1 << 18;

/// Up to here light is paper white, rounded.
const SAME: f32 = 1.01;

/// Compresses light so that the picture's white becomes 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ToneMap {
    white: f32,
}

impl ToneMap {
    /// For a picture whose pixels have these largest components; `None` if its white, all but the
    /// brightest thousandth, does not exceed 1, and nothing need be changed.
    pub(crate) fn of(count: usize, largest: impl Iterator<Item = f32>) -> Option<Self> {
        let step = count.div_ceil(SAMPLED).max(1);
        let mut found: Vec<f32> = largest.step_by(step).filter(|v| v.is_finite()).collect();
        let rank = (found.len() as f64 * (1.0 - ABOVE_WHITE)) as usize;
        let rank = rank.min(found.len().checked_sub(1)?);
        let (_, &mut white, _) = found.select_nth_unstable_by(rank, f32::total_cmp);
        (white > SAME).then_some(Self { white })
    }

    /// The note that tells of it.
    pub(crate) fn note(&self) -> Note {
        let percent = (self.white * 100.0).round() as u32;
        Note::ToneMapped { percent }
    }

    /// Light of one colour, not negative, to 0 to 1.
    pub(crate) fn apply(&self, rgb: [f32; 3]) -> [f32; 3] {
        let largest = rgb.into_iter().fold(0.0, f32::max);
        let gain = if largest < self.white {
            (1.0 + largest / (self.white * self.white)) / (1.0 + largest)
        } else {
            1.0 / largest
        };
        rgb.map(|light| light * gain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_becomes_one_and_paper_range_stays() {
        assert_eq!(ToneMap::of(3, [0.2, 0.9, 1.0].into_iter()), None);
        assert_eq!(ToneMap::of(0, [].into_iter()), None);
        let map = ToneMap::of(2, [0.5, 4.0].into_iter()).unwrap();
        assert_eq!(map.apply([4.0, 2.0, 0.0]), [1.0, 0.5, 0.0]);
        assert_eq!(map.apply([8.0, 4.0, 0.0]), [1.0, 0.5, 0.0]);
        let near = ToneMap { white: 1.001 };
        let [dark, ..] = near.apply([0.2; 3]);
        assert!((dark - 0.2).abs() < 1e-3);
    }
}
