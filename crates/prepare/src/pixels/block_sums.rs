//! Sums of the columns of a block of pixels, and averages over it.

use std::ops::AddAssign;

use crate::pixels::depth::Depth;
use crate::pixels::divisor::{Divisor, NarrowDivisor};

/// Adds a row to the sums; what is missing counts as zero.
pub(crate) fn sum_up<T: Copy, C: Copy + Default + AddAssign>(
    columns: &mut [C],
    row: &[T],
    value: impl Fn(T) -> C,
    is_first: bool,
) {
    if is_first {
        let (columns, missing) = columns.split_at_mut(row.len().min(columns.len()));
        let samples = columns.iter_mut().zip(row);
        samples.for_each(|(sum, &sample)| *sum = value(sample));
        missing.fill(C::default());
        return;
    }
    for (sum, &sample) in columns.iter_mut().zip(row) {
        *sum += value(sample);
    }
}

/// Averages blocks of sums over so many rows.
pub(crate) fn average<T: Depth, C: Copy + Into<u64>, const N: usize>(
    columns: &[C],
    factor: usize,
    rows: u64,
    is_weighted: bool,
    samples: &mut Vec<T>,
) {
    let mean = |sums: [u64; N], means: Means| match is_weighted {
        true => means.weighted::<T, N>(sums),
        false => means.plain::<T, N>(sums),
    };
    let (pixels, _) = columns.as_chunks::<N>();
    let (whole, narrower) = pixels.split_at(pixels.len() / factor * factor);
    let start = samples.len();
    samples.resize(start + whole.len() / factor * N, T::nearest(0));
    let out = samples.get_mut(start..).unwrap_or_default();
    let (out, _) = out.as_chunks_mut::<N>();
    let means = Means::new::<T>(factor as u64 * rows);
    let each = |sums| mean(sums, means);
    // Loops of a known length are twice as fast.
    match factor {
        2 => each_block(whole.as_chunks::<2>().0, out, each),
        3 => each_block(whole.as_chunks::<3>().0, out, each),
        4 => each_block(whole.as_chunks::<4>().0, out, each),
        _ => each_block(whole.chunks_exact(factor), out, each),
    }
    if !narrower.is_empty() {
        let means = Means::new::<T>(narrower.len() as u64 * rows);
        samples.extend_from_slice(&mean(sums_of(narrower), means));
    }
}

/// [`average`] of 8 bits without weights, in 16 bits throughout, which takes less than half of the time. Returns
/// `false`, and does nothing, where 16 bits are not enough: blocks of 14 × 14 pixels and more.
pub(crate) fn average_narrow<const N: usize>(
    columns: &[u16],
    factor: usize,
    rows: u64,
    sums: &mut Vec<u16>,
    samples: &mut Vec<u8>,
) -> bool {
    let area = factor as u64 * rows;
    let Some(divisor) = NarrowDivisor::new(area, area * 255).filter(|_| factor > 1) else {
        return false;
    };
    let whole = columns.len() / (factor * N) * (factor * N);
    let (whole, narrower) = columns.split_at(whole);
    // The mean of a block is at its first pixel. The values at the others are not used, but a loop over all
    // of them is done many at once.
    sums.clear();
    let second = columns.get(N..).unwrap_or_default();
    let pairs = whole.iter().zip(second);
    sums.extend(pairs.map(|(first, second)| first.wrapping_add(*second)));
    for pixel in 2..factor {
        let later = columns.get(pixel * N..).unwrap_or_default();
        for (sum, column) in sums.iter_mut().zip(later) {
            *sum = sum.wrapping_add(*column);
        }
    }
    divisor.divide(sums);
    let start = samples.len();
    samples.resize(start + whole.len() / factor, 0);
    let out = samples.get_mut(start..).unwrap_or_default();
    let means = sums.as_chunks::<N>().0.iter().step_by(factor);
    for (out, mean) in out.as_chunks_mut::<N>().0.iter_mut().zip(means) {
        for (out, mean) in out.iter_mut().zip(mean) {
            *out = *mean as u8;
        }
    }
    if !narrower.is_empty() {
        let (pixels, _) = narrower.as_chunks::<N>();
        let area = Divisor::new(pixels.len() as u64 * rows);
        samples.extend(sums_of(pixels).map(|sum| u8::nearest(area.nearest(sum))));
    }
    true
}

