//! The same for files whose rows are compressed, have alpha, or are planes.

use std::fs::{self, File};
use std::io::Write;

use avatar_prepare::{Code, Limits, Preparer, Settings, Source};
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use super::{Change, SIZE, each_settings, followed, samples};
use crate::support::{folder, write};

/// Compressed data that is as long as the bytes: it takes no time, and the files have to be long.
pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn chunk(file: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(content);
    file.extend((content.len() as u32).to_be_bytes());
    file.extend(name);
    file.extend(content);
    file.extend(sum.sum().to_be_bytes());
}

/// A PNG with 8 KiB of pixels in each chunk, resolutions before them, and EXIF behind them.
pub(super) fn png(kind: u8, depth: u8, channels: usize, samples: &[u8]) -> Vec<u8> {
    let row = SIZE.0 as usize * channels * usize::from(depth) / 8;
    let filtered: Vec<&[u8]> = samples
        .chunks(row)
        .flat_map(|row| [&[0][..], row])
        .collect();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let size = [SIZE.0.to_be_bytes(), SIZE.1.to_be_bytes()].concat();
    chunk(
        &mut file,
        b"IHDR",
        &[&size[..], &[depth, kind, 0, 0, 0]].concat(),
    );
    let resolutions = [1000u32.to_be_bytes(), 2000u32.to_be_bytes()].concat();
    chunk(&mut file, b"pHYs", &[&resolutions[..], &[1]].concat());
    chunk(&mut file, b"iTXt", &[b'x'; 5000]);
    for part in deflated(&filtered.concat()).chunks(8192) {
        chunk(&mut file, b"IDAT", part);
    }
    // One field: orientation 6.
    let exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    chunk(&mut file, b"eXIf", exif);
    chunk(&mut file, b"IEND", &[]);
    file
}

/// PackBits without repetitions.
fn literal(row: &[u8]) -> Vec<u8> {
    let packet = |part: &[u8]| [&[part.len() as u8 - 1], part].concat();
    row.chunks(128).flat_map(packet).collect()
}

/// A TIFF of RGB with 8 bits: strips of 16 rows, and the directory behind them.
fn tiff(compression: u32, pack: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    tiff_of(3, compression, pack)
}

/// The same with alpha, by which colours are multiplied, if there are four channels.
fn tiff_of(channels: u32, compression: u32, pack: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let (width, height) = SIZE;
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
    for strip in samples(channels, 1).chunks((16 * channels * width) as usize) {
        let packed = pack(strip);
        offsets.extend((file.len() as u32).to_le_bytes());
        lengths.extend((packed.len() as u32).to_le_bytes());
        file.extend(packed);
        file.resize(file.len().next_multiple_of(2), 0);
    }
    let count = offsets.len() as u32 / 4;
    let at = file.len() as u32;
    file.extend([offsets, lengths, [8u16; 4].map(u16::to_le_bytes).concat()].concat());
    file.resize(file.len().next_multiple_of(2), 0);
    let directory = file.len() as u32;
    let fields: [[u32; 4]; 10] = [
        [256, 4, 1, width],
        [257, 4, 1, height],
        [258, 3, channels, at + 8 * count],
        [259, 4, 1, compression],
        [262, 4, 1, 2],
        [273, 4, count, at],
        [277, 4, 1, channels],
        [278, 4, 1, 16],
        [279, 4, count, at + 4 * count],
        [338, 3, 1, 1],
    ];
    let fields = &fields[..6 + channels as usize];
    file.extend((fields.len() as u16).to_le_bytes());
    for &[tag, kind, count, value] in fields {
        file.extend([tag as u16, kind as u16].map(u16::to_le_bytes).concat());
        file.extend([count, value].map(u32::to_le_bytes).concat());
    }
    file.extend([0; 4]);
    file[4..8].copy_from_slice(&directory.to_le_bytes());
    file
}

fn tga(kind: u8, bits: u8, flags: u8, samples: &[u8]) -> Vec<u8> {
    let mut file = vec![0; 12];
    file[2] = kind;
    file.extend(
        [SIZE.0 as u16, SIZE.1 as u16]
            .map(u16::to_le_bytes)
            .concat(),
    );
    file.extend([bits, flags]);
    file.extend(samples);
    file
}

