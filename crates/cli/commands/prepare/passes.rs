//! Passes over the inputs: find, name, prepare, publish, report.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use avatar_stores::Address;

use super::batch::batch;
use super::chosen::{self, Wrong};
use super::history::History;
use super::item::{Done, Item};
use super::recorder::Recorder;
use super::recording::Recording;
use super::remote::Remote;
use super::work::Pass;
use super::{decided, dry_run, empty, removed, several, to_store};
use crate::args::{Effective, Options};
use crate::error::CliError;
use crate::files::inputs::Found;
use crate::files::{STATE_FOLDER, inputs, sweep};
use crate::interrupt;
use crate::made::Made;
use crate::making::Observer;
use crate::naming::contenders::Contenders;
use crate::naming::shard::Shard;
use crate::naming::{self, Naming, Picture, Target, Task};
use crate::objects::address::is_address;
use crate::objects::results::{Merging, Results};
use crate::recipe::Recipe;
use crate::report::console;
use crate::report::record::FileRecord;
use crate::state::{self, BatchedWriter, Decisions, Intents, Opened, State};

/// A file is read, and a pass starts, only after this long without a change, because programs write
/// files in several steps.
pub(super) const DEBOUNCE: Duration = Duration::from_millis(500);

/// A run: one pass over the inputs, or many while they are watched.
pub(super) struct Run<'a> {
    effective: &'a Effective,
    options: &'a Options,
    inputs: &'a [PathBuf],
    /// The inputs that are paths.
    paths: Vec<PathBuf>,
    /// The stores, if there are any.
    remote: Option<Remote>,
    target: Target,
    /// Opened before the first result is written and held to the end.
    state: Option<State>,
    /// Results whose source fails until it changes, with its stamp at that time.
    broken: HashMap<PathBuf, Look>,
    /// Inputs that no longer exist.
    gone: Vec<PathBuf>,
    observer: Option<Arc<dyn Observer>>,
}

/// Size, time of the last change, and the picture's own recipe.
type Look = (u64, Option<SystemTime>, Option<Arc<Recipe>>);

fn look(picture: &Picture) -> Option<Look> {
    let found = fs::metadata(&picture.source).ok()?;
    Some((found.len(), found.modified().ok(), picture.recipe.clone()))
}

impl<'a> Run<'a> {
    pub(super) fn new(
        effective: &'a Effective,
        inputs: &'a [PathBuf],
        output: &Path,
    ) -> Result<Self, CliError> {
        Ok(Self {
            effective,
            options: &effective.options,
            inputs,
            paths: inputs
                .iter()
                .filter(|it| !is_address(it))
                .cloned()
                .collect(),
            remote: Remote::new(&effective.options, inputs, output)?,
            target: naming::target(inputs, output)?,
            state: None,
            broken: HashMap::new(),
            gone: Vec::new(),
            observer: None,
        })
    }

    /// Lets `observer` watch the run.
    pub(super) fn watched_by(self, observer: Option<Arc<dyn Observer>>) -> Self {
        Self { observer, ..self }
    }

    /// Prepares all pictures.
    pub(super) fn pass(&mut self) -> Result<Made, CliError> {
        let found = self.found(&self.paths)?;
        let (found, used) = self.choose(found, Wrong::RefusesTheRun)?;
        // A picture named on the command line is matched by its file name only, so most rules do
        // not match it.
        if self.remote.is_some() || self.inputs.iter().any(|input| input.is_dir()) {
            chosen::note_unused(&self.effective.per_picture, &used, &found);
        }
        let tasks = self.tasks(found);
        self.open_state(&tasks)?;
        let files = tasks.len() as u64;
        let report = Recorder::new(self.options, self.inputs, files)?;
        let report = report.watched_by(self.observer.as_ref(), files);
        self.work(tasks, report, true)
    }

    /// Prepares new pictures; also returns whether a file is still being written.
    pub(super) fn next_pass(&mut self) -> Result<(Made, bool), CliError> {
        let present = self.present();
        let found = self.found(&present)?;
        let fresh = chosen::with_fresh_sidecars(&found, |sidecar| is_unsettled(sidecar));
        let (found, _) = self.choose(found, Wrong::FailsItsPicture)?;
        let mut tasks = self.tasks(found);
        let all = tasks.len();
        tasks.retain(|task| !fresh.contains(task.source()));
        tasks.retain(|task| !matches!(task, Task::Prepare(it) if is_unsettled(&it.source)));
        let unsettled = tasks.len() < all;
        tasks.retain(|task| !matches!(task, Task::Prepare(picture) if self.is_broken(picture)));
        self.open_state(&tasks)?;
        let report = Recorder::new(self.options, self.inputs, tasks.len() as u64)?.changes_only();
        Ok((self.work(tasks, report, false)?, unsettled))
    }

