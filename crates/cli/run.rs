//! One run: find, name, prepare, publish, report.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use avatar_prepare::{Batch, Budget};

use crate::made::Made;
use crate::options::Options;
use crate::outputs::{self, Naming, Picture, Target, Task};
use crate::record::FileRecord;
use crate::report::Report;
use crate::state::{self, Keeper, State};
use crate::usage::UsageError;
use crate::watch::{self, QUIET};
use crate::work::{Item, Pass};
use crate::{console, dry_run, inputs, interrupt, stream, sweep};

/// Prepares `inputs` into `output`.
pub(crate) fn run(
    options: &Options,
    inputs: &[PathBuf],
    output: &Path,
) -> Result<Made, UsageError> {
    quiet_workers();
    if output == Path::new("-") || inputs.iter().any(|input| input == Path::new("-")) {
        return stream::run(options, inputs, output);
    }
    let mut run = Run {
        options,
        inputs,
        target: outputs::target(inputs, output)?,
        state: None,
        broken: HashMap::new(),
        gone: Vec::new(),
    };
    if options.watch {
        return watch::run(&mut run, inputs, output);
    }
    run.pass()
}

/// What all passes over the inputs have in common; there is one pass unless they are watched.
pub(crate) struct Run<'a> {
    options: &'a Options,
    inputs: &'a [PathBuf],
    target: Target,
    /// Taken before the first work, and kept to the end.
    state: Option<State>,
    /// Sources that no pass can make anything of until they change, as they were then.
    broken: HashMap<PathBuf, Look>,
    /// Inputs that vanished.
    gone: Vec<PathBuf>,
}

/// Size and time of the last change.
type Look = (u64, Option<SystemTime>);

fn look(source: &Path) -> Option<Look> {
    let found = fs::metadata(source).ok()?;
    Some((found.len(), found.modified().ok()))
}

impl Run<'_> {
    /// Prepares everything that is there.
    pub(crate) fn pass(&mut self) -> Result<Made, UsageError> {
        let tasks = self.tasks(self.inputs)?;
        self.open_state(&tasks)?;
        let report = Report::new(self.options, self.inputs, tasks.len() as u64)?;
        self.work(tasks, report)
    }

    /// Prepares what is new; returns also whether something is still being written.
    pub(crate) fn next_pass(&mut self) -> Result<(Made, bool), UsageError> {
        let present = self.present();
        let mut tasks = self.tasks(&present)?;
        let all = tasks.len();
        tasks.retain(|task| !matches!(task, Task::Prepare(picture) if is_unsettled(picture)));
        let unsettled = tasks.len() < all;
        tasks.retain(|task| !matches!(task, Task::Prepare(picture) if self.is_broken(picture)));
        self.open_state(&tasks)?;
        let report = Report::new(self.options, self.inputs, tasks.len() as u64)?.news_only();
        Ok((self.work(tasks, report)?, unsettled))
    }

    fn out(&self) -> Option<&Path> {
        match &self.target {
            Target::Folder(folder) => Some(folder),
            Target::File(_) => None,
        }
    }

    /// The inputs that are there, with a warning of each that is not any more.
    fn present(&mut self) -> Vec<PathBuf> {
        let is_there = |input: &PathBuf| fs::metadata(input).is_ok();
        let (present, gone): (Vec<_>, Vec<_>) = self.inputs.iter().cloned().partition(is_there);
        for input in gone.iter().filter(|input| !self.gone.contains(input)) {
            console::print_warning(&format!(
                "{} is not there any more; if it comes again, start again to see what is in it",
                input.display()
            ));
        }
        self.gone = gone;
        present
    }

    /// Whether it failed as it is, for a reason of its own.
    fn is_broken(&self, picture: &Picture) -> bool {
        let then = self.broken.get(&picture.source);
        then.is_some_and(|then| look(&picture.source).is_some_and(|now| now == *then))
    }

    fn tasks(&self, inputs: &[PathBuf]) -> Result<Vec<Task>, UsageError> {
        let out = self.out().unwrap_or(Path::new(""));
        let naming = Naming {
            target: &self.target,
            options: self.options,
        };
        Ok(naming.plan(inputs::find(inputs, out)?))
    }

    /// Takes the folder of results, unless nothing would be written there.
    fn open_state(&mut self, tasks: &[Task]) -> Result<(), UsageError> {
        let writes = tasks.iter().any(|task| matches!(task, Task::Prepare(_)));
        if writes && !self.options.dry_run && self.state.is_none() {
            let out = self.out().map(Path::to_path_buf);
            let open = |out: PathBuf| State::open(&out, self.options.shard);
            self.state = out.map(open).transpose()?.flatten();
        }
        Ok(())
    }

    fn work(&mut self, tasks: Vec<Task>, mut report: Report) -> Result<Made, UsageError> {
        let pictures = settle(tasks, &mut report);
        if self.options.dry_run {
            let known = self.out().map(state::look).transpose()?;
            let known = known.unwrap_or_default();
            let pass = Pass::new(self.options, self.out(), &known);
            dry_run::run(self.options, &pass, &pictures, &mut report);
        } else {
            let out = match &self.target {
                Target::Folder(folder) => Some(folder.as_path()),
                Target::File(_) => None,
            };
            // Before they are read: what changes meanwhile is not broken yet.
            let looks = pictures.iter().filter(|_| self.options.watch);
            let looks = looks.filter_map(|it| Some((it.source.clone(), look(&it.source)?)));
            let mut looks: HashMap<PathBuf, Look> = looks.collect();
            let state = self.state.as_mut();
            let broken = prepare(self.options, pictures, out, state, &mut report)?;
            let broken = broken.into_iter();
            self.broken
                .extend(broken.filter_map(|source| looks.remove_entry(&source)));
        }
        Ok(report.finish())
    }
}

