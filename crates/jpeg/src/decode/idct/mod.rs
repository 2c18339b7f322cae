//! The inverse DCT, full and reduced to X×Y samples for X, Y = 1..=8, in integers.
//!
//! The reduced transforms are exact reductions in the DCT domain: the X-point and Y-point inverse transforms of the X×Y
//! low-frequency coefficients (see [`basis`]). Sixteen neighbouring blocks are transformed at once, one in each lane, so that every step is
//! the same operation on sixteen values.

mod basis;
mod interleave;

use crate::{Eighths, Instructions};
use basis::{FRACTION, basis};

/// Blocks that are transformed together.
pub(crate) const LANES: usize = 16;
/// Places for coefficients: the first X·Y are rows of lanes in natural order of the X×Y corner, those from 64 on take what is
/// not needed.
pub(crate) const PLACES: usize = 128;
/// Dequantised coefficients of sixteen blocks; index place × 16 + lane.
pub(crate) type Coefficients = [i16; PLACES * LANES];

type Lanes<T> = [T; LANES];

/// Bits after the binary point between the two passes. The first pass makes at most eight times a sample of 8 bits and a sign,
/// so that 16 bits leave room for overshoots of four times that.
const BETWEEN: u32 = 3;
/// What the second pass shifts out: the constants' bits, the bits in between, and the division by 8.
const LAST: u32 = FRACTION + BETWEEN + 3;

/// How many bits samples are stored with; those of 12 bits become 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    Eight,
    Twelve,
}

impl Depth {
    /// The depth of a picture with so many bits.
    pub(crate) fn of_precision(precision: u8) -> Self {
        match precision {
            12 => Self::Twelve,
            _ => Self::Eight,
        }
    }

    /// Bits that are more than 8.
    fn extra(self) -> u32 {
        match self {
            Self::Eight => 0,
            Self::Twelve => 4,
        }
    }

    /// The level shift of A.3.1, and half a unit of the stored samples for rounding. So 12 bits are rounded down to 8, which
    /// keeps black, mid-gray and white: white is 4095 / 16.
    fn bias(self) -> i32 {
        (1 << (LAST - 1 - self.extra())) + (128 << LAST)
    }
}

/// Writes the first `count` blocks as so many samples each, side by side, to `out`, whose rows are `stride` apart, and zeroes
/// the coefficients. `flat` says that there are only DC coefficients.
pub(crate) fn inverse(
    instructions: Instructions,
    (eighths, depth): (Eighths, Depth),
    flat: bool,
    from: &mut Coefficients,
    count: usize,
    out: &mut [u8],
    stride: usize,
) {
    if flat || eighths.area() == 1 {
        return instructions.run(
            #[inline(always)]
            || means((eighths, depth), from, count, out, stride),
        );
    }
    let transform = match eighths.x {
        1 => with_rows::<1>(eighths.y),
        2 => with_rows::<2>(eighths.y),
        3 => with_rows::<3>(eighths.y),
        4 => with_rows::<4>(eighths.y),
        5 => with_rows::<5>(eighths.y),
        6 => with_rows::<6>(eighths.y),
        7 => with_rows::<7>(eighths.y),
        _ => with_rows::<8>(eighths.y),
    };
    transform(instructions, depth, from, count, out, stride);
}

type Transform = fn(Instructions, Depth, &mut Coefficients, usize, &mut [u8], usize);

/// The transform to `X` columns and so many rows.
fn with_rows<const X: usize>(rows: u8) -> Transform {
    match rows {
        1 => transform::<X, 1>,
        2 => transform::<X, 2>,
        3 => transform::<X, 3>,
        4 => transform::<X, 4>,
        5 => transform::<X, 5>,
        6 => transform::<X, 6>,
        7 => transform::<X, 7>,
        _ => transform::<X, 8>,
    }
}

