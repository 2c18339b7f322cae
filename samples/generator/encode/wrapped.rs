//! Formats that are little more than a header: PNM, TGA, icons around PNGs, and DirectDraw surfaces.

use super::png::png;
use crate::draw::raster::Raster;

/// Binary PGM or PPM, with a comment in the header.
pub(crate) fn pnm(raster: &Raster) -> Vec<u8> {
    let kind = if raster.channels == 1 { 5 } else { 6 };
    let header = format!(
        "P{kind}\n# drawn\n{} {}\n255\n",
        raster.width, raster.height
    );
    [header.as_bytes(), &raster.samples].concat()
}

/// Uncompressed TGA of RGB or RGBA, stored from the top.
pub(crate) fn tga(raster: &Raster) -> Vec<u8> {
    let mut file = vec![0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    file.extend((raster.width as u16).to_le_bytes());
    file.extend((raster.height as u16).to_le_bytes());
    let alpha_bits = if raster.channels == 4 { 8 } else { 0 };
    file.extend([8 * raster.channels as u8, 0x20 | alpha_bits]);
    for pixel in raster.samples.chunks_exact(raster.channels) {
        file.extend([pixel[2], pixel[1], pixel[0]]);
        file.extend(&pixel[3..]);
    }
    file
}

/// An icon with pictures of several sizes, each a PNG; the largest is the one that counts.
pub(crate) fn ico(pictures: &[Raster]) -> Vec<u8> {
    let mut file = vec![0, 0, 1, 0, pictures.len() as u8, 0];
    let files: Vec<_> = pictures.iter().map(|picture| png(picture, &[])).collect();
    let mut place = 6 + 16 * files.len();
    for (picture, data) in pictures.iter().zip(&files) {
        file.extend([
            (picture.width % 256) as u8,
            (picture.height % 256) as u8,
            0,
            0,
            1,
            0,
            32,
            0,
        ]);
        file.extend((data.len() as u32).to_le_bytes());
        file.extend((place as u32).to_le_bytes());
        place += data.len();
    }
    file.extend(files.concat());
    file
}

/// An RGB raster with sides that four divides, in DXT1 blocks.
pub(crate) fn dds(raster: &Raster) -> Vec<u8> {
    let mut words = [0u32; 31];
    words[0] = 124; // size of the header
    words[1] = 0x0008_1007; // caps, sides, pixel format and linear size are given
    words[2] = raster.height as u32;
    words[3] = raster.width as u32;
    words[4] = (raster.width * raster.height / 2) as u32;
    words[18] = 32; // size of the pixel format
    words[19] = 4; // a four-character code follows
    words[20] = u32::from_le_bytes(*b"DXT1");
    words[26] = 0x1000; // a texture
    let mut file = b"DDS ".to_vec();
    file.extend(words.into_iter().flat_map(u32::to_le_bytes));
    for top in (0..raster.height).step_by(4) {
        for left in (0..raster.width).step_by(4) {
            file.extend(block(raster, left, top));
        }
    }
    file
}

/// Sixteen pixels as their brightest and darkest colours, and how near each is to which.
fn block(raster: &Raster, left: usize, top: usize) -> Vec<u8> {
    let pixels: Vec<[i32; 3]> = (0..16)
        .map(|i| pixel(raster, left + i % 4, top + i / 4))
        .collect();
    let sum = |pixel: &[i32; 3]| pixel.iter().sum::<i32>();
    let bright = pixels.iter().copied().max_by_key(sum).unwrap_or_default();
    let dark = pixels.iter().copied().min_by_key(sum).unwrap_or_default();
    let (first, second) = (five_six_five(bright), five_six_five(dark));
    let (first, second) = (first.max(second), first.min(second));
    let ends = [first, second].map(expand);
    let mut codes = 0u32;
    for (at, pixel) in pixels.iter().enumerate() {
        codes |= nearest(ends, *pixel, first == second) << (2 * at);
    }
    let mut block = [first.to_le_bytes(), second.to_le_bytes()].concat();
    block.extend(codes.to_le_bytes());
    block
}

fn nearest([first, second]: [[i32; 3]; 2], pixel: [i32; 3], flat: bool) -> u32 {
    let away = |code: &u32| -> i32 {
        let share = [3, 0, 2, 1][*code as usize];
        (0..3)
            .map(|i| (pixel[i] - (first[i] * share + second[i] * (3 - share)) / 3).pow(2))
            .sum()
    };
    if flat {
        0
    } else {
        (0..4).min_by_key(away).unwrap_or(0)
    }
}

fn pixel(raster: &Raster, x: usize, y: usize) -> [i32; 3] {
    let start = (y * raster.width + x) * 3;
    [0, 1, 2].map(|i| i32::from(raster.samples[start + i]))
}

fn five_six_five([r, g, b]: [i32; 3]) -> u16 {
    (((r * 31 + 127) / 255) << 11 | ((g * 63 + 127) / 255) << 5 | ((b * 31 + 127) / 255)) as u16
}

fn expand(colour: u16) -> [i32; 3] {
    let colour = i32::from(colour);
    [
        (colour >> 11) * 255 / 31,
        (colour >> 5 & 63) * 255 / 63,
        (colour & 31) * 255 / 31,
    ]
}
