//! Light brighter than white in documents of 32 bits, which is compressed as in the other formats with
//! such light. The gain is found in sRGB and applied to the primaries of the document, which the stage
//! `convert` undoes later.

use crate::Note;
use crate::color::{Color, Matrix, ToneMap};
use crate::pixels::linear_image::finite;

/// Number of pixels by which the brightness of a document is judged.
const SAMPLED: u64 = 1 << 17;

/// Compresses the light of a document.
#[derive(Clone, Copy)]
pub(super) struct Compression {
    matrix: Matrix,
    map: ToneMap,
}

impl Compression {
    /// The light of one colour, none of it brighter than white.
    pub(super) fn apply(&self, rgb: [f32; 3]) -> [f32; 3] {
        let rgb = rgb.map(finite);
        let gain = self.map.gain(self.matrix.apply(rgb));
        rgb.map(|light| light * gain)
    }

    pub(super) fn note(&self) -> Note {
        self.map.note()
    }
}

/// The light of some pixels, spread over the document.
pub(super) struct Brightness {
    matrix: Matrix,
    step: u64,
    met: u64,
    largest: Vec<f32>,
}

impl Brightness {
    /// For a document of this size, with these colours.
    pub(super) fn new((width, height): (u32, u32), color: &Color) -> Self {
        let matrix = match color {
            Color::Gamma { chromaticities, .. } => chromaticities.as_ref().and_then(Matrix::of),
            _ => None,
        };
        Self {
            matrix: matrix.unwrap_or(Matrix::IDENTITY),
            step: (u64::from(width) * u64::from(height))
                .div_ceil(SAMPLED)
                .max(1),
            met: 0,
            largest: Vec::new(),
        }
    }

    /// Looks at the next pixels, in reading order.
    pub(super) fn add(&mut self, pixels: impl Iterator<Item = [f32; 3]>) {
        for rgb in pixels {
            if self.met.is_multiple_of(self.step) {
                let rgb = self.matrix.apply(rgb.map(finite));
                self.largest.push(rgb.into_iter().fold(0.0, f32::max));
            }
            self.met += 1;
        }
    }

    /// How the light is to be compressed; `None` if it is no brighter than white.
    pub(super) fn compression(self) -> Option<Compression> {
        let map = ToneMap::of(self.largest.len(), self.largest.into_iter())?;
        let matrix = self.matrix;
        Some(Compression { matrix, map })
    }
}

/// The light of a pixel; gray is the same in all three.
pub(super) fn color_at(lines: &[Vec<u8>], colors: usize, at: usize) -> [f32; 3] {
    let light = |channel: usize| {
        let line = lines.get(channel.min(colors.saturating_sub(1)));
        let bytes = line.and_then(|line| line.get(4 * at..)?.first_chunk());
        bytes.map_or(0.0, |&bytes| f32::from_be_bytes(bytes))
    };
    [light(0), light(1), light(2)]
}
