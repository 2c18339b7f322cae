//! Files as programs really write them, in violation of their format or at its limits.

use avatar_prepare::Note;

use crate::drawings::PDF;
use crate::support::{decode, finest, folder, jpeg, made, near, png, prepare, records};

const RED: [u8; 3] = [254, 0, 0];
const BLUE: [u8; 3] = [0, 0, 254];

#[test]
fn xpm_is_read_however_it_is_declared() {
    let rows = "\"2 2 2 1\",\n/* \"colours\" */\n\"a c #ff0000\",\n\"b c blue\",\n\"ab\",\n\"ba\"";
    for (before, after) in [
        ("/* XPM */\nstatic const char *const a[] = {\n", "};\n"),
        ("/* XPM */\nstatic const char* const a[]={", "\n}\n;\n"),
        ("/*XPM*/\nchar *a = {\n", "};\n#define more\n"),
        ("\n/* XPM2 C */\r\nstatic char * a [4] =\r\n{\r\n", "\r\n};"),
    ] {
        let square = made(format!("{before}{rows}{after}").as_bytes());
        near(square.at(0, 0), RED);
        near(square.at(0, 1), BLUE);
    }
    let unknown = rows.replace("blue", "light bluish");
    let unknown = format!("/* XPM */ static char *a[] = {{ {unknown} }};");
    let error = prepare(finest(), unknown.as_bytes()).unwrap_err();
    assert_eq!(error.code().as_str(), "malformed");
    let cut = format!(
        "/* XPM */\nstatic char *a[] = {{\n{}",
        &rows[..rows.len() - 3]
    );
    let error = prepare(finest(), cut.as_bytes()).unwrap_err();
    assert_eq!(error.code().as_str(), "malformed");
}

#[test]
fn xbm_is_read_however_it_is_declared() {
    let sides = "#define a.b_width 10\r\n#define a.b_height 10\r\n#define a.b_x_hot 1\r\n";
    let bytes = "0xFF,0x00,".repeat(9) + "255,0";
    let words = "0x00ff , ".repeat(9) + "255";
    for text in [
        format!("{sides}static unsigned char a.b_bits[] = {{\r\n{bytes}}};\r\n"),
        format!("/* by */ {sides}char shortcut_short[]={{{bytes},}};"),
        format!("{sides}static unsigned short a_bits[]={{ /* rows */ {words} }};\n"),
    ] {
        let square = made(text.replace("/* by */ ", "/* by */\n").as_bytes());
        near(square.at(7, 5), [0; 3]);
        near(square.at(8, 5), [255; 3]);
    }
}

/// A bitmap of 4 pixels a side under a header of `size` bytes; red is 1 in its palette, blue 2.
fn bitmap(size: u32, (bits, compression): (u16, u32), height: i32, data: &[u8]) -> Vec<u8> {
    let palette = [0, 0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0];
    let palette = if bits == 24 { &[][..] } else { &palette };
    let mut info = [0; 64];
    let depth = 1 | u32::from(bits) << 16;
    let colors = palette.len() as u32 / 4;
    let fields = [size, 4, height as u32, depth, compression, 0, 0, 0, colors];
    let fields = fields.iter().flat_map(|field| field.to_le_bytes());
    info.iter_mut()
        .zip(fields)
        .for_each(|(to, from)| *to = from);
    let start = 14 + size + palette.len() as u32;
    let length = start + data.len() as u32;
    let words = [length, 0, start].map(u32::to_le_bytes).concat();
    [b"BM", &words[..], &info[..size as usize], palette, data].concat()
}

