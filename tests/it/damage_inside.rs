//! Damage that leaves a file readable: bytes that appear, vanish or change in the middle. It is noted
//! wherever the format lets it show.

use std::io::Write;

use avatar_prepare::Note;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::ImageFormat;

use crate::scans::{Page, SHORT, one, tiff};
use crate::support::{Numbers, corpus, encode, finest, jpeg, prepare};

const SIDE: u32 = 96;

/// Patches of colour with some noise, so that there are runs and single pixels.
fn color(x: u32, y: u32) -> [u8; 3] {
    let noise = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761) >> 30;
    let patch = |v: u32| ((v / 12) * 29) as u8;
    if noise == 0 {
        [patch(y), 90, patch(x)]
    } else {
        [patch(x), patch(y), 120]
    }
}

fn rgb() -> Vec<u8> {
    let places = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
    places.flat_map(|(x, y)| color(x, y)).collect()
}

/// One byte a pixel.
fn indices() -> Vec<u8> {
    rgb().chunks(3).map(|pixel| pixel[0] & 0x3f).collect()
}

/// Runs of at most `most` equal bytes.
fn runs(bytes: &[u8], most: usize) -> Vec<(usize, u8)> {
    let mut found: Vec<(usize, u8)> = Vec::new();
    for &byte in bytes {
        match found.last_mut() {
            Some((count, value)) if *value == byte && *count < most => *count += 1,
            _ => found.push((1, byte)),
        }
    }
    found
}

/// The head of a file and its data, which is damaged, with what follows.
type Parts = (Vec<u8>, Vec<u8>, Vec<u8>);

fn pcx() -> Parts {
    let mut head = vec![0; 128];
    head[..4].copy_from_slice(&[10, 5, 1, 8]);
    head[8] = SIDE as u8 - 1;
    head[10] = SIDE as u8 - 1;
    head[65] = 1;
    head[66] = SIDE as u8;
    let data = indices()
        .chunks(SIDE as usize)
        .flat_map(|row| runs(row, 63))
        .flat_map(|(count, value)| [0xc0 | count as u8, value])
        .collect();
    let palette = (0..=255).flat_map(|value| [value, 255 - value, 77]);
    (head, data, std::iter::once(12).chain(palette).collect())
}

fn sun() -> Parts {
    let head: Vec<u8> = [0x59a6_6a95, SIDE, SIDE, 8, 0, 2, 0, 0]
        .iter()
        .flat_map(|value: &u32| value.to_be_bytes())
        .collect();
    let data = runs(&indices(), 200)
        .into_iter()
        .flat_map(|(count, value)| match count {
            1 => vec![value],
            _ => vec![128, count as u8 - 1, value],
        })
        .collect();
    (head, data, Vec::new())
}

fn targa() -> Parts {
    let mut head = vec![0; 18];
    head[2] = 11;
    (head[12], head[14], head[16]) = (SIDE as u8, SIDE as u8, 8);
    let data = runs(&indices(), 128)
        .into_iter()
        .flat_map(|(count, value)| [0x80 | (count as u8 - 1), value])
        .collect();
    (head, data, Vec::new())
}

fn packed_tiff(compression: u32, strip: Vec<u8>) -> Parts {
    let length = strip.len();
    let fields = vec![
        (258, SHORT, vec![8; 3]),
        one(259, compression),
        one(262, 2),
        one(277, 3),
        one(278, SIDE),
    ];
    let size = (SIDE, SIDE);
    let file = tiff(
        &[Page {
            size,
            fields,
            strip,
        }],
        &[],
    );
    (
        file[..8].to_vec(),
        file[8..8 + length].to_vec(),
        file[8 + length..].to_vec(),
    )
}

fn packbits() -> Parts {
    let data = rgb()
        .chunks(3 * SIDE as usize)
        .flat_map(|row| row.chunks(90))
        .flat_map(|piece| [&[piece.len() as u8 - 1], piece].concat())
        .collect();
    packed_tiff(32_773, data)
}

fn deflate() -> Parts {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(&rgb()).unwrap();
    packed_tiff(8, zlib.finish().unwrap())
}

fn is_noted(file: &[u8]) -> bool {
    prepare(finest(), file).is_ok_and(|avatar| {
        (avatar.notes().iter())
            .any(|note| matches!(note, Note::Damaged { .. } | Note::DamageElsewhere))
    })
}

