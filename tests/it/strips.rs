//! Strips of TIFF in every compression: chroma that pixels share, fax, and lossless JPEG.

use std::io::Write;

use avatar_prepare::Note;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::scans::{Field, Page, SHORT, one, tiff};
use crate::support::{self, made, near};

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(bytes).unwrap();
    zlib.finish().unwrap()
}

/// PackBits without any runs.
fn packbits(bytes: &[u8]) -> Vec<u8> {
    let pieces = bytes.chunks(100);
    pieces
        .flat_map(|piece| [&[piece.len() as u8 - 1], piece].concat())
        .collect()
}

/// LZW that clears its table before it has codes of more than 9 bits.
fn lzw(bytes: &[u8]) -> Vec<u8> {
    let codes = bytes
        .chunks(200)
        .flat_map(|piece| std::iter::once(256).chain(piece.iter().map(|&byte| u16::from(byte))));
    bits(codes.chain([257]).map(|code| format!("{code:09b}")))
}

/// Bits as text, filled up to whole bytes.
fn bits(text: impl IntoIterator<Item = String>) -> Vec<u8> {
    let text: String = text.into_iter().collect();
    let bytes = text.as_bytes().chunks(8).map(|byte| {
        let value = |(at, bit): (usize, &u8)| u8::from(*bit == b'1') << (7 - at);
        byte.iter().enumerate().map(value).sum()
    });
    bytes.collect()
}

/// A file of one picture in one strip.
fn file(size: (u32, u32), fields: Vec<Field>, strip: Vec<u8>) -> Vec<u8> {
    let page = Page {
        size,
        fields,
        strip,
    };
    tiff(&[page], &[])
}

/// Red and blue in YCbCr, by ITU-R BT.601.
const RED: [u8; 3] = [82, 104, 212];
const BLUE: [u8; 3] = [64, 205, 120];

/// Red on the left, blue on the right, 16 by 16 pixels.
fn halves((across, down): (usize, usize)) -> Vec<u8> {
    let row = (0..16 / across).flat_map(|column| {
        let [y, cb, cr] = if column * across < 8 { RED } else { BLUE };
        [&vec![y; across * down][..], &[cb, cr]].concat()
    });
    row.collect::<Vec<u8>>().repeat(16 / down)
}

fn ycbcr(compression: u32, sampling: (usize, usize), strip: Vec<u8>) -> Vec<u8> {
    let fields = vec![
        (258, SHORT, vec![8; 3]),
        one(259, compression),
        one(262, 6),
        one(277, 3),
        one(278, 16),
        (530, SHORT, vec![sampling.0 as u32, sampling.1 as u32]),
    ];
    let size = (16, 16);
    file(size, fields, strip)
}

#[test]
fn shared_chroma_is_read_in_every_compression() {
    for sampling in [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (4, 2), (4, 4)] {
        let plain = halves(sampling);
        let strips = [
            (1, plain.clone()),
            (5, lzw(&plain)),
            (8, deflate(&plain)),
            (32_946, deflate(&plain)),
            (32_773, packbits(&plain)),
        ];
        for (compression, strip) in strips {
            println!("{sampling:?} by {compression}");
            let square = made(&ycbcr(compression, sampling, strip));
            near(square.at(2, 2), [200, 30, 39]);
            near(square.at(13, 13), [53, 40, 200]);
        }
    }
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, 100);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    let pixels: Vec<u8> = (0..256)
        .flat_map(|at| {
            if at % 16 < 8 {
                [200, 30, 40]
            } else {
                [53, 40, 200]
            }
        })
        .collect();
    encoder
        .encode(&pixels, 16, 16, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    let square = made(&ycbcr(7, (2, 2), jpeg));
    near(square.at(2, 2), [200, 30, 40]);
    near(square.at(13, 13), [53, 40, 200]);
}

/// White 8, black 8, white 16 (ITU-T T.4, table 2).
const ROW: &str = "10011000101101010";
const END_OF_LINE: &str = "000000000001";

fn fax(compression: u32, more: &[Field], strip: Vec<u8>) -> Vec<u8> {
    let mut fields = vec![one(259, compression), one(262, 0), one(277, 1)];
    fields.extend(more.iter().cloned());
    let size = (32, 32);
    file(size, fields, strip)
}

#[track_caller]
fn shows_the_bar(file: &[u8]) {
    let square = made(file);
    for y in [0, 13, 31] {
        near(square.at(3, y), [255; 3]);
        near(square.at(12, y), [0; 3]);
        near(square.at(25, y), [255; 3]);
    }
}

#[test]
fn fax_is_read_with_all_its_tags_and_without_them() {
    let rows = |row: &dyn Fn(usize) -> String| bits((0..32).map(row));
    let byte_aligned = bits([ROW.into()]).repeat(32);
    let one_dimension = rows(&|_| format!("{END_OF_LINE}{ROW}"));
    // The second of two rows is as the one above: three times no shift.
    let two_dimensions = rows(&|y| match y % 2 {
        0 => format!("{END_OF_LINE}1{ROW}"),
        _ => format!("{END_OF_LINE}0111"),
    });
    // The ends of lines end with a byte: 4 bits before them are filled.
    let filled = rows(&|_| format!("0000{END_OF_LINE}{ROW:0<24}"));
    let ending = format!("{END_OF_LINE}{END_OF_LINE}");
    let group4 = bits((0..33).map(|y| match y {
        0 => "001100110001011".into(), // horizontal: white 8, black 8; no shift
        32 => ending.clone(),
        _ => "111".into(),
    }));
    let reversed = |strip: &[u8]| strip.iter().map(|byte| byte.reverse_bits()).collect();
    let rows_per_strip = one(278, 32);
    let kinds: [(u32, Vec<Field>, &[u8]); 6] = [
        (2, vec![], &byte_aligned),
        (3, vec![], &one_dimension),
        (3, vec![one(292, 0)], &one_dimension),
        (3, vec![one(292, 1)], &two_dimensions),
        (3, vec![one(292, 4)], &filled),
        (4, vec![one(293, 0)], &group4),
    ];
    for (compression, fields, strip) in kinds {
        println!("{compression} with {fields:?}");
        shows_the_bar(&fax(compression, &fields, strip.to_vec()));
        let with_rows = [&fields[..], std::slice::from_ref(&rows_per_strip)].concat();
        shows_the_bar(&fax(compression, &with_rows, strip.to_vec()));
        let backwards = [&fields[..], &[one(266, 2)]].concat();
        shows_the_bar(&fax(compression, &backwards, reversed(strip)));
    }
}

