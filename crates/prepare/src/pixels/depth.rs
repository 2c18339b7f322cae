//! Depths of samples: 8 and 16 bits.

use crate::pixels::raster::Samples;

/// A depth that rows come in.
pub(crate) trait Depth: Copy + Into<u32> {
    /// The same number in 16 bits.
    fn narrow(self) -> u16;
    /// Colour times alpha, scaled so that sums of 32,768 rows fit into 32 bits.
    fn weighted(color: u32, alpha: u32) -> u32;
    /// The factor by which [`Self::weighted`] scales alpha.
    const SCALE: u64;
    /// Full alpha.
    const MAX: u64;
    fn nearest(value: u64) -> Self;
    fn sink(samples: &mut Samples) -> Option<&mut Vec<Self>>;
    /// An empty buffer of this depth.
    fn empty() -> Samples;
}

impl Depth for u8 {
    fn narrow(self) -> u16 {
        self.into()
    }
    const SCALE: u64 = 1;
    const MAX: u64 = 255;
    fn weighted(color: u32, alpha: u32) -> u32 {
        color * alpha
    }
    fn nearest(value: u64) -> Self {
        value.min(255) as Self
    }
    fn sink(samples: &mut Samples) -> Option<&mut Vec<Self>> {
        match samples {
            Samples::U8(samples) => Some(samples),
            Samples::U16(_) => None,
        }
    }
    fn empty() -> Samples {
        Samples::U8(Vec::new())
    }
}

impl Depth for u16 {
    fn narrow(self) -> u16 {
        self
    }
    const SCALE: u64 = 65_535;
    const MAX: u64 = 65_535;
    fn weighted(color: u32, alpha: u32) -> u32 {
        ((u64::from(color) * u64::from(alpha) + 32_767) / 65_535) as u32
    }
    fn nearest(value: u64) -> Self {
        value.min(65_535) as Self
    }
    fn sink(samples: &mut Samples) -> Option<&mut Vec<Self>> {
        match samples {
            Samples::U16(samples) => Some(samples),
            Samples::U8(_) => None,
        }
    }
    fn empty() -> Samples {
        Samples::U16(Vec::new())
    }
}
