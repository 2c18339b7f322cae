//! Every file of the corpus gives a picture or a documented error; known answers are met.

use std::collections::BTreeMap;
use std::path::Path;

use avatar_prepare::{Settings, Source};

use crate::geometry::stored;
use crate::support::{Decoded, corpus, decode, prepare, tree};

#[test]
fn every_file_gives_a_picture_or_a_documented_error() {
    let Some(corpus) = corpus() else { return };
    let names = tree(&corpus);
    let tasks: Vec<_> = names
        .iter()
        .map(|name| (name.clone(), Source::Path(corpus.join(name))))
        .collect();
    let jobs = std::num::NonZeroUsize::new(2).unwrap();
    let batch = avatar_prepare::Batch::new(Settings::default(), Default::default(), jobs).unwrap();
    let mut counts: BTreeMap<(String, &str), u32> = BTreeMap::new();
    batch.run_each(
        tasks,
        &std::sync::atomic::AtomicBool::new(false),
        |name, result| match result {
            Ok(avatar) => {
                assert!(avatar.bytes().len() <= 150_000, "{name} is over the cap");
                let edge = decode(avatar.bytes()).edge;
                let (width, height) = (avatar.probe().width(), avatar.probe().height());
                assert_eq!(edge, width.min(height).min(640), "{name}");
                (name, "ok")
            }
            Err(error) => (name, error.code().as_str()),
        },
        |(name, code)| {
            assert_ne!(code, "panicked", "{name}");
            let folder = name.split('/').next().unwrap_or_default().to_string();
            *counts.entry((folder, code)).or_default() += 1;
        },
    );
    let ok = |folder: &str| {
        counts
            .get(&(folder.to_string(), "ok"))
            .copied()
            .unwrap_or(0)
    };
    assert_eq!(ok("photos"), 25, "{counts:#?}");
    assert!(
        ok("formats") >= 180 && ok("color") >= 50 && ok("alpha") >= 29,
        "{counts:#?}"
    );
}

#[test]
fn sets_that_differ_only_by_orientation_come_out_alike() {
    let Some(corpus) = corpus() else { return };
    for (folder, stem, count) in [
        ("orientation/jpeg-large", "Landscape_", 9),
        ("orientation/jpeg-large", "Portrait_", 4),
        ("orientation/jpeg-tiny-f", "f", 8),
        ("orientation/webp", "hopper_orientation_", 7),
        ("orientation/tiff", "g4_orientation_", 8),
    ] {
        let folder = corpus.join(folder);
        let names: Vec<_> = tree(&folder)
            .into_iter()
            .filter(|name| name.starts_with(stem))
            .collect();
        assert_eq!(names.len(), count, "{stem}");
        let squares: Vec<_> = names.iter().map(|name| small(&folder.join(name))).collect();
        for (name, square) in names.iter().zip(&squares) {
            let far = difference(square, &squares[0]);
            // A digit in the middle of the landscapes tells them apart; turned they differ by 40.
            assert!(far < 6.0, "{name} differs by {far}");
        }
    }
}

#[test]
fn the_tag_alone_decides_where_the_pixels_are_the_same() {
    let Some(corpus) = corpus() else { return };
    let square = |tag| small(&corpus.join(format!("orientation/png-exif/orientation-{tag}.png")));
    let plain = square(0);
    for tag in 2..=8 {
        let found = square(tag);
        let turned = |x, y| {
            let (sx, sy) = stored(tag, x, y, plain.edge, plain.edge);
            plain.at(sx, sy)
        };
        let wanted = Decoded {
            edge: plain.edge,
            pixels: (0..48)
                .flat_map(|y| (0..48).map(move |x| (x, y)))
                .map(|(x, y)| turned(x, y))
                .collect(),
        };
        let far = difference(&found, &wanted);
        assert!(far < 4.0, "tag {tag} differs by {far}");
    }
    assert!(
        difference(&square(3), &plain) > 8.0,
        "the picture tells its orientation"
    );
}

#[test]
fn rare_jpeg_processes_look_as_they_should() {
    let Some(corpus) = corpus() else { return };
    let square = |name: &str| small(&corpus.join("formats/jpeg").join(name));
    // One photograph, once arithmetic and lossy, once lossless.
    let (lossy, lossless) = (
        square("arithmetic-testimgari.jpg"),
        square("tm-testimg_rgb.jpg"),
    );
    assert!(difference(&lossy, &lossless) < 6.0);
    let near = |found: [u8; 3], wanted: [u8; 3]| {
        let far = found.iter().zip(wanted).map(|(a, b)| a.abs_diff(b)).max();
        assert!(far.is_some_and(|far| far < 12), "{found:?}, not {wanted:?}");
    };
    // 12 bits: red letters on white.
    let letters = square("12-bit.jpg");
    near(letters.at(0, 0), [255; 3]);
    let [red, green, blue] = letters.at(26, 25);
    assert!(
        red > 235 && green < 40 && blue < 40,
        "{:?}",
        letters.at(26, 25)
    );
    // 16 bits, lossless: black above, white below.
    let ramp = square("tm-gradient_ls.jpg");
    for (row, wanted) in [(0, 3), (24, 130), (47, 252)] {
        near(ramp.at(24, row), [wanted; 3]);
    }
    let file = corpus.join("formats/jpeg/12-bit-progressive.jpg");
    let error = prepare(Settings::default(), &std::fs::read(file).unwrap()).unwrap_err();
    assert_eq!(error.code().as_str(), "malformed");
}

fn small(path: &Path) -> Decoded {
    let settings = Settings::default()
        .with_edge(48)
        .unwrap()
        .with_quality(95..=95)
        .unwrap();
    decode(
        prepare(settings, &std::fs::read(path).unwrap())
            .unwrap()
            .bytes(),
    )
}

/// Mean absolute difference of all samples.
fn difference(a: &Decoded, b: &Decoded) -> f64 {
    assert_eq!(a.edge, b.edge);
    let pairs = a.pixels.iter().flatten().zip(b.pixels.iter().flatten());
    let total: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    total as f64 / (a.pixels.len() * 3) as f64
}
