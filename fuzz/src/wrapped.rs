//! Parts of files with a sound file around them, so that every input gets as far as the part.

use super::pictures::{outcome, settings};

/// Longer inputs find nothing that shorter ones do not.
const LONGEST: usize = 60_000;

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32 + 8).to_be_bytes();
    [&length[..], kind, content].concat()
}

/// What `meta` of a HEIC, AVIF or JPEG 2000 holds; the first byte chooses which.
pub fn boxes(input: &[u8]) {
    let (Some((choice, content)), true) = (input.split_first(), input.len() <= LONGEST) else {
        return;
    };
    let file = match choice % 3 {
        0 => [
            boxed(b"ftyp", b"heic\0\0\0\0mif1heic"),
            boxed(b"meta", &[&[0; 4], content].concat()),
        ],
        1 => [
            boxed(b"ftyp", b"avif\0\0\0\0mif1avif"),
            boxed(b"meta", &[&[0; 4], content].concat()),
        ],
        _ => [
            [
                boxed(b"jP  ", b"\r\n\x87\n"),
                boxed(b"ftyp", b"jp2 \0\0\0\0jp2 "),
            ]
            .concat(),
            boxed(b"jp2h", content),
        ],
    };
    outcome(&file.concat(), &settings());
}

/// The section of layers of a Photoshop document without a merged picture.
pub fn layers(input: &[u8]) {
    if input.len() > LONGEST {
        return;
    }
    let head = b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x10\0\0\0\x18\0\x08\0\x03\0\0\0\0";
    let version = b"\0\0\0\x18\x38BIM\x04\x21\0\0\0\0\0\x0b\0\0\0\x01\0\0\0\0\0\0\0";
    let length = (input.len() as u32).to_be_bytes();
    let file = [&head[..], version, b"\0", &length, input, b"\0\x01"].concat();
    outcome(&file, &settings());
}

/// EXIF, XMP and profiles in a JPEG and in a PNG; the first byte chooses which.
pub fn metadata(input: &[u8]) {
    let (Some((choice, content)), true) = (input.split_first(), input.len() <= LONGEST) else {
        return;
    };
    let (marker, start): (u8, &[u8]) = match choice % 4 {
        0 => (0xE1, b"Exif\0\0"),
        1 => (0xE1, b"http://ns.adobe.com/xap/1.0/\0"),
        2 => (0xE2, b"ICC_PROFILE\0\x01\x01"),
        _ => (0xED, b"Photoshop 3.0\x008BIM"),
    };
    let length = (start.len() + content.len() + 2) as u16;
    let segment = [&[0xFF, marker][..], &length.to_be_bytes(), start, content].concat();
    let Some((head, rest)) = SMALL.split_at_checked(2) else {
        return;
    };
    let file = [head, &segment, rest].concat();
    outcome(&file, &settings());
    let _ = avatar_prepare::exif_names_a_place(content);
    let _ = avatar_prepare::examine(&file, &super::pictures::limits());
}

/// A gray JPEG of 8 by 8 pixels.
const SMALL: &[u8] = &[
    0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, 0xFF,
    0xC4, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xC4, 0, 20, 0x10, 1,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F,
    0xFF, 0xD9,
];
