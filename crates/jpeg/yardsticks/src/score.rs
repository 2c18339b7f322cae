//! Scores of squares against the reference.

use crate::result::Result;
use butteraugli::{ButteraugliParams, ButteraugliReference};
use fast_ssim2::{PixelDescriptor, PixelSlice, compute_ssimulacra2};
use std::fmt;

/// The square that others are compared with.
pub struct Reference {
    edge: u32,
    pixels: Vec<u8>,
    butteraugli: ButteraugliReference,
}

/// The scores of one kind of square.
#[derive(Debug, Clone, Default)]
pub struct Scores {
    ssimulacra2: Vec<f64>,
    butteraugli: Vec<f64>,
}

impl Reference {
    pub fn new(rgb: &[u8], edge: u32) -> Result<Self> {
        let side = edge as usize;
        let params = ButteraugliParams::default();
        Ok(Self {
            edge,
            pixels: rgb.to_vec(),
            butteraugli: ButteraugliReference::new(rgb, side, side, params)?,
        })
    }

    fn ssimulacra2(&self, rgb: &[u8]) -> Result<f64> {
        let (edge, stride) = (self.edge, self.edge as usize * 3);
        let slice = |rgb| PixelSlice::new(rgb, edge, edge, stride, PixelDescriptor::RGB8_SRGB);
        Ok(compute_ssimulacra2(&slice(&self.pixels)?, &slice(rgb)?)?)
    }
}

impl Scores {
    pub fn add(&mut self, reference: &Reference, rgb: &[u8]) -> Result<()> {
        self.ssimulacra2.push(reference.ssimulacra2(rgb)?);
        self.butteraugli
            .push(reference.butteraugli.compare(rgb)?.pnorm_3);
        Ok(())
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let lowest = self.ssimulacra2.iter().copied().fold(100.0, f64::min);
        let highest = self.butteraugli.iter().copied().fold(0.0, f64::max);
        let (first, second) = (mean(&self.ssimulacra2), mean(&self.butteraugli));
        write!(f, "{first:.2} | {lowest:.2} | {second:.3} | {highest:.3}")
    }
}
