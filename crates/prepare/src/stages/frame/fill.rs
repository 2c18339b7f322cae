//! Places a picture in the square, and fills the rest.

use super::graphic::surface_of;
use super::look::Look;
use crate::frame::{Filling, Frame};
use crate::pixels::over::over;
use crate::pixels::planes::SmallPlanes;
use crate::pixels::raster::Layout;
use crate::pixels::srgb::{Converted, Srgb};
use crate::{Error, Rect};

/// Number of cells on a side to which the picture is reduced for a blurred filling.
const BLURRED: usize = 12;

/// Makes the square; a picture that fills it stays as it is.
pub(crate) fn fill(
    converted: Converted,
    frame: &Frame,
    look: Option<&Look>,
) -> Result<Converted, Error> {
    let Some(filling) = frame.filling.filter(|_| !frame.fills_the_square()) else {
        return Ok(converted);
    };
    let fault = || Error::Panicked {
        message: "what was framed has another size than planned".into(),
    };
    let shown = match converted {
        Converted::Raster(shown) => shown,
        Converted::Planes(planes) => of_planes(planes).ok_or_else(fault)?,
    };
    let placed = frame.placed;
    if shown.size != (placed.width, placed.height) {
        return Err(fault());
    }
    let rgba = rgba(&shown);
    let edge = frame.edge as usize;
    let (layout, samples) = match filling {
        Filling::Transparent | Filling::Rgb(_) => {
            let behind = match filling {
                Filling::Rgb([r, g, b]) => [r, g, b, u8::MAX],
                _ => [0; 4],
            };
            let mut square = vec![behind; edge * edge];
            place(&mut square, edge, placed, &rgba, |_, front| front);
            (Layout::Rgba, square.into_flattened())
        }
        Filling::Gradient | Filling::Blur => {
            let mut square = match filling {
                Filling::Gradient => continued(placed, &rgba, edge).ok_or_else(fault)?,
                _ => blurred(look.ok_or_else(fault)?, edge),
            };
            place(&mut square, edge, placed, &rgba, |back, front| {
                over(front, back)
            });
            (Layout::Rgb, square.into_flattened())
        }
    };
    Ok(Converted::Raster(Srgb {
        size: (frame.edge, frame.edge),
        layout,
        samples,
    }))
}

/// The gradient on which the border of what is shown lies. It does not go on outside, where it could
/// become another colour, or black.
fn continued(placed: Rect, shown: &[[u8; 4]], edge: usize) -> Option<Vec<[u8; 3]>> {
    let shown = Look::new(placed.width, placed.height, shown.to_vec())?;
    let surface = surface_of(&shown);
    let nearest = |at: usize, start: u32, length: usize| {
        at.saturating_sub(start as usize)
            .min(length.saturating_sub(1))
    };
    let pixel = |index: usize| {
        let x = nearest(index % edge, placed.x, shown.width());
        let y = nearest(index / edge, placed.y, shown.height());
        surface.color((x, y), &shown)
    };
    Some((0..edge * edge).map(pixel).collect())
}

/// Converts planes of luma or YCbCr to pixels.
fn of_planes(planes: SmallPlanes) -> Option<Srgb> {
    let raster = planes.into_raster()?;
    let size = (raster.width, raster.height);
    let (layout, samples) = raster.into_8_bit();
    Some(Srgb {
        size,
        layout,
        samples,
    })
}

fn place<T: Copy>(
    square: &mut [T],
    edge: usize,
    placed: Rect,
    shown: &[[u8; 4]],
    merge: impl Fn(T, [u8; 4]) -> T,
) {
    let rows = square.chunks_exact_mut(edge).skip(placed.y as usize);
    for (row, front) in rows.zip(shown.chunks_exact(placed.width as usize)) {
        for (pixel, &front) in row.iter_mut().skip(placed.x as usize).zip(front) {
            *pixel = merge(*pixel, front);
        }
    }
}

