//! sRGB-encoded samples to linear light at 16 bits and back (IEC 61966-2-1); alpha stays.

use crate::pixels::raster::{Layout, Raster, Samples};

/// Linear light at 16 bits.
pub(super) fn decode(raster: &Raster) -> Raster {
    let curve: Vec<u16> = match raster.samples {
        Samples::U8(_) => (0..=255)
            .map(|step| linear(f64::from(step) / 255.0))
            .collect(),
        Samples::U16(_) => (0..=65_535)
            .map(|step| linear(f64::from(step) / 65_535.0))
            .collect(),
    };
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

fn linear(encoded: f64) -> u16 {
    let linear = if encoded <= 0.040_45 {
        encoded / 12.92
    } else {
        ((encoded + 0.055) / 1.055).powf(2.4)
    };
    (linear * 65_535.0).round() as u16
}

fn encoded(linear: u16) -> u16 {
    let linear = f64::from(linear) / 65_535.0;
    let encoded = if linear <= 0.003_130_8 {
        linear * 12.92
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    };
    (encoded * 65_535.0).round() as u16
}
