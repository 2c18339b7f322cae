//! Draws the pictures of docs/framing.md: four samples before framing, with `cover`, with `contain`
//! and with `auto`. What a round destination hides is dimmed.
//!
//! `cargo run --release -p samples --example framing -- docs/framing`

use std::error::Error;
use std::path::{Path, PathBuf};

use avatar_prepare::{Fit, Framing, Gravity, Limits, Preparer, Settings};
use image::imageops::{self, FilterType};
use image::{ImageReader, Rgb, RgbImage};

const SAMPLES: [&str; 4] = [
    "logos/wordmark.png",
    "logos/badge.png",
    "photos/by-the-lake.jpg",
    "photos/group.jpg",
];
const CELL: u32 = 200;
const GAP: u32 = 12;
const GROUND: Rgb<u8> = Rgb([236; 3]);

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
    write(&target.join("before.jpg"), std::slice::from_ref(&before))?;
    let mut overview = vec![before];
    for (name, framing) in framings {
        let settings = Settings::default().with_edge(CELL)?.with_enlarge(true);
        let mut preparer = Preparer::new(settings.with_framing(framing), Limits::default());
        let row = row(|bytes| Ok(dimmed(decode(preparer.prepare(bytes)?.bytes())?)))?;
        write(
            &target.join(format!("{name}.jpg")),
            std::slice::from_ref(&row),
        )?;
        if name != "contain" {
            overview.push(row);
        }
    }
    write(&target.join("overview.jpg"), &overview)
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

fn write(target: &Path, rows: &[Vec<RgbImage>]) -> Result<(), Box<dyn Error>> {
    let step = CELL + GAP;
    let width = SAMPLES.len() as u32 * step + GAP;
    let mut sheet = RgbImage::from_pixel(width, rows.len() as u32 * step + GAP, GROUND);
    for (y, row) in (0..).zip(rows) {
        for (x, cell) in (0..).zip(row) {
            let at = |index: i64| index * i64::from(step) + i64::from(GAP);
            imageops::replace(&mut sheet, cell, at(x), at(y));
        }
    }
    let (width, height) = (sheet.width() as u16, sheet.height() as u16);
    jpeg_encoder::Encoder::new_file(target, 86)?.encode(
        &sheet,
        width,
        height,
        jpeg_encoder::ColorType::Rgb,
    )?;
    Ok(())
}

/// Decodes a sample or a result. None of them has an orientation or a colour profile.
fn decode(bytes: &[u8]) -> Result<RgbImage, Box<dyn Error>> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        let reader = ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format()?;
        return Ok(reader.decode()?.into_rgb8());
    }
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let samples = decoder.decode()?;
    let info = decoder.info().ok_or("no header")?;
    let (width, height) = (info.width.into(), info.height.into());
    if samples.len() == width as usize * height as usize {
        // A gray picture has one component.
        let gray = image::GrayImage::from_raw(width, height, samples).ok_or("no pixels")?;
        return Ok(image::DynamicImage::ImageLuma8(gray).into_rgb8());
    }
    RgbImage::from_raw(width, height, samples).ok_or_else(|| "not RGB".into())
}
