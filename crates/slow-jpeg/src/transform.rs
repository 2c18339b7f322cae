//! The inverse DCT straight from T.81, A.3.3, in floating point, and its reductions.

use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::sync::LazyLock;

/// Row and column of each zigzag index (Figure 5), found by walking the diagonals.
pub static ZIGZAG: LazyLock<[(usize, usize); 64]> = LazyLock::new(|| {
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
});

/// The samples, not rounded and not clamped, that the low-frequency corner of so many columns and rows stands for.
/// `coefficients[row][column]` are dequantised.
pub fn reduced(coefficients: &[[f64; 8]; 8], across: usize, down: usize) -> Vec<f64> {
    let (columns, rows) = (&BASES[across], &BASES[down]);
    let mut partly = vec![0.0; across * down];
    for v in 0..down {
        for x in 0..across {
            partly[v * across + x] = (0..across)
                .map(|u| columns[x][u] * coefficients[v][u])
                .sum();
        }
    }
    let mut samples = vec![128.0; across * down];
    for y in 0..down {
        for x in 0..across {
            samples[y * across + x] += (0..down)
                .map(|v| rows[y][v] * partly[v * across + x])
                .sum::<f64>();
        }
    }
    samples
}

/// The bases of each number of samples up to 16.
static BASES: LazyLock<[Vec<Vec<f64>>; 17]> = LazyLock::new(|| std::array::from_fn(bases));

/// C(u) cos((2x + 1) u π / 2n) / 2, by sample `x` and frequency `u`.
fn bases(n: usize) -> Vec<Vec<f64>> {
    let basis = |x: usize, u: usize| {
        let c = if u == 0 { FRAC_1_SQRT_2 } else { 1.0 };
        c * ((2 * x + 1) as f64 * u as f64 * PI / (2 * n) as f64).cos() / 2.0
    };
    (0..n)
        .map(|x| (0..n).map(|u| basis(x, u)).collect())
        .collect()
}

/// How far samples are from the exact ones.
#[derive(Debug, Default)]
pub struct Difference {
    /// The largest one.
    pub max: f64,
    sum: f64,
    count: usize,
}

impl Difference {
    /// Compares a sample with the exact value, rounded (halves up, in spite of floating point) and clamped.
    pub fn add(&mut self, sample: u8, exact: f64) {
        let difference = (f64::from(sample) - (exact + 0.5 + 1e-9).floor().clamp(0.0, 255.0)).abs();
        self.max = self.max.max(difference);
        self.sum += difference;
        self.count += 1;
    }

    /// Compares samples with those of another decoder.
    pub fn add_samples(&mut self, ours: &[u8], theirs: &[u8]) {
        let pairs = ours.iter().zip(theirs);
        let (mut most, mut sum) = (0, 0);
        for difference in pairs.map(|(a, b)| a.abs_diff(*b)) {
            most = most.max(difference);
            sum += u64::from(difference);
        }
        self.max = self.max.max(f64::from(most));
        self.sum += sum as f64;
        self.count += ours.len().min(theirs.len());
    }

    /// The mean of all that were added.
    pub fn mean(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }

    /// Adds those of another comparison.
    pub fn merge(&mut self, other: &Self) {
        self.max = self.max.max(other.max);
        self.sum += other.sum;
        self.count += other.count;
    }
}