    /// Chooses the settings of each picture. Returns for each rule whether it matched.
    fn choose(
        &self,
        mut found: Vec<Found>,
        wrong: Wrong,
    ) -> Result<(Vec<Found>, Vec<bool>), CliError> {
        let decisions = self.decisions()?;
        decided::refuse_objects(&mut found, &decisions);
        decided::attach(&mut found, &decisions);
        if !self.effective.variants.is_empty() {
            return several::spread(self.effective, found, wrong);
        }
        let used = chosen::choose(self.effective, &mut found, wrong)?;
        Ok((found, used))
    }

    fn out(&self) -> Option<&Path> {
        match &self.target {
            Target::Folder(folder) => Some(folder),
            Target::File(_) => None,
        }
    }

    /// What people decided about the results.
    fn decisions(&self) -> Result<Decisions, CliError> {
        self.out()
            .map_or_else(|| Ok(Decisions::default()), state::decisions)
    }

    /// The inputs that exist; warns once of each that no longer does.
    fn present(&mut self) -> Vec<PathBuf> {
        let is_there = |input: &PathBuf| fs::metadata(input).is_ok();
        let (present, gone): (Vec<_>, Vec<_>) = self.inputs.iter().cloned().partition(is_there);
        for input in gone.iter().filter(|input| !self.gone.contains(input)) {
            console::print_warning(&format!(
                "{} no longer exists; restart the watch if it comes back",
                input.display()
            ));
        }
        self.gone = gone;
        present
    }

    /// Whether it failed before and has not changed since.
    fn is_broken(&self, picture: &Picture) -> bool {
        let then = self.broken.get(&picture.output);
        then.is_some_and(|then| look(picture).is_some_and(|now| now == *then))
    }

    /// The contents of the inputs.
    fn found(&self, inputs: &[PathBuf]) -> Result<Vec<Found>, CliError> {
        let out = self.out().unwrap_or(Path::new(""));
        let mut found = inputs::find(self.options.search(inputs, out))?;
        if !self.options.allow_empty {
            empty::refuse(inputs, &found, self.out())?;
        }
        if let Some(remote) = &self.remote {
            let naming = self.naming();
            let share = self.is_apart(remote, &naming);
            let share = share.then(|| Contenders::new(&naming));
            found.append(&mut remote.find(self.options, share)?);
            self.check_count(&found)?;
        }
        Ok(found)
    }

    /// One file cannot hold several results.
    fn check_count(&self, found: &[Found]) -> Result<(), CliError> {
        match (&self.target, found.len()) {
            (Target::File(file), 2..) => Err(CliError::usage(
                format!("{} cannot hold {} results", file.display(), found.len()),
                "choose a folder for the results",
            )),
            _ => Ok(()),
        }
    }

    /// Whether what a share makes of a manifest does not depend on the sources of other shares, except
    /// on those that claim its names: nothing is on disks, where links give one file several names,
    /// and no rule chooses names or is reported as unused.
    fn is_apart(&self, remote: &Remote, naming: &Naming<'_>) -> bool {
        let effective = self.effective;
        let is_plain = effective.variants.is_empty() && effective.per_picture.rules.is_empty();
        let is_remote = self.paths.is_empty() && remote.output.is_some();
        self.options.shard != Shard::WHOLE && is_plain && is_remote && naming.is_by_source()
    }

    fn tasks(&self, found: Vec<Found>) -> Vec<Task> {
        self.naming().plan(found)
    }

