//! Tiny files that claim huge pictures: a documented error, and no more memory than was granted.

use avatar_prepare::{Code, Limits, Preparer, Settings};

use super::{is_alone, peak};

/// Bytes that reading a header may take, before any memory is granted.
const HEADER: u64 = 1 << 20;
/// Side within the limits, of a picture that takes gigabytes in some forms, and side beyond them.
const LARGE: u32 = 16_000;
const HUGE: u32 = 60_000;

fn be(value: u32) -> [u8; 4] {
    value.to_be_bytes()
}

fn le(value: u32) -> [u8; 4] {
    value.to_le_bytes()
}

/// Length, type, content.
fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&be(content.len() as u32 + 8), kind.as_slice(), content].concat()
}

fn png(side: u32, interlaced: u8) -> Vec<u8> {
    let header = [&be(side)[..], &be(side), &[8, 6, 0, 0, interlaced]].concat();
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let sum = crc32(&[kind.as_slice(), data].concat());
        [&be(data.len() as u32)[..], kind, data, &be(sum)].concat()
    };
    let pixels = chunk(b"IDAT", &[0x78, 0x9c, 0x63, 0, 0]);
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        pixels,
    ]
    .concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

/// A codestream without pixels; coding style as in COD.
fn j2k(side: u32, tile: u32, components: u16, style: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0x4f, 0xff, 0x51];
    bytes.extend((38 + 3 * components).to_be_bytes());
    bytes.extend([0, 0]);
    for value in [side, side, 0, 0, tile, tile, 0, 0] {
        bytes.extend(be(value));
    }
    bytes.extend(components.to_be_bytes());
    (0..components).for_each(|_| bytes.extend([7, 1, 1]));
    bytes.extend([0xff, 0x52, 0, style.len() as u8 + 2]);
    bytes.extend(style);
    bytes.extend([0xff, 0x5c, 0, 4, 0x40, 0x40]); // QCD
    bytes.extend([
        0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x93, 0, 0, 0xff, 0xd9,
    ]);
    bytes
}

/// No levels; blocks of 64 by 64 or of 4 by 4, or precincts of one pixel.
const BLOCKS: [u8; 10] = [0, 0, 0, 1, 0, 0, 4, 4, 0, 1];
const SMALL_BLOCKS: [u8; 10] = [0, 0, 0, 1, 0, 0, 0, 0, 0, 1];
const MANY_LAYERS: [u8; 10] = [0, 0, 0, 32, 0, 0, 4, 4, 0, 1];
const PRECINCTS: [u8; 11] = [1, 0, 0, 1, 0, 0, 4, 4, 0, 1, 0];

/// The header of a JP2 that says 8 by 8 pixels.
fn jp2(codestream: &[u8]) -> Vec<u8> {
    let header = boxed(b"ihdr", &[0, 0, 0, 8, 0, 0, 0, 8, 0, 3, 7, 7, 0, 0]);
    let color = boxed(b"colr", &[1, 0, 0, 0, 0, 0, 16]);
    [
        boxed(b"jP  ", b"\r\n\x87\n"),
        boxed(b"ftyp", b"jp2 \0\0\0\0jp2 "),
        boxed(b"jp2h", &[header, color].concat()),
        boxed(b"jp2c", codestream),
    ]
    .concat()
}

fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let chunk = |(name, data): &(&[u8; 4], Vec<u8>)| {
        [
            name.as_slice(),
            &le(data.len() as u32),
            data,
            &[0][..data.len() % 2],
        ]
        .concat()
    };
    let body = chunks.iter().flat_map(chunk).collect::<Vec<u8>>();
    [
        b"RIFF".as_slice(),
        &le(body.len() as u32 + 4),
        b"WEBP",
        &body,
    ]
    .concat()
}

/// Canvas, then the head of a lossy frame.
fn webp(canvas: u32, frame: u16) -> Vec<u8> {
    let side = &le(canvas - 1)[..3];
    let head = [&[0, 0, 0, 0][..], side, side].concat();
    let size = frame.to_le_bytes();
    let frame = [&[0x10, 2, 0, 0x9d, 1, 0x2a][..], &size, &size, &[0; 40]].concat();
    riff(&[(b"VP8X", head), (b"VP8 ", frame)])
}