#[inline]
fn each_block<'a, T, C, B, const N: usize>(
    blocks: impl IntoIterator<Item = &'a B>,
    out: &mut [[T; N]],
    average: impl Fn([u64; N]) -> [T; N],
) where
    C: Copy + Into<u64> + 'a,
    B: AsRef<[[C; N]]> + ?Sized + 'a,
{
    for (out, block) in out.iter_mut().zip(blocks) {
        *out = average(sums_of(block.as_ref()));
    }
}

#[inline]
fn sums_of<C: Copy + Into<u64>, const N: usize>(block: &[[C; N]]) -> [u64; N] {
    let mut sums = [0; N];
    for pixel in block {
        for (sum, &column) in sums.iter_mut().zip(pixel) {
            *sum += column.into();
        }
    }
    sums
}

/// Adds colours weighted by alpha, which is the last channel.
pub(crate) fn add_weighted<T: Depth, const N: usize>(columns: &mut [u32], row: &[T]) {
    let pieces = columns.chunks_mut(N * PIECE);
    for (sums, pixels) in pieces.zip(row.chunks(N * PIECE)) {
        add_weighted_piece::<T, N>(sums, pixels);
    }
}

/// Pixels that are added together if all of them are transparent, or opaque, as most of a logo are.
const PIECE: usize = 32;

#[inline(always)]
fn add_weighted_piece<T: Depth, const N: usize>(columns: &mut [u32], row: &[T]) {
    let (pixels, _) = row.as_chunks::<N>();
    let full = T::MAX as u32;
    let (mut is_transparent, mut is_opaque) = (true, true);
    for pixel in pixels {
        let alpha = pixel.last().map_or(0, |&alpha| alpha.into());
        is_transparent &= alpha == 0;
        is_opaque &= alpha == full;
    }
    if is_transparent {
        return;
    }
    let columns = columns.as_chunks_mut::<N>().0.iter_mut();
    let add = |sums: &mut [u32; N], pixel: &[T; N], alpha: u32| {
        if let ([sums @ .., total], [color @ .., _]) = (&mut sums[..], &pixel[..]) {
            *total += alpha;
            for (sum, &sample) in sums.iter_mut().zip(color) {
                *sum += T::weighted(sample.into(), alpha);
            }
        }
    };
    match is_opaque {
        // With a factor that is known, many are multiplied at once.
        true => columns
            .zip(pixels)
            .for_each(|(sums, pixel)| add(sums, pixel, full)),
        false => columns.zip(pixels).for_each(|(sums, pixel)| {
            let alpha = pixel.last().map_or(0, |&alpha| alpha.into());
            add(sums, pixel, alpha);
        }),
    }
}

/// Averages over blocks of an area.
#[derive(Clone, Copy)]
pub(crate) struct Means {
    area: Divisor,
    /// The sum of alpha if all pixels are opaque, by which weighted sums of colours are divided.
    full: u64,
    opaque: Divisor,
}

impl Means {
    /// Those over blocks of so many pixels.
    pub(crate) fn new<T: Depth>(area: u64) -> Self {
        let full = area * T::MAX;
        Self {
            area: Divisor::new(area),
            full,
            opaque: Divisor::new(full / T::SCALE),
        }
    }

    /// Averages sums.
    #[inline(always)]
    pub(crate) fn plain<T: Depth, const N: usize>(self, sums: [u64; N]) -> [T; N] {
        sums.map(|sum| T::nearest(self.area.nearest(sum)))
    }

    /// Averages sums of colours that were weighted by alpha, which is the last channel.
    #[inline(always)]
    pub(crate) fn weighted<T: Depth, const N: usize>(self, sums: [u64; N]) -> [T; N] {
        let total = sums.last().copied().unwrap_or(0);
        if total == 0 {
            return [T::nearest(0); N];
        }
        // Loops, because `map` is not compiled into its callers.
        let mut means = [T::nearest(0); N];
        if total == self.full {
            for (mean, sum) in means.iter_mut().zip(sums) {
                *mean = T::nearest(self.opaque.nearest(sum));
            }
        } else {
            for (mean, sum) in means.iter_mut().zip(sums) {
                *mean = T::nearest((sum * T::SCALE + total / 2) / total);
            }
        }
        if let Some(alpha) = means.last_mut() {
            *alpha = T::nearest(self.area.nearest(total));
        }
        means
    }
}
