//! Large files are read in pieces: the result is that of the whole file.

use std::fs;
use std::path::PathBuf;

use avatar_prepare::{Avatar, Error, Limits, Preparer, Source};
use slow_jpeg::writer::Picture;

use super::Choices;
use super::heic::grid;
use super::pictures::settings;

/// Files from this length on are read in pieces.
const LEAST: usize = 8 << 20;
/// Kinds of files whose pixels are plain rows. The next ones are small pictures with much behind them.
const KINDS: u8 = 6;
/// Bytes of an input that are used.
const LONGEST: usize = 300;

/// Three bytes choose the format and the size; each three that follow change a byte anywhere in the file, most of
/// them near its start.
pub fn in_pieces(input: &[u8]) {
    let mut choices = Choices(input.get(..LONGEST).unwrap_or(input));
    let (kind, wide, more) = (choices.next(), choices.next(), choices.next());
    let width = 1_000 + usize::from(wide);
    let height = LEAST / (3 * width) + 1 + usize::from(more);
    let mut file = match (kind & 0x40, kind % 16) {
        (0, KINDS..=8) => with_more(kind, wide, more),
        (0, _) => plain(kind, width, height),
        _ => coded(kind, wide, more),
    };
    while let [high, low, value, rest @ ..] = choices.0 {
        choices = Choices(rest);
        let at = match high & 0xC0 {
            0xC0 => usize::from(high & 0x3F) * file.len() / 64 + usize::from(*low),
            _ => usize::from(high & 1) * 256 + usize::from(*low),
        };
        if let Some(byte) = file.get_mut(at) {
            *byte = *value;
        }
    }
    if kind & 0x80 != 0 {
        file.truncate(file.len() - usize::from(more));
    }
    let whole = prepared(|preparer| preparer.prepare(&file));
    let path = place();
    fs::write(&path, &file).expect("the temporary folder can be written");
    let parts = prepared(|preparer| preparer.prepare_source(&Source::Path(path.clone())));
    fs::remove_file(&path).expect("it can be removed");
    assert!(whole == parts, "{whole:?} is not {parts:?}");
}

/// A file of this process and thread.
fn place() -> PathBuf {
    let thread = format!("{:?}", std::thread::current().id());
    let thread: String = thread.chars().filter(char::is_ascii_digit).collect();
    std::env::temp_dir().join(format!("in-pieces-{}-{thread}", std::process::id()))
}

/// Everything that must be the same.
fn prepared(
    make: impl FnOnce(&mut Preparer) -> Result<Avatar, Error>,
) -> Result<(Vec<u8>, String), (String, String)> {
    let mut preparer = Preparer::new(settings(), Limits::default());
    match make(&mut preparer) {
        Ok(avatar) => {
            let notes = format!("{:?} {:?}", avatar.notes(), avatar.frame());
            Ok((avatar.into_bytes(), notes))
        }
        Err(error) => Err((error.code().as_str().into(), error.to_string())),
    }
}

/// Bytes that are read at a time.
const PIECE: usize = 1 << 18;

/// A JPEG whose first scan begins shortly before the end of a piece: its headers are at the start of the file, so
/// that the changes near there change them.
fn coded(kind: u8, wide: u8, restart: u8) -> Vec<u8> {
    const SAMPLINGS: [&[(usize, usize)]; 4] = [
        &[(1, 1)],
        &[(2, 2), (1, 1), (1, 1)],
        &[(1, 2), (1, 1), (1, 1)],
        &[(1, 1), (1, 1), (1, 1), (1, 1)],
    ];
    let sampling = SAMPLINGS[usize::from(kind & 3)];
    let picture = Picture::random(40 + usize::from(wide), 50, sampling, 1);
    let mut picture = match kind >> 2 & 3 {
        0 => picture,
        1 => picture.non_interleaved(),
        2 => picture.progressive(true),
        _ => picture.progressive(false),
    };
    picture.restart = restart.into();
    let bytes = picture.write();
    let scan = bytes.windows(2).position(|it| it == [0xFF, 0xDA]);
    let (head, scans) = bytes.split_at(scan.unwrap_or(bytes.len()));
    let mut file = head.to_vec();
    while file.len() < PIECE - 512 {
        let rest = PIECE - file.len() - usize::from(wide) - 8;
        let length = rest.min(0x8000) as u16;
        file.extend([0xFF, 0xFE]);
        file.extend(length.to_be_bytes());
        file.resize(file.len() + usize::from(length) - 2, 0);
    }
    file.extend(scans);
    file.resize(LEAST, 0);
    file
}

/// A small picture with much behind it: other frames, or a film.
fn with_more(kind: u8, wide: u8, more: u8) -> Vec<u8> {
    let more = LEAST + usize::from(more);
    match kind % 16 {
        6 => gif(wide, more),
        7 => webp(more),
        _ => heic(more),
    }
}

