//! Entropy coding for the test-side encoder (T.81, F.1 and G.1).

use crate::huffman::Codes;
use crate::scan::{Ending, Scan};

#[derive(Default)]
pub(crate) struct Bits {
    pub(crate) bytes: Vec<u8>,
    pending: u8,
    count: u32,
}

impl Bits {
    pub(crate) fn put(&mut self, value: u32, length: u32) {
        for shift in (0..length).rev() {
            self.pending = self.pending << 1 | (value >> shift & 1) as u8;
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.pending);
                if self.pending == 0xFF {
                    self.bytes.push(0);
                }
                (self.pending, self.count) = (0, 0);
            }
        }
    }

    pub(crate) fn pad(&mut self) {
        while self.count > 0 {
            self.put(1, 1);
        }
    }

    pub(crate) fn symbol(&mut self, codes: &Codes, symbol: u8) {
        let (code, length) = codes.codes[&symbol];
        self.put(code, length);
    }
}

pub(crate) struct Coder<'s> {
    pub(crate) bits: Bits,
    pub(crate) predictions: [i32; 4],
    pub(crate) end_run: u32,
    pub(crate) corrections: Vec<u32>,
    pub(crate) scan: &'s Scan,
    pub(crate) ending: Ending,
}

/// Number of bits of a magnitude, and the bits that stand for the value.
fn magnitude(value: i32) -> (u32, u32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    (
        size,
        (if value < 0 { value - 1 } else { value }) as u32 & ((1 << size) - 1),
    )
}

impl Coder<'_> {
    pub(crate) fn block(
        &mut self,
        component: usize,
        block: &[i16; 64],
        dc: &Codes,
        ac: &Codes,
        progressive: bool,
    ) {
        let (start, end) = self.scan.band;
        if start == 0 {
            let value = i32::from(block[0]) >> self.scan.low;
            if self.scan.high > 0 {
                self.bits.put(value as u32 & 1, 1);
            } else {
                let (size, bits) = magnitude(value - self.predictions[component]);
                self.predictions[component] = value;
                self.bits.symbol(dc, size as u8);
                self.bits.put(bits, size);
            }
        }
        if end > 0 && self.scan.high == 0 {
            self.first(block, start.max(1), end, ac, progressive);
        } else if end > 0 {
            self.refine(block, start, end, ac);
        }
    }

    pub(crate) fn first(
        &mut self,
        block: &[i16; 64],
        start: usize,
        end: usize,
        ac: &Codes,
        progressive: bool,
    ) {
        let mut run = 0;
        for &value in &block[start..=end] {
            let value = i32::from(value) / (1 << self.scan.low);
            if value == 0 {
                run += 1;
                continue;
            }
            self.flush_end_run(ac);
            while run > 15 {
                self.bits.symbol(ac, 0xF0);
                run -= 16;
            }
            let (size, bits) = magnitude(value);
            self.bits.symbol(ac, (run << 4) as u8 | size as u8);
            self.bits.put(bits, size);
            run = 0;
        }
        if run > 0 && self.ending != Ending::Symbol {
            self.flush_end_run(ac);
            self.pass_end(run, ac);
        } else if run > 0 && progressive {
            self.end_of_block(ac);
        } else if run > 0 {
            self.bits.symbol(ac, 0);
        }
    }

    /// Ends a block that has so many more coefficients, without the symbol for it.
    fn pass_end(&mut self, left: usize, ac: &Codes) {
        if self.ending == Ending::Zeros {
            (0..left.div_ceil(16)).for_each(|_| self.bits.symbol(ac, 0xF0));
            return;
        }
        (0..left / 16).for_each(|_| self.bits.symbol(ac, 0xF0));
        self.bits.symbol(ac, ((left % 16) << 4) as u8 | 1);
        self.bits.put(1, 1);
    }

    /// G.1.2.3, Figure G.7.
    pub(crate) fn refine(&mut self, block: &[i16; 64], start: usize, end: usize, ac: &Codes) {
        let size = |k: usize| i32::from(block[k]).abs() >> self.scan.low;
        let last_new = (start..=end).rev().find(|&k| size(k) == 1).unwrap_or(0);
        let (mut run, mut corrections) = (0, Vec::new());
        for (k, &value) in block.iter().enumerate().take(end + 1).skip(start) {
            let size = size(k);
            if size == 0 {
                run += 1;
                continue;
            }
            while run > 15 && k <= last_new {
                self.flush_end_run(ac);
                self.bits.symbol(ac, 0xF0);
                corrections.drain(..).for_each(|bit| self.bits.put(bit, 1));
                run -= 16;
            }
            if size > 1 {
                corrections.push(size as u32 & 1);
                continue;
            }
            self.flush_end_run(ac);
            self.bits.symbol(ac, (run << 4) as u8 | 1);
            self.bits.put(u32::from(value > 0), 1);
            corrections.drain(..).for_each(|bit| self.bits.put(bit, 1));
            run = 0;
        }
        if run > 0 || !corrections.is_empty() {
            self.corrections.extend(corrections);
            self.end_of_block(ac);
        }
    }

    pub(crate) fn end_of_block(&mut self, ac: &Codes) {
        self.end_run += 1;
        if self.end_run == 0x7FFF {
            self.flush_end_run(ac);
        }
    }

    pub(crate) fn flush_end_run(&mut self, ac: &Codes) {
        if self.end_run > 0 {
            let size = 31 - self.end_run.leading_zeros();
            self.bits.symbol(ac, (size << 4) as u8);
            self.bits.put(self.end_run - (1 << size), size);
            self.end_run = 0;
        }
        for bit in std::mem::take(&mut self.corrections) {
            self.bits.put(bit, 1);
        }
    }
}
