//! Draws the README's picture: four samples as a careless tool shows them, and as they come out.
//!
//! `cargo run --release -p samples --example before_after -- samples/before-after.jpg`

use std::error::Error;
use std::path::Path;

use avatar_prepare::{Limits, Preparer, Settings};
use image::imageops::{self, FilterType};
use image::{ImageReader, Rgb, RgbImage};

const SAMPLES: [&str; 4] = [
    "orientation/6.jpg",           // orientation ignored: lies on its side
    "logos/rosette.png",           // alpha dropped: magenta shows
    "colour/swapped-channels.jpg", // profile ignored: absurd colours
    "shapes/panorama.jpg",         // squeezed into a square instead of cropped
];
const CELL: u32 = 200;
const GAP: u32 = 12;

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args_os()
        .nth(1)
        .ok_or("usage: before_after TARGET.jpg")?;
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures");
    let step = CELL + GAP;
    let mut sheet = RgbImage::from_pixel(4 * step + GAP, 2 * step + GAP, Rgb([236, 236, 236]));
    let settings = Settings::default().with_edge(CELL)?;
    let mut preparer = Preparer::new(settings, Limits::default());
    for (column, name) in (0..).zip(SAMPLES) {
        let bytes = std::fs::read(pictures.join(name))?;
        let avatar = preparer.prepare(&bytes)?;
        let before = imageops::resize(&decode(&bytes)?, CELL, CELL, FilterType::Lanczos3);
        let x = i64::from(GAP + column * step);
        imageops::replace(&mut sheet, &before, x, GAP.into());
        imageops::replace(&mut sheet, &decode(avatar.bytes())?, x, (GAP + step).into());
    }
    let (width, height) = (sheet.width() as u16, sheet.height() as u16);
    jpeg_encoder::Encoder::new_file(target, 88)?.encode(
        &sheet,
        width,
        height,
        jpeg_encoder::ColorType::Rgb,
    )?;
    Ok(())
}

/// The stored pixels and nothing else: no orientation, no profile, no alpha.
fn decode(bytes: &[u8]) -> Result<RgbImage, Box<dyn Error>> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        let reader = ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format()?;
        let rgba = reader.decode()?.into_rgba8();
        return Ok(RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
            let [r, g, b, _] = rgba.get_pixel(x, y).0;
            Rgb([r, g, b])
        }));
    }
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let samples = decoder.decode()?;
    let info = decoder.info().ok_or("no header")?;
    RgbImage::from_raw(info.width.into(), info.height.into(), samples)
        .ok_or_else(|| "not RGB".into())
}
