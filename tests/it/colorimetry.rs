//! Colours that files give as numbers, high dynamic range, CIELAB and CMYK, compared with known
//! values.

use avatar_prepare::{Note, Settings};
use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, Rgb};

use crate::support::{Decoded, corpus, decode, encode, finest, near, prepare};

/// Checksum of a PNG chunk (PNG third edition, annex D).
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| sum >> 1 ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 };
    let fold = |sum: u32, &byte: &u8| (0..8).fold(sum ^ u32::from(byte), step);
    !bytes.iter().fold(u32::MAX, fold)
}

/// Puts chunks behind the header of a PNG, and leaves out those named like them.
fn with_chunks(png: &[u8], chunks: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = png[..33].to_vec();
    for (name, content) in chunks {
        let body = [name.as_bytes(), content].concat();
        bytes.extend((content.len() as u32).to_be_bytes());
        bytes.extend(&body);
        bytes.extend(checksum(&body).to_be_bytes());
    }
    bytes.extend(&png[33..]);
    bytes
}

fn without_chunk(png: &[u8], name: &str) -> Vec<u8> {
    let mut bytes = png[..8].to_vec();
    let mut rest = &png[8..];
    while rest.len() >= 12 {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize + 12;
        if &rest[4..8] != name.as_bytes() {
            bytes.extend(&rest[..length]);
        }
        rest = &rest[length..];
    }
    bytes
}

fn gray16(values: &[u16]) -> Vec<u8> {
    let picture = ImageBuffer::from_fn(16, 16, |x, _| {
        Luma([values[x as usize * values.len() / 16]])
    });
    encode(&DynamicImage::ImageLuma16(picture), ImageFormat::Png)
}

fn gray8(value: u8) -> Vec<u8> {
    let picture = ImageBuffer::from_pixel(9, 9, Luma([value]));
    encode(&DynamicImage::ImageLuma8(picture), ImageFormat::Png)
}

const LINEAR: (&str, &[u8]) = ("gAMA", &[0, 1, 0x86, 0xa0]);
const CUSTOMARY: (&str, &[u8]) = ("gAMA", &[0, 0, 0xb1, 0x8f]);
const SRGB: (&str, &[u8]) = ("sRGB", &[0]);

#[test]
fn the_first_of_the_colour_chunks_of_a_png_counts() {
    // Linear 55 of 255 is 128 in sRGB (IEC 61966-2-1).
    for (chunks, stored, wanted) in [
        (&[][..], 55, 55),
        (&[LINEAR][..], 55, 128),
        (&[CUSTOMARY], 55, 55),
        (&[SRGB, LINEAR], 55, 55),
        (&[("cICP", &[1, 13, 0, 1]), LINEAR], 55, 55),
        (&[("cICP", &[1, 8, 0, 1]), SRGB], 55, 128),
        (&[("cICP", &[1, 8, 0, 1])], 255, 255),
        (&[("cICP", &[1, 8, 0, 1])], 0, 0),
        // Gamma 2.2 (code point 4): 128 of 255 is 0.2195 of light, in sRGB 129.
        (&[("cICP", &[1, 4, 0, 1])], 128, 129),
        (&[("cICP", &[1, 4, 0, 1])], 255, 255),
        // Gamma 1.8: 128 of 255 is 0.2891 of light, in sRGB 146.
        (&[("gAMA", &[0, 0, 0xd9, 0x03])], 128, 146),
        (&[("gAMA", &[0, 0, 0xd9, 0x03])], 255, 255),
        (&[("cICP", &[2, 2, 0, 1])], 55, 55),
        // Codes that say nothing leave it to the next chunk.
        (&[("cICP", &[2, 2, 0, 1]), LINEAR], 55, 128),
        (&[("cICP", &[1, 2, 0, 1]), LINEAR], 55, 128),
        (&[("cICP", &[99, 13, 0, 1]), LINEAR], 55, 128),
        (&[("cICP", &[1, 13, 0, 0])], 126, 128),
        (&[("cICP", &[1, 13, 0, 0])], 240, 255),
        (&[("iCCP", b"name\0\0not deflated"), LINEAR], 55, 55),
    ] {
        let avatar = prepare(finest(), &with_chunks(&gray8(stored), chunks)).unwrap();
        let [found, ..] = decode(avatar.bytes()).at(4, 4);
        assert!(found.abs_diff(wanted) <= 1, "{chunks:?}: {found}");
        let is_noted = matches!(avatar.notes(), [.., Note::ProfileIgnored { .. }]);
        assert_eq!(is_noted, chunks.iter().any(|(name, _)| *name == "iCCP"));
    }
}

