//! The inverse DCT straight from T.81, A.3.3, in floating point, and its reductions.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Row and column of each zigzag index (Figure 5), found by walking the diagonals.
pub(crate) fn zigzag() -> [(usize, usize); 64] {
    let mut order = Vec::new();
    for diagonal in 0..15_usize {
        let cells = (0..8)
            .filter(|&i| diagonal >= i && diagonal - i < 8)
            .map(|i| (i, diagonal - i));
        if diagonal % 2 == 0 {
            order.extend(cells.rev());
        } else {
            order.extend(cells);
        }
    }
    std::array::from_fn(|k| order[k])
}

/// The `n`×`n` samples, not rounded and not clamped, that the `n`×`n` low-frequency corner of a block stands for.
/// `coefficients[row][column]` are dequantised.
pub(crate) fn reduced(coefficients: &[[f64; 8]; 8], n: usize) -> Vec<f64> {
    let basis = |x: usize, u: usize| {
        let c = if u == 0 { FRAC_1_SQRT_2 } else { 1.0 };
        c * ((2 * x + 1) as f64 * u as f64 * PI / (2 * n) as f64).cos() / 2.0
    };
    let bases: Vec<Vec<f64>> = (0..n)
        .map(|x| (0..n).map(|u| basis(x, u)).collect())
        .collect();
    let mut rows = vec![0.0; n * n];
    for v in 0..n {
        for x in 0..n {
            rows[v * n + x] = (0..n).map(|u| bases[x][u] * coefficients[v][u]).sum();
        }
    }
    let mut samples = vec![128.0; n * n];
    for y in 0..n {
        for x in 0..n {
            samples[y * n + x] += (0..n).map(|v| bases[y][v] * rows[v * n + x]).sum::<f64>();
        }
    }
    samples
}

/// How far samples are from the exact ones.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    pub(crate) max: f64,
    sum: f64,
    count: usize,
}

impl Difference {
    /// Compares a sample with the exact value, rounded (halves up, in spite of floating point) and clamped.
    pub(crate) fn add(&mut self, sample: u8, exact: f64) {
        let difference = (f64::from(sample) - (exact + 0.5 + 1e-9).floor().clamp(0.0, 255.0)).abs();
        self.max = self.max.max(difference);
        self.sum += difference;
        self.count += 1;
    }

    pub(crate) fn mean(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.max = self.max.max(other.max);
        self.sum += other.sum;
        self.count += other.count;
    }
}
