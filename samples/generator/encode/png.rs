//! PNG files chunk by chunk: any depth, palettes, metadata, and files with false headers.

use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::draw::palette::Indexed;
use crate::draw::raster::Raster;

pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

const GRAY: u8 = 0;
const RGB: u8 = 2;
const PALETTE: u8 = 3;
const GRAY_ALPHA: u8 = 4;
const RGBA: u8 = 6;

/// What the header says.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) depth: u8,
    pub(crate) colour: u8,
}

/// A chunk between the header and the pixels.
pub(crate) type Extra = (&'static [u8; 4], Vec<u8>);

/// An 8-bit raster of one to four channels.
pub(crate) fn png(raster: &Raster, extras: &[Extra]) -> Vec<u8> {
    file(header_of(raster), extras, &raster.samples)
}

/// Big-endian 16-bit samples: gray, or RGB.
pub(crate) fn deep((width, height): (usize, usize), colour: bool, samples: &[u8]) -> Vec<u8> {
    let colour = if colour { RGB } else { GRAY };
    file(
        Header {
            width,
            height,
            depth: 16,
            colour,
        },
        &[],
        samples,
    )
}

/// Big-endian 16-bit RGBA samples.
pub(crate) fn deep_alpha((width, height): (usize, usize), samples: &[u8]) -> Vec<u8> {
    file(
        Header {
            width,
            height,
            depth: 16,
            colour: RGBA,
        },
        &[],
        samples,
    )
}

/// One byte a pixel, each 0 or 1, packed into a black and white picture.
pub(crate) fn bilevel((width, height): (usize, usize), bits: &[u8]) -> Vec<u8> {
    let pack = |eight: &[u8]| {
        let byte = eight.iter().fold(0, |byte, bit| byte << 1 | bit);
        byte << (8 - eight.len())
    };
    let rows: Vec<u8> = bits
        .chunks(width)
        .flat_map(|row| row.chunks(8).map(pack))
        .collect();
    file(
        Header {
            width,
            height,
            depth: 1,
            colour: GRAY,
        },
        &[],
        &rows,
    )
}

/// A palette picture; alpha goes into `tRNS`.
pub(crate) fn indexed(picture: &Indexed) -> Vec<u8> {
    let colours = picture
        .colours
        .iter()
        .flat_map(|&[r, g, b, _]| [r, g, b])
        .collect();
    let mut extras = vec![(b"PLTE", colours)];
    if picture.colours.iter().any(|colour| colour[3] < 255) {
        extras.push((
            b"tRNS",
            picture.colours.iter().map(|colour| colour[3]).collect(),
        ));
    }
    let header = Header {
        width: picture.width,
        height: picture.height,
        depth: 8,
        colour: PALETTE,
    };
    file(header, &extras, &picture.indices)
}

/// The `iCCP` chunk of a profile.
pub(crate) fn profile(icc: &[u8]) -> Extra {
    let mut chunk = b"profile\0\0".to_vec();
    chunk.extend(compress_to_vec_zlib(icc, 9));
    (b"iCCP", chunk)
}

/// One chunk with its length and checksum.
pub(crate) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = (data.len() as u32).to_be_bytes().to_vec();
    chunk.extend(kind);
    chunk.extend(data);
    chunk.extend(crc32fast::hash(&chunk[4..]).to_be_bytes());
    chunk
}

/// The header chunk.
pub(crate) fn header_chunk(header: Header) -> Vec<u8> {
    let mut data = (header.width as u32).to_be_bytes().to_vec();
    data.extend((header.height as u32).to_be_bytes());
    data.extend([header.depth, header.colour, 0, 0, 0]);
    chunk(b"IHDR", &data)
}

/// What the header of an 8-bit raster says.
pub(crate) fn header_of(raster: &Raster) -> Header {
    let colour = [GRAY, GRAY_ALPHA, RGB, RGBA][raster.channels - 1];
    Header {
        width: raster.width,
        height: raster.height,
        depth: 8,
        colour,
    }
}

/// Rows with the filter of the smallest differences, compressed.
pub(crate) fn pixels(header: Header, samples: &[u8]) -> Vec<u8> {
    let channels = match header.colour {
        GRAY_ALPHA => 2,
        RGB => 3,
        RGBA => 4,
        _ => 1,
    };
    let bits = header.width * channels * usize::from(header.depth);
    let row_bytes = bits.div_ceil(8);
    let step = (channels * usize::from(header.depth)).div_ceil(8);
    let plain = header.depth < 8 || header.colour == PALETTE;
    let mut above = vec![0; row_bytes];
    let mut filtered = Vec::with_capacity(samples.len() + header.height);
    for row in samples.chunks_exact(row_bytes) {
        filtered.extend(if plain {
            filter(0, row, &above, step)
        } else {
            best(row, &above, step)
        });
        above.copy_from_slice(row);
    }
    compress_to_vec_zlib(&filtered, 9)
}

fn file(header: Header, extras: &[Extra], samples: &[u8]) -> Vec<u8> {
    let mut file = [SIGNATURE, &header_chunk(header)].concat();
    for (kind, data) in extras {
        file.extend(chunk(kind, data));
    }
    file.extend(chunk(b"IDAT", &pixels(header, samples)));
    file.extend(chunk(b"IEND", &[]));
    file
}

fn best(row: &[u8], above: &[u8], step: usize) -> Vec<u8> {
    let cost = |bytes: &Vec<u8>| -> u32 {
        bytes[1..]
            .iter()
            .map(|&b| u32::from(b.min(b.wrapping_neg())))
            .sum()
    };
    (0..5)
        .map(|kind| filter(kind, row, above, step))
        .min_by_key(cost)
        .unwrap_or_default()
}

fn filter(kind: u8, row: &[u8], above: &[u8], step: usize) -> Vec<u8> {
    let filtered = (0..row.len()).map(|i| {
        let left = if i < step { 0 } else { row[i - step] };
        let corner = if i < step { 0 } else { above[i - step] };
        let guess = match kind {
            0 => 0,
            1 => left,
            2 => above[i],
            3 => ((u16::from(left) + u16::from(above[i])) / 2) as u8,
            _ => paeth(left, above[i], corner),
        };
        row[i].wrapping_sub(guess)
    });
    std::iter::once(kind).chain(filtered).collect()
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let away = |value: u8| (guess - i16::from(value)).abs();
    if away(left) <= away(up) && away(left) <= away(corner) {
        left
    } else if away(up) <= away(corner) {
        up
    } else {
        corner
    }
}
