//! Arithmetic coding for the test-side encoder (T.81, Annex D, F.1.4 and G.1.3).

use crate::scan::Scan;

/// Conditioning of the statistics (B.2.4.3): bounds L and U of DC differences, and Kx.
pub type Conditioning = (u8, u8, u8);

/// Codes the decisions of a restart interval.
struct Decisions {
    /// Bits that are complete, but for a carry.
    bits: Vec<u8>,
    low: u32,
    interval: u32,
}

/// Index of an estimate, and the more probable value.
type Bin = (usize, bool);

/// The bin of decisions that are equally probable; it does not adapt.
const EVEN: usize = usize::MAX;

impl Decisions {
    fn decide(&mut self, bin: &mut Bin, value: bool) {
        let (width, less, more, switches) = match bin.0 {
            EVEN => (0x5A1D, EVEN, EVEN, false),
            index => {
                let (width, less, more, switches) = ESTIMATES[index];
                (u32::from(width), less.into(), more.into(), switches)
            }
        };
        let is_likely = value == bin.1;
        self.interval -= width;
        // The less probable value takes the upper part, unless that is the larger one.
        if is_likely == (self.interval < width) {
            self.low += self.interval;
            self.interval = width;
            if self.low > 0xFFFF {
                self.low &= 0xFFFF;
                let carried = self.bits.iter_mut().rev().take_while(|bit| **bit == 1);
                let count = carried.map(|bit| *bit = 0).count();
                let last = self.bits.len() - count - 1;
                self.bits[last] = 1;
            }
        }
        if !is_likely {
            *bin = (less, bin.1 != switches);
        } else if self.interval < 0x8000 {
            bin.0 = more;
        }
        while self.interval < 0x8000 {
            self.bits.push((self.low >> 15) as u8);
            self.low = self.low << 1 & 0xFFFF;
            self.interval <<= 1;
        }
    }

    /// The bytes, without zeros at their end, which decoders add.
    fn bytes(mut self) -> Vec<u8> {
        self.bits
            .extend((0..16).rev().map(|at| (self.low >> at & 1) as u8));
        let byte = |bits: &[u8]| {
            bits.iter()
                .enumerate()
                .map(|(at, bit)| bit << (7 - at))
                .sum()
        };
        let mut bytes: Vec<u8> = self.bits.chunks(8).map(byte).collect();
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        bytes
            .iter()
            .flat_map(|&byte| [byte, 0].into_iter().take(1 + usize::from(byte == 0xFF)))
            .collect()
    }
}

/// Codes the blocks of a scan.
pub(crate) struct Arithmetic<'s> {
    decisions: Decisions,
    dc: [[Bin; 64]; 4],
    ac: [[Bin; 256]; 4],
    /// The prediction and the class of the last difference.
    predictions: [(i32, usize); 4],
    conditioning: Conditioning,
    /// The tables of each component.
    tables: [u8; 4],
    scan: &'s Scan,
}

impl<'s> Arithmetic<'s> {
    pub(crate) fn new(scan: &'s Scan, conditioning: Conditioning, tables: [u8; 4]) -> Self {
        Self {
            decisions: Decisions {
                bits: Vec::new(),
                low: 0,
                interval: 0x1_0000,
            },
            dc: [[(0, false); 64]; 4],
            ac: [[(0, false); 256]; 4],
            predictions: [(0, 0); 4],
            conditioning,
            tables,
            scan,
        }
    }