/// The chunk cHRM with x and y of white, red, green and blue.
fn chromaticities(all: [f64; 8]) -> Vec<u8> {
    let stored = |value: f64| (value * 100_000.0).round() as u32;
    all.iter().flat_map(|&v| stored(v).to_be_bytes()).collect()
}

#[test]
fn chromaticities_and_code_points_agree() {
    let bt2020 = [0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046];
    // ITU-R BT.2087-0, the inverse of its equation for M2, to its four decimals.
    let matrix = [
        [1.6605, -0.5877, -0.0728],
        [-0.1246, 1.1330, -0.0084],
        [-0.0182, -0.1006, 1.1187],
    ];
    // The green of both has no place on the line between red and blue.
    let line = [0.3127, 0.3290, 0.708, 0.292, 0.708, 0.292, 0.131, 0.046];
    let chrm = [bt2020, line].map(chromaticities);
    for stored in [
        [90, 120, 100],
        [128, 90, 110],
        [60, 64, 70],
        [200, 200, 200],
    ] {
        let picture = ImageBuffer::from_pixel(16, 16, Rgb(stored));
        let png = encode(&DynamicImage::ImageRgb8(picture), ImageFormat::Png);
        let light = stored.map(|sample: u8| f64::from(sample) / 255.0);
        let wanted = matrix.map(|row| {
            let sum: f64 = row.iter().zip(light).map(|(a, b)| a * b).sum();
            let srgb = match sum.max(0.0) {
                low @ ..=0.003_130_8 => low * 12.92,
                light => 1.055 * light.powf(1.0 / 2.4) - 0.055,
            };
            (srgb.min(1.0) * 255.0).round() as u8
        });
        let made = |chunks: &[(&str, &[u8])]| {
            let avatar = prepare(finest(), &with_chunks(&png, chunks)).unwrap();
            decode(avatar.bytes()).at(8, 8)
        };
        near(made(&[("cICP", &[9, 8, 0, 1])]), wanted);
        near(made(&[LINEAR, ("cHRM", chrm[0].as_slice())]), wanted);
        // Unspecified primaries, those of sRGB, and those that span no triangle change nothing.
        near(made(&[("cICP", &[2, 13, 0, 1])]), stored);
        near(made(&[("cICP", &[1, 13, 0, 1])]), stored);
        near(made(&[CUSTOMARY, ("cHRM", chrm[1].as_slice())]), stored);
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn code_points_and_profiles_of_the_corpus_agree() {
    let corpus = corpus();
    let folder = corpus.join("color/icc-pairs");
    for stem in ["Nikon-D3-14bit", "a2d1un_nkitzmiller", "cvo9xd_keong_macan"] {
        let read = |rest: &str| std::fs::read(folder.join(format!("{stem}_{rest}.png"))).unwrap();
        let bare = without_chunk(&read("2020_g1"), "iCCP");
        let told = with_chunks(&bare, &[("cICP", &[9, 8, 0, 1])]);
        let found = decode(prepare(finest(), &told).unwrap().bytes());
        let wanted = decode(prepare(finest(), &read("srgb8")).unwrap().bytes());
        let error = mean_error(&found, &wanted);
        assert!(error < 2.0, "{stem}: {error}");
    }
}

/// Mean absolute difference of a channel.
fn mean_error(a: &Decoded, b: &Decoded) -> f64 {
    assert_eq!(a.edge, b.edge);
    let pairs = a.pixels.iter().flatten().zip(b.pixels.iter().flatten());
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / (3 * a.pixels.len()) as f64
}

#[test]
fn high_dynamic_range_is_compressed_to_its_white() {
    // ITU-R BT.2408: paper white is 203 cd/m², 58.07 % PQ and 75 % HLG; 75.18 % PQ is 1,000 cd/m².
    let (paper, lamp) = (38_056, 49_269);
    for (transfer, values, wanted) in [
        (16, &[paper][..], 255),
        (18, &[49_151], 255),
        // Reinhard's equation 4 with white at 4.926: 1 becomes (1 + 1 / 24.27) / 2 = 0.5206.
        (16, &[paper, lamp], 190),
        (16, &[0, paper], 0),
    ] {
        let png = with_chunks(&gray16(values), &[("cICP", &[9, transfer, 0, 1])]);
        let avatar = prepare(finest(), &png).unwrap();
        let [found, ..] = decode(avatar.bytes()).at(2, 4);
        assert!(
            found.abs_diff(wanted) <= 2,
            "{transfer} {values:?}: {found}"
        );
        let noted = avatar.notes().iter().find_map(|note| match note {
            Note::ToneMapped { percent } => Some(*percent),
            _ => None,
        });
        assert_eq!(noted.is_some(), values.contains(&lamp), "{noted:?}");
        assert!(noted.is_none_or(|percent| percent.abs_diff(493) <= 3));
    }
}

#[test]
fn light_within_white_is_exact_and_beyond_it_is_compressed() {
    let exr = |light: [f32; 3], lamp: f32| {
        let color = |x, _| if x < 8 { Rgb(light) } else { Rgb([lamp; 3]) };
        let picture = ImageBuffer::from_fn(16, 16, color);
        let exr = encode(&DynamicImage::ImageRgb32F(picture), ImageFormat::OpenExr);
        decode(prepare(finest(), &exr).unwrap().bytes()).at(2, 4)
    };
    // IEC 61966-2-1: linear 0.2140 is 127.
    let [r, g, b] = exr([0.2140, 1.0, 0.0], 1.0);
    assert!(r.abs_diff(127) <= 2 && g >= 253 && b <= 2, "{r} {g} {b}");
    // With white at 3: 1 becomes (1 + 1 / 9) / 2, which is 0.5556.
    let [r, ..] = exr([1.0; 3], 3.0);
    assert!(r.abs_diff(195) <= 2, "{r}");
    let [r, ..] = exr([f32::NAN; 3], f32::INFINITY);
    assert_eq!(r, 0);
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn lab_of_the_corpus_is_what_it_says() {
    let corpus = corpus();
    let mean = |name: &str| {
        let bytes = std::fs::read(corpus.join("color/lab").join(name)).unwrap();
        decode(prepare(finest(), &bytes).unwrap().bytes()).mean()
    };
    for (name, wanted) in [("lab-red.tif", LAB_RED), ("hopper.Lab.tif", HOPPER)] {
        let found = mean(name);
        let near = found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 2.0);
        assert!(near, "{name}: {found:?}, not {wanted:?}");
    }
}

/// Mean sRGB, computed from the files' samples with the formulas of CIE 15 and IEC 61966-2-1.
const LAB_RED: [f64; 3] = [255.0, 0.0, 124.9];
const HOPPER: [f64; 3] = [89.7, 80.1, 95.4];

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn ink_of_the_corpus_matches_its_renderings() {
    let corpus = corpus();
    for (ink, rendering, tolerance) in [
        ("cmyk_t0.jpg", "cmyk_t0.ppm", 3.0),
        ("cmyk_ycck.jpg", "cmyk_t0.ppm", 3.0),
        ("cmyk_sub.jpg", "cmyk_sub.ppm", 6.0),
        ("cmyk_icc.jpg", "cmyk_icc.ppm", 6.0),
        ("pil_sample_cmyk.jpg", "pil_sample_rgb.jpg", 12.0),
    ] {
        let picture = |name: &str| {
            let bytes = std::fs::read(corpus.join("color/cmyk").join(name)).unwrap();
            decode(prepare(finest(), &bytes).unwrap().bytes())
        };
        let error = mean_error(&picture(ink), &picture(rendering));
        eprintln!("{ink}: {error:.2}");
        assert!(error < tolerance, "{ink}: {error}");
    }
}

#[test]
fn a_tiff_of_associated_alpha_is_not_multiplied_twice() {
    let tiff = |kind: u16| {
        let entries: [(u16, u16, u32, u32); 10] = [
            (256, 4, 1, 4),
            (257, 4, 1, 4),
            (258, 3, 1, 8),
            (262, 3, 1, 2),
            (273, 4, 1, 134),
            (277, 3, 1, 4),
            (278, 4, 1, 4),
            (279, 4, 1, 64),
            (284, 3, 1, 1),
            (338, 3, 1, u32::from(kind)),
        ];
        let mut bytes = b"II*\0\x08\0\0\0\x0a\0".to_vec();
        for (tag, kind, count, value) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(count.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend([0; 4]);
        bytes.extend([64, 0, 0, 128].repeat(16));
        bytes
    };
    for (kind, wanted) in [(1, [191, 127, 127]), (2, [159, 127, 127])] {
        let avatar = prepare(finest(), &tiff(kind)).unwrap();
        let found = decode(avatar.bytes()).at(2, 2);
        let near = found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 2);
        assert!(near, "{kind}: {found:?}, not {wanted:?}");
    }
}

#[test]
fn reduction_while_decoding_keeps_geometry_and_hides_what_is_transparent() {
    let side = 2571;
    let picture = image::RgbaImage::from_fn(side, side, |x, y| {
        if y % 8 == 0 {
            image::Rgba([255, 0, 255, 0])
        } else {
            image::Rgba([(x * 255 / side) as u8, 80, 80, 255])
        }
    });
    let png = encode(&picture.into(), ImageFormat::Png);
    let settings: Settings = finest().with_edge(100).unwrap();
    let settings = settings.with_background(avatar_prepare::Background::Rgb([80; 3]));
    let result = decode(prepare(settings, &png).unwrap().bytes());
    for x in 0..100 {
        let [r, g, b] = result.at(x, 50);
        // Seven eighths of the ramp, one eighth of the background.
        let wanted = (f64::from(x) + 0.5) * 2.55 * 0.875 + 10.0;
        assert!(
            (f64::from(r) - wanted).abs() < 3.0,
            "{x}: {r}, not {wanted}"
        );
        assert!(g.abs_diff(80) <= 2 && b.abs_diff(80) <= 2, "{x}: {g} {b}");
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn wheels_of_the_corpus_stand_upright() {
    let corpus = corpus();
    for name in [
        "rgb-to-gbr-test.jpg",
        "P3-sRGB-color-ring.jpg",
        "R2020-sRGB-color-ring.jpg",
    ] {
        let bytes = std::fs::read(corpus.join("color/wide-gamut").join(name)).unwrap();
        let wheel = decode(prepare(finest(), &bytes).unwrap().bytes());
        // Red at twelve o'clock, green at eight, blue at four.
        for (x, y, channel) in [(0.53, 0.03, 0), (0.06, 0.72, 1), (0.92, 0.74, 2)] {
            let at = |part: f64| (part * f64::from(wheel.edge)) as u32;
            let found = wheel.at(at(x), at(y));
            let largest = (0..3).max_by_key(|&channel| found[channel]);
            assert_eq!(largest, Some(channel), "{name}: {found:?}");
            assert!(found[channel] > 225, "{name}: {found:?}");
        }
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn high_dynamic_range_of_the_corpus_is_near_its_graded_version() {
    let corpus = corpus();
    for (high, graded) in [
        ("colors_hdr_srgb.avif", "colors_sdr_srgb.avif"),
        ("colors_hdr_p3.avif", "colors_sdr_srgb.avif"),
        ("colors_hdr_rec2020.avif", "colors_sdr_srgb.avif"),
        ("seine_hdr_rec2020.avif", "seine_sdr_gainmap_srgb.avif"),
    ] {
        let picture = |name: &str| {
            let bytes = std::fs::read(corpus.join("color/hdr").join(name)).unwrap();
            decode(prepare(finest(), &bytes).unwrap().bytes())
        };
        let error = mean_error(&picture(high), &picture(graded));
        assert!(error < 11.0, "{high}: {error}");
    }
}

/// Bytes in hexadecimal digits.
fn bytes_of(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().as_chunks::<2>().0.iter();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
    pairs.map(|pair| byte(pair).unwrap()).collect()
}

/// A lossy JPEG XL of 8 by 8 pixels in Adobe RGB, made by libjxl: the most saturated red in one corner,
/// and light gray. Its decoder returns linear sRGB, in which that red is brighter than white.
const LOSSY_ADOBE_RGB: &str = "\
    ff0a41400a77090312e60190b1391060b9465faeb8dc5b122a3c963b658572728384221db154e9d215859638705977df\
    75b7d4dfc013506244891bfe45da80d7a05d2bc1c5e93490d308fb5882837c186a03040d83ba151833111ae6813e3940\
    a499f0790000128802001c011dde120000152aa38c1bbc9cebf9f24387c5b48deb0c6db56d6149a2c838364927704812\
    cb789c40a4410090396e86492a66258984443baf3c28c660767ebf26ae920a16d51a0c";

#[test]
fn a_colour_outside_srgb_is_no_highlight_in_a_lossy_jpeg_xl() {
    let bytes = bytes_of(LOSSY_ADOBE_RGB);
    let avatar = prepare(finest(), &bytes).unwrap();
    let is_compressed = |note: &Note| matches!(note, Note::ToneMapped { .. });
    assert!(
        !avatar.notes().iter().any(is_compressed),
        "{:?}",
        avatar.notes()
    );
    let [r, g, b] = decode(avatar.bytes()).at(7, 7);
    assert!(
        [r, g, b].iter().all(|&gray| gray.abs_diff(240) <= 10),
        "{r} {g} {b}"
    );
}

/// A lossless JPEG XL of 8 by 8 pixels of 8 bits in linear BT.2020, made by libjxl: the reddest red above, and half
/// of the light of white below.
const LINEAR_BT2020: &str = "\
    ff0a4140401e2d020802010078004b188b15c209326f9d531708016000f537baf3723f0e0000002000000000";

#[test]
fn a_colour_outside_srgb_is_no_highlight_in_linear_integers() {
    let bytes = bytes_of(LINEAR_BT2020);
    let avatar = prepare(finest(), &bytes).unwrap();
    let is_compressed = |note: &Note| matches!(note, Note::ToneMapped { .. });
    assert!(!avatar.notes().iter().any(is_compressed));
    let picture = decode(avatar.bytes());
    near(picture.at(1, 1), [255, 0, 0]);
    near(picture.at(1, 6), [188, 188, 188]);
}

/// A JPEG XL in a container, with these boxes before the codestream.
fn in_container(before: &[u8], codestream: &[u8]) -> Vec<u8> {
    let start = b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl ";
    let length = (codestream.len() as u32 + 8).to_be_bytes();
    [start, before, &length, b"jxlc", codestream].concat()
}

/// Its limits are those of level 10 if nothing is said, so boxes are added; they must not hide what is there.
#[test]
fn a_jpeg_xl_may_state_its_level() {
    let bare = bytes_of(LINEAR_BT2020);
    let wanted = prepare(finest(), &bare).unwrap();
    let level = |level| [b"\0\0\0\x09jxll".as_slice(), &[level]].concat();
    let other = b"\0\0\0\x0bxml <a>".to_vec();
    for before in [
        vec![],
        level(5),
        level(10),
        other.clone(),
        [other, level(10)].concat(),
    ] {
        let made = prepare(finest(), &in_container(&before, &bare)).unwrap();
        assert_eq!(made.bytes(), wanted.bytes(), "{before:?}");
    }
    // A level that does not exist.
    assert!(prepare(finest(), &in_container(&level(7), &bare)).is_err());
}

/// Black squares of 16 by 16 pixels, with eight and with nine transforms that change nothing: level 5 has eight at most.
const TRANSFORMS: [&str; 2] = [
    "ff0a7e000000f003000030088300003c00cbe75b030420000108400002108000",
    "ff0a7e000000f003000030088300004000cbe7db03042000010840000210800004",
];

#[test]
fn a_jpeg_xl_beyond_level_5_is_read_unless_it_says_otherwise() {
    for digits in TRANSFORMS {
        let made = prepare(finest(), &bytes_of(digits)).unwrap();
        assert_eq!(made.edge(), 16);
        assert_eq!(decode(made.bytes()).at(5, 5), [0; 3]);
    }
    let states_level_5 = |digits| in_container(b"\0\0\0\x09jxll\x05", &bytes_of(digits));
    let [eight, nine] = TRANSFORMS.map(|digits| prepare(finest(), &states_level_5(digits)));
    assert!(eight.is_ok() && nine.is_err());
}

/// An AVIF of 16 by 16 pixels, made by libavif: red, whose alpha is of limited range, opaque on the left and half of it on
/// the right.
const LIMITED_ALPHA: &str = "\
    00000020667479706176696600000000617669666d6966316d6961664d413141000001a16d6574610000000000000028\
    68646c720000000000000000706963740000000000000000000000006c696261766966000000000e7069746d00000000\
    00010000002c696c6f630000000044000002000100000001000001c900000021000200000001000001ea0000001e0000\
    004269696e660000000000020000001a696e6665020000000001000061763031436f6c6f72000000001a696e66650200\
    00000002000061763031416c706861000000001a69726566000000000000000e6175786c000200010001000000d76970\
    7270000000a96970636f0000001469737065000000000000001000000010000000107069786900000000030808080000\
    000c617631438120000000000013636f6c726e636c780001000d0006800000000e706978690000000001080000000c61\
    76314381001c0000000038617578430000000075726e3a6d7065673a6d706567423a636963703a73797374656d733a61\
    7578696c696172793a616c706861000000000c6176314381001c000000002669706d6100000001000000020001040001\
    0002800300040002040001000500078008000000476d64617412000a08380cffd8404341a4321310800000403950ba61\
    88cb74c94a455de9d72812000a08180cffd86021a0c43210440000bfc9872c19701c273586a8d4a0";

#[test]
fn alpha_of_limited_range_is_expanded() {
    let picture = decode(prepare(finest(), &bytes_of(LIMITED_ALPHA)).unwrap().bytes());
    near(picture.at(3, 8), [200, 0, 0]);
    near(picture.at(12, 8), [227, 127, 127]);
}
