//! Collects neighbouring blocks of a component and writes their samples into its plane.

use super::idct::{self, Depth, LANES, PLACES};
use super::plan::ComponentPlan;
use crate::{Eighths, Instructions};

/// A plane being filled.
#[derive(Debug)]
pub(crate) struct PlaneWriter<'p> {
    samples: &'p mut [u8],
    width: usize,
    eighths: Eighths,
    depth: Depth,
    pub(crate) instructions: Instructions,
    /// Blocks written so far.
    pub(crate) written: usize,
}

/// Sixteen neighbouring blocks that are collected before they are written into a plane.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) coefficients: Box<idct::Coefficients>,
    /// Position in the plane, in blocks; the column is that of lane 0.
    column: u32,
    row: u32,
    /// Lanes up to the last one that is in use.
    count: usize,
    /// Whether some block has more than its DC coefficient.
    detailed: bool,
}

impl Batch {
    pub(crate) fn new() -> Self {
        Self {
            coefficients: Box::new([0; PLACES * LANES]),
            column: 0,
            row: 0,
            count: 0,
            detailed: false,
        }
    }

    /// Returns the lane for the block at this column and row of the plane; writes the collected
    /// blocks first if they are not its neighbours.
    #[inline(always)]
    pub(crate) fn lane(&mut self, column: u32, row: u32, writer: &mut PlaneWriter<'_>) -> usize {
        let lane = column as usize % LANES;
        let first = column - lane as u32;
        if (self.column, self.row) != (first, row) || self.count == LANES {
            self.flush(writer);
            (self.column, self.row) = (first, row);
        }
        lane
    }

    /// Records that a lane has a block.
    #[inline(always)]
    pub(crate) fn filled(&mut self, lane: usize, detailed: bool, writer: &mut PlaneWriter<'_>) {
        self.count = lane + 1;
        self.detailed |= detailed;
        writer.written += 1;
    }

    /// Clears what a damaged block left in its lane.
    #[cold]
    pub(crate) fn discard(&mut self, lane: usize) {
        for place in self.coefficients.as_chunks_mut::<LANES>().0 {
            place[lane % LANES] = 0;
        }
    }

    /// Writes `count` blocks, of which the first is at this column and row of the plane. Of each place, `values` has one value
    /// for every lane, and `steps` has its step.
    pub(crate) fn write(
        &mut self,
        (column, row): (u32, u32),
        count: usize,
        values: &[i16],
        steps: &[i16],
        writer: &mut PlaneWriter<'_>,
    ) {
        let places = self.coefficients.as_chunks_mut::<LANES>().0.iter_mut();
        let values = values.as_chunks::<LANES>().0;
        let mut seen = [0; LANES];
        for (number, (place, (values, &step))) in places.zip(values.iter().zip(steps)).enumerate() {
            for ((to, seen), &value) in place.iter_mut().zip(&mut seen).zip(values) {
                // Values that cannot occur in an 8-bit picture wrap around.
                *to = value.wrapping_mul(step);
                *seen |= if number > 0 { value } else { 0 };
            }
        }
        (self.column, self.row, self.count) = (column, row, count);
        self.detailed = seen != [0; LANES];
        writer.written += count;
        self.flush(writer);
    }

    /// Writes the collected blocks.
    pub(crate) fn flush(&mut self, writer: &mut PlaneWriter<'_>) {
        if self.count == 0 {
            return;
        }
        let (across, down) = (writer.eighths.columns(), writer.eighths.rows());
        let start = self.row as usize * down * writer.width + self.column as usize * across;
        if let Some(out) = writer.samples.get_mut(start..) {
            idct::inverse(
                writer.instructions,
                (writer.eighths, writer.depth),
                !self.detailed,
                &mut self.coefficients,
                self.count,
                out,
                writer.width,
            );
        }
        (self.count, self.detailed) = (0, false);
    }
}

impl<'p> PlaneWriter<'p> {
    pub(crate) fn new(
        plan: &ComponentPlan,
        samples: &'p mut [u8],
        instructions: Instructions,
    ) -> Self {
        Self {
            samples,
            width: plan.width(),
            eighths: plan.eighths,
            depth: plan.depth,
            instructions,
            written: 0,
        }
    }
}
