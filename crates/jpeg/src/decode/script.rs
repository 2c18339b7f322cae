//! Looks ahead at the scans of a progressive picture, to find which ones a reduction needs.

use super::data::Data;
use super::frame::Component;
use super::scan::Scan;
use crate::marker;

/// The scans of a picture, and which of them are needed.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// In the order of the file.
    scans: Vec<Listed>,
    /// Whether any needed refinement scan depends on which coefficients of the component are not
    /// zero.
    pub(crate) history: [bool; 4],
    /// Whether the scans contain every bit of every coefficient that is needed.
    pub(crate) is_whole: bool,
}

/// One scan.
#[derive(Debug, Clone)]
struct Listed {
    /// Offset of its data.
    start: usize,
    /// Offset of the marker that ends it.
    end: Option<usize>,
    /// `None` if the header is not valid.
    header: Option<Scan>,
    needed: bool,
}

impl Script {
    /// Finds all scan headers from the offset on, and decides which scans are needed if each
    /// component needs the coefficients up to the given zigzag index. Scans after the first `most`
    /// are ignored.
    pub(crate) fn look_ahead(
        data: Data<'_>,
        from: usize,
        components: &[Component],
        last_needed: &[usize],
        most: usize,
    ) -> Self {
        let mut scans = list(data, from, components, most);
        let mut wanted = [0_u64; 4];
        for (wanted, &last) in wanted.iter_mut().zip(last_needed) {
            *wanted = u64::MAX >> (63 - (last & 63));
        }
        let mut history = [false; 4];
        // Backwards, because a refinement reads one bit for each coefficient of its band that earlier scans made non-zero.
        for listed in scans.iter_mut().rev() {
            let Some(scan) = &listed.header else { continue };
            let Some(component) = scan.selected.first() else {
                continue;
            };
            let index = component.component & 3;
            if scan.start == 0 {
                continue;
            }
            listed.needed = wanted[index] & scan.band() != 0;
            if listed.needed && scan.is_refinement() {
                wanted[index] |= scan.band();
                history[index] = true;
            }
        }
        let is_whole = scans.len() >= most || is_whole(&scans, last_needed);
        Self {
            scans,
            history,
            is_whole,
        }
    }

    /// Whether the scan whose data begins at the offset is needed.
    pub(crate) fn needs(&self, start: usize) -> bool {
        self.find(start).is_none_or(|listed| listed.needed)
    }

    /// Where the scan whose data begins at the offset ends, if it is listed and does.
    pub(crate) fn end(&self, start: usize) -> Option<usize> {
        self.find(start)?.end
    }

    fn find(&self, start: usize) -> Option<&Listed> {
        self.scans.iter().find(|listed| listed.start == start)
    }
}

/// Scans refine each coefficient bit by bit, down to position 0. If a scan was lost, some bits
/// never arrive.
fn is_whole(scans: &[Listed], last_needed: &[usize]) -> bool {
    let headers = || scans.iter().filter_map(|listed| listed.header.as_ref());
    let is_whole = |component: usize, index: u32| {
        let mut low = None;
        for scan in headers() {
            let holds = scan.selected.iter().any(|s| s.component == component);
            if holds && (scan.start..=scan.end).contains(&index) {
                if scan.is_refinement() && low != Some(scan.high) {
                    return false;
                }
                low = Some(scan.low);
            }
        }
        low == Some(0)
    };
    (last_needed.iter().enumerate())
        .all(|(component, &last)| (0..=last as u32).all(|index| is_whole(component, index)))
}

/// Looks for the scans.
fn list(mut data: Data<'_>, from: usize, components: &[Component], most: usize) -> Vec<Listed> {
    let mut scans = Vec::new();
    let mut at = from;
    while let Some(segment) = data.segment(at) {
        at = segment.end;
        match segment.code {
            marker::SOS => {
                let end = data.find_scan_end(segment.end);
                scans.push(Listed {
                    start: segment.end,
                    end,
                    header: Scan::parse(&segment.body, components, true),
                    needed: true,
                });
                let Some(end) = end.filter(|_| scans.len() < most) else {
                    break;
                };
                at = end;
            }
            marker::EOI => break,
            _ => {}
        }
    }
    scans
}
