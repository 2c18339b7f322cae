//! Converts sRGB-encoded samples to linear light in 16 bits and back (IEC 61966-2-1); alpha stays
//! as it is.

use crate::color::{Transfer, encode_srgb};
use crate::pixels::raster::{Layout, Raster, Samples};

/// Linear light at 16 bits.
pub(super) fn decode(raster: &Raster) -> Raster {
    let largest = match raster.samples {
        Samples::U8(_) => u8::MAX.into(),
        Samples::U16(_) => u16::MAX,
    };
    let light = Transfer::Srgb.table(largest);
    let curve: Vec<u16> = light
        .iter()
        .map(|light| (light * 65_535.0).round() as u16)
        .collect();
    let samples = match &raster.samples {
        Samples::U8(samples) => {
            let spread = |sample: u8| u16::from(sample) * 257;
            map(
                samples,
                raster.layout,
                |sample| curve[usize::from(sample)],
                spread,
            )
        }
        Samples::U16(samples) => map(
            samples,
            raster.layout,
            |sample| curve[usize::from(sample)],
            |alpha| alpha,
        ),
    };
    raster.with(Samples::U16(samples))
}

/// Back to sRGB encoding at 16 bits.
pub(super) fn encode(raster: &Raster) -> Raster {
    let samples = match &raster.samples {
        Samples::U16(samples) => map(samples, raster.layout, encoded, |alpha| alpha),
        Samples::U8(_) => return raster.clone(),
    };
    raster.with(Samples::U16(samples))
}

fn map<T: Copy>(
    samples: &[T],
    layout: Layout,
    color: impl Fn(T) -> u16,
    alpha: impl Fn(T) -> u16,
) -> Vec<u16> {
    let channels = layout.channels();
    let is_alpha = |at: usize| layout.has_alpha() && at % channels == channels - 1;
    let one = |(at, &sample)| {
        if is_alpha(at) {
            alpha(sample)
        } else {
            color(sample)
        }
    };
    samples.iter().enumerate().map(one).collect()
}

fn encoded(linear: u16) -> u16 {
    (encode_srgb(f32::from(linear) / 65_535.0) * 65_535.0).round() as u16
}
