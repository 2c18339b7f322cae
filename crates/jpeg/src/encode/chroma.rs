//! Halving chroma for 4:2:0 so that the decoder's upsampling brings back as much as it can.

use crate::Instructions;

/// How much of the blur is undone, in 64ths; more gains nothing and causes ringing.
const STRENGTH: i32 = 24;

/// Halves a plane both ways; the last row and column repeat at odd sides.
///
/// Means of 2×2 samples, then sharpened by what the usual upsampling (a triangle, weights 3:1)
/// would blur: mean and triangle together are the kernel (1 6 1)/8 in each direction, and the
/// difference to it is added back, within the range of the means around.
pub(crate) fn halve(
    instructions: Instructions,
    plane: &[u8],
    width: usize,
    height: usize,
) -> Vec<u8> {
    instructions.run(
        #[inline(always)]
        || {
            let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
            let means = means(plane, width, height);
            if columns < 3 || rows < 3 {
                return means;
            }
            let mut out = means.clone();
            let mut sums = vec![0; columns];
            for y in 0..rows {
                let line = |row: usize| &means[row * columns..][..columns];
                let (above, here, below) = (
                    line(y.saturating_sub(1)),
                    line(y),
                    line((y + 1).min(rows - 1)),
                );
                // Down first, then across: sums of all columns at once become vector instructions.
                let around = above.iter().zip(here).zip(below);
                for (sum, ((&a, &h), &b)) in sums.iter_mut().zip(around) {
                    *sum = u16::from(a) + 6 * u16::from(h) + u16::from(b);
                }
                let target = &mut out[y * columns + 1..][..columns - 2];
                let (left, middle, right) = (&sums[..], &sums[1..], &sums[2..]);
                let blurred = left.iter().zip(middle).zip(right);
                for ((value, &centre), ((&l, &m), &r)) in
                    target.iter_mut().zip(&here[1..]).zip(blurred)
                {
                    *value = sharpen(centre, l + 6 * m + r);
                }
            }
            out
        },
    )
}

/// A sample with more difference to the sum of 64 samples around it.
#[inline(always)]
fn sharpen(centre: u8, blurred: u16) -> u8 {
    let centre = i32::from(centre);
    let value = centre + (((centre * 64 - i32::from(blurred)) * STRENGTH + (1 << 11)) >> 12);
    value.clamp(0, 255) as u8
}

#[inline(always)]
fn means(plane: &[u8], width: usize, height: usize) -> Vec<u8> {
    let columns = width.div_ceil(2);
    let mut out = Vec::with_capacity(columns * height.div_ceil(2));
    for y in (0..height).step_by(2) {
        let top = &plane[y * width..][..width];
        let bottom = &plane[(y + 1).min(height - 1) * width..][..width];
        let sum = |a: u8, b: u8, c: u8, d: u8| {
            ((u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) >> 2) as u8
        };
        let pairs = top.as_chunks().0.iter().zip(bottom.as_chunks().0);
        out.extend(pairs.map(|(&[a, b], &[c, d])| sum(a, b, c, d)));
        if width % 2 == 1 {
            let (t, b) = (top[width - 1], bottom[width - 1]);
            out.push(sum(t, t, b, b));
        }
    }
    out
}

/// Mean squared error that halving and the usual upsampling leave, in squared levels, over every fourth row.
pub(crate) fn loss(
    instructions: Instructions,
    plane: &[u8],
    half: &[u8],
    width: usize,
    height: usize,
) -> f32 {
    instructions.run(
        #[inline(always)]
        || {
            let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
            let (mut squares, mut count) = (0u64, 0u64);
            let mut mixed = vec![0; columns];
            for y in (1..rows.saturating_sub(1)).step_by(2) {
                let (near, far) = (
                    &half[y * columns..][..columns],
                    &half[(y - 1) * columns..][..columns],
                );
                // Three parts of the nearer row or column and one of the farther, as the decoder mixes them.
                for (mixed, (&near, &far)) in mixed.iter_mut().zip(near.iter().zip(far)) {
                    *mixed = 3 * i32::from(near) + i32::from(far);
                }
                let (pairs, _) = plane[2 * y * width..][..width].as_chunks::<2>();
                let inner = pairs.get(1..).unwrap_or_default();
                let around = mixed.windows(3).zip(inner);
                count += 2 * around.len() as u64;
                squares += around
                    .map(|(mixed, &[first, second])| {
                        let here = 3 * mixed[1];
                        let first = i32::from(first) * 16 - here - mixed[0];
                        let second = i32::from(second) * 16 - here - mixed[2];
                        u64::from((first * first + second * second).unsigned_abs())
                    })
                    .sum::<u64>();
            }
            squares as f32 / (256 * count.max(1)) as f32
        },
    )
}
