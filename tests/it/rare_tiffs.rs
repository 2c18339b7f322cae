//! Rare variants of TIFF, and files at the limits of its specification.

use avatar_prepare::{Limits, Preparer, Settings};

use crate::support::{decode, finest, folder, made, near, prepare, run};

/// A TIFF of 2 by 2 pixels in one strip for each plane.
pub(crate) fn tiff(fields: &[(u16, u32)], bits: &[u16], planes: &[&[u8]]) -> Vec<u8> {
    let mut fields = fields.to_vec();
    fields.extend([(256, 2), (257, 2), (278, 2)]);
    let directory = 2 + 12 * (fields.len() + 3) + 4;
    let lists = 8 + directory;
    let data = lists + 2 * bits.len() + 8 * planes.len();
    let mut entries: Vec<(u16, u16, u32, u32)> = fields
        .iter()
        .map(|&(tag, value)| (tag, 4, 1, value))
        .collect();
    let inline = |values: &[u32], at: usize| {
        if values.len() == 1 {
            values[0]
        } else {
            at as u32
        }
    };
    let depth = if bits.len() < 3 {
        u32::from(bits[0]) | bits.get(1).map_or(0, |&bits| u32::from(bits) << 16)
    } else {
        lists as u32
    };
    let mut at = data;
    let mut offsets = Vec::new();
    for plane in planes {
        offsets.push(at as u32);
        at += plane.len();
    }
    let lengths: Vec<u32> = planes.iter().map(|plane| plane.len() as u32).collect();
    let first = lists + 2 * bits.len();
    entries.push((258, 3, bits.len() as u32, depth));
    entries.push((273, 4, planes.len() as u32, inline(&offsets, first)));
    entries.push((
        279,
        4,
        planes.len() as u32,
        inline(&lengths, first + 4 * planes.len()),
    ));
    entries.sort_unstable();
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bits.iter()
        .for_each(|bits| bytes.extend(bits.to_le_bytes()));
    offsets
        .iter()
        .chain(&lengths)
        .for_each(|value| bytes.extend(value.to_le_bytes()));
    planes.iter().for_each(|plane| bytes.extend(*plane));
    bytes
}

#[test]
fn rare_tiffs_are_read() {
    // Gray with alpha; half of black on white.
    let gray_alpha = tiff(
        &[(259, 1), (262, 1), (277, 2), (338, 2)],
        &[8, 8],
        &[&[0, 128, 0, 128, 0, 128, 0, 128]],
    );
    near(made(&gray_alpha).at(0, 0), [127; 3]);
    // The same where nothing is said of the second sample; where it is stated to be no colour, it can be anything.
    for (said, gray) in [(&[][..], 127), (&[(338, 0)], 0)] {
        let fields = [&[(259, 1), (262, 1), (277, 2)], said].concat();
        let file = tiff(&fields, &[8, 8], &[&[0, 128, 0, 128, 0, 128, 0, 128]]);
        near(made(&file).at(0, 0), [gray; 3]);
    }
    // 32-bit gray.
    let wide: Vec<u8> = [0x4000_0000u32; 4]
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    near(
        made(&tiff(&[(259, 1), (262, 1), (277, 1)], &[32], &[&wide])).at(0, 0),
        [64; 3],
    );
    // 64-bit floats are light: a quarter of it is 137 in sRGB (IEC 61966-2-1).
    let floats: Vec<u8> = [0.25f64; 4]
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    near(
        made(&tiff(
            &[(259, 1), (262, 1), (277, 1), (339, 3)],
            &[64],
            &[&floats],
        ))
        .at(0, 0),
        [137; 3],
    );
}

/// Only LZW, Deflate and LZMA are predicted. libtiff ignores the tag elsewhere, and refuses numbers that it does not know.
#[test]
fn prediction_counts_only_where_there_can_be_some() {
    let gray = [10, 60, 110, 160];
    let picture = |compression, predictor, data: &[u8]| {
        tiff(
            &[(259, compression), (262, 1), (277, 1), (317, predictor)],
            &[8],
            &[data],
        )
    };
    let packed = [3, 10, 60, 110, 160]; // PackBits: four bytes as they are
    for (compression, data) in [(1, &gray[..]), (32_773, &packed)] {
        for predictor in [1, 2, 3] {
            let made = made(&picture(compression, predictor, data));
            near(made.at(0, 0), [10; 3]);
            near(made.at(1, 0), [60; 3]);
            near(made.at(1, 1), [160; 3]);
        }
    }
    let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut deflated, &gray).unwrap();
    let deflated = deflated.finish().unwrap();
    for predictor in [3, 4, 34_892, 34_893] {
        let error = prepare(Settings::default(), &picture(8, predictor, &deflated)).unwrap_err();
        assert!(
            matches!(error.code().as_str(), "unsupported" | "malformed"),
            "{predictor}: {error}"
        );
    }
}

