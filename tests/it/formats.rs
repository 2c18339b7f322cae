//! Formats that no encoder of the tests writes, made by hand: drawings, layered documents, icons,
//! raw files, old bitmaps, and what is rare in TIFF.

use avatar_prepare::{Background, Format, Note, Settings};

use crate::support::{Decoded, decode, encode, finest, folder, jpeg, png, prepare, run};

const RED_LEFT: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20">
<rect width="15" height="20" fill="#f00"/></svg>"##;

/// Two pages, the first with a blue half.
pub(super) const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 20 10]/Contents 5 0 R>>endobj\n4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 20 10]>>endobj\n5 0 obj<</Length 26>>stream\n0 0 1 rg 0 0 10 10 re f   \nendstream endobj\ntrailer<</Root 1 0 R>>\n";

pub(super) fn made(bytes: &[u8]) -> Decoded {
    decode(prepare(finest(), bytes).unwrap().bytes())
}

fn code(bytes: &[u8]) -> &'static str {
    prepare(finest(), bytes).unwrap_err().code().as_str()
}

#[track_caller]
pub(super) fn near(found: [u8; 3], wanted: [u8; 3]) {
    let far = found
        .iter()
        .zip(wanted)
        .map(|(a, b)| a.abs_diff(b))
        .max()
        .unwrap();
    assert!(far <= 4, "{found:?}, not {wanted:?}");
}

#[test]
fn a_drawing_is_drawn_at_the_edge_asked_for() {
    let avatar = prepare(finest(), RED_LEFT.as_bytes()).unwrap();
    assert_eq!((avatar.edge(), avatar.notes()), (640, &[][..]));
    let square = decode(avatar.bytes());
    near(square.at(300, 320), [255, 0, 0]);
    near(square.at(340, 320), [255; 3]); // nothing drawn: the background
}

#[test]
fn a_drawing_may_be_zipped_or_wide() {
    use std::io::Write;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(RED_LEFT.as_bytes()).unwrap();
    let wide = |order: fn(u16) -> [u8; 2]| {
        let units = std::iter::once(0xfeff).chain(RED_LEFT.encode_utf16());
        units.flat_map(order).collect::<Vec<u8>>()
    };
    for bytes in [
        zip.finish().unwrap(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
    ] {
        assert_eq!(Format::recognize(&bytes), Some(Format::Svg));
        near(made(&bytes).at(10, 10), [255, 0, 0]);
    }
}

#[test]
fn a_zipped_bomb_is_refused() {
    use std::io::Write;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    zip.write_all(br#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">"#)
        .unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..70 {
        zip.write_all(&blanks).unwrap();
    }
    assert_eq!(code(&zip.finish().unwrap()), "limit_exceeded");
}

#[test]
fn a_drawing_fetches_nothing() {
    let folder = folder(&[("secret.png", &png(8, 8, |_, _| [255, 0, 0, 255]))]);
    let path = folder.path().join("secret.png");
    let drawing = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image width="8" height="8" href="{}"/></svg>"#,
        path.display()
    );
    near(made(drawing.as_bytes()).at(300, 300), [255; 3]);
    let entity = format!(
        r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{}">]><svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><title>&x;</title></svg>"#,
        path.display()
    );
    assert_eq!(code(entity.as_bytes()), "malformed");
}

#[test]
fn drawings_within_drawings_end() {
    let mut nested = String::from("<g>");
    for _ in 0..3000 {
        nested.push_str("<g>");
    }
    let deep = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{nested}"#);
    assert_eq!(code(deep.as_bytes()), "malformed");
    let lines: String = (1..40)
        .map(|n| {
            format!(
                r##"<g id="a{n}"><use href="#a{m}"/><use href="#a{m}"/></g>"##,
                m = n - 1
            )
        })
        .collect();
    let wide = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><defs><g id="a0"><path d="M0 0h9v9z"/></g>{lines}</defs><use href="#a39"/></svg>"##
    );
    assert_eq!(code(wide.as_bytes()), "malformed");
}

