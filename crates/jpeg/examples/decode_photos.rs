//! Times the decoder: every file given is decoded to a centred square for the target size, as often as asked.
//!
//! `decode_photos [--target 640] [--margin 1.5] [--half-chroma] [--rounds 5] FILES`

use avatar_jpeg::{Decoder, Rect, Request, Scratch};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut target, mut margin, mut rounds, mut quiet, mut half) =
        (640_u32, 1.5_f32, 5_u32, false, false);
    let mut files = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--target" => target = args.next().ok_or("--target needs a number")?.parse()?,
            "--margin" => margin = args.next().ok_or("--margin needs a number")?.parse()?,
            "--rounds" => rounds = args.next().ok_or("--rounds needs a number")?.parse()?,
            "--half-chroma" => half = true,
            "--quiet" => quiet = true,
            _ => files.push(arg),
        }
    }
    let mut scratch = Scratch::new();
    let mut total = 0.0;
    for file in &files {
        let bytes = std::fs::read(file)?;
        let decoder = Decoder::new(&bytes)?;
        let (width, height) = (decoder.header().width, decoder.header().height);
        let side = width.min(height);
        let crop = Rect::new((width - side) / 2, (height - side) / 2, side, side);
        let chroma_target = half.then_some((target / 2, target / 2));
        let request = Request {
            margin,
            chroma_target,
            ..Request::new(crop, (target, target))
        };
        let mut best = f64::INFINITY;
        for _ in 0..rounds {
            let start = Instant::now();
            let planes = Decoder::new(&bytes)?.decode(&request, &mut scratch)?;
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
            std::hint::black_box(planes);
        }
        total += best;
        let plan = decoder.plan(&request)?;
        if !quiet {
            println!(
                "{best:7.2} ms  {:?} of 8  {width}x{height}  {:6} kB  {file}",
                plan.eighths,
                bytes.len() / 1000
            );
        }
    }
    println!(
        "{total:7.2} ms in all, {:.2} ms per file (best of {rounds})",
        total / files.len().max(1) as f64
    );
    Ok(())
}
