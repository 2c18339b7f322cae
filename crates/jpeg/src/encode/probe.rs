//! A size model: a sample of the picture's blocks, quantised at any level for next to nothing.

use super::coefficients::Coefficients;
use super::frame::Frame;
use super::quantizer::{Level, Tables, cut, magnitudes};
use super::spectrum::Block;
use super::symbols::{category, slot};

/// Blocks looked at in each component, at most.
const SAMPLE: usize = 640;

/// Bits a coefficient takes beyond its magnitude bits, and bits a block takes in any case:
/// rounded from optimal tables over photographs.
const BITS_PER_COEFFICIENT: f32 = 3.0;
const BITS_PER_BLOCK: f32 = 5.0;

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
        let mut probe = Self { frame, sample: Default::default(), weight: [0.0; 3] };
        for component in 0..frame.components() {
            let blocks = &source.spectra[component].blocks;
            let count = blocks.len().min(SAMPLE);
            // A step that shares no factor with the row length walks over all columns.
            probe.sample[component] =
                (0..count).map(|index| blocks[index * blocks.len() / count]).collect();
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
                self.weight[component] * sample.iter().map(|b| block_bits(b, reciprocals)).sum::<f32>()
            })
            .sum();
        bits / 8.0 + 500.0
    }
}

#[inline]
fn block_bits(block: &Block, reciprocals: &[f32; 64]) -> f32 {
    let levels = cut(&magnitudes(block, reciprocals), 0.4);
    let (mut kept, mut sizes) = (0, 0);
    for &level in &levels[1..] {
        kept += u32::from(level != 0);
        sizes += category(i32::from(level));
    }
    BITS_PER_BLOCK + kept as f32 * BITS_PER_COEFFICIENT + sizes as f32
}
