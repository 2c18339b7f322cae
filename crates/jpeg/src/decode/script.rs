//! Looks ahead at the scans of a progressive picture, to find which ones a reduction needs.

use super::frame::Component;
use super::scan::Scan;
use super::segments::{Segments, find_scan_end};
use crate::marker;

/// The scans of a picture, and which of them are needed.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// In the order of the file.
    scans: Vec<Listed>,
    /// Whether any needed refinement scan depends on which coefficients of the component are not
    /// zero.
    pub(crate) history: [bool; 4],
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
        data: &[u8],
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
        Self { scans, history }
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

/// Looks for the scans.
fn list(data: &[u8], from: usize, components: &[Component], most: usize) -> Vec<Listed> {
    let mut scans = Vec::new();
    let mut segments = Segments::from(data, from);
    while let Some(segment) = segments.next() {
        match segment.code {
            marker::SOS => {
                let end = find_scan_end(data, segment.end);
                scans.push(Listed {
                    start: segment.end,
                    end,
                    header: Scan::parse(segment.body, components, true),
                    needed: true,
                });
                let Some(end) = end.filter(|_| scans.len() < most) else {
                    break;
                };
                segments = Segments::from(data, end);
            }
            marker::EOI => break,
            _ => {}
        }
    }
    scans
}
