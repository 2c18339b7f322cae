//! The scan header (T.81, B.2.3).

use super::frame::Component;

/// A component of a scan and its tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Selected {
    /// Index in the frame.
    pub(crate) component: usize,
    /// DC table, 0..=3.
    pub(crate) dc: usize,
    /// AC table, 0..=3.
    pub(crate) ac: usize,
}

/// A parsed scan header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scan {
    pub(crate) selected: Vec<Selected>,
    /// First and last zigzag index of the band.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Bit position of the preceding scan of this band, or 0.
    pub(crate) high: u32,
    /// Bit position of this scan.
    pub(crate) low: u32,
}

impl Scan {
    /// Reads a scan header. If identifiers are not unique, components are taken in the order of the
    /// frame.
    pub(crate) fn parse(body: &[u8], components: &[Component], progressive: bool) -> Option<Self> {
        let scan = Self::read(body, components)?;
        // Sequential scans always contain all coefficients; their band in the header is often
        // wrong.
        let scan = match progressive {
            true => scan,
            false => Self {
                start: 0,
                end: 63,
                high: 0,
                low: 0,
                ..scan
            },
        };
        scan.is_valid(progressive).then_some(scan)
    }

    /// Reads the scan header of a lossless picture, where the start of the band is a predictor.
    pub(crate) fn lossless(body: &[u8], components: &[Component]) -> Option<Self> {
        let scan = Self::read(body, components)?;
        let tables = scan.selected.iter().all(|s| s.dc < 4);
        let is_valid = !scan.selected.is_empty() && tables && (1..=7).contains(&scan.start);
        is_valid.then_some(scan)
    }

    fn read(body: &[u8], components: &[Component]) -> Option<Self> {
        let count = usize::from(*body.first()?);
        let listed = body.get(1..1 + 2 * count)?;
        let &[start, end, bits] = body.get(1 + 2 * count..)?.first_chunk()?;
        let mut selected: Vec<Selected> = Vec::with_capacity(4);
        for pair in listed.chunks_exact(2) {
            let &[id, tables] = pair else { return None };
            let free = |index: usize| selected.iter().all(|s| s.component != index);
            let component = components
                .iter()
                .enumerate()
                .position(|(index, c)| c.id == id && free(index))?;
            selected.push(Selected {
                component,
                dc: usize::from(tables >> 4),
                ac: usize::from(tables & 15),
            });
        }
        Some(Self {
            selected,
            start: start.into(),
            end: end.into(),
            high: u32::from(bits >> 4),
            low: u32::from(bits & 15),
        })
    }

    fn is_valid(&self, progressive: bool) -> bool {
        let band = if progressive && self.start == 0 {
            self.end == 0
        } else {
            self.start <= self.end && self.end <= 63
        };
        let alone = !progressive || self.start == 0 || self.selected.len() == 1;
        let tables = self.selected.iter().all(|s| s.dc < 4 && s.ac < 4);
        !self.selected.is_empty() && band && alone && tables && self.low <= 13
    }

    /// Whether the scan adds a bit to coefficients of earlier scans.
    pub(crate) fn is_refinement(&self) -> bool {
        self.high != 0
    }

    /// One bit for each zigzag index of the band.
    pub(crate) fn band(&self) -> u64 {
        (u64::MAX >> (63 - (self.end & 63))) & (u64::MAX << (self.start & 63))
    }
}