#[test]
fn run_lengths_of_bitmaps_are_read() {
    // Row by row: runs, values as they are, a skip that leaves colour 0, and no word of the rest.
    let of_8 = [
        4, 1, 0, 0, 0, 3, 1, 1, 1, 0, 1, 2, 0, 0, 0, 2, 3, 0, 1, 2, 0, 0, 4, 2, 0, 1,
    ];
    let of_4 = [
        4, 0x11, 0, 0, 0, 4, 0x11, 0x12, 0, 0, 0, 2, 3, 0, 1, 0x20, 0, 0, 4, 0x22, 0, 1,
    ];
    let (red, blue, black) = ([0, 0, 255], [255, 0, 0], [0; 3]);
    let run = |count: u8, color: [u8; 3]| [&[count][..], &color].concat();
    let of_24 = [
        run(4, red),
        vec![0, 0],
        vec![0, 3],
        [red, red, red].concat(),
        vec![0],
        run(1, blue),
        vec![0, 0],
        run(3, black),
        run(1, blue),
        vec![0, 0],
        run(4, blue),
        vec![0, 1],
    ]
    .concat();
    let cases: [(u32, (u16, u32), &[u8]); 4] = [
        (40, (8, 1), &of_8),
        (40, (4, 2), &of_4),
        (64, (8, 1), &of_8),
        (64, (24, 4), &of_24),
    ];
    for (size, form, data) in cases {
        for height in [4, -4] {
            let square = made(&bitmap(size, form, height, data));
            // The first row is the lowest one.
            let y = |row: u32| if height > 0 { 3 - row } else { row };
            for (x, row, color) in [
                (0, 0, RED),
                (1, 1, RED),
                (3, 1, BLUE),
                (1, 2, [0; 3]),
                (3, 2, BLUE),
                (2, 3, BLUE),
            ] {
                let found = square.at(x, y(row));
                let far = found.iter().zip(color).any(|(a, b)| a.abs_diff(b) > 40);
                assert!(!far, "{size} {form:?} {height}: {found:?} at {x}, {row}");
            }
        }
    }
    // Twenty rows of one run each: what is missing at the end is noted, but not a missing mark.
    let run = [4, 1, 0, 0].repeat(20);
    for (length, percent) in [
        (80, None),
        (78, None),
        (76, Some(95)),
        (74, Some(95)),
        (72, Some(90)),
    ] {
        let mut file = bitmap(40, (8, 1), 4, &run[..length]);
        file[22..26].copy_from_slice(&20u32.to_le_bytes());
        let avatar = prepare(finest(), &file).unwrap();
        let found = avatar.notes().iter().find_map(|note| match note {
            Note::Damaged { percent } => Some(*percent),
            _ => None,
        });
        assert_eq!(found, percent, "{length}");
    }
    let cut = bitmap(40, (8, 1), 4, &of_8[..10]);
    let error = prepare(finest(), &cut).unwrap_err();
    assert_eq!(error.code().as_str(), "truncated");
}

#[test]
fn headers_of_os2_are_read() {
    let rows = [[1; 4], [1; 4], [2; 4], [2; 4]].concat();
    for size in [16, 24, 64] {
        let mut bytes = bitmap(size, (8, 0), 4, &rows);
        // Colours cannot be counted there: all of them follow.
        if size < 36 {
            let start = (14 + size) as usize + 12;
            bytes.splice(start..start, [0; 4 * 253]);
            bytes[10..14].copy_from_slice(&(14 + size + 1024).to_le_bytes());
        }
        let square = made(&bytes);
        near(square.at(1, 3), RED);
        near(square.at(1, 0), BLUE);
    }
    let fax = bitmap(64, (1, 3), 4, &rows);
    let error = prepare(finest(), &fax).unwrap_err();
    assert_eq!(error.code().as_str(), "unsupported");
}

/// As the most aggressive of GIMP's settings writes them: no zero at the end of a row.
#[test]
fn rows_of_sgi_may_run_into_each_other() {
    let mut bytes = vec![0; 512];
    bytes[..12].copy_from_slice(&[0x01, 0xda, 1, 1, 0, 3, 0, 2, 0, 2, 0, 3]);
    bytes[19] = 255;
    // Two rows a channel, the lowest first; red above, blue below.
    let (none, full) = (536 + 24, 536 + 26);
    for start in [none, full, none, none, full, none] {
        bytes.extend(u32::to_be_bytes(start));
    }
    bytes.extend([2u32; 6].map(u32::to_be_bytes).concat());
    bytes.resize(none as usize, 0);
    bytes.extend([2, 0, 2, 255]);
    let square = made(&bytes);
    near(square.at(0, 0), RED);
    near(square.at(1, 1), BLUE);
    bytes[512..516].copy_from_slice(&u32::MAX.to_be_bytes());
    let error = prepare(finest(), &bytes).unwrap_err();
    assert_eq!(error.code().as_str(), "malformed");
}

/// A DDS of 2 by 2 pixels.
fn dds([flags, bits]: [u32; 2], masks: [u32; 4], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    let mut put = |at: usize, value: u32| bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    let fixed = [
        (0, u32::from_le_bytes(*b"DDS ")),
        (4, 124),
        (8, 0x1007),
        (12, 2),
        (16, 2),
    ];
    let format = [(76, 32), (80, flags), (88, bits), (108, 0x1000)];
    let masks = masks
        .iter()
        .enumerate()
        .map(|(at, mask)| (92 + 4 * at, *mask));
    let all = fixed.into_iter().chain(format).chain(masks);
    all.for_each(|(at, value)| put(at, value));
    bytes.extend(data);
    bytes
}

