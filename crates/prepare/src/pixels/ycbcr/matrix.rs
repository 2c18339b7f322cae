//! The equations from Y′CbCr back to R′G′B′ (ITU-T H.273, section 8.3), in floats.

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
        let range = Range::new(self.is_full_range, depth);
        let count = length(luma);
        let pixel = |at| {
            let y = sample(luma, at);
            let rgb = match chroma {
                None => ([range.luma(y); 3], 1),
                Some([cb, cr]) => (self.rgb(range, y, sample(cb, at), sample(cr, at)), 3),
            };
            let opacity = alpha.map(|(plane, depth)| sample(plane, at) / max(depth));
            (rgb, opacity)
        };
        let values = (0..count).flat_map(|at| {
            let ((rgb, channels), opacity) = pixel(at);
            rgb.into_iter().take(channels).chain(opacity)
        });
        if depth == 8 {
            return Samples::U8(values.map(|value| (value * 255.0).round() as u8).collect());
        }
        Samples::U16(
            values
                .map(|value| (value * 65_535.0).round() as u16)
                .collect(),
        )
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

/// 0 beyond the end: planes are as long as luma.
fn sample(plane: &Samples, at: usize) -> f32 {
    match plane {
        Samples::U8(samples) => samples.get(at).map_or(0.0, |&sample| f32::from(sample)),
        Samples::U16(samples) => samples.get(at).map_or(0.0, |&sample| f32::from(sample)),
    }
}