/// Whether the damage is reported, and whether it is there at all.
fn is_reported(file: &[u8]) -> bool {
    prepare(finest(), file).is_err() || is_noted(file)
}

/// The share of damaged files that are reported: with a value changed, with bytes more, and less.
fn reported(head: &[u8], data: &[u8], end: &[u8], change: impl Fn(&mut Vec<u8>, usize)) -> f64 {
    const TRIES: usize = 40;
    let mut numbers = Numbers(7);
    let found = (0..TRIES).filter(|_| {
        let mut data = data.to_vec();
        let at = data.len() / 20 + numbers.below(data.len() * 9 / 10);
        change(&mut data, at);
        is_reported(&[head, &data, end].concat())
    });
    found.count() as f64 / TRIES as f64
}

#[test]
fn runs_that_do_not_fit_are_reported() {
    let kinds = [("PCX", pcx()), ("Sun raster", sun()), ("TGA", targa())];
    for (name, (head, data, end)) in kinds {
        assert!(!is_reported(&[&head[..], &data, &end].concat()), "{name}");
        let share = |change: &dyn Fn(&mut Vec<u8>, usize)| reported(&head, &data, &end, change);
        let more = share(&|data, at| drop(data.splice(at..at, [9, 7])));
        let less = share(&|data, at| drop(data.drain(at..at + 2)));
        println!("{name}: {more} {less}");
        // What is left over can be zeros, which programs also fill up with.
        assert!(more >= 0.95 && less >= 0.95, "{name}");
    }
}

#[test]
fn strips_that_do_not_fit_are_reported() {
    for (name, (head, data, end)) in [("PackBits", packbits()), ("Deflate", deflate())] {
        assert!(!is_reported(&[&head[..], &data, &end].concat()), "{name}");
        let share = |change: &dyn Fn(&mut Vec<u8>, usize)| reported(&head, &data, &end, change);
        let changed = share(&|data, at| data[at] ^= 0x10);
        println!("{name}: {changed}");
        // A checksum shows everything, lengths only what changes them.
        assert!(changed == 1.0 || name == "PackBits", "{name}");
        // What follows has to keep its place.
        let moved = share(&|data, at| {
            data.remove(at);
            data.push(0);
        });
        assert!(moved >= 0.95, "{name}: {moved}");
    }
}

#[test]
fn rows_of_sgi_that_do_not_fit_are_lost() {
    let side = SIDE as usize;
    let mut head = vec![0; 512];
    head[..12].copy_from_slice(&[0x01, 0xda, 1, 1, 0, 2, 0, SIDE as u8, 0, SIDE as u8, 0, 1]);
    head[19] = 255;
    let rows: Vec<Vec<u8>> = indices()
        .chunks(side)
        .map(|row| {
            let runs = runs(row, 127).into_iter();
            runs.flat_map(|(count, value)| [count as u8, value])
                .chain([0])
                .collect()
        })
        .collect();
    let file = |rows: &[Vec<u8>]| {
        let mut at = 512 + 8 * side;
        let starts: Vec<u8> = (rows.iter())
            .flat_map(|row| {
                at += row.len();
                ((at - row.len()) as u32).to_be_bytes()
            })
            .collect();
        let lengths = rows.iter().flat_map(|row| (row.len() as u32).to_be_bytes());
        [head.clone(), starts, lengths.collect(), rows.concat()].concat()
    };
    assert!(!is_reported(&file(&rows)));
    for lost in [3, 9, 20] {
        let mut damaged = rows.clone();
        for row in damaged.iter_mut().skip(30).take(lost) {
            row[0] -= 1;
        }
        let result = prepare(finest(), &file(&damaged));
        if lost <= 9 {
            let percent = (100 * (side - lost) / side) as u8;
            let avatar = result.unwrap();
            let notes = avatar.notes();
            assert!(notes.contains(&Note::Damaged { percent }), "{notes:?}");
        } else {
            assert_eq!(result.unwrap_err().code().as_str(), "malformed");
        }
    }
}

