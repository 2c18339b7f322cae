//! Files that a small encoder makes for every feature of the syntax; what they must decode to is known exactly.

use avatar_jpeg::{ColorModel, Decoder, Error, Rect};
use slow_jpeg::check::{assert_decodes, decode, from_reference, whole};
use slow_jpeg::random::Random;
use slow_jpeg::reference;
use slow_jpeg::scan::{Ending, Scan};
use slow_jpeg::writer::Picture;

/// One to four components, every common sampling and the odd ones.
const SAMPLINGS: [&[(usize, usize)]; 14] = [
    &[(1, 1)],
    &[(2, 2)],
    &[(1, 1), (1, 1), (1, 1)],
    &[(2, 1), (1, 1), (1, 1)],
    &[(1, 2), (1, 1), (1, 1)],
    &[(2, 2), (1, 1), (1, 1)],
    &[(4, 1), (1, 1), (1, 1)],
    &[(4, 2), (1, 1), (1, 1)],
    &[(1, 1), (2, 2), (2, 2)],
    &[(2, 2), (2, 1), (1, 2)],
    &[(3, 1), (1, 1), (1, 3)],
    &[(1, 1), (1, 1), (1, 1), (1, 1)],
    &[(2, 2), (1, 1), (1, 1), (2, 2)],
    &[(2, 1), (1, 1), (1, 1), (1, 1)],
];
const SIZES: [(usize, usize); 4] = [(1, 1), (17, 9), (67, 83), (300, 41)];

#[test]
fn every_sampling_interleaving_process_and_restart_interval() {
    let mut files = 0;
    for (seed, sampling) in SAMPLINGS.iter().enumerate() {
        for (width, height) in SIZES {
            for (kind, restart) in (0..4).flat_map(|kind| [0, 1, 5].map(|restart| (kind, restart)))
            {
                let mut picture = Picture::random(width, height, sampling, seed as u64);
                picture.restart = restart;
                let picture = match kind {
                    0 => picture,
                    1 => picture.non_interleaved(),
                    2 => picture.progressive(true),
                    _ => picture.progressive(false),
                };
                assert_decodes(
                    &picture.write(),
                    &picture,
                    &format!("{sampling:?} {width}x{height} {kind} {restart}"),
                );
                files += 1;
            }
        }
    }
    assert_eq!(files, 14 * 4 * 12);
}

#[test]
fn partially_interleaved_scans() {
    let mut picture = Picture::random(50, 70, &[(2, 2), (1, 1), (1, 1)], 5);
    let scan = |components: &[usize]| Scan {
        components: components.to_vec(),
        band: (0, 63),
        high: 0,
        low: 0,
    };
    picture.scans = vec![scan(&[0]), scan(&[1, 2])];
    assert_decodes(&picture.write(), &picture, "luma alone, chroma together");
    picture.scans = vec![scan(&[1, 2]), scan(&[0])];
    assert_decodes(&picture.write(), &picture, "chroma first");
}

#[test]
fn progressive_pictures_whose_refinements_ask_for_skipped_bands() {
    let mut picture = Picture::random(90, 60, &[(1, 1)], 7).progressive(true);
    let scan = |band, high, low| Scan {
        components: vec![0],
        band,
        high,
        low,
    };
    picture.scans = vec![
        scan((0, 0), 0, 0),
        scan((40, 63), 0, 1),
        scan((1, 39), 0, 1),
        scan((30, 63), 1, 0),
        scan((1, 29), 1, 0),
    ];
    assert_decodes(&picture.write(), &picture, "bands that overlap");
    picture.scans = (1..64).map(|k| scan((k, k), 0, 0)).collect();
    picture.scans.insert(0, scan((0, 0), 0, 0));
    assert_decodes(&picture.write(), &picture, "a scan for every coefficient");
}

#[test]
fn frames_without_huffman_tables_use_the_typical_ones() {
    let mut picture = Picture::random(40, 40, &[(2, 1), (1, 1), (1, 1)], 9);
    picture.without_tables = true;
    assert_decodes(&picture.write(), &picture, "Motion-JPEG");
}

/// A picture with generated tables. Every second block has few coefficients, of which the last is among the last four.
fn generated(seed: u64, width: usize, height: usize, sampling: &[(usize, usize)]) -> Picture {
    let mut picture = Picture::random(width, height, sampling, seed);
    picture.generated = Some(seed);
    let mut random = Random(seed * 2 + 1);
    for component in &mut picture.components {
        for (at, block) in component.blocks.iter_mut().enumerate().skip(1).step_by(2) {
            let keeps: [bool; 64] = std::array::from_fn(|_| random.below(8) == 0);
            for (value, keeps) in block.iter_mut().zip(keeps).skip(1) {
                *value = if keeps { *value } else { 0 };
            }
            block[60 + at / 2 % 4] = 1;
        }
    }
    picture
}

