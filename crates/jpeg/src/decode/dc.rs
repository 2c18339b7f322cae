//! First scans and refinements of the DC coefficients of a progressive picture (T.81, G.1.2.1).

use std::ops::Range;

use super::bits::{BitReader, Damaged};
use super::lookup::DcLookup;
use super::plan::ComponentPlan;
use super::walk::McuDecoder;
use crate::Instructions;

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
    pub(crate) instructions: Instructions,
}

impl McuDecoder for DcScan<'_, '_> {
    fn row(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        columns: Range<u32>,
        row: u32,
    ) -> Result<u32, Damaged> {
        self.instructions.run(
            #[inline(always)]
            || {
                for column in columns.clone() {
                    for component in &mut self.components {
                        component.mcu(reader, self.low, column, row)?;
                    }
                }
                Ok(columns.end - columns.start)
            },
        )
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
    fn mcu(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        low: u32,
        column: u32,
        row: u32,
    ) -> Result<(), Damaged> {
        if self.table.is_none() {
            return self.refine(reader, low, column, row);
        }
        for y in row * self.v..(row + 1) * self.v {
            for x in column * self.h..(column + 1) * self.h {
                let value = self.value(reader, low)?;
                if let Some(dc) = self.needed(x, y) {
                    *dc = value;
                    self.met += 1;
                }
            }
        }
        Ok(())
    }

    /// Takes the bits of all blocks of an MCU, which are at most 16, at once.
    #[inline(always)]
    fn refine(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        low: u32,
        column: u32,
        row: u32,
    ) -> Result<(), Damaged> {
        reader.prepare();
        reader.cursor.refill(reader.window);
        let count = self.h * self.v;
        // The first bit at the top. Past the end of the data there are zeros, which change nothing.
        let mut bits = reader.cursor.take(count) << (32 - count);
        for y in row * self.v..(row + 1) * self.v {
            for x in column * self.h..(column + 1) * self.h {
                let bit = ((bits >> 31) << low) as i16;
                bits <<= 1;
                if let Some(dc) = self.needed(x, y) {
                    *dc |= bit;
                }
            }
        }
        reader.check()
    }

    /// The coefficient of a block, if it is needed.
    #[inline(always)]
    fn needed(&mut self, x: u32, y: u32) -> Option<&mut i16> {
        let needed = self.plan.needed;
        if !needed.contains(x, y) {
            return None;
        }
        let (column, row) = (x - needed.x.start, y - needed.y.start);
        let at = row as usize * needed.x.len() as usize + column as usize;
        self.values.get_mut(at)
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
