//! Looks ahead at the scans of a progressive picture: which ones a reduction needs.

use super::frame::Component;
use super::scan::Scan;
use super::segments::{Segments, find_scan_end};
use crate::marker;

/// What the scans of a picture are for, in the order of the file.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    needed: Vec<bool>,
    /// Whether any needed refinement scan asks which coefficients of the component are not zero.
    pub(crate) history: [bool; 4],
}

impl Script {
    /// Finds all scan headers from the offset on, and decides which scans matter when each component needs the coefficients
    /// up to the given zigzag index. Scans past `most` are not looked at.
    pub(crate) fn look_ahead(
        data: &[u8],
        from: usize,
        components: &[Component],
        last_needed: &[usize],
        most: usize,
    ) -> Self {
        let scans = scans(data, from, components, most);
        let mut wanted = [0_u64; 4];
        for (wanted, &last) in wanted.iter_mut().zip(last_needed) {
            *wanted = u64::MAX >> (63 - (last & 63));
        }
        let mut history = [false; 4];
        let mut needed = vec![true; scans.len()];
        // Backwards, because a refinement reads one bit for each coefficient of its band that earlier scans made non-zero.
        for (scan, needed) in scans.iter().zip(&mut needed).rev() {
            let (Some(scan), Some(component)) =
                (scan, scan.as_ref().and_then(|scan| scan.selected.first()))
            else {
                continue;
            };
            let index = component.component & 3;
            if scan.start == 0 {
                continue;
            }
            *needed = wanted[index] & scan.band() != 0;
            if *needed && scan.is_refinement() {
                wanted[index] |= scan.band();
                history[index] = true;
            }
        }
        Self { needed, history }
    }

    /// Whether the scan with this number matters.
    pub(crate) fn needs(&self, number: usize) -> bool {
        self.needed.get(number).copied().unwrap_or(true)
    }
}

fn scans(data: &[u8], from: usize, components: &[Component], most: usize) -> Vec<Option<Scan>> {
    let mut scans = Vec::new();
    let mut segments = Segments::from(data, from);
    while let Some(segment) = segments.next() {
        match segment.code {
            marker::SOS => {
                scans.push(Scan::parse(segment.body, components, true));
                let Some(end) = find_scan_end(data, segment.end).filter(|_| scans.len() < most)
                else {
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
