//! How DC differences and AC coefficients are coded by decisions (T.81, F.1.4, F.2.4 and G.2), with
//! the statistics of those decisions.

use super::coder::{Bin, Coder};
use crate::decode::bits::{BitReader, Damaged};
use crate::decode::tables::Tables;

/// Largest number of doublings of a magnitude: of 16 bits.
const DOUBLINGS: u32 = 15;
/// The bins of a magnitude's lower bits are so many after those of its doublings.
const LOWER: u8 = 14;

/// Encoders leave out zeros at the end of the data. A flat end of a picture takes none but these: up
/// to 50 bits until a bin is sure of its value, of which two in each of four tables are used.
const PAST_END: u32 = 14;
/// After that, a read of 32 bits is enough for 700,000 decisions.
const BLOCKS_A_READ: u64 = 100_000;

/// The statistics of a scan, which belong to tables and not to components.
pub(super) struct Statistics {
    coder: Coder,
    dc: [[Bin; 64]; 4],
    ac: [[Bin; 256]; 4],
    bounds: [(u8, u8); 4],
    kx: [u8; 4],
    /// Most reads after the end of the data that a sound encoder causes.
    most_past_end: u32,
    was_cut: bool,
}

/// The prediction of DC coefficients, and the class of the last difference, which is its first bin.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Prediction {
    pub(super) value: i32,
    class: u8,
}

impl Statistics {
    /// Statistics of a scan of so many blocks.
    pub(super) fn new(tables: &Tables, blocks: u64) -> Self {
        Self {
            coder: Coder::new(),
            dc: [[0; 64]; 4],
            ac: [[0; 256]; 4],
            bounds: tables.bounds,
            kx: tables.kx,
            most_past_end: PAST_END + (blocks / BLOCKS_A_READ) as u32,
            was_cut: false,
        }
    }

    /// Forgets everything at a restart.
    pub(super) fn restart(&mut self) {
        self.was_cut |= self.is_cut();
        self.coder = Coder::new();
        self.dc = [[0; 64]; 4];
        self.ac = [[0; 256]; 4];
    }

    /// Whether any interval up to this one was cut off.
    pub(super) fn was_cut(&self) -> bool {
        self.was_cut || self.is_cut()
    }

    /// Whether the data of this interval is at its end.
    pub(super) fn is_past_end(&self) -> bool {
        self.coder.reads_past_end > 0
    }

    /// Whether this interval took so many zeros after its end that it was probably cut off.
    pub(super) fn is_cut(&self) -> bool {
        self.coder.reads_past_end > self.most_past_end
    }

    /// One bit without statistics.
    pub(super) fn bit(&mut self, reader: &mut BitReader<'_, '_>) -> Result<u32, Damaged> {
        let bit = self.coder.toss(reader);
        // Bits have no statistics, so that any number of zeros can be meant; each takes little time.
        self.coder.check(u32::MAX).map(|()| bit)
    }

    /// Adds the next DC difference to the prediction (Table F.4).
    #[inline]
    pub(super) fn dc(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        table: usize,
        prediction: &mut Prediction,
    ) -> Result<(), Damaged> {
        const DOUBLED: u8 = 20;
        let limit = self.most_past_end;
        let (bins, coder) = (&mut self.dc[table & 3], &mut self.coder);
        let class = std::mem::take(&mut prediction.class);
        let mut decide = |bin: u8| coder.decide(reader, &mut bins[usize::from(bin & 63)]);
        if decide(class) == 0 {
            return coder.check(limit);
        }
        let negative = decide(class + 1);
        let mut high = decide(class + 2 + negative as u8);
        let mut bin = DOUBLED;
        while high > 0 && decide(bin) > 0 {
            high = doubled(high)?;
            bin += 1;
        }
        let (low, most) = self.bounds[table & 3];
        prediction.class = if high < 1 << low >> 1 {
            0
        } else if high > 1 << most >> 1 {
            12 + 4 * negative as u8
        } else {
            4 + 4 * negative as u8
        };
        let magnitude = (magnitude(high, || decide(bin + LOWER)) + 1) as i32;
        let difference = if negative > 0 { -magnitude } else { magnitude };
        prediction.value = prediction.value.wrapping_add(difference);
        coder.check(limit)
    }

