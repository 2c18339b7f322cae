//! The byte cap: it is never exceeded, it is used well, and the reported numbers are right.

use avatar_jpeg::encode::{Effort, EncodeError, FitError, FitOptions, Fitter, Picture, Sampling};
use avatar_jpeg::{Decoder, Instructions, Rect, Request, Scratch};

/// A small random sequence that is the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32 % end
    }
}

/// Random patches of flat colour, ramps and noise.
fn patchwork(random: &mut Random, width: u32, height: u32) -> Vec<u8> {
    let mut rgb = vec![random.below(256) as u8; (width * height * 3) as usize];
    for _ in 0..random.below(9) {
        let (left, top) = (random.below(width), random.below(height));
        let (right, bottom) = (left + random.below(width), top + random.below(height));
        let colour = [(); 3].map(|()| random.below(256));
        let (slope, grain) = (random.below(5), 1 + random.below(80));
        for y in top..bottom.min(height) {
            for x in left..right.min(width) {
                for (channel, &base) in colour.iter().enumerate() {
                    let value = base + slope * (x - left) + random.below(grain);
                    rgb[((y * width + x) * 3) as usize + channel] = value.min(255) as u8;
                }
            }
        }
    }
    rgb
}

fn options(max_bytes: usize) -> FitOptions {
    FitOptions {
        max_bytes,
        quality: 1..=100,
        ..FitOptions::default()
    }
}

