//! A picture divided into square tiles, with a value for each.

/// The side of a tile as bits, tiles in a row, and the value of each.
pub(super) struct Tiles<T> {
    pub(super) bits: u32,
    pub(super) stride: usize,
    pub(super) values: Vec<T>,
}

impl<T: Copy + Default> Tiles<T> {
    /// Pixels of the side of a tile.
    pub(super) fn side(&self) -> usize {
        1 << self.bits
    }

    /// The values of the tiles of a row of pixels.
    pub(super) fn row(&self, y: usize) -> impl Iterator<Item = T> {
        let start = (y >> self.bits) * self.stride;
        let row = self.values.get(start..).unwrap_or_default();
        row.iter().take(self.stride).copied()
    }

    /// The value at a pixel, and the column where its tile ends.
    #[inline(always)]
    pub(super) fn at(&self, x: usize, y: usize) -> (T, usize) {
        let (column, row) = (x >> self.bits, y >> self.bits);
        let value = self.values.get(row * self.stride + column);
        (
            value.copied().unwrap_or_default(),
            (column + 1) << self.bits,
        )
    }
}
