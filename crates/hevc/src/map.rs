//! What the filters and the syntax need to know of parts of the picture that are decoded.

use crate::slice::Slice;

/// Flags of a square of 8 x 8 luma samples.
pub(crate) const EDGE_LEFT: u8 = 1;
pub(crate) const EDGE_ABOVE: u8 = 2;
/// Filters leave its samples unchanged (clauses 8.7.2.5.7 and 8.7.3).
pub(crate) const UNFILTERED: u8 = 4;

/// Sample adaptive offsets of a component in a coding tree block (clause 7.4.9.3.2).
#[derive(Clone, Copy, Default)]
pub(crate) struct Offsets {
    /// 0 none, 1 by bands of values, 2 at edges.
    pub(crate) kind: u8,
    /// The first band, or the direction of edges.
    pub(crate) place: u8,
    pub(crate) values: [i16; 4],
}

/// Marks a coding tree block that is not decoded.
pub(crate) const NOT_DECODED: u16 = u16::MAX;

#[derive(Default)]
pub(crate) struct Map {
    /// Squares of 8 x 8 in a row.
    pub(crate) across: usize,
    pub(crate) flags: Vec<u8>,
    pub(crate) quantizers: Vec<i8>,
    /// Depths in the coding tree above the current block, by columns of 8 samples.
    pub(crate) depths: Vec<u8>,
    pub(crate) slices: Vec<Slice>,
    /// Coding tree blocks in a row, and in a column.
    pub(crate) blocks: (usize, usize),
    /// The number of the slice of each coding tree block, in raster order.
    pub(crate) slice_of: Vec<u16>,
    /// The number of the tile of each, likewise.
    pub(crate) tile_of: Vec<u16>,
    /// The raster numbers of coding tree blocks, in the order in which they are decoded.
    pub(crate) order: Vec<u32>,
    /// The inverse of `order`.
    pub(crate) rank: Vec<u32>,
    pub(crate) offsets: Vec<[Offsets; 3]>,
}

impl Map {
    /// Prepares for a picture of this size in luma samples.
    pub(crate) fn reset(&mut self, coded: (u32, u32), tree_block: u32, blocks: (u32, u32)) {
        self.across = coded.0 as usize / 8;
        let squares = self.across * (coded.1 as usize / 8);
        self.flags.clear();
        self.flags.resize(squares, 0);
        self.quantizers.resize(squares, 0);
        self.depths.clear();
        self.depths
            .resize(((blocks.0 << tree_block) / 8) as usize, 0);
        self.slices.clear();
        self.blocks = (blocks.0 as usize, blocks.1 as usize);
        let count = self.blocks.0 * self.blocks.1;
        self.slice_of.clear();
        self.slice_of.resize(count, NOT_DECODED);
        self.offsets.clear();
        self.offsets.resize(count, Default::default());
    }

    /// Computes the order of coding tree blocks from the bounds of tiles (clause 6.5.1).
    pub(crate) fn arrange(&mut self, bounds: Option<&(Vec<u32>, Vec<u32>)>) {
        let count = self.blocks.0 * self.blocks.1;
        let whole = (vec![0, self.blocks.0 as u32], vec![0, self.blocks.1 as u32]);
        let (columns, rows) = bounds.unwrap_or(&whole);
        self.order.clear();
        self.tile_of.clear();
        self.tile_of.resize(count, 0);
        let mut tile = 0;
        for rows in rows.windows(2) {
            for columns in columns.windows(2) {
                for row in rows[0]..rows[1] {
                    for column in columns[0]..columns[1] {
                        let number = row * self.blocks.0 as u32 + column;
                        self.order.push(number);
                        self.tile_of[number as usize] = tile;
                    }
                }
                tile += 1;
            }
        }
        self.rank.clear();
        self.rank.resize(count, 0);
        for (rank, &number) in self.order.iter().enumerate() {
            self.rank[number as usize] = rank as u32;
        }
    }

    /// Whether a coding tree block is decoded, in this slice and in this tile.
    pub(crate) fn is_available(&self, number: usize, slice: u16, tile: u16) -> bool {
        self.slice_of[number] == slice && self.tile_of[number] == tile
    }
}