/// Encoders of WebP leave out alpha that is opaque everywhere.
#[test]
fn opaque_webp_in_a_tiff_with_alpha_is_read() {
    let mut webp = Vec::new();
    image::codecs::webp::WebPEncoder::new_lossless(&mut webp)
        .encode(
            &[200, 30, 40, 0, 90, 0, 0, 0, 250, 7, 8, 9],
            2,
            2,
            image::ExtendedColorType::Rgb8,
        )
        .unwrap();
    let file = tiff(
        &[(259, 50_001), (262, 2), (277, 4), (338, 2)],
        &[8, 8, 8, 8],
        &[&webp],
    );
    let avatar = prepare(finest(), &file).unwrap();
    assert_eq!(
        avatar.notes().len(),
        1,
        "only its size: {:?}",
        avatar.notes()
    );
    let made = decode(avatar.bytes());
    near(made.at(0, 0), [200, 30, 40]);
    near(made.at(1, 1), [7, 8, 9]);
    // Without alpha, and as what cannot be in a TIFF.
    let fields = |samples| [(259, 50_001), (262, 2), (277, samples)];
    let plain = self::made(&tiff(&fields(3), &[8, 8, 8], &[&webp]));
    near(plain.at(0, 0), [200, 30, 40]);
    near(plain.at(1, 1), [7, 8, 9]);
    for (file, code) in [
        (tiff(&fields(1), &[8], &[&webp]), "unsupported"),
        (tiff(&fields(3), &[8, 8, 8], &[&webp[..20]]), "truncated"),
    ] {
        let error = prepare(Settings::default(), &file).unwrap_err();
        assert_eq!(error.code().as_str(), code, "{error}");
    }
}

/// As many rows to a strip as a number holds, which is the default of TIFF, are one strip.
#[test]
fn a_strip_may_say_that_it_never_ends() {
    let picture = crate::support::tiff(90, 60, 1, |_, _| [200, 30, 40]);
    let entry = [0x16, 1, 4, 0, 1, 0, 0, 0, 60, 0, 0, 0]; // RowsPerStrip
    let at = picture
        .windows(12)
        .position(|found| found == entry)
        .unwrap();
    let mut endless = picture.clone();
    endless[at + 8..at + 12].fill(0xff);
    let small = Settings::default();
    assert_eq!(
        prepare(small.clone(), &endless).unwrap().bytes(),
        prepare(small, &picture).unwrap().bytes()
    );
}

#[test]
fn tiffs_at_the_edges_are_read() {
    let gray = |fields: &[(u16, u32)], bits: &[u16], rows: &[u8]| {
        let fields = [&[(277, 1), (262, 1)], fields].concat();
        let square = made(&tiff(&fields, bits, &[rows]));
        (square.at(0, 0), square.at(1, 1))
    };
    let signed: Vec<u8> = [-32_768i16, -32_768, 32_767, 32_767]
        .map(i16::to_le_bytes)
        .concat();
    let (first, last) = gray(&[(259, 1), (339, 2)], &[16], &signed);
    near(first, [0; 3]);
    near(last, [255; 3]);
    // Twelve bits a sample.
    let (first, last) = gray(&[(259, 1)], &[12], &[0x80, 0x08, 0x00, 0x20, 0x02, 0x00]);
    near(first, [128; 3]);
    near(last, [32; 3]);
    // Bits from the right.
    let (first, last) = gray(&[(259, 1), (266, 2)], &[1], &[0b11, 0]);
    near(first, [255; 3]);
    near(last, [0; 3]);
    // LZW from before TIFF 6.0: codes of 9 bits from the right.
    let codes = [256u64, 200, 200, 40, 40, 257];
    let packed = codes.iter().rev().fold(0, |word, code| word << 9 | code);
    let (first, last) = gray(&[(259, 5)], &[8], &packed.to_le_bytes()[..7]);
    near(first, [200; 3]);
    near(last, [40; 3]);
    // More depths than samples.
    let pixels = [[200, 10, 10], [200, 10, 10], [10, 10, 200], [10, 10, 200]].concat();
    let fields = [(277, 3), (262, 2), (259, 1)];
    let square = made(&tiff(&fields, &[8, 8, 8, 1], &[&pixels]));
    near(square.at(0, 0), [200, 10, 10]);
}

