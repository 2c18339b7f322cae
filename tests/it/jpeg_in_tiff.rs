//! JPEG in TIFF: the old kind, with separate tables (TIFF 6.0, section 22), and the newer one.

use avatar_prepare::Settings;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::support::{decode, finest, prepare};

const SIDE: u16 = 48;
const COLOR: [u8; 3] = [200, 30, 40];

/// Tag, type, and values; those that do not fit are stored before the directory.
pub(crate) type Field = (u16, u16, Vec<u32>);

pub(crate) const SHORT: u16 = 3;
pub(crate) const LONG: u16 = 4;
const RATIONAL: u16 = 5;
pub(crate) const BYTES: u16 = 7;

pub(crate) fn one(tag: u16, value: u32) -> Field {
    (tag, LONG, vec![value])
}

/// A TIFF that begins with `blob`.
pub(crate) fn tiff(blob: &[u8], mut fields: Vec<Field>) -> Vec<u8> {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    bytes.extend(blob);
    fields.sort();
    let mut entries = Vec::new();
    for (tag, kind, values) in fields {
        let narrow = |value: &u32| (*value as u16).to_le_bytes().to_vec();
        let wide = |value: &u32| value.to_le_bytes().to_vec();
        let data: Vec<u8> = match kind {
            SHORT => values.iter().flat_map(narrow).collect(),
            BYTES => values.iter().map(|value| *value as u8).collect(),
            _ => values.iter().flat_map(wide).collect(),
        };
        let count = values.len() as u32 / if kind == RATIONAL { 2 } else { 1 };
        let place = bytes.len() as u32;
        let value = match data.len() {
            0..=4 => [&data[..], &[0; 4]].concat()[..4].to_vec(),
            _ => place.to_le_bytes().to_vec(),
        };
        if data.len() > 4 {
            bytes.extend(data);
        }
        let head = [
            &tag.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
        ];
        entries.push([head.concat(), value].concat());
    }
    let directory = bytes.len() as u32;
    bytes[4..8].copy_from_slice(&directory.to_le_bytes());
    bytes.extend((entries.len() as u16).to_le_bytes());
    bytes.extend(entries.concat());
    bytes.extend([0; 4]);
    bytes
}

/// A baseline JPEG of one colour.
pub(crate) fn flat(side: u16, sampling: SamplingFactor, interval: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 100);
    encoder.set_sampling_factor(sampling);
    if interval > 0 {
        encoder.set_restart_interval(interval);
    }
    let samples = COLOR.repeat(usize::from(side) * usize::from(side));
    encoder
        .encode(&samples, side, side, ColorType::Rgb)
        .unwrap();
    bytes
}

/// The segments before the scan, as marker and where the content lies, and where the scan's data does.
pub(crate) fn segments(jpeg: &[u8]) -> (Vec<(u8, std::ops::Range<usize>)>, usize) {
    let mut found = Vec::new();
    let mut at = 2;
    loop {
        let marker = jpeg[at + 1];
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        found.push((marker, at + 4..at + 2 + length));
        at += 2 + length;
        if marker == 0xda {
            return (found, at);
        }
    }
}

/// The same picture in the old way: the whole file is the blob, and its tables are pointed into.
fn old(jpeg: &[u8], photometric: u32, more: Vec<Field>) -> Vec<u8> {
    let (segments, data) = segments(jpeg);
    let mut tables = [[0; 2]; 3]; // of luma and chroma: quantizers, DC, AC
    for (marker, range) in segments {
        let mut at = range.start;
        while at < range.end && matches!(marker, 0xdb | 0xc4) {
            let (class, id) = (jpeg[at] >> 4, usize::from(jpeg[at] & 15));
            let kind = if marker == 0xdb {
                0
            } else {
                1 + usize::from(class)
            };
            tables[kind][id] = at as u32 + 1 + 8;
            let values: usize = jpeg[at + 1..at + 17].iter().map(|&n| usize::from(n)).sum();
            at += if marker == 0xdb { 65 } else { 17 + values };
        }
    }
    let side = u32::from(SIDE);
    let of_each = |[luma, chroma]: [u32; 2]| vec![luma, chroma, chroma];
    let mut fields = vec![
        one(256, side),
        one(257, side),
        (258, SHORT, vec![8; 3]),
        one(259, 6),
        one(262, photometric),
        one(273, data as u32 + 8),
        one(277, 3),
        one(278, side),
        one(279, (jpeg.len() - data - 2) as u32),
        (519, LONG, of_each(tables[0])),
        (520, LONG, of_each(tables[1])),
        (521, LONG, of_each(tables[2])),
    ];
    fields.extend(more);
    tiff(jpeg, fields)
}

