//! `difference` is small for pictures that look alike, and large for others.

use avatar_prepare::{Limits, Settings, difference};

use crate::support::{encode, jpeg, prepare, root};

/// The sample pictures that can be prepared, as results.
fn results() -> Vec<(String, Vec<u8>)> {
    let folder = root().join("samples/pictures");
    let files = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = files.into_iter().filter_map(Result::ok);
    let results = files
        .filter(|file| file.file_type().is_file())
        .filter_map(|file| {
            let bytes = std::fs::read(file.path()).ok()?;
            let avatar = prepare(Settings::default(), &bytes).ok()?;
            (avatar.edge() >= 96).then(|| (file.path().display().to_string(), avatar.into_bytes()))
        });
    results.collect()
}

/// What a messenger makes of a picture: 96 pixels, or quality 50.
fn as_shown(result: &[u8]) -> [Vec<u8>; 2] {
    let settings = Settings::default().with_quality(50..=50).unwrap();
    let settings = settings.with_max_bytes(1_000_000).unwrap();
    let small = settings.clone().with_edge(96).unwrap();
    [settings, small].map(|settings| prepare(settings, result).unwrap().into_bytes())
}

#[test]
fn a_messengers_encoding_is_still_the_picture() {
    let results = results();
    assert!(results.len() > 10, "{}", results.len());
    for (name, result) in &results {
        assert_eq!(difference(result, result, &Limits::default()).unwrap(), 0.0);
        for shown in as_shown(result) {
            let found = difference(result, &shown, &Limits::default()).unwrap();
            assert!(found < 4.0, "{name}: {found}");
        }
    }
}

#[test]
fn other_pictures_are_others() {
    let motif = |kind: u32| {
        jpeg(200, 200, move |x, y| match kind {
            0 => [x as u8, y as u8, 99],
            1 => [y as u8, x as u8, 99],
            2 => [255; 3],
            3 => {
                [if (60..140).contains(&x) && (60..140).contains(&y) {
                    0
                } else {
                    255
                }; 3]
            }
            _ => [255, 0, 0],
        })
    };
    for first in 0..5 {
        for second in 0..first {
            let found = difference(&motif(first), &motif(second), &Limits::default()).unwrap();
            assert!(found > 10.0, "{first} and {second}: {found}");
        }
    }
    let black = encode(
        &image::DynamicImage::new_luma8(50, 50),
        image::ImageFormat::Png,
    );
    let found = difference(&motif(2), &black, &Limits::default()).unwrap();
    // Luma only: both are neutral.
    assert!((found - 255.0 / 3f64.sqrt()).abs() < 1.0, "{found}");
    assert!(difference(&motif(0), b"no picture", &Limits::default()).is_err());
}
