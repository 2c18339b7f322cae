//! How coded pictures of equal size make up the one that is shown.

/// Tiles in reading order, all of the same size; those at the right and at the bottom may reach beyond
/// the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) struct Tiling {
    pub(in crate::codec) columns: u32,
    /// Of the whole picture.
    pub(in crate::codec) size: (u32, u32),
    pub(in crate::codec) tile: (u32, u32),
}

impl Tiling {
    /// One coded picture.
    pub(super) fn single(size: (u32, u32)) -> Self {
        Self {
            columns: 1,
            size,
            tile: size,
        }
    }

    /// Column and row of the tile with this number.
    pub(super) fn place(&self, number: u32) -> (u32, u32) {
        let columns = self.columns.max(1);
        (number % columns, number / columns)
    }
}