fn assert_fits(fitter: &mut Fitter, picture: &Picture<'_>, options: &FitOptions) -> Option<usize> {
    match fitter.fit(picture, options) {
        Ok(fitted) => {
            assert!(
                fitted.bytes.len() <= options.max_bytes,
                "{} > {}",
                fitted.bytes.len(),
                options.max_bytes
            );
            assert!(options.quality.contains(&fitted.quality));
            assert!((1..=8).contains(&fitted.trials), "{} trials", fitted.trials);
            assert_eq!(fitted.headroom, options.max_bytes - fitted.bytes.len());
            assert!(fitted.bytes.ends_with(&[0xFF, 0xD9]));
            Some(fitted.bytes.len())
        }
        Err(FitError::CapUnreachable {
            smallest,
            max_bytes,
        }) => {
            assert!(smallest > max_bytes, "{smallest} fits under {max_bytes}");
            None
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn caps_are_met_and_used() {
    let mut random = Random(1);
    let mut fitter = Fitter::new();
    let mut shares = Vec::new();
    for round in 0..12 {
        let rgb = patchwork(&mut random, 256, 192);
        let picture = Picture::from_rgb(256, 192, &rgb).unwrap();
        for max_bytes in [3_000, 6_000, 12_000] {
            for effort in [Effort::Fast, Effort::Balanced, Effort::Best] {
                let options = FitOptions {
                    effort,
                    progressive: round % 3 == 0,
                    ..options(max_bytes)
                };
                if let Ok(fitted) = fitter.fit(&picture, &options) {
                    assert!(fitted.bytes.len() <= max_bytes);
                    if fitted.quality < 100 {
                        shares.push(fitted.bytes.len() as f64 / max_bytes as f64);
                    }
                }
            }
        }
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    assert!(
        shares.len() > 30 && mean > 0.97,
        "mean share {mean:.4} of {} fits",
        shares.len()
    );
}

#[test]
fn ample_caps_end_at_the_ceiling_after_few_trials() {
    let rgb = patchwork(&mut Random(5), 128, 128);
    let picture = Picture::from_rgb(128, 128, &rgb).unwrap();
    let options = FitOptions {
        max_bytes: 10_000_000,
        quality: 30..=85,
        ..FitOptions::default()
    };
    let fitted = Fitter::new().fit(&picture, &options).unwrap();
    assert_eq!((fitted.quality, fitted.trials), (85, 1));
}

#[test]
fn an_impossible_cap_names_the_smallest_file() {
    let rgb = patchwork(&mut Random(5), 128, 128);
    let picture = Picture::from_rgb(128, 128, &rgb).unwrap();
    let Err(FitError::CapUnreachable {
        smallest,
        max_bytes: 200,
    }) = Fitter::new().fit(&picture, &options(200))
    else {
        panic!("200 bytes cannot hold this")
    };
    let fitted = Fitter::new().fit(&picture, &options(smallest)).unwrap();
    assert!(fitted.bytes.len() <= smallest);
}

#[test]
fn a_floor_is_respected() {
    let rgb = patchwork(&mut Random(11), 200, 200);
    let picture = Picture::from_rgb(200, 200, &rgb).unwrap();
    let options = FitOptions {
        max_bytes: 2_500,
        quality: 80..=95,
        ..FitOptions::default()
    };
    match Fitter::new().fit(&picture, &options) {
        Ok(fitted) => assert!(fitted.quality >= 80 && fitted.bytes.len() <= 2_500),
        Err(error) => {
            assert!(matches!(error, FitError::CapUnreachable { smallest, .. } if smallest > 2_500));
        }
    }
}

#[test]
fn a_used_fitter_gives_the_same_bytes_as_a_new_one() {
    let mut random = Random(3);
    let mut used = Fitter::new();
    for _ in 0..6 {
        let (width, height) = (16 + random.below(100), 16 + random.below(100));
        let rgb = patchwork(&mut random, width, height);
        let picture = Picture::from_rgb(width, height, &rgb).unwrap();
        for sampling in [Sampling::S420, Sampling::S444, Sampling::Auto] {
            let options = FitOptions {
                sampling,
                ..options(2_000)
            };
            assert_eq!(
                used.fit(&picture, &options),
                Fitter::new().fit(&picture, &options)
            );
        }
    }
}

#[test]
fn a_range_upside_down_is_refused() {
    let picture = Picture::gray(1, 1, &[0]).unwrap();
    #[expect(clippy::reversed_empty_ranges, reason = "the mistake under test")]
    let options = FitOptions {
        quality: 90..=10,
        ..FitOptions::default()
    };
    let refused = Fitter::new().fit(&picture, &options);
    assert_eq!(
        refused,
        Err(FitError::Encode(EncodeError::Quality {
            floor: 90,
            ceiling: 10
        }))
    );
}

/// Run in release: `cargo test --release --test it jpeg::fit:: -- --ignored`.
#[test]
#[ignore = "takes minutes: 100,000 fits"]
fn no_cap_is_ever_exceeded() {
    let mut random = Random(2026);
    let mut fitter = Fitter::new();
    let (mut fitted, mut unreachable) = (0, 0);
    while fitted + unreachable < 100_000 {
        let (width, height) = (1 + random.below(56), 1 + random.below(56));
        let rgb = patchwork(&mut random, width, height);
        let picture = Picture::from_rgb(width, height, &rgb).unwrap();
        for _ in 0..4 {
            let floor = 1 + random.below(60) as u8;
            let options = FitOptions {
                max_bytes: 300 + random.below(3_000) as usize,
                quality: floor..=floor + random.below(40) as u8,
                sampling: [Sampling::Auto, Sampling::S420, Sampling::S444]
                    [random.below(3) as usize],
                effort: [Effort::Fast, Effort::Balanced, Effort::Best][random.below(3) as usize],
                progressive: random.below(4) == 0,
            };
            match assert_fits(&mut fitter, &picture, &options) {
                Some(_) => fitted += 1,
                None => unreachable += 1,
            }
        }
    }
    println!("{fitted} fitted, {unreachable} out of reach");
    assert!(fitted > 50_000);
}

#[test]
fn instructions_of_the_processor_change_no_byte() {
    let rgb = patchwork(&mut Random(11), 333, 259);
    let picture = Picture::from_rgb(333, 259, &rgb).unwrap();
    let mut best = (Fitter::new(), Scratch::new());
    let baseline = Instructions::baseline();
    let mut plain = (
        Fitter::new().with_instructions(baseline),
        Scratch::new().with_instructions(baseline),
    );
    for (progressive, sampling, max_bytes) in [
        (false, Sampling::S420, 9_000),
        (false, Sampling::S444, 30_000),
        (true, Sampling::S420, 30_000),
        (true, Sampling::S444, 9_000),
    ] {
        let options = FitOptions {
            progressive,
            sampling,
            ..options(max_bytes)
        };
        let fitted = best.0.fit(&picture, &options).unwrap();
        assert_eq!(plain.0.fit(&picture, &options).unwrap(), fitted);
        assert_eq!(fitted.progressive, progressive);
        let decoder = Decoder::new(&fitted.bytes).unwrap();
        for crop in [Rect::new(0, 0, 333, 259), Rect::new(37, 0, 259, 259)] {
            for side in [333, 200, 160, 100, 70, 1] {
                let request = Request::new(crop, (side, side));
                let planes = decoder.decode(&request, &mut best.1).unwrap();
                let same = decoder.decode(&request, &mut plain.1).unwrap();
                assert_eq!(planes.decoded_share, 1.0);
                assert_eq!(same.planes, planes.planes, "{options:?} {request:?}");
            }
        }
    }
}
