//! Channels that follow the colours, and TIFF files whose samples are stored in an unusual way.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::rare_tiffs::tiff;
use crate::support::{code, finest, made, near, prepare};

const ORANGE: [u8; 3] = [240, 128, 16];

/// The codes of the notes on a picture.
fn codes(bytes: &[u8]) -> Vec<&'static str> {
    let avatar = prepare(finest(), bytes).unwrap();
    avatar
        .notes()
        .iter()
        .map(avatar_prepare::Note::code)
        .collect()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(bytes).unwrap();
    zlib.finish().unwrap()
}

/// A PCX of 2 by 2 pixels and 4 planes, whose rows take 4 bytes.
fn pcx(is_packed: bool, alpha: [u8; 2]) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes[..4].copy_from_slice(&[10, 5, u8::from(is_packed), 8]);
    (bytes[8], bytes[10], bytes[65], bytes[66]) = (1, 1, 4, 4);
    let [red, green, blue] = ORANGE;
    for _ in 0..2 {
        for [first, second] in [[red; 2], [green; 2], [blue; 2], alpha] {
            let coded = |value| [0xc1, value];
            match is_packed {
                true => bytes.extend([coded(first), coded(second), [0xc2, 0]].concat()),
                false => bytes.extend([first, second, 0, 0]),
            }
        }
    }
    bytes
}

#[test]
fn the_fourth_plane_of_a_pcx_is_alpha() {
    for is_packed in [true, false] {
        let square = made(&pcx(is_packed, [255, 0]));
        near(square.at(0, 1), ORANGE);
        near(square.at(1, 1), [255; 3]);
        // Alpha that is zero everywhere is none.
        near(made(&pcx(is_packed, [0, 0])).at(1, 0), ORANGE);
    }
    let mut planes_of_4_bits = pcx(true, [255, 0]);
    planes_of_4_bits[3] = 4;
    assert_eq!(code(&planes_of_4_bits), "unsupported");
    assert_eq!(code(&pcx(false, [255, 0])[..140]), "truncated");
}

#[test]
fn a_pcx_can_be_stored_without_run_lengths() {
    let mut bytes = pcx(false, [0; 2]);
    bytes.truncate(128);
    bytes[65] = 3;
    let [red, green, blue] = ORANGE;
    for _ in 0..2 {
        let lines = [red, green, blue].map(|value| [value, 255, 0, 0]);
        bytes.extend(lines.concat());
    }
    let square = made(&bytes);
    near(square.at(0, 1), ORANGE);
    near(square.at(1, 0), [255; 3]);
}

/// A Sun raster of 64 × 64 pixels of one colour and 32 bits, with these first bytes.
fn sun(first: impl Fn(usize) -> u8) -> Vec<u8> {
    let head = [0x59a6_6a95, 64, 64, 32, 4 * 64 * 64, 1, 0, 0].map(u32::to_be_bytes);
    let [red, green, blue] = ORANGE;
    let pixels = (0..64 * 64).flat_map(|at| [first(at), blue, green, red]);
    head.concat().into_iter().chain(pixels).collect()
}

#[test]
fn the_first_byte_of_32_bits_in_a_sun_raster_is_alpha_if_it_looks_like_it() {
    // Opaque on the left, a soft edge, transparent on the right.
    let logo = |at: usize| (255 - (at as i32 % 64 - 30).clamp(0, 4) * 64).clamp(0, 255) as u8;
    // A soft edge all over the left half, and a single transparent pixel.
    let cutout = |at: usize| match at {
        0 => 0,
        _ => [128 + (at % 32) as u8 * 4, 255][usize::from(at % 64 >= 32)],
    };
    let square = made(&sun(logo));
    near(square.at(square.edge / 4, 0), ORANGE);
    near(square.at(square.edge * 3 / 4, 0), [255; 3]);
    let square = made(&sun(cutout));
    near(square.at(square.edge / 2 + 4, 32), ORANGE);
    assert!(
        square.at(1, 32)[2] > ORANGE[2] + 40,
        "it is half transparent"
    );
    for value in [0, 1, 128, 255] {
        let file = sun(|_| value);
        near(made(&file).at(0, 0), ORANGE);
        assert!(codes(&file).iter().all(|code| *code != "picture_left_out"));
    }
}

/// By the definition of the format the byte is padding. Here it holds what happened to be in memory.
#[test]
fn padding_of_a_sun_raster_makes_no_holes() {
    let noise = |at: usize| (at as u32).wrapping_mul(2_654_435_761).to_be_bytes()[0];
    let text = |at: usize| b"memory that was never written\0\xff"[at % 31];
    let half = |at: usize| if at < 2048 { noise(at) } else { 0 };
    for file in [sun(noise), sun(text), sun(half)] {
        let square = made(&file);
        for (x, y) in [(0, 0), (20, 30), (63, 63)] {
            near(square.at(x, y), ORANGE);
        }
        assert!(codes(&file).contains(&"picture_left_out"));
    }
}

