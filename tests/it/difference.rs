//! `difference` is small for pictures that look alike, and large for others; `largest_difference`
//! also for those that differ in a detail only.

use avatar_prepare::{Limits, Settings, difference, largest_difference};

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

/// Copies a black digit onto an RGB picture, in a field of this height.
fn with_digit(picture: &image::RgbImage, digit: u8, height: u32) -> Vec<u8> {
    const ONE: [u8; 5] = [0b010, 0b110, 0b010, 0b010, 0b111];
    const SEVEN: [u8; 5] = [0b111, 0b001, 0b010, 0b010, 0b010];
    let rows = if digit == 1 { ONE } else { SEVEN };
    let cell = height / 5;
    let mut picture = picture.clone();
    let (left, top) = (picture.width() / 3, picture.height() / 3);
    for y in 0..5 * cell {
        for x in 0..3 * cell {
            let is_ink = rows[(y / cell) as usize] >> (2 - x / cell) & 1 == 1;
            let ink = if is_ink { 0 } else { 255 };
            picture.put_pixel(left + x, top + y, image::Rgb([ink; 3]));
        }
    }
    encoded(&picture, 88)
}

/// A JPEG with chroma at full resolution.
fn encoded(picture: &image::RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_4_4);
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    let color = jpeg_encoder::ColorType::Rgb;
    encoder.encode(picture, width, height, color).unwrap();
    bytes
}

/// The pixels of a JPEG; `None` if it is gray.
fn decoded(bytes: &[u8]) -> Option<image::RgbImage> {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let pixels = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    image::RgbImage::from_raw(info.width.into(), info.height.into(), pixels)
}

/// Encoding again changes no sample by more than 10, another digit of a twelfth of the edge changes
/// one by more. The bound of uploads lies between.
#[test]
fn another_digit_is_more_than_another_encoding() {
    let limits = Limits::default();
    let (mut most, mut least) = (0, 255);
    for (name, result) in results() {
        let Some(picture) = decoded(&result).filter(|it| it.width() >= 320) else {
            continue;
        };
        for quality in [75, 80, 85, 90] {
            let again = encoded(&picture, quality);
            let found = largest_difference(&result, &again, &limits)
                .unwrap()
                .unwrap();
            assert!(found <= 10, "{name}, quality {quality}: {found}");
            most = most.max(found);
        }
        let height = picture.height() / 12;
        let [one, seven] = [1, 7].map(|digit| with_digit(&picture, digit, height));
        let again = encoded(&decoded(&seven).unwrap(), 80);
        let found = largest_difference(&one, &again, &limits).unwrap().unwrap();
        assert!(found > 10, "{name}: {found}");
        least = least.min(found);
        let mean = difference(&one, &again, &limits).unwrap();
        assert!(
            mean < 10.0,
            "{name}: the mean does not tell them apart: {mean}"
        );
    }
    assert!(most > 0 && least < 255, "nothing was compared");
    // Another size is another question.
    let small = jpeg(96, 96, |x, y| [x as u8, y as u8, 99]);
    let large = jpeg(192, 192, |x, y| [x as u8 / 2, y as u8 / 2, 99]);
    assert_eq!(largest_difference(&small, &large, &limits).unwrap(), None);
}
