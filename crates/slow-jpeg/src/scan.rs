//! What a scan contains, for the writer and its entropy coders.

/// One scan.
#[derive(Clone)]
pub struct Scan {
    /// Indices of its components.
    pub components: Vec<usize>,
    /// First and last coefficient, in zigzag order.
    pub band: (usize, usize),
    /// The bit position of the scan before, 0 for a first one (Ah).
    pub high: u8,
    /// The bit position of this scan (Al).
    pub low: u8,
}

/// How a block ends whose last coefficients are zero.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With the symbol for it.
    Symbol,
    /// With runs of 16 zeros, of which the last one passes the last coefficient.
    Zeros,
    /// With a coefficient past the last one, which no decoder can place.
    Coefficient,
}
