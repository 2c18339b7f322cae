//! What the three kinds of arithmetically coded scans do with their blocks.

use std::ops::Range;

use super::statistics::{Prediction, Statistics};
use crate::decode::bits::{BitReader, Damaged};
use crate::decode::blocks::{Batch, PlaneWriter};
use crate::decode::coefficients::Coefficients;
use crate::decode::idct::{LANES, PLACES};
use crate::decode::plan::ComponentPlan;
use crate::decode::progressive::Places;
use crate::decode::tables::Slots;
use crate::decode::walk::McuDecoder;

/// One component of a scan that holds whole blocks or DC coefficients.
pub(super) struct Member<'p> {
    pub(super) plan: &'p ComponentPlan,
    /// Tables for DC and AC coefficients.
    pub(super) tables: (usize, usize),
    /// Blocks across and down in an MCU.
    pub(super) mcu: (u32, u32),
    pub(super) prediction: Prediction,
    pub(super) kept: Kept<'p>,
    /// Blocks kept since the data of this interval ended, and those of all intervals that were cut off.
    pub(super) after_end: usize,
    pub(super) lost: usize,
}

/// Where the coefficients of a component go.
pub(super) enum Kept<'p> {
    /// All of a block become samples at once; one batch for each block row of an MCU.
    Samples {
        slots: Box<Slots>,
        batches: Vec<Batch>,
        writer: PlaneWriter<'p>,
    },
    /// The DC coefficients of all needed blocks, and how many of them were met.
    Dc { values: &'p mut [i16], met: usize },
}

/// A scan of several components.
pub(super) struct Blocks<'p> {
    pub(super) statistics: Statistics,
    pub(super) members: Vec<Member<'p>>,
    pub(super) low: u32,
    pub(super) is_refinement: bool,
}

impl Blocks<'_> {
    /// Reads the blocks of an MCU; without a place, keeps nothing.
    fn mcu(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        place: Option<(u32, u32)>,
    ) -> Result<(), Damaged> {
        for member in &mut self.members {
            let (across, down) = member.mcu;
            for (y, x) in (0..down).flat_map(|y| (0..across).map(move |x| (y, x))) {
                let needed = member.plan.needed;
                let place = place.map(|(column, row)| (column * across + x, row * down + y));
                let place = place.filter(|(x, y)| needed.contains(*x, *y));
                let place = place.map(|(x, y)| (x - needed.x.start, y - needed.y.start));
                let (statistics, low) = (&mut self.statistics, self.low);
                match self.is_refinement {
                    true => member.refine(statistics, reader, low, place)?,
                    false => member.block(statistics, reader, low, place, y as usize)?,
                }
            }
        }
        Ok(())
    }

    /// Counts what was kept of an interval that was cut off.
    fn end_interval(&mut self) {
        // Bits of a refinement have no statistics, so that any number of zeros can be meant.
        let is_cut = !self.is_refinement && self.statistics.is_cut();
        for member in &mut self.members {
            let after_end = std::mem::take(&mut member.after_end);
            member.lost += if is_cut { after_end } else { 0 };
        }
    }

    /// Writes what is still collected.
    pub(super) fn finish(&mut self) {
        self.end_interval();
        for member in &mut self.members {
            if let Kept::Samples {
                batches, writer, ..
            } = &mut member.kept
            {
                batches.iter_mut().for_each(|batch| batch.flush(writer));
            }
        }
    }
}

impl McuDecoder for Blocks<'_> {
    fn row(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        columns: Range<u32>,
        row: u32,
    ) -> Result<u32, Damaged> {
        for column in columns.clone() {
            self.mcu(reader, Some((column, row)))?;
        }
        Ok(columns.end - columns.start)
    }

    fn restart(&mut self) {
        self.end_interval();
        self.statistics.restart();
        for member in &mut self.members {
            member.prediction = Prediction::default();
        }
    }

    fn pass(&mut self, reader: &mut BitReader<'_, '_>) -> Option<Result<u32, Damaged>> {
        Some(self.mcu(reader, None).map(|()| 0))
    }
}

