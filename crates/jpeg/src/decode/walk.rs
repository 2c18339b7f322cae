//! Walks over the MCUs of a scan: which restart intervals are decoded, which are skipped, and where
//! to stop.

use std::ops::Range;

use super::align::{self, Interval, Known};
use super::bits::BitReader;
use super::bits::Damaged;
use super::plan::Span2;
use super::restart::{self, End};

/// What a kind of scan does with its MCUs.
pub(crate) trait McuDecoder {
    /// Decodes the MCUs in these columns of a row. Returns how many are decoded; more than there are columns if those after
    /// them hold nothing.
    fn row(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        columns: Range<u32>,
        row: u32,
    ) -> Result<u32, Damaged>;

    /// Forgets predictions at a restart.
    fn restart(&mut self);

    /// Reads an MCU without keeping anything, and returns how many MCUs after it hold nothing. `None` if its length depends
    /// on its place.
    fn pass(&mut self, reader: &mut BitReader<'_, '_>) -> Option<Result<u32, Damaged>>;

    /// Blocks of the first component across and down in an MCU; `None` if the scan has no DC
    /// coefficients of its own.
    fn dc_blocks(&self) -> Option<(u32, u32)> {
        None
    }

    /// Reads an MCU, and keeps only the DC coefficients of the first component.
    fn dc(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        _values: &mut Vec<i16>,
    ) -> Result<(), Damaged> {
        self.pass(reader)
            .map_or(Err(Damaged), |passed| passed.map(|_| ()))
    }
}

/// The MCUs of a scan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    /// MCUs in a row.
    pub(crate) wide: u32,
    /// MCU rows of the whole scan.
    pub(crate) high: u32,
    /// The MCUs that are needed; nothing below them is decoded.
    pub(crate) needed: Span2,
    /// MCUs between restart markers; 0 without.
    pub(crate) interval: u32,
    /// Whether intervals without any needed MCU can be skipped.
    pub(crate) jump: bool,
}

impl Route {
    /// Whether any MCU of `from..to` can be needed.
    fn matters(&self, from: u32, to: u32) -> bool {
        let (first, last) = (from / self.wide, to.saturating_sub(1) / self.wide);
        if last >= self.needed.y.start && first < self.needed.y.end {
            let columns = from % self.wide..(to - 1) % self.wide + 1;
            return last > first
                || (columns.start < self.needed.x.end && columns.end > self.needed.x.start);
        }
        false
    }

    /// Decodes what is needed; returns whether all of it was there and undamaged.
    pub(crate) fn walk(
        &self,
        reader: &mut BitReader<'_, '_>,
        decoder: &mut impl McuDecoder,
    ) -> bool {
        let end = self.wide * self.needed.y.end.min(self.high);
        let interval = if self.interval == 0 {
            end
        } else {
            self.interval
        };
        let lacking = self.lacking(reader);
        // Fewer than eight more show in their numbers, unless they follow the last interval.
        let is_complete = lacking <= 0 && lacking > -8;
        let hidden = (u32::try_from(lacking).ok().filter(|lacking| *lacking > 0))
            .and_then(|lacking| self.hidden(reader, decoder, lacking));
        let mut number = 0;
        let mut count = 0;
        let mut at = 0;
        if let Some(hidden) = hidden.filter(|hidden| hidden.before == 0) {
            at = hidden.mcus;
        }
        while at < end {
            let to = at.saturating_add(interval).min(end);
            let wanted = !self.jump || self.interval == 0 || self.matters(at, to);
            let done = !wanted || self.interval(reader, decoder, at, to).is_ok();
            if to == end {
                // With errors in it, the data nearly always ends too early or too late.
                let is_last = to == self.wide * self.high;
                let is_whole = done && (!is_last || !wanted || reader.ends_in_padding());
                return is_whole && is_complete;
            }
            let intact = done && (!wanted || reader.exhausted());
            let from = reader.marker_from();
            match restart::find(reader, from) {
                Some((marker, found)) if found == number && intact => reader.start(marker + 2),
                Some(_) => {
                    let known = Known {
                        place: at / interval,
                        intact,
                        total: self.intervals(),
                        ended: false,
                        standard: number > 0 || at > 0,
                    };
                    return self.out_of_order(reader, decoder, known, end) && intact;
                }
                None => return false,
            }
            number = (number + 1) & 7;
            count += 1;
            decoder.restart();
            at = match hidden {
                Some(hidden) if hidden.before == count => to.saturating_add(hidden.mcus),
                _ => to,
            };
        }
        is_complete
    }

