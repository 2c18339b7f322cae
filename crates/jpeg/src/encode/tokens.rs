//! Tokens of progressive scans (T.81, annex G): symbols with the raw bits after them, before they get codes.

use super::frame::Frame;
use super::headers::ScanHeader;
use super::symbols::{Quantized, category};

/// A Huffman symbol, where there is one, and the raw bits after it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    /// Table slot in the high byte, symbol in the low byte; [`RAW`] for bits alone.
    pub(crate) symbol: u16,
    pub(crate) count: u16,
    pub(crate) bits: u32,
}

pub(crate) const RAW: u16 = u16::MAX;

/// Longest run of blocks that end early (T.81, G.1.2.2).
pub(crate) const MAX_END_RUN: u32 = 0x7FFF;

/// The tokens of one scan in the making.
#[derive(Debug, Default)]
pub(crate) struct Tokens(pub(crate) Vec<Token>);

impl Tokens {
    pub(crate) fn symbol(&mut self, slot: usize, symbol: usize, bits: u32, count: u32) {
        self.0.push(Token {
            symbol: (slot << 8 | symbol) as u16,
            count: count as u16,
            bits,
        });
    }

    pub(crate) fn raw(&mut self, bits: u32, count: u32) {
        self.0.push(Token {
            symbol: RAW,
            count: count as u16,
            bits,
        });
    }

    /// Says that this many blocks in a row have nothing more in the band.
    pub(crate) fn end_run(&mut self, slot: usize, run: u32) {
        if run > 0 {
            let exponent = category(run as i32) - 1;
            self.symbol(
                slot,
                (exponent as usize) << 4,
                run - (1 << exponent),
                exponent,
            );
        }
    }
}

/// Visits the blocks of a scan of one component, row by row without padding, with their masks cut to the band.
pub(crate) fn each_block(
    header: ScanHeader<'_>,
    frame: Frame,
    quantized: &Quantized,
    mut visit: impl FnMut(&[i16; 64], u64),
) {
    let grid = frame.grid(header.components[0]);
    let band = (u64::MAX << header.band.0) & (u64::MAX >> (63 - header.band.1));
    for row in 0..grid.used_rows {
        let first = row * grid.columns;
        let range = first..first + grid.used_columns;
        for (block, mask) in quantized.blocks[range.clone()]
            .iter()
            .zip(&quantized.masks[range])
        {
            visit(block, mask & band);
        }
    }
}