/// Whether a source may still be being written.
fn is_unsettled(picture: &Picture) -> bool {
    let written = fs::metadata(&picture.source).and_then(|found| found.modified());
    let age = written.map(|written| SystemTime::now().duration_since(written));
    matches!(age, Ok(Ok(age)) if age < QUIET)
}

/// Reports what needs no work and returns the pictures.
fn settle(tasks: Vec<Task>, report: &mut Report) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for task in tasks {
        match task {
            Task::Prepare(picture) => pictures.push(picture),
            Task::Skip {
                source,
                code,
                message,
            } => {
                report.file(&FileRecord::skipped(&source, code, message));
            }
            Task::Fail {
                source,
                output,
                failure,
            } => {
                report.file(&FileRecord::failed(&source, output.as_deref(), failure));
            }
        }
    }
    pictures
}

/// Returns the sources that failed for a reason of their own.
fn prepare(
    options: &Options,
    pictures: Vec<Picture>,
    out: Option<&Path>,
    state: Option<&mut State>,
    report: &mut Report,
) -> Result<Vec<PathBuf>, UsageError> {
    let stop = interrupt::stop_flag();
    let batch = Batch::new(options.settings.clone(), options.limits, options.jobs)
        .map_err(|error| no_threads(&error))?
        .with_budget(Budget::new(options.memory));
    sweep::stale(pictures.iter().map(|picture| picture.output.as_path()));
    let total = pictures.len() as u64;
    let mut finished = 0;
    let (readers, writer) = state.map(State::split).unzip();
    let pass = Pass::new(options, out, readers.unwrap_or_default());
    let mut keeper = Keeper::new(writer.flatten(), pass.recipe(), &options.settings);
    let mut broken = Vec::new();
    let items = pictures.into_iter().map(Item::new);
    batch.run(items, &stop, &pass, |done| {
        finished += 1;
        keeper.keep(done.known);
        broken.extend(done.broken);
        if !report.file(&done.record) {
            stop.store(true, Ordering::Relaxed);
        }
    });
    keeper.close();
    let not_started = total - finished;
    report.summary.not_started = not_started;
    // A closed pipe stops the run too, and that is nobody's interrupt.
    report.summary.interrupted = stop.load(Ordering::Relaxed) && report.heard && not_started > 0;
    Ok(broken)
}

/// A worker's panic is reported as that picture's failure, so the default message is noise.
fn quiet_workers() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let name = std::thread::current().name().map(str::to_owned);
        if !name.is_some_and(|name| name.starts_with("worker-")) {
            default(panic);
        }
    }));
}

pub(crate) fn no_threads(error: &io::Error) -> UsageError {
    UsageError::new(
        format!("could not start the workers: {error}"),
        "try a smaller --jobs",
    )
}
