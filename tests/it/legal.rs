//! Files that are rare but valid: each gives its picture, or an error that names what is not
//! supported.

use std::io::Write;

use avatar_prepare::{Settings, Subsampling};

use crate::drawings::PDF;
use crate::support::{decode, finest, jpeg, made, near, png, prepare, root};

/// What is wrong with it, in words, where its kind is not read.
#[track_caller]
fn refused(bytes: &[u8]) -> String {
    let error = prepare(finest(), bytes).unwrap_err();
    assert_eq!(error.code().as_str(), "unsupported", "{error}");
    error.to_string()
}

#[test]
fn a_pdf_may_begin_within_the_first_kilobyte() {
    for before in ["\n", "\u{feff}", "\r\n \r\n"] {
        let file = [before.as_bytes(), PDF].concat();
        let square = made(&file);
        near(square.at(square.edge / 4, 5), [0, 0, 254]);
    }
    let page = [b"<!-- <svg> %PDF-1.4 -->\n", PDF].concat();
    assert!(prepare(finest(), &page).is_err());
}

#[test]
fn a_notice_of_illustrator_is_no_picture() {
    let notice = "BT [(This is an Adobe) 12 ( Illustrator File that was s)-3(aved)] TJ (without PDF Content.) Tj ET";
    let message = refused(&page_of(notice));
    assert!(message.contains("Create PDF Compatible File"), "{message}");
    // In another language, with letters numbered in the order of the font.
    let line = "<0001000200030004000500060007000800090A0B0C0D0E0F0102030405060708> Tj 0 -18 Td ";
    let notice = format!("BT /F1 14 Tf 20 300 Td {}ET", line.repeat(6));
    let of_illustrator = |page: &str| [&page_of(page)[..], b"% /AIPrivateData1"].concat();
    let message = refused(&of_illustrator(&notice));
    assert!(message.contains("Create PDF Compatible File"), "{message}");
    // A word, or lines beside something else, are a drawing; so are lines of another program.
    made(&of_illustrator(&format!("BT /F1 14 Tf {line}ET")));
    made(&of_illustrator(&format!("{notice} 0 0 9 9 re f")));
    made(&page_of(&notice));
}

/// The PDF with this on its page.
fn page_of(text: &str) -> Vec<u8> {
    let text = format!("<</Length {}>>stream\n{text}\nendstream", text.len());
    let file = String::from_utf8(PDF.to_vec()).unwrap();
    let own = file.find("<</Length 26>>").unwrap();
    let end = own + file[own..].find("\nendstream").unwrap() + "\nendstream".len();
    [&file[..own], &text, &file[end..]].concat().into_bytes()
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(name);
    sum.update(content);
    let length = (content.len() as u32).to_be_bytes();
    [&length, &name[..], content, &sum.sum().to_be_bytes()].concat()
}

#[test]
fn pngs_of_apple_are_read() {
    let head = [
        &8u32.to_be_bytes()[..],
        &8u32.to_be_bytes(),
        &[8, 6, 0, 0, 0],
    ]
    .concat();
    // Red at half alpha, multiplied: blue, green, red, alpha.
    let row = [vec![0], [20, 15, 100, 128].repeat(8)].concat();
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    deflate.write_all(&row.repeat(8)).unwrap();
    let file = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"CgBI", &[0x50, 0, 0x20, 6]),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &deflate.finish().unwrap()),
        chunk(b"IEND", &[]),
    ];
    near(made(&file.concat()).at(4, 4), [227, 142, 147]);
}

#[test]
fn compact_boxes_are_named() {
    for brand in [b"avif", b"heic", b"mif3"] {
        let file = [
            b"\0\0\0\x10ftypmif3",
            &brand[..],
            b"\0\0\0\x0cmini\x08\0\0\0",
        ]
        .concat();
        assert!(refused(&file).contains("mini"));
    }
}

/// EXIF of a camera, with the colour space and the index of its interoperability directory.
fn camera(space: u16, index: &[u8; 4]) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [
            &tag.to_be_bytes()[..],
            &kind.to_be_bytes(),
            &count.to_be_bytes(),
            &value,
        ]
        .concat()
    };
    let place = |at: u32| at.to_be_bytes();
    let [high, low] = space.to_be_bytes();
    let tiff = [
        b"MM\0*\0\0\0\x08\0\x01".to_vec(),
        entry(0x8769, 4, 1, place(26)),
        vec![0; 4],
        vec![0, 2],
        entry(0xa001, 3, 1, [high, low, 0, 0]),
        entry(0xa005, 4, 1, place(56)),
        vec![0; 4],
        vec![0, 1],
        entry(1, 2, 4, *index),
        vec![0; 4],
    ]
    .concat();
    [b"Exif\0\0", &tiff[..]].concat()
}

fn with_exif(jpeg: &[u8], exif: &[u8]) -> Vec<u8> {
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, exif, &jpeg[2..]].concat()
}

