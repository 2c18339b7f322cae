//! Refinement scans of AC coefficients (T.81, G.1.2.3): one more bit for every coefficient of a band.

use super::frame::Frame;
use super::headers::ScanHeader;
use super::symbols::{Quantized, ZRL, slot};
use super::tokens::{MAX_END_RUN, Tokens, each_block};

/// Correction bits a run of ended blocks may collect before it is written.
const MAX_CORRECTIONS: usize = 900;

/// A refinement scan in the making.
struct Refiner<'a> {
    tokens: &'a mut Tokens,
    slot: usize,
    /// Blocks ended since the last symbol, and the correction bits that belong to them.
    ended: u32,
    ended_bits: Vec<u8>,
    /// Correction bits of the current block since its last symbol.
    bits: Vec<u8>,
}

/// Turns one component's band into tokens.
pub(crate) fn ac(tokens: &mut Tokens, header: ScanHeader<'_>, frame: Frame, quantized: &Quantized) {
    let slot = slot(header.components[0]);
    let mut refiner = Refiner {
        tokens,
        slot,
        ended: 0,
        ended_bits: Vec::new(),
        bits: Vec::new(),
    };
    each_block(header, frame, quantized, |block, mask| {
        refiner.block(block, mask, header);
    });
    refiner.flush();
}

impl Refiner<'_> {
    fn block(&mut self, block: &[i16; 64], mask: u64, header: ScanHeader<'_>) {
        let shift = header.bits.1;
        let magnitude = |position: u32| i32::from(block[position as usize & 63].abs()) >> shift;
        let fresh = positions(mask)
            .filter(|&position| magnitude(position) == 1)
            .last();
        let (mut run, mut next) = (0, u32::from(header.band.0));
        for position in positions(mask) {
            let value = magnitude(position);
            if value == 0 {
                continue;
            }
            run += position - next;
            next = position + 1;
            while run > 15 && fresh.is_some_and(|last| position <= last) {
                self.flush();
                self.tokens.symbol(self.slot, ZRL, 0, 0);
                self.corrections();
                run -= 16;
            }
            if value > 1 {
                self.bits.push((value & 1) as u8);
                continue;
            }
            self.flush();
            let positive = u32::from(block[position as usize & 63] > 0);
            self.tokens
                .symbol(self.slot, (run << 4 | 1) as usize, positive, 1);
            self.corrections();
            run = 0;
        }
        if next <= u32::from(header.band.1) || run > 0 || !self.bits.is_empty() {
            self.ended += 1;
            self.ended_bits.append(&mut self.bits);
            if self.ended == MAX_END_RUN || self.ended_bits.len() > MAX_CORRECTIONS {
                self.flush();
            }
        }
    }

    /// Writes the run of ended blocks, with its correction bits.
    fn flush(&mut self) {
        self.tokens
            .end_run(self.slot, std::mem::take(&mut self.ended));
        self.ended_bits
            .drain(..)
            .for_each(|bit| self.tokens.raw(u32::from(bit), 1));
    }

    /// Writes the current block's correction bits.
    fn corrections(&mut self) {
        self.bits
            .drain(..)
            .for_each(|bit| self.tokens.raw(u32::from(bit), 1));
    }
}

fn positions(mut mask: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let position = (mask != 0).then(|| mask.trailing_zeros())?;
        mask &= mask - 1;
        Some(position)
    })
}
