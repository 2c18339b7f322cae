//! Prints the faces of pictures in the binary PPM format (P6), a line each.
//!
//!     convert group.jpg group.ppm && cargo run --release --example boxes group.ppm

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut detector = avatar_faces::Detector::new();
    for path in std::env::args().skip(1) {
        let file = std::fs::read(&path)?;
        let (width, height, pixels) = read(&file).ok_or("not a PPM file of 8 bits (P6)")?;
        for face in detector.detect(pixels, width, height)? {
            let avatar_faces::Face {
                x,
                y,
                width,
                height,
                score,
                ..
            } = face;
            println!("{path}: {width:.0}x{height:.0} at {x:.0},{y:.0}, score {score:.2}");
        }
    }
    Ok(())
}

/// Width, height and pixels. The head is `P6 width height 255`, with white space between and one after.
fn read(file: &[u8]) -> Option<(u32, u32, &[u8])> {
    let mut words = file.splitn(5, u8::is_ascii_whitespace);
    let number = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<u32>().ok();
    (words.next()? == b"P6").then_some(())?;
    let (width, height) = (number(words.next()?)?, number(words.next()?)?);
    (number(words.next()?)? == 255).then_some((width, height, words.next()?))
}
