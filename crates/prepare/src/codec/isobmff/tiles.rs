//! The tiles that a plan needs, with their data: from memory, or while their file is read once.

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::Range;

use super::Window;
use super::boxes::place;
use super::mosaic::Mosaic;
use super::tiling::Tiling;
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::{Forward, InOrder};
use crate::pixels::ycbcr::{Ycbcr, needed};
use crate::{Error, Plan, Rect};

/// A tile of a picture, or of its alpha plane.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    pub(super) is_alpha: bool,
    /// Its number, in reading order.
    pub(super) number: u32,
}

/// Where the tiles of colour and of alpha are in a file.
pub(super) struct Places([Vec<Range<u64>>; 2]);

/// A file that is read once, from its start.
pub(super) type InFile<'f> = (&'f mut dyn BufRead, &'f Places);

impl Places {
    /// Those of tiles with these data; `None` if one of them is not in one part.
    pub(super) fn of<'t, 'd: 't>(
        file: &[u8],
        color: impl Iterator<Item = &'t Cow<'d, [u8]>>,
        alpha: impl Iterator<Item = &'t Cow<'d, [u8]>>,
    ) -> Option<Self> {
        let of = |tile: &Cow<'d, [u8]>| match tile {
            Cow::Borrowed(tile) => place(file, tile),
            Cow::Owned(_) => None,
        };
        let color = color.map(of).collect::<Option<_>>()?;
        Some(Self([color, alpha.map(of).collect::<Option<_>>()?]))
    }

    fn place(&self, tile: Tile) -> Range<u64> {
        let place = self.0[usize::from(tile.is_alpha)].get(tile.number as usize);
        place.cloned().unwrap_or_default()
    }

    /// How a picture is decoded from these tiles; `None` if the longest of them is too long for memory.
    pub(super) fn in_order<'a>(
        self,
        decode: impl FnOnce(InFile<'_>, &Plan) -> Result<Ycbcr, Error> + 'a,
    ) -> Option<InOrder<'a>> {
        let lengths = (self.0.iter().flatten()).map(|place| place.end - place.start);
        let held = usize::try_from(lengths.max().unwrap_or(0)).ok()?;
        Some(InOrder::new(held, move |file, plan, _| {
            let picture = decode((file, &self), plan)?;
            Ok(Decoded::Cropped(picture.into_raster(plan)?))
        }))
    }
}

/// What a plan needs of colour and alpha, each put together in a `W`.
pub(super) struct Needed<W> {
    color: W,
    alpha: Option<W>,
    tiles: Vec<Tile>,
}

impl<W: AsRef<Mosaic>> Needed<W> {
    /// Needs of colour and alpha in so many tiles what they show of a window. `new` begins the part of a picture.
    pub(super) fn new(
        (color, of_color): (Tiling, usize),
        alpha: Option<(Tiling, usize)>,
        (window, plan): (Window, &Plan),
        new: impl Fn(Tiling, Rect) -> W,
    ) -> Self {
        let part = needed(plan, window.rect, color.size, alpha.is_some());
        let mut tiles = Vec::new();
        let mut begin = |tiling, part, count: usize, is_alpha| {
            let picture = new(tiling, part);
            let numbers = (0..count as u32).filter(|it| picture.as_ref().needs(*it));
            tiles.extend(numbers.map(|number| Tile { is_alpha, number }));
            picture
        };
        let alpha = alpha.map(|(alpha, count)| {
            // Alpha of another size is scaled to the picture, whole.
            let part = match alpha.size == color.size {
                true => part,
                false => Rect::of_size(alpha.size),
            };
            begin(alpha, part, count, true)
        });
        Self {
            color: begin(color, part, of_color, false),
            alpha,
            tiles,
        }
    }

    /// Adds the data of all tiles: in the order of the file if it is read, or else alpha first, from `memory`.
    pub(super) fn read<'d>(
        mut self,
        file: Option<InFile<'_>>,
        mut memory: impl FnMut(Tile) -> Cow<'d, [u8]>,
        mut add: impl FnMut(&mut W, Tile, Cow<'_, [u8]>) -> Result<(), Error>,
    ) -> Result<(W, Option<W>), Error> {
        let mut add = |tile: Tile, data: Cow<'_, [u8]>| {
            let alpha = self.alpha.as_mut().filter(|_| tile.is_alpha);
            add(alpha.unwrap_or(&mut self.color), tile, data)
        };
        match file {
            Some(file) => passing(file, self.tiles, add)?,
            None => (self.tiles.into_iter()).try_for_each(|tile| add(tile, memory(tile)))?,
        }
        Ok((self.color, self.alpha))
    }
}

/// Passes on all these tiles with their data, in the order of the file.
fn passing(
    (file, places): InFile<'_>,
    mut tiles: Vec<Tile>,
    mut add: impl FnMut(Tile, Cow<'_, [u8]>) -> Result<(), Error>,
) -> Result<(), Error> {
    tiles.sort_by_key(|tile| places.place(*tile).start);
    let mut file = Forward::new(file);
    let (mut data, mut last) = (Vec::new(), 0..0);
    for tile in tiles {
        let place = places.place(tile);
        // A grid can name a tile several times.
        if place != last {
            data.clear();
            data.resize((place.end - place.start) as usize, 0);
            file.read(place.start, &mut data)?;
            last = place;
        }
        add(tile, Cow::Borrowed(&data))?;
    }
    Ok(())
}
