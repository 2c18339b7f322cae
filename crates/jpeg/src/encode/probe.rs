//! A size model: a sample of the picture's blocks, quantised at any level for next to nothing.

use super::coefficients::Coefficients;
use super::frame::Frame;
use super::quantizer::{Level, Tables, magnitudes};
use super::spectrum::Block;
use super::symbols::slot;

/// Blocks looked at in each component, at most.
const SAMPLE: usize = 320;

/// Bits a coefficient takes beyond its magnitude bits, and bits a block takes in any case:
/// rounded from optimal tables over photographs.
const BITS_PER_COEFFICIENT: u32 = 3;
const BITS_PER_BLOCK: u32 = 3;

/// Blocks spread evenly over a picture.
#[derive(Debug)]
pub(crate) struct Probe {
    frame: Frame,
    sample: [Vec<Block>; 3],
    /// Blocks of the picture for each block in the sample.
    weight: [f32; 3],
}

impl Probe {
    pub(crate) fn of(source: &Coefficients, frame: Frame) -> Self {
        let mut probe = Self {
            frame,
            sample: Default::default(),
            weight: [0.0; 3],
        };
        for component in 0..frame.components() {
            let blocks = &source.spectra[component].blocks;
            let count = blocks.len().min(SAMPLE);
            probe.sample[component] = (0..count)
                .map(|index| with_difference(blocks, index * blocks.len() / count))
                .collect();
            probe.weight[component] = blocks.len() as f32 / count as f32;
        }
        probe
    }

    /// Bytes the picture would take at this level, within some ten percent.
    pub(crate) fn bytes(&self, level: Level) -> f32 {
        let tables = Tables::at(level, self.frame);
        let bits: f32 = (0..self.frame.components())
            .map(|component| {
                let reciprocals = &tables.slot(slot(component)).reciprocals;
                let sample = &self.sample[component];
                self.weight[component]
                    * sample
                        .iter()
                        .map(|b| block_bits(b, reciprocals))
                        .sum::<f32>()
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
#[inline]
fn block_bits(block: &Block, reciprocals: &[f32; 64]) -> f32 {
    let scaled = magnitudes(block, reciprocals);
    let mut lanes = [0u32; 8];
    for eight in scaled.chunks_exact(8) {
        for (lane, &magnitude) in lanes.iter_mut().zip(eight) {
            // The exponent of a float from 1 on is its category less one, plus the bias of 127.
            let rounded = (magnitude + 0.4).to_bits() >> 23;
            let category = rounded.saturating_sub(126);
            *lane += category + BITS_PER_COEFFICIENT * u32::from(category > 0);
        }
    }
    (BITS_PER_BLOCK + lanes.iter().sum::<u32>()) as f32
}
