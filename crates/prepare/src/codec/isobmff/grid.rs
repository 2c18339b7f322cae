//! A picture that consists of tiles of equal size (ISO/IEC 23008-12, section 6.6.2.3).

use super::boxes::Fields;
use super::items::Items;
use super::tiling::Tiling;

/// The tiles in reading order, and the size of the whole.
pub(in crate::codec) struct Grid {
    pub(in crate::codec) tiling: Tiling,
    pub(in crate::codec) tiles: Vec<u32>,
}

impl Grid {
    /// The tiles of a `grid` item; any other item is a grid of one tile. `None` if tiles are
    /// missing or do not exactly cover the grid, which also limits how much is decoded for it.
    pub(in crate::codec) fn of(items: &Items<'_>, item: u32) -> Option<Self> {
        if items.kind(item)? != *b"grid" {
            let size = items.size(item)?;
            return Some(Self {
                tiling: Tiling::single(size),
                tiles: vec![item],
            });
        }
        let data = items.content(item)?;
        let mut fields = Fields(&data);
        let (_, flags) = (fields.u8()?, fields.u8()?);
        let (rows, columns) = (u32::from(fields.u8()?) + 1, u32::from(fields.u8()?) + 1);
        let bytes = if flags & 1 == 0 { 2 } else { 4 };
        let size = (fields.uint(bytes)? as u32, fields.uint(bytes)? as u32);
        let tiles = items.targets(b"dimg", item).to_vec();
        let tile = items.size(*tiles.first()?)?;
        let covers = |count: u32, tile: u32, whole: u32| {
            let (count, tile, whole) = (u64::from(count), u64::from(tile), u64::from(whole));
            count * tile >= whole && (count - 1) * tile < whole
        };
        let is_whole = tiles.len() == (rows * columns) as usize
            && tiles.iter().all(|&id| items.size(id) == Some(tile))
            && covers(columns, tile.0, size.0)
            && covers(rows, tile.1, size.1);
        let tiling = Tiling {
            columns,
            size,
            tile,
        };
        is_whole.then_some(Self { tiling, tiles })
    }
}
