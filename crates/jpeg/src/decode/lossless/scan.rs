//! Reads the samples of one lossless scan, one row of MCUs at a time (T.81, Annex H).

use super::table::Differences;
use crate::decode::bits::{BitReader, Damaged};
use crate::decode::restart;

/// How often the intervals to come are counted at most: each time, the rest of the file is searched.
const MOST_RECOUNTS: u32 = 8;

/// What a scan's header and tables say.
pub(super) struct Setup {
    /// Offset of its data.
    pub(super) start: usize,
    pub(super) parts: Vec<Part>,
    /// MCUs in a row, and rows of them.
    pub(super) mcus: (usize, u32),
    /// Which predictor of Table H.1, 1..=7.
    pub(super) predictor: u32,
    /// Rows of MCUs between restart markers; 0 without.
    pub(super) interval: u32,
    /// Bits of a sample as it is coded, and by how many it is shifted then.
    pub(super) bits: u32,
    pub(super) shift: u32,
}

/// A component of a scan.
pub(super) struct Part {
    /// Index in the frame.
    pub(super) component: usize,
    /// Samples across in an MCU.
    pub(super) across: usize,
    pub(super) table: Differences,
    /// The last line of the row of MCUs before, and the lines of this row.
    pub(super) lines: Vec<Vec<u16>>,
}

/// A scan while it is read.
pub(super) struct Rows<'a, 'w> {
    pub(super) setup: Setup,
    reader: BitReader<'a, 'w>,
    /// Rows of MCUs read.
    pub(super) read: u32,
    /// Whether the current row could be read.
    pub(super) is_intact: bool,
    /// Whether anything was missing or left over.
    pub(super) damaged: bool,
    /// Restart intervals that are known to be missing from here on.
    missing: u32,
    /// How often the intervals to come were counted.
    recounts: u32,
}

impl<'a, 'w> Rows<'a, 'w> {
    pub(super) fn new(setup: Setup, reader: BitReader<'a, 'w>) -> Self {
        Self {
            setup,
            reader,
            read: 0,
            is_intact: true,
            damaged: false,
            missing: 0,
            recounts: 0,
        }
    }

    /// Reads the next row of MCUs. What is damaged is mid-gray, up to the next restart marker.
    pub(super) fn next(&mut self) {
        let interval = self.setup.interval;
        let is_start = self.read == 0 || (interval > 0 && self.read.is_multiple_of(interval));
        if is_start && self.read > 0 {
            self.restart(self.read / interval);
        }
        if self.is_intact {
            self.is_intact = self.line(is_start).is_ok();
        }
        if !self.is_intact {
            self.damaged = true;
            let gray = 1 << (self.setup.bits - 1);
            let lines = self.setup.parts.iter_mut().flat_map(|part| &mut part.lines);
            lines.for_each(|line| line.fill(gray));
        }
        self.read += 1;
        if self.read == self.setup.mcus.1 {
            self.damaged |= !self.reader.ends_in_padding();
        }
    }

    /// Goes to the restart interval with this number, unless it is missing.
    fn restart(&mut self, number: u32) {
        self.damaged |= !self.reader.exhausted();
        self.is_intact = false;
        if self.missing > 0 {
            self.missing -= 1;
        } else {
            let from = self.reader.marker_from();
            let Some((marker, found)) = restart::find(&mut self.reader, from) else {
                // All others are missing too, and must not be searched for again and again.
                self.missing = u32::MAX;
                return;
            };
            self.reader.start(marker + 2);
            // The marker before an interval has the number of the interval before.
            self.missing = u32::from(found).wrapping_sub(number - 1) & 7;
            if self.missing > 0 && self.is_misnumbered(number, marker + 2) {
                self.damaged = true;
                self.missing = 0;
            }
        }
        self.is_intact = self.missing == 0;
    }