    /// Passes the coefficients of a band that are not zero, with their zigzag indices (Table F.5).
    #[inline]
    pub(super) fn ac(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        table: usize,
        (start, end): (u32, u32),
        mut put: impl FnMut(u32, i32),
    ) -> Result<(), Damaged> {
        let limit = self.most_past_end;
        let (bins, coder) = (&mut self.ac[table & 3], &mut self.coder);
        let kx = u32::from(self.kx[table & 3]);
        let mut index = start;
        while index <= end {
            if coder.decide(reader, of_index(bins, index, 0)) > 0 {
                break;
            }
            while coder.decide(reader, of_index(bins, index, 1)) == 0 {
                index += 1;
                if index > end {
                    return Err(Damaged);
                }
            }
            let negative = coder.toss(reader);
            let mut high = coder.decide(reader, of_index(bins, index, 2));
            if high > 0 && coder.decide(reader, of_index(bins, index, 2)) > 0 {
                let mut bin = if index <= kx { 189 } else { 217 };
                high = 2;
                while coder.decide(reader, &mut bins[usize::from(bin)]) > 0 {
                    high = doubled(high)?;
                    bin += 1;
                }
                let low = &mut bins[usize::from(bin + LOWER)];
                high = magnitude(high, || coder.decide(reader, low));
            }
            let value = (high + 1) as i32;
            put(index, if negative > 0 { -value } else { value });
            index += 1;
        }
        coder.check(limit)
    }

    /// Reads one more bit for each coefficient of a band (Figure G.10). `before` has one bit for each zigzag index of the band
    /// whose coefficient is not zero. Returns which of them move away from zero, and which become non-zero, and which of
    /// these are negative.
    pub(super) fn refinement(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        table: usize,
        (start, end): (u32, u32),
        before: u64,
    ) -> Result<Refined, Damaged> {
        let limit = self.most_past_end;
        let (bins, coder) = (&mut self.ac[table & 3], &mut self.coder);
        let mut refined = Refined::default();
        // One after the last coefficient that is not zero: the block cannot end before.
        let known = 64 - before.leading_zeros();
        let mut index = start;
        while index <= end {
            if index >= known && coder.decide(reader, of_index(bins, index, 0)) > 0 {
                break;
            }
            loop {
                let bit = 1 << (index & 63);
                if before & bit != 0 {
                    if coder.decide(reader, of_index(bins, index, 2)) > 0 {
                        refined.moved |= bit;
                    }
                    break;
                }
                if coder.decide(reader, of_index(bins, index, 1)) > 0 {
                    refined.fresh |= bit;
                    refined.negative |= u64::from(coder.toss(reader)) << (index & 63);
                    break;
                }
                index += 1;
                if index > end {
                    return Err(Damaged);
                }
            }
            index += 1;
        }
        coder.check(limit).map(|()| refined)
    }
}

/// What a refinement says about one block; masks have one bit for each zigzag index.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Refined {
    pub(super) moved: u64,
    pub(super) fresh: u64,
    pub(super) negative: u64,
}

/// The bins of a zigzag index: whether the block ends, whether the coefficient is not zero, and
/// whether it is larger than 1.
#[inline(always)]
fn of_index(bins: &mut [Bin; 256], index: u32, which: u32) -> &mut Bin {
    &mut bins[(3 * index.wrapping_sub(1) + which) as usize & 255]
}

#[inline(always)]
fn doubled(high: u32) -> Result<u32, Damaged> {
    Some(high << 1)
        .filter(|high| high >> DOUBLINGS == 0)
        .ok_or(Damaged)
}

/// The magnitude less 1, of which the highest bit is known.
#[inline(always)]
fn magnitude(high: u32, mut lower: impl FnMut() -> u32) -> u32 {
    let (mut bit, mut value) = (high >> 1, high);
    while bit > 0 {
        value |= bit * lower();
        bit >>= 1;
    }
    value
}
