//! The coefficients of a progressive component while its scans are read: only the needed ones of
//! the needed blocks.

use super::blocks::{Batch, PlaneWriter};
use super::idct::LANES;
use super::plan::{ComponentPlan, Span, Span2};
use super::tables::{Quantisation, slots};
use crate::Eighths;

/// One component's coefficients.
#[derive(Debug)]
pub(crate) struct Coefficients {
    eighths: Eighths,
    /// The needed blocks.
    needed: Span2,
    /// Values of a row of needed blocks.
    row_length: usize,
    /// For each needed block as many values as it becomes samples, not multiplied by their
    /// quantisation steps yet. As in [`Batch`], the values of sixteen neighbours with the same place follow one another.
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
    /// Columns of needed blocks.
    needed: Span,
    /// Values of a block.
    size: usize,
}

impl Values<'_> {
    /// The values of the block in this column of the component, that of place `n` at [`LANES`]` * n`; `None` if it is not needed.
    #[inline(always)]
    pub(crate) fn block(&mut self, column: u32) -> Option<&mut [i16]> {
        if !self.needed.contains(column) {
            return None;
        }
        let column = (column - self.needed.start) as usize;
        let (batch, lane) = (column / LANES, column % LANES);
        let size = LANES * self.size;
        self.values.get_mut(batch * size + lane..(batch + 1) * size)
    }
}

impl Coefficients {
    /// Coefficients of which the DC ones are known, one for each needed block; `history` says
    /// whether a refinement scan will follow.
    pub(crate) fn new(plan: &ComponentPlan, dc: &[i16], history: bool) -> Self {
        let rows = if history {
            plan.needed.y.end as usize
        } else {
            0
        };
        Self {
            eighths: plan.eighths,
            needed: plan.needed,
            row_length: plan.row_length(),
            values: spread(dc, plan),
            all_wide: plan.blocks.0 as usize,
            history: vec![0; plan.blocks.0 as usize * rows],
        }
    }

    /// A row of blocks of the component: which coefficients of each block are not zero, and the values of the needed blocks.
    /// Either is empty if there is none.
    pub(crate) fn row(&mut self, row: u32) -> (&mut [u64], Values<'_>) {
        let (at, wide) = (row as usize * self.all_wide, self.all_wide);
        let history = self.history.get_mut(at..at + wide).unwrap_or_default();
        let size = self.eighths.area();
        let length = self.row_length;
        let values = row.checked_sub(self.needed.y.start).and_then(|row| {
            let at = row as usize * length;
            self.values.get_mut(at..at + length)
        });
        let values = values.unwrap_or_default();
        let needed = self.needed.x;
        (
            history,
            Values {
                values,
                needed,
                size,
            },
        )
    }

    /// Transforms everything.
    pub(crate) fn finish(mut self, steps: &Quantisation, writer: &mut PlaneWriter<'_>) {
        self.history = Vec::new();
        let slots = slots(self.eighths, steps);
        let mut steps = [0; 64];
        for slot in slots
            .iter()
            .filter(|slot| (**slot & 0xFFFF) < (64 * LANES) as u32)
        {
            steps[(slot & 0xFFFF) as usize / LANES] = (slot >> 16) as i16;
        }
        let steps = &steps[..self.eighths.area().min(64)];
        let mut batch = Batch::new();
        for (row, blocks) in (0..).zip(self.values.chunks_exact(self.row_length.max(1))) {
            let mut left = self.needed.x.len() as usize;
            for (number, values) in (0..).zip(blocks.chunks_exact(LANES * steps.len().max(1))) {
                let place = (number * LANES as u32, row);
                batch.write(place, left.min(LANES), values, steps, writer);
                left = left.saturating_sub(LANES);
            }
        }
    }
}

/// The values of needed blocks, of which the first of each is given.
fn spread(dc: &[i16], plan: &ComponentPlan) -> Vec<i16> {
    let wide = (plan.needed.x.len() as usize).max(1);
    let (length, area) = (plan.row_length().max(1), plan.eighths.area());
    let mut values = vec![0; dc.len() / wide * length];
    for (row, dc) in values.chunks_exact_mut(length).zip(dc.chunks_exact(wide)) {
        let batches = row.chunks_exact_mut(LANES * area);
        for (batch, dc) in batches.zip(dc.chunks(LANES)) {
            batch.iter_mut().zip(dc).for_each(|(to, dc)| *to = *dc);
        }
    }
    values
}
