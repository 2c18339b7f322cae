//! First scans of the AC coefficients of a progressive picture (T.81, G.1.2.2);
//! [`refinement`](super::refinement) has the scans that add a bit to them.

use std::ops::Range;

use super::bits::{BitReader, Cursor, Damaged, Window};
use super::coefficients::Coefficients;
use super::idct::LANES;
use super::lookup::{AcLookup, Symbol};
use super::walk::McuDecoder;
use crate::{Eighths, Instructions};

/// Where the coefficients of a band go in the values of a block; [`NOWHERE`] for those that are not needed.
pub(crate) type Places = [u16; 64];
/// Past the values of any block.
const NOWHERE: u16 = u16::MAX;

/// The places for the corner that a reduction keeps.
pub(super) fn places(corner: Eighths) -> Places {
    std::array::from_fn(|index| {
        let (row, column) = crate::zigzag::row_column(index);
        let place = corner.place(row, column);
        place.map_or(NOWHERE, |place| (place * LANES) as u16)
    })
}

/// A band of coefficients, how a scan codes it, and what is kept of it.
pub(crate) struct Band<'t> {
    pub(crate) table: &'t AcLookup,
    pub(crate) places: Places,
    /// The zigzag indices that have a place, one bit each.
    pub(crate) kept: u64,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) low: u32,
}

impl<'t> Band<'t> {
    /// The band from `start` to `end`, of which the corner is kept, at bit position `low`.
    pub(crate) fn new(
        table: &'t AcLookup,
        corner: Eighths,
        (start, end): (u32, u32),
        low: u32,
    ) -> Self {
        let places = places(corner);
        let bit = |(index, &place): (usize, &u16)| u64::from(place != NOWHERE) << index;
        Self {
            table,
            places,
            kept: places.iter().enumerate().map(bit).sum(),
            start,
            end,
            low,
        }
    }
}

/// First scan or refinement of a band of AC coefficients of one component.
pub(crate) struct AcScan<'t, 'c> {
    pub(crate) band: Band<'t>,
    pub(crate) coefficients: &'c mut Coefficients,
    pub(crate) refinement: bool,
    /// This and the following blocks of a refinement that have no new coefficients.
    pub(crate) end_run: u32,
    pub(crate) instructions: Instructions,
}

impl McuDecoder for AcScan<'_, '_> {
    fn row(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        columns: Range<u32>,
        row: u32,
    ) -> Result<u32, Damaged> {
        let refinement = self.refinement;
        self.instructions.run(
            #[inline(always)]
            || match refinement {
                true => self.refine(reader, columns, row),
                false => self.first(reader, columns, row),
            },
        )
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
        let mut block = First::new(&mut []);
        let read = block.read(&self.band, &mut reader.cursor, reader.window);
        Some(read.and_then(|()| reader.check().map(|()| block.empty)))
    }
}

impl AcScan<'_, '_> {
    #[inline(always)]
    fn first(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        columns: Range<u32>,
        row: u32,
    ) -> Result<u32, Damaged> {
        let band = &self.band;
        let (history, mut values) = self.coefficients.row(row);
        let mut cursor = reader.cursor;
        let mut column = columns.start;
        while column < columns.end {
            reader.prepare_at(&mut cursor);
            let mut block = First::new(values.block(column).unwrap_or_default());
            let read = block.read(band, &mut cursor, reader.window);
            block.store(band);
            read?;
            if let Some(history) = history.get_mut(column as usize) {
                *history |= block.fresh;
            }
            reader.check_at(&cursor)?;
            column = column.saturating_add(block.empty).saturating_add(1);
        }
        reader.cursor = cursor;
        Ok(column - columns.start)
    }
}

/// What a first scan says about one block; masks have one bit for each zigzag index.
struct First<'c> {
    /// The values of the block; empty if they are not needed.
    values: &'c mut [i16],
    /// The coefficients that are not zero.
    fresh: u64,
    /// Those that are 1 or -1 at the scan's bit position, and not among the values yet.
    ones: u64,
    /// Those of them that are negative.
    negative: u64,
    /// How many of the next blocks are empty.
    empty: u32,
}

impl<'c> First<'c> {
    fn new(values: &'c mut [i16]) -> Self {
        Self {
            values,
            fresh: 0,
            ones: 0,
            negative: 0,
            empty: 0,
        }
    }

    /// Reads up to the end of the block.
    #[inline(always)]
    fn read(&mut self, band: &Band<'_>, from: &mut Cursor, window: &Window) -> Result<(), Damaged> {
        let mut cursor = *from;
        let mut index = band.start;
        while index <= band.end {
            cursor.refill(window);
            let several = band.table.several(&cursor);
            let is_inside = index + several.advance() + several.ends() <= band.end + 1;
            if is_inside & (several.taken() > 0) {
                cursor.consume(several.taken());
                self.ones |= several.fresh() << (index & 63);
                self.negative |= several.negative() << (index & 63);
                index += several.advance();
                if several.ends() > 0 {
                    break;
                }
                continue;
            }
            let step = band.table.step(&cursor);
            cursor.consume(step.taken());
            let (mut advance, mut value) = (step.advance(), step.value());
            if advance > 16 {
                if step.is_end() {
                    break;
                }
                (advance, value) = match band.table.complete(step, &mut cursor)? {
                    Symbol::Coefficient { advance, value } => (advance, value),
                    Symbol::End { count } => {
                        self.empty = count - 1;
                        break;
                    }
                };
            }
            index += advance;
            if index > 64 {
                if value != 0 {
                    return Err(Damaged);
                }
                break; // a run of zeros ends the block if it passes the last index, as in sequential scans
            }
            if value != 0 {
                let at = (index - 1) & 63;
                self.fresh |= 1 << at;
                if let Some(to) = self.values.get_mut(usize::from(band.places[at as usize])) {
                    *to = value.wrapping_shl(band.low) as i16;
                }
            }
        }
        self.fresh |= self.ones;
        *from = cursor;
        Ok(())
    }

    /// Stores the coefficients that are 1 or -1.
    #[inline(always)]
    fn store(&mut self, band: &Band<'_>) {
        let bit = 1_i16.wrapping_shl(band.low);
        let mut which = self.ones & band.kept;
        while which != 0 && !self.values.is_empty() {
            let index = which.trailing_zeros() & 63;
            let place = usize::from(band.places[index as usize]);
            if let Some(to) = self.values.get_mut(place) {
                let sign = -((self.negative >> index & 1) as i16);
                *to = (bit ^ sign) - sign;
            }
            which &= which - 1;
        }
    }
}
