//! sRGB bytes to full-range BT.601 planes, as JFIF 1.02 defines them.

/// 16-bit fixed point: `round(x · 65536)` of the JFIF matrix, rows adding up to 65536 or 0.
const Y: [i32; 3] = [19_595, 38_470, 7_471];
const CB: [i32; 3] = [-11_056, -21_712, 32_768];
const CR: [i32; 3] = [32_768, -27_440, -5_328];

/// Splits interleaved RGB into Y, Cb and Cr planes of the same size.
pub(crate) fn planes_of_rgb(rgb: &[u8]) -> [Vec<u8>; 3] {
    let pixels = rgb.len() / 3;
    let mut planes = [(); 3].map(|()| Vec::with_capacity(pixels));
    for pixel in rgb.chunks_exact(3) {
        let pixel = [
            i32::from(pixel[0]),
            i32::from(pixel[1]),
            i32::from(pixel[2]),
        ];
        planes[0].push(weigh(pixel, Y, 0));
        planes[1].push(weigh(pixel, CB, 128));
        planes[2].push(weigh(pixel, CR, 128));
    }
    planes
}

fn weigh(pixel: [i32; 3], row: [i32; 3], offset: i32) -> u8 {
    let sum = pixel[0] * row[0] + pixel[1] * row[1] + pixel[2] * row[2];
    (((sum + (1 << 15)) >> 16) + offset).clamp(0, 255) as u8
}
