//! JPEG in TIFF: the old kind, with separate tables (TIFF 6.0, section 22), and the newer one.

use avatar_prepare::Settings;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::support::{decode, finest, prepare};

const SIDE: u16 = 48;
const COLOR: [u8; 3] = [200, 30, 40];

/// Tag, type, and values; those that do not fit are stored before the directory.
type Field = (u16, u16, Vec<u32>);

const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;
const BYTES: u16 = 7;

fn one(tag: u16, value: u32) -> Field {
    (tag, LONG, vec![value])
}

/// A TIFF that begins with `blob`.
fn tiff(blob: &[u8], mut fields: Vec<Field>) -> Vec<u8> {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    bytes.extend(blob);
    fields.sort();
    let mut entries = Vec::new();
    for (tag, kind, values) in fields {
        let narrow = |value: &u32| (*value as u16).to_le_bytes().to_vec();
        let wide = |value: &u32| value.to_le_bytes().to_vec();
        let data: Vec<u8> = match kind {
            SHORT => values.iter().flat_map(narrow).collect(),
            BYTES => values.iter().map(|value| *value as u8).collect(),
            _ => values.iter().flat_map(wide).collect(),
        };
        let count = values.len() as u32 / if kind == RATIONAL { 2 } else { 1 };
        let place = bytes.len() as u32;
        let value = match data.len() {
            0..=4 => [&data[..], &[0; 4]].concat()[..4].to_vec(),
            _ => place.to_le_bytes().to_vec(),
        };
        if data.len() > 4 {
            bytes.extend(data);
        }
        let head = [
            &tag.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
        ];
        entries.push([head.concat(), value].concat());
    }
    let directory = bytes.len() as u32;
    bytes[4..8].copy_from_slice(&directory.to_le_bytes());
    bytes.extend((entries.len() as u16).to_le_bytes());
    bytes.extend(entries.concat());
    bytes.extend([0; 4]);
    bytes
}

/// A baseline JPEG of one colour.
fn flat(side: u16, sampling: SamplingFactor, interval: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 100);
    encoder.set_sampling_factor(sampling);
    if interval > 0 {
        encoder.set_restart_interval(interval);
    }
    let samples = COLOR.repeat(usize::from(side) * usize::from(side));
    encoder
        .encode(&samples, side, side, ColorType::Rgb)
        .unwrap();
    bytes
}

/// The segments before the scan, as marker and where the content lies, and where the scan's data does.
fn segments(jpeg: &[u8]) -> (Vec<(u8, std::ops::Range<usize>)>, usize) {
    let mut found = Vec::new();
    let mut at = 2;
    loop {
        let marker = jpeg[at + 1];
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        found.push((marker, at + 4..at + 2 + length));
        at += 2 + length;
        if marker == 0xda {
            return (found, at);
        }
    }
}

/// The same picture in the old way: the whole file is the blob, and its tables are pointed into.
fn old(jpeg: &[u8], photometric: u32, more: Vec<Field>) -> Vec<u8> {
    let (segments, data) = segments(jpeg);
    let mut tables = [[0; 2]; 3]; // of luma and chroma: quantizers, DC, AC
    for (marker, range) in segments {
        let mut at = range.start;
        while at < range.end && matches!(marker, 0xdb | 0xc4) {
            let (class, id) = (jpeg[at] >> 4, usize::from(jpeg[at] & 15));
            let kind = if marker == 0xdb {
                0
            } else {
                1 + usize::from(class)
            };
            tables[kind][id] = at as u32 + 1 + 8;
            let values: usize = jpeg[at + 1..at + 17].iter().map(|&n| usize::from(n)).sum();
            at += if marker == 0xdb { 65 } else { 17 + values };
        }
    }
    let side = u32::from(SIDE);
    let of_each = |[luma, chroma]: [u32; 2]| vec![luma, chroma, chroma];
    let mut fields = vec![
        one(256, side),
        one(257, side),
        (258, SHORT, vec![8; 3]),
        one(259, 6),
        one(262, photometric),
        one(273, data as u32 + 8),
        one(277, 3),
        one(278, side),
        one(279, (jpeg.len() - data - 2) as u32),
        (519, LONG, of_each(tables[0])),
        (520, LONG, of_each(tables[1])),
        (521, LONG, of_each(tables[2])),
    ];
    fields.extend(more);
    tiff(jpeg, fields)
}