    /// The bytes of the restart interval; everything starts again.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        let new = Self::new(self.scan, self.conditioning, self.tables);
        std::mem::replace(self, new).decisions.bytes()
    }

    pub(crate) fn block(&mut self, component: usize, block: &[i16; 64], progressive: bool) {
        let (start, end) = self.scan.band;
        let low = u32::from(self.scan.low);
        let table = usize::from(self.tables[component]);
        let point =
            |value: i16| (i32::from(value.unsigned_abs()) >> low) * i32::from(value.signum());
        let first = !progressive || self.scan.high == 0;
        if start == 0 && first {
            self.dc(component, table, i32::from(block[0]) >> low);
        } else if start == 0 {
            self.toss(block[0] >> low & 1 > 0);
        }
        let from = start.max(1);
        if first && end > 0 {
            self.ac(table, from, end, |index| point(block[index]));
        } else if end > 0 {
            self.refine(table, from, end, |index| point(block[index]));
        }
    }

    fn toss(&mut self, value: bool) {
        self.decisions.decide(&mut (EVEN, false), value);
    }

    fn dc(&mut self, component: usize, table: usize, value: i32) {
        let (prediction, class) = std::mem::replace(&mut self.predictions[component], (value, 0));
        let difference = value - prediction;
        let bins = &mut self.dc[table];
        self.decisions.decide(&mut bins[class], difference != 0);
        if difference == 0 {
            return;
        }
        let negative = difference < 0;
        self.decisions.decide(&mut bins[class + 1], negative);
        let rest = difference.unsigned_abs() - 1;
        let first = class + 2 + usize::from(negative);
        magnitude(&mut self.decisions, bins, rest, &[first], 20);
        let (low, high) = (self.conditioning.0, self.conditioning.1);
        // F.1.4.4.1.2: up to 2^(L-1), or 0 if L is 0, is as if it were zero; above 2^U is large.
        let size = difference.unsigned_abs();
        let is_small = low > 0 && size <= 1 << (low - 1);
        let is_large = size > 1 << high;
        self.predictions[component].1 = match (is_small, is_large) {
            (true, _) => 0,
            (_, false) => 4 + 4 * usize::from(negative),
            (_, true) => 12 + 4 * usize::from(negative),
        };
    }

    fn ac(&mut self, table: usize, from: usize, end: usize, value: impl Fn(usize) -> i32) {
        let last = (from..=end)
            .rev()
            .find(|&index| value(index) != 0)
            .unwrap_or(0);
        let mut is_after_zero = false;
        for index in from..=end {
            let bins = &mut self.ac[table];
            let at = 3 * (index - 1);
            if !is_after_zero {
                self.decisions.decide(&mut bins[at], index > last);
            }
            if index > last {
                return;
            }
            let value = value(index);
            self.decisions.decide(&mut bins[at + 1], value != 0);
            is_after_zero = value == 0;
            if is_after_zero {
                continue;
            }
            self.decisions.decide(&mut (EVEN, false), value < 0);
            let doubled = if index <= usize::from(self.conditioning.2) {
                189
            } else {
                217
            };
            let rest = value.unsigned_abs() - 1;
            magnitude(&mut self.decisions, bins, rest, &[at + 2, at + 2], doubled);
        }
    }

    fn refine(&mut self, table: usize, from: usize, end: usize, value: impl Fn(usize) -> i32) {
        let last_of = |least: i32| {
            (1..=end)
                .rev()
                .find(|&index| value(index).abs() >= least)
                .unwrap_or(0)
        };
        let (last, before) = (last_of(1), last_of(2));
        let mut is_after_zero = false;
        for index in from..=end {
            let bins = &mut self.ac[table];
            let at = 3 * (index - 1);
            if !is_after_zero && index > before {
                self.decisions.decide(&mut bins[at], index > last);
            }
            if index > last {
                return;
            }
            let value = value(index);
            is_after_zero = value == 0;
            if value.abs() > 1 {
                self.decisions.decide(&mut bins[at + 2], value & 1 != 0);
                continue;
            }
            self.decisions.decide(&mut bins[at + 1], value != 0);
            if value != 0 {
                self.toss(value < 0);
            }
        }
    }
}

/// Codes a magnitude less 1: first how many bits it has, of which the first decisions have bins of their own, then its lower bits.
fn magnitude(
    decisions: &mut Decisions,
    bins: &mut [Bin],
    rest: u32,
    first: &[usize],
    doubled: usize,
) {
    let size = 32 - rest.leading_zeros();
    let mut last = 0;
    for number in 0..=size {
        last = match first.get(number as usize) {
            Some(first) => *first,
            None => doubled + number as usize - first.len(),
        };
        decisions.decide(&mut bins[last], number < size);
    }
    for at in (0..size.saturating_sub(1)).rev() {
        decisions.decide(&mut bins[last + 14], rest >> at & 1 > 0);
    }
}