#[test]
fn pixels_of_dds_have_any_masks() {
    let corners = |bytes: &[u8]| {
        let square = made(bytes);
        (square.at(0, 0), square.at(1, 1))
    };
    // One bit unused, then 5 of each colour; what the fourth mask says does not count.
    let [red, blue] = [0x7c00u16, 0x001f].map(u16::to_le_bytes);
    let data = [red, red, blue, blue].concat();
    let (first, last) = corners(&dds([0x40, 16], [0x7c00, 0x3e0, 0x1f, 0x8000], &data));
    near(first, RED);
    near(last, BLUE);
    // Gray and alpha of 4 bits: half of black on white, and white.
    let data = [0x80, 0x80, 0xff, 0xff];
    let (first, last) = corners(&dds([0x2_0001, 8], [0x0f, 0, 0, 0xf0], &data));
    near(first, [119; 3]);
    near(last, [255; 3]);
    let mut palette = vec![0; 1024];
    palette[4..12].copy_from_slice(&[255, 0, 0, 255, 0, 0, 255, 255]);
    let data = [&palette[..], &[1, 1, 2, 2]].concat();
    let (first, last) = corners(&dds([0x20, 8], [0; 4], &data));
    near(first, RED);
    near(last, BLUE);
    // The fourth byte counts only where the header says so.
    let clear = [&[0; 1024][..], &[1, 1, 2, 2]].concat();
    assert_eq!(corners(&dds([0x20, 8], [0; 4], &clear)).0, [0; 3]);
    // Alpha that is zero in every pixel is none.
    assert_eq!(corners(&dds([0x21, 8], [0; 4], &clear)).0, [0; 3]);
    // Rows padded to four bytes.
    let (red, blue) = ([0, 0, 255], [255, 0, 0]);
    let rows = [&red[..], &red, &[9; 2], &blue, &blue].concat();
    let mut padded = dds([0x40, 24], [0xff_0000, 0xff00, 0xff, 0], &rows);
    (padded[8], padded[20]) = (0x0f, 8);
    let (first, last) = corners(&padded);
    near(first, RED);
    near(last, BLUE);
    let cut = prepare(finest(), &dds([0x40, 16], [0x7c00, 0x3e0, 0x1f, 0], &red)).unwrap_err();
    assert_eq!(cut.code().as_str(), "truncated");
}

#[test]
fn an_orientation_may_be_signed() {
    let picture = jpeg(
        64,
        64,
        |_, y| if y < 32 { [255, 0, 0] } else { [0, 0, 255] },
    );
    for (kind, value) in [(8, 6u32), (9, 6), (6, 6), (4, 6), (9, -3i32 as u32)] {
        let mut exif = b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01".to_vec();
        exif.extend([kind, 0, 1, 0, 0, 0]);
        exif.extend(value.to_le_bytes());
        exif.extend([0; 4]);
        let bytes = [&picture[..2], &exif, &picture[2..]].concat();
        let avatar = prepare(finest(), &bytes).unwrap();
        let wanted = if value == 6 { 6 } else { 1 };
        assert_eq!(avatar.orientation().exif(), wanted, "{kind} {value}");
    }
}

/// No more than 2^31 - 1 frames can be stated: more are none.
#[test]
fn a_senseless_count_of_frames_is_none() {
    let still = png(20, 20, |_, _| [200, 10, 10, 255]);
    let animated = |frames: u32| {
        let content = [b"acTL", &frames.to_be_bytes()[..], &[0; 4]].concat();
        let mut sum = flate2::Crc::new();
        sum.update(&content);
        let chunk = [&8u32.to_be_bytes(), &content[..], &sum.sum().to_be_bytes()].concat();
        [&still[..33], &chunk, &still[33..]].concat()
    };
    near(made(&animated(0x8000_0001)).at(10, 10), [200, 10, 10]);
    let error = prepare(finest(), &animated(20_000)).unwrap_err();
    assert_eq!(error.code().as_str(), "limit_exceeded");
}

#[test]
fn scans_in_a_folder_are_pictures() {
    let folder = folder(&[
        ("in/scan.pdf", PDF),
        ("in/logo.ai", PDF),
        ("in/a.rgb", b"0 1 2"),
    ]);
    let (code, records) = records(folder.path(), &["in", "out", "--size", "40"]);
    assert_eq!((code, records.len()), (0, 4), "{records:?}");
    for name in ["scan", "logo"] {
        let square = decode(&std::fs::read(folder.path().join(format!("out/{name}.jpg"))).unwrap());
        near(square.at(10, 20), BLUE);
    }
}
