//! sRGB bytes to planes.

use crate::bt601::to_ycbcr;

/// Splits interleaved RGB into Y, Cb and Cr planes of the same size.
pub(crate) fn planes_of_rgb(rgb: &[u8]) -> [Vec<u8>; 3] {
    let (pixels, _) = rgb.as_chunks::<3>();
    let [mut luma, mut blue, mut red] = [(); 3].map(|()| Vec::with_capacity(pixels.len()));
    for &pixel in pixels {
        let [y, cb, cr] = to_ycbcr(pixel);
        luma.push(y);
        blue.push(cb);
        red.push(cr);
    }
    [luma, blue, red]
}
