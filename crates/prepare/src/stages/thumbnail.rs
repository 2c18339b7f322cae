//! Decides whether the thumbnail in a file can be used for the look instead of the whole picture.
//!
//! With a thumbnail, the whole picture need not be decoded for the look. But it can be wrong: some
//! programs crop or turn a picture and leave its thumbnail as it was. So its shape is compared
//! before it is used, and its content afterwards.

use super::frame::look::{LONGEST, Look, luma};
use crate::codec::contract::Header;
use crate::color::Color;
use crate::{Plan, Probe, Rect};

/// Largest relative difference of the shapes; a small one is allowed because sides of thumbnails
/// are whole pixels.
const SHAPE: f64 = 0.01;

/// Number of cells across and down in which the contents are compared.
const CELLS: usize = 12;

/// Largest mean difference of the cells' brightness, of 255. Thumbnails are coded coarsely, but differ by less than 4 on
/// average; other parts of the same scene differ by more than 20.
const DIFFERENCE: f64 = 10.0;

/// Whether the thumbnail has the shape of the picture, is stored in the same orientation, and is as large as a look.
pub(crate) fn has_same_shape(thumbnail: &Header, whole: &Probe) -> bool {
    let ratio = |width: u32, height: u32| f64::from(width) / f64::from(height.max(1));
    let shapes = [
        ratio(thumbnail.width, thumbnail.height),
        ratio(whole.width(), whole.height()),
    ];
    let longest = thumbnail.width.max(thumbnail.height);
    thumbnail.orientation == whole.orientation()
        && (shapes[0] / shapes[1] - 1.0).abs() <= SHAPE
        && longest >= LONGEST.min(whole.width().max(whole.height()))
}

/// Plans to decode all of a thumbnail.
pub(crate) fn plan(thumbnail: &Header, whole: &Probe) -> Plan {
    Plan::of_all((thumbnail.width, thumbnail.height), whole.orientation())
}

/// The colours of a thumbnail: those of the whole picture, if it says nothing itself.
pub(crate) fn color(own: Color, whole: &Color) -> Color {
    match own {
        Color::Unspecified => whole.clone(),
        own => own,
    }
}

/// Whether a look at the thumbnail shows the same as the picture itself. `part` is a look at the
/// part `crop` of the upright picture, which has the size `size`.
pub(crate) fn shows_the_same(
    thumbnail: &Look,
    part: &Look,
    crop: Rect,
    (width, height): (u32, u32),
) -> bool {
    let across = thumbnail.width() as f64 / f64::from(width);
    let down = thumbnail.height() as f64 / f64::from(height);
    let area = LookPart {
        left: f64::from(crop.x) * across,
        top: f64::from(crop.y) * down,
        width: f64::from(crop.width) * across,
        height: f64::from(crop.height) * down,
    };
    let whole = LookPart {
        left: 0.0,
        top: 0.0,
        width: part.width() as f64,
        height: part.height() as f64,
    };
    let cells = means(thumbnail, &area).zip(means(part, &whole));
    let apart: f64 = cells.map(|(one, other)| (one - other).abs()).sum();
    apart / (CELLS * CELLS) as f64 <= DIFFERENCE
}

/// A part of a look, in its pixels.
struct LookPart {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// Mean brightness of each cell, over white, 0 to 255.
fn means(look: &Look, area: &LookPart) -> impl Iterator<Item = f64> {
    let lines = |start: f64, length: f64, index: usize, most: usize| {
        let place = |index: usize| start + length * index as f64 / CELLS as f64;
        let first = (place(index).max(0.0) as usize).min(most.saturating_sub(1));
        let last = (place(index + 1) as usize).clamp(first + 1, most.max(first + 1));
        first..last
    };
    let cell = move |index: usize| {
        let rows = lines(area.top, area.height, index / CELLS, look.height());
        let columns = lines(area.left, area.width, index % CELLS, look.width());
        let count = rows.len() * columns.len();
        let pixels = rows.flat_map(|y| columns.clone().map(move |x| look.at(x, y)));
        let sum: f64 = pixels.map(brightness).sum();
        sum / count as f64
    };
    (0..CELLS * CELLS).map(cell).collect::<Vec<_>>().into_iter()
}

fn brightness([r, g, b, a]: [u8; 4]) -> f64 {
    let alpha = f64::from(a) / 255.0;
    f64::from(luma([r, g, b])) * alpha + 255.0 * (1.0 - alpha)
}
