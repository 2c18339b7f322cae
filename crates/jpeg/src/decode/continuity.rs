//! Finds where a multiple of eight restart intervals is missing. Their numbers repeat after eight,
//! so only the picture shows it: the rows on both sides of the gap do not fit together, and beyond
//! it the edges of the picture are at another place in the rows.

/// The DC coefficients of a scan's first component, as far as intervals are found.
#[derive(Debug)]
pub(crate) struct DcValues {
    /// MCU by MCU in the order of the file, and row by row within an MCU.
    pub(crate) values: Vec<i16>,
    /// Blocks across and down in an MCU.
    pub(crate) blocks: (u32, u32),
}

/// What is known of a scan in which intervals are missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap {
    /// MCUs in a row.
    pub(crate) wide: usize,
    /// MCUs in a restart interval.
    pub(crate) interval: usize,
    /// MCUs that are missing.
    pub(crate) missing: usize,
    /// Whether the last interval of the scan is there, so that the gap is not at the end.
    pub(crate) has_end: bool,
}

/// Where intervals are missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Intervals before the gap.
    pub(crate) before: u32,
    /// MCUs that are missing.
    pub(crate) mcus: u32,
}

/// How much rougher than the mean the rows beside a gap have to be, so that the gap is not taken to
/// be at the end. 8 and 16 rows of MCUs were taken out of 25 photographs and 70 portraits at random
/// places: with 4:2:0, the gap was placed in 89 % and 92 % of them, and 97 % of these places were
/// right; with 4:4:4 in 93 % and 96 %, of which 81 % and 91 % were right. Where nothing but the end
/// was missing, a gap was seen in 11 to 13 % with 4:2:0, and in two thirds with 4:4:4.
const ROUGH: f32 = 0.6;

/// The share of the mean difference between rows that counts as noise of each of them.
const NOISE: f32 = 0.25;

/// How many of the found intervals are before the gap; `None` if all of them are, most likely.
pub(crate) fn intervals_before_gap(dc: &DcValues, gap: &Gap) -> Option<u32> {
    let rows = Rows::new(dc, gap)?;
    let last = rows.count.checked_sub(1)?.checked_div(gap.interval)?;
    let costs = rows.costs_kept();
    let (mut best, mut most) = (
        None,
        if gap.has_end {
            f32::MIN
        } else {
            ROUGH * rows.wide as f32
        },
    );
    for number in 0..=last {
        let gain = costs.gain(number * gap.interval, gap, rows.count);
        if gain > most {
            (best, most) = (u32::try_from(number).ok(), gain);
        }
    }
    best
}

/// The rows of MCUs as if nothing were missing.
struct Rows<'d> {
    dc: &'d [i16],
    wide: usize,
    /// Blocks across and down in an MCU.
    across: usize,
    down: usize,
    /// Whole MCUs that are found.
    count: usize,
    missing: usize,
    noise: f32,
}

impl<'d> Rows<'d> {
    fn new(dc: &'d DcValues, gap: &Gap) -> Option<Self> {
        let (across, down) = (dc.blocks.0 as usize, dc.blocks.1 as usize);
        let count = dc.values.len().checked_div(across * down)?;
        if gap.wide == 0 || count <= gap.wide {
            return None;
        }
        let mut rows = Self {
            dc: &dc.values,
            wide: gap.wide,
            across,
            down,
            count,
            missing: gap.missing,
            noise: 0.0,
        };
        let mcus = (gap.wide..count).map(|mcu| rows.step(mcu - gap.wide, mcu));
        rows.noise = NOISE * mcus.sum::<f32>() / (count - gap.wide) as f32 + 1e-6;
        Some(rows)
    }

    fn at(&self, mcu: usize, column: usize, row: usize) -> f32 {
        let index = (mcu * self.down + row) * self.across + column;
        self.dc.get(index).copied().map_or(0.0, f32::from)
    }

    /// Mean difference between the last row of the upper MCU and the first of the lower one.
    fn step(&self, upper: usize, lower: usize) -> f32 {
        let columns = 0..self.across;
        let steps = columns.map(|column| {
            (self.at(lower, column, 0) - self.at(upper, column, self.down - 1)).abs()
        });
        steps.sum::<f32>() / self.across as f32
    }

    /// How badly the lower MCU continues the upper one.
    fn below(&self, upper: usize, lower: usize) -> f32 {
        let columns = 0..self.across;
        let each = columns.map(|column| {
            let before = match (self.down, upper.checked_sub(self.wide)) {
                (1, Some(mcu)) => self.at(mcu, column, 0),
                (down, _) => self.at(upper, column, down.saturating_sub(2)),
            };
            let after = match self.down {
                1 if lower + self.wide < self.count => self.at(lower + self.wide, column, 0),
                down => self.at(lower, column, 1.min(down - 1)),
            };
            let (a, b) = (
                self.at(upper, column, self.down - 1),
                self.at(lower, column, 0),
            );
            roughness([before, a, b, after], self.noise)
        });
        each.sum::<f32>() / self.across as f32
    }

