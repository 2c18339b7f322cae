//! Quantisation tables for a quality, and quantisation with a dead zone.

use super::frame::Frame;
use super::spectrum::{Block, ROUND, SCALE};
use super::tables;

/// One quality on the internal scale: sixteenths of a quality step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Level(pub(crate) u16);

impl Level {
    /// Internal steps in one quality step.
    pub(crate) const PER_QUALITY: u16 = 16;

    pub(crate) fn of(quality: u8) -> Self {
        Self(u16::from(quality) * Self::PER_QUALITY)
    }

    /// The quality this level has reached.
    pub(crate) fn quality(self) -> u8 {
        (self.0 / Self::PER_QUALITY) as u8
    }

    /// The usual scale of libjpeg: quality 50 leaves the base tables as they are; below it they are
    /// multiplied by `50 / quality`, and above it each step reduces them by a fiftieth.
    pub(crate) fn factor(self) -> f32 {
        let quality = f32::from(self.0) / f32::from(Self::PER_QUALITY);
        if quality < 50.0 {
            50.0 / quality
        } else {
            2.0 - quality / 50.0
        }
    }
}

/// One table in zigzag order, with the reciprocals that stored coefficients are multiplied by.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) steps: [u8; 64],
    pub(crate) reciprocals: [f32; 64],
}

/// The luma and the chroma table of one level.
#[derive(Debug, Clone)]
pub(crate) struct Tables([Table; 2]);

impl Tables {
    pub(crate) fn at(level: Level, frame: Frame) -> Self {
        let (luma, chroma) = tables::base(frame.kind);
        Self([
            Table::scaled(&luma, level.factor()),
            Table::scaled(&chroma, level.factor()),
        ])
    }

    /// The table of a slot: 0 luma, 1 chroma.
    pub(crate) fn slot(&self, slot: usize) -> &Table {
        &self.0[slot]
    }

    /// The tables a frame needs, in slot order.
    pub(crate) fn used(&self, frame: Frame) -> &[Table] {
        &self.0[..frame.components().min(2)]
    }
}

impl Table {
    /// Scales a base table; 8-bit entries, as baseline demands.
    fn scaled(base: &[f32; 64], factor: f32) -> Self {
        let steps = base.map(|entry| (entry * factor + 0.5).clamp(1.0, 255.0) as u8);
        let reciprocals = steps.map(|step| 1.0 / (f32::from(step) * SCALE));
        Self { steps, reciprocals }
    }
}

/// A block in units of its table's steps: magnitudes, and the same rounded to nearest.
#[inline(always)]
pub(crate) fn magnitudes(block: &Block, reciprocals: &[f32; 64]) -> [f32; 64] {
    let mut scaled = [0.0; 64];
    for ((out, &coefficient), &reciprocal) in scaled.iter_mut().zip(block).zip(reciprocals) {
        *out = (f32::from(coefficient) * reciprocal).abs();
    }
    scaled
}

/// Adds `bias` and cuts to integers: 0.5 rounds to nearest, less widens the dead zone.
#[inline(always)]
pub(crate) fn cut(magnitudes: &[f32; 64], bias: f32) -> [i16; 64] {
    let mut integers = [0i16; 64];
    for (out, &magnitude) in integers.iter_mut().zip(magnitudes) {
        *out = ((magnitude + (bias - 0.5) + ROUND).to_bits() as i16).min(MAX_AC);
    }
    integers
}

/// Largest AC magnitude of an 8-bit process (T.81, F.1.2.2).
pub(crate) const MAX_AC: i16 = 1023;

/// Which of positions 1..=63 are not zero, as a bit mask.
#[inline(always)]
pub(crate) fn nonzero_mask(values: &[i16; 64]) -> u64 {
    let mut flags = [0u8; 64];
    for (flag, &value) in flags.iter_mut().zip(values) {
        *flag = u8::from(value != 0);
    }
    let mut mask = 0;
    for (index, &eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        // Gathers eight 0/1 bytes into one byte, first byte lowest.
        let byte = u64::from_le_bytes(eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= byte << (index * 8);
    }
    mask & !1
}

/// Gives magnitudes back the signs of the block they came from.
#[inline(always)]
pub(crate) fn with_signs(values: &[i16; 64], block: &Block) -> Block {
    let mut signed = [0; 64];
    for ((out, &value), &coefficient) in signed.iter_mut().zip(values).zip(block) {
        let sign = coefficient >> 15;
        *out = (value ^ sign) - sign;
    }
    signed
}

/// Whether a block has no coefficients but its DC.
#[inline(always)]
pub(crate) fn is_flat(block: &Block) -> bool {
    let [_, rest @ ..] = block;
    rest.iter().fold(0, |seen, &coefficient| seen | coefficient) == 0
}
