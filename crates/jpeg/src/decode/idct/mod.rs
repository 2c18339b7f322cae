//! The inverse DCT, full and reduced to N×N samples for N = 1..=8, in integers.
//!
//! The reduced transforms are exact reductions in the DCT domain: the N-point inverse transform of the N×N low-frequency
//! coefficients (see [`basis`]).

mod basis;

use basis::{FRACTION, basis};

/// Places in a block: 64 coefficients, and as many where unneeded ones may be put.
pub(crate) const BLOCK: usize = 128;
/// Dequantised coefficients in natural order, eight to a row.
pub(crate) type Block = [i16; BLOCK];

/// Bits after the binary point between the two passes. Sample values of 8-bit pictures need 9 bits and a sign, a column's sum
/// at most 3 more, so that 16 bits are enough.
const BETWEEN: u32 = 3;
/// What the second pass shifts out.
const LAST: u32 = FRACTION + BETWEEN;
/// Half a unit for rounding, and the level shift of A.3.1.
const BIAS: i32 = (1 << (LAST - 1)) + (128 << LAST);

/// Writes the block as `n`×`n` samples to `out`, whose rows are `stride` apart, and zeroes the block. `last` is the last zigzag
/// index that may hold something else than 0.
#[inline]
pub(crate) fn inverse(n: usize, block: &mut Block, last: u32, out: &mut [u8], stride: usize) {
    if last == 0 {
        return flat(n, block, out, stride);
    }
    match n {
        1 => flat(1, block, out, stride),
        2 => transform::<2>(block, out, stride),
        3 => transform::<3>(block, out, stride),
        4 => transform::<4>(block, out, stride),
        5 => transform::<5>(block, out, stride),
        6 => transform::<6>(block, out, stride),
        7 => transform::<7>(block, out, stride),
        _ => transform::<8>(block, out, stride),
    }
}

/// Only the mean: a block of one value.
#[inline]
fn flat(n: usize, block: &mut Block, out: &mut [u8], stride: usize) {
    let value = sample((i32::from(block[0]) << (LAST - 3)).wrapping_add(BIAS));
    block[0] = 0;
    for row in out.chunks_mut(stride.max(1)).take(n) {
        if let Some(row) = row.get_mut(..n) {
            row.fill(value);
        }
    }
}

#[inline(always)]
fn sample(sum: i32) -> u8 {
    (sum >> LAST).clamp(0, 255) as u8
}

fn transform<const N: usize>(block: &mut Block, out: &mut [u8], stride: usize) {
    let mut input = [[0_i16; N]; N];
    for (row, from) in input.iter_mut().zip(block.as_chunks_mut::<8>().0) {
        row.copy_from_slice(&from[..N]);
        *from = [0; 8];
    }
    let columns = pass::<N>(&input, 1 << (FRACTION - BETWEEN - 1));
    let mut turned = [[0_i16; N]; N];
    for (y, row) in columns.iter().enumerate() {
        for (x, &value) in row.iter().enumerate() {
            turned[x][y] = (value >> (FRACTION - BETWEEN)).clamp(-32768, 32767) as i16;
        }
    }
    let rows = pass::<N>(&turned, BIAS);
    for (y, row) in out.chunks_mut(stride.max(1)).take(N).enumerate() {
        if let Some(row) = row.first_chunk_mut::<N>() {
            for (x, out) in row.iter_mut().enumerate() {
                *out = sample(rows[x][y]);
            }
        }
    }
}

/// One-dimensional transforms of all columns at once: `input[u]` holds coefficient `u` of every column, the result's `[x]`
/// sample `x` of every column, times 2^15, plus the bias. Values that no 8-bit picture has wrap.
#[inline(always)]
fn pass<const N: usize>(input: &[[i16; N]; N], bias: i32) -> [[i32; N]; N] {
    let basis = basis(N);
    let mut output = [[0; N]; N];
    for x in 0..N.div_ceil(2) {
        let mut even = [bias; N];
        let mut odd = [0_i32; N];
        for u in 0..N {
            let factor = i32::from(basis[u][x]);
            let sum = if u % 2 == 0 { &mut even } else { &mut odd };
            for (sum, &coefficient) in sum.iter_mut().zip(&input[u]) {
                *sum = sum.wrapping_add(i32::from(coefficient) * factor);
            }
        }
        for lane in 0..N {
            output[x][lane] = even[lane].wrapping_add(odd[lane]);
            output[N - 1 - x][lane] = even[lane].wrapping_sub(odd[lane]);
        }
        if N % 2 == 1 && x == N / 2 {
            output[x] = even;
        }
    }
    output
}