#[test]
fn a_raw_colour_map_of_a_sun_raster_is_no_palette() {
    let file = |depth: u32, pixel: &[u8]| {
        let length = 4 * pixel.len() as u32;
        let head = [0x59a6_6a95, 2, 2, depth, length, 1, 2, 6].map(u32::to_be_bytes);
        [&head.concat(), &[9; 6][..], &pixel.repeat(4)].concat()
    };
    let [red, green, blue] = ORANGE;
    near(made(&file(24, &[blue, green, red])).at(0, 0), ORANGE);
    assert_eq!(code(&file(8, &[1])), "unsupported");
}

/// Fields of a TIFF of RGB and one sample more.
const MORE: [(u16, u32); 3] = [(262, 2), (277, 4), (338, 0)];

#[test]
fn prediction_counts_the_samples_that_are_not_shown() {
    let [red, green, blue] = ORANGE;
    // The second pixel of each row is as the first, but for what is not shown.
    let of_8 = [red, green, blue, 9, 0, 0, 0, 7].repeat(2);
    let fields = [&MORE[..], &[(259, 8), (317, 2)]].concat();
    for x in [0, 1] {
        near(
            made(&tiff(&fields, &[8; 4], &[&deflate(&of_8)])).at(x, 1),
            ORANGE,
        );
    }
    let of_16: Vec<u8> = of_8
        .iter()
        .flat_map(|&it| (u16::from(it) << 8).to_le_bytes())
        .collect();
    near(
        made(&tiff(&fields, &[16; 4], &[&deflate(&of_16)])).at(1, 0),
        ORANGE,
    );
    // Floats: differences of bytes, the highest bytes of a row first.
    let light = |value: u16| value.to_be_bytes();
    let row = [0x3400, 0, 0x3800, 0, 0x3400, 0, 0x3800, 0].map(light); // 0.25, 0, 0.5, 0
    let apart: Vec<u8> = (0..2).flat_map(|at| row.map(|bytes| bytes[at])).collect();
    let mut differences = apart.clone();
    for at in 4..apart.len() {
        differences[at] = apart[at].wrapping_sub(apart[at - 4]);
    }
    let fields = [&MORE[..], &[(259, 8), (317, 3), (339, 3)]].concat();
    let data = deflate(&differences.repeat(2));
    // 0.25 and 0.5 of light are 137 and 188 in sRGB (IEC 61966-2-1).
    near(
        made(&tiff(&fields, &[16; 4], &[&data])).at(1, 1),
        [137, 0, 188],
    );
}

#[test]
fn reversed_bits_are_put_in_order() {
    let reversed = |bytes: &[u8]| -> Vec<u8> { bytes.iter().map(|it| it.reverse_bits()).collect() };
    let plain = ORANGE.repeat(4);
    for (compression, data) in [
        (1, plain.clone()),
        (8, deflate(&plain)),
        (32_773, [&[11], &plain[..]].concat()),
    ] {
        let fields = [(259, compression), (262, 2), (266, 2), (277, 3)];
        let square = made(&tiff(&fields, &[8; 3], &[&reversed(&data)]));
        near(square.at(1, 1), ORANGE);
    }
    // Floats are light, however they are stored.
    for (bits, floats) in [
        (16, 0x3400_u16.to_le_bytes().repeat(4)),
        (32, 0.25f32.to_le_bytes().repeat(4)),
    ] {
        let fields = [(259, 1), (262, 1), (266, 2), (277, 1), (339, 3)];
        let square = made(&tiff(&fields, &[bits], &[&reversed(&floats)]));
        near(square.at(0, 1), [137; 3]);
    }
}

/// No light is negative: phases and differences are shown from their smallest to their largest value.
#[test]
fn gray_floats_below_zero_are_measurements() {
    let floats = |values: [f32; 4]| values.map(f32::to_le_bytes).concat();
    for order in [1, 2] {
        // By the library, or beside it: it does not know the order of bits.
        let fields = [(259, 1), (262, 1), (266, order), (277, 1), (339, 3)];
        let stored = |values| match order {
            2 => floats(values).iter().map(|it| it.reverse_bits()).collect(),
            _ => floats(values),
        };
        let square = made(&tiff(&fields, &[32], &[&stored([-3.0, 0.0, 3.0, 3.0])]));
        near(square.at(0, 0), [0; 3]);
        near(square.at(1, 0), [128; 3]);
        near(square.at(0, 1), [255; 3]);
        // A little below zero is rounding.
        let square = made(&tiff(&fields, &[32], &[&stored([-0.001, 0.25, 1.0, 0.0])]));
        near(square.at(1, 0), [137; 3]);
    }
}

#[test]
fn a_jpeg_of_gray_and_alpha_in_a_tiff_is_refused() {
    let fields = [(259, 7), (262, 1), (277, 2), (338, 2)];
    let mut file = tiff(&fields, &[8, 8], &[&[0xff, 0xd8, 0xff, 0xd9]]);
    // The usual type of these tags is SHORT.
    let count = usize::from(file[8]);
    for entry in file[10..].chunks_exact_mut(12).take(count) {
        entry[2] = 3;
    }
    let error = prepare(finest(), &file).unwrap_err().to_string();
    assert_eq!(error, "unsupported TIFF: JPEG compression of 2 channels");
}