#[track_caller]
fn shows(tiff: &[u8], wanted: [u8; 3]) {
    let square = decode(prepare(finest(), tiff).unwrap().bytes());
    assert_eq!(square.edge, u32::from(SIDE));
    for (x, y) in [(0, 0), (20, 30), (47, 47)] {
        let found = square.at(x, y);
        let far = found.iter().zip(wanted).map(|(a, b)| a.abs_diff(b)).max();
        assert!(far.unwrap() <= 4, "{found:?}, not {wanted:?}");
    }
}

#[test]
fn tables_may_lie_apart() {
    let plain = flat(SIDE, SamplingFactor::F_1_1, 0);
    shows(&old(&plain, 6, vec![(530, SHORT, vec![1, 1])]), COLOR);
    // Two by two is what a file has that does not say it.
    let halved = flat(SIDE, SamplingFactor::F_2_2, 0);
    shows(&old(&halved, 6, Vec::new()), COLOR);
    let restarts = flat(SIDE, SamplingFactor::F_1_1, 2);
    let fields = vec![(530, SHORT, vec![1, 1]), one(515, 2)];
    shows(&old(&restarts, 6, fields), COLOR);
}

/// Y, Cb and Cr of the colour (ITU-T T.871) are red, green and blue where the file says so.
#[test]
fn components_are_what_the_file_says() {
    let plain = flat(SIDE, SamplingFactor::F_1_1, 0);
    shows(&old(&plain, 2, Vec::new()), [82, 104, 212]);
}

/// 82, 104 and 212 are 77, 101 and 223 in the full range, which is this (TIFF 6.0, section 21).
#[test]
fn the_range_of_video_is_widened() {
    let plain = flat(SIDE, SamplingFactor::F_1_1, 0);
    let range = [16, 235, 128, 240, 128, 240];
    let wanted = [210, 18, 28];
    let fractions = range.iter().flat_map(|&value| [value, 1]).collect();
    for range in [(532, LONG, range.to_vec()), (532, RATIONAL, fractions)] {
        let fields = vec![(530, SHORT, vec![1, 1]), range];
        shows(&old(&plain, 6, fields), wanted);
    }
}

#[test]
fn what_is_missing_or_too_large_is_said() {
    let plain = flat(SIDE, SamplingFactor::F_1_1, 0);
    let refusal = |tiff: &[u8]| prepare(Settings::default(), tiff).unwrap_err().to_string();
    let fields = vec![(530, SHORT, vec![1, 1]), one(515, 70_000)];
    let said = refusal(&old(&plain, 6, fields));
    assert!(
        said.contains("restart interval of its JPEG is 70000, over 65535"),
        "{said}"
    );
    let mut cut = old(&plain, 6, vec![(530, SHORT, vec![1, 1])]);
    let tag = [7, 2, 4, 0, 3, 0, 0, 0]; // quantizers
    let at = cut.windows(8).position(|found| found == tag).unwrap();
    let list = u32::from_le_bytes(cut[at + 8..at + 12].try_into().unwrap()) as usize;
    cut[list..list + 4].fill(0xff);
    let said = refusal(&cut);
    assert!(said.contains("a table of its JPEG is missing"), "{said}");
}

/// A picture of one strip, in YCbCr.
fn place(jpeg: &[u8], side: u32) -> Vec<u8> {
    tiff(
        jpeg,
        vec![
            one(256, side),
            one(257, side),
            (258, SHORT, vec![8; 3]),
            one(259, 7),
            one(262, 6),
            one(273, 8),
            one(277, 3),
            one(278, side),
            one(279, jpeg.len() as u32),
            (530, SHORT, vec![1, 1]),
        ],
    )
}

