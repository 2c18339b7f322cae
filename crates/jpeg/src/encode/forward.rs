//! The forward DCT (T.81, A.3.3) in plain `f32`, eight lanes at a time.
//!
//! Only additions and multiplications in a fixed order, so the result is the same on every machine.

/// Eight samples or coefficients side by side.
type Lane = [f32; 8];

/// `cos(k·π/16) / 2` for k = 1..=7, and `1/√8` in place 0: the orthonormal 8-point DCT-II.
pub(crate) const HALF_COS: [f32; 8] = [
    0.353_553_4,
    0.490_392_64,
    0.461_939_77,
    0.415_734_8,
    0.353_553_4,
    0.277_785_12,
    0.191_341_72,
    0.097_545_16,
];

/// Transforms a level-shifted block; the result is scaled as T.81 scales it (DC = 8 · mean).
#[inline(always)]
pub(crate) fn forward(block: &mut [Lane; 8]) {
    forward_turned(block);
    transpose(block);
}

/// The same with rows and columns exchanged, which saves exchanging them back.
#[inline(always)]
pub(crate) fn forward_turned(block: &mut [Lane; 8]) {
    columns(block);
    transpose(block);
    columns(block);
}

#[inline(always)]
pub(crate) fn transpose(block: &mut [Lane; 8]) {
    let source = *block;
    for (row, out) in block.iter_mut().enumerate() {
        for (column, value) in out.iter_mut().enumerate() {
            *value = source[column][row];
        }
    }
}

#[inline(always)]
fn columns(rows: &mut [Lane; 8]) {
    let [_, c1, c2, c3, c4, c5, c6, c7] = HALF_COS;
    let source = *rows;
    for lane in 0..8 {
        let at = |row: usize| source[row][lane];
        let (s0, s1, s2, s3) = (at(0) + at(7), at(1) + at(6), at(2) + at(5), at(3) + at(4));
        let (d0, d1, d2, d3) = (at(0) - at(7), at(1) - at(6), at(2) - at(5), at(3) - at(4));
        let (e0, e1, e2, e3) = (s0 + s3, s1 + s2, s0 - s3, s1 - s2);
        rows[0][lane] = (e0 + e1) * c4;
        rows[4][lane] = (e0 - e1) * c4;
        rows[2][lane] = e2 * c2 + e3 * c6;
        rows[6][lane] = e2 * c6 - e3 * c2;
        rows[1][lane] = d0 * c1 + d1 * c3 + d2 * c5 + d3 * c7;
        rows[3][lane] = d0 * c3 - d1 * c7 - d2 * c1 - d3 * c5;
        rows[5][lane] = d0 * c5 - d1 * c1 + d2 * c7 + d3 * c3;
        rows[7][lane] = d0 * c7 - d1 * c5 + d2 * c3 - d3 * c1;
    }
}

/// Undoes [`forward`] up to rounding.
#[inline(always)]
pub(crate) fn inverse(block: &mut [Lane; 8]) {
    inverse_columns(block);
    transpose(block);
    inverse_columns(block);
    transpose(block);
}

#[inline(always)]
fn inverse_columns(rows: &mut [Lane; 8]) {
    let [_, c1, c2, c3, c4, c5, c6, c7] = HALF_COS;
    let source = *rows;
    for lane in 0..8 {
        let at = |row: usize| source[row][lane];
        let (p, q) = ((at(0) + at(4)) * c4, (at(0) - at(4)) * c4);
        let (r, s) = (at(2) * c2 + at(6) * c6, at(2) * c6 - at(6) * c2);
        let even = [p + r, q + s, q - s, p - r];
        let odd = [
            at(1) * c1 + at(3) * c3 + at(5) * c5 + at(7) * c7,
            at(1) * c3 - at(3) * c7 - at(5) * c1 - at(7) * c5,
            at(1) * c5 - at(3) * c1 + at(5) * c7 + at(7) * c3,
            at(1) * c7 - at(3) * c5 + at(5) * c3 - at(7) * c1,
        ];
        for (row, (e, o)) in even.into_iter().zip(odd).enumerate() {
            rows[row][lane] = e + o;
            rows[7 - row][lane] = e - o;
        }
    }
}