    fn naming(&self) -> Naming<'_> {
        Naming {
            target: &self.target,
            name: &self.options.name,
            on_collision: self.options.on_collision,
            shard: self.options.shard,
            size: self.options.settings.edge(),
            preset: match self.options.presets.as_slice() {
                [one] => Some(one.name),
                _ => None,
            },
            jobs: self.options.jobs,
        }
    }

    /// Locks the folder of results, unless nothing would be written to it.
    fn open_state(&mut self, tasks: &[Task]) -> Result<(), CliError> {
        if self.remote_out().is_some() {
            return Ok(());
        }
        let has_state = || {
            self.out()
                .is_some_and(|out| out.join(STATE_FOLDER).is_dir())
        };
        let writes = tasks.iter().any(|task| match task {
            Task::Prepare(_) => true,
            // Remember it, but do not create a folder for it.
            Task::Fail { .. } => has_state(),
            Task::Skip { .. } => false,
        });
        if writes && !self.options.dry_run && self.state.is_none() {
            let out = self.out().map(Path::to_path_buf);
            let open = |out: PathBuf| State::open(&out, self.options.shard);
            let Opened { state, warnings } = out.map(open).transpose()?.unwrap_or_default();
            warnings
                .iter()
                .for_each(|text| console::print_warning(text));
            self.state = state;
        }
        Ok(())
    }

    fn work(
        &mut self,
        tasks: Vec<Task>,
        report: Recorder,
        is_whole: bool,
    ) -> Result<Made, CliError> {
        if let Some((remote, out)) = self.remote_out() {
            return self.work_in_store((remote, &out), tasks, report);
        }
        if self.options.dry_run {
            return self.plan(tasks, report);
        }
        let readers = self.state.as_mut().map(|state| state.split().readers);
        let mut report = report.with_history(History::read(readers.unwrap_or_default()));
        // Only a report says which results lost their source, and a copy of all names is large.
        let needs_sources = is_whole && !self.options.reports.is_empty();
        let named = tasks.iter().filter(|_| needs_sources);
        let sources: HashSet<PathBuf> = named.map(|task| task.source().into()).collect();
        let pictures = settle(tasks, &mut report);
        let out = match &self.target {
            Target::Folder(folder) => Some(folder.as_path()),
            Target::File(_) => None,
        };
        // Taken before they are read, so that a change meanwhile counts as a change.
        let looks = pictures.iter().filter(|_| self.options.watch);
        let looks = looks.filter_map(|it| Some((it.output.clone(), look(it)?)));
        let mut looks: HashMap<PathBuf, Look> = looks.collect();
        let state = self.state.as_mut();
        let places = (out, self.remote.as_ref());
        let broken = prepare(self.options, pictures, places, state, &mut report)?;
        let broken = broken.into_iter();
        self.broken
            .extend(broken.filter_map(|output| looks.remove_entry(&output)));
        let is_whole = is_whole && self.options.shard == Shard::WHOLE && !report.is_cut_short();
        self.remember(&mut report, is_whole, &sources);
        Ok(report.finish())
    }

    /// The stores and where results go, if that is a store.
    fn remote_out(&self) -> Option<(&Remote, Address)> {
        let remote = self.remote.as_ref()?;
        Some((remote, remote.output.clone()?))
    }

    /// The same for results in a store, which remembers them itself.
    fn work_in_store(
        &self,
        (remote, out): (&Remote, &Address),
        tasks: Vec<Task>,
        mut report: Recorder,
    ) -> Result<Made, CliError> {
        let merging = match self.options.dry_run {
            true => Merging::Never,
            false => Merging::Allowed,
        };
        let results = Results::open(&remote.stores, out, self.options.shard, merging)?;
        let warnings = results.warnings.iter();
        warnings.for_each(|text| console::print_warning(text));
        // Only a listing of everything says which sources are gone.
        let is_whole = self.options.shard == Shard::WHOLE && self.options.from.is_none();
        let needs_sources = is_whole && !self.options.reports.is_empty();
        let named = tasks.iter().filter(|_| needs_sources);
        let sources: HashSet<PathBuf> = named.map(|task| task.source().into()).collect();
        let pictures = settle(tasks, &mut report);
        to_store::run(self.options, (remote, &results), pictures, &mut report)?;
        if needs_sources && !report.is_cut_short() {
            let root = |input: &PathBuf| match is_address(input) {
                true => Some(input.components().as_path().into()),
                false => fs::canonicalize(input).ok(),
            };
            let roots: HashSet<PathBuf> = self.inputs.iter().filter_map(root).collect();
            report.removed(to_store::removed(&results, &roots, &sources));
        }
        Ok(report.finish())
    }

    /// A dry run.
    fn plan(&self, tasks: Vec<Task>, report: Recorder) -> Result<Made, CliError> {
        let known = self.out().map(state::look).transpose()?;
        let known = known.unwrap_or_default();
        let mut report = report.with_history(History::read(&known));
        let pictures = settle(tasks, &mut report);
        let pass = Pass::new(self.options, self.out(), &known);
        match &self.remote {
            Some(remote) => {
                let places = (self.options, remote);
                dry_run::run_remote(places, &pass, pictures, &mut report);
            }
            None => dry_run::run(self.options, &pass, &pictures, &mut report),
        }
        Ok(report.finish())
    }

    /// Stores what failed for the next run, and finds the results whose source is gone.
    fn remember(&mut self, report: &mut Recorder, is_whole: bool, sources: &HashSet<PathBuf>) {
        let Some(state) = &mut self.state else {
            return;
        };
        let parts = state.split();
        if is_whole && !self.options.reports.is_empty() {
            report.removed(removed::removed(self.inputs, sources, parts.readers));
        }
        let history = report.take_history();
        let kept = parts
            .writer
            .map(|writer| history.keep(writer, self.inputs, is_whole));
        if let Some(Err(error)) = kept {
            console::print_warning(&format!("{error}; failures count as new in the next run"));
        }
    }
}