#[test]
fn what_is_left_of_lossless_webp_is_reported() {
    let picture = image::RgbImage::from_raw(SIDE, SIDE, rgb()).unwrap();
    let whole = encode(&picture.into(), ImageFormat::WebP);
    assert!(!is_reported(&whole));
    let (head, data) = whole.split_at(20);
    let (mut noted, mut refused) = (0, 0);
    for at in (data.len() / 4..data.len() - 20).step_by(11) {
        let mut data = data.to_vec();
        data.splice(at..at, [0x5a; 6]);
        data.truncate(whole.len() - 20);
        let file = [head, &data].concat();
        noted += usize::from(is_noted(&file));
        refused += usize::from(prepare(finest(), &file).is_err());
    }
    let tries = (data.len() / 4..data.len() - 20).step_by(11).count();
    println!("{noted} noted, {refused} refused of {tries}");
    assert!(
        noted > 0 && (noted + refused) * 10 >= tries * 8,
        "{noted} {refused} {tries}"
    );
}

#[test]
fn data_of_jpeg_that_ends_elsewhere_is_reported() {
    let whole = jpeg(SIDE as u16, SIDE as u16, color);
    assert!(!is_reported(&whole));
    let scan = whole
        .windows(2)
        .position(|pair| pair == [0xff, 0xda])
        .unwrap()
        + 14;
    let (head, data) = whole.split_at(scan);
    let (data, end) = data.split_at(data.len() - 2);
    // More bytes than a block has. What is left out can end where another block does.
    let more = reported(head, data, end, |data, at| {
        drop(data.splice(at..at, [0x5a; 90]));
    });
    let less = reported(head, data, end, |data, at| drop(data.drain(at..at + 90)));
    println!("{more} {less}");
    assert!(more == 1.0 && less >= 0.7, "{more} {less}");
}

/// The length of a tile-part says where the next begins.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn bytes_more_or_less_in_jpeg_2000_are_reported() {
    let name = "formats/jp2/kakadu-lossless-rgba-u8-prog1-layers1-res6-mct.jp2";
    let whole = std::fs::read(corpus().join(name)).unwrap();
    assert!(!is_reported(&whole));
    let (head, data) = whole.split_at(whole.len() / 4);
    let (data, end) = data.split_at(data.len() - 8);
    let more = reported(head, data, end, |data, at| {
        drop(data.splice(at..at, [0x11; 3]));
    });
    let less = reported(head, data, end, |data, at| drop(data.drain(at..at + 3)));
    println!("{more} {less}");
    assert_eq!((more, less), (1.0, 1.0));
}

#[test]
fn what_programs_fill_up_with_is_no_damage() {
    let file = |(head, data, end): &Parts, more: &[u8]| [head, data, more, end].concat();
    let (pcx, targa) = (pcx(), targa());
    for parts in [&pcx, &targa] {
        // Records of 128 bytes, as CP/M had them.
        for more in [&[][..], &[0x1a; 1], &[0x1a; 127], &[0; 127]] {
            assert!(!is_reported(&file(parts, more)), "{more:?}");
        }
        for more in [&[0x1a, 0, 0x1a][..], &[0x1b; 127]] {
            assert!(is_noted(&file(parts, more)), "{more:?}");
        }
    }
    // A palette behind 24 bits, which need none.
    let (mut head, _, palette) = pcx;
    (head[8], head[10], head[65], head[66]) = (59, 59, 3, 60);
    let rows = [0xc0 | 60, 99].repeat(3 * 60);
    assert!(!is_reported(&[head, rows, palette].concat()));
    for signature in [&b"TRUEVISION-XFILE.\0"[..], b"TRUEVISION-XFILE."] {
        let footer = [&[0; 8], signature].concat();
        assert!(!is_reported(&file(&targa, &footer)), "{signature:?}");
        assert!(is_noted(&file(&targa, &[&[9; 40], &footer[..]].concat())));
    }
}

/// A file of the data of [`packbits`] and what is added, in one strip of this number of rows.
fn strip_of(rows: u32, more: &[u8]) -> Vec<u8> {
    let strip = [&packbits().1, more].concat();
    let (head, data, end) = packed_tiff(32_773, strip);
    // The tag, its type and its count.
    let field = [0x16, 1, 4, 0, 1, 0, 0, 0];
    let at = end.windows(8).position(|window| window == field).unwrap() + 8;
    let mut end = end;
    end[at..at + 4].copy_from_slice(&rows.to_le_bytes());
    [head, data, end].concat()
}

