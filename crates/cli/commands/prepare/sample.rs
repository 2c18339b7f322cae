//! What a run will cost, told from a few of its pictures that are prepared in memory.

use std::path::Path;
use std::time::{Duration, Instant};

use avatar_prepare::{Inspection, Source};

use crate::args::Options;
use crate::report::record::Prediction;

/// How many pictures are tried.
const SAMPLE: usize = 12;

/// Pictures that a run would make.
#[derive(Default)]
pub(crate) struct Planned {
    pictures: Vec<(Source, Load)>,
}

/// What a picture's cost follows: time its pixels, bytes the result's.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    source: f64,
    result: f64,
}

impl Planned {
    pub(crate) fn add(&mut self, source: &Path, inspection: &Inspection) {
        let Inspection { probe, plan, .. } = inspection;
        let load = Load {
            source: f64::from(probe.width()) * f64::from(probe.height()),
            result: f64::from(plan.edge()).powi(2),
        };
        self.pictures.push((Source::Path(source.into()), load));
    }

    /// Prepares pictures at even distances and scales what they cost to all; none if there are
    /// none, or all of the tried ones fail.
    pub(crate) fn predict(&self, options: &Options) -> Option<Prediction> {
        let mut preparer = options.preparer();
        let step = self.pictures.len().div_ceil(SAMPLE).max(1);
        let (mut tried, mut bytes, mut time) = (Load::default(), 0.0, 0.0);
        for (source, load) in self.pictures.iter().step_by(step) {
            let start = Instant::now();
            if let Ok(avatar) = preparer.prepare_source(source) {
                bytes += avatar.bytes().len() as f64;
                time += start.elapsed().as_secs_f64();
                tried.add(*load);
            }
        }
        if tried.source == 0.0 {
            return None;
        }
        let mut all = Load::default();
        self.pictures.iter().for_each(|(_, load)| all.add(*load));
        let jobs = options.jobs.get().min(self.pictures.len()).max(1) as f64;
        Some(Prediction {
            bytes: (bytes * all.result / tried.result).round() as u64,
            time: Duration::from_secs_f64(time * all.source / tried.source / jobs),
        })
    }
}

impl Load {
    fn add(&mut self, other: Self) {
        self.source += other.source;
        self.result += other.result;
    }
}