    /// Whether only the number of this interval is wrong, because as many intervals follow as should.
    fn is_misnumbered(&mut self, number: u32, from: usize) -> bool {
        if self.recounts == MOST_RECOUNTS {
            return false;
        }
        self.recounts += 1;
        restart::count(&mut self.reader, from) == Some(self.intervals().saturating_sub(number + 1))
    }

    /// Whether more or fewer restart markers follow than should. Their numbers repeat after eight, so
    /// nothing else shows that eight intervals are there twice, or are missing above the last wanted row.
    pub(super) fn is_out_of_step(&mut self) -> bool {
        if self.setup.interval == 0 {
            return false;
        }
        let started = self.read.div_ceil(self.setup.interval).max(1);
        let from = self.reader.marker_from();
        let found = restart::count(&mut self.reader, from);
        found.is_some_and(|found| found != self.intervals().saturating_sub(started))
    }

    /// Restart intervals in the whole scan.
    fn intervals(&self) -> u32 {
        self.setup.mcus.1.div_ceil(self.setup.interval.max(1))
    }

    fn line(&mut self, is_first: bool) -> Result<(), Damaged> {
        for part in &mut self.setup.parts {
            let last = part.lines.len() - 1;
            part.lines.swap(0, last);
        }
        match self.setup.predictor {
            _ if is_first && self.setup.is_low() => self.predicted::<1>(is_first),
            1 => self.predicted::<1>(is_first),
            2 => self.predicted::<2>(is_first),
            3 => self.predicted::<3>(is_first),
            4 => self.predicted::<4>(is_first),
            5 => self.predicted::<5>(is_first),
            6 => self.predicted::<6>(is_first),
            _ => self.predicted::<7>(is_first),
        }
    }

    fn predicted<const PREDICTOR: u32>(&mut self, is_first: bool) -> Result<(), Damaged> {
        let Setup {
            parts, mcus, bits, ..
        } = &mut self.setup;
        let reader = &mut self.reader;
        let middle = 1_u16 << (*bits - 1);
        let mut cursor = reader.cursor;
        let mut all = 0;
        for column in 0..mcus.0 {
            reader.prepare_at(&mut cursor);
            for part in parts.iter_mut() {
                let from = column * part.across;
                for y in 0..part.lines.len() - 1 {
                    let Some([above, line, ..]) = part.lines.get_mut(y..) else {
                        continue;
                    };
                    let is_first = is_first && y == 0;
                    for x in from..from + part.across {
                        cursor.refill(reader.window);
                        let difference = part.table.take(&mut cursor)?;
                        let prediction = match (x, is_first) {
                            (0, true) => middle,
                            (0, false) => at(above, 0),
                            (_, true) => at(line, x - 1),
                            _ => predict::<PREDICTOR>(
                                at(line, x - 1),
                                at(above, x),
                                at(above, x - 1),
                            ),
                        };
                        let sample = prediction.wrapping_add(difference);
                        all |= sample;
                        if let Some(to) = line.get_mut(x) {
                            *to = sample;
                        }
                    }
                }
            }
        }
        reader.cursor = cursor;
        reader.check()?;
        // A sample with more bits than there are shows that an earlier difference was wrong.
        if u32::from(all) >> *bits > 0 {
            return Err(Damaged);
        }
        Ok(())
    }
}

impl Setup {
    /// Whether each row of MCUs has only one line of samples.
    fn is_low(&self) -> bool {
        self.parts.iter().all(|part| part.lines.len() == 2)
    }
}

#[inline(always)]
fn at(line: &[u16], x: usize) -> u16 {
    line.get(x).copied().unwrap_or(0)
}

/// Table H.1: from the samples to the left, above, and above to the left; modulo 2^16.
#[inline(always)]
fn predict<const PREDICTOR: u32>(left: u16, above: u16, corner: u16) -> u16 {
    let [a, b, c] = [left, above, corner].map(i32::from);
    (match PREDICTOR {
        1 => a,
        2 => b,
        3 => c,
        4 => a + b - c,
        5 => a + ((b - c) >> 1),
        6 => b + ((a - c) >> 1),
        _ => (a + b) >> 1,
    }) as u16
}
