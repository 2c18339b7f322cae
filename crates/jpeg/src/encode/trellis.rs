//! Rate-distortion optimised quantisation of a block's AC coefficients.
//!
//! Among all ways of lowering a block's levels it finds the one with the least
//! `bits + weighted squared error / λ`, by dynamic programming over the coefficients that
//! stay (the idea of Ramchandran and Vetterli, "Rate-distortion optimal fast thresholding
//! with complete JPEG/MPEG decoder compatibility", 1994). Bits are those of real code tables.

use super::huffman::HuffmanCode;
use super::quantizer::{cut, magnitudes, nonzero_mask};
use super::spectrum::Block;
use super::symbols::{EOB, ZRL, category};

/// How far back a kept coefficient looks for the one kept before it.
const LOOK_BACK: usize = 7;

/// A level from this size on is never dropped altogether.
const FIRM: i16 = 3;

/// Sizes of AC levels: 1..=10; place 0 is unused.
const SIZES: usize = 12;

/// Bits taken by each (run, size), magnitude bits and skipped sixteens included.
#[derive(Debug, Clone)]
pub(crate) struct Rates {
    bits: [[f32; SIZES]; 64],
    end: f32,
}

impl Rates {
    /// Rates under a code; symbols it lacks cost a long code.
    pub(crate) fn of(code: &HuffmanCode) -> Self {
        let length = |symbol: usize| match code.lengths[symbol] {
            0 => 14.0,
            bits => f32::from(bits),
        };
        let mut bits = [[0.0; SIZES]; 64];
        for (run, row) in bits.iter_mut().enumerate() {
            for (size, cost) in row.iter_mut().enumerate().skip(1).take(10) {
                let symbol = (run % 16) << 4 | size;
                *cost = length(symbol) + size as f32 + (run / 16) as f32 * length(ZRL);
            }
        }
        Self {
            bits,
            end: length(EOB),
        }
    }
}

/// What an error costs in one block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Distortion<'a> {
    /// Price of a squared error of one step at each position, relative to one another.
    pub(crate) weights: &'a [f32; 64],
    /// Bits one unit of weighted squared error is worth (1 / λ).
    pub(crate) price: f32,
    /// Factor on the error of dropping a coefficient to zero.
    pub(crate) zeroing: f32,
}

/// The coefficients that round to something, and the best paths up to each.
struct Paths {
    count: usize,
    position: [u8; 64],
    /// Cheapest cost of a path that ends by keeping this coefficient, less `dropped` up to it.
    cost: [f32; 65],
    /// Cost of dropping every candidate before this one.
    dropped: [f32; 65],
    previous: [u8; 64],
    level: [i16; 64],
}

/// Quantises the AC coefficients of `block`; returns the levels (DC left zero) and their mask.
pub(crate) fn quantize_ac(
    block: &Block,
    reciprocals: &[f32; 64],
    rates: &Rates,
    distortion: Distortion<'_>,
) -> (Block, u64) {
    let scaled = magnitudes(block, reciprocals);
    let mut nearest = cut(&scaled, 0.5);
    nearest[0] = 0;
    let candidates = nonzero_mask(&nearest);
    if candidates == 0 {
        return ([0; 64], 0);
    }
    let paths = Paths::search(candidates, &scaled, &nearest, rates, distortion);
    paths.best(rates, block)
}

impl Paths {
    fn search(
        candidates: u64,
        scaled: &[f32; 64],
        nearest: &[i16; 64],
        rates: &Rates,
        distortion: Distortion<'_>,
    ) -> Self {
        let mut paths = Self {
            count: 0,
            position: [0; 64],
            cost: [0.0; 65],
            dropped: [0.0; 65],
            previous: [0; 64],
            level: [0; 64],
        };
        let (mut rest, mut first) = (candidates, 0);
        while rest != 0 {
            let position = rest.trailing_zeros() as usize & 63;
            rest &= rest - 1;
            let (x, level) = (scaled[position], nearest[position]);
            let price = distortion.price * distortion.weights[position];
            let index = paths.count & 63;
            paths.position[index] = position as u8;
            paths.dropped[index + 1] = paths.dropped[index] + price * x * x * distortion.zeroing;
            paths.extend(index, first, (x, level, price), rates);
            paths.count += 1;
            let floor = if level >= FIRM { paths.count } else { 0 };
            first = first.max(floor).max(paths.count.saturating_sub(LOOK_BACK));
        }
        paths
    }

    /// Finds the cheapest path that keeps candidate `index`. Path `i + 1` ends at candidate `i`, path 0 is empty.
    #[inline]
    fn extend(
        &mut self,
        index: usize,
        first: usize,
        (x, level, price): (f32, i16, f32),
        rates: &Rates,
    ) {
        let position = self.position[index];
        let size = category(i32::from(level)) as usize;
        // The only lower level worth a thought is the largest with one magnitude bit less.
        let lower = (1i16 << (size - 1)) - 1;
        let error = |kept: i16| (x - f32::from(kept)) * (x - f32::from(kept)) * price;
        let (keep, low) = (
            error(level),
            if lower > 0 {
                error(lower)
            } else {
                f32::INFINITY
            },
        );
        let mut best = (f32::INFINITY, 0u8, level);
        for path in first..=index {
            let before = if path == 0 {
                0
            } else {
                self.position[path - 1]
            };
            let bits = &rates.bits[usize::from(position - before - 1) & 63];
            let base = self.cost[path];
            let full = base + bits[size] + keep;
            if full < best.0 {
                best = (full, path as u8, level);
            }
            let less = base + bits[size - 1] + low;
            if less < best.0 {
                best = (less, path as u8, lower);
            }
        }
        // What is dropped between two kept ones is the difference of the running sums.
        self.cost[index + 1] = best.0 + self.dropped[index] - self.dropped[index + 1];
        self.previous[index] = best.1;
        self.level[index] = best.2;
    }

    /// Walks the best path back from its end; levels get the signs of `block`.
    fn best(&self, rates: &Rates, block: &Block) -> (Block, u64) {
        let total = self.dropped[self.count];
        let mut end = (f32::INFINITY, 0);
        for path in 0..=self.count {
            let last = path > 0 && self.position[path - 1] == 63;
            let cost = self.cost[path] + total + if last { 0.0 } else { rates.end };
            if cost < end.0 {
                end = (cost, path);
            }
        }
        let (mut levels, mut mask, mut path) = ([0; 64], 0, end.1);
        while path > 0 {
            let position = usize::from(self.position[path - 1]);
            let sign = block[position] >> 15;
            levels[position] = (self.level[path - 1] ^ sign) - sign;
            mask |= 1 << position;
            path = usize::from(self.previous[path - 1]);
        }
        (levels, mask)
    }
}
