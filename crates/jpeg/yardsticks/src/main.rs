//! Measures what reductions cost: SSIMULACRA2 and Butteraugli of a square before encoding, against a full decode by
//! libjpeg-turbo's `djpeg` and Lanczos3. The squares are ours at several margins, and those that other tools have made.
//!
//! `avatar-jpeg-yardsticks EDGE [--squares NAME=FOLDER]... FILES`, where `FOLDER/STEM.ppm` belongs to `STEM.jpg`. The files
//! should be squares, so that no tool is charged for rounding a crop: `benches/peers/fidelity` sees to all that.

mod result;
mod score;
mod squares;

use avatar_jpeg::{ColorModel, Decoder, Request, Scratch};
use result::Result;
use score::{Reference, Scores};
use squares::{by_djpeg, by_planes, from_ppm, square};
use std::path::{Path, PathBuf};

/// What is compared with the reference.
enum Candidate {
    /// Our planes at a margin for luma and one for chroma.
    Ours(f32, f32),
    /// Squares that lie in a folder.
    Peer(PathBuf),
}

fn ours() -> Vec<(String, Candidate)> {
    let margins = [
        (1.0, 1.0),
        (1.5, 1.5),
        (1.6, 1.6),
        (1.6, 1.2),
        (1.6, 1.0),
        (2.0, 1.2),
        (2.0, 2.0),
    ];
    let mut all: Vec<_> = margins
        .into_iter()
        .map(|(luma, chroma)| {
            (
                format!("{luma:.1}/{chroma:.1}"),
                Candidate::Ours(luma, chroma),
            )
        })
        .collect();
    all.push(("full".into(), Candidate::Ours(f32::INFINITY, f32::INFINITY)));
    all
}

impl Candidate {
    fn pixels(&self, file: &Path, decoder: &Decoder<'_>, edge: u32) -> Result<Vec<u8>> {
        match self {
            Self::Ours(margin, chroma_margin) => {
                let request = Request {
                    margin: *margin,
                    chroma_margin: *chroma_margin,
                    ..Request::new(square(decoder), (edge, edge))
                };
                by_planes(decoder, &request, &mut Scratch::new(), edge)
            }
            Self::Peer(folder) => {
                let name = file.file_stem().ok_or("no name")?;
                from_ppm(&std::fs::read(folder.join(name).with_extension("ppm"))?)
            }
        }
    }
}

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let edge: u32 = args.next().ok_or("which edge?")?.parse()?;
    let (mut candidates, mut files) = (ours(), Vec::new());
    while let Some(arg) = args.next() {
        if arg == "--squares" {
            let peer = args.next().ok_or("--squares needs NAME=FOLDER")?;
            let (name, folder) = peer.split_once('=').ok_or("--squares needs NAME=FOLDER")?;
            candidates.push((name.into(), Candidate::Peer(folder.into())));
        } else {
            files.push(PathBuf::from(arg));
        }
    }
    let mut scores = vec![Scores::default(); candidates.len()];
    for file in &files {
        let bytes = std::fs::read(file)?;
        let decoder = Decoder::new(&bytes)?;
        if decoder.header().color != Some(ColorModel::YCbCr) {
            continue;
        }
        let reference = Reference::new(&by_djpeg(file, square(&decoder), edge)?, edge)?;
        for ((_, candidate), scores) in candidates.iter().zip(&mut scores) {
            scores.add(&reference, &candidate.pixels(file, &decoder, edge)?)?;
        }
        eprintln!("{}", file.display());
    }
    println!("| square by | SSIMULACRA2 mean | worst | Butteraugli (3-norm) mean | worst |");
    println!("| --- | --- | --- | --- | --- |");
    for ((name, _), scores) in candidates.iter().zip(&scores) {
        println!("| {name} | {scores} |");
    }
    Ok(())
}
