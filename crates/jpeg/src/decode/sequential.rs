//! Sequential scans: every block is complete, so it becomes samples at once.

use std::ops::Range;

use super::bits::{BitReader, Cursor, Damaged, Window};
use super::blocks::{Batch, PlaneWriter};
use super::idct::{self, LANES, PLACES};
use super::lookup::DcLookup;
use super::pairs::{Pair, PairLookup};
use super::plan::Span2;
use super::step::FAST;
use super::tables::Slots;
use super::walk::McuDecoder;
use crate::Instructions;

/// One component of the scan.
pub(crate) struct SequentialComponent<'t, 'p> {
    pub(crate) blocks: BlockDecoder<'t, 'p>,
    /// One for each block row of an MCU.
    pub(crate) batches: Vec<Batch>,
}

/// Decodes the blocks of one component.
pub(crate) struct BlockDecoder<'t, 'p> {
    pub(crate) dc: &'t DcLookup,
    pub(crate) ac: &'t PairLookup,
    pub(crate) slots: Slots,
    /// Last zigzag index that is needed.
    pub(crate) last: u32,
    /// Blocks across in an MCU.
    pub(crate) h: u32,
    pub(crate) needed: Span2,
    pub(crate) writer: PlaneWriter<'p>,
    pub(crate) prediction: i32,
}

/// A sequential scan of one to four components.
pub(crate) struct SequentialScan<'t, 'p> {
    pub(crate) components: Vec<SequentialComponent<'t, 'p>>,
    /// The MCUs that hold needed blocks.
    pub(crate) needed: Span2,
    pub(crate) instructions: Instructions,
}

impl SequentialScan<'_, '_> {
    #[inline(always)]
    fn mcu(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        column: u32,
        row: u32,
    ) -> Result<(), Damaged> {
        if !self.needed.contains(column, row) {
            for SequentialComponent { blocks, batches } in &mut self.components {
                blocks.skip(reader, blocks.h * batches.len() as u32)?;
            }
            return Ok(());
        }
        for SequentialComponent { blocks, batches } in &mut self.components {
            let (x, y) = (column * blocks.h, row * batches.len() as u32);
            for (y, batch) in (y..).zip(batches) {
                for x in x..x + blocks.h {
                    blocks.block(reader, batch, x, y)?;
                }
            }
        }
        Ok(())
    }

    /// Writes what is still collected.
    pub(crate) fn finish(&mut self) {
        for SequentialComponent { blocks, batches } in &mut self.components {
            for batch in batches {
                batch.flush(&mut blocks.writer);
            }
        }
    }
}

impl McuDecoder for SequentialScan<'_, '_> {
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
                    self.mcu(reader, column, row)?;
                }
                Ok(columns.end - columns.start)
            },
        )
    }

    fn restart(&mut self) {
        for component in &mut self.components {
            component.blocks.prediction = 0;
        }
    }

    fn pass(&mut self, reader: &mut BitReader<'_, '_>) -> Option<Result<u32, Damaged>> {
        for SequentialComponent { blocks, batches } in &mut self.components {
            let skipped = blocks.skip(reader, blocks.h * batches.len() as u32);
            if let Err(damaged) = skipped {
                return Some(Err(damaged));
            }
        }
        Some(Ok(0))
    }

    fn dc_blocks(&self) -> Option<(u32, u32)> {
        let SequentialComponent { blocks, batches } = self.components.first()?;
        Some((blocks.h, batches.len() as u32))
    }

    fn dc(&mut self, reader: &mut BitReader<'_, '_>, values: &mut Vec<i16>) -> Result<(), Damaged> {
        for (index, SequentialComponent { blocks, batches }) in
            self.components.iter_mut().enumerate()
        {
            for _ in 0..blocks.h * batches.len() as u32 {
                blocks.skip(reader, 1)?;
                if index == 0 {
                    values.push(blocks.prediction as i16);
                }
            }
        }
        Ok(())
    }
}

