//! No result is ever over the byte cap, whatever the picture.

use avatar_prepare::{Error, Note, Settings};

use crate::support::{Numbers, decode, ppm, prepare, root};

fn pictures() -> Vec<(&'static str, Vec<u8>)> {
    let mut numbers = Numbers(1);
    let noise: Vec<u8> = (0..300 * 300 * 3).map(|_| numbers.next() as u8).collect();
    let at = move |x: u32, y: u32, c: u32| noise[((y * 300 + x) * 3 + c) as usize];
    let grain = at.clone();
    vec![
        (
            "noise",
            ppm(300, 300, move |x, y| {
                [at(x, y, 0), at(x, y, 1), at(x, y, 2)]
            }),
        ),
        (
            "gradient",
            ppm(300, 300, |x, y| {
                [(x * 255 / 299) as u8, (y * 255 / 299) as u8, 90]
            }),
        ),
        ("flat", ppm(300, 300, |_, _| [200, 30, 60])),
        (
            "checks",
            ppm(
                300,
                300,
                |x, y| if (x + y) % 2 == 0 { [255; 3] } else { [0; 3] },
            ),
        ),
        (
            "scene",
            ppm(300, 300, move |x, y| {
                let hill = 180 + (x as i32 - 150).pow(2) as u32 / 200;
                let base = if y > hill {
                    [60u8, 120, 50]
                } else {
                    [120, 170, 230]
                };
                base.map(|channel| channel.saturating_add(grain(x, y, 0) / 12))
            }),
        ),
    ]
}

#[test]
fn results_meet_the_cap_or_say_why_not() {
    let mut unreachable = 0;
    for (name, picture) in pictures() {
        for cap in [
            1_000, 1_500, 2_500, 5_000, 10_000, 20_000, 50_000, 150_000, 10_000_000,
        ] {
            for quality in [1..=100, 40..=90, 75..=75] {
                let settings = Settings::default().with_max_bytes(cap).unwrap();
                let settings = settings.with_quality(quality.clone()).unwrap();
                match prepare(settings, &picture) {
                    Ok(avatar) => {
                        assert!(avatar.bytes().len() as u64 <= cap, "{name} at {cap}");
                        assert!(quality.contains(&avatar.quality()), "{name} at {cap}");
                        assert_eq!(decode(avatar.bytes()).edge, avatar.edge());
                    }
                    Err(Error::CapUnreachable {
                        smallest, allowed, ..
                    }) => {
                        assert_eq!(allowed, cap);
                        assert!(smallest > cap, "{name}: {smallest} would have fitted {cap}");
                        unreachable += 1;
                    }
                    Err(other) => panic!("{name} at {cap}: {other}"),
                }
            }
        }
    }
    assert!(unreachable > 0, "noise at quality 75 does not fit 1 kB");
}

#[test]
fn a_roomy_cap_gives_the_ceiling_at_once() {
    let (_, scene) = pictures().pop().unwrap();
    let avatar = prepare(Settings::default(), &scene).unwrap();
    assert_eq!((avatar.quality(), avatar.trials()), (90, 1));
}

#[test]
fn a_cap_that_bites_is_filled() {
    let (_, noise) = pictures().swap_remove(0);
    for cap in [20_000, 30_000, 45_000] {
        let settings = Settings::default().with_max_bytes(cap).unwrap();
        let settings = settings.with_quality(1..=100).unwrap();
        let avatar = prepare(settings, &noise).unwrap();
        let used = avatar.bytes().len() as f64 / cap as f64;
        assert!((0.97..=1.0).contains(&used), "{used} of {cap}");
    }
}

/// A photograph that is all detail, as a PPM.
fn detail() -> Vec<u8> {
    let mut numbers = Numbers(7);
    let noise: Vec<u8> = (0..512 * 512).map(|_| numbers.next() as u8).collect();
    ppm(512, 512, move |x, y| {
        let grain = noise[(y / 2 * 512 + x / 2) as usize] / 3;
        [(x / 3) as u8, (y / 3) as u8, 90].map(|base| base.saturating_add(grain))
    })
}

