//! Which Huffman symbols a set of quantised blocks needs, and how often (T.81, F.1.2).

use super::frame::Frame;
use super::huffman::HuffmanCode;
use super::spectrum::Block;
use crate::Instructions;

/// End of block: all remaining coefficients are zero.
pub(crate) const EOB: usize = 0x00;
/// Sixteen zeros.
pub(crate) const ZRL: usize = 0xF0;

/// Quantised blocks of one component, in zigzag order, and which of their AC coefficients are not zero.
#[derive(Debug, Default, Clone)]
pub(crate) struct Quantized {
    pub(crate) blocks: Vec<Block>,
    /// Bit `k` is set where coefficient `k` (1..=63) is not zero.
    pub(crate) masks: Vec<u64>,
}

/// Symbol counts of a baseline scan: slot 0 is luma, slot 1 both chroma components.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    pub(crate) dc: [[u32; 256]; 2],
    pub(crate) ac: [[u32; 256]; 2],
    /// Bits that follow the code words.
    pub(crate) extra: u64,
}

/// Optimal codes for a tally: slot 0 is luma, slot 1 chroma.
#[derive(Debug, Clone)]
pub(crate) struct Codes {
    pub(crate) dc: [HuffmanCode; 2],
    pub(crate) ac: [HuffmanCode; 2],
}

/// Bits needed for a value's magnitude (SSSS in T.81).
#[inline(always)]
pub(crate) fn category(value: i32) -> u32 {
    32 - value.unsigned_abs().leading_zeros()
}

/// Table slot of a component.
#[inline(always)]
pub(crate) fn slot(component: usize) -> usize {
    component.min(1)
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self {
            dc: [[0; 256]; 2],
            ac: [[0; 256]; 2],
            extra: 0,
        }
    }

    /// Counts the AC symbols of every block.
    pub(crate) fn add_ac(
        &mut self,
        instructions: Instructions,
        component: usize,
        quantized: &Quantized,
    ) {
        instructions.run(
            #[inline(always)]
            || {
                let counts = &mut self.ac[slot(component)];
                for (block, &mask) in quantized.blocks.iter().zip(&quantized.masks) {
                    let last = each_ac(block, mask, |symbol, _, size| {
                        counts[symbol] += 1;
                        self.extra += u64::from(size);
                    });
                    counts[EOB] += u32::from(last != 63);
                }
            },
        );
    }

    /// Counts the DC symbols, whose differences follow the order of the scan.
    pub(crate) fn add_dc(
        &mut self,
        instructions: Instructions,
        frame: Frame,
        components: &[Quantized],
    ) {
        instructions.run(
            #[inline(always)]
            || {
                let mut previous = [0i32; 3];
                frame.interleaved(|component, index| {
                    let dc = i32::from(components[component].blocks[index][0]);
                    let size = category(dc - previous[component]);
                    previous[component] = dc;
                    self.dc[slot(component)][size as usize] += 1;
                    self.extra += u64::from(size);
                });
            },
        );
    }

    /// Optimal codes for these counts.
    pub(crate) fn codes(&self) -> Codes {
        Codes {
            dc: [
                HuffmanCode::optimal(&self.dc[0]),
                HuffmanCode::optimal(&self.dc[1]),
            ],
            ac: [
                HuffmanCode::optimal(&self.ac[0]),
                HuffmanCode::optimal(&self.ac[1]),
            ],
        }
    }

    /// Exact bytes of entropy-coded data under these codes, before any byte is stuffed.
    pub(crate) fn payload_bytes(&self, codes: &Codes) -> usize {
        let words: u64 = (0..2)
            .map(|slot| {
                codes.dc[slot].payload_bits(&self.dc[slot])
                    + codes.ac[slot].payload_bits(&self.ac[slot])
            })
            .sum();
        (words + self.extra).div_ceil(8) as usize
    }
}

/// Calls `visit(symbol, value, size)` for each AC symbol of a block except EOB;
/// returns the position of the last coefficient that is not zero.
#[inline(always)]
pub(crate) fn each_ac(block: &Block, mask: u64, mut visit: impl FnMut(usize, i32, u32)) -> u32 {
    let (mut rest, mut previous) = (mask, 0);
    while rest != 0 {
        let position = rest.trailing_zeros();
        rest &= rest - 1;
        let mut run = position - previous - 1;
        previous = position;
        while run > 15 {
            visit(ZRL, 0, 0);
            run -= 16;
        }
        let value = i32::from(block[position as usize & 63]);
        let size = category(value);
        visit(((run << 4) | size) as usize & 255, value, size);
    }
    previous
}
