//! Compositing of one pixel.

/// The Porter-Duff *over* operator on an opaque backdrop, rounded.
pub(crate) fn over([r, g, b, alpha]: [u8; 4], backdrop: [u8; 3]) -> [u8; 3] {
    let alpha = u16::from(alpha);
    let mix = |front: u8, back: u8| {
        let sum = u16::from(front) * alpha + u16::from(back) * (255 - alpha) + 128;
        // Divides by 255 and rounds to the nearest, for every possible sum.
        ((sum + (sum >> 8)) >> 8) as u8
    };
    let [back_r, back_g, back_b] = backdrop;
    [mix(r, back_r), mix(g, back_g), mix(b, back_b)]
}
