//! From coefficients to differences of samples (clauses 8.6.2 and 8.6.4).

use crate::residual::Block;

/// Differences of the samples of a block, row by row.
pub(crate) type Residual = [i32; 1024];

/// Column 0 to 31 of the transform matrix (clause 8.6.4.2) has the entries of cosines of multiples of
/// 1/64 of a half turn; these are the entries by multiple.
const COSINES: [i16; 33] = [
    64, 90, 90, 90, 89, 88, 87, 85, 83, 82, 80, 78, 75, 73, 70, 67, 64, 61, 57, 54, 50, 46, 43, 38,
    36, 31, 25, 22, 18, 13, 9, 4, 0,
];

/// The 32 x 32 matrix; each row is a frequency.
static MATRIX: [[i16; 32]; 32] = {
    let mut all = [[0; 32]; 32];
    let mut row = 0;
    while row < 32 {
        let mut column = 0;
        while column < 32 {
            // The cosine of row * (2 * column + 1) / 64 half turns.
            let turn = row * (2 * column + 1) % 128;
            let turn = if turn > 64 { 128 - turn } else { turn };
            all[row][column] = if row == 0 {
                64
            } else if turn <= 32 {
                COSINES[turn]
            } else {
                -COSINES[64 - turn]
            };
            column += 1;
        }
        row += 1;
    }
    all
};

/// The matrix of blocks of 4 x 4 of luma (clause 8.6.4.2).
const SINES: [[i32; 4]; 4] = [
    [29, 55, 74, 84],
    [74, 74, 0, -74],
    [84, -29, -74, 55],
    [55, -84, 74, -29],
];

/// Turns the coefficients of a block into differences, and clears the coefficients.
pub(crate) fn inverse(
    block: &mut Block,
    log2: usize,
    is_sine: bool,
    depth: u32,
    out: &mut Residual,
) {
    let shift = 20 - depth;
    if block.columns == 1 && block.rows == 1 {
        let first = clip((64 * i32::from(block.values[0]) + 64) >> 7);
        block.values[0] = 0;
        let value = (64 * first + (1 << (shift - 1))) >> shift;
        out[..1 << (2 * log2)].fill(value);
        return;
    }
    let (columns, rows) = (block.columns, block.rows);
    match (log2, is_sine) {
        (2, true) => sine(&block.values, shift, out),
        (2, false) => cosine::<4, 8>(&block.values, columns, rows, shift, out),
        (3, _) => cosine::<8, 4>(&block.values, columns, rows, shift, out),
        (4, _) => cosine::<16, 2>(&block.values, columns, rows, shift, out),
        _ => cosine::<32, 1>(&block.values, columns, rows, shift, out),
    }
    clear(block, log2);
}

fn clear(block: &mut Block, log2: usize) {
    for row in block.values.chunks_exact_mut(1 << log2).take(block.rows) {
        row[..block.columns].fill(0);
    }
}

fn clip(value: i32) -> i32 {
    value.clamp(-32768, 32767)
}

fn sine(values: &[i16; 1024], shift: u32, out: &mut Residual) {
    let mut half = [[0i32; 4]; 4];
    for y in 0..4 {
        for x in 0..4 {
            let sum: i32 = (0..4)
                .map(|k| SINES[k][y] * i32::from(values[4 * k + x]))
                .sum();
            half[y][x] = clip((sum + 64) >> 7);
        }
    }
    for y in 0..4 {
        for x in 0..4 {
            let sum: i32 = (0..4).map(|k| SINES[k][x] * half[y][k]).sum();
            out[4 * y + x] = (sum + (1 << (shift - 1))) >> shift;
        }
    }
}

/// The inverse cosine transform of N x N; STEP is 32 / N.
fn cosine<const N: usize, const STEP: usize>(
    values: &[i16; 1024],
    columns: usize,
    rows: usize,
    shift: u32,
    out: &mut Residual,
) {
    let mut half = [[0i16; N]; N];
    // Four columns at once.
    for left in (0..columns).step_by(4) {
        down::<N, STEP>(values, left, rows, &mut half);
    }
    let round = 1 << (shift - 1);
    for (from, into) in half.iter().zip(out.chunks_exact_mut(N)) {
        across::<N, STEP>(from, columns, into);
        for value in into {
            *value = (*value + round) >> shift;
        }
    }
}

