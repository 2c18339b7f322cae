//! A pass whose results go into tars: what is locked, read and remembered around it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::super::history::History;
use super::super::pass_work::settle;
use super::super::passes::Run;
use super::super::recorder::Recorder;
use super::super::remote::Remote;
use super::check::check_place;
use super::memory::Memory;
use super::opened::Packs;
use super::pass::from;
use super::run;
use crate::args::Options;
use crate::error::CliError;
use crate::files::inputs;
use crate::files::{STATE_FOLDER, sweep};
use crate::made::Made;
use crate::naming::Task;
use crate::naming::shard::Shard;
use crate::packs::in_store::InStore;
use crate::packs::place::{TarPlace, index_folder};
use crate::state;

impl Run<'_> {
    /// Does what the tasks say, and reports it.
    pub(in super::super) fn work_on_tars(
        &mut self,
        tasks: Vec<Task>,
        report: Recorder,
    ) -> Result<Made, CliError> {
        let options = self.options;
        let out = self.out().unwrap_or(Path::new("")).to_path_buf();
        let looked = match options.dry_run && self.remote_out().is_none() {
            true => state::look(&out)?,
            false => Vec::new(),
        };
        let readers = match &mut self.state {
            Some(state) => state.split().readers,
            None => &looked,
        };
        check_place(self.remote.as_ref(), &out, readers)?;
        let mut report = report.with_history(History::read(readers));
        let is_whole = options.shard == Shard::WHOLE && options.from.is_none();
        let needs_sources = is_whole && !options.reports.is_empty();
        let named = tasks.iter().filter(|_| needs_sources);
        let sources: HashSet<PathBuf> = named.map(|task| task.source().into()).collect();
        let pictures = settle(tasks, &mut report);
        if !pictures.is_empty() {
            self.refuse_unlocked()?;
            // Before anything is written.
            let memory = Memory::of(options, &pictures, self.remote.is_some())?;
            let place = place(self.remote.as_ref(), &out, options)?;
            let packs = Packs::open(place, &out, (options.shard, &pictures), !options.dry_run)?;
            let places = (options, self.remote.as_ref());
            let named = pictures.iter().filter(|_| needs_sources).map(from);
            let named = named.collect();
            run(places, (&packs, &memory), pictures, &mut report)?;
            if needs_sources && !report.is_cut_short() {
                report.removed(packs.removed(&roots(self.inputs), &sources, &named));
            }
        }
        let is_whole = is_whole && !report.is_cut_short();
        self.remember_failures(&mut report, is_whole);
        Ok(report.finish())
    }

    /// Refuses a folder that cannot be locked: two runs would pack the same pictures.
    fn refuse_unlocked(&self) -> Result<(), CliError> {
        let is_open = self.options.dry_run || self.remote_out().is_some() || self.state.is_some();
        match is_open {
            true => Ok(()),
            false => Err(CliError::environment(
                "--pack needs to lock OUT, and its disk or its permissions do not allow that",
                "choose another OUT, or let all of it be written by this user",
            )),
        }
    }
}

fn place<'a>(
    remote: Option<&'a Remote>,
    out: &Path,
    options: &Options,
) -> Result<TarPlace<'a>, CliError> {
    let address = remote.and_then(|remote| Some((remote, remote.output.as_ref()?)));
    let Some((remote, address)) = address else {
        if !options.dry_run {
            let indexes = index_folder(out, options.shard);
            let state = out.join(STATE_FOLDER);
            let layout = indexes.parent().unwrap_or(&state);
            let places = [out, &state, layout, &indexes].map(|folder| folder.join("any"));
            sweep::stale(places.iter().map(PathBuf::as_path));
        }
        return Ok(TarPlace::Folder(out.to_path_buf()));
    };
    Ok(TarPlace::Store(InStore {
        stores: &remote.stores,
        store: remote
            .stores
            .open(address)
            .map_err(|error| CliError::refused(&error))?,
        out: address.clone(),
        cache_control: options.cache_control.clone(),
    }))
}

/// The inputs, as the roots of sources are remembered.
fn roots(inputs: &[PathBuf]) -> HashSet<PathBuf> {
    let roots = inputs.iter().filter_map(|input| inputs::root(input));
    roots.collect()
}
