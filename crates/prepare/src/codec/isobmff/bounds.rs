//! Refuses pictures in tiles that would take more memory than they may, and pictures of which only
//! some layers are meant. What the container says of them is enough for that, so no data of a tile is
//! read or kept before.

use std::collections::BTreeSet;

use super::{Grid, Items, Property, Window};
use crate::{Error, Format, Limit, LimitExceeded, Limits, Orientation, PictureError, Rect};

/// Bytes of tiles that may be read in any case, if a grid names the same ones many times.
const READ: u64 = 256 << 20;

/// Checks the grid of an item, its alpha plane, and the alpha planes of its tiles.
pub(super) fn check(
    format: Format,
    file: &[u8],
    items: &Items<'_>,
    item: u32,
    limits: &Limits,
) -> Result<(), Error> {
    refuse_selection(format, items, item)?;
    refuse_turned_tiles(format, items, item)?;
    let is_grid = items.kind(item) == Some(*b"grid");
    let color = is_grid.then(|| Grid::of(items, item)).flatten();
    let linked = items.alpha(item);
    let alpha = linked.and_then(|alpha| Grid::of(items, alpha));
    for grid in color.iter().chain(&alpha) {
        limits.check_picture(grid.tiling.size, 1, 0)?;
        check_copies(format, file, items, grid.tiles.iter().copied())?;
        check_work(file, items, grid.tiles.iter().copied())?;
    }
    if let (Some(grid), None) = (color, linked) {
        let planes = || grid.tiles.iter().filter_map(|&tile| items.alpha(tile));
        check_copies(format, file, items, planes())?;
        check_work(file, items, planes())?;
    }
    Ok(())
}

/// Refuses a picture of which only some layers are meant: all are decoded, so another one would show.
fn refuse_selection(format: Format, items: &Items<'_>, item: u32) -> Result<(), Error> {
    let mut parts: BTreeSet<u32> = items.targets(b"dimg", item).iter().copied().collect();
    parts.extend(items.alpha(item).into_iter().chain([item]));
    let is_selection = |part| items.properties(part).any(|it| *it == Property::Selection);
    if parts.into_iter().any(is_selection) {
        let feature = "one of several layers".into();
        return Err(PictureError::Unsupported { format, feature }.into());
    }
    Ok(())
}

/// Refuses a grid with tiles that are turned or cut themselves: they are put together as they are coded. Tiles of AVIF
/// that state the turn of the whole grid are read: old versions of libavif wrote it for both, and mean it once.
fn refuse_turned_tiles(format: Format, items: &Items<'_>, item: u32) -> Result<(), Error> {
    let grids = std::iter::once(item).chain(items.alpha(item));
    let grids = grids.filter(|&grid| items.kind(grid) == Some(*b"grid"));
    // A grid can name the same tile many thousand times.
    let tiles: BTreeSet<&u32> = grids
        .flat_map(|grid| items.targets(b"dimg", grid))
        .collect();
    let turn = |item: u32| {
        let whole = items.size(item).unwrap_or_default();
        Window::new(whole, items.properties(item)).orientation
    };
    let repeated = (format == Format::Avif).then(|| turn(item));
    let is_changed = |&tile: &u32| {
        let whole = items.size(tile).unwrap_or_default();
        let Window {
            rect, orientation, ..
        } = Window::new(whole, items.properties(tile));
        orientation != Orientation::Normal && Some(orientation) != repeated
            || rect != Rect::of_size(whole)
    };
    if tiles.into_iter().any(is_changed) {
        let feature = "a grid of tiles that are turned or cut themselves".into();
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

/// The data of a tile is read each time a grid names it, which can be many thousand times.
fn check_work(
    file: &[u8],
    items: &Items<'_>,
    tiles: impl Iterator<Item = u32>,
) -> Result<(), Error> {
    let allowed = READ.max(4 * file.len() as u64);
    let mut found = 0u64;
    for tile in tiles {
        found = found.saturating_add(items.length(tile) as u64);
        if found > allowed {
            let limit = Limit::WorkOf("length of its tiles in bytes");
            return Err(LimitExceeded {
                limit,
                found,
                allowed,
            }
            .into());
        }
    }
    Ok(())
}