/// The first stage of four columns.
#[inline(always)]
fn down<const N: usize, const STEP: usize>(
    values: &[i16; 1024],
    left: usize,
    rows: usize,
    half: &mut [[i16; N]; N],
) {
    let (mut even, mut odd) = ([[0i32; 4]; N], [[0i32; 4]; N]);
    let (even, odd) = (&mut even[..N / 2], &mut odd[..N / 2]);
    for (k, row) in values.chunks_exact(N).take(rows).enumerate() {
        let mut four = [0; 4];
        for (four, &value) in four.iter_mut().zip(&row[left..left + 4]) {
            *four = i32::from(value);
        }
        let sums = if k % 2 == 0 { &mut *even } else { &mut *odd };
        for (sum, &factor) in sums.iter_mut().zip(&MATRIX[(k * STEP) & 31]) {
            for (sum, four) in sum.iter_mut().zip(four) {
                *sum += four * i32::from(factor);
            }
        }
    }
    for y in 0..N / 2 {
        for x in 0..4 {
            let (e, o) = (even[y][x] + 64, odd[y][x]);
            half[y][left + x] = clip((e + o) >> 7) as i16;
            half[N - 1 - y][left + x] = clip((e - o) >> 7) as i16;
        }
    }
}

/// The second stage of one row.
#[inline(always)]
fn across<const N: usize, const STEP: usize>(from: &[i16; N], columns: usize, into: &mut [i32]) {
    let (mut even, mut odd) = ([0i32; N], [0i32; N]);
    for (k, &value) in from.iter().take(columns).enumerate() {
        let sums = if k % 2 == 0 { &mut even } else { &mut odd };
        let row = &MATRIX[(k * STEP) & 31];
        for (sum, &factor) in sums[..N / 2].iter_mut().zip(row) {
            *sum += i32::from(value) * i32::from(factor);
        }
    }
    for x in 0..N / 2 {
        into[x] = even[x] + odd[x];
        into[N - 1 - x] = even[x] - odd[x];
    }
}

/// How the differences of a block that is not transformed come about.
#[derive(Clone, Copy)]
pub(crate) struct Plain {
    pub(crate) is_bypassed: bool,
    /// Whether coefficients of 4 x 4 are stored from the last to the first.
    pub(crate) is_rotated: bool,
    /// Whether each sample is the difference to the one before: `Some(false)` to the left, `Some(true)` above.
    pub(crate) differences: Option<bool>,
    pub(crate) depth: u32,
}

/// The same for a block whose coefficients are not transformed (clauses 8.6.2, 8.6.4.2, 8.6.5 and 8.6.6).
pub(crate) fn untransformed(block: &mut Block, log2: usize, plain: Plain, out: &mut Residual) {
    let (side, count) = (1 << log2, 1 << (2 * log2));
    let is_rotated = plain.is_rotated && log2 == 2;
    let up = 5 + log2 as u32;
    let shift = 20 - plain.depth;
    for (at, out) in out[..count].iter_mut().enumerate() {
        let from = if is_rotated { count - 1 - at } else { at };
        let value = i32::from(block.values[from & 1023]);
        *out = match plain.is_bypassed {
            true => value,
            false => ((value << up) + (1 << (shift - 1))) >> shift,
        };
    }
    block.values[..count].fill(0);
    match plain.differences {
        Some(true) => {
            for at in side..count {
                out[at] = out[at].wrapping_add(out[at - side]);
            }
        }
        Some(false) => {
            for row in out[..count].chunks_exact_mut(side) {
                let mut sum = 0i32;
                for value in row {
                    sum = sum.wrapping_add(*value);
                    *value = sum;
                }
            }
        }
        None => {}
    }
}