/// Packets of 100 pixels do not end where rows do; strips of them begin inside.
#[test]
fn run_lengths_of_a_tga_reach_from_row_to_row() {
    let (width, height) = (90u32, 170u32);
    for flags in [0, 0x10, 0x20, 0x30] {
        let head = |kind| [&[0, 0, kind][..], &[0; 9], &[90, 0, 170, 0, 24, flags]].concat();
        let (mut plain, mut packed) = (head(2), head(10));
        for first in (0..width * height).step_by(100) {
            let pixel = |at: u32| [(at / 7) as u8, (at / width) as u8, (at % 251) as u8];
            if first % 300 == 0 {
                packed.extend([0x80 | 99].iter().chain(&pixel(first)));
                plain.extend(pixel(first).repeat(100));
            } else {
                packed.push(99);
                let pixels = (first..first + 100).flat_map(pixel).collect::<Vec<u8>>();
                packed.extend(&pixels);
                plain.extend(&pixels);
            }
        }
        for edge in [90, 13] {
            let settings = finest().with_edge(edge).unwrap();
            let square = |bytes: &[u8]| prepare(settings.clone(), bytes).unwrap();
            assert_eq!(
                square(&packed).bytes(),
                square(&plain).bytes(),
                "{flags} {edge}"
            );
        }
    }
}

/// A PSD of 2 by 2 pixels: channels one after the other, plain or packed.
fn psd(mode: u16, depth: u16, layers: i16, planes: &[&[u8]], is_packed: bool) -> Vec<u8> {
    let mut bytes = b"8BPS\0\x01\0\0\0\0\0\0".to_vec();
    bytes.extend((planes.len() as u16).to_be_bytes());
    bytes.extend([0, 0, 0, 2, 0, 0, 0, 2]);
    bytes.extend(depth.to_be_bytes());
    bytes.extend(mode.to_be_bytes());
    bytes.extend([0; 8]); // no palette, no resources
    bytes.extend(10u32.to_be_bytes());
    bytes.extend(6u32.to_be_bytes());
    bytes.extend(layers.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(u16::from(is_packed).to_be_bytes());
    if is_packed {
        for _ in 0..planes.len() * 2 {
            bytes.extend(3u16.to_be_bytes());
        }
        for plane in planes {
            for row in plane.chunks(2) {
                bytes.extend([1, row[0], row[1]]);
            }
        }
    } else {
        planes.iter().for_each(|plane| bytes.extend(*plane));
    }
    bytes
}

#[test]
fn a_layered_document_gives_its_merged_picture() {
    let (r, g, b) = ([200, 200, 0, 0], [10, 10, 120, 120], [30, 30, 40, 40]);
    for is_packed in [false, true] {
        let square = made(&psd(3, 8, 1, &[&r, &g, &b], is_packed));
        assert_eq!(square.edge, 2);
        near(square.at(0, 0), [200, 10, 30]);
        near(square.at(1, 1), [0, 120, 40]);
    }
    let sixteen = |value: u8| [value, 0, value, 0, value, 0, value, 0];
    near(
        made(&psd(
            3,
            16,
            1,
            &[&sixteen(80), &sixteen(90), &sixteen(100)],
            false,
        ))
        .at(0, 0),
        [80, 90, 100],
    );
}

#[test]
fn merged_colours_leave_the_white_that_they_lie_on() {
    // Half transparent red: on white, as Photoshop stores it, 255, 127, 127.
    let (r, gb, alpha) = ([255; 4], [127; 4], [128; 4]);
    let document = psd(3, 8, -1, &[&r, &gb, &gb, &alpha], false);
    let black = finest().with_background(Background::BLACK);
    near(
        decode(prepare(black, &document).unwrap().bytes()).at(0, 0),
        [128, 0, 0],
    );
    near(made(&document).at(0, 0), [255, 127, 127]);
    // A positive number of layers: the fourth channel is a mask, not transparency.
    near(
        made(&psd(3, 8, 1, &[&r, &gb, &gb, &[0; 4]], false)).at(0, 0),
        [255, 127, 127],
    );
}

#[test]
fn a_document_cut_short_is_truncated() {
    let whole = psd(3, 8, 1, &[&[1; 4], &[2; 4], &[3; 4]], false);
    assert_eq!(code(&whole[..whole.len() - 1]), "truncated");
    assert_eq!(code(&whole[..30]), "truncated");
}

/// An icon file of the given elements.
fn icns(elements: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, content) in elements {
        body.extend(*kind);
        body.extend((content.len() as u32 + 8).to_be_bytes());
        body.extend(*content);
    }
    let mut bytes = b"icns".to_vec();
    bytes.extend((body.len() as u32 + 8).to_be_bytes());
    bytes.extend(body);
    bytes
}

