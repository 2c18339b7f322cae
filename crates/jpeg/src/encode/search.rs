//! Searches for the highest level that fits, in few trials, at most eight. The trials always narrow
//! a bracket.

use super::coefficients::Coefficients;
use super::frame::Frame;
use super::quantizer::Level;
use super::sampling::Effort;
use super::size_model::SizeModel;
use super::trial::{Point, Workspace};

/// Most trials of one picture.
pub(crate) const MAX_TRIALS: u32 = 8;

/// Share of the cap that a trial aims at; the rest is for stuffed bytes and the error of the model.
const AIM: f32 = 0.9935;

/// The same for the effort `Best`, which makes more trials.
const BEST_AIM: f32 = 0.9985;

/// How much faster actual sizes grow than those of the model, as measured on photographs.
const DRIFT: f32 = 0.1;

/// Number of trials after which the size model is not used any more.
const HALVING_FROM: u32 = 5;

/// Range of the factor on the cost of bits inside one level.
const MIN_LAMBDA_SCALE: f32 = 0.7;
const MAX_LAMBDA_SCALE: f32 = 3.0;

/// If a trial is this close to the aim, only the cost of bits is changed for the next one.
const NEAR: f32 = 0.03;

/// By how much a correction for too many bytes is enlarged for every trial so far.
const OVERSHOOT: f32 = 0.001;

/// A prediction of this share of the aim is safe to fit.
const SAFE: f32 = 0.9;

/// What a search has to find.
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

/// The result of a search.
#[derive(Debug)]
pub(crate) struct SearchResult {
    /// Level of the file in the output buffer, if any fitted.
    pub(crate) level: Option<Level>,
    /// Bytes of the smallest file tried.
    pub(crate) smallest: usize,
    pub(crate) trials: u32,
    /// Whether the file is progressive.
    pub(crate) progressive: bool,
}

/// One end of the bracket: a level, and the ratio of its actual bytes to the model's.
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
    /// The last ratio of actual bytes to the model's, and the model's bytes there.
    last: Option<(f32, f32)>,
    /// Highest level that fitted.
    fits: Option<End>,
    /// Lowest level that did not.
    exceeds: Option<End>,
    /// The last trial and its bytes.
    tried: Option<(Point, usize)>,
    /// The last trials at that level that fitted and that did not: factor on the cost of bits, and
    /// bytes.
    around: [Option<(f32, f32)>; 2],
    found: SearchResult,
    /// Bytes of the file in the output buffer.
    kept: usize,
    spare: Vec<u8>,
}

/// Searches, and leaves the best file that fits in `out`.
pub(crate) fn search(
    workspace: &mut Workspace,
    source: &Coefficients,
    frame: Frame,
    target: Target,
    out: &mut Vec<u8>,
) -> SearchResult {
    workspace.reset();
    let found = SearchResult {
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

    /// Corrects the size model near the level of the first trial. Where there is only one level, nothing has to be
    /// predicted, and the first trial finds code lengths to start with on its own, in a sixth of the time.
    fn foresee(&mut self, workspace: &mut Workspace) {
        if self.target.effort == Effort::Fast || self.target.floor == self.target.ceiling {
            return;
        }
        let level = Level(self.predicted(self.target.floor.0, self.target.ceiling.0, 1.0));
        let bytes = workspace.foresee(self.source, self.frame, level);
        self.learn(level, bytes);
    }

    /// Whether another trial would not be worth its time.
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

    /// The next point to try: near the last one if that was close, otherwise strictly inside the
    /// bracket.
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
        // If nothing has fitted yet, the last trial is at the floor, and the one before aims well
        // below the cap.
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

    /// The last level with a slightly higher or lower cost of bits, if that is enough: sizes change
    /// more smoothly with the cost of bits than with the level.
    fn tuned(&self) -> Option<Point> {
        let (_, over) = self.missed()?;
        self.repriced().filter(|_| (over - 1.0).abs() < NEAR)
    }

    /// The last level with a higher cost of bits, if its file was too large.
    fn with_more_lambda(&self) -> Option<Point> {
        let (_, over) = self.missed()?;
        self.repriced().filter(|_| over > 1.0)
    }

    /// Bytes that a trial aims at.
    fn aim(&self) -> f32 {
        let share = match self.target.effort {
            Effort::Best => BEST_AIM,
            _ => AIM,
        };
        self.target.max_bytes as f32 * share
    }

    /// The last trial, and the ratio of its bytes to the aim.
    fn missed(&self) -> Option<(Point, f32)> {
        let (point, bytes) = self.tried?;
        Some((point, bytes as f32 / self.aim()))
    }

    /// The last level at the cost of bits that should meet the aim: interpolated between two trials
    /// that miss it on either side, otherwise estimated from how bytes fall with a root of the
    /// cost.
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
            // Huffman codes adapt to what they encode, which can undo a step: then make the next
            // one larger.
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

    /// The highest level within `low..=high` whose predicted size is within this share of the aim.
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

    /// Expected ratio of actual bytes to the model's at a level: interpolated between the ends of
    /// the bracket if there are two, otherwise the last one, and a little more for larger files.
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
        // If lambda was larger than necessary, the file before is the better one.
        if self.found.level.is_none() || bytes > self.kept {
            self.kept = bytes;
            self.found.level = Some(point.level);
            self.found.progressive = trial.is_progressive();
            std::mem::swap(out, &mut self.spare);
        }
        self.fits = Some(end);
    }
}

/// The factor on the cost of bits that compensates for this excess of bytes: the finer the
/// quantisation steps, the less it saves, and the larger it must be.
fn power(over: f32, level: Level) -> f32 {
    let squared = over * over;
    match level.quality() {
        ..25 => squared * over,
        25..60 => squared * squared * over,
        60.. => squared * squared * squared * squared,
    }
}

/// The level at which a search for this target will probably end, by the size model alone.
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