/// A lossless JPEG (ITU-T T.81, annex H) of the difference to the pixel on the left, or in the first
/// column to the one above.
fn lossless(
    side: usize,
    channels: usize,
    precision: u8,
    at: impl Fn(usize, usize, usize) -> u16,
) -> Vec<u8> {
    let ids: Vec<u8> = (1..=channels as u8).collect();
    let mut file = vec![0xff, 0xd8];
    let mut segment = |code: u8, body: &[u8]| {
        file.extend([0xff, code]);
        file.extend((body.len() as u16 + 2).to_be_bytes());
        file.extend(body);
    };
    let size = (side as u16).to_be_bytes();
    let mut frame = [&[precision], &size[..], &size, &[channels as u8]].concat();
    ids.iter().for_each(|id| frame.extend([*id, 0x11, 0]));
    segment(0xc3, &frame);
    // All 17 categories as codes of five bits.
    let counts = [0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    segment(
        0xc4,
        &[&[0], &counts[..], &(0..17).collect::<Vec<u8>>()].concat(),
    );
    let mut scan = vec![channels as u8];
    ids.iter().for_each(|id| scan.extend([*id, 0]));
    segment(0xda, &[&scan[..], &[1, 0, 0]].concat());
    let mut text = Vec::new();
    for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
        for channel in 0..channels {
            let before = match (x, y) {
                (0, 0) => 1 << (precision - 1),
                (0, _) => i32::from(at(0, y - 1, channel)),
                _ => i32::from(at(x - 1, y, channel)),
            };
            let difference = i32::from(at(x, y, channel)) - before;
            let difference = i32::from(difference as u16 as i16);
            let category = 32 - difference.unsigned_abs().leading_zeros() as usize;
            let value = if difference < 0 {
                difference - 1
            } else {
                difference
            };
            let value = (value as u32) & ((1 << category) - 1);
            text.push(format!("{category:05b}"));
            // A difference of 2^15 needs no more bits.
            if (1..16).contains(&category) {
                text.push(format!("{value:0category$b}"));
            }
        }
    }
    for byte in bits(text) {
        file.push(byte);
        if byte == 0xff {
            file.push(0);
        }
    }
    file.extend([0xff, 0xd9]);
    file
}

#[test]
fn lossless_jpeg_is_read_in_strips() {
    let gradient = |x: usize, y: usize, channel: usize| match channel {
        0 => x * 16,
        1 => y * 16,
        _ => 40,
    } as u16;
    let page = |channels: usize, depth: u32, strip: Vec<u8>| {
        let fields = vec![
            (258, SHORT, vec![depth; channels]),
            one(259, 7),
            one(262, if channels == 1 { 1 } else { 2 }),
            one(277, channels as u32),
            one(278, 16),
        ];
        let size = (16, 16);
        file(size, fields, strip)
    };
    let square = made(&page(1, 8, lossless(16, 1, 8, gradient)));
    near(square.at(12, 4), [192; 3]);
    let wide = |x: usize, y: usize, channel: usize| 257 * gradient(x, y, channel);
    let square = made(&page(1, 16, lossless(16, 1, 16, wide)));
    near(square.at(12, 4), [192; 3]);
    let square = made(&page(3, 8, lossless(16, 3, 8, gradient)));
    near(square.at(12, 4), [192, 64, 40]);
    near(square.at(4, 12), [64, 192, 40]);
    // Data that is left over means that something before it was wrong.
    let mut strip = lossless(16, 1, 8, gradient);
    let is_damaged = |strip: Vec<u8>| {
        let result = support::prepare(support::finest(), &page(1, 8, strip)).unwrap();
        result.notes().contains(&Note::Damaged { percent: 100 })
    };
    assert!(!is_damaged(strip.clone()));
    strip.splice(strip.len() - 2..strip.len() - 2, [0x12; 40]);
    assert!(is_damaged(strip));
}

/// CMYK with alpha of 16 bits.
#[test]
fn ink_of_16_bits_with_alpha_shows_paper() {
    let wide = |bytes: &[u8]| -> Vec<u8> {
        bytes
            .iter()
            .flat_map(|&byte| (u16::from(byte) * 257).to_le_bytes())
            .collect()
    };
    let red = |alpha: u8| [0, 255, 255, 0, alpha];
    let strip = wide(&[red(255), red(0), red(255), red(0)].concat());
    let fields = vec![
        (258, SHORT, vec![16; 5]),
        one(259, 1),
        one(262, 5),
        one(277, 5),
        one(278, 2),
        one(338, 2),
    ];
    let size = (2, 2);
    let square = made(&file(size, fields, strip));
    near(square.at(0, 0), [254, 0, 0]);
    near(square.at(1, 1), [255; 3]);
}
