//! The tile of a pattern: in how many pixels it is painted, and how they are repeated.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Paint, Pattern};

use super::Painter;

/// By how much of a pixel a tile is compressed rather than painted with one pixel more.
const SLACK: f32 = 0.01;
/// Tiles of fewer pixels than half of this are painted with more, and reduced: the renderer finds the coverage of a
/// pixel in steps of a quarter only, which is too coarse for a tile of one pixel.
const FINE: u32 = 8;

/// How a tile is painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::codec::svg) struct Grid {
    /// Pixels of the tile, which are repeated.
    size: (u32, u32),
    /// For each of them, how many are painted horizontally and vertically.
    fineness: (u32, u32),
    /// Transforms units of the tile to painted pixels.
    pub(in crate::codec::svg) scale: Transform,
}

impl Grid {
    /// How the tile of a pattern is painted for a shape with this transform: in the next whole number of pixels, and at
    /// least one, into which its content is fitted.
    pub(in crate::codec::svg) fn new(pattern: &Pattern, transform: Transform) -> Self {
        let full = transform.pre_concat(pattern.transform());
        let rect = pattern.rect();
        let whole = |length: f32| ((length - SLACK).ceil() as u32).max(1);
        let size = (
            whole(rect.width() * full.sx.hypot(full.ky)),
            whole(rect.height() * full.kx.hypot(full.sy)),
        );
        let fineness = ((FINE / size.0).max(1), (FINE / size.1).max(1));
        let painted = |size: u32, fineness: u32| size as f32 * fineness as f32;
        Self {
            size,
            fineness,
            scale: Transform::from_scale(
                painted(size.0, fineness.0) / rect.width(),
                painted(size.1, fineness.1) / rect.height(),
            ),
        }
    }

    /// Width and height of what is painted, in pixels.
    pub(in crate::codec::svg) fn painted(&self) -> (u32, u32) {
        (
            self.size.0.saturating_mul(self.fineness.0),
            self.size.1.saturating_mul(self.fineness.1),
        )
    }

    /// The mean of the painted pixels of each pixel.
    fn reduce(&self, painted: Pixmap) -> Option<Pixmap> {
        if self.fineness == (1, 1) {
            return Some(painted);
        }
        let mut tile = Pixmap::new(self.size.0, self.size.1)?;
        let (across, down) = (self.fineness.0 as usize, self.fineness.1 as usize);
        let count = self.fineness.0 * self.fineness.1;
        let (length, row) = (4 * self.size.0 as usize, 4 * painted.width() as usize);
        let lines = painted.data().chunks_exact(row * down);
        for (out, lines) in tile.data_mut().chunks_exact_mut(length).zip(lines) {
            let mut sums = vec![0_u32; length];
            for line in lines.chunks_exact(row) {
                for (sums, pixels) in sums.chunks_exact_mut(4).zip(line.chunks_exact(4 * across)) {
                    for pixel in pixels.chunks_exact(4) {
                        for (sum, sample) in sums.iter_mut().zip(pixel) {
                            *sum += u32::from(*sample);
                        }
                    }
                }
            }
            for (sample, sum) in out.iter_mut().zip(sums) {
                *sample = ((sum + count / 2) / count) as u8;
            }
        }
        Some(tile)
    }
}

/// A painted tile.
pub(super) struct Tile {
    pub(super) pixels: Pixmap,
    /// Transforms its pixels to units of the shape.
    pub(super) transform: Transform,
}

impl Painter {
    /// The tile of a paint that is a pattern.
    pub(super) fn tile(&self, paint: &Paint, transform: Transform) -> Option<Tile> {
        let Paint::Pattern(pattern) = paint else {
            return None;
        };
        let (grid, rect) = (Grid::new(pattern, transform), pattern.rect());
        let (width, height) = grid.painted();
        let mut painted = Pixmap::new(width, height)?;
        self.children(pattern.root(), grid.scale, &mut painted.as_mut());
        let transform = pattern.transform().pre_translate(rect.x(), rect.y());
        let (across, down) = (grid.size.0 as f32, grid.size.1 as f32);
        Some(Tile {
            pixels: grid.reduce(painted)?,
            transform: transform.pre_scale(rect.width() / across, rect.height() / down),
        })
    }
}