    /// Restart intervals in the whole scan.
    pub(super) fn intervals(&self) -> u32 {
        let mcus = u64::from(self.wide) * u64::from(self.high);
        u32::try_from(mcus.div_ceil(u64::from(self.interval.max(1)))).unwrap_or(u32::MAX)
    }

    /// Continues after a wrong number or damaged data: first finds all further intervals and their
    /// places, then decodes them. Returns whether nothing was missing.
    fn out_of_order(
        &self,
        reader: &mut BitReader<'_, '_>,
        decoder: &mut impl McuDecoder,
        mut known: Known,
        end: u32,
    ) -> bool {
        let first_mcu = |place: u32| place.saturating_mul(self.interval);
        let mut whole = true;
        let mut from = reader.marker_from();
        loop {
            let (mut found, list_end) = restart::list(reader, from);
            for one in &mut found {
                one.intact = self.is_intact(reader, decoder, one);
            }
            known.ended = list_end == End::Marker;
            let places = align::places(&found, &known);
            // Blocks are collected row by row, so they are decoded in that order.
            let mut placed: Vec<_> = (found.iter().zip(places))
                .filter_map(|(one, place)| Some((place?, one)))
                .collect();
            whole &= placed.len() == found.len() && placed.is_sorted_by_key(|(place, _)| *place);
            placed.sort_by_key(|(place, _)| *place);
            for (place, one) in placed {
                // A gap below the needed rows does not count.
                whole &= place == known.place + 1 || first_mcu(known.place + 1) >= end;
                known.place = place;
                known.intact = one.intact;
                whole &= self.interval_at(reader, decoder, one, first_mcu(place), end);
            }
            match found.last() {
                Some(last) if list_end == End::Full => from = last.start,
                _ => return whole && first_mcu(known.place + 1) >= end,
            }
        }
    }

    /// Decodes what is needed of one interval; returns whether all of it was there.
    fn interval_at(
        &self,
        reader: &mut BitReader<'_, '_>,
        decoder: &mut impl McuDecoder,
        one: &Interval,
        at: u32,
        end: u32,
    ) -> bool {
        let to = at.saturating_add(self.interval).min(end);
        if at >= end || (self.jump && !self.matters(at, to)) {
            return true;
        }
        reader.start(one.start);
        decoder.restart();
        let done = self.interval(reader, decoder, at, to).is_ok();
        let mcus = self.wide * self.high;
        let is_cropped = to == end && end < mcus;
        let is_over = |reader: &mut BitReader<'_, '_>| match to == mcus {
            true => reader.ends_in_padding(),
            false => reader.exhausted(),
        };
        done && (is_cropped || is_over(reader))
    }

    /// Whether these bytes are exactly one interval. The last interval can be shorter.
    fn is_intact(
        &self,
        reader: &mut BitReader<'_, '_>,
        decoder: &mut impl McuDecoder,
        one: &Interval,
    ) -> bool {
        reader.start(one.start);
        decoder.restart();
        let mcus = u64::from(self.wide) * u64::from(self.high);
        let short = mcus % u64::from(self.interval.max(1));
        let mut passed = 0;
        while passed < self.interval {
            if short > 0 && u64::from(passed) == short && reader.exhausted() {
                return true;
            }
            match decoder.pass(reader) {
                Some(Ok(empty)) => passed = passed.saturating_add(1).saturating_add(empty),
                Some(Err(Damaged)) => return false,
                None => return true,
            }
        }
        reader.exhausted()
    }

    fn interval(
        &self,
        reader: &mut BitReader<'_, '_>,
        decoder: &mut impl McuDecoder,
        from: u32,
        to: u32,
    ) -> Result<(), Damaged> {
        let mut at = from;
        while at < to {
            let (column, row) = (at % self.wide, at / self.wide);
            let columns = column..self.wide.min(column + (to - at));
            at = at.saturating_add(decoder.row(reader, columns, row)?);
        }
        Ok(())
    }
}
