//! Rate-distortion optimised quantisation of a block's AC coefficients.
//!
//! Among the most promising ways of lowering a block's levels it finds the one with the least
//! `bits + weighted squared error / λ`, by dynamic programming over the coefficients that stay
//! (the idea of Ramchandran and Vetterli, "Rate-distortion optimal fast thresholding with complete
//! JPEG/MPEG decoder compatibility", 1994). Bits are those of real code tables.

use super::huffman::HuffmanCode;
use super::quantizer::{cut, is_flat, magnitudes, nonzero_mask};
use super::spectrum::Block;
use super::symbols::{EOB, ZRL, category};
use crate::Instructions;

/// For a kept coefficient, so many earlier ones are considered as the one kept before it.
const LOOK_BACK: usize = 8;

/// A level of at least this size is dropped only together with all levels after it in the block.
const FIRM: i16 = 3;

/// Sizes of AC levels: 1..=10; the other places are unused.
const SIZES: usize = 16;

/// Bits taken by each (run, size), magnitude bits and skipped sixteens included.
#[derive(Debug, Clone)]
pub(crate) struct Rates {
    bits: [[f32; SIZES]; 64],
    end: f32,
}

impl Rates {
    /// Rates of a code; symbols without a code word cost as much as a long one.
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

    /// Bits that the AC coefficients of a quantised block take.
    pub(crate) fn of_block(&self, levels: &Block, mask: u64) -> f32 {
        let (mut rest, mut previous, mut bits) = (mask, 0, 0.0);
        while rest != 0 {
            let position = rest.trailing_zeros() as usize & 63;
            rest &= rest - 1;
            let size = category(i32::from(levels[position])) as usize;
            bits += self.bits[(position - previous - 1) & 63][size & 15];
            previous = position;
        }
        if previous == 63 {
            bits
        } else {
            bits + self.end
        }
    }
}

/// The cost of errors in one block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Distortion<'a> {
    /// Relative weight of a squared error of one step at each position.
    pub(crate) weights: &'a [f32; 64],
    /// Bits one unit of weighted squared error is worth (1 / λ).
    pub(crate) price: f32,
    /// Factor on the error of dropping a coefficient to zero.
    pub(crate) zeroing: f32,
}

/// The coefficients that do not round to zero, and the best path up to each: path `i + 1` ends by
/// keeping candidate `i`, path 0 keeps nothing.
struct Paths {
    count: usize,
    position: [u8; 64],
    previous: [u8; 64],
    level: [i16; 64],
    /// The path with the cheapest end so far, and its cost as in [`Open`].
    end: (f32, u8),
}

/// Paths that can be continued, oldest first. Each costs less than the later ones: a later path
/// that costs no more would be better, because its run is shorter, which nearly always takes fewer
/// bits.
struct Open {
    count: usize,
    /// Cost of each path, less that of dropping every candidate up to its last.
    cost: [f32; LOOK_BACK],
    /// Position of the coefficient it keeps last.
    last: [u8; LOOK_BACK],
    path: [u8; LOOK_BACK],
}

/// A coefficient in steps, its nearest level, and the bits a squared step of error is worth.
#[derive(Clone, Copy)]
struct Candidate {
    position: u8,
    x: f32,
    level: i16,
    price: f32,
}

/// Quantises the AC coefficients of `block`; returns the levels (DC left zero) and their mask.
pub(crate) fn quantize_ac(
    instructions: Instructions,
    block: &Block,
    reciprocals: &[f32; 64],
    rates: &Rates,
    distortion: Distortion<'_>,
) -> (Block, u64) {
    instructions.run(
        #[inline(always)]
        || {
            if is_flat(block) {
                return ([0; 64], 0);
            }
            let scaled = magnitudes(block, reciprocals);
            let nearest = cut(&scaled, 0.5);
            let mut rest = nonzero_mask(&nearest);
            if rest == 0 {
                return ([0; 64], 0);
            }
            let (mut paths, mut open, mut dropped) = (Paths::new(), Open::new(), 0.0);
            while rest != 0 {
                let position = rest.trailing_zeros() as u8 & 63;
                rest &= rest - 1;
                let at = usize::from(position);
                let candidate = Candidate {
                    position,
                    x: scaled[at],
                    level: nearest[at],
                    price: distortion.price * distortion.weights[at],
                };
                dropped = paths.keep(&mut open, candidate, rates, dropped, distortion.zeroing);
            }
            paths.best(block)
        },
    )
}

