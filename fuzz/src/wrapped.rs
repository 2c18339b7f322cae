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

/// EXIF, XMP, profiles and texts in a JPEG, a PNG and a WebP; the first byte chooses which.
pub fn metadata(input: &[u8]) {
    let (Some((choice, content)), true) = (input.split_first(), input.len() <= LONGEST) else {
        return;
    };
    match choice % 12 {
        4..=9 => return in_a_png(choice % 12 - 4, content),
        10.. => return in_a_webp(choice % 12 == 10, content),
        _ => {}
    }
    let (marker, start): (u8, &[u8]) = match choice % 12 {
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

/// A chunk of a PNG. Programs write EXIF and XMP also as texts, some of them packed.
fn in_a_png(kind: u8, content: &[u8]) {
    let (kind, start): (&[u8; 4], &[u8]) = match kind {
        0 => (b"eXIf", b""),
        1 => (b"iCCP", b"a\0\0"),
        2 => (b"tEXt", b"Raw profile type exif\0\nexif\n"),
        3 => (b"zTXt", b"Raw profile type exif\0\0"),
        4 => (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0"),
        _ => (b"tEXt", b""),
    };
    let content = [start, content].concat();
    let (head, rest) = PNG.split_at(33);
    let file = [head, &chunk(*kind, &content), rest].concat();
    examined(&file);
}

/// A chunk of a PNG with its checksum.
fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_be_bytes();
    let mut checksum = u32::MAX;
    for byte in kind.iter().chain(content) {
        checksum ^= u32::from(*byte);
        for _ in 0..8 {
            let odd = checksum & 1;
            checksum = (checksum >> 1) ^ (odd * 0xEDB8_8320);
        }
    }
    [&length[..], &kind, content, &(!checksum).to_be_bytes()].concat()
}

fn in_a_webp(is_exif: bool, content: &[u8]) {
    let part = |kind: &[u8; 4], content: &[u8]| {
        let length = (content.len() as u32).to_le_bytes();
        let padding = vec![0; content.len() % 2];
        [kind, &length[..], content, &padding].concat()
    };
    let (flags, kind) = if is_exif { (8, b"EXIF") } else { (4, b"XMP ") };
    let body = [
        b"WEBP".to_vec(),
        part(b"VP8X", &[flags, 0, 0, 0, 7, 0, 0, 7, 0, 0]),
        part(b"VP8L", b"\x2f\x07\xc0\x01\x00\x88\x88\x08\x00\x00\x00"),
        part(kind, content),
    ]
    .concat();
    let length = (body.len() as u32).to_le_bytes();
    examined(&[b"RIFF", &length[..], &body].concat());
}

fn examined(file: &[u8]) {
    outcome(file, &settings());
    let _ = avatar_prepare::examine(file, &super::pictures::limits());
}

/// A gray PNG of 8 by 8 pixels: the header, and pixels in a packed block.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 8, 0, 0,
    0, 8, 8, 0, 0, 0, 0, 0xE1, 0x64, 0xE1, 0x57, 0x00, 0x00, 0x00, 0x0C, 0x49, 0x44, 0x41, 0x54,
    0x78, 0xDA, 0x63, 0x60, 0xA0, 0x0E, 0x00, 0x00, 0x00, 0x48, 0x00, 0x01, 0x10, 0x45, 0xEF, 0xD2,
    0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xAE, 0x42, 0x60, 0x82,
];

/// A gray JPEG of 8 by 8 pixels.
const SMALL: &[u8] = &[
    0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, 0xFF,
    0xC4, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xC4, 0, 20, 0x10, 1,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F,
    0xFF, 0xD9,
];
