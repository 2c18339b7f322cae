//! Transfer curves: from samples to light, where 1 is paper white, and from light to sRGB.

use moxcms::TransferCharacteristics;

/// Luminance of diffuse white in high dynamic range, cd/m² (ITU-R BT.2408-7, table 1).
pub(super) const WHITE: f64 = 203.0;
/// Nominal peak of an HLG display, cd/m², for which the system gamma is 1.2 (ITU-R BT.2100-2).
const HLG_PEAK: f64 = 1000.0;
const HLG_GAMMA: f32 = 1.2;

/// The curve that samples were encoded with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Transfer {
    /// IEC 61966-2-1.
    Srgb,
    /// Light is the sample to this power.
    Power(f64),
    /// SMPTE ST 2084.
    Pq,
    /// ARIB STD-B67.
    Hlg,
    /// One of the rarer ones of ITU-T H.273.
    Other(TransferCharacteristics),
}

impl Transfer {
    /// From a code point of ITU-T H.273, table 3. The camera curves of BT.601, BT.709 and BT.2020
    /// (1, 6, 14, 15) are read as sRGB, as browsers do, because such pictures were made to look
    /// right on sRGB displays.
    pub(crate) fn of_cicp(transfer: u8) -> Self {
        match TransferCharacteristics::try_from(transfer) {
            Ok(TransferCharacteristics::Smpte2084) => Self::Pq,
            Ok(TransferCharacteristics::Hlg) => Self::Hlg,
            Ok(other) if !matches!(transfer, 0..=3 | 6 | 13..=15 | 19..) => Self::Other(other),
            _ => Self::Srgb,
        }
    }

    /// From the exponent of PNG's gAMA. 0.45455 is the value that the specification recommends for
    /// sRGB (PNG third edition, 11.3.2.5), and 0 is not a valid exponent: both mean sRGB.
    pub(crate) fn of_gamma(exponent: f64) -> Self {
        if exponent <= 0.0 || (exponent - 0.45455).abs() < 0.001 {
            return Self::Srgb;
        }
        Self::Power(1.0 / exponent)
    }

    /// Whether light can exceed white.
    pub(crate) fn is_high_range(self) -> bool {
        matches!(self, Self::Pq | Self::Hlg)
    }

    /// Light of every sample value at a depth whose largest value is `max`. For HLG this is
    /// light at the scene; [`Self::display`] must follow.
    pub(crate) fn table(self, max: u16) -> Vec<f32> {
        let samples = (0..=max).map(|sample| f64::from(sample) / f64::from(max));
        samples.map(|sample| self.light(sample) as f32).collect()
    }

    /// Light of a sample of 0 to 1.
    pub(crate) fn light(self, sample: f64) -> f64 {
        match self {
            Self::Srgb => TransferCharacteristics::Srgb.linearize(sample),
            Self::Power(exponent) => sample.powf(exponent),
            Self::Pq => TransferCharacteristics::Smpte2084.linearize(sample) * 10_000.0 / WHITE,
            // The inverse OETF of ITU-R BT.2100-2, table 5.
            Self::Hlg if sample <= 0.5 => sample * sample / 3.0,
            Self::Hlg => (((sample - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0,
            Self::Other(transfer) => transfer.linearize(sample),
        }
    }

    /// Applies the OOTF of HLG (ITU-R BT.2100-2, table 5). Other curves already give light of the
    /// display.
    pub(crate) fn display(self, rgb: [f32; 3]) -> [f32; 3] {
        if self != Self::Hlg {
            return rgb;
        }
        let [r, g, b] = rgb;
        let luminance = 0.2627 * r + 0.6780 * g + 0.0593 * b;
        let gain = power(luminance, HLG_GAMMA - 1.0) * (HLG_PEAK / WHITE) as f32;
        rgb.map(|light| light * gain)
    }
}

/// Encodes light as an sRGB sample, 0 to 1 (IEC 61966-2-1); negative light becomes black. [`Transfer::light`] is the
/// other direction. `avatar-svg` has a curve of its own, which continues below zero as CSS requires, and in double
/// precision.
pub(crate) fn encode_srgb(light: f32) -> f32 {
    let light = light.clamp(0.0, 1.0);
    if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * power(light, 1.0 / 2.4) - 0.055
    }
}

/// A power in single precision.
fn power(base: f32, exponent: f32) -> f32 {
    if cfg!(target_family = "wasm") {
        // Its own function is less exact than those of systems, so that some results would differ by a level. The one
        // of double precision gives the same values as theirs, once rounded to 16 bits.
        f64::from(base).powf(exponent.into()) as f32
    } else {
        base.powf(exponent)
    }
}
