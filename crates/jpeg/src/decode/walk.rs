//! Walks over the MCUs of a scan: restart intervals, what may be jumped over, where to stop.

use super::bits::BitReader;
use super::bits::Damaged;
use super::plan::Span2;
use super::restart::Restarts;

/// What a kind of scan does with an MCU.
pub(crate) trait McuDecoder {
    /// Decodes the MCU at this column and row, and returns how many MCUs after it hold nothing.
    fn mcu(
        &mut self,
        reader: &mut BitReader<'_, '_>,
        column: u32,
        row: u32,
    ) -> Result<u32, Damaged>;

    /// Forgets predictions at a restart.
    fn restart(&mut self);
}

/// The MCUs of a scan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    /// MCUs in a row.
    pub(crate) wide: u32,
    /// MCU rows of the whole scan.
    pub(crate) high: u32,
    /// The MCUs that matter; nothing below is decoded.
    pub(crate) needed: Span2,
    /// MCUs between restart markers; 0 without.
    pub(crate) interval: u32,
    /// Whether intervals without any MCU that matters may be left out.
    pub(crate) jump: bool,
}

impl Route {
    /// Whether any MCU of `from..to` may matter.
    fn matters(&self, from: u32, to: u32) -> bool {
        let (first, last) = (from / self.wide, to.saturating_sub(1) / self.wide);
        if last >= self.needed.y.start && first < self.needed.y.end {
            let columns = from % self.wide..(to - 1) % self.wide + 1;
            return last > first
                || (columns.start < self.needed.x.end && columns.end > self.needed.x.start);
        }
        false
    }

    /// Decodes what matters. Returns whether all of it was there and undamaged.
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
        let mut restarts = Restarts::default();
        let mut whole = true;
        let mut at = 0;
        while at < end {
            let to = at.saturating_add(interval).min(end);
            let wanted = !self.jump || self.interval == 0 || self.matters(at, to);
            let done = !wanted || self.interval(reader, decoder, at, to).is_ok();
            whole &= done;
            at = at.saturating_add(interval);
            if at >= end {
                break;
            }
            let intact = done && (!wanted || reader.exhausted());
            match restarts.next(reader, intact) {
                Some(lost) => {
                    whole &= lost == 0;
                    at = at.saturating_add(lost.saturating_mul(interval));
                    decoder.restart();
                }
                None => return false,
            }
        }
        whole
    }

    fn interval(
        &self,
        reader: &mut BitReader<'_, '_>,
        decoder: &mut impl McuDecoder,
        from: u32,
        to: u32,
    ) -> Result<(), Damaged> {
        let (mut column, mut row) = (from % self.wide, from / self.wide);
        let mut at = from;
        while at < to {
            let empty = decoder.mcu(reader, column, row)?;
            at += 1;
            column += 1;
            if empty > 0 {
                at = at.saturating_add(empty);
                (column, row) = (at % self.wide, at / self.wide);
            } else if column == self.wide {
                (column, row) = (0, row + 1);
            }
        }
        Ok(())
    }
}
