//! Notices that a multiple of eight restart intervals is missing in a scan whose markers are numbered
//! as if it were whole.

use super::bits::BitReader;
use super::continuity::{self, DcValues, Gap, Place};
use super::restart;
use super::walk::{McuDecoder, Route};

/// Memory for the search for intervals that were lost, in bytes: the DC coefficients of a unit with four blocks of luma,
/// and five costs. It is in no estimate, so that sound pictures need no more memory than before.
const BYTES_OF_AN_MCU: u64 = 28;
/// Most memory for that search, in bytes. The loss in a larger picture is noted, but not moved back to its place.
const MOST_TO_LOOK: u64 = 1 << 24;

impl Route {
    /// How many intervals fewer there are than expected, if a marker ends the scan, or how many more
    /// if negative. Their numbers repeat after eight, so nothing else shows that a multiple of eight was
    /// lost or is there twice.
    pub(super) fn lacking(&self, reader: &mut BitReader<'_, '_>) -> i64 {
        if self.interval == 0 {
            return 0;
        }
        let expected = i64::from(self.intervals()) - 1;
        let from = reader.marker_from();
        restart::count(reader, from).map_or(0, |found| expected - i64::from(found))
    }

    /// Where a multiple of eight intervals is missing in a scan that is not damaged otherwise, as
    /// far as the picture shows it.
    pub(super) fn hidden(
        &self,
        reader: &mut BitReader<'_, '_>,
        decoder: &mut impl McuDecoder,
        lacking: u32,
    ) -> Option<Place> {
        let mcus = u64::from(self.wide) * u64::from(self.high);
        if !lacking.is_multiple_of(8) || mcus.saturating_mul(BYTES_OF_AN_MCU) > MOST_TO_LOOK {
            return None;
        }
        let start = reader.marker_from();
        let found = self.dc_values(reader, decoder);
        reader.start(start);
        decoder.restart();
        let (dc, has_end) = found?;
        let mcus = lacking.checked_mul(self.interval)?;
        let gap = Gap {
            wide: self.wide as usize,
            interval: self.interval as usize,
            missing: mcus as usize,
            has_end,
        };
        let before = continuity::intervals_before_gap(&dc, &gap)?;
        Some(Place { before, mcus })
    }

    /// The DC coefficients of all intervals, and whether the last one is as short as the last of
    /// the scan; `None` if an interval is damaged or its number is not the next one.
    fn dc_values(
        &self,
        reader: &mut BitReader<'_, '_>,
        decoder: &mut impl McuDecoder,
    ) -> Option<(DcValues, bool)> {
        let blocks = decoder.dc_blocks()?;
        let short = self.wide.checked_mul(self.high)? % self.interval;
        let mut values = Vec::new();
        let mut number = 0;
        loop {
            decoder.restart();
            let mut read = 0;
            while read < self.interval && !(read == short && short > 0 && reader.exhausted()) {
                decoder.dc(reader, &mut values).ok()?;
                read += 1;
            }
            if !reader.exhausted() {
                return None;
            }
            let from = reader.marker_from();
            match restart::find(reader, from) {
                Some((marker, found)) if found == number && read == self.interval => {
                    reader.start(marker + 2);
                    number = (number + 1) & 7;
                }
                Some(_) => return None,
                None => return Some((DcValues { values, blocks }, read < self.interval)),
            }
        }
    }
}