fn rgba(shown: &Srgb) -> Vec<[u8; 4]> {
    let samples = &shown.samples;
    match shown.layout {
        Layout::Gray => samples.iter().map(|&g| [g, g, g, u8::MAX]).collect(),
        Layout::GrayAlpha => {
            let (pixels, _) = samples.as_chunks::<2>();
            pixels.iter().map(|&[g, a]| [g, g, g, a]).collect()
        }
        Layout::Rgb | Layout::Cmyk => {
            let (pixels, _) = samples.as_chunks::<3>();
            pixels.iter().map(|&[r, g, b]| [r, g, b, u8::MAX]).collect()
        }
        Layout::Rgba => samples.as_chunks::<4>().0.to_vec(),
    }
}

/// The middle square of a look, enlarged from a few pixels with a smooth curve between them.
fn blurred(look: &Look, edge: usize) -> Vec<[u8; 3]> {
    let side = look.width().min(look.height());
    let (left, top) = ((look.width() - side) / 2, (look.height() - side) / 2);
    let middle = look.part([left, top, left + side, top + side]);
    let cells = side.min(BLURRED);
    let means = smoothed(&means(&middle, cells), cells);
    let axis: Vec<(usize, usize, f64)> = (0..edge).map(|at| between(at, edge, cells)).collect();
    let mut square = Vec::with_capacity(edge * edge);
    for &(top, bottom, down) in &axis {
        for &(left, right, across) in &axis {
            let cell = |x: usize, y: usize| means.get(y * cells + x).copied().unwrap_or_default();
            let mix = |one: f64, other: f64, share: f64| one + (other - one) * share;
            square.push([0, 1, 2].map(|channel: usize| {
                let value = |x, y| cell(x, y)[channel];
                let upper = mix(value(left, top), value(right, top), across);
                let lower = mix(value(left, bottom), value(right, bottom), across);
                mix(upper, lower, down).round().clamp(0.0, 255.0) as u8
            }));
        }
    }
    square
}

/// Mean colours of cells × cells parts.
fn means(look: &Look, cells: usize) -> Vec<[f64; 3]> {
    let (width, height) = (look.width(), look.height());
    let rgb = look.over_white();
    let mut sums = vec![([0.0; 3], 0.0); cells * cells];
    for (index, color) in rgb.iter().enumerate() {
        let (x, y) = (
            index % width * cells / width,
            index / width * cells / height,
        );
        if let Some((sum, count)) = sums.get_mut(y * cells + x) {
            for (sum, &value) in sum.iter_mut().zip(color) {
                *sum += f64::from(value);
            }
            *count += 1.0;
        }
    }
    sums.iter()
        .map(|(sum, count)| sum.map(|sum| sum / f64::max(*count, 1.0)))
        .collect()
}

/// Each cell mixed with its neighbours, in the proportions 1, 2, 1 on both axes.
fn smoothed(cells: &[[f64; 3]], side: usize) -> Vec<[f64; 3]> {
    let mix = |index: usize| {
        let (x, y) = (index % side, index / side);
        let near = |at: usize| {
            [
                (at.saturating_sub(1), 1.0),
                (at, 2.0),
                ((at + 1).min(side - 1), 1.0),
            ]
        };
        let mut sum = [0.0; 3];
        for (y, down) in near(y) {
            for (x, across) in near(x) {
                let cell = cells.get(y * side + x).copied().unwrap_or_default();
                for (sum, value) in sum.iter_mut().zip(cell) {
                    *sum += value * down * across / 16.0;
                }
            }
        }
        sum
    };
    (0..cells.len()).map(mix).collect()
}

/// The two cells beside a place on an axis, and how far it is from the first, along a smooth step.
fn between(at: usize, edge: usize, cells: usize) -> (usize, usize, f64) {
    let place = (at as f64 + 0.5) / edge as f64 * cells as f64 - 0.5;
    let first = place.floor().clamp(0.0, (cells - 1) as f64);
    let share = (place - first).clamp(0.0, 1.0);
    let next = (first as usize + 1).min(cells - 1);
    (first as usize, next, share * share * (3.0 - 2.0 * share))
}
