//! The equations from Y′CbCr back to R′G′B′ (ITU-T H.273, section 8.3), in floats, because a file chooses weights,
//! range and depth. JPEG has one matrix for 8 bits, and uses the integers of `avatar_jpeg::bt601`, so that gray stays
//! exactly gray.

use crate::pixels::raster::Samples;

/// Weights of red, green and blue in luma (ITU-R BT.601).
pub(crate) const BT601_LUMA: [f64; 3] = [0.299, 0.587, 0.114];

/// The equations, and the range of the samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Matrix {
    equations: Equations,
    is_full_range: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Equations {
    /// No conversion: the planes are G, B and R.
    Identity,
    /// The weights of red and blue in luma.
    Weights { red: f32, blue: f32 },
    /// YCgCo.
    Difference,
}

impl Matrix {
    /// By code point of H.273, table 4; `None` for those that depend on more than the samples.
    /// Unspecified means BT.601, as in MIAF (ISO/IEC 23000-22, section 7.3.6.4).
    pub(crate) fn new(code: u16, is_full_range: bool) -> Option<Self> {
        let weights = |red, blue| Equations::Weights { red, blue };
        let equations = match code {
            0 => Equations::Identity,
            1 => weights(0.2126, 0.0722),
            4 => weights(0.30, 0.11),
            2 | 5 | 6 => {
                let [red, _, blue] = BT601_LUMA;
                weights(red as f32, blue as f32)
            }
            7 => weights(0.212, 0.087),
            8 => Equations::Difference,
            9 => weights(0.2627, 0.0593),
            _ => return None,
        };
        Some(Self {
            equations,
            is_full_range,
        })
    }

    /// Interleaves planes of equal length: in 8 bits if `depth` is 8, otherwise in 16.
    pub(super) fn interleave(
        self,
        luma: &Samples,
        chroma: Option<&[Samples; 2]>,
        alpha: Option<(&Samples, u32)>,
        depth: u32,
    ) -> Samples {
        let channels = if chroma.is_some() { 3 } else { 1 };
        let size = length(luma) * (channels + usize::from(alpha.is_some()));
        let blocks = Blocks {
            matrix: self,
            range: Range::new(self.is_full_range, depth),
            luma,
            chroma,
            alpha,
        };
        if depth == 8 {
            let mut target = vec![0; size];
            blocks.write(&mut target, |value| rounded(value, 255.0) as u8);
            return Samples::U8(target);
        }
        let mut target = vec![0; size];
        blocks.write(&mut target, |value| rounded(value, 65_535.0) as u16);
        Samples::U16(target)
    }

    /// Converts one pixel of 8 bits.
    #[cfg(feature = "tiff")]
    pub(crate) fn rgb_of_8_bits(self, ycbcr: [u8; 3]) -> [u8; 3] {
        let [y, cb, cr] = ycbcr.map(f32::from);
        let rgb = self.rgb(Range::new(self.is_full_range, 8), y, cb, cr);
        rgb.map(|value| (value * 255.0).round() as u8) // saturates
    }

    /// Red, green and blue, each from 0 to 1 or slightly outside.
    fn rgb(self, range: Range, y: f32, cb: f32, cr: f32) -> [f32; 3] {
        if self.equations == Equations::Identity {
            return [range.luma(cr), range.luma(y), range.luma(cb)];
        }
        let (y, cb, cr) = (range.luma(y), range.chroma(cb), range.chroma(cr));
        match self.equations {
            Equations::Weights { red, blue } => {
                let r = y + 2.0 * (1.0 - red) * cr;
                let b = y + 2.0 * (1.0 - blue) * cb;
                [r, (y - red * r - blue * b) / (1.0 - red - blue), b]
            }
            _ => [y - cb + cr, y + cb, y - cb - cr],
        }
    }
}

/// Pixels that are converted together: step by step over all of them, so that the compiler can use
/// vector instructions.
const BLOCK: usize = 256;

/// Planes that are converted block by block.
struct Blocks<'a> {
    matrix: Matrix,
    range: Range,
    luma: &'a Samples,
    chroma: Option<&'a [Samples; 2]>,
    alpha: Option<(&'a Samples, u32)>,
}