#[test]
fn of_an_icon_the_largest_picture_counts() {
    // Runs: 130 times, 126 times = 256 bytes a plane.
    let plane = |value: u8| [255, value, 251, value];
    let colors = [plane(250), plane(20), plane(30)].concat();
    let mask = vec![255; 256];
    let small = icns(&[(b"is32", &colors), (b"s8mk", &mask)]);
    let square = made(&small);
    assert_eq!(square.edge, 16);
    near(square.at(8, 8), [250, 20, 30]);
    let large = png(64, 64, |_, _| [0, 0, 255, 255]);
    let both = made(&icns(&[
        (b"is32", &colors),
        (b"s8mk", &mask),
        (b"ic12", &large),
    ]));
    assert_eq!(both.edge, 64);
    near(both.at(8, 8), [0, 0, 255]);
}

/// Red above, blue below.
fn preview() -> Vec<u8> {
    let color = |_, y| if y < 32 { [255, 0, 0] } else { [0, 0, 255] };
    jpeg(64, 64, color)
}

/// Orientation 6 brings the top to the right.
fn is_turned(raw: &[u8]) {
    let avatar = prepare(finest(), raw).unwrap();
    assert_eq!(avatar.probe().format(), Format::Raw);
    let square = decode(avatar.bytes());
    near(square.at(56, 32), [254, 0, 0]);
    near(square.at(8, 32), [0, 0, 254]);
}

#[test]
fn a_raw_file_gives_its_preview_turned_once() {
    let preview = preview();
    let mut bytes = b"II*\0\x08\0\0\0\x05\0".to_vec();
    let entries: [(u16, u16, u32, u32); 5] = [
        (271, 2, 4, u32::from_le_bytes(*b"Cam\0")),
        (274, 3, 1, 6),
        (330, 4, 1, 0),
        (513, 4, 1, 74),
        (514, 4, 1, preview.len() as u32),
    ];
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    assert_eq!(bytes.len(), 74);
    bytes.extend(&preview);
    is_turned(&bytes);
    // As Olympus and Panasonic begin it; their previews are found without directories too.
    for magic in [b"IIRO", b"IIU\0"] {
        bytes[..4].copy_from_slice(magic);
        is_turned(&bytes);
    }
}

fn iso_box(kind: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let size = (8 + content.len() as u32).to_be_bytes();
    [&size, &kind[..], &content].concat()
}

/// The preview of a CR3 says nothing of its orientation.
#[test]
fn a_cr3_is_turned_by_its_own_directory() {
    let canon = 0x85c0_b687_820f_11e0_8111_f4ce_462b_6a48_u128.to_be_bytes();
    let directory = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let own = |id: [u8; 16]| iso_box(b"uuid", &[&id, &iso_box(b"CMT1", &[directory])]);
    let cr3 = |own: &[u8]| {
        let moov = iso_box(b"moov", &[&iso_box(b"uuid", &[&[7; 16]]), own]);
        let start = iso_box(b"ftyp", &[b"crx \0\0\0\x01crx isom"]);
        [start, moov, iso_box(b"mdat", &[&preview()])].concat()
    };
    is_turned(&cr3(&own(canon)));
    let others = prepare(finest(), &cr3(&own([9; 16]))).unwrap();
    near(decode(others.bytes()).at(32, 8), [254, 0, 0]);
}

