//! Draws the pictures of docs/framing.md: four samples before framing, with `cover`, with `contain`
//! and with `auto`. What a round destination hides is dimmed.
//!
//! `cargo run --release -p samples --example framing -- docs/framing`

use std::error::Error;
use std::path::{Path, PathBuf};

use avatar_prepare::{Fit, Framing, Gravity, Limits, Preparer, Settings};
use image::RgbImage;
use image::imageops::{self, FilterType};

mod sheet;

use sheet::{CELL, GROUND, decode, write};

const SAMPLES: [&str; 4] = [
    "logos/wordmark.png",
    "logos/badge.png",
    "photos/by-the-lake.jpg",
    "photos/group.jpg",
];
/// Quality of the JPEGs.
const QUALITY: u8 = 86;

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args_os().nth(1);
    let target = PathBuf::from(target.ok_or("usage: framing FOLDER")?);
    let before = row(|bytes| Ok(whole(&decode(bytes)?)))?;
    let faces = Framing::default().with_gravity(&[Gravity::Face]);
    let framings = [
        ("cover", Framing::default()),
        ("contain", Framing::default().with_fit(Fit::Contain)),
        ("auto", faces.with_fit(Fit::Auto)),
    ];
    std::fs::create_dir_all(&target)?;
    write(
        &target.join("before.jpg"),
        std::slice::from_ref(&before),
        QUALITY,
    )?;
    let mut overview = vec![before];
    for (name, framing) in framings {
        let settings = Settings::default().with_edge(CELL)?.with_enlarge(true);
        let mut preparer = Preparer::new(settings.with_framing(framing), Limits::default());
        let row = row(|bytes| Ok(dimmed(decode(preparer.prepare(bytes)?.bytes())?)))?;
        write(
            &target.join(format!("{name}.jpg")),
            std::slice::from_ref(&row),
            QUALITY,
        )?;
        if name != "contain" {
            overview.push(row);
        }
    }
    write(&target.join("overview.jpg"), &overview, QUALITY)
}

/// One cell for each sample.
fn row(
    mut cell: impl FnMut(&[u8]) -> Result<RgbImage, Box<dyn Error>>,
) -> Result<Vec<RgbImage>, Box<dyn Error>> {
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures");
    let mut cells = Vec::new();
    for name in SAMPLES {
        cells.push(cell(&std::fs::read(pictures.join(name))?)?);
    }
    Ok(cells)
}

/// A whole picture in the middle of a cell.
fn whole(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    let (width, height) = (width * CELL / longest, height * CELL / longest);
    let small = imageops::resize(picture, width, height, FilterType::Lanczos3);
    let mut cell = RgbImage::from_pixel(CELL, CELL, GROUND);
    let middle = |side: u32| i64::from((CELL - side) / 2);
    imageops::replace(&mut cell, &small, middle(width), middle(height));
    cell
}

/// Dims the corners that a circle hides.
fn dimmed(mut square: RgbImage) -> RgbImage {
    let radius = f64::from(CELL) / 2.0;
    for (x, y, pixel) in square.enumerate_pixels_mut() {
        let off = |value: u32| f64::from(value) + 0.5 - radius;
        let outside = (off(x).hypot(off(y)) - radius + 0.5).clamp(0.0, 1.0) * 0.75;
        for (value, ground) in pixel.0.iter_mut().zip(GROUND.0) {
            let mixed = f64::from(*value) * (1.0 - outside) + f64::from(ground) * outside;
            *value = mixed.round() as u8;
        }
    }
    square
}
