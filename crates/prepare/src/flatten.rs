//! Puts what is transparent on the background, in sRGB as browsers do.

use crate::Background;
use crate::convert::Srgb;
use crate::raster::Layout;

/// Opaque interleaved pixels: gray if every pixel is neutral, else RGB.
pub(crate) enum Opaque {
    Gray(Vec<u8>),
    Rgb(Vec<u8>),
}

/// Composites over `background`.
pub(crate) fn flatten(srgb: Srgb, background: Background) -> Opaque {
    let Srgb { layout, samples } = srgb;
    let rgb = match layout {
        Layout::Gray => return Opaque::Gray(samples),
        Layout::Rgb | Layout::Cmyk => samples,
        Layout::GrayAlpha => {
            let (pixels, _) = samples.as_chunks::<2>();
            pixels
                .iter()
                .flat_map(|&[g, a]| over([g, g, g], a, background))
                .collect()
        }
        Layout::Rgba => {
            let (pixels, _) = samples.as_chunks::<4>();
            pixels
                .iter()
                .flat_map(|&[r, g, b, a]| over([r, g, b], a, background))
                .collect()
        }
    };
    let (pixels, _) = rgb.as_chunks::<3>();
    if pixels.iter().all(|[r, g, b]| r == g && g == b) {
        return Opaque::Gray(pixels.iter().map(|[gray, ..]| *gray).collect());
    }
    Opaque::Rgb(rgb)
}

/// The Porter-Duff *over* operator on an opaque backdrop, rounded.
fn over(color: [u8; 3], alpha: u8, background: Background) -> [u8; 3] {
    let alpha = u32::from(alpha);
    let mix = |front: u8, back: u8| {
        ((u32::from(front) * alpha + u32::from(back) * (255 - alpha) + 127) / 255) as u8
    };
    let [r, g, b] = color;
    let [back_r, back_g, back_b] = background.rgb;
    [mix(r, back_r), mix(g, back_g), mix(b, back_b)]
}
