//! A size model: predicts the file size at any level from a sample of the picture's blocks, which
//! is fast to quantise.

use std::cell::Cell;

use super::coefficients::Coefficients;
use super::frame::Frame;
use super::quantizer::{Level, Tables, magnitudes};
use super::spectrum::Block;
use super::symbols::slot;
use crate::Instructions;

/// Most blocks of the sample in each component: a prime, so that they are not always in the same
/// columns.
const SAMPLE: usize = 317;

/// Half bits that a coefficient takes besides its magnitude bits, and that a block takes in any
/// case; rounded averages of optimal tables for photographs.
const HALF_BITS_PER_COEFFICIENT: u32 = 7;
const HALF_BITS_PER_BLOCK: u32 = 2;

/// Blocks spread evenly over a picture.
#[derive(Debug)]
pub(crate) struct SizeModel {
    frame: Frame,
    instructions: Instructions,
    sample: [Vec<Block>; 3],
    /// Blocks of the picture for each block in the sample.
    weight: [f32; 3],
    /// Bytes at every [`SPACING`]th level, as far as they were asked for.
    nodes: [Cell<Option<f32>>; NODES],
}

/// Levels from one node to the next. Between nodes, sizes are nearly linear, except at the lowest
/// qualities, where trials correct the error.
const SPACING: u16 = 20;
const NODES: usize = 81;

impl SizeModel {
    pub(crate) fn of(source: &Coefficients, frame: Frame) -> Self {
        let mut model = Self {
            frame,
            instructions: source.instructions,
            sample: Default::default(),
            weight: [0.0; 3],
            nodes: [const { Cell::new(None) }; NODES],
        };
        for component in 0..frame.components() {
            let blocks = &source.spectra[component].blocks;
            let count = blocks.len().min(SAMPLE);
            model.sample[component] = (0..count)
                .map(|index| with_difference(blocks, index * blocks.len() / count))
                .collect();
            model.weight[component] = blocks.len() as f32 / count as f32;
        }
        model
    }

    /// Bytes the picture would take at this level, within some ten percent.
    pub(crate) fn bytes(&self, level: Level) -> f32 {
        let (node, beyond) = (level.0 / SPACING, level.0 % SPACING);
        let low = self.node(node);
        if beyond == 0 {
            return low;
        }
        low + (self.node(node + 1) - low) * f32::from(beyond) / f32::from(SPACING)
    }

    fn node(&self, node: u16) -> f32 {
        let place = &self.nodes[usize::from(node).min(NODES - 1)];
        place.get().unwrap_or_else(|| {
            let bytes = self.measure(Level((node * SPACING).max(1)));
            place.set(Some(bytes));
            bytes
        })
    }

    fn measure(&self, level: Level) -> f32 {
        let tables = Tables::at(level, self.frame);
        let bits: f32 = (0..self.frame.components())
            .map(|component| {
                let reciprocals = &tables.slot(slot(component)).reciprocals;
                let sample = &self.sample[component];
                self.weight[component]
                    * self.instructions.run(
                        #[inline(always)]
                        || {
                            let bits = sample.iter().map(|b| block_bits(b, reciprocals));
                            bits.sum::<f32>()
                        },
                    )
            })
            .sum();
        bits / 8.0 + 500.0
    }
}

/// A block whose DC is replaced by its difference to the block before.
fn with_difference(blocks: &[Block], index: usize) -> Block {
    let mut block = blocks[index];
    block[0] = block[0].saturating_sub(index.checked_sub(1).map_or(0, |before| blocks[before][0]));
    block
}

/// Bits of one block, from the magnitudes alone and without a branch.
#[inline(always)]
fn block_bits(block: &Block, reciprocals: &[f32; 64]) -> f32 {
    let scaled = magnitudes(block, reciprocals);
    let mut lanes = [0u32; 8];
    for eight in scaled.chunks_exact(8) {
        for (lane, &magnitude) in lanes.iter_mut().zip(eight) {
            // The exponent of a float from 1 on is its category less one, plus the bias of 127.
            let rounded = (magnitude + 0.4).to_bits() >> 23;
            let category = rounded.saturating_sub(126);
            *lane += 2 * category + HALF_BITS_PER_COEFFICIENT * u32::from(category > 0);
        }
    }
    (HALF_BITS_PER_BLOCK + lanes.iter().sum::<u32>()) as f32 / 2.0
}