impl BlockDecoder<'_, '_> {
    /// Decodes a block of a needed MCU; blocks beyond the component's edge are only padding of the
    /// MCU.
    #[inline(always)]
    fn block(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        batch: &mut Batch,
        x: u32,
        y: u32,
    ) -> Result<(), Damaged> {
        if x >= self.needed.x.end || y >= self.needed.y.end {
            return self.skip(reader, 1);
        }
        let (column, row) = (x - self.needed.x.start, y - self.needed.y.start);
        let lane = batch.lane(column, row, &mut self.writer);
        match self.store(reader, &mut batch.coefficients, lane % LANES) {
            Ok(detailed) => {
                batch.filled(lane, detailed, &mut self.writer);
                Ok(())
            }
            Err(damaged) => {
                batch.discard(lane);
                Err(damaged)
            }
        }
    }

    /// Skips `count` blocks whose samples are not needed, but keeps the DC prediction.
    #[inline(always)]
    fn skip(&mut self, reader: &mut BitReader<'_, '_>, count: u32) -> Result<(), Damaged> {
        let mut cursor = reader.cursor;
        for _ in 0..count {
            reader.prepare_at(&mut cursor);
            cursor.refill(reader.window);
            let difference = self.dc.difference(&mut cursor)?;
            self.prediction = self.prediction.wrapping_add(difference);
            self.ac.skip_rest(&mut cursor, reader.window, 0)?;
            reader.check_at(&cursor)?;
        }
        reader.cursor = cursor;
        Ok(())
    }

    /// Decodes a block and stores its needed coefficients, multiplied by their steps, in the lane.
    /// Returns whether any of them is not the DC coefficient.
    #[inline(always)]
    fn store(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        to: &mut idct::Coefficients,
        lane: usize,
    ) -> Result<bool, Damaged> {
        reader.prepare();
        let mut cursor = reader.cursor;
        cursor.refill(reader.window);
        let difference = self.dc.difference(&mut cursor)?;
        self.prediction = self.prediction.wrapping_add(difference);
        put(to, self.slots[0], lane, self.prediction);
        let mut index = 0;
        if self.last > 0 {
            index = self.store_needed(&mut cursor, reader.window, to, lane)?;
        }
        if index & ENDED == 0 {
            self.ac.skip_rest(&mut cursor, reader.window, index)?;
        }
        reader.cursor = cursor;
        reader.check()?;
        Ok(index & !ENDED > 0)
    }

    /// Takes AC coefficients up to the last needed one. Returns the index of the last one taken,
    /// with [`ENDED`] if the block ended with it. It is a separate function so that all of its
    /// values stay in registers.
    #[inline(always)]
    fn store_needed(
        &self,
        from: &mut Cursor,
        window: &Window,
        to: &mut idct::Coefficients,
        lane: usize,
    ) -> Result<u32, Damaged> {
        let pairs = self.ac.pairs()?;
        let mut cursor = *from;
        let mut index = 0;
        while index < self.last {
            cursor.refill(window);
            let mut next = index;
            let mut pair = Pair::default();
            // Four look-ups never take more bits than one refill brings.
            for _ in 0..4 {
                pair = pairs[cursor.peek(FAST) & ((1 << FAST) - 1)];
                next = index + pair.advance();
                for (further, value) in [pair.first(), pair.second()] {
                    let slot = self.slots[(index + further) as usize & 255];
                    put(to, slot, lane, value);
                }
                if next > 63 {
                    break;
                }
                cursor.consume(pair.taken());
                index = next;
                if index >= self.last {
                    break;
                }
            }
            if next <= 63 {
                continue;
            }
            // A block that ends with its last coefficient has no symbol for the end.
            if (Pair::END..Pair::END + 63).contains(&next) {
                cursor.consume(pair.taken());
                index = (next - Pair::END) | ENDED;
                break;
            }
            // A code that is invalid or too long for a look-up, or more symbols than belong to the block.
            cursor.refill(window);
            let Some((place, value)) = self.ac.symbol(pair, index, &mut cursor)? else {
                index |= ENDED;
                break;
            };
            index = place;
            put(to, self.slots[index as usize & 255], lane, value);
        }
        *from = cursor;
        Ok(index)
    }
}

/// Flag beside an index: there are no more coefficients in the block.
const ENDED: u32 = 0x100;

/// Stores a value times its step. Values that cannot occur in an 8-bit picture wrap around.
#[inline(always)]
fn put(to: &mut idct::Coefficients, slot: u32, lane: usize, value: i32) {
    to[((slot & 0xFFFF) as usize + lane) & (PLACES * LANES - 1)] =
        value.wrapping_mul((slot >> 16) as i32) as i16;
}