/// The form of the directory in BigTIFF, with eight bytes where classic TIFF has four.
fn big(fields: &[(u16, u16, u64)], data: &[u8]) -> Vec<u8> {
    let start = 16 + 8 + 20 * (fields.len() + 2) + 8;
    let mut entries = fields.to_vec();
    entries.extend([(273, 16, start as u64), (279, 16, data.len() as u64)]);
    entries.sort_unstable();
    let mut bytes = b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0".to_vec();
    bytes.extend((entries.len() as u64).to_le_bytes());
    for (tag, kind, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(1u64.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 8]);
    bytes.extend(data);
    bytes
}

#[test]
fn big_tiffs_are_read_also_packed() {
    let gray = |compression: u64, data: &[u8]| {
        let fields = [
            (256, 3, 2),
            (257, 3, 2),
            (258, 3, 8),
            (259, 3, compression),
            (262, 3, 1),
            (277, 3, 1),
            (278, 3, 2),
        ];
        made(&big(&fields, data))
    };
    for (compression, data) in [
        (1, &[0u8, 255, 255, 0][..]),
        (32_773, &[0, 0, 255, 255, 0, 0]),
    ] {
        let square = gray(compression, data);
        for (x, y, value) in [(0, 0, 0), (1, 0, 255), (0, 1, 255), (1, 1, 0)] {
            near(square.at(x, y), [value; 3]);
        }
    }
}