/// A PSD with so many planes, and a megabyte of layers that are never read.
pub(super) fn psd(mode: u8, depth: u8, planes: usize, is_packed: bool) -> Vec<u8> {
    let mut file = b"8BPS\0\x01\0\0\0\0\0\0\0".to_vec();
    file.push(planes as u8);
    file.extend([SIZE.1.to_be_bytes(), SIZE.0.to_be_bytes()].concat());
    file.extend([0, depth, 0, mode]);
    file.extend([0; 8]);
    file.extend((1u32 << 20).to_be_bytes());
    file.resize(file.len() + (1 << 20), 0);
    file.extend([0, u8::from(is_packed)]);
    let row = (SIZE.0 * u32::from(depth) / 8) as usize;
    let rows: Vec<Vec<u8>> = samples(planes as u32, u32::from(depth) / 8)
        .chunks(row)
        .map(|row| {
            if is_packed {
                literal(row)
            } else {
                row.to_vec()
            }
        })
        .collect();
    if is_packed {
        let lengths = rows.iter().map(|row| (row.len() as u16).to_be_bytes());
        file.extend(lengths.collect::<Vec<_>>().concat());
    }
    file.extend(rows.concat());
    file
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let (rgb, rgba) = (samples(3, 1), samples(4, 1));
    let lzw = |strip: &[u8]| {
        let mut encoder = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
        encoder.encode(strip).unwrap()
    };
    vec![
        ("png", png(2, 8, 3, &rgb)),
        ("png with alpha", png(6, 8, 4, &rgba)),
        ("png of 16 bits", png(0, 16, 1, &samples(1, 2))),
        ("tiff, deflate", tiff(8, deflated)),
        ("tiff, lzw", tiff(5, lzw)),
        ("tiff, packbits", tiff(32_773, literal)),
        ("tiff with alpha", tiff_of(4, 1, <[u8]>::to_vec)),
        ("tga", tga(2, 24, 0, &rgb)),
        ("tga with alpha", tga(2, 32, 0x28, &rgba)),
        ("psd", psd(3, 8, 3, false)),
        ("psd, packbits", psd(4, 8, 4, true)),
        ("psd of 16 bits", psd(3, 16, 3, false)),
    ]
}

#[test]
fn results_are_the_same_as_from_memory_and_take_less_memory() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    for (place, (name, bytes)) in files().into_iter().enumerate() {
        write(&path, &bytes);
        let each = each_settings();
        // One that reduces, and of some kinds also one that does not, and one at the bottom.
        let chosen: &[usize] = if ["png", "psd"].contains(&name) {
            &[3, 1, 5]
        } else {
            &[3]
        };
        for settings in chosen.iter().map(|&at| each[at].clone()) {
            let mut preparer = Preparer::new(settings, Limits::default());
            let expected = preparer.prepare(&bytes).unwrap();
            let whole = preparer.cost().memory.unwrap();
            let source = Source::Path(path.clone());
            let found = preparer.prepare_source(&source).unwrap();
            let in_pieces = preparer.cost().memory.unwrap();
            assert!(found.bytes() == expected.bytes(), "{name}");
            assert_eq!(found.notes(), expected.notes(), "{name}");
            assert_eq!(found.probe(), expected.probe(), "{name}");
            let saved = bytes.len() as u64 - (7 << 20);
            assert!(
                in_pieces <= whole - saved / 2,
                "{name}: {in_pieces}, {whole}"
            );
            let inspected = preparer.inspect(&source).unwrap();
            assert_eq!(inspected.memory.prepared, in_pieces, "{name}");
            assert_eq!(&inspected.probe, expected.probe(), "{name}");
        }
        if place % 4 == 0 {
            let (result, heard, is_read) = followed(&path, u64::MAX, |_| ());
            assert!(result.is_ok() && heard == bytes && is_read, "{name}");
        }
    }
}

