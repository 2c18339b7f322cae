//! The coefficients of a progressive component while its scans are read: only the needed ones of
//! the needed blocks.

use super::blocks::{Batch, PlaneWriter};
use super::idct::LANES;
use super::plan::ComponentPlan;
use super::tables::{Quantisation, slots};
use crate::Eighths;

/// One component's coefficients.
#[derive(Debug)]
pub(crate) struct Coefficients {
    eighths: Eighths,
    /// Needed blocks across.
    wide: usize,
    /// Column and row of the first needed block.
    first: (u32, u32),
    /// For each needed block as many values as it becomes samples, not multiplied by their
    /// quantisation steps yet.
    values: Vec<i16>,
    /// Blocks across in the whole component.
    all_wide: usize,
    /// For each block down to the last needed row, which coefficients are not zero. Empty if no
    /// refinement scan needs it.
    history: Vec<u64>,
}

/// The values of a row of needed blocks.
pub(crate) struct Values<'c> {
    values: &'c mut [i16],
    /// Column of the first one.
    first: u32,
    /// Values of a block.
    size: usize,
}

impl Values<'_> {
    /// The values of the block in this column of the component; `None` if it is not needed.
    #[inline(always)]
    pub(crate) fn block(&mut self, column: u32) -> Option<&mut [i16]> {
        let at = column.checked_sub(self.first)? as usize * self.size;
        self.values.get_mut(at..at + self.size)
    }
}

impl Coefficients {
    /// Coefficients of which the DC ones are known, one for each needed block; `history` says
    /// whether a refinement scan will follow.
    pub(crate) fn new(plan: &ComponentPlan, dc: Vec<i16>, history: bool) -> Self {
        let rows = if history {
            plan.needed.y.end as usize
        } else {
            0
        };
        Self {
            eighths: plan.eighths,
            wide: plan.needed.x.len() as usize,
            first: (plan.needed.x.start, plan.needed.y.start),
            values: spread(dc, plan.eighths.area()),
            all_wide: plan.blocks.0 as usize,
            history: vec![0; plan.blocks.0 as usize * rows],
        }
    }

    /// A row of blocks of the component: which coefficients of each block are not zero, and the values of the needed blocks.
    /// Either is empty if there is none.
    pub(crate) fn row(&mut self, row: u32) -> (&mut [u64], Values<'_>) {
        let (at, wide) = (row as usize * self.all_wide, self.all_wide);
        let history = self.history.get_mut(at..at + wide).unwrap_or_default();
        let (size, length) = (self.eighths.area(), self.wide * self.eighths.area());
        let values = row.checked_sub(self.first.1).and_then(|row| {
            let at = row as usize * length;
            self.values.get_mut(at..at + length)
        });
        let values = values.unwrap_or_default();
        let first = self.first.0;
        (
            history,
            Values {
                values,
                first,
                size,
            },
        )
    }

    /// Transforms everything.
    pub(crate) fn finish(mut self, steps: &Quantisation, writer: &mut PlaneWriter<'_>) {
        self.history = Vec::new();
        let slots = slots(self.eighths, steps);
        let size = self.eighths.area();
        let mut steps = [0; 64];
        for slot in slots
            .iter()
            .filter(|slot| (**slot & 0xFFFF) < (64 * LANES) as u32)
        {
            steps[(slot & 0xFFFF) as usize / LANES] = (slot >> 16) as i32;
        }
        let mut batch = Batch::new();
        for (row, blocks) in (0..).zip(self.values.chunks_exact(size * self.wide.max(1))) {
            for (column, values) in (0..).zip(blocks.chunks_exact(size)) {
                let lane = batch.lane(column, row, writer);
                let mut detailed = false;
                let places = batch.coefficients.as_chunks_mut::<LANES>().0.iter_mut();
                for (place, ((lanes, &value), &step)) in places.zip(values).zip(&steps).enumerate()
                {
                    detailed |= place > 0 && value != 0;
                    lanes[lane % LANES] = i32::from(value).wrapping_mul(step) as i16;
                }
                batch.filled(lane, detailed, writer);
            }
        }
        batch.flush(writer);
    }
}

/// Blocks of `area` values each, of which the first is given.
fn spread(dc: Vec<i16>, area: usize) -> Vec<i16> {
    if area == 1 {
        return dc;
    }
    let mut values = vec![0; dc.len() * area];
    for (block, dc) in values.chunks_exact_mut(area).zip(dc) {
        if let Some(first) = block.first_mut() {
            *first = dc;
        }
    }
    values
}
