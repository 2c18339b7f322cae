//! Halved chroma of a JPEG that goes to the encoder as it is, and planes that are turned to be resized.

use avatar_prepare::{Effort, Settings, Subsampling};
use avatar_resample::fast_image_resize::images::{Image, ImageRef};
use avatar_resample::fast_image_resize::pixels::U8;
use avatar_resample::fast_image_resize::{CropBox, PixelType, ResizeOptions, Resizer};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::support::{decode, finest, pixels, prepare};

const SIDES: (u16, u16) = (320, 256);

/// A JPEG with halved chroma and this orientation.
fn halved(orientation: u8, color: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let mut exif =
        b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0".to_vec();
    exif[25] = orientation;
    encoder.add_app_segment(1, exif).unwrap();
    let samples = pixels(SIDES.0.into(), SIDES.1.into(), color);
    encoder
        .encode(&samples, SIDES.0, SIDES.1, ColorType::Rgb)
        .unwrap();
    bytes
}

fn close(found: [u8; 3], wanted: [u8; 3]) -> bool {
    found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 4)
}

/// Another colour in each quarter.
fn quarters(x: u32, y: u32) -> [u8; 3] {
    match (x < u32::from(SIDES.0) / 2, y < u32::from(SIDES.1) / 2) {
        (true, true) => [200, 40, 40],
        (false, true) => [40, 180, 60],
        (true, false) => [50, 70, 210],
        (false, false) => [210, 200, 60],
    }
}

/// Stripes that halved chroma shows worse than whole chroma.
fn stripes(x: u32, _: u32) -> [u8; 3] {
    if (x / 4).is_multiple_of(2) {
        [230, 20, 20]
    } else {
        [20, 20, 230]
    }
}

fn settings(effort: Effort) -> Settings {
    Settings::default()
        .with_edge(128)
        .unwrap()
        .with_effort(effort)
}

#[test]
fn every_orientation_has_its_colours_in_place() {
    for orientation in 1..=8 {
        let source = halved(orientation, quarters);
        let fast = prepare(settings(Effort::Fast).with_score(true), &source).unwrap();
        let usual = prepare(settings(Effort::Balanced), &source).unwrap();
        assert_eq!(fast.subsampling(), Subsampling::S420);
        let (found, wanted) = (decode(fast.bytes()), decode(usual.bytes()));
        for (x, y) in [(30, 30), (98, 30), (30, 98), (98, 98)] {
            let (found, wanted) = (found.at(x, y), wanted.at(x, y));
            assert!(
                close(found, wanted),
                "{orientation}: {found:?}, not {wanted:?}"
            );
        }
        let score = fast.score().unwrap();
        assert!(score > 75.0, "compared with enlarged chroma: {score}");
        let hashes = (fast.perceptual_hash(), usual.perceptual_hash());
        let (Some(one), Some(other)) = hashes else {
            panic!("{orientation}: without a hash");
        };
        assert!(one.is_near(&other), "{orientation}: {one}, not {other}");
    }
}

#[test]
fn chroma_stays_halved_with_little_effort_only_below_the_highest_qualities() {
    let source = halved(1, stripes);
    let sampling = |settings: Settings| prepare(settings, &source).unwrap().subsampling();
    let good = |effort| settings(effort).with_quality(95..=95).unwrap();
    assert_eq!(sampling(good(Effort::Balanced)), Subsampling::S444);
    assert_eq!(sampling(good(Effort::Fast)), Subsampling::S420);
    let best = finest().with_edge(128).unwrap().with_effort(Effort::Fast);
    assert_eq!(sampling(best), Subsampling::S444);
    let odd = good(Effort::Fast).with_edge(127).unwrap();
    assert_eq!(sampling(odd), Subsampling::S444);
}

