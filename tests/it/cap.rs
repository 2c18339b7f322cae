//! No result is ever over the byte cap, whatever the picture.

use avatar_prepare::{Error, Settings};

use crate::support::{Numbers, decode, ppm, prepare};

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
