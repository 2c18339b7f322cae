//! The search for the highest level that fits: few trials, always bracketed, never beyond eight.

use super::coefficients::Coefficients;
use super::frame::Frame;
use super::quantizer::Level;
use super::sampling::Effort;
use super::size_model::SizeModel;
use super::trial::{Point, Workspace};

/// Trials of one picture, at most.
pub(crate) const MAX_TRIALS: u32 = 8;

/// Share of the cap a trial aims at: leaves room for stuffed bytes and the model's error.
const AIM: f32 = 0.9935;

/// The same where several trials are worth their time.
const BEST_AIM: f32 = 0.9985;

/// By how much actual bytes grow faster than the model's, as seen over photographs.
const DRIFT: f32 = 0.1;

/// Trials after which the size model is trusted no longer.
const HALVING_FROM: u32 = 5;

/// Prices of bits inside one level, against the usual.
const MIN_LAMBDA_SCALE: f32 = 0.7;
const MAX_LAMBDA_SCALE: f32 = 3.0;

/// How far from the aim the price of bits alone is changed for the next trial.
const NEAR: f32 = 0.03;

/// What a correction for too many bytes is enlarged by for every trial so far.
const OVERSHOOT: f32 = 0.001;

/// Share of the aim that is safe to fit.
const SAFE: f32 = 0.9;

/// What a search is to find.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) max_bytes: usize,
    pub(crate) floor: Level,
    pub(crate) ceiling: Level,
    pub(crate) effort: Effort,
    pub(crate) progressive: bool,
    /// Most trials, 1 to [`MAX_TRIALS`].
    pub(crate) trials: u32,
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

/// One end of the bracket: a level, and its bytes against the model's.
#[derive(Debug, Clone, Copy)]
struct End {
    level: Level,
    ratio: f32,
}

/// A running search over one picture.
struct Search<'a> {
    source: &'a Coefficients,
    frame: Frame,
    target: Target,
    model: SizeModel,
    /// Actual bytes against the model's as last seen, and the model's bytes there.
    last: Option<(f32, f32)>,
    /// Highest level that fitted.
    fits: Option<End>,
    /// Lowest level that did not.
    exceeds: Option<End>,
    /// The last trial and its bytes.
    tried: Option<(Point, usize)>,
    /// The last trials of that level that fitted and did not: price of bits, and bytes.
    around: [Option<(f32, f32)>; 2],
    found: Found,
    /// Bytes of the file in the output buffer.
    kept: usize,
    spare: Vec<u8>,
}

/// Leaves the best file that fits in `out`.
pub(crate) fn search(
    workspace: &mut Workspace,
    source: &Coefficients,
    frame: Frame,
    target: Target,
    out: &mut Vec<u8>,
) -> Found {
    workspace.reset();
    let found = Found {
        level: None,
        smallest: usize::MAX,
        trials: 0,
        progressive: false,
    };
    let model = SizeModel::of(source, frame);
    let mut search = Search {
        source,
        frame,
        target,
        model,
        last: None,
        fits: None,
        exceeds: None,
        tried: None,
        around: [None; 2],
        found,
        kept: 0,
        spare: Vec::new(),
    };
    search.run(workspace, out);
    search.found
}