#[test]
fn planes_resized_through_turning_are_the_same() {
    let (width, height) = (1_501_u32, 1_303_u32);
    let noise = |at: u32| (at.wrapping_mul(2_654_435_761) >> 21) as u8 ^ (at / width) as u8;
    let samples: Vec<u8> = (0..width * height).map(noise).collect();
    let mut source = Image::from_vec_u8(width, height, samples, PixelType::U8).unwrap();
    let mut resizer = Resizer::new();
    for (target, crop) in [
        ((1_151, 1_150), [3.25, 0.5, 1_300.5, 1_301.25]),
        ((64, 64), [0.0, 0.0, 1_501.0, 1_303.0]),
        ((70, 1_093), [200.75, 1.0, 1_000.0, 1_302.0]),
        ((1_600, 1_310), [0.5, 0.0, 1_500.5, 1_303.0]),
        // Only one side changes.
        ((1_501, 200), [0.0, 0.0, 1_501.0, 1_303.0]),
        ((200, 1_303), [0.0, 0.0, 1_501.0, 1_303.0]),
    ] {
        let [x, y, w, h] = crop;
        let options = ResizeOptions::new().crop(x, y, w, h);
        let mut found = Image::new(target.0, target.1, PixelType::U8);
        let part = part(crop);
        avatar_resample::resize(&mut source, &mut found, part, &mut resizer).unwrap();
        let mut wanted = Image::new(target.0, target.1, PixelType::U8);
        let from = source.typed_image::<U8>().unwrap();
        let mut to = wanted.typed_image_mut::<U8>().unwrap();
        resizer.resize_typed(&from, &mut to, &options).unwrap();
        assert!(found.buffer() == wanted.buffer(), "{target:?}");
    }
}

#[test]
fn pixels_of_several_bytes_are_resized_like_their_planes() {
    let (width, height) = (401_u32, 307_u32);
    for (kind, bytes) in [
        (PixelType::U8x2, 2),
        (PixelType::U8x3, 3),
        (PixelType::U8x4, 4),
    ] {
        let noise = |at: u32| (at.wrapping_mul(2_654_435_761) >> 21) as u8 ^ (at / width) as u8;
        let samples: Vec<u8> = (0..width * height * bytes as u32).map(noise).collect();
        let mut source = Image::from_vec_u8(width, height, samples.clone(), kind).unwrap();
        for ((across, down), crop) in [
            ((200, 151), [0.0, 0.0, 401.0, 307.0]),
            ((64, 64), [101.25, 3.5, 260.5, 260.5]),
            ((3, 2), [390.0, 0.0, 11.0, 307.0]),
            ((1, 1), [0.0, 0.0, 401.0, 307.0]),
            ((640, 310), [30.5, 5.0, 320.0, 155.0]),
            ((300, 97), [100.0, 3.0, 300.0, 300.0]), // only the columns are resized
            ((97, 300), [3.5, 7.0, 300.0, 300.0]),   // only the rows
            ((300, 300), [100.0, 7.0, 300.0, 300.0]), // copied
            ((300, 300), [100.5, 6.0, 300.0, 300.0]), // moved by half a pixel
        ] {
            let [x, y, w, h] = crop;
            let options = ResizeOptions::new().crop(x, y, w, h);
            let (mut found, part) = (Image::new(across, down, kind), part(crop));
            avatar_resample::resize(&mut source, &mut found, part, &mut Resizer::new()).unwrap();
            for channel in 0..bytes {
                let plane: Vec<u8> = samples
                    .iter()
                    .skip(channel)
                    .step_by(bytes)
                    .copied()
                    .collect();
                let plane = ImageRef::new(width, height, &plane, PixelType::U8).unwrap();
                let mut wanted = Image::new(across, down, PixelType::U8);
                let from = plane.typed_image::<U8>().unwrap();
                let mut to = wanted.typed_image_mut::<U8>().unwrap();
                Resizer::new()
                    .resize_typed(&from, &mut to, &options)
                    .unwrap();
                let found = found.buffer().iter().skip(channel).step_by(bytes);
                assert!(
                    found.eq(wanted.buffer()),
                    "{kind:?}, {across} x {down}, {channel}"
                );
            }
        }
        let outside = part([200.0, 0.0, 300.0, 300.0]);
        let mut target = Image::new(64, 64, kind);
        let refused =
            avatar_resample::resize(&mut source, &mut target, outside, &mut Resizer::new());
        assert!(refused.is_err(), "{kind:?}");
    }
}

fn part([left, top, width, height]: [f64; 4]) -> CropBox {
    CropBox {
        left,
        top,
        width,
        height,
    }
}