impl Open {
    #[inline(always)]
    fn new() -> Self {
        Self {
            count: 1,
            cost: [0.0; LOOK_BACK],
            last: [0; LOOK_BACK],
            path: [0; LOOK_BACK],
        }
    }

    /// Adds a path and removes those that cannot be better any more.
    #[inline(always)]
    fn push(&mut self, cost: f32, last: u8, path: u8) {
        while self.count > 0 && self.cost[self.count - 1] >= cost {
            self.count -= 1;
        }
        if self.count == LOOK_BACK {
            self.cost.rotate_left(1);
            self.last.rotate_left(1);
            self.path.rotate_left(1);
            self.count -= 1;
        }
        self.cost[self.count] = cost;
        self.last[self.count] = last;
        self.path[self.count] = path;
        self.count += 1;
    }

    /// The cheapest way to keep a level of this size at `position`: its cost, and the path before
    /// it.
    #[inline(always)]
    fn cheapest(&self, position: u8, size: usize, rates: &Rates) -> (f32, u8) {
        let mut best = (f32::INFINITY, 0);
        for index in 0..self.count.min(LOOK_BACK) {
            let run = usize::from(position - self.last[index] - 1) & 63;
            let cost = self.cost[index] + rates.bits[run][size & 15];
            if cost < best.0 {
                best = (cost, self.path[index]);
            }
        }
        best
    }
}

impl Paths {
    #[inline(always)]
    fn new() -> Self {
        Self {
            count: 0,
            position: [0; 64],
            previous: [0; 64],
            level: [0; 64],
            end: (0.0, 0),
        }
    }

    /// Finds the cheapest path that keeps this candidate; `dropped` is the cost of dropping all
    /// before it, and that of dropping this one too is returned.
    #[inline(always)]
    fn keep(
        &mut self,
        open: &mut Open,
        candidate: Candidate,
        rates: &Rates,
        dropped: f32,
        zeroing: f32,
    ) -> f32 {
        let Candidate {
            position,
            x,
            level,
            price,
        } = candidate;
        let size = category(i32::from(level)) as usize;
        let error = |kept: i16| (x - f32::from(kept)) * (x - f32::from(kept)) * price;
        let (bits, mut before) = open.cheapest(position, size, rates);
        let (mut cost, mut kept) = (bits + error(level), level);
        if level > 1 {
            // The only lower level that can be better is the largest one with one magnitude bit
            // less.
            let lower = (1i16 << (size - 1)) - 1;
            let (bits, path) = open.cheapest(position, size - 1, rates);
            if bits + error(lower) < cost {
                (cost, kept, before) = (bits + error(lower), lower, path);
            }
        }
        let with_this = dropped + price * x * x * zeroing;
        // The cost of dropping the coefficients between two kept ones is the difference of running
        // sums.
        let cost = cost + dropped - with_this;
        let index = self.count & 63;
        (self.position[index], self.level[index]) = (position, kept);
        self.previous[index] = before;
        self.count += 1;
        if level >= FIRM {
            open.count = 0;
        }
        open.push(cost, position, self.count as u8);
        if position == 63 {
            self.end.0 += rates.end;
        }
        if cost < self.end.0 {
            self.end = (cost, self.count as u8);
        }
        with_this
    }

    /// Follows the best path back from its end; levels get the signs of `block`.
    #[inline(always)]
    fn best(&self, block: &Block) -> (Block, u64) {
        let (mut levels, mut mask, mut path) = ([0; 64], 0, self.end.1);
        while path > 0 {
            let index = usize::from(path - 1) & 63;
            let position = usize::from(self.position[index]) & 63;
            let sign = block[position] >> 15;
            levels[position] = (self.level[index] ^ sign) - sign;
            mask |= 1 << position;
            path = self.previous[index];
        }
        (levels, mask)
    }
}
