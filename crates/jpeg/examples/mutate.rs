//! Fuzzes the decoder in process, on a stable toolchain: mutates the files given for so many seconds of wall clock and decodes
//! what comes out. A panic ends the run and leaves the input in `crash.jpg`; the slowest input is reported.
//!
//! `mutate SECONDS [SEED] FILES`

use avatar_jpeg::{Decoder, Error, Limits, Rect, Request, Scratch};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.next() >> 33) % n.max(1) as u64) as usize
    }
}

/// Changes bytes and bits, cuts, repeats and moves pieces, puts in markers.
fn mutate(random: &mut Random, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
    // Half of the changes hit the headers, where a byte decides most.
    let head = bytes.len().min(700);
    for _ in 0..=random.below(8) {
        let end = if random.below(2) == 0 {
            head
        } else {
            bytes.len()
        };
        let at = random.below(end).min(bytes.len().saturating_sub(1)).max(2);
        let Some(byte) = bytes.get_mut(at) else {
            return;
        };
        match random.below(8) {
            0 => *byte = random.next() as u8,
            1 => *byte ^= 1 << random.below(8),
            2 => *byte = [0x00, 0xFF, 0x11, 0x44, 0x7F][random.below(5)],
            3 if random.below(4) == 0 => bytes.truncate(at),
            4 => drop(bytes.splice(at..at, [0xFF, 0xC0 + random.below(64) as u8])),
            5 => drop(bytes.drain(at..bytes.len().min(at + random.below(64)))),
            6 => {
                let piece = bytes[at..bytes.len().min(at + random.below(512))].to_vec();
                let to = random.below(bytes.len()).max(2);
                drop(bytes.splice(to..to, piece));
            }
            _ => {
                let other = &others[random.below(others.len())];
                let from = random.below(other.len());
                let piece = other[from..other.len().min(from + random.below(512))].to_vec();
                drop(bytes.splice(at..at, piece));
            }
        }
    }
}

fn decode(random: &mut Random, bytes: &[u8], scratch: &mut Scratch) -> Result<(), Error> {
    let decoder = Decoder::new(bytes)?;
    let (width, height) = (decoder.header().width, decoder.header().height);
    let (x, y) = (
        random.below(width as usize) as u32,
        random.below(height as usize) as u32,
    );
    let crop = if random.below(2) == 0 {
        Rect::new(0, 0, width, height)
    } else {
        Rect::new(
            x,
            y,
            1 + random.below((width - x) as usize) as u32,
            1 + random.below((height - y) as usize) as u32,
        )
    };
    let target = [1, 40, 640, 60_000][random.below(4)];
    let limits = Limits {
        memory: 64 << 20,
        ..Limits::default()
    };
    let min_share = if random.below(2) == 0 { 0.0 } else { 0.9 };
    let planes = decoder.decode(
        &Request {
            limits,
            min_share,
            ..Request::new(crop, (target, target))
        },
        scratch,
    )?;
    for plane in &planes.planes {
        assert_eq!(plane.samples.len(), plane.width * plane.height);
        assert!(plane.crop.x >= 0.0 && plane.crop.x + plane.crop.width <= plane.width as f64);
        assert!(plane.crop.y >= 0.0 && plane.crop.y + plane.crop.height <= plane.height as f64);
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1).peekable();
    let seconds: u64 = args.next().ok_or("how many seconds?")?.parse()?;
    let seed = args
        .next_if(|arg| arg.parse::<u64>().is_ok())
        .map_or(Ok(1), |arg| arg.parse())?;
    let files = args.map(std::fs::read).collect::<Result<Vec<_>, _>>()?;
    let files: Vec<_> = files
        .into_iter()
        .filter(|file| file.starts_with(&[0xFF, 0xD8]))
        .collect();
    if files.is_empty() {
        return Err("no JPEGs".into());
    }
    let mut random = Random(seed | 1);
    let mut scratch = Scratch::new();
    let mut outcomes = BTreeMap::<String, u64>::new();
    let mut slowest = Duration::ZERO;
    let (start, mut inputs) = (Instant::now(), 0_u64);
    while start.elapsed().as_secs() < seconds {
        let mut bytes = files[random.below(files.len())].clone();
        mutate(&mut random, &mut bytes, &files);
        let begin = Instant::now();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            decode(&mut random, &bytes, &mut scratch)
        }));
        let Ok(result) = result else {
            std::fs::write("crash.jpg", &bytes)?;
            return Err(format!("panicked at input {inputs}, see crash.jpg").into());
        };
        if begin.elapsed() > slowest {
            slowest = begin.elapsed();
            std::fs::write("slowest.jpg", &bytes)?;
        }
        let outcome = result.map_or_else(|error| format!("{error:?}"), |()| "decoded".to_owned());
        *outcomes
            .entry(
                outcome
                    .split(['{', ' '])
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            )
            .or_default() += 1;
        inputs += 1;
    }
    println!("{inputs} inputs in {seconds} s, slowest {slowest:?}, {outcomes:?}");
    Ok(())
}
