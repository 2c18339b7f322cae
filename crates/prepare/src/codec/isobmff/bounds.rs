//! Refuses pictures in tiles that would take more memory than they may, and pictures of which only
//! some layers are meant. What the container says of them is enough for that, so no data of a tile is
//! read or kept before.

use super::{Grid, Items, Property};
use crate::{Error, Format, Limits, PictureError};

/// Checks the grid of an item, its alpha plane, and the alpha planes of its tiles.
pub(super) fn check(
    format: Format,
    file: &[u8],
    items: &Items<'_>,
    item: u32,
    limits: &Limits,
) -> Result<(), Error> {
    refuse_selection(format, items, item)?;
    let is_grid = items.kind(item) == Some(*b"grid");
    let color = is_grid.then(|| Grid::of(items, item)).flatten();
    let linked = items.alpha(item);
    let alpha = linked.and_then(|alpha| Grid::of(items, alpha));
    for grid in color.iter().chain(&alpha) {
        limits.check_picture(grid.tiling.size, 1, 0)?;
        check_copies(format, file, items, grid.tiles.iter().copied())?;
    }
    if let (Some(grid), None) = (color, linked) {
        let planes = grid.tiles.iter().filter_map(|&tile| items.alpha(tile));
        check_copies(format, file, items, planes)?;
    }
    Ok(())
}

/// Refuses a picture of which only some layers are meant: all are decoded, so another one would show.
fn refuse_selection(format: Format, items: &Items<'_>, item: u32) -> Result<(), Error> {
    let tiles = items.targets(b"dimg", item).iter().copied();
    let mut parts = tiles.chain(items.alpha(item)).chain([item]);
    let is_selection = |part| items.properties(part).any(|it| *it == Property::Selection);
    if parts.any(is_selection) {
        let feature = "one of several layers".into();
        return Err(PictureError::Unsupported { format, feature }.into());
    }
    Ok(())
}

/// Data in several parts is copied. A grid can name the same tile many thousand times, so that the
/// copies would be many times as long as the file.
fn check_copies(
    format: Format,
    file: &[u8],
    items: &Items<'_>,
    tiles: impl Iterator<Item = u32>,
) -> Result<(), Error> {
    let mut copied = 0;
    for tile in tiles {
        // Whoever reads the tiles stops here as well.
        let Some(more) = items.copied(tile) else {
            break;
        };
        copied += more;
        if copied > file.len() {
            let detail = "the parts of its tiles add up to more than the file".into();
            return Err(PictureError::Malformed { format, detail }.into());
        }
    }
    Ok(())
}
