//! Compares decoded planes with the coefficients that a generated picture was written from.

use crate::parts;
use crate::reference;
use crate::transform::{Difference, ZIGZAG, reduced};
use crate::writer::Picture;
use avatar_jpeg::{Planes, Rect, Request};

/// The whole picture.
pub fn whole(picture: &Picture) -> Rect {
    Rect::new(0, 0, picture.width as u32, picture.height as u32)
}

/// Decodes bytes at a reduction of about `eighths`/8 of the crop, in memory and from parts.
pub fn decode(bytes: &[u8], crop: Rect, eighths: u32) -> Result<Planes, avatar_jpeg::Error> {
    let request = Request {
        margin: eighths as f32 / 8.0 * 0.999,
        chroma_margin: eighths as f32 / 8.0 * 0.999,
        ..Request::new(crop, (crop.width, crop.height))
    };
    parts::decode(bytes, &request)
}

/// Decodes all of a picture at its full size, however much of it is missing.
pub fn lenient(bytes: &[u8], picture: &Picture) -> Planes {
    let request = Request {
        min_share: 0.0,
        ..Request::new(whole(picture), (1, 1))
    };
    parts::decode(bytes, &request.full()).unwrap()
}

/// The largest difference between the planes and the exact reduction of the picture's coefficients.
pub fn difference(planes: &Planes, crop: Rect, picture: &Picture) -> Difference {
    let h_max = picture.components.iter().map(|c| c.h).max().unwrap();
    let v_max = picture.components.iter().map(|c| c.v).max().unwrap();
    // Samples of 12 bits are rounded down to 8.
    let (scale, down_by) = match picture.precision {
        12 => (16.0, 0.5 - 0.5 / 16.0),
        _ => (1.0, 0.0),
    };
    let mut difference = Difference::default();
    assert_eq!(planes.planes.len(), picture.components.len());
    for (plane, component) in planes.planes.iter().zip(&picture.components) {
        let (across, down) = (usize::from(plane.eighths.x), usize::from(plane.eighths.y));
        let origin = |start: u32, factor: usize, max: usize, inside: f64, n: usize| {
            (f64::from(start) * factor as f64 / max as f64 / 8.0 - inside / n as f64).round()
                as usize
        };
        let x0 = origin(crop.x, component.h, h_max, plane.crop.x, across);
        let y0 = origin(crop.y, component.v, v_max, plane.crop.y, down);
        assert!(
            plane.crop.x + plane.crop.width <= plane.width as f64
                && plane.crop.y + plane.crop.height <= plane.height as f64
        );
        for y in 0..plane.height / down {
            for x in 0..plane.width / across {
                let quantised = &component.blocks[(y0 + y) * component.wide + x0 + x];
                let mut block = [[0.0; 8]; 8];
                for (k, &(row, column)) in ZIGZAG.iter().enumerate() {
                    block[row][column] =
                        f64::from(quantised[k]) * f64::from(picture.steps[k]) / scale;
                }
                for (i, exact) in reduced(&block, across, down).into_iter().enumerate() {
                    difference.add(
                        plane.samples
                            [(y * down + i / across) * plane.width + x * across + i % across],
                        exact - down_by,
                    );
                }
            }
        }
    }
    difference
}

/// Asserts that the file decodes to the picture: whole and cropped, full and reduced.
pub fn assert_decodes(bytes: &[u8], picture: &Picture, what: &str) {
    let (width, height) = (picture.width as u32, picture.height as u32);
    let part = Rect::new(
        width / 3,
        height / 3,
        (width / 2).max(1),
        (height / 2).max(1),
    );
    for crop in [whole(picture), part] {
        for eighths in [8, 5, 4, 3, 2, 1] {
            let planes = decode(bytes, crop, eighths).unwrap_or_else(|e| panic!("{what}: {e}"));
            let difference = difference(&planes, crop, picture);
            assert!(
                difference.max <= 1.0,
                "{what}, {eighths}/8 of {crop:?}: {difference:?}"
            );
            assert_eq!(planes.decoded_share, 1.0, "{what}");
            assert!(!planes.damaged, "{what}");
        }
    }
}

/// How far planes are from the reduction of the coefficients that the slow decoder found, every `step`th block.
pub fn from_reference(
    planes: &Planes,
    crop: Rect,
    reference: &reference::Picture,
    step: usize,
) -> Difference {
    let h_max = reference.components.iter().map(|c| c.h).max().unwrap();
    let v_max = reference.components.iter().map(|c| c.v).max().unwrap();
    let mut difference = Difference::default();
    for (plane, component) in planes.planes.iter().zip(&reference.components) {
        let (across, down) = (usize::from(plane.eighths.x), usize::from(plane.eighths.y));
        let (sx, sy) = (
            component.h as f64 / h_max as f64,
            component.v as f64 / v_max as f64,
        );
        let x0 = (f64::from(crop.x) * sx / 8.0 - plane.crop.x / across as f64).round() as usize;
        let y0 = (f64::from(crop.y) * sy / 8.0 - plane.crop.y / down as f64).round() as usize;
        let (wide, high) = (plane.width / across, plane.height / down);
        assert!(x0 + wide <= component.wide && y0 + high <= component.high);
        for at in (0..wide * high).step_by(step) {
            let (x, y) = (at % wide, at / wide);
            let exact = reduced(&component.block(x0 + x, y0 + y), across, down);
            for (i, exact) in exact.into_iter().enumerate() {
                difference.add(
                    plane.samples[(y * down + i / across) * plane.width + x * across + i % across],
                    exact,
                );
            }
        }
    }
    difference
}

/// How far the samples of one plane are from those of another, as far as both go; the rows have these widths.
pub fn between(ours: (&[u8], usize), theirs: (&[u8], usize)) -> Difference {
    let mut difference = Difference::default();
    for (ours, theirs) in ours.0.chunks(ours.1).zip(theirs.0.chunks(theirs.1)) {
        difference.add_samples(ours, theirs);
    }
    difference
}

/// The number of blocks that are not the same in two planes with rows of this width.
pub fn wrong_blocks(a: &[u8], b: &[u8], width: usize) -> usize {
    let mut wrong = 0;
    for (a, b) in a.chunks(width * 8).zip(b.chunks(width * 8)) {
        for x in (0..width).step_by(8) {
            let part = |row: &'_ [u8]| x..(x + 8).min(row.len());
            let mut rows = a.chunks(width).zip(b.chunks(width));
            let is_same = rows.all(|(a, b)| a[part(a)] == b[part(b)]);
            wrong += usize::from(!is_same || a.len() != b.len());
        }
    }
    wrong
}
