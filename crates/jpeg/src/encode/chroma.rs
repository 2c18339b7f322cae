//! Halving chroma for 4:2:0 so that the decoder's upsampling brings back as much as it can.

/// How much of the blur is undone, in 64ths; more gains nothing and causes ringing.
const STRENGTH: i32 = 24;

/// Halves a plane both ways; the last row and column repeat at odd sides.
///
/// Means of 2×2 samples, then sharpened by what the usual upsampling (a triangle, weights 3:1)
/// would blur: mean and triangle together are the kernel (1 6 1)/8 in each direction, and the
/// difference to it is added back, within the range of the means around.
pub(crate) fn halve(plane: &[u8], width: usize, height: usize) -> Vec<u8> {
    let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
    let means = means(plane, width, height);
    if columns < 3 || rows < 3 {
        return means;
    }
    let mut out = means.clone();
    for y in 0..rows {
        let line = |row: usize| &means[row * columns..][..columns];
        let (above, here, below) = (
            line(y.saturating_sub(1)),
            line(y),
            line((y + 1).min(rows - 1)),
        );
        let target = &mut out[y * columns + 1..][..columns - 2];
        let around = above.windows(3).zip(here.windows(3)).zip(below.windows(3));
        for (value, ((a, h), b)) in target.iter_mut().zip(around) {
            *value = sharpen([[a[0], a[1], a[2]], [h[0], h[1], h[2]], [b[0], b[1], b[2]]]);
        }
    }
    out
}

#[inline]
fn sharpen(around: [[u8; 3]; 3]) -> u8 {
    let row = |r: [u8; 3]| i32::from(r[0]) + 6 * i32::from(r[1]) + i32::from(r[2]);
    let blurred = row(around[0]) + 6 * row(around[1]) + row(around[2]);
    let centre = i32::from(around[1][1]);
    let value = centre + (((centre * 64 - blurred) * STRENGTH + (1 << 11)) >> 12);
    value.clamp(0, 255) as u8
}

fn means(plane: &[u8], width: usize, height: usize) -> Vec<u8> {
    let columns = width.div_ceil(2);
    let mut out = Vec::with_capacity(columns * height.div_ceil(2));
    for y in (0..height).step_by(2) {
        let top = &plane[y * width..][..width];
        let bottom = &plane[(y + 1).min(height - 1) * width..][..width];
        let sum = |a: u8, b: u8, c: u8, d: u8| {
            ((u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) >> 2) as u8
        };
        out.extend(
            top.chunks_exact(2)
                .zip(bottom.chunks_exact(2))
                .map(|(t, b)| sum(t[0], t[1], b[0], b[1])),
        );
        if width % 2 == 1 {
            let (t, b) = (top[width - 1], bottom[width - 1]);
            out.push(sum(t, t, b, b));
        }
    }
    out
}

/// Mean squared error that halving and the usual upsampling leave, in squared levels, over every fourth row.
pub(crate) fn loss(plane: &[u8], half: &[u8], width: usize, height: usize) -> f32 {
    let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
    let (mut squares, mut count) = (0u64, 0u64);
    for y in (1..rows.saturating_sub(1)).step_by(2) {
        let (near, far) = (
            &half[y * columns..][..columns],
            &half[(y - 1) * columns..][..columns],
        );
        // Three parts of the nearer row or column and one of the farther, as the decoder mixes them.
        let mixed = |x: usize| 3 * i32::from(near[x]) + i32::from(far[x]);
        let line = &plane[2 * y * width..][..width];
        for x in 1..columns.saturating_sub(1) {
            let (left, here, right) = (mixed(x - 1), mixed(x), mixed(x + 1));
            for (sample, up) in [(line[2 * x], left), (line[2 * x + 1], right)] {
                let error = i32::from(sample) * 16 - 3 * here - up;
                squares += u64::from((error * error).unsigned_abs());
            }
            count += 2;
        }
    }
    squares as f32 / (256 * count.max(1)) as f32
}
