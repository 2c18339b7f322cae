//! Predicts what a run will cost by preparing a few of its pictures in memory.

use std::path::Path;
use std::time::{Duration, Instant};

use avatar_prepare::{Inspection, Settings, Source};

use crate::args::Options;
use crate::report::summary::Prediction;

/// Number of pictures in the sample.
const SAMPLE: usize = 12;

/// The pictures that a run would make.
#[derive(Default)]
pub(super) struct Planned {
    pictures: Vec<(Source, Settings, Load)>,
}

/// What the cost of a picture is proportional to: time to the pixels of the source, bytes to those
/// of the result.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    source: f64,
    result: f64,
}

impl Planned {
    pub(super) fn add(&mut self, source: &Path, inspection: &Inspection, settings: &Settings) {
        let Inspection { probe, plan, .. } = inspection;
        let load = Load {
            source: f64::from(probe.width()) * f64::from(probe.height()),
            result: f64::from(plan.edge()).powi(2),
        };
        let source = Source::Path(source.into());
        self.pictures.push((source, settings.clone(), load));
    }

    /// Prepares a sample, spread evenly over the pictures, and scales its cost to all of them;
    /// `None` if there are no pictures or the whole sample fails.
    pub(super) fn predict(&self, options: &Options) -> Option<Prediction> {
        let mut preparer = options.preparer();
        let step = self.pictures.len().div_ceil(SAMPLE).max(1);
        let (mut tried, mut bytes, mut time) = (Load::default(), 0.0, 0.0);
        for (source, settings, load) in self.pictures.iter().step_by(step) {
            preparer.set_settings(settings.clone());
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
        self.pictures.iter().for_each(|(_, _, load)| all.add(*load));
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
