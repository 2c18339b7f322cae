//! Transparency: what shows behind it, which background is chosen, and logos that hardly stand out.

use avatar_prepare::{Background, Note};

use crate::support::{corpus, decode, finest, folder, png, ppm, prepare, records};

/// A disc of one colour on transparency.
fn disc(color: [u8; 3]) -> Vec<u8> {
    let [r, g, b] = color;
    let inside = |x: u32, y: u32| (x as i32 - 20).pow(2) + (y as i32 - 20).pow(2) < 225;
    png(
        40,
        40,
        |x, y| if inside(x, y) { [r, g, b, 255] } else { [0; 4] },
    )
}

#[test]
fn auto_takes_the_better_contrast_and_says_so() {
    let settings = || finest().with_background(Background::Auto);
    for (color, wanted) in [
        ([255; 3], [0; 3]),
        ([250, 240, 120], [0; 3]),
        ([0; 3], [255; 3]),
        ([20, 40, 160], [255; 3]),
        // Equally visible on white and on black: white is used, because people expect it.
        ([118; 3], [255; 3]),
    ] {
        let avatar = prepare(settings(), &disc(color)).unwrap();
        assert_eq!(avatar.background(), Some(wanted), "{color:?}");
        let is_chosen =
            |note: &Note| matches!(note, Note::BackgroundChosen { rgb, .. } if *rgb == wanted);
        assert!(avatar.notes().iter().any(is_chosen), "{:?}", avatar.notes());
        let corner = decode(avatar.bytes()).at(0, 0);
        assert!(corner.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 1));
    }
    let opaque = prepare(settings(), &ppm(9, 9, |_, _| [7; 3])).unwrap();
    assert_eq!(opaque.background(), None);
}

/// White letters inside a coloured shape show on white, too; and the note says by how much it stands out.
#[test]
fn auto_leaves_white_only_where_most_would_vanish() {
    let badge = |white: u32| {
        png(40, 40, move |x, y| {
            match (4..36).contains(&x) && (4..36).contains(&y) {
                true if y < 4 + white => [255; 4],
                true => [250, 90, 20, 255],
                false => [0; 4],
            }
        })
    };
    let said = |white| {
        let avatar = prepare(finest().with_background(Background::Auto), &badge(white)).unwrap();
        let notes: Vec<String> = avatar.notes().iter().map(ToString::to_string).collect();
        notes
            .into_iter()
            .find(|note| note.starts_with("transparency put on "))
            .unwrap()
    };
    assert_eq!(said(12), "transparency put on white, contrast 1.8 to 1");
    assert!(
        said(20).starts_with("transparency put on black, contrast 1"),
        "{}",
        said(20)
    );
}

#[test]
fn a_logo_that_vanishes_is_noted() {
    for (color, background, vanishes) in [
        ([255; 3], Background::WHITE, true),
        ([250; 3], Background::WHITE, true),
        ([128; 3], Background::WHITE, false),
        ([255; 3], Background::BLACK, false),
        ([30, 36, 51], Background::Rgb([29, 36, 51]), true),
    ] {
        let avatar = prepare(finest().with_background(background), &disc(color)).unwrap();
        let warns = |note: &Note| matches!(note, Note::LowContrast { .. }) && note.is_warning();
        assert_eq!(avatar.notes().iter().any(warns), vanishes, "{color:?}");
    }
    let nothing = png(8, 8, |_, _| [9, 9, 9, 0]);
    let avatar = prepare(finest(), &nothing).unwrap();
    let notes: Vec<String> = avatar.notes().iter().map(ToString::to_string).collect();
    assert!(
        notes.contains(&"hardly stands out from white".to_string()),
        "{notes:?}"
    );
    // An opaque white picture has no transparency, so no background is chosen for it.
    let white = prepare(finest(), &ppm(8, 8, |_, _| [255; 3])).unwrap();
    assert!(!white.notes().iter().any(Note::is_warning));
}

#[test]
fn the_background_stands_in_the_records() {
    let folder = folder(&[
        ("in/logo.png", &disc([255; 3])),
        ("in/a.ppm", &ppm(9, 9, |_, _| [7; 3])),
    ]);
    let args = ["--background", "auto", "in", "out"];
    let (code, mut records) = records(folder.path(), &args);
    records.sort_by_key(|record| record["source"].to_string());
    let found: Vec<_> = records
        .iter()
        .map(|record| record["background"].as_str())
        .collect();
    assert_eq!((code, &found[..2]), (0, &[None, Some("#000000")][..]));
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn transparency_of_the_corpus_shows_the_background() {
    let corpus = corpus();
    let background = [18, 52, 86];
    for (name, x, y) in [
        ("tbgn2c16.png", 0, 0),
        ("pngsuite-tbrn2c08.png", 0, 0),
        ("pngsuite-tbbn0g04.png", 0, 0),
        ("pngsuite-tbbn3p08.png", 0, 0),
        ("tux.gif", 0, 0),
        ("tux-lossless.webp", 0, 0),
        ("blackbug.png", 0, 0),
        ("full-transparent.png", 100, 100),
    ] {
        let bytes = std::fs::read(corpus.join("alpha").join(name)).unwrap();
        let settings = finest().with_background(Background::Rgb(background));
        let found = decode(prepare(settings, &bytes).unwrap().bytes()).at(x, y);
        let near = found
            .iter()
            .zip(background)
            .all(|(a, b)| a.abs_diff(b) <= 3);
        assert!(near, "{name}: {found:?}");
    }
}

/// The reference has a width of 65 pixels for 129, so its square is half a pixel further right.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn half_size_of_the_corpus_matches_its_reference() {
    let corpus = corpus();
    let picture = |name: &str| {
        let bytes = std::fs::read(corpus.join("alpha").join(name)).unwrap();
        let settings = finest().with_background(Background::Rgb([0, 255, 0]));
        decode(
            prepare(settings.with_edge(33).unwrap(), &bytes)
                .unwrap()
                .bytes(),
        )
    };
    let found = picture("resize-with-alpha-original.png").mean();
    let wanted = picture("resize-with-alpha-original-half-size.png").mean();
    let near = found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 3.0);
    assert!(near, "{found:?}, not {wanted:?}");
}