/// Whether a file is possibly still being written.
fn is_unsettled(file: &Path) -> bool {
    let written = fs::metadata(file).and_then(|found| found.modified());
    let age = written.map(|written| SystemTime::now().duration_since(written));
    matches!(age, Ok(Ok(age)) if age < DEBOUNCE)
}

/// Records the files that need no work and returns the pictures.
fn settle(tasks: Vec<Task>, report: &mut Recorder) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for task in tasks {
        match task {
            Task::Prepare(picture) => pictures.push(picture),
            Task::Skip {
                source,
                preset,
                code,
                message,
            } => {
                report.file(FileRecord::skipped(&source, code, &message).for_platform(preset));
            }
            Task::Fail {
                source,
                preset,
                output,
                failure,
            } => {
                let record = FileRecord::failed(&source, output.as_deref(), failure);
                report.file(record.for_platform(preset));
            }
        }
    }
    pictures
}

/// Prepares the pictures; returns the results that will fail again until their source changes.
fn prepare(
    options: &Options,
    pictures: Vec<Picture>,
    (out, remote): (Option<&Path>, Option<&Remote>),
    state: Option<&mut State>,
    report: &mut Recorder,
) -> Result<Vec<PathBuf>, CliError> {
    let stop = interrupt::stop_flag();
    let memory = match remote {
        Some(_) => Remote::memory_of_pictures(options),
        None => options.memory,
    };
    let batch = batch(options, options.jobs, memory)?;
    sweep::stale(pictures.iter().map(|picture| picture.output.as_path()));
    let parts = state.map(State::split);
    let (readers, writer, intents) = match parts {
        Some(parts) => (parts.readers, parts.writer, Some(parts.intents)),
        None => (&[][..], None, None),
    };
    let pass = Pass::new(options, out, readers).with_intents(intents);
    let has_cache = writer.is_some();
    let own = pictures
        .iter()
        .filter_map(|picture| picture.recipe.as_deref());
    let recipes = own.chain([pass.recipe()]);
    let recipes = recipes.flat_map(|it| it.unfitted.as_deref().into_iter().chain([it]));
    let mut cache = BatchedWriter::new(writer, recipes);
    let mut broken = Vec::new();
    let mut recording = Recording::new(report, pictures.len() as u64, &stop);
    let items = Item::of_each_source(pictures);
    let consume = |all: Vec<Done>| {
        for done in all {
            cache.name(done.attempt.as_ref());
            let warning = cache.add(done.known);
            warning.iter().for_each(|text| console::print_warning(text));
            broken.extend(done.broken);
            recording.add(done.place, (done.record, done.hash, done.attempt));
        }
    };
    match remote {
        Some(remote) => remote.run((options, &batch), items, &pass, &stop, consume),
        None => batch.run(items, &stop, &pass, consume),
    }
    recording.finish();
    match cache.finish() {
        Some(warning) => console::print_warning(&warning),
        None if has_cache => intents.into_iter().for_each(Intents::clear),
        // They are all that says how these results were made and what they lost.
        None => {}
    }
    Ok(broken)
}
