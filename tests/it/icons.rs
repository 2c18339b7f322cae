//! Icons whose directory is wrong, pictures of every kind in them, and alpha that is zero everywhere.

use crate::support::{code, encode, made, near, png};

const RED: [u8; 3] = [200, 30, 40];
const WHITE: [u8; 3] = [255; 3];

/// An icon of pictures with the width, height and depth that its directory states.
fn icon(pictures: &[(u8, u8, u16, Vec<u8>)]) -> Vec<u8> {
    let mut file = vec![0, 0, 1, 0, pictures.len() as u8, 0];
    let mut at = 6 + 16 * pictures.len() as u32;
    for (width, height, bits, data) in pictures {
        file.extend([*width, *height, 0, 0, 1, 0]);
        file.extend(bits.to_le_bytes());
        file.extend((data.len() as u32).to_le_bytes());
        file.extend(at.to_le_bytes());
        at += data.len() as u32;
    }
    file.extend(pictures.iter().flat_map(|picture| &picture.3));
    file
}

/// A bitmap of 8 pixels a side in one colour; `mask` says what of each row its mask hides.
fn bitmap(bits: u16, palette: &[u8], row: &[u8], mask: u8) -> Vec<u8> {
    let mut head = vec![40, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0, 0, 1, 0];
    head.extend(bits.to_le_bytes());
    head.resize(40, 0);
    let masks = [mask, 0, 0, 0].repeat(8);
    [head, palette.to_vec(), row.repeat(8), masks].concat()
}

fn bgra(alpha: u8) -> Vec<u8> {
    [RED[2], RED[1], RED[0], alpha].repeat(8)
}

#[test]
fn the_picture_is_believed_and_not_the_directory() {
    let large = png(32, 32, |_, _| [RED[0], RED[1], RED[2], 255]);
    let small = png(16, 16, |_, _| [0, 0, 0, 255]);
    for stated in [0, 16, 200] {
        let file = icon(&[
            (255, 255, 32, small.clone()),
            (stated, stated, 4, large.clone()),
        ]);
        let square = made(&file);
        assert_eq!(square.edge, 32);
        near(square.at(9, 9), RED);
    }
    // A large one before a deep one.
    let shallow = bitmap(1, &[0, 0, 0, 0, 255, 255, 255, 0], &[255, 0, 0, 0], 0);
    let deep = png(4, 4, |_, _| [0, 0, 0, 255]);
    let file = icon(&[(4, 4, 32, deep), (8, 8, 1, shallow)]);
    assert_eq!(made(&file).edge, 8);
}

#[test]
fn pngs_of_every_kind_are_read_in_icons() {
    use image::{DynamicImage, ImageFormat, Luma, Rgb};
    let rgb = DynamicImage::from(image::RgbImage::from_pixel(8, 8, Rgb(RED)));
    let gray = DynamicImage::from(image::GrayImage::from_pixel(8, 8, Luma([77])));
    for (picture, wanted) in [(&rgb, RED), (&gray, [77; 3]), (&rgb.to_rgb16().into(), RED)] {
        let file = icon(&[(8, 8, 32, encode(picture, ImageFormat::Png))]);
        near(made(&file).at(3, 3), wanted);
    }
}

#[test]
fn bitmaps_in_icons_are_shown_through_their_mask() {
    let palette = [&[0; 4][..], &[RED[2], RED[1], RED[0], 0]].concat();
    let of_1 = bitmap(1, &palette, &[255, 0, 0, 0], 0xf0);
    let palette_of_4 = [palette.clone(), vec![0; 56]].concat();
    let of_4 = bitmap(4, &palette_of_4, &[0x11; 4], 0xf0);
    let palette_of_8 = [palette, vec![0; 1016]].concat();
    let of_8 = bitmap(8, &palette_of_8, &[1; 8], 0xf0);
    let of_24 = bitmap(24, &[], &[RED[2], RED[1], RED[0]].repeat(8), 0xf0);
    // All alpha is zero: the mask counts.
    let of_32 = bitmap(32, &[], &bgra(0), 0xf0);
    for data in [of_1, of_4, of_8, of_24, of_32] {
        let square = made(&icon(&[(8, 8, 0, data)]));
        near(square.at(1, 4), WHITE);
        near(square.at(6, 4), RED);
    }
    // Where there is alpha, the mask does not count.
    let square = made(&icon(&[(8, 8, 32, bitmap(32, &[], &bgra(255), 0xff))]));
    near(square.at(1, 4), RED);
    // Where neither shows anything, the colours do.
    let square = made(&icon(&[(8, 8, 32, bitmap(32, &[], &bgra(0), 0xff))]));
    near(square.at(1, 4), RED);
}

#[test]
fn broken_icons_are_refused() {
    let whole = icon(&[(8, 8, 32, bitmap(32, &[], &bgra(255), 0))]);
    assert_eq!(code(&whole[..200]), "truncated");
    assert_eq!(code(&whole[..20]), "truncated");
    assert_eq!(code(&icon(&[(8, 8, 32, vec![7; 300])])), "malformed");
}

/// A bitmap with the fifth Windows header and four masks.
fn bmp(pixels: &[[u8; 4]]) -> Vec<u8> {
    let mut file = b"BM".to_vec();
    for word in [
        138 + 4 * 64,
        0,
        138,
        124,
        8,
        8,
        1 | 32 << 16,
        3,
        256,
        0,
        0,
        0,
        0,
    ] {
        file.extend(u32::to_le_bytes(word));
    }
    for mask in [0xff_0000u32, 0xff00, 0xff, 0xff00_0000] {
        file.extend(mask.to_le_bytes());
    }
    file.extend(b"BGRs");
    file.resize(138, 0);
    file.extend(pixels.as_flattened());
    file
}

#[test]
fn alpha_that_is_zero_everywhere_is_none() {
    let void = [RED[2], RED[1], RED[0], 0];
    near(made(&bmp(&[void; 64])).at(4, 4), RED);
    let mut targa = vec![0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 8, 0, 32, 8];
    targa.extend([void; 64].as_flattened());
    near(made(&targa).at(4, 4), RED);
    let mut dds = b"DDS ".to_vec();
    let mut words = [0u32; 31];
    words[..4].copy_from_slice(&[124, 0x1007, 8, 8]);
    words[18..26].copy_from_slice(&[32, 0x41, 0, 32, 0xff_0000, 0xff00, 0xff, 0xff00_0000]);
    dds.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    dds.extend([void; 64].as_flattened());
    near(made(&dds).at(4, 4), RED);
    // One pixel is enough for alpha to count.
    let mut pixels = [void; 64];
    pixels[0][3] = 255;
    near(made(&bmp(&pixels)).at(4, 4), WHITE);
}

#[test]
fn alpha_counts_that_shows_outside_of_the_square_only() {
    let void = [RED[2], RED[1], RED[0], 0];
    let mut targa = vec![0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24, 0, 8, 0, 32, 8];
    let mut pixels = [void; 192];
    pixels[0][3] = 255;
    targa.extend(pixels.as_flattened());
    near(made(&targa).at(4, 4), WHITE);
}