/// A GIF whose first frame has 128 x 100 pixels, and whose second frame is long.
fn gif(flags: u8, more: usize) -> Vec<u8> {
    let mut file = b"GIF89a\x80\0\x64\0\xf1\0\0\0\0\0\xff\0\0\0\xff\0\0\0\xff".to_vec();
    file.extend(b"\x21\xf9\x04\0\0\0\0\0");
    let frame = [b',', 0, 0, 0, 0, 128, 0, 100, 0, flags & 0x40, 2];
    file.extend(frame);
    // Codes of 3 bits, each two after a code that clears the table: 16 pixels are in 9 bytes.
    let block = [0x44, 0xa8, 0x71, 0x21, 0xc4, 0x84, 0x02, 0x27, 0x62].repeat(28);
    (0..29).for_each(|_| file.extend([&[252][..], &block].concat()));
    file.push(0);
    file.extend(frame);
    file.extend([&[255][..], &[7; 255]].concat().repeat(more / 256));
    file.extend(b"\0;");
    file
}

/// An animation of the frame of a small picture, with a long frame behind it.
fn webp(more: usize) -> Vec<u8> {
    let picture = include_bytes!("../../samples/pictures/animation/animated-webp.webp");
    let mut file = picture.to_vec();
    let content = [&[0; 16][..], b"VP8L\0\0\0\0", &vec![0; more / 2 * 2]].concat();
    file.extend(
        [
            &b"ANMF"[..],
            &(content.len() as u32).to_le_bytes(),
            &content,
        ]
        .concat(),
    );
    let length = (file.len() - 8) as u32;
    file[4..8].copy_from_slice(&length.to_le_bytes());
    file
}

/// A grid with a film.
fn heic(more: usize) -> Vec<u8> {
    let length = (more as u32).to_be_bytes();
    [&grid()[..], &length, b"mpvd", &vec![0; more - 8]].concat()
}

/// A picture of plain rows, of 8 bits and three channels.
fn plain(kind: u8, width: usize, height: usize) -> Vec<u8> {
    let (head, stride) = match kind % KINDS {
        0 => (
            format!("P6\n{width} {height}\n255\n").into_bytes(),
            3 * width,
        ),
        1 => (bmp(width, height), (3 * width).next_multiple_of(4)),
        2 => (tiff(width, height, u32::to_le_bytes, b"II*\0"), 3 * width),
        3 => (tiff(width, height, u32::to_be_bytes, b"MM\0*"), 3 * width),
        4 => (tga(width, height), 3 * width),
        _ => (psd(width, height), 3 * width),
    };
    let start = head.len();
    let mut file = head;
    file.resize(start + stride * height, 0);
    // In runs, because the tests compile this without optimisation.
    for (run, bytes) in file[start..].chunks_mut(97).enumerate() {
        bytes.fill((run ^ (run >> 6)) as u8);
    }
    file
}

fn bmp(width: usize, height: usize) -> Vec<u8> {
    let numbers = [0, 0, 54, 40, width as u32, height as u32];
    let mut head = b"BM".to_vec();
    head.extend(numbers.map(u32::to_le_bytes).concat());
    head.extend([1, 0, 24, 0]);
    head.resize(54, 0);
    head
}

fn tga(width: usize, height: usize) -> Vec<u8> {
    let sides = [width, height].map(|side| (side as u16).to_le_bytes());
    [
        &[0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        &sides.concat()[..],
        &[24, 0],
    ]
    .concat()
}

/// Without layers. Its planes follow one another.
fn psd(width: usize, height: usize) -> Vec<u8> {
    let sides = [height, width].map(|side| (side as u32).to_be_bytes());
    let start = b"8BPS\0\x01\0\0\0\0\0\0\0\x03";
    [&start[..], &sides.concat(), &[0, 8, 0, 3], &[0; 14]].concat()
}

/// One strip after a directory.
fn tiff(width: usize, height: usize, long: fn(u32) -> [u8; 4], magic: &[u8; 4]) -> Vec<u8> {
    let is_big = magic.starts_with(b"M");
    let short = |value: u16| match is_big {
        true => value.to_be_bytes(),
        false => value.to_le_bytes(),
    };
    let length = (3 * width * height) as u32;
    let (bits, rows) = (120, 150);
    let tags = [
        (256, 4, 1, width as u32),
        (257, 4, 1, height as u32),
        (258, 3, 3, bits),
        (262, 4, 1, 2),
        (273, 4, 1, rows),
        (277, 4, 1, 3),
        (278, 4, 1, height as u32),
        (279, 4, 1, length),
    ];
    let mut head = [&magic[..], &long(8), &short(tags.len() as u16)].concat();
    for (tag, kind, count, value) in tags {
        head.extend([&short(tag)[..], &short(kind), &long(count), &long(value)].concat());
    }
    head.resize(bits as usize, 0);
    head.extend([8, 8, 8].map(short).concat());
    head.resize(rows as usize, 0);
    head
}