impl Member<'_> {
    /// Reads a block, and keeps it if it has a place among the needed ones. `row` is the block row inside the MCU.
    fn block(
        &mut self,
        statistics: &mut Statistics,
        reader: &mut BitReader<'_, '_>,
        low: u32,
        place: Option<(u32, u32)>,
        row: usize,
    ) -> Result<(), Damaged> {
        statistics.dc(reader, self.tables.0, &mut self.prediction)?;
        self.after_end += usize::from(place.is_some() && statistics.is_past_end());
        let value = self.prediction.value;
        match &mut self.kept {
            Kept::Dc { values, met } => {
                let at = place.map(|(x, y)| index_of(self.plan, x, y));
                if let Some(dc) = at.and_then(|at| values.get_mut(at)) {
                    *dc = value.wrapping_shl(low) as i16;
                    *met += 1;
                }
            }
            Kept::Samples {
                slots,
                batches,
                writer,
            } => {
                let Some(((x, y), batch)) = place.zip(batches.get_mut(row)) else {
                    return statistics.ac(reader, self.tables.1, (1, 63), |_, _| ());
                };
                let lane = batch.lane(x, y, writer);
                let to = &mut batch.coefficients;
                let mut put = |index: u32, value: i32| {
                    let slot = slots[index as usize & 63];
                    to[((slot & 0xFFFF) as usize + lane) & (PLACES * LANES - 1)] =
                        value.wrapping_mul((slot >> 16) as i32) as i16;
                };
                put(0, value);
                let mut detailed = false;
                let read = statistics.ac(reader, self.tables.1, (1, 63), |index, value| {
                    detailed = true;
                    put(index, value);
                });
                match read {
                    Ok(()) => batch.filled(lane, detailed, writer),
                    Err(damaged) => {
                        batch.discard(lane);
                        return Err(damaged);
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads one more bit of a DC coefficient.
    fn refine(
        &mut self,
        statistics: &mut Statistics,
        reader: &mut BitReader<'_, '_>,
        low: u32,
        place: Option<(u32, u32)>,
    ) -> Result<(), Damaged> {
        let bit = (statistics.bit(reader)? << low) as i16;
        if let (Kept::Dc { values, .. }, Some((x, y))) = (&mut self.kept, place)
            && let Some(dc) = values.get_mut(index_of(self.plan, x, y))
        {
            *dc |= bit;
        }
        Ok(())
    }
}

/// Index of a needed block.
fn index_of(plan: &ComponentPlan, column: u32, row: u32) -> usize {
    row as usize * plan.needed.x.len() as usize + column as usize
}

/// First scan or refinement of a band of AC coefficients of one component.
pub(super) struct AcBlocks<'c> {
    pub(super) statistics: Statistics,
    pub(super) table: usize,
    pub(super) band: (u32, u32),
    pub(super) mask: u64,
    pub(super) low: u32,
    pub(super) is_refinement: bool,
    pub(super) places: Places,
    pub(super) coefficients: &'c mut Coefficients,
}

impl McuDecoder for AcBlocks<'_> {
    fn row(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        columns: Range<u32>,
        row: u32,
    ) -> Result<u32, Damaged> {
        let (history, mut values) = self.coefficients.row(row);
        for column in columns.clone() {
            let kept = values.block(column).unwrap_or_default();
            let known = &mut 0;
            let known = history.get_mut(column as usize).unwrap_or(known);
            if self.is_refinement {
                let before = *known & self.mask;
                let refined = self
                    .statistics
                    .refinement(reader, self.table, self.band, before)?;
                *known |= refined.fresh;
                let bit = 1_i16 << self.low;
                let mut which = refined.moved | refined.fresh;
                while which != 0 {
                    let index = which.trailing_zeros();
                    which &= which - 1;
                    let place = usize::from(self.places[index as usize & 63]);
                    if let Some(value) = kept.get_mut(place) {
                        let is_negative = *value < 0 || refined.negative >> index & 1 > 0;
                        *value = value.wrapping_add(if is_negative { -bit } else { bit });
                    }
                }
            } else {
                let (places, low) = (&self.places, self.low);
                self.statistics
                    .ac(reader, self.table, self.band, |index, value| {
                        *known |= 1 << (index & 63);
                        let place = usize::from(places[index as usize & 63]);
                        if let Some(to) = kept.get_mut(place) {
                            *to = value.wrapping_shl(low) as i16;
                        }
                    })?;
            }
        }
        Ok(columns.end - columns.start)
    }

    fn restart(&mut self) {
        self.statistics.restart();
    }

    /// Only a first scan can be skipped, because a refinement depends on earlier scans of the same
    /// block.
    fn pass(&mut self, reader: &mut BitReader<'_, '_>) -> Option<Result<u32, Damaged>> {
        let read = (!self.is_refinement)
            .then(|| self.statistics.ac(reader, self.table, self.band, |_, _| ()));
        read.map(|read| read.map(|()| 0))
    }
}
