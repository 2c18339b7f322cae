//! Hostile files: limits are respected, and nothing panics or takes long.

use super::corpus;
use avatar_jpeg::{Decoder, Error, LimitKind, Limits, Rect, Request, Scratch};
use slow_jpeg::check::{decode, whole};
use slow_jpeg::random::Random;
use slow_jpeg::scan::Scan;
use slow_jpeg::writer::Picture;

#[test]
fn limits_are_checked_before_anything_is_done() {
    let picture = Picture::random(64, 64, &[(1, 1)], 6);
    let bytes = picture.write();
    let request = |limits| Request {
        limits,
        ..Request::new(whole(&picture), (64, 64)).full()
    };
    let limited = |bytes: &[u8], limits| {
        Decoder::new(bytes)
            .unwrap()
            .decode(&request(limits), &mut Scratch::new())
    };
    let memory = limited(
        &bytes,
        Limits {
            memory: 1000,
            ..Limits::default()
        },
    )
    .unwrap_err();
    assert!(matches!(
        memory,
        Error::Limit {
            kind: LimitKind::Memory,
            allowed: 1000,
            ..
        }
    ));
    let mut many = picture.clone().progressive(true);
    let refinement = many.scans[4].clone();
    many.scans.extend(vec![refinement; 200]);
    let scans = limited(&many.write(), Limits::default()).unwrap_err();
    assert!(
        matches!(
            scans,
            Error::Limit {
                kind: LimitKind::Scans,
                allowed: 100,
                ..
            }
        ),
        "{scans}"
    );
}

#[test]
fn bombs_are_refused() {
    // Sizes that nothing follows.
    for progressive in [false, true] {
        let mut lie = Picture::random(16, 16, &[(1, 1), (1, 1), (1, 1)], 7);
        if progressive {
            lie = lie.progressive(true);
        }
        let mut bytes = lie.write();
        let frame = bytes
            .windows(2)
            .position(|w| w[0] == 0xFF && (0xC0..=0xC2).contains(&w[1]))
            .unwrap();
        bytes[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xF0, 0xFF, 0xF0]);
        let decoder = Decoder::new(&bytes).unwrap();
        let request = Request {
            limits: Limits {
                memory: u64::MAX,
                ..Limits::default()
            },
            ..Request::new(Rect::new(0, 0, 65520, 65520), (640, 640))
        };
        let refused = decoder.decode(&request, &mut Scratch::new()).unwrap_err();
        assert!(
            matches!(refused, Error::Truncated { share, .. } if share < 0.01),
            "{refused}"
        );
    }
    // Refinements without end over a flat picture.
    let mut bomb = Picture::random(1024, 1024, &[(1, 1)], 8);
    bomb.components[0]
        .blocks
        .iter_mut()
        .for_each(|block| *block = [0; 64]);
    bomb.progressive = true;
    let scan = |band, high, low| Scan {
        components: vec![0],
        band,
        high,
        low,
    };
    bomb.scans = vec![scan((0, 0), 0, 1), scan((1, 63), 0, 1)];
    bomb.scans.extend(vec![scan((1, 63), 1, 0); 90]);
    let refused = decode(&bomb.write(), whole(&bomb), 8).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Limit {
                kind: LimitKind::Work,
                ..
            }
        ),
        "{refused}"
    );
}

/// Whatever happens, no sample is missing.
fn survives(bytes: &[u8], what: &str) {
    let Ok(decoder) = Decoder::new(bytes) else {
        return;
    };
    let (width, height) = (decoder.header().width, decoder.header().height);
    let limits = Limits {
        memory: 64 << 20,
        ..Limits::default()
    };
    let crops = [
        Rect::new(0, 0, width, height),
        Rect::new(width / 3, height / 3, width.div_ceil(3), height.div_ceil(3)),
    ];
    for (crop, target) in crops
        .into_iter()
        .flat_map(|crop| [(crop, 1), (crop, 40), (crop, 9999)])
    {
        let request = Request {
            min_share: 0.0,
            limits,
            ..Request::new(crop, (target, target))
        };
        if let Ok(planes) = decoder.decode(&request, &mut Scratch::new()) {
            planes
                .planes
                .iter()
                .for_each(|p| assert_eq!(p.samples.len(), p.width * p.height, "{what}"));
        }
    }
}

#[test]
fn thousands_of_mutations_and_cuts_do_no_harm() {
    let mut random = Random(0x5EED);
    for seed in 0..60 {
        let sampling: &[(usize, usize)] =
            [&[(1, 1)][..], &[(2, 2), (1, 1), (1, 1)], &[(1, 1); 4]][seed % 3];
        let mut picture = Picture::random(40 + seed, 33, sampling, seed as u64);
        picture.restart = [0, 3][seed / 3 % 2];
        let picture = if seed % 4 < 2 {
            picture
        } else {
            picture.progressive(seed % 4 == 2)
        };
        let bytes = picture.write();
        for round in 0..60 {
            let mut mutated = bytes.clone();
            for _ in 0..=random.below(6) {
                let at = random.below(mutated.len() as u64) as usize;
                match random.below(4) {
                    0 => mutated[at] = random.number() as u8,
                    1 => mutated[at] ^= 1 << random.below(8),
                    2 => mutated.truncate(at.max(2)),
                    _ => drop(mutated.splice(at..at, [0xFF, 0xC0 + random.below(64) as u8])),
                }
            }
            survives(&mutated, &format!("seed {seed} round {round}"));
        }
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn corpus_files_damaged_or_cut_do_no_harm() {
    let mut random = Random(0xC0DE);
    for picture in corpus::jpegs() {
        if picture.bytes.len() > 120_000 {
            continue;
        }
        survives(&picture.bytes, &picture.name);
        for _ in 0..6 {
            let mut bytes = picture.bytes.clone();
            let at = random.below(bytes.len() as u64) as usize;
            bytes[at] = random.number() as u8;
            survives(&bytes, &picture.name);
            bytes.truncate(random.below(bytes.len() as u64 + 1) as usize);
            survives(&bytes, &picture.name);
        }
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn truncated_corpus_files() {
    for picture in corpus::jpegs()
        .iter()
        .filter(|p| p.name.starts_with("bad/truncated/"))
    {
        let outcome = Decoder::new(&picture.bytes).and_then(|decoder| {
            let crop = Rect::new(0, 0, decoder.header().width, decoder.header().height);
            decoder.decode(&Request::new(crop, (640, 640)), &mut Scratch::new())
        });
        let told = match &outcome {
            Ok(planes) => format!(
                "{:.2} decoded, damaged: {}",
                planes.decoded_share, planes.damaged
            ),
            Err(error) => error.to_string(),
        };
        println!("{}: {told}", picture.name);
        match picture.name.rsplit('/').next().unwrap() {
            "corrupt-header.jpg" => assert_eq!(outcome.unwrap_err(), Error::HeaderEnds),
            "broken1.jpg" => assert_eq!(outcome.unwrap().decoded_share, 1.0),
            "8mp-truncated.jpg" => assert!((0.95..0.97).contains(&outcome.unwrap().decoded_share)),
            "peacock.progressive.truncated.jpeg" => assert!(outcome.unwrap().damaged),
            _ => assert!(matches!(outcome, Err(Error::Truncated { .. }))),
        }
    }
}
