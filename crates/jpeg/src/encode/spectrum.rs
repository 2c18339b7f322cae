//! A picture's DCT coefficients, calculated once per chroma sampling and used by every trial.

use super::forward::{HALF_COS, forward_turned};
use super::frame::{Frame, Grid};
use super::zigzag::NATURAL;
use crate::Instructions;

/// Stored coefficients are those of T.81 times this, rounded: a sixteenth of a level is exact
/// enough.
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
    /// Replaces the coefficients by those of a plane; `prepare` may change a block's samples first,
    /// unless they are all the same.
    pub(crate) fn transform(
        &mut self,
        instructions: Instructions,
        (frame, component): (Frame, usize),
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
            instructions.run(
                #[inline(always)]
                || {
                    for column in 0..grid.used_columns {
                        if let Some(level) = flat_at(plane, width, column, row) {
                            self.blocks.push(flat(level));
                            continue;
                        }
                        let mut samples = samples_at(plane, width, height, column, row);
                        prepare(&mut samples);
                        forward_turned(&mut samples);
                        self.blocks.push(zigzag(&samples));
                    }
                },
            );
            self.pad_row();
        }
        for _ in grid.used_rows..grid.rows {
            for index in self.blocks.len() - grid.columns..self.blocks.len() {
                self.blocks.push(only_dc(&self.blocks[index]));
            }
        }
    }

    /// Fills the row to the grid's width with the blocks that take the fewest bits: those with the
    /// same mean as the last.
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

/// The one sample that a block consists of, if it lies within the picture and there is only one.
#[inline(always)]
fn flat_at(plane: &[u8], width: usize, column: usize, row: usize) -> Option<u8> {
    let (left, top) = (column * 8, row * 8);
    let inside = plane.get(top * width..(top + 8) * width)?;
    let mut lines = inside.chunks_exact(width);
    let first = lines.next()?.get(left..left + 8)?;
    let level = *first.first()?;
    let is_flat = first == [level; 8] && lines.all(|line| line[left..left + 8] == *first);
    is_flat.then_some(level)
}

/// The result of [`forward`] for such a block, exact to the last bit.
#[inline(always)]
fn flat(level: u8) -> Block {
    // Multiplying by powers of two is exact, so these factors can be combined.
    let dc = (f32::from(level) - 128.0) * HALF_COS[0] * 64.0 * HALF_COS[0];
    let mut block = [0; 64];
    block[0] = (dc * SCALE + ROUND).to_bits() as i16;
    block
}

/// Level-shifted samples of one block; the picture's last row and column repeat beyond its edge.
#[inline(always)]
fn samples_at(
    plane: &[u8],
    width: usize,
    height: usize,
    column: usize,
    row: usize,
) -> [[f32; 8]; 8] {
    let mut samples = [[0.0; 8]; 8];
    let (left, top) = (column * 8, row * 8);
    if let Some(inside) = plane.get(top * width..(top + 8) * width) {
        let lines = inside.chunks_exact(width);
        let lines = lines.map(|line| line.get(left..).and_then(|rest| rest.first_chunk::<8>()));
        let mut count = 0;
        for (out, line) in samples.iter_mut().zip(lines) {
            let Some(line) = line else { break };
            *out = line.map(|sample| f32::from(sample) - 128.0);
            count += 1;
        }
        if count == 8 {
            return samples;
        }
    }
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

/// Rounds coefficients, of which rows and columns are exchanged, and brings them in order.
#[inline(always)]
fn zigzag(coefficients: &[[f32; 8]; 8]) -> Block {
    let mut rounded = [0i16; 64];
    for (out, row) in rounded.chunks_exact_mut(8).zip(coefficients) {
        for (value, &coefficient) in out.iter_mut().zip(row) {
            *value = (coefficient * SCALE + ROUND).to_bits() as i16;
        }
    }
    std::array::from_fn(|position| rounded[TURNED[position]])
}

/// Index of each zigzag position if rows and columns are exchanged.
const TURNED: [usize; 64] = {
    let mut turned = NATURAL;
    let mut position = 0;
    while position < 64 {
        turned[position] = NATURAL[position] % 8 * 8 + NATURAL[position] / 8;
        position += 1;
    }
    turned
};

#[cfg(test)]
mod tests {
    use super::super::zigzag::NATURAL;
    use super::{flat, flat_at, forward_turned, samples_at, zigzag};

    #[test]
    fn flat_blocks_are_those_of_the_transform() {
        assert_eq!(NATURAL[0], 0);
        for level in 0..=255 {
            let plane = [level; 64];
            let mut samples = samples_at(&plane, 8, 8, 0, 0);
            forward_turned(&mut samples);
            assert_eq!(flat(level), zigzag(&samples), "{level}");
            assert_eq!(flat_at(&plane, 8, 0, 0), Some(level));
        }
    }

    #[test]
    fn one_sample_makes_a_block_uneven() {
        for at in 0..64 {
            let mut plane = [7; 64];
            plane[at] = 8;
            assert_eq!(flat_at(&plane, 8, 0, 0), None, "{at}");
        }
    }
}