/// Table D.3: the width of the less probable part, the index after the less and after the more
/// probable value, and whether the less probable value becomes the more probable one.
#[rustfmt::skip]
const ESTIMATES: [(u16, u8, u8, bool); 113] = [
    (0x5A1D, 1, 1, true), (0x2586, 14, 2, false), (0x1114, 16, 3, false), (0x080B, 18, 4, false),
    (0x03D8, 20, 5, false), (0x01DA, 23, 6, false), (0x00E5, 25, 7, false), (0x006F, 28, 8, false),
    (0x0036, 30, 9, false), (0x001A, 33, 10, false), (0x000D, 35, 11, false), (0x0006, 9, 12, false),
    (0x0003, 10, 13, false), (0x0001, 12, 13, false), (0x5A7F, 15, 15, true), (0x3F25, 36, 16, false),
    (0x2CF2, 38, 17, false), (0x207C, 39, 18, false), (0x17B9, 40, 19, false), (0x1182, 42, 20, false),
    (0x0CEF, 43, 21, false), (0x09A1, 45, 22, false), (0x072F, 46, 23, false), (0x055C, 48, 24, false),
    (0x0406, 49, 25, false), (0x0303, 51, 26, false), (0x0240, 52, 27, false), (0x01B1, 54, 28, false),
    (0x0144, 56, 29, false), (0x00F5, 57, 30, false), (0x00B7, 59, 31, false), (0x008A, 60, 32, false),
    (0x0068, 62, 33, false), (0x004E, 63, 34, false), (0x003B, 32, 35, false), (0x002C, 33, 9, false),
    (0x5AE1, 37, 37, true), (0x484C, 64, 38, false), (0x3A0D, 65, 39, false), (0x2EF1, 67, 40, false),
    (0x261F, 68, 41, false), (0x1F33, 69, 42, false), (0x19A8, 70, 43, false), (0x1518, 72, 44, false),
    (0x1177, 73, 45, false), (0x0E74, 74, 46, false), (0x0BFB, 75, 47, false), (0x09F8, 77, 48, false),
    (0x0861, 78, 49, false), (0x0706, 79, 50, false), (0x05CD, 48, 51, false), (0x04DE, 50, 52, false),
    (0x040F, 50, 53, false), (0x0363, 51, 54, false), (0x02D4, 52, 55, false), (0x025C, 53, 56, false),
    (0x01F8, 54, 57, false), (0x01A4, 55, 58, false), (0x0160, 56, 59, false), (0x0125, 57, 60, false),
    (0x00F6, 58, 61, false), (0x00CB, 59, 62, false), (0x00AB, 61, 63, false), (0x008F, 61, 32, false),
    (0x5B12, 65, 65, true), (0x4D04, 80, 66, false), (0x412C, 81, 67, false), (0x37D8, 82, 68, false),
    (0x2FE8, 83, 69, false), (0x293C, 84, 70, false), (0x2379, 86, 71, false), (0x1EDF, 87, 72, false),
    (0x1AA9, 87, 73, false), (0x174E, 72, 74, false), (0x1424, 72, 75, false), (0x119C, 74, 76, false),
    (0x0F6B, 74, 77, false), (0x0D51, 75, 78, false), (0x0BB6, 77, 79, false), (0x0A40, 77, 48, false),
    (0x5832, 80, 81, true), (0x4D1C, 88, 82, false), (0x438E, 89, 83, false), (0x3BDD, 90, 84, false),
    (0x34EE, 91, 85, false), (0x2EAE, 92, 86, false), (0x299A, 93, 87, false), (0x2516, 86, 71, false),
    (0x5570, 88, 89, true), (0x4CA9, 95, 90, false), (0x44D9, 96, 91, false), (0x3E22, 97, 92, false),
    (0x3824, 99, 93, false), (0x32B4, 99, 94, false), (0x2E17, 93, 86, false), (0x56A8, 95, 96, true),
    (0x4F46, 101, 97, false), (0x47E5, 102, 98, false), (0x41CF, 103, 99, false), (0x3C3D, 104, 100, false),
    (0x375E, 99, 93, false), (0x5231, 105, 102, false), (0x4C0F, 106, 103, false), (0x4639, 107, 104, false),
    (0x415E, 103, 99, false), (0x5627, 105, 106, true), (0x50E7, 108, 107, false), (0x4B85, 109, 103, false),
    (0x5597, 110, 109, false), (0x504F, 111, 107, false), (0x5A10, 110, 111, true), (0x5522, 112, 109, false),
    (0x59EB, 112, 111, true),
];
