//! A hash of how a picture looks, by which near duplicates are found.

use std::fmt;
use std::str::FromStr;

/// Pictures are reduced to this many cells in each direction.
const CELLS: usize = 32;

/// So many coefficients in each direction become bits: the lowest, which survive re-encoding.
const LOWEST: usize = 8;

/// Luma is read in about this many rows: more would cost time and change no bit.
const ROWS: usize = 256;

/// The largest distance of near duplicates, in bits of 63. At 8, of 200 pictures that were encoded
/// again at quality 25, 186 are found, and 181 from which 2 % were cut on each side; of all pairs
/// among 937 other pictures, two are taken for duplicates that are not.
const MAX_DISTANCE: u32 = 8;

/// The largest difference of near duplicates in the mean luma of a quarter, in 8-bit steps.
const MAX_LUMA: u8 = 40;

/// The same in Cb and Cr: a logo in another colour is another logo.
const MAX_CHROMA: u8 = 16;

/// Pictures whose coefficients have less energy than this are flat: their bits are noise. It
/// corresponds to waves of 4 steps around the mean, of 255. In 16ths of a step, squared.
const MIN_ENERGY: i64 = 1 << 30;

/// 8192 cos(pi k / 64), rounded. Integers, so that every machine computes the same bits.
#[rustfmt::skip]
const COSINES: [i64; 33] = [
    8192, 8182, 8153, 8103, 8035, 7946, 7839, 7713, 7568, 7405, 7225, 7027, 6811, 6580, 6333,
    6070, 5793, 5501, 5197, 4880, 4551, 4212, 3862, 3503, 3135, 2760, 2378, 1990, 1598, 1202,
    803, 402, 0,
];

/// A perceptual hash: similar for pictures that look alike.
///
/// Each of its 63 bits says whether a low frequency of the luma (of the discrete cosine transform
/// of 32 x 32 cells) is above the median of those frequencies, as C. Zauner describes it in
/// "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010). The mean colours of
/// the four quarters are kept beside it, because luma alone does not tell colours apart.
///
/// `Display` writes it as 40 hexadecimal digits, and `FromStr` reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PerceptualHash {
    bits: u64,
    /// Mean luma, Cb and Cr of the quarters: upper left, upper right, lower left, lower right.
    quarters: [[u8; 3]; 4],
}

impl PerceptualHash {
    /// The largest [`distance`](Self::distance) of near duplicates.
    pub const MAX_DISTANCE: u32 = MAX_DISTANCE;

    /// The hash of a square; `None` if it is smaller than 32 pixels or too flat to be told from
    /// others. `chroma` is Cb and Cr at the size of `luma`, or half of it in each direction; `None` for gray.
    pub(crate) fn of(
        edge: u32,
        luma: &[u8],
        chroma: Option<[&[u8]; 2]>,
        is_halved: bool,
    ) -> Option<Self> {
        let edge = edge as usize;
        if edge < CELLS || luma.len() != edge * edge {
            return None;
        }
        let cells = cells(edge, luma);
        let small = if is_halved { edge / 2 } else { edge };
        let gray = [&[][..]; 2];
        let [blue, red] = chroma.unwrap_or(gray);
        let quarters = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(down, right)| {
            [
                quarter_of(&cells, down, right),
                quarter(small, blue, down, right),
                quarter(small, red, down, right),
            ]
        });
        Some(Self {
            bits: bits(&cells)?,
            quarters,
        })
    }

    /// The 63 bits that [`distance`](Self::distance) compares, for an index.
    #[must_use]
    pub fn bits(&self) -> u64 {
        self.bits
    }

    /// How many of the 63 bits differ (Hamming distance).
    #[must_use]
    pub fn distance(&self, other: &Self) -> u32 {
        (self.bits ^ other.bits).count_ones()
    }

    /// Whether the two pictures look nearly the same: at most
    /// [`MAX_DISTANCE`](Self::MAX_DISTANCE) bits differ, and no quarter's mean differs by more
    /// than 40 of 255 steps in luma or 16 in Cb or Cr.
    #[must_use]
    pub fn is_near(&self, other: &Self) -> bool {
        let is_alike = || {
            let mut quarters = self.quarters.iter().zip(&other.quarters);
            quarters.all(|([y, cb, cr], [other_y, other_cb, other_cr])| {
                y.abs_diff(*other_y) <= MAX_LUMA
                    && cb.abs_diff(*other_cb) <= MAX_CHROMA
                    && cr.abs_diff(*other_cr) <= MAX_CHROMA
            })
        };
        self.distance(other) <= MAX_DISTANCE && is_alike()
    }
}

impl fmt::Display for PerceptualHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.bits)?;
        let mut means = self.quarters.iter().flatten();
        means.try_for_each(|mean| write!(f, "{mean:02x}"))
    }
}

/// The text is no perceptual hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a perceptual hash must be 40 hexadecimal digits")]
pub struct NoPerceptualHash;

impl FromStr for PerceptualHash {
    type Err = NoPerceptualHash;