/// Asserts that the slow decoder finds the same in a file.
fn assert_reference_agrees(bytes: &[u8], picture: &Picture, what: &str) {
    let reference = reference::decode(bytes).unwrap();
    let planes = decode(bytes, whole(picture), 8).unwrap();
    let difference = from_reference(&planes, whole(picture), &reference, 1);
    assert!(difference.max <= 1.0, "{what}: {difference:?}");
}

#[test]
fn generated_huffman_tables() {
    for seed in 0..40 {
        let picture = generated(seed, 70, 40, &[(2, 1), (1, 1), (1, 1)]);
        for picture in [picture.clone(), picture.progressive(true)] {
            let what = format!("tables {seed}, progressive: {}", picture.progressive);
            let bytes = picture.write();
            assert_decodes(&bytes, &picture, &what);
            assert_reference_agrees(&bytes, &picture, &what);
        }
    }
}

#[test]
fn runs_of_zeros_that_pass_the_last_coefficient_end_the_block() {
    for (seed, progressive) in (0..8).flat_map(|seed| [(seed, false), (seed, true)]) {
        let mut picture = generated(seed, 70, 40, &[(2, 1), (1, 1), (1, 1)]);
        picture.generated = Some(seed).filter(|seed| *seed > 0); // also with the typical tables
        if progressive {
            picture = picture.progressive(true);
        }
        picture.ending = Ending::Zeros;
        let (bytes, what) = (
            picture.write(),
            format!("{seed}, progressive: {progressive}"),
        );
        assert_decodes(&bytes, &picture, &what);
        assert_reference_agrees(&bytes, &picture, &what);
    }
}

#[test]
fn coefficients_past_the_last_one_are_damage() {
    for seed in 0..8 {
        let mut picture = generated(seed, 70, 40, &[(1, 1)]);
        picture.ending = Ending::Coefficient;
        let part = Rect::new(24, 8, 24, 24);
        let is_noticed = |bytes: &[u8], crop, eighths| {
            let planes = decode(bytes, crop, eighths);
            planes.map_or(true, |planes| planes.damaged)
        };
        let bytes = picture.write();
        for (crop, eighths) in (1..=8).flat_map(|n| [(whole(&picture), n), (part, n)]) {
            let noticed = is_noticed(&bytes, crop, eighths);
            assert!(noticed, "tables {seed}, {eighths}/8 of {crop:?}");
        }
        // Reductions do not read all scans of a progressive picture.
        let bytes = picture.clone().progressive(true).write();
        let noticed = is_noticed(&bytes, whole(&picture), 8);
        assert!(noticed, "tables {seed}, progressive");
    }
}

#[test]
fn progressive_pictures_are_the_baseline_ones_of_the_same_coefficients() {
    for (seed, blocks) in (0..).zip([1, 15, 16, 17, 33]) {
        let baseline = generated(seed, blocks * 8 - 3, 20, &[(1, 1), (1, 1), (1, 1)]);
        let files = [baseline.write(), baseline.clone().progressive(true).write()];
        let all = baseline.width as u32;
        for start in [0, 8, 24, 136].into_iter().filter(|start| *start < all) {
            let crop = Rect::new(start, 0, all - start, 20);
            for eighths in 1..=8 {
                let [one, other] = files
                    .each_ref()
                    .map(|file| decode(file, crop, eighths).unwrap());
                for (one, other) in one.planes.iter().zip(&other.planes) {
                    assert_eq!(
                        one.samples, other.samples,
                        "{blocks} from {start}, {eighths}/8"
                    );
                }
            }
            assert_decodes(&files[1], &baseline, "progressive");
        }
    }
}

#[test]
fn sixteen_bit_quantisation_tables() {
    let mut picture = Picture::random(40, 40, &[(1, 1)], 10);
    picture.steps[60] = 300;
    assert_decodes(&picture.write(), &picture, "16-bit steps");
}

#[test]
fn the_height_may_follow_in_dnl() {
    let mut picture = Picture::random(40, 75, &[(2, 2), (1, 1), (1, 1)], 11);
    picture.height_by_dnl = true;
    picture.restart = 3;
    let bytes = picture.write();
    assert_eq!(Decoder::new(&bytes).unwrap().header().height, 75);
    assert_decodes(&bytes, &picture, "DNL");
    let dnl = bytes.windows(2).position(|w| w == [0xFF, 0xDC]).unwrap();
    let without = [&bytes[..dnl], &bytes[dnl + 6..]].concat();
    assert_eq!(
        Decoder::new(&without).unwrap_err(),
        Error::Invalid { segment: "DNL" }
    );
}

