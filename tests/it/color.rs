//! Profiles, gray, 16 bits, floats and transparency are converted to the right sRGB.

use avatar_prepare::{Background, Note, Settings};
use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb};

use crate::support::{corpus, decode, encode, finest, png, ppm, prepare, root};

fn close(found: [u8; 3], wanted: [u8; 3], tolerance: u8) -> bool {
    found
        .iter()
        .zip(wanted)
        .all(|(a, b)| a.abs_diff(b) <= tolerance)
}

#[test]
fn depths_and_layouts_agree() {
    let gray16 = ImageBuffer::from_pixel(9, 9, Luma([0x8080u16]));
    let gray_alpha = ImageBuffer::from_pixel(9, 9, LumaA([128u8, 255]));
    let rgb16 = ImageBuffer::from_pixel(9, 9, Rgb([0x8080u16; 3]));
    for picture in [
        DynamicImage::ImageLuma16(gray16),
        DynamicImage::ImageLumaA8(gray_alpha),
        DynamicImage::ImageRgb16(rgb16),
    ] {
        let avatar = prepare(finest(), &encode(&picture, ImageFormat::Png)).unwrap();
        assert!(
            close(decode(avatar.bytes()).at(4, 4), [128; 3], 1),
            "{:?}",
            picture.color()
        );
        assert_eq!(avatar.subsampling().to_string(), "gray");
    }
}

#[test]
fn transparency_shows_the_background() {
    let half = png(9, 9, |_, _| [255, 0, 0, 128]);
    for (background, wanted) in [
        (Background::WHITE, [255, 127, 127]),
        (Background::BLACK, [128, 0, 0]),
        (Background::Rgb([0, 0, 255]), [128, 0, 127]),
    ] {
        let avatar = prepare(finest().with_background(background), &half).unwrap();
        let found = decode(avatar.bytes()).at(4, 4);
        assert!(close(found, wanted, 2), "{found:?}, not {wanted:?}");
    }
}

#[test]
fn colours_hidden_under_transparency_never_show() {
    // A white disc on transparent magenta, shrunk: any bleed would be pink.
    let inside = |x: u32, y: u32| (x as i32 - 100).pow(2) + (y as i32 - 100).pow(2) < 80 * 80;
    let disc = png(200, 200, |x, y| {
        if inside(x, y) {
            [255; 4]
        } else {
            [255, 0, 255, 0]
        }
    });
    let avatar = prepare(finest().with_edge(33).unwrap(), &disc).unwrap();
    let result = decode(avatar.bytes());
    assert!(result.pixels.iter().all(|&pixel| close(pixel, [255; 3], 1)));
}

#[test]
fn a_profile_that_exchanges_channels_is_honoured() {
    let sample = |name: &str| std::fs::read(root().join("samples/pictures").join(name)).unwrap();
    let settings = Settings::default();
    let honest = prepare(settings.clone(), &sample("orientation/1.jpg")).unwrap();
    let swapped = prepare(settings, &sample("colour/swapped-channels.jpg")).unwrap();
    let (a, b) = (
        decode(honest.bytes()).mean(),
        decode(swapped.bytes()).mean(),
    );
    assert!(
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 2.0),
        "{a:?} and {b:?}"
    );
    assert!(
        (a[0] - a[2]).abs() > 10.0,
        "the picture tells red from blue: {a:?}"
    );
}

#[test]
fn a_profile_that_names_its_colours_as_corbis_did_is_honoured() {
    let picture = root().join("samples/pictures/colour/swapped-channels.jpg");
    let mut bytes = std::fs::read(picture).unwrap();
    let plain = prepare(Settings::default(), &bytes).unwrap();
    let mut renamed = 0;
    for at in 0..bytes.len() - 8 {
        if bytes[at..].starts_with(b"XYZ \0\0\0\0") {
            bytes[at..at + 4].copy_from_slice(&[0x17, 0xa5, 0x05, 0xb8]);
            renamed += 1;
        }
    }
    assert!(renamed >= 3, "the profile is a matrix: {renamed}");
    let foreign = prepare(Settings::default(), &bytes).unwrap();
    assert_eq!(plain.bytes(), foreign.bytes());
}

