//! Decodes the tiles that a plan needs while their file is read once, in the order of the file.

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::Range;

use super::boxes::place;
use super::mosaic::Mosaic;
use crate::Error;
use crate::pixels::in_order::Forward;

/// A tile of a picture, or of its alpha plane.
pub(super) struct Tile {
    place: Range<u64>,
    pub(super) is_alpha: bool,
    /// Its number, in reading order.
    pub(super) number: u32,
}

/// Where these tiles are in the file; `None` if one of them is not in one part.
pub(super) fn places<'t, 'd: 't>(
    file: &[u8],
    tiles: impl Iterator<Item = &'t Cow<'d, [u8]>>,
) -> Option<Vec<Range<u64>>> {
    let of = |tile: &'t Cow<'d, [u8]>| match tile {
        Cow::Borrowed(tile) => place(file, tile),
        Cow::Owned(_) => None,
    };
    tiles.map(of).collect()
}

/// The longest of these places, in bytes.
pub(super) fn longest<'p>(places: impl IntoIterator<Item = &'p Range<u64>>) -> u64 {
    let lengths = places.into_iter().map(|place| place.end - place.start);
    lengths.max().unwrap_or(0)
}

/// The tiles at these places that a mosaic needs.
pub(super) fn needed(mosaic: &Mosaic, places: &[Range<u64>], is_alpha: bool) -> Vec<Tile> {
    let all = (0..).zip(places);
    let needed = all.filter(|(number, _)| mosaic.needs(*number));
    let tile = |(number, place): (u32, &Range<u64>)| Tile {
        place: place.clone(),
        is_alpha,
        number,
    };
    needed.map(tile).collect()
}

/// Reads all these tiles, and passes each on with its data.
pub(super) fn read(
    file: &mut dyn BufRead,
    mut tiles: Vec<Tile>,
    mut decode: impl FnMut(&Tile, &[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    tiles.sort_by_key(|tile| tile.place.start);
    let mut file = Forward::new(file);
    let (mut data, mut last) = (Vec::new(), 0..0);
    for tile in tiles {
        // A grid can name a tile several times.
        if tile.place != last {
            data.clear();
            data.resize((tile.place.end - tile.place.start) as usize, 0);
            file.read(tile.place.start, &mut data)?;
            last = tile.place.clone();
        }
        decode(&tile, &data)?;
    }
    Ok(())
}
