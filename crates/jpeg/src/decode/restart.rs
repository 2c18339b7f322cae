//! Finds the way back at restart markers (T.81, F.2.2.4), also where they are missing, foreign or wrongly numbered.

use super::bits::BitReader;
use crate::marker;

/// Which number the next restart marker should have, and whether numbers are to be believed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Restarts {
    expected: u8,
    /// Whether some marker has had the expected number.
    trusted: bool,
}

impl Restarts {
    /// Moves the reader behind the next restart marker. `intact` says that the data before it ended exactly there.
    ///
    /// Returns how many restart intervals were lost in between, or `None` at the end of the scan.
    pub(crate) fn next(&mut self, reader: &mut BitReader<'_, '_>, intact: bool) -> Option<u32> {
        let (at, number) = find(reader, reader.marker_from())?;
        if number == self.expected {
            self.trusted = true;
            return Some(self.accept(reader, at, number, 0));
        }
        let after = find(reader, at + 2);
        let next = after.map(|(_, number)| number);
        let gap = number.wrapping_sub(self.expected) & 7;
        if intact && !self.trusted {
            // A writer with a numbering of its own.
            return Some(self.accept(reader, at, number, 0));
        }
        match (after, next) {
            // Only this number is wrong.
            (_, Some(next)) if next == self.expected.wrapping_add(1) & 7 => {
                Some(self.accept(reader, at, self.expected, 0))
            }
            // This marker is an accident inside the damaged data.
            (Some((at, _)), Some(next)) if next == self.expected && !intact => {
                Some(self.accept(reader, at, next, 0))
            }
            // The numbers go on from here: intervals are missing.
            (_, Some(next)) if next == number.wrapping_add(1) & 7 => {
                Some(self.accept(reader, at, number, u32::from(gap)))
            }
            (_, None) if !intact => Some(self.accept(reader, at, number, u32::from(gap))),
            _ => Some(self.accept(reader, at, number, 0)),
        }
    }

    fn accept(&mut self, reader: &mut BitReader<'_, '_>, at: usize, number: u8, lost: u32) -> u32 {
        self.expected = number.wrapping_add(1) & 7;
        reader.start(at + 2);
        lost
    }
}

/// The next restart marker of this scan and its number. Markers that cannot follow a scan are damage and passed over.
fn find(reader: &BitReader<'_, '_>, mut from: usize) -> Option<(usize, u8)> {
    loop {
        let (at, code) = reader.next_marker(from)?;
        match code {
            marker::RST0..=marker::RST7 => return Some((at, code & 7)),
            marker::SOI
            | marker::EOI
            | marker::SOS
            | marker::DQT
            | marker::DNL
            | marker::DRI
            | marker::DHT => return None,
            _ => from = at + 2,
        }
    }
}
