//! Turns samples upright.

use crate::Orientation;

/// Turns interleaved samples of `channels` channels, stored as `(width, height)`.
pub(crate) fn turn<T: Copy>(
    samples: &[T],
    channels: usize,
    stored: (u32, u32),
    orientation: Orientation,
) -> Vec<T> {
    let (stored_width, stored_height) = (stored.0 as usize, stored.1 as usize);
    let (width, height) = orientation.upright_size(stored);
    let mut upright = Vec::with_capacity(samples.len());
    for y in 0..height as usize {
        for x in 0..width as usize {
            let (mut sx, mut sy) = if orientation.swaps_sides() {
                (y, x)
            } else {
                (x, y)
            };
            if orientation.flips_x() {
                sx = stored_width - 1 - sx;
            }
            if orientation.flips_y() {
                sy = stored_height - 1 - sy;
            }
            let start = (sy * stored_width + sx) * channels;
            upright.extend_from_slice(&samples[start..start + channels]);
        }
    }
    upright
}
