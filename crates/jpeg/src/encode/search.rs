//! The search for the highest level that fits: few trials, always bracketed, never beyond eight.

use super::coefficients::Coefficients;
use super::frame::Frame;
use super::probe::Probe;
use super::quantizer::Level;
use super::sampling::Effort;
use super::trial::{Bench, Point};

/// Trials of one search, at most.
pub(crate) const MAX_TRIALS: u32 = 8;

/// Share of the cap a trial aims at, in thousandths: leaves room for stuffed bytes and the model's error.
const AIM: f32 = 0.9955;

/// Trials after which the size model is trusted no longer.
const HALVING_FROM: u32 = 5;

/// Highest price of bits inside one level, against the usual.
const MAX_THRIFT: f32 = 3.0;

/// What a search is to find.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) max_bytes: usize,
    pub(crate) floor: Level,
    pub(crate) ceiling: Level,
    pub(crate) effort: Effort,
    pub(crate) progressive: bool,
}

/// What it found.
#[derive(Debug)]
pub(crate) struct Found {
    /// Level of the file in the output buffer, if any fitted.
    pub(crate) level: Option<Level>,
    /// Bytes of the smallest file tried.
    pub(crate) smallest: usize,
    pub(crate) trials: u32,
    /// Whether the file is progressive.
    pub(crate) progressive: bool,
}

/// One end of the bracket: a level, its bytes, and those against the probe's.
#[derive(Debug, Clone, Copy)]
struct End {
    level: Level,
    bytes: usize,
    ratio: f32,
}

/// A running search over one picture.
struct Search<'a> {
    source: &'a Coefficients,
    frame: Frame,
    target: Target,
    probe: Probe,
    /// Actual bytes against the probe's, as last seen.
    last_ratio: f32,
    /// Highest level that fitted and its bytes.
    fits: Option<End>,
    /// Lowest level that did not.
    bursts: Option<End>,
    /// Price of bits of the last trial, against the usual.
    thrift: f32,
    found: Found,
    spare: Vec<u8>,
}

/// Leaves the best file that fits in `out`.
pub(crate) fn search(
    bench: &mut Bench,
    source: &Coefficients,
    frame: Frame,
    target: Target,
    out: &mut Vec<u8>,
) -> Found {
    bench.reset();
    let found = Found {
        level: None,
        smallest: usize::MAX,
        trials: 0,
        progressive: false,
    };
    let probe = Probe::of(source, frame);
    let mut search = Search {
        source,
        frame,
        target,
        probe,
        last_ratio: 1.0,
        fits: None,
        bursts: None,
        thrift: 1.0,
        found,
        spare: Vec::new(),
    };
    search.run(bench, out);
    search.found
}

impl Search<'_> {
    fn run(&mut self, bench: &mut Bench, out: &mut Vec<u8>) {
        while self.found.trials < MAX_TRIALS && !self.settled() {
            let Some(point) = self.next() else { break };
            self.attempt(bench, point, out);
        }
    }

    /// Whether another trial is not worth its time.
    fn settled(&self) -> bool {
        let Some(End { level, bytes, .. }) = self.fits else {
            return self
                .bursts
                .is_some_and(|end| end.level <= self.target.floor);
        };
        if level >= self.target.ceiling {
            return true;
        }
        let share = bytes as f32 / self.target.max_bytes as f32;
        let patience = match self.target.effort {
            Effort::Best => [0.998, 0.998, 0.998, 0.997, 0.996, 0.995, 0.99, 0.98],
            _ => [0.99, 0.99, 0.985, 0.98, 0.97, 0.97, 0.95, 0.9],
        };
        share >= patience[(self.found.trials as usize).min(7)]
    }

    /// Where to try next, strictly inside the bracket.
    fn next(&self) -> Option<Point> {
        let (floor, ceiling) = (self.target.floor.0, self.target.ceiling.0);
        let low = self.fits.map_or(floor, |end| end.level.0 + 1);
        let high = self
            .bursts
            .map_or(ceiling, |end| end.level.0.saturating_sub(1));
        if low > high {
            return self.thriftier();
        }
        let last_chance = self.fits.is_none() && self.found.trials + 1 == MAX_TRIALS;
        let level = if last_chance {
            low
        } else {
            self.predicted(low, high)
        };
        Some(Point {
            level: Level(level),
            thrift: 1.0,
        })
    }

    /// Between two neighbouring levels: the upper one with bits dearer than usual.
    fn thriftier(&self) -> Option<Point> {
        let End { level, bytes, .. } = self.bursts?;
        let done = self.fits.is_none_or(|fits| fits.level == level);
        if self.target.effort == Effort::Fast || done {
            return None;
        }
        // Bytes fall with about the fourth root of the price of bits.
        let over = bytes as f32 / (self.target.max_bytes as f32 * AIM);
        let thrift = self.thrift * over * over * over * over;
        (thrift <= MAX_THRIFT).then_some(Point { level, thrift })
    }

    /// The highest level within `low..=high` whose predicted size meets the aim.
    fn predicted(&self, low: u16, high: u16) -> u16 {
        if self.found.trials >= HALVING_FROM && self.fits.is_some() && self.bursts.is_some() {
            // The model has failed on this picture: halve the bracket.
            return low.midpoint(high);
        }
        let aim = self.target.max_bytes as f32 * AIM;
        highest(low, high, |level| {
            self.probe.bytes(level) * self.ratio(level) <= aim
        })
    }

    /// Actual bytes against the probe's at a level: between the two ends of the bracket where
    /// there are two, as last seen otherwise.
    fn ratio(&self, level: Level) -> f32 {
        let (Some(low), Some(high)) = (self.fits, self.bursts) else {
            return self.last_ratio;
        };
        let span = f32::from(high.level.0 - low.level.0).max(1.0);
        let share = f32::from(level.0.saturating_sub(low.level.0)) / span;
        low.ratio + (high.ratio - low.ratio) * share
    }

    fn attempt(&mut self, bench: &mut Bench, point: Point, out: &mut Vec<u8>) {
        let trial = bench.run(
            self.source,
            self.frame,
            point,
            self.target.effort,
            self.target.progressive,
        );
        self.found.trials += 1;
        let mut bytes = trial.size();
        if bytes <= self.target.max_bytes {
            self.spare.clear();
            bytes += bench.write(&trial, &mut self.spare);
            debug_assert_eq!(bytes, self.spare.len());
        }
        self.found.smallest = self.found.smallest.min(bytes);
        self.last_ratio = bytes as f32 / self.probe.bytes(point.level);
        self.thrift = point.thrift;
        let end = End {
            level: point.level,
            bytes,
            ratio: self.last_ratio,
        };
        if bytes > self.target.max_bytes {
            self.bursts = Some(end);
            return;
        }
        // After more thrift than was needed, the file before is the better one.
        if self.fits.is_none_or(|before| before.bytes < bytes) {
            self.found.level = Some(point.level);
            self.found.progressive = trial.is_progressive();
            std::mem::swap(out, &mut self.spare);
        }
        self.fits = Some(end);
    }
}

/// The level that a target will end at, by the size model alone.
pub(crate) fn predict(source: &Coefficients, frame: Frame, target: Target) -> Level {
    let probe = Probe::of(source, frame);
    let aim = target.max_bytes as f32 * AIM;
    Level(highest(target.floor.0, target.ceiling.0, |level| {
        probe.bytes(level) <= aim
    }))
}

/// The highest level within `low..=high` that fits, or `low`.
fn highest(mut low: u16, mut high: u16, fits: impl Fn(Level) -> bool) -> u16 {
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(Level(middle)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}