/// A palette of 2^16 colours, of which some are named; and inks that alpha leaves out.
#[test]
fn wide_palettes_and_covered_inks_are_read() {
    let pixels: Vec<u8> = [0u16, 300, 65_535, 300]
        .iter()
        .flat_map(|index| index.to_le_bytes())
        .collect();
    let colors = 1usize << 16;
    let mut map = vec![0u16; 3 * colors];
    for (index, [red, green, blue]) in [(0, [200, 0, 0]), (300, [0, 200, 0]), (65_535, [0, 0, 200])]
    {
        for (channel, value) in [red, green, blue].into_iter().enumerate() {
            map[channel * colors + index] = value * 257;
        }
    }
    // The classic directory with one list, the colour map, behind the pixels.
    let fields: [(u16, u16, u32, u32); 10] = [
        (256, 3, 1, 2),
        (257, 3, 1, 2),
        (258, 3, 1, 16),
        (259, 3, 1, 1),
        (262, 3, 1, 3),
        (273, 4, 1, 134),
        (277, 3, 1, 1),
        (278, 3, 1, 2),
        (279, 4, 1, 8),
        (320, 3, 3 << 16, 142),
    ];
    let mut file = b"II*\0\x08\0\0\0\x0a\0".to_vec();
    for (tag, kind, count, value) in fields {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    assert_eq!(file.len(), 134);
    file.extend(pixels);
    map.iter()
        .for_each(|value| file.extend(value.to_le_bytes()));
    let square = made(&file);
    near(square.at(0, 0), [200, 0, 0]);
    near(square.at(1, 0), [0, 200, 0]);
    near(square.at(0, 1), [0, 0, 200]);
    // Red of full and of no alpha, all black of full alpha, paper.
    let inks = [
        0, 255, 255, 0, 255, 0, 255, 255, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255,
    ];
    let fields = [(259, 1), (262, 5), (277, 5), (338, 2)];
    let square = made(&tiff(&fields, &[8; 5], &[&inks]));
    near(square.at(0, 0), [255, 0, 0]);
    near(square.at(1, 0), [255; 3]);
    near(square.at(0, 1), [0; 3]);
    near(square.at(1, 1), [255; 3]);
}

#[test]
fn integers_of_64_bits_are_read() {
    let values = [0x0000_ffff, 0x4000_0000, 0x8000_0000, 0xffff_0000_u64];
    let data: Vec<u8> = values
        .iter()
        .flat_map(|v| (v << 32).to_le_bytes())
        .collect();
    let gray = tiff(&[(259, 1), (262, 1), (277, 1)], &[64], &[&data]);
    let square = made(&gray);
    near(square.at(0, 0), [0; 3]);
    near(square.at(1, 0), [64; 3]);
    near(square.at(0, 1), [128; 3]);
    near(square.at(1, 1), [255; 3]);
    let pixel: Vec<u8> = [0xc800_0000, 0x3200_0000, 0x6400_0000_u64]
        .iter()
        .flat_map(|v| (v << 32).to_le_bytes())
        .collect();
    let color = tiff(
        &[(259, 1), (262, 2), (277, 3)],
        &[64; 3],
        &[&pixel.repeat(4)],
    );
    near(made(&color).at(1, 1), [200, 50, 100]);
}

/// A picture that does not name its colours is RGB if it has three samples, and gray if it has one.
#[test]
fn colours_without_a_name_are_counted() {
    let rgb = tiff(&[(277, 3)], &[8; 3], &[&[250, 20, 30].repeat(4)]);
    near(made(&rgb).at(0, 0), [250, 20, 30]);
    let gray = tiff(&[(277, 1)], &[8], &[&[99; 4]]);
    near(made(&gray).at(0, 0), [99; 3]);
    let four = tiff(&[(277, 4)], &[8; 4], &[&[9; 16]]);
    assert_eq!(crate::support::code(&four), "unsupported");
}

#[test]
fn a_fax_whose_colours_have_no_name_is_white_as_zero() {
    // Two rows without ink in group 4, and the end of the block.
    let blank = [0xc0, 0x04, 0x00, 0x40];
    let fax = |named: &[(u16, u32)]| {
        let fields = [&[(277, 1), (259, 4)], named].concat();
        made(&tiff(&fields, &[1], &[&blank])).at(0, 0)
    };
    near(fax(&[]), [255; 3]);
    near(fax(&[(262, 0)]), [255; 3]);
    near(fax(&[(262, 1)]), [0; 3]);
}

/// A gray TIFF of 100 by 100 pixels in tiles that all share their data.
fn tiled(tile: u32) -> Vec<u8> {
    let count = 100u32.div_ceil(tile).pow(2);
    let (offsets, data) = (8 + 2 + 12 * 10 + 4, 8 + 2 + 12 * 10 + 4 + 8 * count);
    let entries = [
        (256, 1, 100),
        (257, 1, 100),
        (258, 1, 8),
        (259, 1, 1),
        (262, 1, 1),
        (277, 1, 1),
        (322, 1, tile),
        (323, 1, tile),
        (324, count, offsets),
        (325, count, offsets + 4 * count),
    ];
    let mut bytes = b"II*\0\x08\0\0\0\x0a\0".to_vec();
    for (tag, count, value) in entries {
        bytes.extend([&u16::to_le_bytes(tag)[..], &[4, 0]].concat());
        bytes.extend([u32::to_le_bytes(count), u32::to_le_bytes(value)].concat());
    }
    bytes.extend([0; 4]);
    bytes.extend(data.to_le_bytes().repeat(count as usize));
    bytes.extend((tile * tile).to_le_bytes().repeat(count as usize));
    bytes.extend(vec![99; (tile * tile) as usize]);
    bytes
}

/// Where each tile is takes memory, however small it is.
#[test]
fn many_tiles_are_part_of_the_estimate() {
    let memory = |tile: u32| {
        let file = tiled(tile);
        let mut preparer = Preparer::new(Settings::default(), Limits::default());
        preparer.prepare(&file[..]).unwrap();
        preparer.cost().memory.unwrap()
    };
    let (few, many) = (memory(16), memory(1));
    // A band of larger tiles has more rows.
    assert!(many >= few + 9_700 * 48, "{few} {many}");
}

/// The `tiff` crate prints a line for its developers where it refuses such a text.
#[test]
fn a_text_of_4_gigabytes_instead_of_a_number_prints_nothing_of_the_library() {
    for (tag, code, said) in [(274u16, 0, ""), (284, 1, "[limit_exceeded]")] {
        let sound = tiff(&[(259, 1), (262, 1), (tag, 1)], &[8], &[&[0, 255, 0, 255]]);
        let entry = |kind: u16, count: u32| {
            let parts = [
                &tag.to_le_bytes()[..],
                &kind.to_le_bytes(),
                &count.to_le_bytes(),
            ];
            parts.concat()
        };
        let (number, text) = (entry(4, 1), entry(2, u32::MAX));
        let at = sound.windows(8).position(|it| it == number).unwrap();
        let file = [&sound[..at], &text, &sound[at + 8..]].concat();
        let folder = folder(&[("a.tif", &file)]);
        let ran = run(folder.path(), &["--quiet", "a.tif", "a.jpg"]);
        assert_eq!(ran.code, code, "{}", ran.stderr);
        let is_own = ran.stderr.is_empty() || ran.stderr.starts_with("failed a.tif: ");
        assert!(is_own && ran.stderr.contains(said), "{}", ran.stderr);
    }
}
