//! Passes over the inputs: what is found and how it is named. [`pass_work`](super::pass_work) does the rest.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::chosen::{self, Wrong};
use super::recorder::Recorder;
use super::remote::Remote;
use super::{decided, empty, several};
use crate::args::{Effective, Options};
use crate::error::CliError;
use crate::files::fingerprint::Stamp;
use crate::files::inputs;
use crate::files::inputs::Found;
use crate::made::Made;
use crate::making::Observer;
use crate::naming::contenders::Contenders;
use crate::naming::shard::Shard;
use crate::naming::{self, Naming, Picture, Target, Task};
use crate::objects::address::is_address;
use crate::recipe::Recipe;
use crate::report::console;
use crate::state::{self, Decisions, State};

/// A file is read, and a pass starts, only after this long without a change, because programs write
/// files in several steps.
pub(super) const DEBOUNCE: Duration = Duration::from_millis(500);

/// A run: one pass over the inputs, or many while they are watched.
pub(super) struct Run<'a> {
    effective: &'a Effective,
    pub(super) options: &'a Options,
    pub(super) inputs: &'a [PathBuf],
    /// The inputs that are paths.
    paths: Vec<PathBuf>,
    /// The stores, if there are any.
    pub(super) remote: Option<Remote>,
    pub(super) target: Target,
    /// Opened before the first result is written and held to the end.
    pub(super) state: Option<State>,
    /// Results whose source fails until it changes, with its stamp at that time.
    pub(super) broken: HashMap<PathBuf, Look>,
    /// Inputs that no longer exist.
    gone: Vec<PathBuf>,
    /// The last warning of an input that became empty.
    emptied: Option<String>,
    observer: Option<Arc<dyn Observer>>,
}

/// The stamp of the source, and the picture's own recipe.
pub(super) type Look = (Stamp, Option<Arc<Recipe>>);

/// How a source looks now.
pub(super) fn look(picture: &Picture) -> Option<Look> {
    let found = fs::metadata(&picture.source).ok()?;
    Some((Stamp::as_it_is(&found), picture.recipe().cloned()))
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
            emptied: None,
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
        self.refuse_empty(&self.paths, &found)?;
        let (found, used) = self.choose(found, Wrong::RefusesTheRun)?;
        // A picture named on the command line is matched by its file name only, so most rules do
        // not match it.
        if self.remote.is_some() || self.inputs.iter().any(|input| input.is_dir()) {
            chosen::note_unused(&self.effective.per_picture, &used, &found);
        }
        let tasks = self.tasks(found);
        self.open_state(&tasks)?;
        self.check_writable(&tasks)?;
        let files = tasks.len() as u64;
        let report = Recorder::new(self.options, self.inputs, files)?;
        let report = report.watched_by(self.observer.as_ref(), files);
        self.work(tasks, report, true)
    }

    /// Prepares new pictures; also returns whether a file is still being written.
    pub(super) fn next_pass(&mut self) -> Result<(Made, bool), CliError> {
        let present = self.present();
        let found = self.found(&present)?;
        self.note_empty(&present, &found);
        let fresh = chosen::with_fresh_sidecars(&found, is_unsettled);
        let (found, _) = self.choose(found, Wrong::FailsItsPicture)?;
        let mut tasks = self.tasks(found);
        self.forget_gone(&tasks);
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

    pub(super) fn out(&self) -> Option<&Path> {
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
                "{} no longer exists; it is watched again when it comes back",
                input.display()
            ));
        }
        self.gone = gone;
        present
    }

    /// Forgets the failures of sources that are gone, so that a long watch does not collect them.
    fn forget_gone(&mut self, tasks: &[Task]) {
        let outputs = tasks.iter().filter_map(|task| match task {
            Task::Prepare(picture) => Some(&*picture.output),
            Task::Skip(_) | Task::Fail(_) => None,
        });
        let named: HashSet<&Path> = outputs.filter(|it| self.broken.contains_key(*it)).collect();
        self.broken.retain(|output, _| named.contains(&**output));
    }

    /// Whether it failed before and has not changed since.
    fn is_broken(&self, picture: &Picture) -> bool {
        let then = self.broken.get(&*picture.output);
        then.is_some_and(|then| look(picture).is_some_and(|now| now == *then))
    }

    /// The contents of the inputs.
    fn found(&self, inputs: &[PathBuf]) -> Result<Vec<Found>, CliError> {
        let out = self.out().unwrap_or(Path::new(""));
        let mut found = inputs::find(self.options.search(inputs, out))?;
        if let Some(remote) = &self.remote {
            let naming = self.naming();
            let share = self.is_apart(remote, &naming);
            let share = share.then(|| Contenders::new(&naming));
            found.append(&mut remote.find(self.options, share)?);
            self.check_count(&found)?;
        }
        Ok(found)
    }

    /// Refuses an input that is empty although results were made from it.
    fn refuse_empty(&self, inputs: &[PathBuf], found: &[Found]) -> Result<(), CliError> {
        match self.options.allow_empty {
            true => Ok(()),
            false => empty::refuse(inputs, found, self.out()),
        }
    }

    /// Warns once of the same, while it is watched: files may be moved away, or a folder be replaced.
    fn note_empty(&mut self, inputs: &[PathBuf], found: &[Found]) {
        let refused = self.refuse_empty(inputs, found).err();
        let emptied = refused.map(|error| error.to_string());
        if let Some(warning) = emptied.as_ref().filter(|_| emptied != self.emptied) {
            console::print_warning(warning);
        }
        self.emptied = emptied;
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
}

/// Whether a file is possibly still being written.
fn is_unsettled(file: &Path) -> bool {
    let written = fs::metadata(file).and_then(|found| found.modified());
    let age = written.map(|written| SystemTime::now().duration_since(written));
    matches!(age, Ok(Ok(age)) if age < DEBOUNCE)
}