#[test]
fn old_bitmaps_are_read() {
    let xbm = b"#define t_width 8\n#define t_height 2\nstatic char t_bits[] = { 0x0f, 0x0f };\n";
    let square = made(xbm);
    near(square.at(0, 0), [0; 3]); // the middle of the row: black ends there
    near(square.at(1, 0), [255; 3]);
    let xpm = b"/* XPM */\nstatic char *t[] = {\n\"2 2 2 1\",\n\"a c #ff0000\",\n\"b c #0000ff\",\n\"ab\",\n\"ba\"};\n";
    near(made(xpm).at(0, 0), [254, 0, 0]);
    let mut sun = [0x59a6_6a95u32, 2, 1, 24, 6, 1, 0, 0]
        .iter()
        .flat_map(|word| word.to_be_bytes())
        .collect::<Vec<u8>>();
    sun.extend([10, 20, 250, 10, 20, 250]); // blue first
    near(made(&sun).at(0, 0), [250, 20, 10]);
    let wbmp = [0, 0, 8, 2, 0xff, 0x00];
    assert_eq!(Format::recognize(&wbmp), Some(Format::Wbmp));
    near(made(&wbmp).at(0, 0), [255; 3]);
}

/// A TIFF of 2 by 2 pixels in one strip for each plane.
pub(super) fn tiff(fields: &[(u16, u32)], bits: &[u16], planes: &[&[u8]]) -> Vec<u8> {
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

#[test]
fn the_first_page_is_noted() {
    let avatar = prepare(finest(), PDF).unwrap();
    assert_eq!(
        (avatar.edge(), avatar.notes()),
        (640, &[Note::FirstFrame { frames: 2 }][..])
    );
    let square = decode(avatar.bytes());
    near(square.at(100, 320), [0, 0, 254]);
    near(square.at(500, 320), [255; 3]);
}

#[test]
fn the_table_is_printed() {
    let folder = folder(&[]);
    let said = run(folder.path(), &["formats"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert!(
        said.stdout.contains("| HEIF | heic heif hif |"),
        "{}",
        said.stdout
    );
    assert_eq!(said.stdout.lines().count(), 2 + Format::all().count());
    let settings = Settings::default();
    assert!(
        prepare(settings, b"8BPS\0\x03").is_err(),
        "a version that does not exist is no PSD"
    );
}

#[test]
fn ink_in_a_pam_is_read() {
    let header = b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 4\nMAXVAL 255\nTUPLTYPE CMYK\nENDHDR\n";
    let magenta = [header.as_slice(), &[0, 255, 0, 0].repeat(4)].concat();
    near(made(&magenta).at(1, 1), [255, 0, 255]);
    assert_eq!(code(&magenta[..magenta.len() - 1]), "truncated");
}

#[test]
fn a_gif_without_a_palette_has_black_and_white() {
    // One pixel each of index 0 and 1: LZW codes of 3 bits are clear 4, 0 or 1, end 5.
    for (index, data, level) in [(0, [0x44, 0x01], 0), (1, [0x4c, 0x01], 255)] {
        let mut gif = b"GIF89a\x01\0\x01\0\0\0\0".to_vec();
        gif.extend(b",\0\0\0\0\x01\0\x01\0\0\x02\x02");
        gif.extend(data);
        gif.extend(b"\0;");
        near(made(&gif).at(0, 0), [level; 3]);
        assert_eq!(made(&gif).edge, 1, "index {index}");
    }
}

#[test]
fn a_frame_larger_than_the_screen_is_not_cut() {
    let red = image::RgbaImage::from_pixel(20, 20, image::Rgba([255, 0, 0, 255]));
    let mut gif = encode(&red.into(), image::ImageFormat::Gif);
    assert_eq!(gif[6..10], [20, 0, 20, 0]);
    gif[6] = 10;
    let square = made(&gif);
    assert_eq!(square.edge, 20);
    near(square.at(19, 19), [254, 0, 0]);
}

#[test]
fn sizes_beyond_all_limits_are_refused() {
    let sides = "WIDTH 4294967295\nHEIGHT 4294967295\n";
    let pam = format!("P7\n{sides}DEPTH 4\nMAXVAL 255\nTUPLTYPE CMYK\nENDHDR\n");
    assert_eq!(code(pam.as_bytes()), "limit_exceeded");
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
