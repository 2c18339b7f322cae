//! Formats that no encoder in the tests writes, made by hand: layered documents, icons, old
//! bitmaps, CMYK.

use avatar_prepare::{Background, Format, Note, Settings};

use crate::support::{code, decode, encode, finest, folder, made, near, png, prepare, run};

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
    // Pixels of one colour would count as no merged picture.
    let sixteen = |value: u8| [value, 0, value, 0, value, 0, 0, 0];
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
    // Pixels of one colour would count as no merged picture.
    let (r, gb, alpha) = ([255, 255, 255, 254], [127; 4], [128; 4]);
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
    let unread = avatar_prepare::OtherKind::pictures().count();
    let lines = 2 + Format::all().count() + 5 + unread;
    assert_eq!(said.stdout.lines().count(), lines);
    assert!(said.stdout.contains("| EPS | eps epsf epsi | export it as"));
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

#[test]
fn further_pictures_of_a_pnm_are_noted() {
    let one = crate::support::ppm(4, 4, |x, _| [x as u8, 7, 9]);
    let pam = b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 1\nMAXVAL 255\nTUPLTYPE GRAYSCALE\nENDHDR\n1234";
    let gray = b"P5 # two bytes each\n2 2 300\n12345678";
    let bits = b"P4\n9 2\n1234";
    for (bytes, frames) in [
        (one.clone(), 1),
        ([&one[..], b"\n"].concat(), 1),
        ([&one[..], b"P6 is no header"].concat(), 1),
        ([&one[..], &one, &one].concat(), 3),
        ([&pam[..], &gray[..], b"\n", bits, &one].concat(), 4),
        ([&bits[..], &pam[..]].concat(), 2),
    ] {
        let avatar = prepare(finest(), &bytes).unwrap();
        let found = avatar.notes().iter().find_map(|note| match note {
            Note::FirstFrame { frames } => Some(*frames),
            _ => None,
        });
        assert_eq!(found, (frames > 1).then_some(frames));
    }
}