impl Blocks<'_> {
    /// Fills `target`, whose length is that of all pixels; `store` converts a value from 0 to 1.
    fn write<T>(&self, target: &mut [T], store: impl Fn(f32) -> T) {
        let channels = if self.chroma.is_some() { 3 } else { 1 };
        let channels = channels + usize::from(self.alpha.is_some());
        let mut values = [[0.0; BLOCK]; 4];
        let [first, second, third, opacity] = &mut values;
        for (block, pixels) in target.chunks_mut(BLOCK * channels).enumerate() {
            let start = block * BLOCK;
            load(self.luma, start, first);
            if let Some([cb, cr]) = self.chroma {
                load(cb, start, second);
                load(cr, start, third);
                for ((y, cb), cr) in first.iter_mut().zip(&mut *second).zip(&mut *third) {
                    [*y, *cb, *cr] = self.matrix.rgb(self.range, *y, *cb, *cr);
                }
            } else {
                first.iter_mut().for_each(|y| *y = self.range.luma(*y));
            }
            if let Some((plane, depth)) = self.alpha {
                load(plane, start, opacity);
                opacity.iter_mut().for_each(|value| *value /= max(depth));
            }
            let planes: &[&[f32; BLOCK]] = match (self.chroma, self.alpha) {
                (None, None) => &[first],
                (None, Some(_)) => &[first, opacity],
                (Some(_), None) => &[first, second, third],
                (Some(_), Some(_)) => &[first, second, third, opacity],
            };
            for (channel, plane) in planes.iter().enumerate() {
                let samples = pixels.iter_mut().skip(channel).step_by(channels);
                samples
                    .zip(plane.iter())
                    .for_each(|(sample, value)| *sample = store(*value));
            }
        }
    }
}

/// Copies samples from `start` on; 0 beyond the end: planes are as long as luma.
fn load(plane: &Samples, start: usize, values: &mut [f32; BLOCK]) {
    fn each<T: Copy + Into<f32>>(samples: &[T], start: usize, values: &mut [f32; BLOCK]) {
        let samples = samples.get(start..).unwrap_or_default();
        let known = samples.len().min(BLOCK);
        let (values, rest) = values.split_at_mut(known);
        for (value, &sample) in values.iter_mut().zip(samples) {
            *value = sample.into();
        }
        rest.fill(0.0);
    }
    match plane {
        Samples::U8(samples) => each(samples, start, values),
        Samples::U16(samples) => each(samples, start, values),
    }
}

/// A value from 0 to 1, scaled to 0 to `max` and rounded half away from zero. The method `round` would
/// be a call per sample, because the baseline of x86-64 has no instruction for it.
fn rounded(value: f32, max: f32) -> i32 {
    let scaled = (value * max).clamp(0.0, max);
    let whole = scaled as i32;
    whole + i32::from(scaled - whole as f32 >= 0.5)
}

/// Offsets and scales of one depth.
#[derive(Clone, Copy)]
struct Range {
    black: f32,
    span: f32,
    neutral: f32,
    chroma_span: f32,
}

impl Range {
    fn new(is_full: bool, depth: u32) -> Self {
        let step = (1u32 << (depth - 8)) as f32;
        let neutral = 128.0 * step;
        if is_full {
            let (span, chroma_span) = (max(depth), max(depth));
            return Self {
                black: 0.0,
                span,
                neutral,
                chroma_span,
            };
        }
        Self {
            black: 16.0 * step,
            span: 219.0 * step,
            neutral,
            chroma_span: 224.0 * step,
        }
    }

    fn luma(self, sample: f32) -> f32 {
        (sample - self.black) / self.span
    }

    fn chroma(self, sample: f32) -> f32 {
        (sample - self.neutral) / self.chroma_span
    }
}

fn max(depth: u32) -> f32 {
    ((1u64 << depth) - 1) as f32
}

fn length(plane: &Samples) -> usize {
    match plane {
        Samples::U8(samples) => samples.len(),
        Samples::U16(samples) => samples.len(),
    }
}