#[test]
fn the_edge_gives_way_after_quality_and_never_below_the_smallest() {
    let settings = Settings::default().with_edge(512).unwrap();
    let settings = settings.with_max_bytes(9_000).unwrap().with_score(true);
    let avatar = prepare(settings.clone(), &detail()).unwrap();
    let planned = 512;
    assert!(avatar.edge() < planned && avatar.edge() >= planned / 4);
    assert_eq!(decode(avatar.bytes()).edge, avatar.edge());
    assert!(avatar.bytes().len() <= 9_000 && avatar.quality() >= 40);
    assert_eq!(avatar.headroom(), 9_000 - avatar.bytes().len() as u64);
    let shrunk = Note::Shrunk {
        edge: avatar.edge(),
        planned,
    };
    assert!(avatar.notes().contains(&shrunk) && shrunk.is_warning());
    // If the same edge is required, nothing fits, and the message says which size was reached.
    let strict = settings.with_min_edge(512).unwrap();
    let Err(Error::CapUnreachable { smallest, edge, .. }) = prepare(strict, &detail()) else {
        panic!("512 pixels in 9 kB at quality 40");
    };
    assert!(smallest > 9_000 && edge == 512);
}

#[test]
fn fewer_pixels_are_taken_only_where_they_look_better() {
    let photo = std::fs::read(root().join("samples/pictures/photos/still-life.jpg")).unwrap();
    let score = |photo: &[u8], smallest: u32, floor: u8| {
        let settings = Settings::default().with_edge(512).unwrap();
        let settings = settings.with_min_edge(smallest).unwrap().with_score(true);
        let settings = settings.with_quality(floor..=90).unwrap();
        let settings = settings.with_max_bytes(3_500).unwrap();
        let avatar = prepare(settings, photo).unwrap();
        (avatar.edge(), avatar.quality(), avatar.score().unwrap())
    };
    // The floor is where all the pixels just fit: fewer may do better from there on.
    let (edge, floor, whole) = score(&photo, 512, 1);
    let (smaller, _, better) = score(&photo, 1, floor);
    assert!(edge == 512 && smaller < 512);
    assert!(better > whole, "{smaller} pixels: {better}, 512: {whole}");
    // A picture that is all detail is not made smaller: its pixels are worth more.
    let (_, floor, _) = score(&detail(), 512, 1);
    assert_eq!(score(&detail(), 1, floor).0, 512);
}

#[test]
fn progressive_files_are_smaller_or_left_baseline() {
    let (mut progressive, mut bytes) = (0, 0);
    for (name, picture) in pictures() {
        let settings = Settings::default().with_quality(80..=80).unwrap();
        let baseline = prepare(settings.clone(), &picture).unwrap();
        let avatar = prepare(settings.with_progressive(true), &picture).unwrap();
        assert!(!baseline.is_progressive());
        assert!(avatar.bytes().len() <= baseline.bytes().len(), "{name}");
        assert_eq!(
            decode(avatar.bytes()).pixels,
            decode(baseline.bytes()).pixels,
            "{name}"
        );
        progressive += usize::from(avatar.is_progressive());
        bytes += baseline.bytes().len() - avatar.bytes().len();
    }
    assert!(
        progressive >= 2 && bytes > 0,
        "{progressive} of 5, {bytes} bytes"
    );
}

#[test]
fn a_score_tells_near_from_far() {
    let (_, scene) = pictures().pop().unwrap();
    let score = |quality: u8| {
        let settings = Settings::default().with_quality(quality..=quality).unwrap();
        let settings = settings.with_max_bytes(1_000_000).unwrap();
        let avatar = prepare(settings.with_score(true), &scene).unwrap();
        avatar.score().unwrap()
    };
    let scores = [5, 40, 85, 100].map(score);
    assert!(scores.is_sorted(), "{scores:?}");
    assert!(scores[0] < 50.0 && scores[3] > 95.0, "{scores:?}");
}