fn webp_animated(side: u32, coded: u16) -> Vec<u8> {
    let size = [&le(side - 1)[..3], &le(side - 1)[..3]].concat();
    let frame = webp(side, coded);
    let place = [&[0; 6][..], &size, &[0; 4], &frame[30..]].concat();
    let head = [&[2, 0, 0, 0], &size[..]].concat();
    riff(&[(b"VP8X", head), (b"ANIM", vec![0; 6]), (b"ANMF", place)])
}

fn webp_lossless(side: u32) -> Vec<u8> {
    let bits = (side - 1) | (side - 1) << 14;
    riff(&[(b"VP8L", [&[0x2f][..], &le(bits), &[0; 20]].concat())])
}

fn gif(screen: u16, frame: u16) -> Vec<u8> {
    let (screen, frame) = (screen.to_le_bytes(), frame.to_le_bytes());
    let head = [
        b"GIF89a".as_slice(),
        &screen,
        &screen,
        &[0x80, 0, 0],
        &[0; 6],
    ]
    .concat();
    [
        &head[..],
        &[0x2c, 0, 0, 0, 0],
        &frame,
        &frame,
        &[0, 2, 1, 0x44, 0, 0x3b],
    ]
    .concat()
}

fn psd(side: u32, is_packed: u8) -> Vec<u8> {
    let head = b"8BPS\0\x01\0\0\0\0\0\0\0\x03";
    [
        &head[..],
        &be(side),
        &be(side),
        &[0, 8, 0, 3],
        &[0; 12],
        &[0, is_packed, 9, 9],
    ]
    .concat()
}

/// Pixels in one strip that is not there, or in one tile of `tile` pixels.
fn tiff(side: u32, tile: u32) -> Vec<u8> {
    let mut entries = vec![(256, side), (257, side), (258, 8), (259, 1), (262, 1)];
    entries.extend(match tile {
        0 => vec![(273, 200), (278, side), (279, 100)],
        _ => vec![(322, tile), (323, tile), (324, 200), (325, 100)],
    });
    let mut bytes = [
        &b"II*\0\x08\0\0\0"[..],
        &(entries.len() as u16).to_le_bytes(),
    ]
    .concat();
    for (tag, value) in entries {
        bytes.extend((tag as u16).to_le_bytes());
        bytes.extend([4, 0, 1, 0, 0, 0]);
        bytes.extend(le(value));
    }
    bytes.resize(300, 0);
    bytes
}

/// One item of that type, and what the container says of its size.
fn heif(brand: &[u8; 4], item: &[u8; 4], side: u32, data: &[u8]) -> Vec<u8> {
    let entry = boxed(
        b"infe",
        &[&[2, 0, 0, 0, 0, 1, 0, 0][..], item, &[0]].concat(),
    );
    let size = boxed(b"ispe", &[&[0; 4][..], &be(side), &be(side)].concat());
    let associations = boxed(b"ipma", &[0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1]);
    let properties = [boxed(b"ipco", &size), associations].concat();
    let place = [
        &[0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1][..],
        &be(0),
        &be(data.len() as u32),
    ];
    let mut meta = vec![0; 4];
    meta.extend(boxed(
        b"hdlr",
        b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0",
    ));
    meta.extend(boxed(b"pitm", &[0, 0, 0, 0, 0, 1]));
    meta.extend(boxed(b"iinf", &[&[0, 0, 0, 0, 0, 1][..], &entry].concat()));
    meta.extend(boxed(b"iprp", &properties));
    meta.extend(boxed(b"iloc", &place.concat()));
    let kind = boxed(b"ftyp", &[&brand[..], &[0; 4], brand, b"mif1"].concat());
    [kind, boxed(b"meta", &meta), boxed(b"mdat", data)].concat()
}

/// The head of a grid of one by one tiles.
fn grid(side: u32) -> Vec<u8> {
    [&[0, 1, 0, 0][..], &be(side), &be(side)].concat()
}