/// Damage is mended from the whole file, and what depends on all pixels is seen there.
#[test]
fn what_cannot_be_decoded_in_order_is_read_whole() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let png = png(2, 8, 3, &samples(3, 1));
    let tiff = tiff(8, deflated);
    let flipped = |bytes: &[u8], percent: usize| {
        let mut bytes = bytes.to_vec();
        let at = bytes.len() / 100 * percent;
        bytes[at] ^= 0x40;
        bytes
    };
    let mut misplaced = png.clone();
    misplaced.truncate(png.len() - 12);
    let files = [
        ("png, damaged at its end", flipped(&png, 96)),
        ("png, damaged inside", flipped(&png, 50)),
        ("png, cut", png[..png.len() / 100 * 97].to_vec()),
        ("png without its end", misplaced),
        (
            "png with more behind its end",
            [&png[..], &vec![7; 2 << 20]].concat(),
        ),
        ("tiff, damaged", flipped(&tiff, 50)),
        ("tga, alpha of zero", tga(2, 32, 0x28, &void())),
        ("psd of one colour", uniform()),
    ];
    for (name, bytes) in files {
        write(&path, &bytes);
        let settings = Settings::default().with_edge(170).unwrap();
        let mut preparer = Preparer::new(settings, Limits::default());
        let expected = preparer.prepare(&bytes);
        let found = preparer.prepare_source(&Source::Path(path.clone()));
        match (found, expected) {
            (Ok(found), Ok(expected)) => {
                assert!(found.bytes() == expected.bytes(), "{name}");
                assert_eq!(found.notes(), expected.notes(), "{name}");
            }
            (Err(found), Err(expected)) => {
                assert_eq!(found.to_string(), expected.to_string(), "{name}");
                assert_eq!(found.code(), expected.code(), "{name}");
            }
            (found, expected) => panic!("{name}: {:?} {:?}", found.err(), expected.err()),
        }
        let (_, _, is_in_pieces) = followed(&path, u64::MAX, |_| ());
        assert!(!is_in_pieces, "{name}");
    }
}

/// Pixels with alpha 0.
fn void() -> Vec<u8> {
    let pixels = samples(4, 1);
    pixels
        .chunks(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 0])
        .collect()
}

/// A document whose merged picture has one colour.
pub(super) fn uniform() -> Vec<u8> {
    let mut file = psd(3, 8, 3, false);
    let start = file.len() - (3 * SIZE.0 * SIZE.1) as usize;
    file[start..].fill(200);
    file
}

#[test]
fn a_file_that_changes_while_it_is_read_is_an_error() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let cut: Change = |path| {
        let file = File::options().write(true).open(path).unwrap();
        file.set_len(fs::metadata(path).unwrap().len() / 2).unwrap();
    };
    let longer: Change = |path| {
        let file = File::options().write(true).open(path).unwrap();
        file.set_len(fs::metadata(path).unwrap().len() + 1).unwrap();
    };
    let head: Change = |path| {
        let mut bytes = fs::read(path).unwrap();
        // The height of a PNG, a TGA and a PSD.
        let places = if bytes[0] == 0x89 { 22..24 } else { 14..18 };
        bytes[places]
            .iter_mut()
            .for_each(|byte| *byte = byte.wrapping_sub(1));
        fs::write(path, bytes).unwrap();
    };
    let layers: Change = |path| {
        let mut bytes = fs::read(path).unwrap();
        bytes[34..38].copy_from_slice(&(1u32 << 20).wrapping_sub(6).to_be_bytes());
        fs::write(path, bytes).unwrap();
    };
    let some = ["png", "tiff, deflate", "tga", "psd"];
    let files = files().into_iter().filter(|(name, _)| some.contains(name));
    for (name, bytes) in files {
        let changes = [
            ("cut", cut),
            ("longer", longer),
            ("head", head),
            ("layers", layers),
        ];
        for (change_name, change) in changes {
            if name != "psd" && change_name == "layers" {
                continue;
            }
            if name == "tiff, deflate" && change_name == "head" {
                continue;
            }
            write(&path, &bytes);
            let (result, _, is_read) = followed(&path, u64::MAX, change);
            let error = result.expect_err(name);
            assert_eq!(error.code(), Code::Io, "{name}, {change_name}");
            let cause = std::error::Error::source(&error).unwrap().to_string();
            assert_eq!(
                cause, "the file changed while it was read",
                "{name}, {change_name}"
            );
            assert!(!is_read, "{name}, {change_name}");
        }
    }
}