#[test]
fn junk_fill_bytes_and_trailing_garbage_are_passed_over() {
    let picture = Picture::random(60, 40, &[(2, 1), (1, 1), (1, 1)], 12);
    let bytes = picture.write();
    for marker in [0xDB, 0xC0, 0xC4, 0xDA, 0xD9] {
        let at = bytes.windows(2).position(|w| w == [0xFF, marker]).unwrap();
        let with = |junk: &[u8]| [&bytes[..at], junk, &bytes[at..]].concat();
        assert_decodes(&with(&[0xFF; 7]), &picture, "fill bytes");
        if marker != 0xD9 {
            assert_decodes(&with(b"junk\0\xFF\0between"), &picture, "junk");
        }
    }
    let trailing = [&bytes[..], b"garbage", &bytes[..300]].concat();
    assert_decodes(&trailing, &picture, "trailing garbage");
}

#[test]
fn fill_bytes_before_restart_markers() {
    let mut picture = Picture::random(60, 40, &[(1, 1)], 13);
    picture.restart = 4;
    let mut bytes = picture.write();
    let restarts = |w: &[u8]| w[0] == 0xFF && (0xD0..=0xD7).contains(&w[1]);
    let at: Vec<_> = bytes
        .windows(2)
        .enumerate()
        .filter(|(_, w)| restarts(w))
        .map(|(i, _)| i)
        .collect();
    at.iter()
        .rev()
        .for_each(|&i| drop(bytes.splice(i..i, [0xFF; 3])));
    assert_decodes(&bytes, &picture, "fill bytes before RST");
}

#[test]
fn colour_models() {
    let adobe = |transform: u8| {
        let mut segment = vec![0xFF, 0xEE, 0, 14];
        segment.extend(b"Adobe\0\x64\0\0\0\0");
        segment.push(transform);
        segment
    };
    let jfif = [
        &[0xFF, 0xE0, 0, 16][..],
        b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0",
    ]
    .concat();
    let model = |count: usize, segments: Vec<u8>, ids: &[u8]| {
        let mut picture = Picture::random(16, 16, &vec![(1, 1); count], 14);
        picture.segments = segments;
        ids.iter()
            .zip(&mut picture.components)
            .for_each(|(&id, component)| component.id = id);
        assert_decodes(&picture.write(), &picture, "colour model");
        decode(&picture.write(), whole(&picture), 8).unwrap().color
    };
    assert_eq!(model(1, adobe(1), &[]), ColorModel::Gray);
    assert_eq!(model(3, vec![], &[]), ColorModel::YCbCr);
    assert_eq!(model(3, vec![], b"RGB"), ColorModel::Rgb);
    assert_eq!(model(3, adobe(0), &[]), ColorModel::Rgb);
    assert_eq!(model(3, adobe(1), b"RGB"), ColorModel::YCbCr);
    assert_eq!(model(3, [jfif, adobe(0)].concat(), &[]), ColorModel::YCbCr);
    assert_eq!(model(4, vec![], &[]), ColorModel::Cmyk { inverted: false });
    assert_eq!(model(4, adobe(0), &[]), ColorModel::Cmyk { inverted: true });
    assert_eq!(model(4, adobe(2), &[]), ColorModel::Ycck { inverted: true });
    assert_eq!(
        model(4, adobe(0), &[1, 1, 1, 1]),
        ColorModel::Cmyk { inverted: true }
    );
}

#[test]
fn crops_never_pass_the_edge_of_a_plane() {
    let picture = Picture::random(168, 168, &[(3, 1), (1, 3), (2, 2)], 16);
    let bytes = picture.write();
    // Edges on MCU boundaries: thirds times eighths are not exact there.
    let crops = (0..7).flat_map(|from| (from + 1..8).map(move |to| (from * 24, (to - from) * 24)));
    for (start, length, eighths) in crops.flat_map(|(s, l)| (1..=8).map(move |n| (s, l, n))) {
        let planes = decode(&bytes, Rect::new(start, start, length, length), eighths).unwrap();
        for plane in &planes.planes {
            let what = format!("{start} {length} {:?}", plane.eighths);
            let crop = plane.crop;
            assert!(
                crop.x >= 0.0 && crop.x + crop.width <= plane.width as f64,
                "{what}"
            );
            assert!(
                crop.y >= 0.0 && crop.y + crop.height <= plane.height as f64,
                "{what}"
            );
            assert!(crop.width > 0.0 && crop.height > 0.0, "{what}");
        }
    }
}

#[test]
fn two_components_are_unsupported() {
    let bytes = Picture::random(16, 16, &[(1, 1), (1, 1)], 15).write();
    let picture = Picture::random(16, 16, &[(1, 1), (1, 1)], 15);
    assert!(matches!(
        decode(&bytes, whole(&picture), 8),
        Err(Error::Unsupported { components: 2, .. })
    ));
}