#[test]
fn strips_that_are_filled_up_are_no_damage() {
    let whole = [u32::MAX, SIDE];
    for rows in whole {
        for more in [&[][..], &[0; 3], &[0; 400], &[0x80; 400]] {
            assert!(!is_reported(&strip_of(rows, more)), "{rows} {more:?}");
        }
        for more in [&[0, 0x80, 0, 0x80][..], &[3, 1, 2, 3, 4]] {
            assert!(is_noted(&strip_of(rows, more)), "{rows} {more:?}");
        }
    }
    // Rows below the picture.
    let row = [0x81, 7].repeat(3);
    assert!(!is_reported(&strip_of(SIDE + 32, &row.repeat(32))));
    assert!(is_noted(&strip_of(SIDE, &row.repeat(32))));
}

/// JPEG 2000 in a JP2 file, made from the corpus: its boxes before the codestream, and that.
fn jpeg_2000(name: &str) -> (Vec<u8>, Vec<u8>) {
    let file = std::fs::read(corpus().join("formats/jp2").join(name)).unwrap();
    let start = [0xff, 0x4f, 0xff, 0x51];
    let at = file.windows(4).position(|window| window == start).unwrap();
    // A box whose length is 0 goes on to the end of the file.
    let length = u32::from_be_bytes(*file[at - 8..].first_chunk().unwrap()) as usize;
    let end = if length == 0 {
        file.len()
    } else {
        at - 8 + length
    };
    (file[..at - 8].to_vec(), file[at..end].to_vec())
}

fn jp2(boxes: &[u8], codestream: &[u8]) -> Vec<u8> {
    let length = (codestream.len() as u32 + 8).to_be_bytes();
    [boxes, &length, b"jp2c", codestream].concat()
}

const KAKADU: &str = "kakadu-lossless-rgba-u8-prog1-layers1-res6-mct.jp2";

/// Data in the middle that contradicts the length of its tile part.
fn shifted(codestream: &[u8]) -> Vec<u8> {
    let mut damaged = codestream.to_vec();
    let middle = damaged.len() / 2;
    damaged.splice(middle..middle, [0x11; 3]);
    damaged
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn boxes_of_jpeg_2000_that_are_only_unusual_are_no_damage() {
    let (boxes, codestream) = jpeg_2000(KAKADU);
    let sound = jp2(&boxes, &codestream);
    assert!(!is_reported(&sound));
    for count in 1..8 {
        let rest = vec![0; count];
        assert!(!is_reported(&[&sound[..], &rest].concat()), "{count}");
        let damaged = [&jp2(&boxes, &shifted(&codestream))[..], &rest].concat();
        assert!(is_noted(&damaged), "{count}");
    }
    // Four components of which nothing says that the last is alpha.
    let mut renamed = boxes.clone();
    let at = boxes.windows(4).position(|name| name == b"cdef").unwrap();
    renamed[at..at + 4].copy_from_slice(b"free");
    assert!(!is_reported(&jp2(&renamed, &codestream)));
    assert!(is_noted(&jp2(&renamed, &shifted(&codestream))));
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_last_tile_part_of_jpeg_2000_that_leaves_its_length_open_is_no_damage() {
    let (boxes, mut codestream) = jpeg_2000(KAKADU);
    let sot = [0xff, 0x90, 0, 10];
    let at = codestream.windows(4).rposition(|four| four == sot);
    let length = at.unwrap() + 6;
    codestream[length..length + 4].fill(0);
    assert!(!is_reported(&jp2(&boxes, &codestream)));
    assert!(!is_reported(&codestream));
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_colour_transform_of_jpeg_2000_without_colours_is_no_damage() {
    let (boxes, mut codestream) = jpeg_2000("kakadu-lossless-gray-u8-prog1-layers1-res6-icc.jp2");
    let cod = [0xff, 0x52, 0, 12];
    let at = codestream.windows(4).position(|four| four == cod).unwrap();
    assert_eq!(codestream[at + 8], 0);
    codestream[at + 8] = 1;
    assert!(!is_reported(&jp2(&boxes, &codestream)));
    assert!(!is_reported(&codestream));
}
