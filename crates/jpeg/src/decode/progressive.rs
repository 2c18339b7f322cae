//! The four kinds of scans of a progressive picture (T.81, Annex G).

use super::bits::{BitReader, Damaged};
use super::coefficients::Coefficients;
use super::lookup::{AcLookup, DcLookup, Symbol};
use super::plan::ComponentPlan;
use super::walk::McuDecoder;
use crate::Eighths;

/// One component of a DC scan.
pub(crate) struct DcComponent<'t, 'c> {
    pub(crate) table: Option<&'t DcLookup>,
    /// One for each needed block.
    pub(crate) values: &'c mut [i16],
    pub(crate) plan: ComponentPlan,
    pub(crate) h: u32,
    pub(crate) v: u32,
    pub(crate) prediction: i32,
    /// Needed blocks met.
    pub(crate) met: usize,
}

/// First scan or refinement of the DC coefficients (G.1.2.1).
pub(crate) struct DcScan<'t, 'c> {
    pub(crate) components: Vec<DcComponent<'t, 'c>>,
    pub(crate) low: u32,
}

impl McuDecoder for DcScan<'_, '_> {
    fn mcu(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        column: u32,
        row: u32,
    ) -> Result<u32, Damaged> {
        for component in &mut self.components {
            for y in row * component.v..(row + 1) * component.v {
                for x in column * component.h..(column + 1) * component.h {
                    component.block(reader, self.low, x, y)?;
                }
            }
        }
        Ok(0)
    }

    fn restart(&mut self) {
        for component in &mut self.components {
            component.prediction = 0;
        }
    }

    fn pass(&mut self, reader: &mut BitReader<'_, '_>) -> Option<Result<u32, Damaged>> {
        for component in &mut self.components {
            for _ in 0..component.h * component.v {
                if let Err(damaged) = component.value(reader, 0) {
                    return Some(Err(damaged));
                }
            }
        }
        Some(Ok(0))
    }

    fn dc_blocks(&self) -> Option<(u32, u32)> {
        let first = self.components.first()?;
        first.table.map(|_| (first.h, first.v))
    }

    fn dc(&mut self, reader: &mut BitReader<'_, '_>, values: &mut Vec<i16>) -> Result<(), Damaged> {
        for (index, component) in self.components.iter_mut().enumerate() {
            for _ in 0..component.h * component.v {
                let value = component.value(reader, 0)?;
                if index == 0 {
                    values.push(value);
                }
            }
        }
        Ok(())
    }
}

impl DcComponent<'_, '_> {
    #[inline(always)]
    fn block(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        low: u32,
        x: u32,
        y: u32,
    ) -> Result<(), Damaged> {
        let value = self.value(reader, low)?;
        let needed = self.plan.needed;
        if needed.contains(x, y) {
            let (column, row) = (x - needed.x.start, y - needed.y.start);
            let at = row as usize * needed.x.len() as usize + column as usize;
            if let Some(dc) = self.values.get_mut(at) {
                *dc = if self.table.is_some() {
                    value
                } else {
                    *dc | value
                };
            }
            self.met += 1;
        }
        Ok(())
    }

    /// The next value, or the next bit of one.
    #[inline(always)]
    fn value(&mut self, reader: &mut BitReader<'_, '_>, low: u32) -> Result<i16, Damaged> {
        reader.prepare();
        reader.cursor.refill(reader.window);
        let value = match self.table {
            Some(table) => {
                self.prediction = self
                    .prediction
                    .wrapping_add(table.difference(&mut reader.cursor)?);
                self.prediction.wrapping_shl(low) as i16
            }
            None => (reader.cursor.take(1) << low) as i16,
        };
        reader.check()?;
        Ok(value)
    }
}

/// Where the coefficients of a band go in a block's needed values; 64 for those that are not needed.
pub(crate) type Places = [u8; 64];

/// The places for the corner that a reduction keeps.
pub(crate) fn places(corner: Eighths) -> Places {
    std::array::from_fn(|index| {
        let (row, column) = crate::zigzag::row_column(index);
        corner.place(row, column).map_or(64, |place| place as u8)
    })
}

/// First scan or refinement of a band of AC coefficients of one component.
pub(crate) struct AcScan<'t, 'c> {
    pub(crate) table: &'t AcLookup,
    pub(crate) coefficients: &'c mut Coefficients,
    pub(crate) plan: ComponentPlan,
    pub(crate) places: Places,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) low: u32,
    pub(crate) refinement: bool,
    /// Blocks to come that have no new coefficients.
    pub(crate) end_run: u32,
}

impl McuDecoder for AcScan<'_, '_> {
    fn mcu(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        column: u32,
        row: u32,
    ) -> Result<u32, Damaged> {
        reader.prepare();
        let empty = if self.refinement {
            self.refine(reader, column, row)
        } else {
            self.first(reader, column, row)
        }?;
        reader.check()?;
        Ok(empty)
    }

    fn restart(&mut self) {
        self.end_run = 0;
    }

    /// Only a first scan can be skipped, because a refinement reads a bit for every coefficient
    /// that exists already.
    fn pass(&mut self, reader: &mut BitReader<'_, '_>) -> Option<Result<u32, Damaged>> {
        if self.refinement {
            return None;
        }
        reader.prepare();
        // No component has a block there.
        let empty = self.first(reader, u32::MAX, u32::MAX);
        Some(empty.and_then(|empty| reader.check().map(|()| empty)))
    }
}

