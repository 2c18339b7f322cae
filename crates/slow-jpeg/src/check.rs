//! Compares decoded planes with the coefficients that a generated picture was written from.

use crate::transform::{Difference, ZIGZAG, reduced};
use crate::writer::Picture;
use avatar_jpeg::{Decoder, Planes, Rect, Request, Scratch};

/// The whole picture.
pub fn whole(picture: &Picture) -> Rect {
    Rect::new(0, 0, picture.width as u32, picture.height as u32)
}

/// Decodes bytes at a reduction of about `eighths`/8 of the crop.
pub fn decode(bytes: &[u8], crop: Rect, eighths: u32) -> Result<Planes, avatar_jpeg::Error> {
    let request = Request {
        margin: eighths as f32 / 8.0 * 0.999,
        chroma_margin: eighths as f32 / 8.0 * 0.999,
        ..Request::new(crop, (crop.width, crop.height))
    };
    Decoder::new(bytes)?.decode(&request, &mut Scratch::new())
}

/// Decodes all of a picture at its full size, however much of it is missing.
pub fn lenient(bytes: &[u8], picture: &Picture) -> Planes {
    let request = Request {
        min_share: 0.0,
        ..Request::new(whole(picture), (1, 1))
    };
    let decoder = Decoder::new(bytes).unwrap();
    decoder
        .decode(&request.full(), &mut Scratch::new())
        .unwrap()
}

/// The largest difference between the planes and the exact reduction of the picture's coefficients.
pub fn difference(planes: &Planes, crop: Rect, picture: &Picture) -> Difference {
    let h_max = picture.components.iter().map(|c| c.h).max().unwrap();
    let v_max = picture.components.iter().map(|c| c.v).max().unwrap();
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
                    block[row][column] = f64::from(quantised[k]) * f64::from(picture.steps[k]);
                }
                for (i, exact) in reduced(&block, across, down).into_iter().enumerate() {
                    difference.add(
                        plane.samples
                            [(y * down + i / across) * plane.width + x * across + i % across],
                        exact,
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
