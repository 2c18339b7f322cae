//! A TIFF of one deflated strip of RGB, with the orientation in its own directory.

use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::draw::raster::Raster;

const SHORT: u16 = 3;
const LONG: u16 = 4;
const STRIP_AT: usize = 8;

/// The raster as it is stored, and how it is to be turned.
pub(crate) fn tiff(stored: &Raster, orientation: u8) -> Vec<u8> {
    let strip = compress_to_vec_zlib(&differences(stored), 9);
    let depths_at = (STRIP_AT + strip.len()).next_multiple_of(2);
    let directory_at = depths_at + 6;
    let mut file = header(directory_at);
    file.extend(&strip);
    file.resize(depths_at, 0);
    file.extend([8, 0, 8, 0, 8, 0]);
    file.extend(directory(&[
        (256, LONG, 1, stored.width),
        (257, LONG, 1, stored.height),
        (258, SHORT, 3, depths_at),
        (259, SHORT, 1, 8), // deflate
        (262, SHORT, 1, 2), // RGB
        (273, LONG, 1, STRIP_AT),
        (274, SHORT, 1, usize::from(orientation)),
        (277, SHORT, 1, 3),
        (278, LONG, 1, stored.height),
        (279, LONG, 1, strip.len()),
        (317, SHORT, 1, 2), // differences along the row
    ]));
    file
}

/// A little-endian header that says where the directory is.
pub(crate) fn header(directory_at: usize) -> Vec<u8> {
    let mut header = b"II\x2a\0".to_vec();
    header.extend((directory_at as u32).to_le_bytes());
    header
}

/// A directory of (tag, type, count, value or place).
pub(crate) fn directory(entries: &[(u16, u16, u32, usize)]) -> Vec<u8> {
    let mut directory = (entries.len() as u16).to_le_bytes().to_vec();
    for &(tag, kind, count, value) in entries {
        directory.extend(tag.to_le_bytes());
        directory.extend(kind.to_le_bytes());
        directory.extend(count.to_le_bytes());
        directory.extend((value as u32).to_le_bytes());
    }
    directory.extend([0; 4]);
    directory
}

fn differences(stored: &Raster) -> Vec<u8> {
    let row_bytes = stored.width * 3;
    let rows = stored.samples.chunks_exact(row_bytes);
    let difference = |row: &[u8], i: usize| row[i].wrapping_sub(if i < 3 { 0 } else { row[i - 3] });
    rows.flat_map(|row| (0..row_bytes).map(move |i| difference(row, i)))
        .collect()
}