#[track_caller]
fn shows(tiff: &[u8], wanted: [u8; 3]) {
    let square = decode(prepare(finest(), tiff).unwrap().bytes());
    assert_eq!(square.edge, u32::from(SIDE));
    for (x, y) in [(0, 0), (20, 30), (47, 47)] {
        let found = square.at(x, y);
        let far = found.iter().zip(wanted).map(|(a, b)| a.abs_diff(b)).max();
        assert!(far.unwrap() <= 4, "{found:?}, not {wanted:?}");
    }
}

#[test]
fn tables_may_lie_apart() {
    let plain = flat(SIDE, SamplingFactor::F_1_1, 0);
    shows(&old(&plain, 6, vec![(530, SHORT, vec![1, 1])]), COLOR);
    // Two by two is what a file has that does not say it.
    let halved = flat(SIDE, SamplingFactor::F_2_2, 0);
    shows(&old(&halved, 6, Vec::new()), COLOR);
    let restarts = flat(SIDE, SamplingFactor::F_1_1, 2);
    let fields = vec![(530, SHORT, vec![1, 1]), one(515, 2)];
    shows(&old(&restarts, 6, fields), COLOR);
}

/// Y, Cb and Cr of the colour (ITU-T T.871) are red, green and blue where the file says so.
#[test]
fn components_are_what_the_file_says() {
    let plain = flat(SIDE, SamplingFactor::F_1_1, 0);
    shows(&old(&plain, 2, Vec::new()), [82, 104, 212]);
}

/// 82, 104 and 212 are 77, 101 and 223 in the full range, which is this (TIFF 6.0, section 21).
#[test]
fn the_range_of_video_is_widened() {
    let plain = flat(SIDE, SamplingFactor::F_1_1, 0);
    let range = [16, 235, 128, 240, 128, 240];
    let wanted = [210, 18, 28];
    let fractions = range.iter().flat_map(|&value| [value, 1]).collect();
    for range in [(532, LONG, range.to_vec()), (532, RATIONAL, fractions)] {
        let fields = vec![(530, SHORT, vec![1, 1]), range];
        shows(&old(&plain, 6, fields), wanted);
    }
}

#[test]
fn what_is_missing_or_too_large_is_said() {
    let plain = flat(SIDE, SamplingFactor::F_1_1, 0);
    let refusal = |tiff: &[u8]| prepare(Settings::default(), tiff).unwrap_err().to_string();
    let fields = vec![(530, SHORT, vec![1, 1]), one(515, 70_000)];
    let said = refusal(&old(&plain, 6, fields));
    assert!(
        said.contains("restart interval of its JPEG is 70000, over 65535"),
        "{said}"
    );
    let mut cut = old(&plain, 6, vec![(530, SHORT, vec![1, 1])]);
    let tag = [7, 2, 4, 0, 3, 0, 0, 0]; // quantizers
    let at = cut.windows(8).position(|found| found == tag).unwrap();
    let list = u32::from_le_bytes(cut[at + 8..at + 12].try_into().unwrap()) as usize;
    cut[list..list + 4].fill(0xff);
    let said = refusal(&cut);
    assert!(said.contains("a table of its JPEG is missing"), "{said}");
}

/// A picture of one strip, in YCbCr.
fn place(jpeg: &[u8], side: u32) -> Vec<u8> {
    tiff(
        jpeg,
        vec![
            one(256, side),
            one(257, side),
            (258, SHORT, vec![8; 3]),
            one(259, 7),
            one(262, 6),
            one(273, 8),
            one(277, 3),
            one(278, side),
            one(279, jpeg.len() as u32),
            (530, SHORT, vec![1, 1]),
        ],
    )
}

