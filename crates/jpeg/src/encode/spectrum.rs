//! A picture's DCT coefficients, computed once per chroma sampling and kept for every trial.

use super::forward::forward;
use super::frame::{Frame, Grid};
use super::zigzag::NATURAL;

/// Stored coefficients are T.81's times this, rounded: a sixteenth of a level is plenty.
pub(crate) const SCALE: f32 = 16.0;

/// Adding this to a float of magnitude below 2²² rounds it to an integer in its low mantissa bits.
pub(crate) const ROUND: f32 = 12_582_912.0;

/// 64 coefficients in zigzag order.
pub(crate) type Block = [i16; 64];

/// The coefficients of one component, row by row of its grid.
#[derive(Debug, Default)]
pub(crate) struct Spectrum {
    pub(crate) grid: Grid,
    pub(crate) blocks: Vec<Block>,
}

impl Spectrum {
    /// Replaces the coefficients by those of a plane; `prepare` may change a block's samples first.
    pub(crate) fn transform(
        &mut self,
        frame: Frame,
        component: usize,
        plane: &[u8],
        width: usize,
        mut prepare: impl FnMut(&mut [[f32; 8]; 8]),
    ) {
        let grid = frame.grid(component);
        let height = plane.len() / width;
        self.grid = grid;
        self.blocks.clear();
        self.blocks.reserve(grid.len());
        for row in 0..grid.used_rows {
            for column in 0..grid.used_columns {
                let mut samples = samples_at(plane, width, height, column, row);
                prepare(&mut samples);
                forward(&mut samples);
                self.blocks.push(zigzag(&samples));
            }
            self.pad_row();
        }
        for _ in grid.used_rows..grid.rows {
            for index in self.blocks.len() - grid.columns..self.blocks.len() {
                self.blocks.push(only_dc(&self.blocks[index]));
            }
        }
    }

    /// Fills the row to the grid's width with the cheapest blocks there are: the same mean again.
    fn pad_row(&mut self) {
        for _ in self.grid.used_columns..self.grid.columns {
            if let Some(last) = self.blocks.last() {
                self.blocks.push(only_dc(last));
            }
        }
    }
}

fn only_dc(block: &Block) -> Block {
    let mut flat = [0; 64];
    flat[0] = block[0];
    flat
}

/// Level-shifted samples of one block; the picture's last row and column repeat beyond its edge.
#[inline]
fn samples_at(
    plane: &[u8],
    width: usize,
    height: usize,
    column: usize,
    row: usize,
) -> [[f32; 8]; 8] {
    let mut samples = [[0.0; 8]; 8];
    let (left, top) = (column * 8, row * 8);
    for (y, out) in samples.iter_mut().enumerate() {
        let line = &plane[(top + y).min(height - 1) * width..][..width];
        if let Some(inside) = line.get(left..left + 8) {
            for (value, &sample) in out.iter_mut().zip(inside) {
                *value = f32::from(sample) - 128.0;
            }
        } else {
            for (x, value) in out.iter_mut().enumerate() {
                *value = f32::from(line[(left + x).min(width - 1)]) - 128.0;
            }
        }
    }
    samples
}

#[inline]
fn zigzag(coefficients: &[[f32; 8]; 8]) -> Block {
    let mut rounded = [0i16; 64];
    for (out, row) in rounded.chunks_exact_mut(8).zip(coefficients) {
        for (value, &coefficient) in out.iter_mut().zip(row) {
            *value = (coefficient * SCALE + ROUND).to_bits() as i16;
        }
    }
    std::array::from_fn(|position| rounded[NATURAL[position]])
}