#[test]
fn cameras_set_to_adobe_rgb_are_believed() {
    let plain = jpeg(16, 16, |_, _| [150, 120, 90]);
    let of = |space, index| made(&with_exif(&plain, &camera(space, index))).at(8, 8);
    near(of(65_535, b"R03\0"), [162, 121, 88]);
    near(of(2, b"R98\0"), [162, 121, 88]);
    near(of(65_535, b"R98\0"), [150, 120, 90]);
    near(of(1, b"R03\0"), [150, 120, 90]);
}

#[test]
fn tiny_pictures_keep_their_colours_apart() {
    let colors = [
        [220, 40, 40, 255],
        [40, 180, 60, 255],
        [40, 70, 210, 255],
        [240, 210, 40, 255],
    ];
    let file = png(2, 2, |x, y| colors[(2 * y + x) as usize]);
    let avatar = prepare(Settings::default(), &file).unwrap();
    assert_eq!(avatar.subsampling(), Subsampling::S444);
    let square = decode(avatar.bytes());
    for (at, [red, green, blue, _]) in colors.into_iter().enumerate() {
        let found = square.at(at as u32 % 2, at as u32 / 2);
        let far = found
            .iter()
            .zip([red, green, blue])
            .map(|(a, b)| a.abs_diff(b))
            .max();
        // Halved chroma is off by 90; libjpeg at the same quality, with whole chroma, by 14.
        assert!(far <= Some(14), "{found:?} at {at}");
    }
}

/// Places in fractions of the edge, and what is there: four fields with white letters.
const FIELDS: [(f64, f64, [u8; 3]); 5] = [
    (0.08, 0.08, [220, 40, 40]),
    (0.92, 0.08, [40, 180, 60]),
    (0.08, 0.92, [40, 70, 210]),
    (0.92, 0.92, [240, 210, 40]),
    (0.245, 0.5, [255; 3]),
];

#[test]
#[cfg_attr(not(cases), ignore = "needs the cases, see CONTRIBUTING.md")]
fn cases_that_people_met_come_out_right() {
    let folder = std::env::var_os("AVATAR_PREP_CORPUS").map(std::path::PathBuf::from);
    let folder = folder
        .unwrap_or_else(|| root().join("../shared/corpus"))
        .join("../cases");
    for (name, edge, note) in [
        (
            "psd-without-composite/layers-only.psd",
            180,
            "composed from its layers",
        ),
        ("ico-alpha-all-zero/mask.ico", 64, ""),
        ("ico-directory-lies-size/png-128.ico", 128, ""),
        ("ico-directory-lies-size/png-288.ico", 288, ""),
        ("ico-png-without-alpha/palette.ico", 128, ""),
        ("ico-png-without-alpha/rgb.ico", 128, ""),
        ("bmp-alpha-all-zero/v5.bmp", 0, ""),
        ("tiff-thumbnail-first/scan.tif", 180, ""),
        ("tiff-ycbcr-subsampled/ycbcr-deflate.tif", 0, ""),
        ("tiff-ycbcr-uncompressed/ycbcr.tif", 0, ""),
        ("jpeg-dcf-adobe-rgb/_DSC0001.jpg", 0, ""),
        ("heic-property-index-0/index-0.heic", 0, ""),
        ("jxl-animated/three-frames.jxl", 0, "first of 3 frames"),
    ] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let avatar = prepare(Settings::default(), &bytes).unwrap();
        assert!(
            edge == 0 || avatar.edge() == edge,
            "{name}: {}",
            avatar.edge()
        );
        let has_note = avatar
            .notes()
            .iter()
            .any(|found| found.to_string().contains(note));
        assert!(note.is_empty() || has_note, "{name}: {:?}", avatar.notes());
        let square = decode(avatar.bytes());
        for (x, y, wanted) in FIELDS {
            let place = |part: f64| (part * f64::from(square.edge)) as u32;
            let found = square.at(place(x), place(y));
            let far = found.iter().zip(wanted).map(|(a, b)| a.abs_diff(b)).max();
            // The letters are thin in small pictures.
            let allowed = if wanted == [255; 3] { 48 } else { 24 };
            assert!(far <= Some(allowed), "{name}: {found:?} at {x}, {y}");
        }
    }
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    assert!(refused(&read("exr-chroma-subsampled/chroma.exr")).contains("subsampled chroma"));
    let ink = made(&read("jxl-cmyk/inks.jxl"));
    let found = ink.at(ink.edge / 12, ink.edge / 12);
    assert!(
        found[0] > 215 && found[1] < 40 && found[2] < 40,
        "{found:?}"
    );
    let fax = |name: &str| made(&read(name)).pixels;
    let plain = fax("tiff-fax-strip-tags/plain.tif");
    assert_eq!(plain, fax("tiff-fax-strip-tags/rows-per-strip-max.tif"));
}
