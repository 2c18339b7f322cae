//! The cosine bases of the reduced inverse transforms.
//!
//! T.81, A.3.3 defines the 8-point transform; the N-point one replaces 8 by N in the cosine. Keeping the N×N low-frequency
//! coefficients of a block and scaling them by N/8 gives the block at N/8 of its resolution, so that the factor before the
//! sums stays C(u) C(v) / 4 for every N, with C(0) = 1/√2 and C(u) = 1 otherwise. Written as (√2 C(u)) (√2 C(v)) / 8 it is
//! exact for the mean of a block:
//!
//! `BASIS[u][x] = round(2^14 · √2 C(u) · cos((2x + 1) u π / 2N))`, and the sums are divided by 8 at the end.
//!
//! Only the first half of each row is listed: `x` and `N - 1 - x` have the same value for even `u` and the opposite for odd.

/// Bits after the binary point of the constants.
pub(super) const FRACTION: u32 = 14;

/// A basis for N-point transforms; rows from N on and columns from N/2 (rounded up) on are not used.
pub(super) type Basis = [[i16; 4]; 8];

/// The basis for `n` points, 1..=8.
pub(super) const fn basis(n: usize) -> &'static Basis {
    match n {
        1 => &BASIS_1,
        2 => &BASIS_2,
        3 => &BASIS_3,
        4 => &BASIS_4,
        5 => &BASIS_5,
        6 => &BASIS_6,
        7 => &BASIS_7,
        _ => &BASIS_8,
    }
}

const BASIS_1: Basis = [
    [16_384, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_2: Basis = [
    [16_384, 0, 0, 0],
    [16_384, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_3: Basis = [
    [16_384, 16_384, 0, 0],
    [20_066, 0, 0, 0],
    [11_585, -23_170, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_4: Basis = [
    [16_384, 16_384, 0, 0],
    [21_407, 8867, 0, 0],
    [16_384, -16_384, 0, 0],
    [8867, -21_407, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_5: Basis = [
    [16_384, 16_384, 16_384, 0],
    [22_036, 13_619, 0, 0],
    [18_745, -7160, -23_170, 0],
    [13_619, -22_036, 0, 0],
    [7160, -18_745, 23_170, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_6: Basis = [
    [16_384, 16_384, 16_384, 0],
    [22_381, 16_384, 5997, 0],
    [20_066, 0, -20_066, 0],
    [16_384, -16_384, -16_384, 0],
    [11_585, -23_170, 11_585, 0],
    [5997, -16_384, 22_381, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_7: Basis = [
    [16_384, 16_384, 16_384, 16_384],
    [22_590, 18_115, 10_053, 0],
    [20_876, 5156, -14_447, -23_170],
    [18_115, -10_053, -22_590, 0],
    [14_447, -20_876, -5156, 23_170],
    [10_053, -22_590, 18_115, 0],
    [5156, -14_447, 20_876, -23_170],
    [0, 0, 0, 0],
];
const BASIS_8: Basis = [
    [16_384, 16_384, 16_384, 16_384],
    [22_725, 19_266, 12_873, 4520],
    [21_407, 8867, -8867, -21_407],
    [19_266, -4520, -22_725, -12_873],
    [16_384, -16_384, -16_384, 16_384],
    [12_873, -22_725, 4520, 19_266],
    [8867, -21_407, 21_407, -8867],
    [4520, -12_873, 19_266, -22_725],
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{PI, SQRT_2};

    #[test]
    fn constants_are_what_the_formula_says() {
        for n in 1..=8_usize {
            for u in 0..n {
                for x in 0..n.div_ceil(2) {
                    let c = if u == 0 { 1.0 } else { SQRT_2 };
                    let exact =
                        16384.0 * c * ((2 * x + 1) as f64 * u as f64 * PI / (2 * n) as f64).cos();
                    assert!(
                        (f64::from(basis(n)[u][x]) - exact).abs() <= 0.5 + 1e-9,
                        "{n} {u} {x}"
                    );
                }
            }
        }
    }
}
