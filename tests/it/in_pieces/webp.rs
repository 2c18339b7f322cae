//! The same for animations in WebP: the first frame is decoded, the others are passed over.

use avatar_prepare::{Code, Settings};

use super::{Change, LEAST, flip, followed, same};
use crate::support::{encode, folder, pixels, write};

/// A lossless frame whose samples differ everywhere, as a chunk.
fn frame(width: u32, height: u32, seed: u32) -> Vec<u8> {
    let color = |x: u32, y: u32| {
        let mixed = (x * 7919 + y * 104_729 + seed).wrapping_mul(2_654_435_761);
        let [_, red, green, blue] = mixed.to_le_bytes();
        [red, green, blue]
    };
    let raster = image::RgbImage::from_raw(width, height, pixels(width, height, color)).unwrap();
    encode(&raster.into(), image::ImageFormat::WebP)[12..].to_vec()
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_le_bytes();
    let pad = vec![0; content.len() % 2];
    [&name[..], &length, content, &pad].concat()
}

fn number(value: u32) -> [u8; 3] {
    let [a, b, c, _] = value.to_le_bytes();
    [a, b, c]
}

/// A WebP of these chunks.
fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    chunk(b"RIFF", &[&b"WEBP"[..], &chunks.concat()].concat())
}

/// Chunks of an animation with frames of this size at this place, of which each is as long as needed.
fn animation(place: (u32, u32), (width, height): (u32, u32), flags: u8) -> Vec<Vec<u8>> {
    const CANVAS: (u32, u32) = (500, 400);
    let sides = [number(CANVAS.0 - 1), number(CANVAS.1 - 1)].concat();
    let mut chunks = vec![
        chunk(b"VP8X", &[&[flags | 2, 0, 0, 0], &sides[..]].concat()),
        chunk(b"ICCP", &[7; 131]),
        chunk(b"ANIM", &[0; 6]),
    ];
    let mut length = 0;
    for seed in 0.. {
        let head = [place.0 / 2, place.1 / 2, width - 1, height - 1, 40].map(number);
        let content = [&head.concat()[..], &[0], &frame(width, height, seed % 3)].concat();
        length += content.len();
        chunks.push(chunk(b"ANMF", &content));
        if length > LEAST {
            return chunks;
        }
    }
    chunks
}

#[test]
fn animated_webp_is_the_same_as_from_memory() {
    let exif = chunk(
        b"EXIF",
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0",
    );
    let whole = animation((0, 0), (500, 400), 0);
    let with = |more: Vec<u8>, flags: u8| {
        let mut chunks = animation((0, 0), (500, 400), flags);
        chunks.push(more);
        webp(&chunks)
    };
    let cases = [
        ("fills the canvas", webp(&whole), true),
        (
            "transparent",
            webp(&animation((0, 0), (500, 400), 0x10)),
            true,
        ),
        (
            "leaves some free",
            webp(&animation((20, 30), (400, 301), 0)),
            true,
        ),
        ("turned", with(exif, 8), true),
        (
            "without the EXIF it declares",
            webp(&animation((0, 0), (500, 400), 8)),
            false,
        ),
        (
            "a short unknown chunk",
            with(chunk(b"junk", &[1; 999]), 0),
            true,
        ),
        (
            "a long unknown chunk",
            with(chunk(b"junk", &[1; 600_000]), 0),
            false,
        ),
        (
            "more behind the end",
            [webp(&whole), vec![0; 3]].concat(),
            false,
        ),
        (
            "one long frame",
            webp(&[&whole[..3], &[long_frame()]].concat()),
            false,
        ),
    ];
    for (name, bytes, is_in_pieces) in cases {
        let settings = Settings::default().with_edge(100).unwrap();
        assert_eq!(same(name, &bytes, settings), is_in_pieces, "{name}");
    }
}

/// A frame that is nearly all of a file.
fn long_frame() -> Vec<u8> {
    let head = [0, 0, 499, 399, 40].map(number).concat();
    let more = chunk(b"junk", &vec![0; LEAST]);
    chunk(
        b"ANMF",
        &[&head[..], &[0], &frame(500, 400, 1), &more].concat(),
    )
}

#[test]
fn damaged_animations_are_read_whole() {
    let bytes = webp(&animation((0, 0), (500, 400), 0));
    let settings = || Settings::default().with_edge(100).unwrap();
    for at in [
        4,
        16,
        20,
        24,
        30,
        42,
        180,
        186,
        200,
        204,
        210,
        230,
        9_000,
        600_000,
        600_050,
        bytes.len() - 40,
    ] {
        for value in [0, 0x2f, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at..at + 2].fill(value);
            same(&format!("{value} at {at}"), &damaged, settings());
        }
    }
    for left in [LEAST, bytes.len() - 1, bytes.len() - 2, bytes.len() - 300] {
        same(&format!("{left} bytes"), &bytes[..left], settings());
    }
}

#[test]
fn every_byte_is_shown_and_a_change_is_an_error() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let bytes = webp(&animation((0, 0), (500, 400), 0));
    write(&path, &bytes);
    let (result, heard, is_read) = followed(&path, u64::MAX, |_| ());
    assert!(result.is_ok() && heard == bytes && is_read);
    // The length of the file, the canvas, and the length of the first frame.
    let changes: [Change; 3] = [|it| flip(it, 5), |it| flip(it, 24), |it| flip(it, 188)];
    for change in changes {
        write(&path, &bytes);
        let (result, _, is_read) = followed(&path, u64::MAX, change);
        assert_eq!(result.unwrap_err().code(), Code::Io);
        assert!(!is_read);
    }
}
