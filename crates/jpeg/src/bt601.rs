//! Full-range BT.601, as JFIF defines it (ITU-T T.871, section 7), in 16-bit fixed point, rounded.
//! Encoder, decoder and callers share it, so that gray stays exactly gray.

const HALF: i32 = 1 << 15;

/// RGB to Y, Cb and Cr.
#[must_use]
#[inline] // called for every pixel, from another crate
pub fn to_ycbcr([r, g, b]: [u8; 3]) -> [u8; 3] {
    let (r, g, b) = (i32::from(r), i32::from(g), i32::from(b));
    let y = (19_595 * r + 38_470 * g + 7_471 * b + HALF) >> 16;
    let cb = ((-11_059 * r - 21_709 * g + 32_768 * b + HALF) >> 16) + 128;
    let cr = ((32_768 * r - 27_439 * g - 5_329 * b + HALF) >> 16) + 128;
    [y as u8, cb.clamp(0, 255) as u8, cr.clamp(0, 255) as u8]
}

/// Y, Cb and Cr to RGB.
#[must_use]
#[inline] // called for every pixel, from another crate
pub fn to_rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let clamp = |value: i32| (value >> 16).clamp(0, 255) as u8;
    let y = (i32::from(y) << 16) + HALF;
    let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
    [
        clamp(y + 91_881 * cr),
        clamp(y - 22_554 * cb - 46_802 * cr),
        clamp(y + 116_130 * cb),
    ]
}

/// Y, Cb and Cr to RGB, of samples from 0 to `full`.
#[must_use]
#[inline] // called for every pixel, from another crate
pub fn to_rgb_up_to(full: u16, [y, cb, cr]: [u16; 3]) -> [u16; 3] {
    let clamp = |value: i64| (value >> 16).clamp(0, full.into()) as u16;
    let y = (i64::from(y) << 16) + i64::from(HALF);
    let middle = (i64::from(full) + 1) / 2;
    let (cb, cr) = (i64::from(cb) - middle, i64::from(cr) - middle);
    [
        clamp(y + 91_881 * cr),
        clamp(y - 22_554 * cb - 46_802 * cr),
        clamp(y + 116_130 * cb),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gray_stays_gray_and_colours_come_back() {
        for v in 0..=255 {
            assert_eq!(to_ycbcr([v; 3]), [v, 128, 128]);
            assert_eq!(to_rgb([v, 128, 128]), [v; 3]);
        }
        for rgb in [[255, 0, 0], [0, 255, 0], [0, 0, 255], [12, 200, 99]] {
            let back = to_rgb(to_ycbcr(rgb));
            assert_eq!(
                to_rgb_up_to(255, to_ycbcr(rgb).map(u16::from)),
                back.map(u16::from)
            );
            let near = rgb.iter().zip(back).all(|(a, b)| a.abs_diff(b) <= 1);
            assert!(near, "{rgb:?} came back as {back:?}");
        }
    }
}