/// PhotometricInterpretation counts, not a marker of Adobe in the JPEG, which says RGB here.
#[test]
fn a_marker_of_adobe_does_not_count() {
    let plain = flat(SIDE, SamplingFactor::F_1_1, 0);
    let jfif = 2..4 + usize::from(plain[5]);
    assert_eq!(plain[2..4], [0xff, 0xe0]);
    let mut marked = plain;
    marked.splice(jfif, *b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0");
    shows(&place(&marked, SIDE.into()), COLOR);
}

/// A large JPEG in a small place would take memory that no header announced.
#[test]
fn a_jpeg_larger_than_its_place_is_refused() {
    let fits = flat(SIDE, SamplingFactor::F_1_1, 0);
    shows(&place(&fits, SIDE.into()), COLOR);
    let large = flat(400, SamplingFactor::F_1_1, 0);
    let error = prepare(Settings::default(), &place(&large, 8)).unwrap_err();
    assert_eq!(error.code().as_str(), "malformed");
    assert!(error.to_string().contains("400"), "{error}");
}

/// The JPEG of the last strip ends early, because the file does or inside the strip.
#[test]
fn a_jpeg_without_its_end_is_noted_or_refused() {
    let noise = |x: u32, y: u32| {
        let hash = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
        hash.to_be_bytes()[..3].try_into().unwrap()
    };
    let strip = crate::support::jpeg(96, 8, noise);
    // As many rows of one strip as are needed for nine tenths; the directory lies before.
    let with = |strips: u32, cut: usize, is_stated: bool| {
        let last = strip.len() - cut;
        let mut lengths = vec![strip.len() as u32; strips as usize];
        if is_stated {
            *lengths.last_mut().unwrap() = last as u32;
        }
        let place = |start: u32| {
            let offsets = (0..strips).map(|index| start + index * strip.len() as u32);
            vec![
                one(256, 96),
                one(257, 8 * strips),
                (258, SHORT, vec![8; 3]),
                one(259, 7),
                one(262, 6),
                (273, LONG, offsets.collect()),
                one(277, 3),
                one(278, 8),
                (279, LONG, lengths.clone()),
                (530, SHORT, vec![1, 1]),
            ]
        };
        let directory = tiff(&[], place(0)).len() as u32;
        let mut file = tiff(&[], place(directory));
        for _ in 1..strips {
            file.extend(&strip);
        }
        file.extend(&strip[..last]);
        file
    };
    let damage = |file: &[u8]| {
        let notes = prepare(finest(), file).unwrap().notes().to_vec();
        notes.iter().find_map(|note| match note {
            avatar_prepare::Note::Damaged { percent } => Some(*percent),
            _ => None,
        })
    };
    let half = strip.len() / 2;
    assert_eq!(damage(&with(12, 0, true)), None);
    // A twelfth is gray; only noted is a strip that is shorter than it was, but as long as stated.
    assert_eq!(damage(&with(12, half, false)), Some(91));
    assert_eq!(damage(&with(12, half, true)), Some(100));
    for strips in [1, 2] {
        let error = prepare(finest(), &with(strips, half, false)).unwrap_err();
        assert_eq!(error.code().as_str(), "truncated");
    }
}

/// A tile is whole, however low the picture is.
#[test]
fn tiles_may_reach_beyond_the_picture() {
    let mut jpeg = Vec::new();
    // The encoder inverts ink, as Adobe's programs do in files of their own, but not in a TIFF.
    let ink = [255, 0, 0, 255].repeat(usize::from(SIDE) * usize::from(SIDE));
    let encoder = Encoder::new(&mut jpeg, 100);
    encoder.encode(&ink, SIDE, SIDE, ColorType::Cmyk).unwrap();
    let made = |height| {
        let fields = vec![
            one(256, u32::from(SIDE)),
            one(257, height),
            (258, SHORT, vec![8; 4]),
            one(259, 7),
            one(262, 5),
            one(277, 4),
            one(322, u32::from(SIDE)),
            one(323, u32::from(SIDE)),
            one(324, 8),
            one(325, jpeg.len() as u32),
        ];
        decode(prepare(finest(), &tiff(&jpeg, fields)).unwrap().bytes()).at(5, 5)
    };
    let [red, green, blue] = made(u32::from(SIDE));
    assert!(red > 200 && green < 80 && blue < 80, "{red} {green} {blue}");
    assert_eq!(made(20), [red, green, blue]);
}
