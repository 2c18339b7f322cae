//! Sequential scans: every block is complete, so it becomes samples at once.

use super::bits::BitReader;
use super::blocks::PlaneWriter;
use super::idct::{BLOCK, Block};
use super::lookup::{AcLookup, Damaged, DcLookup, Symbol};
use super::plan::Span2;
use super::tables::Slots;
use super::walk::McuDecoder;

/// One component of the scan.
pub(crate) struct SequentialComponent<'t, 'p> {
    pub(crate) dc: &'t DcLookup,
    pub(crate) ac: &'t AcLookup,
    pub(crate) slots: Slots,
    /// Last zigzag index that is needed.
    pub(crate) last: u32,
    /// Blocks of an MCU, across and down.
    pub(crate) h: u32,
    pub(crate) v: u32,
    pub(crate) needed: Span2,
    pub(crate) writer: PlaneWriter<'p>,
    pub(crate) prediction: i32,
    pub(crate) block: Block,
}

/// A sequential scan of one to four components.
pub(crate) struct SequentialScan<'t, 'p> {
    pub(crate) components: Vec<SequentialComponent<'t, 'p>>,
}

impl McuDecoder for SequentialScan<'_, '_> {
    #[inline]
    fn mcu(&mut self, reader: &mut BitReader<'_, '_>, column: u32, row: u32) -> Result<u32, Damaged> {
        for component in &mut self.components {
            for y in row * component.v..(row + 1) * component.v {
                for x in column * component.h..(column + 1) * component.h {
                    component.block(reader, x, y)?;
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
}

impl SequentialComponent<'_, '_> {
    #[inline(always)]
    fn block(&mut self, reader: &mut BitReader<'_, '_>, x: u32, y: u32) -> Result<(), Damaged> {
        reader.prepare();
        if self.needed.x.contains(x) && self.needed.y.contains(y) {
            let last = self.store(reader)?;
            if reader.overrun() {
                return Err(Damaged);
            }
            self.writer.write(&mut self.block, last, x - self.needed.x.start, y - self.needed.y.start);
        } else {
            self.skip(reader)?;
            if reader.overrun() {
                return Err(Damaged);
            }
        }
        Ok(())
    }

    /// Takes a block whose samples nobody wants; only the DC prediction goes on.
    #[inline(always)]
    fn skip(&mut self, reader: &mut BitReader<'_, '_>) -> Result<(), Damaged> {
        let mut cursor = reader.cursor;
        cursor.refill(reader.window);
        let difference = self.dc.difference(&mut cursor)?;
        self.prediction = self.prediction.wrapping_add(difference);
        self.ac.skip_rest(&mut cursor, reader.window, 0)?;
        reader.cursor = cursor;
        Ok(())
    }

    /// Takes a block and keeps its needed coefficients, multiplied by their steps. Returns the last index stored.
    #[inline(always)]
    fn store(&mut self, reader: &mut BitReader<'_, '_>) -> Result<u32, Damaged> {
        let mut cursor = reader.cursor;
        let window = &*reader.window;
        cursor.refill(window);
        let difference = self.dc.difference(&mut cursor)?;
        self.prediction = self.prediction.wrapping_add(difference);
        put(&mut self.block, self.slots[0], self.prediction);
        let mut index = 0;
        let mut stored = 0;
        while index < self.last {
            if cursor.valid() < 32 {
                cursor.refill(window);
            }
            let step = self.ac.step(&cursor);
            let next = index + step.advance();
            if next <= 63 {
                cursor.consume(step.taken());
                put(&mut self.block, self.slots[next as usize & 255], step.value());
                index = next;
                stored = next;
                continue;
            }
            if step.is_end() {
                cursor.consume(step.taken());
                reader.cursor = cursor;
                return Ok(stored);
            }
            match self.ac.slow(&mut cursor)? {
                Symbol::Coefficient { advance, value } => {
                    index += advance;
                    if index > 63 {
                        return Err(Damaged);
                    }
                    put(&mut self.block, self.slots[index as usize & 255], value);
                    stored = index;
                }
                Symbol::End | Symbol::EndRun { .. } => {
                    reader.cursor = cursor;
                    return Ok(stored);
                }
            }
        }
        self.ac.skip_rest(&mut cursor, window, index)?;
        reader.cursor = cursor;
        Ok(stored)
    }
}

/// Stores a value times its step. Values that no 8-bit picture has wrap.
#[inline(always)]
fn put(block: &mut Block, slot: u32, value: i32) {
    block[slot as usize & (BLOCK - 1)] = value.wrapping_mul((slot >> 16) as i32) as i16;
}
