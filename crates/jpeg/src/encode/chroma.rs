//! Halving chroma for 4:2:0.

/// Halves a plane both ways by averaging 2×2 samples; the last row and column repeat at odd sides.
pub(crate) fn halve(plane: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(width.div_ceil(2) * height.div_ceil(2));
    for y in (0..height).step_by(2) {
        let top = &plane[y * width..][..width];
        let bottom = &plane[(y + 1).min(height - 1) * width..][..width];
        for x in (0..width).step_by(2) {
            let right = (x + 1).min(width - 1);
            let sum = [top[x], top[right], bottom[x], bottom[right]];
            out.push((sum.into_iter().map(u16::from).sum::<u16>().wrapping_add(2) >> 2) as u8);
        }
    }
    out
}
