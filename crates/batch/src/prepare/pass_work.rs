//! What a pass does with the pictures it found: prepare and publish them, or plan that, and remember what failed.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use avatar_stores::Address;

use super::batch::batch;
use super::history::History;
use super::item::{Done, Item};
use super::other_run::Inputs;
use super::passes::{Look, Run, look};
use super::recorder::Recorder;
use super::recording::Recording;
use super::remote::Remote;
use super::work::Pass;
use super::{dry_run, removed, to_store, writable};
use crate::args::Options;
use crate::error::CliError;
use crate::files::inputs;
use crate::files::{STATE_FOLDER, sweep};
use crate::interrupt;
use crate::made::Made;
use crate::naming::shard::Shard;
use crate::naming::{Picture, Target, Task};
use crate::objects::address::path;
use crate::objects::results::{Merging, Results};
use crate::packs::place::holds_tars;
use crate::report::console;
use crate::report::record::FileRecord;
use crate::state::{self, BatchedWriter, Intents, Opened, State};

impl Run<'_> {
    /// Locks the folder of results, unless nothing would be written to it.
    pub(super) fn open_state(&mut self, tasks: &[Task]) -> Result<(), CliError> {
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
            Task::Fail(_) => has_state(),
            Task::Skip(_) => false,
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

    /// Refuses an OUT that cannot be written. While watching, it may be writable again later.
    pub(super) fn check_writable(&self, tasks: &[Task]) -> Result<(), CliError> {
        match self.options.dry_run || self.remote_out().is_some() {
            true => Ok(()),
            false => writable::check(tasks),
        }
    }

    /// Does what the tasks say, and reports it.
    pub(super) fn work(
        &mut self,
        tasks: Vec<Task>,
        report: Recorder,
        is_whole: bool,
    ) -> Result<Made, CliError> {
        if self.options.pack.is_some() {
            return self.work_on_tars(tasks, report);
        }
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
        let looks = looks.filter_map(|it| Some((it.output.to_path_buf(), look(it)?)));
        let mut looks: HashMap<PathBuf, Look> = looks.collect();
        let state = self.state.as_mut();
        let places = (out, self.remote.as_ref());
        let inputs = Inputs::new(self.inputs, &self.options.selection);
        let options = (self.options, inputs);
        let broken = prepare(options, pictures, places, state, &mut report)?;
        let broken = broken.into_iter();
        self.broken
            .extend(broken.filter_map(|output| looks.remove_entry(&output)));
        let is_whole = is_whole && self.options.shard == Shard::WHOLE && !report.is_cut_short();
        self.remember(&mut report, is_whole, &sources);
        Ok(report.finish())
    }

    /// The stores and where results go, if that is a store.
    pub(super) fn remote_out(&self) -> Option<(&Remote, Address)> {
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
        if results.is_packed {
            return Err(holds_tars(&path(out), "a run without --pack"));
        }
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
            let roots = self.inputs.iter().filter_map(|input| inputs::root(input));
            let roots: HashSet<PathBuf> = roots.collect();
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
        let inputs = Inputs::new(self.inputs, &self.options.selection);
        let pass = Pass::new(self.options, self.out(), &known).reading(inputs);
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
        self.remember_failures(report, is_whole);
    }

    /// Stores what failed for the next run.
    pub(super) fn remember_failures(&mut self, report: &mut Recorder, is_whole: bool) {
        let Some(state) = &mut self.state else {
            return;
        };
        let history = report.take_history();
        let kept = state
            .split()
            .writer
            .map(|writer| history.keep(writer, self.inputs, is_whole));
        if let Some(Err(error)) = kept {
            console::print_warning(&format!("{error}; failures count as new in the next run"));
        }
    }
}

/// Records the files that need no work and returns the pictures.
pub(super) fn settle(tasks: Vec<Task>, report: &mut Recorder) -> Vec<Picture> {
    let pictures = tasks.into_iter().filter_map(|task| {
        let (record, preset) = match task {
            Task::Prepare(picture) => return Some(picture),
            Task::Skip(skip) => {
                let record = FileRecord::skipped(&skip.source, skip.code, &skip.message);
                (record, skip.preset)
            }
            Task::Fail(fail) => {
                let record = FileRecord::failed(&fail.source, fail.output.as_deref(), fail.failure);
                (record, fail.preset)
            }
        };
        report.file(record.for_platform(preset));
        None
    });
    pictures.collect()
}

/// Prepares the pictures; returns the results that will fail again until their source changes.
fn prepare(
    (options, inputs): (&Options, Inputs<'_>),
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
    // OUT has temporary files of its own, by which it was tried, and so has the state, for example of who holds OUT.
    let others = out.map(|out| [out.join("any"), out.join(STATE_FOLDER).join("any")]);
    let others = others.iter().flatten().map(PathBuf::as_path);
    let outputs = pictures.iter().map(|picture| &*picture.output);
    sweep::stale(outputs.chain(others));
    let parts = state.map(State::split);
    let (readers, mut writer, intents) = match parts {
        Some(parts) => (parts.readers, parts.writer, Some(parts.intents)),
        None => (&[][..], None, None),
    };
    let linked = writer.as_mut().map(|it| it.name_roots(inputs.linked()));
    if let Some(Err(error)) = linked {
        console::print_warning(&error.to_string());
    }
    let pass = Pass::new(options, out, readers);
    let pass = pass.with_intents(intents).reading(inputs);
    let has_cache = writer.is_some();
    let own = pictures
        .iter()
        .filter_map(|picture| picture.recipe().map(|recipe| &**recipe));
    let recipes = own.chain([pass.recipe()]);
    let recipes = recipes.flat_map(|it| it.unfitted.as_deref().into_iter().chain([it]));
    let mut cache = BatchedWriter::new(writer, recipes);
    let mut broken = Vec::new();
    let mut recording = Recording::new(report, pictures.len() as u64, &stop);
    let items = Item::of_each_source(pictures);
    let consume = |all: Vec<Vec<Done>>| {
        recording.add_all(all.into_iter().flatten().map(|done| {
            cache.name(done.attempt.as_ref());
            let warning = cache.add(done.known);
            warning.iter().for_each(|text| console::print_warning(text));
            broken.extend(done.broken);
            (done.place, (done.record, done.hash, done.attempt))
        }));
    };
    match remote {
        Some(remote) => remote.run((options, &batch), items, &pass, &stop, consume),
        None => batch.run_together(items, &stop, &pass, consume),
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
