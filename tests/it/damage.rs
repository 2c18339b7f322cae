//! Damaged and truncated files: nine tenths are enough, with a note, and the rest is gray.

use std::io::Write;

use avatar_prepare::{Note, Settings};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::ImageFormat;

use crate::support::{decode, encode, finest, jpeg, png, prepare};

const SIDE: u32 = 200;

/// No two rows and no two pixels of a row are alike, and it hardly compresses.
fn color(x: u32, y: u32) -> [u8; 3] {
    let mixed = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
    [(x + 20) as u8, (y + 20) as u8, (mixed >> 24) as u8]
}

pub(super) fn in_format(format: ImageFormat) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(SIDE, SIDE, |x, y| image::Rgb(color(x, y)));
    encode(&picture.into(), format)
}

fn share(bytes: &[u8], percent: usize) -> &[u8] {
    &bytes[..bytes.len() * percent / 100]
}

/// A TIFF with deflate compression whose directory comes first, with the given number of rows in
/// each strip.
fn packed_tiff(rows: u32) -> Vec<u8> {
    let strips: Vec<Vec<u8>> = (0..SIDE)
        .step_by(rows as usize)
        .map(|top| {
            let pixels: Vec<u8> = (top..(top + rows).min(SIDE))
                .flat_map(|y| (0..SIDE).flat_map(move |x| color(x, y)))
                .collect();
            let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
            zlib.write_all(&pixels).unwrap();
            zlib.finish().unwrap()
        })
        .collect();
    let count = strips.len() as u32;
    // The fields come first, then three depths, the offsets and the lengths, then the strips.
    let after = 8 + 2 + 10 * 12 + 4;
    let (offsets, lengths) = (after + 6, after + 6 + 4 * count);
    let first = lengths + 4 * count;
    let mut starts = Vec::new();
    strips.iter().fold(first, |at, strip| {
        starts.push(at);
        at + strip.len() as u32
    });
    let list = |at: u32, values: &[u32]| if count == 1 { values[0] } else { at };
    let sizes: Vec<u32> = strips.iter().map(|strip| strip.len() as u32).collect();
    let fields: [(u16, u16, u32, u32); 10] = [
        (256, 4, 1, SIDE),
        (257, 4, 1, SIDE),
        (258, 3, 3, after),
        (259, 3, 1, 8),
        (262, 3, 1, 2),
        (273, 4, count, list(offsets, &starts)),
        (277, 3, 1, 3),
        (278, 4, 1, rows),
        (279, 4, count, list(lengths, &sizes)),
        (284, 3, 1, 1),
    ];
    let mut file = b"II*\0\x08\0\0\0\x0a\0".to_vec();
    for (tag, kind, count, value) in fields {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file.extend([8, 0, 8, 0, 8, 0]);
    starts
        .iter()
        .chain(&sizes)
        .for_each(|value| file.extend(value.to_le_bytes()));
    file.extend(strips.concat());
    file
}

/// Formats of which every row that is there can be told from those that are not.
fn formats() -> Vec<(&'static str, Vec<u8>)> {
    let png = png(SIDE, SIDE, |x, y| {
        let [r, g, b] = color(x, y);
        [r, g, b, 255]
    });
    vec![
        ("png", png),
        ("gif", in_format(ImageFormat::Gif)),
        ("bmp", in_format(ImageFormat::Bmp)),
        ("tga", in_format(ImageFormat::Tga)),
        ("pnm", in_format(ImageFormat::Pnm)),
        ("qoi", in_format(ImageFormat::Qoi)),
        ("webp", in_format(ImageFormat::WebP)),
        ("tiff, one strip", packed_tiff(SIDE)),
        ("tiff, strips", packed_tiff(5)),
        ("jpeg", jpeg(SIDE as u16, SIDE as u16, color)),
    ]
}

#[test]
fn nine_tenths_are_enough_in_every_format() {
    for (name, whole) in formats() {
        let sound = prepare(finest(), &whole).unwrap();
        assert!(
            sound.notes().iter().all(|note| !note.is_warning()),
            "{name}"
        );
        let cut = prepare(finest(), share(&whole, 97)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let Some(Note::Damaged { percent }) = cut.notes().iter().find(|note| note.is_warning())
        else {
            panic!("{name}: {:?}", cut.notes());
        };
        assert!((93..100).contains(percent), "{name}: {percent}");
        let (sound, cut) = (decode(sound.bytes()), decode(cut.bytes()));
        // All but the lost rows and their neighbours are as they were.
        let near = |y: u32| {
            (0..SIDE).all(|x| {
                let (a, b) = (sound.at(x, y), cut.at(x, y));
                (0..3).all(|c| a[c].abs_diff(b[c]) < 40)
            })
        };
        let same = (0..SIDE).filter(|y| near(*y)).count();
        assert!((180..200).contains(&same), "{name}: {same} rows");
    }
}

#[test]
fn less_is_truncated_in_every_format() {
    for (name, whole) in formats() {
        for percent in [80, 50, 20] {
            let result = prepare(Settings::default(), share(&whole, percent));
            let error = result.expect_err(name);
            assert_eq!(
                error.code().as_str(),
                "truncated",
                "{name} {percent}: {error}"
            );
            assert_eq!(
                error.hint(),
                "the file is cut short: download or copy it again"
            );
        }
    }
}

/// A picture is also damaged if a strip holds fewer rows than it should.
#[test]
fn a_strip_that_ends_early_is_noted_or_refused() {
    for (kept, is_enough) in [(95, true), (60, false)] {
        let whole = packed_tiff(SIDE);
        let rows = SIDE * kept / 100;
        // The same file, but the strip holds fewer rows than the directory says.
        let pixels: Vec<u8> = (0..rows)
            .flat_map(|y| (0..SIDE).flat_map(move |x| color(x, y)))
            .collect();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&pixels).unwrap();
        let strip = zlib.finish().unwrap();
        let start = 8 + 2 + 10 * 12 + 4 + 6 + 8;
        let mut file = [&whole[..start], &strip].concat();
        let lengths = 10 + 8 * 12 + 8;
        file[lengths..lengths + 4].copy_from_slice(&(strip.len() as u32).to_le_bytes());
        match prepare(finest(), &file) {
            Ok(avatar) => {
                assert!(is_enough);
                let note = Note::Damaged {
                    percent: kept as u8,
                };
                assert!(avatar.notes().contains(&note), "{:?}", avatar.notes());
            }
            Err(error) => {
                assert!(!is_enough, "{error}");
                assert_eq!(error.code().as_str(), "malformed", "{error}");
            }
        }
    }
}

/// Offset, name and content of the chunks of a PNG.
fn chunks(png: &[u8]) -> Vec<(usize, Vec<u8>, Vec<u8>)> {
    let mut all = Vec::new();
    let mut at = 8;
    while at + 12 <= png.len() {
        let length = u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
        all.push((
            at,
            png[at + 4..at + 8].to_vec(),
            png[at + 8..at + 8 + length].to_vec(),
        ));
        at += 12 + length;
    }
    all
}

#[test]
fn a_png_without_its_end_or_with_a_wrong_sum_is_whole() {
    let whole = in_format(ImageFormat::Png);
    let sound = prepare(finest(), &whole).unwrap();
    let without_end = &whole[..whole.len() - 12];
    let mut wrong_sum = whole.clone();
    let (at, _, content) = chunks(&whole)
        .into_iter()
        .rfind(|(_, name, _)| name == b"IDAT")
        .unwrap();
    wrong_sum[at + 8 + content.len()] ^= 0x55;
    for file in [without_end, &wrong_sum] {
        let avatar = prepare(finest(), file).unwrap();
        assert!(
            avatar.notes().contains(&Note::DamageElsewhere),
            "{:?}",
            avatar.notes()
        );
        assert_eq!(avatar.bytes(), sound.bytes());
    }
}

/// libwebp refuses such files; here the pixels are all there, and a note says that something is not.
#[test]
fn a_lossless_webp_that_says_it_is_longer_is_noted() {
    let whole = in_format(ImageFormat::WebP);
    assert_eq!(&whole[12..16], b"VP8L");
    let sound = prepare(finest(), &whole).unwrap();
    assert!(!sound.notes().contains(&Note::DamageElsewhere));
    for places in [&[4][..], &[4, 16]] {
        let mut file = whole.clone();
        for &place in places {
            file[place] = file[place].wrapping_add(100);
            file[place + 1] += u8::from(file[place] < 100);
        }
        let avatar = prepare(finest(), &file).unwrap();
        let notes = avatar.notes();
        assert!(notes.contains(&Note::DamageElsewhere), "{notes:?}");
        assert_eq!(avatar.bytes(), sound.bytes());
    }
}

#[test]
fn a_png_that_is_damaged_inside_is_malformed() {
    let mut file = in_format(ImageFormat::Png);
    let (at, ..) = chunks(&file)
        .into_iter()
        .find(|(_, name, _)| name == b"IDAT")
        .unwrap();
    file[at + 40..at + 60].fill(0xff);
    let error = prepare(Settings::default(), &file).unwrap_err();
    assert_eq!(error.code().as_str(), "malformed", "{error}");
    assert!(!error.to_string().contains(['{', '[']), "{error}");
}

/// The rows after the damage are not in the file, even though the file ends where it should.
#[test]
fn a_webp_that_is_damaged_inside_is_malformed() {
    let whole = in_format(ImageFormat::WebP);
    let middle = whole.len() / 2;
    let mut refused = 0;
    for fill in [0, 0x55, 0xaa, 0xff] {
        let mut file = whole.clone();
        file[middle..middle + middle / 2].fill(fill);
        match prepare(finest(), &file) {
            Ok(avatar) => {
                let mut notes = avatar.notes().iter();
                assert!(!notes.any(|note| matches!(note, Note::Damaged { .. })));
            }
            Err(error) => {
                assert_eq!(error.code().as_str(), "malformed", "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
}

#[test]
fn a_size_that_no_file_so_short_can_hold_is_damage_and_no_limit() {
    let mut bmp = in_format(ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&2_000_000_000_i32.to_le_bytes());
    bmp.truncate(70);
    let error = prepare(Settings::default(), &bmp).unwrap_err();
    assert_eq!(error.code().as_str(), "limit_exceeded");
    assert!(
        error.hint().starts_with("the file is damaged"),
        "{}",
        error.hint()
    );
}

/// Messages are for people: none contains a Rust value.
#[test]
fn no_message_shows_what_only_a_programmer_reads() {
    let mut state = 0x9e37_79b9_u32;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize
    };
    let mut all = formats();
    let others = [
        ImageFormat::Tiff,
        ImageFormat::WebP,
        ImageFormat::Ico,
        ImageFormat::OpenExr,
        ImageFormat::Hdr,
    ];
    for format in others {
        let picture = image::RgbaImage::from_fn(40, 40, |x, y| {
            let [r, g, b] = color(x, y);
            image::Rgba([r, g, b, 255])
        });
        let picture = image::DynamicImage::from(picture);
        let picture = match format {
            ImageFormat::OpenExr => picture.to_rgba32f().into(),
            ImageFormat::Hdr => picture.to_rgb32f().into(),
            _ => picture,
        };
        all.push((format.to_mime_type(), encode(&picture, format)));
    }
    let mut failures = 0;
    let small = Settings::default().with_edge(64).unwrap();
    for (name, whole) in all {
        for _ in 0..60 {
            let mut file = whole.clone();
            for _ in 0..1 + next() % 4 {
                let at = match next() % 2 {
                    0 => next() % file.len().min(200),
                    _ => next() % file.len(),
                };
                file[at] = next() as u8;
            }
            let Err(error) = prepare(small.clone(), &file) else {
                continue;
            };
            failures += 1;
            let said = error.to_string();
            for mark in ["{", "[", "::", "Some(", "Err("] {
                assert!(!said.contains(mark), "{name}: {said}");
            }
        }
    }
    assert!(failures > 100, "{failures}");
}