impl AcScan<'_, '_> {
    /// The first bits of a band (G.1.2.2). Returns how many of the next blocks are empty.
    fn first(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        column: u32,
        row: u32,
    ) -> Result<u32, Damaged> {
        let mut cursor = reader.cursor;
        let window = &*reader.window;
        let needed = self.plan.needed;
        let inside = needed.contains(column, row);
        let mut seen = 0_u64;
        let mut empty = 0;
        let (column_in, row_in) = (
            column.wrapping_sub(needed.x.start),
            row.wrapping_sub(needed.y.start),
        );
        let values = if inside {
            self.coefficients.block(column_in, row_in)
        } else {
            Default::default()
        };
        let mut index = self.start - 1;
        while index < self.end {
            cursor.refill(window);
            let step = self.table.step(&cursor);
            cursor.consume(step.taken());
            let mut value = step.value();
            if step.advance() <= 16 {
                index += step.advance();
            } else if step.is_end() {
                break;
            } else {
                match self.table.complete(step, &mut cursor)? {
                    Symbol::Coefficient {
                        advance,
                        value: completed,
                    } => {
                        index += advance;
                        value = completed;
                    }
                    Symbol::End { count } => {
                        empty = count - 1;
                        break;
                    }
                }
            }
            if index > 63 {
                return Err(Damaged);
            }
            if value != 0 {
                seen |= 1 << (index & 63);
                if let Some(place) = values.get_mut(usize::from(self.places[(index & 63) as usize]))
                {
                    *place = value.wrapping_shl(self.low) as i16;
                }
            }
        }
        reader.cursor = cursor;
        if let Some(history) = self.coefficients.history(column, row) {
            *history |= seen;
        }
        Ok(empty)
    }

    /// One more bit for a band (G.1.2.3).
    fn refine(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        column: u32,
        row: u32,
    ) -> Result<u32, Damaged> {
        let Some(mut history) = self
            .coefficients
            .history(column, row)
            .map(|history| *history)
        else {
            return Err(Damaged);
        };
        let needed = self.plan.needed;
        let mut block = Refined {
            values: if needed.contains(column, row) {
                self.coefficients
                    .block(column - needed.x.start, row - needed.y.start)
            } else {
                Default::default()
            },
            places: &self.places,
            bit: 1 << self.low,
        };
        let band = (u64::MAX >> (63 - self.end)) & (u64::MAX << self.start);
        let before = history;
        let mut index = self.start;
        while self.end_run == 0 && index <= self.end {
            reader.cursor.refill(reader.window);
            let (advance, value) = match self.table.refinement(&mut reader.cursor)? {
                Symbol::Coefficient { advance, value } => (advance, value),
                Symbol::End { count } => {
                    self.end_run = count;
                    break;
                }
            };
            let ahead = band & (u64::MAX << index);
            let place = nth_zero(!before & ahead, advance);
            let Some(place) = place else {
                // The run goes past the band: only corrections are left in it.
                block.correct(reader, before & ahead);
                index = self.end + 1;
                break;
            };
            block.correct(reader, before & ahead & ((1 << place) - 1));
            if value != 0 {
                block.set(place, value);
                history |= 1 << place;
            }
            index = place + 1;
        }
        if self.end_run > 0 {
            if index <= self.end {
                block.correct(reader, before & band & (u64::MAX << index));
            }
            self.end_run -= 1;
        }
        if let Some(to) = self.coefficients.history(column, row) {
            *to = history;
        }
        Ok(0)
    }
}

/// The position of the `n`th set bit, counted from 1.
#[inline(always)]
fn nth_zero(mut zeros: u64, n: u32) -> Option<u32> {
    for _ in 1..n {
        zeros &= zeros.wrapping_sub(1);
    }
    (zeros != 0).then(|| zeros.trailing_zeros())
}

/// The block that a refinement works on.
struct Refined<'b> {
    values: &'b mut [i16],
    places: &'b Places,
    bit: i16,
}

impl Refined<'_> {
    /// Takes one correction bit for each of these coefficients.
    #[inline(always)]
    fn correct(&mut self, reader: &mut BitReader<'_, '_>, mut which: u64) {
        let cursor = &mut reader.cursor;
        while which != 0 {
            if cursor.valid() < 1 {
                cursor.refill(reader.window);
            }
            let index = which.trailing_zeros();
            which &= which - 1;
            let corrected = -(cursor.take(1) as i16);
            let place = usize::from(self.places[(index & 63) as usize]);
            if let Some(value) = self.values.get_mut(place) {
                // Move away from zero without a branch, because the bits are practically random.
                let sign = *value >> 15;
                *value = value.wrapping_add(((self.bit ^ sign) - sign) & corrected);
            }
        }
    }

    #[inline(always)]
    fn set(&mut self, index: u32, sign: i32) {
        if let Some(value) = self
            .values
            .get_mut(usize::from(self.places[(index & 63) as usize]))
        {
            *value = if sign < 0 { -self.bit } else { self.bit };
        }
    }
}
