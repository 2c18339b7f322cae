//! The cosine bases of the reduced inverse transforms.
//!
//! T.81, A.3.3 defines the 8-point transform; the N-point one replaces 8 by N in the cosine. Keeping the N×N low-frequency
//! coefficients of a block and scaling them by N/8 gives the block at N/8 of its resolution, so that the factor before the
//! sums stays 1/4 for every N, or 1/2 in each direction:
//!
//! `BASIS[u][x] = round(2^15 · C(u) / 2 · cos((2x + 1) u π / 2N))`, with C(0) = 1/√2 and C(u) = 1 otherwise.
//!
//! Only the first half of each row is listed: `x` and `N - 1 - x` have the same value for even `u` and the opposite for odd.

/// Bits after the binary point of the constants.
pub(super) const FRACTION: u32 = 15;

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
    [11_585, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_2: Basis = [
    [11_585, 0, 0, 0],
    [11_585, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_3: Basis = [
    [11_585, 11_585, 0, 0],
    [14_189, 0, 0, 0],
    [8192, -16_384, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_4: Basis = [
    [11_585, 11_585, 0, 0],
    [15_137, 6270, 0, 0],
    [11_585, -11_585, 0, 0],
    [6270, -15_137, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_5: Basis = [
    [11_585, 11_585, 11_585, 0],
    [15_582, 9630, 0, 0],
    [13_255, -5063, -16_384, 0],
    [9630, -15_582, 0, 0],
    [5063, -13_255, 16_384, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_6: Basis = [
    [11_585, 11_585, 11_585, 0],
    [15_826, 11_585, 4240, 0],
    [14_189, 0, -14_189, 0],
    [11_585, -11_585, -11_585, 0],
    [8192, -16_384, 8192, 0],
    [4240, -11_585, 15_826, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
];
const BASIS_7: Basis = [
    [11_585, 11_585, 11_585, 11_585],
    [15_973, 12_810, 7109, 0],
    [14_761, 3646, -10_215, -16_384],
    [12_810, -7109, -15_973, 0],
    [10_215, -14_761, -3646, 16_384],
    [7109, -15_973, 12_810, 0],
    [3646, -10_215, 14_761, -16_384],
    [0, 0, 0, 0],
];
const BASIS_8: Basis = [
    [11_585, 11_585, 11_585, 11_585],
    [16_069, 13_623, 9102, 3196],
    [15_137, 6270, -6270, -15_137],
    [13_623, -3196, -16_069, -9102],
    [11_585, -11_585, -11_585, 11_585],
    [9102, -16_069, 3196, 13_623],
    [6270, -15_137, 15_137, -6270],
    [3196, -9102, 13_623, -16_069],
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_1_SQRT_2, PI};

    #[test]
    fn constants_are_what_the_formula_says() {
        for n in 1..=8 {
            for u in 0..n {
                for x in 0..n.div_ceil(2) {
                    let c = if u == 0 { FRAC_1_SQRT_2 } else { 1.0 };
                    let exact = 32768.0 * c / 2.0 * ((2 * x + 1) as f64 * u as f64 * PI / (2 * n) as f64).cos();
                    assert!((f64::from(basis(n)[u][x]) - exact).abs() <= 0.5 + 1e-9, "{n} {u} {x}");
                }
            }
        }
    }
}