fn icon(picture: &[u8]) -> Vec<u8> {
    let place = [le(picture.len() as u32), le(22)].concat();
    [
        &[0, 0, 1, 0, 1, 0, 9, 9, 0, 0, 1, 0, 32, 0][..],
        &place,
        picture,
    ]
    .concat()
}

fn icns(picture: &[u8]) -> Vec<u8> {
    let length = |more: u32| be(picture.len() as u32 + more);
    [&b"icns"[..], &length(16), b"ic10", &length(8), picture].concat()
}

fn qoi(side: u32) -> Vec<u8> {
    [
        &b"qoif"[..],
        &be(side),
        &be(side),
        &[4, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0, 1],
    ]
    .concat()
}

fn bmp(side: u32, compression: u32) -> Vec<u8> {
    let fields = [
        54 + 8,
        0,
        54,
        40,
        side,
        side,
        1 | 24 << 16,
        compression,
        0,
        0,
        0,
        0,
        0,
    ];
    let bytes = fields
        .iter()
        .flat_map(|field| le(*field))
        .collect::<Vec<u8>>();
    [&b"BM"[..], &bytes, &[0; 8]].concat()
}

fn tga(side: u16, kind: u8) -> Vec<u8> {
    let side = side.to_le_bytes();
    [
        &[0, 0, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
        &side,
        &side,
        &[24, 0, 0xff, 1, 2, 3],
    ]
    .concat()
}

/// A bare codestream: two bits that choose 30 bits of height, then as many of the width.
fn jxl(side: u32) -> Vec<u8> {
    let bits = u128::from(side - 1) << 3 | 0b11 << 1 | u128::from(side - 1) << 36 | 0b11 << 34;
    [&[0xff, 0x0a][..], &(bits | 1 << 66).to_le_bytes(), &[0; 30]].concat()
}

fn text(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

#[rustfmt::skip]
fn lies() -> Vec<(&'static str, Vec<u8>, Code)> {
    use Code::{LimitExceeded as Limit, Malformed, Truncated, Unsupported};
    vec![
        ("PNG beyond", png(HUGE, 0), Limit),
        ("PNG", png(LARGE, 0), Truncated),
        ("PNG, interlaced", png(LARGE, 1), Truncated),
        ("JPEG 2000 beyond", j2k(HUGE, HUGE, 3, &BLOCKS), Limit),
        ("JPEG 2000", j2k(LARGE, LARGE, 3, &BLOCKS), Limit),
        ("JPEG 2000 whose container says less", jp2(&j2k(HUGE, HUGE, 3, &BLOCKS)), Limit),
        ("JPEG 2000, a tile a pixel", j2k(LARGE, 1, 3, &BLOCKS), Malformed),
        ("JPEG 2000, small blocks", j2k(LARGE, LARGE, 1, &SMALL_BLOCKS), Limit),
        ("JPEG 2000, many layers", j2k(LARGE, LARGE, 3, &MANY_LAYERS), Limit),
        ("JPEG 2000, a precinct a pixel", j2k(LARGE, LARGE, 1, &PRECINCTS), Limit),
        ("JPEG 2000, many components", j2k(LARGE, LARGE, 9_000, &BLOCKS), Malformed),
        ("WebP, small canvas", webp(8, 16_383), Malformed),
        ("WebP, large canvas", webp(LARGE, 8), Malformed),
        ("WebP, small frame of an animation", webp_animated(8, 16_383), Malformed),
        ("WebP, lossless", webp_lossless(LARGE), Malformed),
        ("GIF, large screen", gif(65_535, 1), Limit),
        ("GIF, large frame", gif(1, 65_535), Limit),
        ("GIF", gif(LARGE as u16, LARGE as u16), Malformed),
        ("BMP beyond", bmp(HUGE, 0), Limit),
        ("BMP", bmp(LARGE, 0), Truncated),
        ("BMP, run lengths", bmp(LARGE, 1), Truncated),
        ("PSD beyond", psd(HUGE, 0), Limit),
        ("PSD", psd(LARGE, 0), Truncated),
        ("PSD, run lengths", psd(LARGE, 1), Truncated),
        ("TIFF beyond", tiff(HUGE, 0), Limit),
        ("TIFF, a strip", tiff(LARGE, 0), Truncated),
        ("TIFF, a tile", tiff(LARGE, LARGE), Truncated),
        ("TIFF, a tile larger than the picture", tiff(8, 0x7fff_fff0), Truncated),
        ("AVIF beyond", heif(b"avif", b"av01", HUGE, &[0; 9]), Limit),
        ("AVIF", heif(b"avif", b"av01", LARGE, &[0; 9]), Limit),
        ("AVIF, grid", heif(b"avif", b"grid", 8, &grid(HUGE)), Malformed),
        ("HEIC beyond", heif(b"heic", b"hvc1", HUGE, &[0; 9]), Malformed),
        ("HEIC", heif(b"heic", b"hvc1", LARGE, &[0; 9]), Malformed),
        ("HEIC, grid", heif(b"heic", b"grid", 8, &grid(HUGE)), Malformed),
        ("JPEG XL", jxl(1 << 29), Malformed),
        ("PDF", text("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9e9]>>endobj trailer<</Root 1 0 R>>"), Malformed),
        ("ICNS", icns(&png(HUGE, 0)), Unsupported),
        ("ICO", icon(&png(HUGE, 0)), Limit),
        ("QOI beyond", qoi(HUGE), Malformed),
        ("QOI", qoi(LARGE), Truncated),
        ("TGA beyond", tga(HUGE as u16, 2), Limit),
        ("TGA", tga(LARGE as u16, 2), Truncated),
        ("TGA, run lengths", tga(LARGE as u16, 10), Truncated),
        ("PPM", text("P6 60000 60000 255\n"), Limit),
        ("PFM", text("PF\n60000 60000\n-1\n"), Limit),
        ("farbfeld", [&b"farbfeld"[..], &be(HUGE), &be(HUGE)].concat(), Limit),
        ("Radiance HDR", text("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 60000 +X 60000\n"), Limit),
        ("XBM", text("#define a_width 60000\n#define a_height 60000\nstatic char a_bits[] = {"), Limit),
        ("XPM, more text than pixels", [&text("/* XPM */ static char *a[] = { \"2 2 1 1\", \"a c nothing\"")[..], &b",\"aa\"".repeat(1 << 20), b"};"].concat(), Malformed),
        ("Sun raster", [0x59a6_6a95, HUGE, HUGE, 24, 0, 1, 0, 0].iter().flat_map(|f| be(*f)).collect(), Limit),
        ("PCX", [&[10, 5, 1, 8, 0, 0, 0, 0, 0x60, 0xea, 0x60, 0xea][..], &[0; 53], &[3, 0x62, 0xea], &[0; 60]].concat(), Limit),
        ("SGI", [&[1, 0xda, 0, 1, 0, 3, 0xea, 0x60, 0xea, 0x60, 0, 3][..], &[0; 500]].concat(), Limit),
    ]
}

#[test]
fn lies_about_sizes_cost_nothing() {
    if !is_alone() {
        return;
    }
    let mut broken = Vec::new();
    for (name, bytes, wanted) in lies() {
        let mut preparer = Preparer::new(Settings::default(), Limits::default());
        let (result, taken) = peak(|| preparer.prepare(&bytes));
        let granted = preparer.cost().memory;
        let allowed = granted.unwrap_or(HEADER);
        let said = result.map_err(|error| format!("{} {error}", error.code().as_str()));
        let is_wanted = matches!(&said, Err(said) if said.starts_with(wanted.as_str()));
        if !is_wanted || taken > allowed {
            let said = said.map(|_| "made");
            broken.push(format!("{name}: {said:?}, {taken} bytes of {allowed}"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The size of a drawing is not a number of pixels, so any size is valid and costs only what the
/// result does.
#[test]
fn fine_units_of_a_drawing_cost_nothing() {
    if !is_alone() {
        return;
    }
    let bytes = text(r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9e9"/>"#);
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    let (result, taken) = peak(|| preparer.prepare(&bytes));
    assert!(result.is_ok(), "{result:?}");
    let granted = preparer.cost().memory.unwrap_or_default();
    assert!(taken <= granted, "{taken} bytes of {granted}");
}
