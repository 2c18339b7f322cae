//! What the headers of DDS say about alpha, and files of several pictures.

use avatar_prepare::Note;

use crate::support::{finest, made, near, prepare};

const LEFT: [u8; 3] = [240, 128, 16];
/// The right column: half transparent, and what is seen of it on white with colours that are multiplied, that are
/// not, and without alpha.
const HALF: [u8; 4] = [10, 20, 110, 128];
const MULTIPLIED: [u8; 3] = [137, 147, 237];
const STRAIGHT: [u8; 3] = [132, 137, 182];
const OPAQUE: [u8; 3] = [10, 20, 110];

/// A picture of 2 by 2 pixels with these fields of the header by their places.
fn dds(fields: &[(usize, u32)], head: usize, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; head];
    let fixed = [
        (4, 124),
        (8, 0x1007),
        (12, 2),
        (16, 2),
        (76, 32),
        (108, 0x1000),
    ];
    for (at, value) in fixed.iter().chain(fields) {
        bytes[*at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    bytes[..4].copy_from_slice(b"DDS ");
    bytes.extend(pixels);
    bytes
}

/// One with a header of Direct3D 10: kind of pixels, flags, number of pictures, and what alpha is.
fn new(kind: u32, [flags, count, alpha]: [u32; 3], pixels: &[u8]) -> Vec<u8> {
    let name = u32::from_le_bytes(*b"DX10");
    let code = [(80, 4), (84, name)];
    let more = [
        (128, kind),
        (132, 3),
        (136, flags),
        (140, count),
        (144, alpha),
    ];
    dds(&[&code[..], &more].concat(), 148, pixels)
}

/// Red, green, blue and alpha.
fn pixels() -> Vec<u8> {
    let [red, green, blue] = LEFT;
    [[red, green, blue, 255], HALF].concat().repeat(2)
}

#[test]
fn headers_of_dds_say_what_alpha_is() {
    for (alpha, wanted) in [
        (0, STRAIGHT),
        (1, STRAIGHT),
        (2, MULTIPLIED),
        (3, OPAQUE),
        (4, STRAIGHT),
    ] {
        let square = made(&new(28, [0, 1, alpha], &pixels()));
        near(square.at(0, 0), LEFT);
        near(square.at(1, 1), wanted);
    }
    // Light of 0.25 is 137 in sRGB, and 0.5 is 188: here at an alpha of a half on white.
    let light = [0.25f32, 0.25, 0.25, 0.5].map(f32::to_le_bytes).concat();
    let gray = |alpha| made(&new(2, [0, 1, alpha], &light.repeat(4))).at(0, 0);
    near(gray(1), [196; 3]);
    near(gray(2), [221; 3]);
    near(gray(3), [137; 3]);
}

#[test]
fn gray_with_alpha_is_not_red_and_green() {
    let fields = [(80, 0x2_0001), (88, 16), (92, 0xff), (104, 0xff00)];
    let square = made(&dds(&fields, 128, &[200, 255, 50, 128].repeat(2)));
    near(square.at(0, 0), [200; 3]);
    near(square.at(1, 1), [152; 3]);
}

#[test]
fn of_several_pictures_the_first_is_shown() {
    let all = [pixels(), vec![7; 5 * 16]].concat();
    let masks = [
        (92, 0xff),
        (96, 0xff00),
        (100, 0xff_0000),
        (104, 0xff00_0000),
    ];
    let old = |capabilities, depth| {
        let more = [(80, 0x41), (88, 32), (112, capabilities), (24, depth)];
        dds(&[&masks[..], &more].concat(), 128, &all)
    };
    for (file, frames) in [
        (old(0xfe00, 0), 6),
        (old(0x0e00, 0), 2),
        (old(0x20_0000, 6), 6),
        (new(28, [4, 1, 0], &all), 6),
        (new(28, [0, 6, 0], &all), 6),
    ] {
        let avatar = prepare(finest(), &file).unwrap();
        let notes = avatar.notes();
        assert!(notes.contains(&Note::FirstFrame { frames }), "{notes:?}");
        let square = made(&file);
        near(square.at(0, 0), LEFT);
        near(square.at(1, 1), STRAIGHT);
    }
}
