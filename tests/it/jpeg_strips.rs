//! TIFF in strips and tiles of JPEG, which are decoded as far as the square needs.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use avatar_prepare::Settings;

use crate::jpeg_in_tiff::{BYTES, LONG, SHORT, flat, one, segments, tiff};
use crate::support::{decode, finest, prepare};

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