/// Blocks of one value each.
#[inline(always)]
fn means(
    (eighths, depth): (Eighths, Depth),
    from: &mut Coefficients,
    count: usize,
    out: &mut [u8],
    stride: usize,
) {
    let (shift, bias) = (LAST - 3 - depth.extra(), depth.bias());
    let mut samples = [0; LANES];
    for (sample, mean) in samples.iter_mut().zip(from) {
        *sample = to_sample((i32::from(*mean) << shift).wrapping_add(bias));
        *mean = 0;
    }
    for row in out.chunks_mut(stride.max(1)).take(eighths.rows()) {
        for (block, sample) in row
            .chunks_exact_mut(eighths.columns())
            .zip(samples)
            .take(count)
        {
            block.fill(sample);
        }
    }
}

#[inline(always)]
fn to_sample(sum: i32) -> u8 {
    (sum >> LAST).clamp(0, 255) as u8
}

fn transform<const X: usize, const Y: usize>(
    instructions: Instructions,
    depth: Depth,
    from: &mut Coefficients,
    count: usize,
    out: &mut [u8],
    stride: usize,
) {
    let mut columns = [[[0_i16; LANES]; X]; Y];
    let rows = from.as_chunks_mut::<LANES>().0;
    for u in 0..X {
        let column: [Lanes<i16>; Y] = std::array::from_fn(|v| rows[v * X + u]);
        let mut sums = [[0; LANES]; Y];
        across(instructions, &column, depth.extra(), &mut sums);
        for (y, sum) in sums.iter().enumerate() {
            columns[y][u] = *sum;
        }
    }
    for row in &mut rows[..X * Y] {
        *row = [0; LANES];
    }
    for (row, line) in columns.iter().zip(out.chunks_mut(stride.max(1))) {
        down(instructions, row, depth.bias(), count, line);
    }
}

/// The first pass in all lanes: `input[v]` holds coefficient `v`, `output[y]` becomes sample `y` of 8 bits with [`BETWEEN`] more
/// bits. Coefficients are those of samples with `extra` bits more than 8.
///
/// Not inlined into [`transform`], which is compiled for every pair of sizes.
#[inline(never)]
fn across<const N: usize>(
    instructions: Instructions,
    input: &[Lanes<i16>; N],
    extra: u32,
    output: &mut [Lanes<i16>; N],
) {
    instructions.run(
        #[inline(always)]
        || {
            let shift = FRACTION - BETWEEN + extra;
            for lane in 0..LANES {
                let sums = one::<N>(std::array::from_fn(|v| input[v][lane]), 1 << (shift - 1));
                for y in 0..N {
                    output[y][lane] = (sums[y] >> shift).clamp(-32768, 32767) as i16;
                }
            }
        },
    );
}

/// The second pass in all lanes, to samples of the first `count` blocks in a row.
#[inline(never)]
fn down<const N: usize>(
    instructions: Instructions,
    input: &[Lanes<i16>; N],
    bias: i32,
    count: usize,
    row: &mut [u8],
) {
    instructions.run(
        #[inline(always)]
        || {
            let mut samples = [[0; LANES]; N];
            for lane in 0..LANES {
                let sums = one::<N>(std::array::from_fn(|u| input[u][lane]), bias);
                for x in 0..N {
                    samples[x][lane] = to_sample(sums[x]);
                }
            }
            interleave::write(&samples, count, row);
        },
    );
}

/// A one-dimensional transform; the results are times 2^14, plus the bias. Values that no picture has wrap.
#[inline(always)]
fn one<const N: usize>(input: [i16; N], bias: i32) -> [i32; N] {
    let basis = basis(N);
    let mut output = [0; N];
    for x in 0..N.div_ceil(2) {
        let (mut even, mut odd) = (bias, 0_i32);
        for u in 0..N {
            let product = i32::from(input[u]) * i32::from(basis[u][x]);
            if u % 2 == 0 {
                even = even.wrapping_add(product);
            } else {
                odd = odd.wrapping_add(product);
            }
        }
        output[x] = even.wrapping_add(odd);
        // In the middle of an odd N the odd sum is 0, and both samples are one.
        output[N - 1 - x] = even.wrapping_sub(odd);
    }
    output
}