    /// How badly an MCU continues the one to the left.
    fn beside(&self, left: usize, right: usize) -> f32 {
        let each = (0..self.down).map(|row| {
            let (before, after) = match self.across {
                1 => (
                    self.at(left.saturating_sub(1), 0, row),
                    self.at((right + 1).min(self.count - 1), 0, row),
                ),
                across => (self.at(left, across - 2, row), self.at(right, 1, row)),
            };
            let (a, b) = (self.at(left, self.across - 1, row), self.at(right, 0, row));
            roughness([before, a, b, after], self.noise)
        });
        each.sum::<f32>() / self.down as f32
    }

    /// Sums from which the gain of every place follows.
    fn costs_kept(&self) -> Costs {
        let wide = self.wide;
        let below: Vec<f32> = (0..self.count)
            .map(|mcu| {
                mcu.checked_sub(wide)
                    .map_or(0.0, |above| self.below(above, mcu))
            })
            .collect();
        let beside: Vec<f32> = (0..self.count)
            .map(|mcu| {
                mcu.checked_sub(1)
                    .map_or(0.0, |left| self.beside(left, mcu))
            })
            .collect();
        let mean_below = below.iter().sum::<f32>() / (self.count - wide) as f32;
        let mean_beside = beside.iter().sum::<f32>() / (self.count - 1) as f32;
        let across = |mcu: usize| {
            (mcu + self.missing)
                .checked_sub(wide)
                .filter(|above| *above < mcu)
        };
        Costs {
            wide,
            below: sums(self.count, |mcu| match mcu {
                _ if mcu < wide => 0.0,
                _ => below.get(mcu).map_or(0.0, |cost| cost - mean_below),
            }),
            across: sums(self.count, |mcu| {
                across(mcu).map_or(0.0, |above| self.below(above, mcu) - mean_below)
            }),
            beside: (beside.iter().enumerate())
                .map(|(mcu, cost)| match mcu % wide {
                    0 => 0.0,
                    _ if (mcu + self.missing).is_multiple_of(wide) => 0.0,
                    _ => cost - mean_beside,
                })
                .collect(),
            edges: sums(self.count, |mcu| {
                let cost = beside.get(mcu).map_or(0.0, |cost| cost - mean_beside);
                let is_edge = |place: usize| f32::from(u8::from(place.is_multiple_of(wide)));
                cost * (is_edge(mcu + self.missing) - is_edge(mcu))
            }),
        }
    }
}

/// Costs relative to their mean, as sums over all MCUs before an index.
struct Costs {
    wide: usize,
    /// Between an MCU and the one that is above it without a gap.
    below: Vec<f32>,
    /// Between an MCU and the one that is above it if the gap is between them.
    across: Vec<f32>,
    /// Between an MCU and its left neighbour, except at an edge of the picture; not a sum.
    beside: Vec<f32>,
    /// Between an MCU and its left neighbour: what is saved if they are at different edges of the
    /// picture behind the gap.
    edges: Vec<f32>,
}

impl Costs {
    /// What is saved if the gap is before this MCU rather than at the end.
    fn gain(&self, mcu: usize, gap: &Gap, count: usize) -> f32 {
        let between = |sums: &[f32], from: usize, to: usize| {
            let at = |index: usize| sums.get(index.min(count)).copied().unwrap_or_default();
            at(to) - at(from)
        };
        let apart = between(&self.below, mcu, mcu + self.wide);
        let joined = match self.wide.checked_sub(gap.missing) {
            Some(fewer) => between(&self.across, mcu.max(fewer), mcu + fewer),
            None => 0.0,
        };
        let at_gap = self.beside.get(mcu).copied().unwrap_or_default();
        apart - joined + at_gap + between(&self.edges, mcu, count)
    }
}

/// Sum of the costs of all MCUs before each index.
fn sums(count: usize, cost: impl Fn(usize) -> f32) -> Vec<f32> {
    let mut sum = 0.0_f64;
    let mut sums = Vec::with_capacity(count + 1);
    sums.push(0.0);
    for mcu in 0..count {
        sum += f64::from(cost(mcu));
        sums.push(sum as f32);
    }
    sums
}

/// The step between the two middle values, or the error of continuing the outer ones if that is
/// smaller, in relation to the steps beside it.
fn roughness([before, a, b, after]: [f32; 4], noise: f32) -> f32 {
    let step = (b - a).abs();
    let forward = (b - (2.0 * a - before)).abs();
    let backward = (a - (2.0 * b - after)).abs();
    step.min(forward).min(backward) / ((a - before).abs() + (after - b).abs() + noise)
}