    fn from_str(text: &str) -> Result<Self, NoPerceptualHash> {
        let digits = text.as_bytes();
        if digits.len() != 40 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(NoPerceptualHash);
        }
        let number = |from: usize, to: usize| {
            let part = text.get(from..to).unwrap_or_default();
            u64::from_str_radix(part, 16).map_err(|_| NoPerceptualHash)
        };
        let mut quarters = [[0; 3]; 4];
        for (index, mean) in quarters.iter_mut().flatten().enumerate() {
            *mean = number(16 + 2 * index, 18 + 2 * index)? as u8;
        }
        Ok(Self {
            bits: number(0, 16)?,
            quarters,
        })
    }
}

/// The luma means of 32 x 32 cells, in 16ths of a step.
fn cells(edge: usize, luma: &[u8]) -> [[i64; CELLS]; CELLS] {
    let step = (edge / ROWS).max(1);
    let bound = |index: usize| index * edge / CELLS;
    let mut cells = [[0; CELLS]; CELLS];
    for (down, row) in cells.iter_mut().enumerate() {
        let mut sums = [0_u32; CELLS];
        let mut rows = 0;
        let wanted = luma
            .chunks_exact(edge)
            .take(bound(down + 1))
            .skip(bound(down));
        for line in wanted.step_by(step) {
            rows += 1;
            for (right, sum) in sums.iter_mut().enumerate() {
                let samples = line.get(bound(right)..bound(right + 1)).unwrap_or_default();
                *sum += samples.iter().map(|&sample| u32::from(sample)).sum::<u32>();
            }
        }
        for (right, (cell, sum)) in row.iter_mut().zip(sums).enumerate() {
            let count = rows * (bound(right + 1) - bound(right)) as i64;
            *cell = 16 * i64::from(sum) / count.max(1);
        }
    }
    cells
}

/// The mean of a quarter of the cells, in whole steps.
fn quarter_of(cells: &[[i64; CELLS]; CELLS], down: usize, right: usize) -> u8 {
    let half = CELLS / 2;
    let rows = cells.iter().skip(down * half).take(half);
    let sum: i64 = rows
        .flat_map(|row| row.iter().skip(right * half).take(half))
        .sum();
    (sum / (16 * (half * half) as i64)) as u8
}

/// The mean of a quarter of a plane, read in few rows; the middle if there is no plane.
fn quarter(edge: usize, plane: &[u8], down: usize, right: usize) -> u8 {
    let half = edge / 2;
    let step = (edge / CELLS).max(1);
    let rows = plane.chunks_exact(edge).skip(down * half).take(half);
    let (mut sum, mut count) = (0_u64, 0_u64);
    for line in rows.step_by(step) {
        let samples = line
            .get(right * half..(right + 1) * half)
            .unwrap_or_default();
        sum += samples.iter().map(|&sample| u64::from(sample)).sum::<u64>();
        count += samples.len() as u64;
    }
    match count {
        0 => 128,
        count => (sum / count) as u8,
    }
}

/// 8192 cos(pi angle / 64).
const fn cosine(angle: usize) -> i64 {
    match angle % 128 {
        angle @ 0..=32 => COSINES[angle],
        angle @ 33..=64 => -COSINES[64 - angle],
        angle @ 65..=96 => -COSINES[angle - 64],
        angle => COSINES[128 - angle],
    }
}

/// The waves of the lowest frequencies, at the middle of each cell.
const WAVES: [[i64; CELLS]; LOWEST] = {
    let mut waves = [[0; CELLS]; LOWEST];
    let mut at = 0;
    while at < LOWEST * CELLS {
        let (frequency, cell) = (at / CELLS, at % CELLS);
        waves[frequency][cell] = cosine(frequency * (2 * cell + 1));
        at += 1;
    }
    waves
};

/// One bit for each low frequency except the mean; `None` if there is next to no energy in them.
fn bits(cells: &[[i64; CELLS]; CELLS]) -> Option<u64> {
    let transform = |samples: &[i64; CELLS], wave: &[i64; CELLS]| -> i64 {
        let products = samples.iter().zip(wave).map(|(sample, wave)| sample * wave);
        products.sum()
    };
    let mut columns = [[0; CELLS]; LOWEST];
    for (column, wave) in columns.iter_mut().zip(&WAVES) {
        for (sum, row) in column.iter_mut().zip(cells) {
            *sum = transform(row, wave);
        }
    }
    // Back to 16ths of a step, so that squares do not overflow.
    let all = WAVES.iter().enumerate().flat_map(|(down, wave)| {
        let rows = columns.iter().enumerate();
        rows.map(move |(right, column)| (down + right, transform(column, wave) >> 26))
    });
    let all: Vec<i64> = all.filter(|(order, _)| *order > 0).map(|it| it.1).collect();
    if all.iter().map(|it| it * it).sum::<i64>() < MIN_ENERGY {
        return None;
    }
    let mut sorted = all.clone();
    sorted.sort_unstable();
    let median = *sorted.get(sorted.len() / 2)?;
    let bits = all.iter().map(|it| u64::from(*it > median));
    Some(bits.fold(0, |bits, bit| bits << 1 | bit))
}