#[test]
fn a_broken_profile_is_noted_and_taken_as_srgb() {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
    encoder
        .add_icc_profile(b"this is no profile, only its length is plausible")
        .unwrap();
    encoder
        .encode(
            &[200, 30, 30].repeat(64),
            8,
            8,
            jpeg_encoder::ColorType::Rgb,
        )
        .unwrap();
    let avatar = prepare(finest(), &bytes).unwrap();
    assert!(
        avatar
            .notes()
            .iter()
            .any(|note| matches!(note, Note::ProfileIgnored { .. }))
    );
    assert!(close(decode(avatar.bytes()).at(4, 4), [200, 30, 30], 3));
}

#[test]
fn ink_covers_paper() {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 100);
    // Cyan and yellow ink make green.
    encoder
        .encode(
            &[255, 0, 255, 0].repeat(64),
            8,
            8,
            jpeg_encoder::ColorType::Cmyk,
        )
        .unwrap();
    let avatar = prepare(finest(), &bytes).unwrap();
    let found = decode(avatar.bytes()).at(4, 4);
    assert!(close(found, [0, 255, 0], 3), "{found:?}");
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn pairs_of_the_corpus_agree() {
    let corpus = corpus();
    let folder = corpus.join("color/icc-pairs");
    let mut pairs = 0;
    for wide in crate::support::tree(&folder) {
        let Some((stem, rest)) = ["_2020_g1", "_709_g1", "_acescg_g1"]
            .iter()
            .find_map(|middle| wide.split_once(middle))
        else {
            continue;
        };
        let srgb = format!("{stem}_srgb8{rest}");
        let mean = |name: &str| {
            let bytes = std::fs::read(folder.join(name)).unwrap();
            decode(prepare(finest(), &bytes).unwrap().bytes()).mean()
        };
        let (a, b) = (mean(&wide), mean(&srgb));
        assert!(
            a.iter().zip(b).all(|(a, b)| (a - b).abs() < 2.0),
            "{wide}: {a:?}, not {b:?}"
        );
        pairs += 1;
    }
    assert_eq!(pairs, 7);
}

#[test]
fn a_neutral_picture_is_stored_as_gray() {
    let neutral = prepare(finest(), &ppm(9, 9, |x, _| [x as u8 * 20; 3])).unwrap();
    assert_eq!(neutral.subsampling().to_string(), "gray");
}

/// A gray profile with gamma 2.2 whose connection space has this name.
fn gray_profile(space: &[u8; 4]) -> Vec<u8> {
    let mut profile = vec![0; 160];
    let mut put = |at: usize, bytes: &[u8]| profile[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &160u32.to_be_bytes());
    put(8, &[2, 0x40]);
    put(12, b"mntrGRAY");
    put(20, space);
    put(36, b"acsp");
    put(68, &[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]); // D50
    put(128, b"\0\0\0\x01kTRC\0\0\0\x90\0\0\0\x0e");
    put(144, b"curv\0\0\0\0\0\0\0\x01\x02\x33");
    profile
}

/// The values are those of Little CMS, relative colorimetric to sRGB.
#[test]
fn the_curve_of_a_gray_profile_may_give_lightness() {
    for (space, wanted) in [(b"XYZ ", [201, 100, 46, 151]), (b"Lab ", [141, 33, 10, 73])] {
        for (value, wanted) in [200, 100, 50, 150].into_iter().zip(wanted) {
            let mut bytes = Vec::new();
            let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 100);
            encoder.add_icc_profile(&gray_profile(space)).unwrap();
            let kind = jpeg_encoder::ColorType::Luma;
            encoder.encode(&[value; 64], 8, 8, kind).unwrap();
            let avatar = prepare(finest(), &bytes).unwrap();
            let found = decode(avatar.bytes()).at(4, 4);
            assert!(close(found, [wanted; 3], 2), "{found:?}, not {wanted}");
            let is_ignored = |note: &Note| matches!(note, Note::ProfileIgnored { .. });
            assert!(!avatar.notes().iter().any(is_ignored));
        }
    }
}

/// A document of gray that is printed in several inks has the colour mode 8.
#[test]
fn the_inks_of_a_duotone_are_noted() {
    for (mode, is_noted) in [(1, false), (8, true)] {
        let mut file = b"8BPS\0\x01\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x02\0\x08\0".to_vec();
        file.push(mode);
        file.extend([0; 14]); // no colours, resources or layers, not packed
        file.extend([200, 200, 50, 50]);
        let avatar = prepare(finest(), &file).unwrap();
        assert!(close(decode(avatar.bytes()).at(0, 0), [200; 3], 2));
        let is_ignored = |note: &Note| matches!(note, Note::ProfileIgnored { .. });
        assert_eq!(avatar.notes().iter().any(is_ignored), is_noted);
    }
}
