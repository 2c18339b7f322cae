//! Joins the tiles of a grid, plane by plane.

use crate::Rect;
use crate::pixels::raster::Samples;
use crate::pixels::ycbcr::{Matrix, Plane, Ycbcr};

/// A decoded picture or tile.
pub(super) struct Picture {
    pub(super) luma: Plane,
    pub(super) chroma: Option<[Plane; 2]>,
    pub(super) depth: u32,
}

impl Picture {
    pub(super) fn into_ycbcr(
        self,
        alpha: Option<Self>,
        is_premultiplied: bool,
        matrix: Matrix,
        window: Rect,
    ) -> Ycbcr {
        Ycbcr {
            depth: self.depth,
            alpha_depth: alpha.as_ref().map_or(8, |alpha| alpha.depth),
            luma: self.luma,
            chroma: self.chroma,
            is_premultiplied: is_premultiplied && alpha.is_some(),
            alpha: alpha.map(|alpha| alpha.luma),
            matrix,
            window,
        }
    }

    fn planes(&mut self) -> impl Iterator<Item = &mut Plane> {
        std::iter::once(&mut self.luma).chain(self.chroma.iter_mut().flatten())
    }
}

/// A picture that grows tile by tile, in reading order.
pub(super) struct Mosaic {
    columns: u32,
    size: (u32, u32),
    tile: (u32, u32),
    added: u32,
    whole: Option<Picture>,
}

impl Mosaic {
    /// An empty picture for tiles of the size `tile`.
    pub(super) fn new(columns: u32, size: (u32, u32), tile: (u32, u32)) -> Self {
        Self {
            columns,
            size,
            tile,
            added: 0,
            whole: None,
        }
    }

    /// Adds the next tile; all must have the same format.
    pub(super) fn add(&mut self, mut tile: Picture) -> Result<(), String> {
        let at = (self.added % self.columns, self.added / self.columns);
        self.added += 1;
        let found = (tile.luma.width, tile.luma.height);
        if found != self.tile {
            let ((w, h), (width, height)) = (found, self.tile);
            return Err(format!(
                "coded as {w} x {h}, announced as {width} x {height} pixels"
            ));
        }
        if found == self.size && self.whole.is_none() {
            self.whole = Some(tile);
            return Ok(());
        }
        let size = self.size;
        let whole = self.whole.get_or_insert_with(|| empty(&tile, size));
        if whole.depth != tile.depth || whole.chroma.is_some() != tile.chroma.is_some() {
            return Err("the tiles of its grid differ in kind".into());
        }
        for (target, source) in whole.planes().zip(tile.planes()) {
            paste(target, source, at);
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Option<Picture> {
        self.whole
    }
}

fn empty(tile: &Picture, (width, height): (u32, u32)) -> Picture {
    let blank = |plane: &Plane| {
        let side = |whole: u32, luma: u32, plane: u32| {
            if plane < luma {
                whole.div_ceil(2)
            } else {
                whole
            }
        };
        let (width, height) = (
            side(width, tile.luma.width, plane.width),
            side(height, tile.luma.height, plane.height),
        );
        let count = width as usize * height as usize;
        let samples = match plane.samples {
            Samples::U8(_) => Samples::U8(vec![0; count]),
            Samples::U16(_) => Samples::U16(vec![0; count]),
        };
        Plane {
            width,
            height,
            samples,
        }
    };
    Picture {
        luma: blank(&tile.luma),
        chroma: tile.chroma.as_ref().map(|[cb, cr]| [blank(cb), blank(cr)]),
        depth: tile.depth,
    }
}

/// Copies the tile to its column and row; parts outside the whole picture are cut off.
fn paste(target: &mut Plane, source: &Plane, (column, row): (u32, u32)) {
    let start = (
        column as usize * source.width as usize,
        row as usize * source.height as usize,
    );
    let widths = (target.width as usize, source.width as usize);
    match (&mut target.samples, &source.samples) {
        (Samples::U8(target), Samples::U8(source)) => copy(target, source, widths, start),
        (Samples::U16(target), Samples::U16(source)) => copy(target, source, widths, start),
        _ => {}
    }
}

fn copy<T: Copy>(
    target: &mut [T],
    source: &[T],
    (width, tile): (usize, usize),
    (x, y): (usize, usize),
) {
    if x >= width {
        return;
    }
    let rows = target.chunks_exact_mut(width).skip(y);
    for (into, from) in rows.zip(source.chunks_exact(tile)) {
        let into = into.get_mut(x..).unwrap_or_default();
        let length = into.len().min(from.len());
        into[..length].copy_from_slice(&from[..length]);
    }
}
