//! Files that must fail, quickly and alone.

use miniz_oxide::deflate::compress_to_vec_zlib;

use super::{Sample, fails, opaque};
use crate::draw::noise::bytes;
use crate::encode::jpeg::plain;
use crate::encode::png::{Header, SIGNATURE, chunk, header_chunk, png};
use crate::encode::{File, tiff};
use crate::scene::harbour::harbour;

pub(super) const SAMPLES: &[Sample] = &[
    fails(
        "empty.jpg",
        "unrecognized_format",
        "no bytes at all",
        || Ok(Vec::new()),
    ),
    fails(
        "text.png",
        "unrecognized_format",
        "plain text with a picture's name",
        || Ok(b"This is not a picture.\nIt only has the name of one.\n".to_vec()),
    ),
    fails(
        "truncated-jpeg.jpg",
        "truncated",
        "a JPEG that stops half-way through its pixels",
        || half(photo()?),
    ),
    fails(
        "truncated-png.png",
        "truncated",
        "a PNG that stops half-way through its pixels",
        || half(png(&opaque(160, 120, harbour), &[])),
    ),
    fails(
        "header-only.jpg",
        "truncated",
        "a JPEG that stops before its pixels",
        || {
            let mut file = photo()?;
            let scan = place_of(&file, &[0xff, 0xda])?;
            file.truncate(scan);
            Ok(file)
        },
    ),
    fails(
        "garbage.jpg",
        "truncated",
        "a JPEG's first segment, then noise",
        || {
            let mut file = photo()?;
            file.truncate(20);
            file.extend(bytes(4096, 99));
            Ok(file)
        },
    ),
    fails(
        "lying-size.jpg",
        "limit_exceeded",
        "a small JPEG whose frame claims 65,500 × 65,500 pixels",
        || {
            let mut file = photo()?;
            let frame = place_of(&file, &[0xff, 0xc0])?;
            file[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
            Ok(file)
        },
    ),
    fails(
        "lying-header.png",
        "limit_exceeded",
        "a PNG of a few bytes that claims 60,000 × 60,000 pixels",
        || {
            let header = Header {
                width: 60_000,
                height: 60_000,
                depth: 8,
                colour: 2,
            };
            Ok(stitched(header, &compress_to_vec_zlib(&[0; 64], 9)))
        },
    ),
    fails(
        "bomb.png",
        "limit_exceeded",
        "50 kB that really do unpack to 400 megapixels",
        || {
            let header = Header {
                width: 20_000,
                height: 20_000,
                depth: 1,
                colour: 0,
            };
            Ok(stitched(
                header,
                &compress_to_vec_zlib(&vec![0; 2501 * 20_000], 9),
            ))
        },
    ),
    fails(
        "zero-width.png",
        "malformed",
        "a PNG that is no pixel wide",
        || {
            let header = Header {
                width: 0,
                height: 40,
                depth: 8,
                colour: 2,
            };
            Ok(stitched(header, &compress_to_vec_zlib(&[0; 40], 9)))
        },
    ),
    fails(
        "wrong-checksum.png",
        "malformed",
        "a PNG with a flipped bit in its pixels",
        || {
            let mut file = png(&opaque(160, 120, harbour), &[]);
            let middle = file.len() / 2;
            file[middle] ^= 0x10;
            Ok(file)
        },
    ),
    fails(
        "giant-canvas.gif",
        "limit_exceeded",
        "one pixel on a canvas of 65,535 × 65,535",
        || {
            let mut file = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff".to_vec();
            file.extend(b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0;");
            Ok(file)
        },
    ),
    fails(
        "giant.bmp",
        "limit_exceeded",
        "a BMP with sides of two thousand million",
        || Ok(bitmap(0x7fff_ff00, 0x7fff_ff00)),
    ),
    fails(
        "negative-width.bmp",
        "malformed",
        "a BMP with a width below zero",
        || Ok(bitmap(-64, 64)),
    ),
    fails(
        "offset-beyond-end.tif",
        "truncated",
        "a TIFF whose directory lies past its end",
        || {
            let mut file = tiff::header(0x00ff_0000);
            file.extend([0; 64]);
            Ok(file)
        },
    ),
    fails(
        "strip-beyond-end.tif",
        "truncated",
        "a TIFF whose pixels lie past its end",
        || {
            let mut file = tiff::header(8);
            file.extend(tiff::directory(&[
                (256, 4, 1, 64),
                (257, 4, 1, 64),
                (258, 3, 1, 8),
                (259, 3, 1, 1),
                (262, 3, 1, 1),
                (273, 4, 1, 0x00ff_0000),
                (277, 3, 1, 1),
                (278, 4, 1, 64),
                (279, 4, 1, 4096),
            ]));
            Ok(file)
        },
    ),
];

fn photo() -> File {
    plain(&opaque(240, 180, harbour))
}

fn half(mut file: Vec<u8>) -> File {
    file.truncate(file.len() / 2);
    Ok(file)
}

fn place_of(file: &[u8], marker: &[u8]) -> Result<usize, &'static str> {
    file.windows(marker.len())
        .position(|bytes| bytes == marker)
        .ok_or("the marker is not there")
}

fn stitched(header: Header, pixels: &[u8]) -> Vec<u8> {
    [
        SIGNATURE,
        &header_chunk(header),
        &chunk(b"IDAT", pixels),
        &chunk(b"IEND", &[]),
    ]
    .concat()
}

fn bitmap(width: i32, height: i32) -> Vec<u8> {
    let mut file = b"BM\x76\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    file.extend(width.to_le_bytes());
    file.extend(height.to_le_bytes());
    file.extend([1, 0, 24, 0]);
    file.resize(54 + 64, 0);
    file
}