/// PhotometricInterpretation counts, not a marker of Adobe in the JPEG, which says RGB here.
#[test]
fn a_marker_of_adobe_does_not_count() {
    let plain = flat(SIDE, SamplingFactor::F_1_1, 0);
    let jfif = 2..4 + usize::from(plain[5]);
    assert_eq!(plain[2..4], [0xff, 0xe0]);
    let mut marked = plain;
    marked.splice(jfif, *b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0");
    shows(&place(&marked, SIDE.into()), COLOR);
}

/// Chroma that is halved both ways has a quarter of the samples.
#[test]
fn memory_is_counted_by_the_samples_of_each_channel() {
    let side = 8192;
    let needed = |sampling| {
        let tile = flat(256, sampling, 0);
        let count = (side / 256 * (side / 256)) as usize;
        let fields = vec![
            one(256, side),
            one(257, side),
            (258, SHORT, vec![8; 3]),
            one(259, 7),
            one(262, 6),
            one(277, 3),
            one(322, 256),
            one(323, 256),
            (324, LONG, vec![8; count]),
            (325, LONG, vec![tile.len() as u32; count]),
        ];
        let settings = Settings::default().with_effort(avatar_prepare::Effort::Best);
        let mut preparer =
            avatar_prepare::Preparer::new(settings, avatar_prepare::Limits::default());
        let source = avatar_prepare::Source::Bytes(tiff(&tile, fields));
        preparer.inspect(&source).unwrap().memory.prepared
    };
    let (whole, halved) = (needed(SamplingFactor::F_1_1), needed(SamplingFactor::F_2_2));
    let pixels = u64::from(side) * u64::from(side);
    assert!(halved + pixels * 14 / 10 < whole, "{halved}, {whole}");
    assert!(halved < 11 * pixels, "{halved}");
}

/// In a BigTIFF the length of a strip can be any number of 64 bits.
#[test]
fn a_huge_length_is_refused() {
    let jpeg = crate::support::jpeg(48, 48, smooth);
    let with = |length: u64| {
        let mut file = b"II\x2b\0\x08\0\0\0".to_vec();
        file.extend((16 + jpeg.len() as u64).to_le_bytes());
        file.extend(&jpeg);
        let strip = [(273, 16), (277, 3), (278, 48), (279, length)];
        let samples = 0x0008_0008_0008; // three of 16 bits
        let fields = [(256, 48), (257, 48), (258, samples), (259, 7), (262, 6)];
        file.extend((fields.len() as u64 + 4).to_le_bytes());
        for (tag, value) in fields.into_iter().chain(strip) {
            let (kind, count) = if tag == 258 { (SHORT, 3_u64) } else { (16, 1) };
            file.extend([u16::to_le_bytes(tag), kind.to_le_bytes()].concat());
            file.extend([count, value].map(u64::to_le_bytes).concat());
        }
        file.extend([0; 8]);
        file
    };
    assert!(prepare(finest(), &with(jpeg.len() as u64)).is_ok());
    let error = prepare(finest(), &with(u64::MAX)).unwrap_err();
    assert_eq!(error.code().as_str(), "limit_exceeded", "{error}");
}

/// A large JPEG in a small place would take memory that no header announced.
#[test]
fn a_jpeg_larger_than_its_place_is_refused() {
    let fits = flat(SIDE, SamplingFactor::F_1_1, 0);
    shows(&place(&fits, SIDE.into()), COLOR);
    let large = flat(400, SamplingFactor::F_1_1, 0);
    let error = prepare(Settings::default(), &place(&large, 8)).unwrap_err();
    assert_eq!(error.code().as_str(), "malformed");
    assert!(error.to_string().contains("400"), "{error}");
}

/// The JPEG of the last strip ends early, because the file does or inside the strip.
#[test]
fn a_jpeg_without_its_end_is_noted_or_refused() {
    let noise = |x: u32, y: u32| {
        let hash = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
        hash.to_be_bytes()[..3].try_into().unwrap()
    };
    let strip = crate::support::jpeg(96, 8, noise);
    // As many rows of one strip as are needed for nine tenths; the directory lies before.
    let with = |strips: u32, cut: usize, is_stated: bool| {
        let last = strip.len() - cut;
        let mut lengths = vec![strip.len() as u32; strips as usize];
        if is_stated {
            *lengths.last_mut().unwrap() = last as u32;
        }
        let place = |start: u32| {
            let offsets = (0..strips).map(|index| start + index * strip.len() as u32);
            vec![
                one(256, 96),
                one(257, 8 * strips),
                (258, SHORT, vec![8; 3]),
                one(259, 7),
                one(262, 6),
                (273, LONG, offsets.collect()),
                one(277, 3),
                one(278, 8),
                (279, LONG, lengths.clone()),
                (530, SHORT, vec![1, 1]),
            ]
        };
        let directory = tiff(&[], place(0)).len() as u32;
        let mut file = tiff(&[], place(directory));
        for _ in 1..strips {
            file.extend(&strip);
        }
        file.extend(&strip[..last]);
        file
    };
    let damage = |file: &[u8]| {
        let notes = prepare(finest(), file).unwrap().notes().to_vec();
        notes.iter().find_map(|note| match note {
            avatar_prepare::Note::Damaged { percent } => Some(*percent),
            _ => None,
        })
    };
    let half = strip.len() / 2;
    assert_eq!(damage(&with(12, 0, true)), None);
    // A twelfth is gray; only noted is a strip that is shorter than it was, but as long as stated.
    assert_eq!(damage(&with(12, half, false)), Some(91));
    assert_eq!(damage(&with(12, half, true)), Some(100));
    for strips in [1, 2] {
        let error = prepare(finest(), &with(strips, half, false)).unwrap_err();
        assert_eq!(error.code().as_str(), "truncated");
    }
}

/// How the strips or tiles of a TIFF are compressed.
#[derive(Clone, Copy)]
struct Compressed {
    /// Width and height of a tile, or of a strip.
    tile: (u32, u32),
    is_tiled: bool,
    colors: ColorType,
    /// The value of PhotometricInterpretation.
    photometric: u32,
    sampling: SamplingFactor,
    /// Whether tables are stored once for all of them.
    has_tables: bool,
    /// Whether the picture goes on beyond its edge; if not, black is stored there, as most programs do.
    goes_on: bool,
}

/// A smooth picture, in which a wrong place or order of colours shows.
fn smooth(x: u32, y: u32) -> [u8; 3] {
    [30 + x, 220 - y, 60 + (x + y) / 2].map(|value| value.min(255) as u8)
}

/// What this encoder takes for a pixel.
fn samples(colors: ColorType, [red, green, blue]: [u8; 3]) -> Vec<u8> {
    match colors {
        ColorType::Luma => vec![green],
        _ => vec![red, green, blue],
    }
}

/// The smooth picture in JPEG strips or tiles, which store more than its right and lower edge if they are tiles or if
/// black is stored there.
fn compressed(size: (u32, u32), how: Compressed) -> Vec<u8> {
    let (mut blob, mut offsets, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    let mut tables = Vec::new();
    for top in (0..size.1).step_by(how.tile.1 as usize) {
        for left in (0..size.0).step_by(how.tile.0 as usize) {
            let rows = match how.is_tiled || !how.goes_on {
                true => how.tile.1,
                false => how.tile.1.min(size.1 - top),
            };
            let pixel = |x: u32, y: u32| match how.goes_on || (x < size.0 && y < size.1) {
                true => smooth(x, y),
                false => [0; 3],
            };
            let row = |y: u32| (0..how.tile.0).map(move |x| pixel(left + x, top + y));
            let pixels = (0..rows).flat_map(row);
            let pixels: Vec<u8> = pixels.flat_map(|rgb| samples(how.colors, rgb)).collect();
            let mut jpeg = Vec::new();
            let mut encoder = Encoder::new(&mut jpeg, 100);
            encoder.set_sampling_factor(how.sampling);
            let (width, height) = (how.tile.0 as u16, rows as u16);
            encoder.encode(&pixels, width, height, how.colors).unwrap();
            if how.has_tables {
                (tables, jpeg) = abbreviated(&jpeg);
            }
            offsets.push(8 + blob.len() as u32);
            lengths.push(jpeg.len() as u32);
            blob.extend(jpeg);
        }
    }
    let channels = if how.colors == ColorType::Luma { 1 } else { 3 };
    let mut fields = vec![
        one(256, size.0),
        one(257, size.1),
        (258, SHORT, vec![8; channels as usize]),
        one(259, 7),
        one(262, how.photometric),
        one(277, channels),
    ];
    match how.is_tiled {
        true => fields.extend([
            one(322, how.tile.0),
            one(323, how.tile.1),
            (324, LONG, offsets),
            (325, LONG, lengths),
        ]),
        false => fields.extend([
            one(278, how.tile.1),
            (273, LONG, offsets),
            (279, LONG, lengths),
        ]),
    }
    if how.has_tables {
        fields.push((347, BYTES, tables.iter().copied().map(u32::from).collect()));
    }
    tiff(&blob, fields)
}

/// The tables of a JPEG as a JPEG without a picture, and the same JPEG without them.
fn abbreviated(jpeg: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (segments, data) = segments(jpeg);
    let (mut tables, mut rest) = (vec![0xff, 0xd8], vec![0xff, 0xd8]);
    for (marker, range) in segments {
        let into = match marker {
            0xdb | 0xc4 => &mut tables,
            _ => &mut rest,
        };
        into.extend(&jpeg[range.start - 4..range.end]);
    }
    tables.extend([0xff, 0xd9]);
    rest.extend(&jpeg[data..]);
    (tables, rest)
}

const STRIPS: Compressed = Compressed {
    tile: (150, 16),
    is_tiled: false,
    colors: ColorType::Rgb,
    photometric: 6,
    sampling: SamplingFactor::F_2_2,
    has_tables: false,
    goes_on: true,
};
const TILES: Compressed = Compressed {
    tile: (32, 48),
    is_tiled: true,
    ..STRIPS
};

/// Planes of strips and tiles are joined, whatever their sampling is, and reduced as a whole.
#[test]
fn strips_and_tiles_make_up_one_picture() {
    // The encoder stores what it takes for YCbCr as it is.
    let plain = |how| Compressed {
        colors: ColorType::Ycbcr,
        photometric: 2,
        sampling: SamplingFactor::F_1_1,
        ..how
    };
    let gray = |how| Compressed {
        colors: ColorType::Luma,
        photometric: 1,
        sampling: SamplingFactor::F_1_1,
        ..how
    };
    let narrow = |how| Compressed {
        sampling: SamplingFactor::F_2_1,
        has_tables: true,
        ..how
    };
    let each = |how| [how, narrow(how), plain(how), gray(how)];
    let whole = Compressed {
        tile: (150, 100),
        ..STRIPS
    };
    // Strips that do not end with a whole block cannot be joined so.
    let uneven = Compressed {
        tile: (150, 24),
        ..STRIPS
    };
    let all = [each(STRIPS), each(TILES), each(whole), each(uneven)];
    for (number, how) in all.into_iter().flatten().enumerate() {
        let file = compressed((150, 100), how);
        for edge in [100, 40, 20] {
            let settings = finest().with_edge(edge).unwrap();
            let square = decode(prepare(settings, &file).unwrap().bytes());
            // The square begins at column 25.
            for (x, y) in [(0, 0), (7, 3), (10, 19), (19, 10), (19, 19)] {
                let scale = |at: u32| (f64::from(at) + 0.5) * 5.0;
                let (x_of, y_of) = (25.0 + scale(x), scale(y));
                let color = smooth(x_of as u32, y_of as u32);
                let wanted = match how.colors {
                    ColorType::Luma => [color[1]; 3],
                    _ => color,
                };
                let at = |at: u32| at * edge / 20 + edge / 40;
                let found = square.at(at(x), at(y));
                let far = found.iter().zip(wanted).map(|(a, b)| a.abs_diff(b)).max();
                assert!(
                    far.unwrap() <= 6,
                    "{number}, {edge}: {found:?}, not {wanted:?}"
                );
            }
        }
    }
}

/// Tiles, and a last strip with too many rows, contain what is not part of the picture.
#[test]
fn what_is_stored_beyond_the_edge_does_not_show() {
    let plain = |how| Compressed {
        sampling: SamplingFactor::F_1_1,
        ..how
    };
    let gray = |how| Compressed {
        colors: ColorType::Luma,
        photometric: 1,
        ..plain(how)
    };
    let strips = Compressed {
        tile: (100, 16),
        ..plain(STRIPS)
    };
    let all = [plain(TILES), gray(TILES), strips, gray(strips)];
    for (number, how) in all.into_iter().enumerate() {
        for edge in [100, 40, 25, 13] {
            let square = |goes_on| {
                let file = compressed((100, 100), Compressed { goes_on, ..how });
                let settings = finest().with_edge(edge).unwrap();
                decode(prepare(settings, &file).unwrap().bytes())
            };
            let (wanted, found) = (square(true), square(false));
            let last = (0..edge).flat_map(|at| [(at, edge - 1), (edge - 1, at)]);
            for (x, y) in last {
                let luma = |[red, green, blue]: [u8; 3]| {
                    (299 * i32::from(red) + 587 * i32::from(green) + 114 * i32::from(blue)) / 1000
                };
                let (wanted, found) = (luma(wanted.at(x, y)), luma(found.at(x, y)));
                assert!(
                    (wanted - found).abs() <= 2,
                    "{number}, {edge}, {x}, {y}: {found:?}, not {wanted:?}"
                );
            }
        }
    }
}