impl Search<'_> {
    fn run(&mut self, workspace: &mut Workspace, out: &mut Vec<u8>) {
        self.foresee(workspace);
        while self.found.trials < self.target.trials && !self.settled() {
            let Some(point) = self.next() else { break };
            self.attempt(workspace, point, out);
        }
    }

    /// Corrects the size model about where the first trial is to be.
    fn foresee(&mut self, workspace: &mut Workspace) {
        if self.target.effort == Effort::Fast {
            return;
        }
        let level = Level(self.predicted(self.target.floor.0, self.target.ceiling.0, 1.0));
        let bytes = workspace.foresee(self.source, self.frame, level);
        self.learn(level, bytes);
    }

    /// Whether another trial is not worth its time.
    fn settled(&self) -> bool {
        let Some(level) = self.found.level else {
            let at_floor = |end: End| end.level <= self.target.floor;
            return self.exceeds.is_some_and(at_floor) && self.tuned().is_none();
        };
        if level >= self.target.ceiling {
            return true;
        }
        let share = self.kept as f32 / self.target.max_bytes as f32;
        let patience = match self.target.effort {
            Effort::Best => [0.997, 0.997, 0.997, 0.996, 0.995, 0.99, 0.985, 0.98],
            _ => [0.985, 0.985, 0.985, 0.98, 0.97, 0.97, 0.95, 0.9],
        };
        share >= patience[(self.found.trials as usize).min(7)]
    }

    /// Where to try next: near what was tried last if that was close, else strictly inside the bracket.
    fn next(&self) -> Option<Point> {
        let (floor, ceiling) = (self.target.floor.0, self.target.ceiling.0);
        let low = self.fits.map_or(floor, |end| end.level.0 + 1);
        let high = self
            .exceeds
            .map_or(ceiling, |end| end.level.0.saturating_sub(1));
        let at = |level| {
            let (level, lambda_scale) = (Level(level), 1.0);
            Some(Point {
                level,
                lambda_scale,
            })
        };
        // If nothing has fitted yet the last trial is the floor's, and the one before goes well below the cap.
        let left = self.target.trials - self.found.trials;
        if self.fits.is_none() && left <= 2 && low <= high {
            return at(if left == 1 {
                low
            } else {
                self.predicted(low, high, SAFE)
            });
        }
        match self.tuned() {
            Some(point) => Some(point),
            None if low > high => self.with_more_lambda(),
            None => at(self.predicted(low, high, 1.0)),
        }
    }

    /// The level tried last with bits a little dearer or cheaper, where that is enough: sizes are
    /// smoother along the price of bits than along levels.
    fn tuned(&self) -> Option<Point> {
        let (_, over) = self.missed()?;
        self.repriced().filter(|_| (over - 1.0).abs() < NEAR)
    }

    /// The level tried last with bits dearer, if they were too many.
    fn with_more_lambda(&self) -> Option<Point> {
        let (_, over) = self.missed()?;
        self.repriced().filter(|_| over > 1.0)
    }

    /// Bytes that a trial is to take.
    fn aim(&self) -> f32 {
        let share = match self.target.effort {
            Effort::Best => BEST_AIM,
            _ => AIM,
        };
        self.target.max_bytes as f32 * share
    }

    /// The last trial, and its bytes against the aim.
    fn missed(&self) -> Option<(Point, f32)> {
        let (point, bytes) = self.tried?;
        Some((point, bytes as f32 / self.aim()))
    }

    /// The level tried last at the price of bits that should meet the aim: between two that miss it
    /// on either side, else by how bytes fall with a root of it.
    fn repriced(&self) -> Option<Point> {
        let (
            Point {
                level,
                lambda_scale,
            },
            over,
        ) = self.missed()?;
        let lambda_scale = if let [Some((dear, few)), Some((cheap, many))] = self.around {
            let aim = self.aim();
            cheap + (dear - cheap) * ((many - aim) / (many - few)).clamp(0.1, 0.9)
        } else {
            // Codes change with what they code: where that undoes a step, the next is larger.
            let again = if over > 1.0 {
                self.found.trials as f32
            } else {
                0.0
            };
            lambda_scale * power(over + again * OVERSHOOT, level)
        };
        let able = self.target.effort != Effort::Fast
            && (MIN_LAMBDA_SCALE..=MAX_LAMBDA_SCALE).contains(&lambda_scale);
        able.then_some(Point {
            level,
            lambda_scale,
        })
    }

    /// The highest level within `low..=high` whose predicted size meets a share of the aim.
    fn predicted(&self, low: u16, high: u16, share: f32) -> u16 {
        if self.found.trials >= HALVING_FROM && self.fits.is_some() && self.exceeds.is_some() {
            // The model has failed on this picture: halve the bracket.
            return low.midpoint(high);
        }
        let aim = self.aim() * share;
        highest(low, high, |level| {
            let probed = self.model.bytes(level);
            probed * self.ratio(level, probed) <= aim
        })
    }

    /// Actual bytes against the model's at a level: between the two ends of the bracket where
    /// there are two, else as last seen and a little more where the file is larger.
    fn ratio(&self, level: Level, probed: f32) -> f32 {
        let (Some(low), Some(high)) = (self.fits, self.exceeds) else {
            return self.last.map_or(1.0, |(ratio, at)| {
                ratio * (1.0 + DRIFT * (probed / at - 1.0))
            });
        };
        let span = f32::from(high.level.0 - low.level.0).max(1.0);
        let share = f32::from(level.0.saturating_sub(low.level.0)) / span;
        low.ratio + (high.ratio - low.ratio) * share
    }

    fn learn(&mut self, level: Level, bytes: f32) -> f32 {
        let probed = self.model.bytes(level);
        let ratio = bytes / probed;
        self.last = Some((ratio, probed));
        ratio
    }

    fn attempt(&mut self, workspace: &mut Workspace, point: Point, out: &mut Vec<u8>) {
        let trial = workspace.run(
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
            bytes += workspace.write(&trial, &mut self.spare);
            assert_eq!(bytes, self.spare.len(), "a trial knows its file's size");
        }
        self.found.smallest = self.found.smallest.min(bytes);
        let ratio = self.learn(point.level, bytes as f32);
        if self
            .tried
            .is_some_and(|(before, _)| before.level != point.level)
        {
            self.around = [None; 2];
        }
        let side = usize::from(bytes > self.target.max_bytes);
        self.around[side] = Some((point.lambda_scale, bytes as f32));
        self.tried = Some((point, bytes));
        let level = point.level;
        let end = End { level, ratio };
        if bytes > self.target.max_bytes {
            self.exceeds = Some(end);
            return;
        }
        // After a larger lambda than was needed, the file before is the better one.
        if self.found.level.is_none() || bytes > self.kept {
            self.kept = bytes;
            self.found.level = Some(point.level);
            self.found.progressive = trial.is_progressive();
            std::mem::swap(out, &mut self.spare);
        }
        self.fits = Some(end);
    }
}

/// The price of bits that makes up for so many bytes too many: the finer the steps, the fewer levels
/// are in doubt and the more it takes.
fn power(over: f32, level: Level) -> f32 {
    let squared = over * over;
    match level.quality() {
        ..25 => squared * over,
        25..60 => squared * squared * over,
        60.. => squared * squared * squared * squared,
    }
}

/// The level that a target will end at, by the size model alone.
pub(crate) fn predict(source: &Coefficients, frame: Frame, target: Target) -> Level {
    let model = SizeModel::of(source, frame);
    let aim = target.max_bytes as f32 * AIM;
    Level(highest(target.floor.0, target.ceiling.0, |level| {
        model.bytes(level) <= aim
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
