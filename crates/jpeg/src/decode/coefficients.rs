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
    /// For each needed block as many values as it becomes samples, not multiplied by their
    /// quantisation steps yet.
    values: Vec<i16>,
    /// Blocks across in the whole component.
    all_wide: usize,
    /// For each block down to the last needed row, which coefficients are not zero. Empty if no
    /// refinement scan needs it.
    history: Vec<u64>,
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
            values: spread(dc, plan.eighths.area()),
            all_wide: plan.blocks.0 as usize,
            history: vec![0; plan.blocks.0 as usize * rows],
        }
    }

    /// The values of a needed block, by column and row among the needed.
    #[inline(always)]
    pub(crate) fn block(&mut self, column: u32, row: u32) -> &mut [i16] {
        let size = self.eighths.area();
        let start = (row as usize * self.wide + column as usize) * size;
        self.values.get_mut(start..start + size).unwrap_or_default()
    }

    /// Which coefficients of a block are not zero, by column and row in the component.
    #[inline(always)]
    pub(crate) fn history(&mut self, column: u32, row: u32) -> Option<&mut u64> {
        self.history
            .get_mut(row as usize * self.all_wide + column as usize)
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
