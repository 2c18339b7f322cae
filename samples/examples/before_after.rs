//! Draws the README's picture: four samples as a careless tool shows them, and as they come out.
//!
//! `cargo run --release -p samples --example before_after -- samples/before-after.jpg`

use std::error::Error;
use std::path::Path;

use avatar_prepare::{Limits, Preparer, Settings};
use image::imageops::{self, FilterType};

mod sheet;

use sheet::{CELL, decode, write};

const SAMPLES: [&str; 4] = [
    "orientation/6.jpg",           // orientation ignored: lies on its side
    "logos/rosette.png",           // alpha dropped: magenta shows
    "colour/swapped-channels.jpg", // profile ignored: absurd colours
    "shapes/panorama.jpg",         // squeezed into a square instead of cropped
];

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args_os()
        .nth(1)
        .ok_or("usage: before_after TARGET.jpg")?;
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures");
    let settings = Settings::default().with_edge(CELL)?;
    let mut preparer = Preparer::new(settings, Limits::default());
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for name in SAMPLES {
        let bytes = std::fs::read(pictures.join(name))?;
        let stored = decode(&bytes)?;
        before.push(imageops::resize(&stored, CELL, CELL, FilterType::Lanczos3));
        after.push(decode(preparer.prepare(&bytes)?.bytes())?);
    }
    write(Path::new(&target), &[before, after], 88)
}
