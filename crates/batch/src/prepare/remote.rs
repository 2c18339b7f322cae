//! What a run needs if sources or results are in stores: the stores, the manifest, and the pool that
//! fetches sources before workers take them.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use avatar_prepare::Batch;
use avatar_stores::{Address, Loads, Steps, Stores};

use super::feed::Feed;
use super::item::{Done, Item};
use super::work::Pass;
use crate::args::Options;
use crate::error::CliError;
use crate::files::inputs::Found;
use crate::naming::contenders::Contenders;
use crate::objects::address::{address, is_address, refuse_address, refuse_unknown};
use crate::objects::listing::Search;
use crate::objects::manifest;
use crate::objects::manifest_place::Manifest;
use crate::report::mask;

/// Items with a request at the same time. At 50 ms a request, this keeps more cores busy than the
/// network of one machine feeds.
pub(super) const AT_ONCE: usize = 64;

/// The share of the memory that bodies have: one in this many bytes. Pictures have the others, so
/// that neither can wait for the other.
const BODIES: u64 = 4;

/// The bodies that are fetched ahead of each worker, in bytes. Memory that is used again is still mapped
/// and partly in the caches of the processor: 14 photographs ahead took 0.96 of the processor's time
/// that 110 did. It is also what one core takes in within 0.5 seconds.
const AHEAD: u64 = 32 << 20;

/// The stores of a run.
pub(super) struct Remote {
    pub(super) stores: Stores,
    /// The inputs that are addresses.
    inputs: Vec<Address>,
    manifest: Option<PathBuf>,
    /// Where results go, if that is a store.
    pub(super) output: Option<Address>,
}

/// Whether a run needs stores.
pub(super) fn is_wanted(options: &Options, inputs: &[PathBuf], output: &Path) -> bool {
    options.from.is_some() || is_address(output) || inputs.iter().any(|input| is_address(input))
}

impl Remote {
    /// Prepares the stores of a run. Nothing is sent.
    pub(super) fn new(
        options: &Options,
        inputs: &[PathBuf],
        output: &Path,
    ) -> Result<Option<Self>, CliError> {
        if !is_wanted(options, inputs, output) {
            return Ok(None);
        }
        avatar_stores::secrets()
            .iter()
            .for_each(|secret| mask::learn(secret));
        let addresses = inputs.iter().map(|input| address(input));
        let addresses: Vec<Option<Address>> = addresses.collect::<Result<_, _>>()?;
        let remote = Self {
            stores: Stores::new(options.store_timeout)
                .map_err(|error| CliError::refused(&error))?,
            inputs: addresses.into_iter().flatten().collect(),
            manifest: options.from.clone(),
            output: address(output)?,
        };
        let manifest = options.from.as_deref().map(address).transpose()?.flatten();
        let queries = remote.inputs.iter().chain(&manifest);
        queries.filter_map(Address::query).for_each(mask::learn);
        Ok(Some(remote))
    }

    /// The sources in stores; of a manifest, only what matters to `share`, if there is one.
    pub(super) fn find(
        &self,
        options: &Options,
        share: Option<Contenders<'_>>,
    ) -> Result<Vec<Found>, CliError> {
        if let Some(place) = &self.manifest {
            let file = Manifest::find(place, &self.stores, options.memory / BODIES)?;
            let places = (self.inputs.as_slice(), &self.stores);
            return manifest::read(&file, places, &options.selection, share);
        }
        let search = Search {
            stores: &self.stores,
            selection: &options.selection,
            output: self.output.as_ref(),
            results_as_input: options.results_as_input,
            allow_empty: options.allow_empty,
        };
        let mut all = Vec::new();
        for input in &self.inputs {
            all.append(&mut search.find(input)?);
        }
        Ok(all)
    }

    /// How much may be in flight.
    pub(super) fn loads(&self, options: &Options) -> Loads {
        Loads {
            at_once: AT_ONCE,
            memory: options.memory / BODIES,
            ahead: AHEAD.saturating_mul(options.jobs.get() as u64),
            largest: options.limits.encoded_bytes,
        }
    }

    /// The memory that is left for pictures.
    pub(super) fn memory_of_pictures(options: &Options) -> u64 {
        options.memory - options.memory / BODIES
    }

    /// Carries items through their requests on a thread of their own, while `work` takes those that
    /// are ready.
    pub(super) fn beside<S: Steps>(
        &self,
        options: &Options,
        items: impl Iterator<Item = S::Item> + Send,
        steps: &S,
        stop: &AtomicBool,
        work: impl FnOnce(Receiver<S::Item>),
    ) {
        let loads = self.loads(options);
        let (sender, ready) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                // Fails once the workers have stopped.
                let ready = |item| drop(sender.send(item));
                self.stores.run(items, steps, loads, stop, ready);
            });
            work(ready);
        });
    }

    /// Fetches the source of every item, unless it is up to date, and gives each item to `consume`.
    pub(super) fn each(
        &self,
        options: &Options,
        items: impl Iterator<Item = Item> + Send,
        pass: &Pass<'_>,
        stop: &AtomicBool,
        consume: impl FnMut(Item),
    ) {
        let feed = Feed {
            pass,
            force: options.force,
        };
        self.beside(options, items, &feed, stop, |fetched| {
            fetched.into_iter().for_each(consume);
        });
    }

    /// Does the work of `pass` for every item, and fetches sources meanwhile.
    pub(super) fn run(
        &self,
        (options, batch): (&Options, &Batch),
        items: impl Iterator<Item = Item> + Send,
        pass: &Pass<'_>,
        stop: &AtomicBool,
        consume: impl FnMut(Vec<Vec<Done>>),
    ) {
        let feed = Feed {
            pass,
            force: options.force,
        };
        self.beside(options, items, &feed, stop, |fetched| {
            batch.run_together(fetched, stop, pass, consume);
        });
    }
}

/// Refuses options that make no sense with stores, before anything is read.
pub(super) fn check(options: &Options, inputs: &[PathBuf], output: &Path) -> Result<(), CliError> {
    let paths = inputs.iter().chain(&options.from);
    for path in paths.map(PathBuf::as_path).chain([output]) {
        refuse_unknown(path)?;
    }
    for (flag, files) in [("--report", &options.reports), ("--sheet", &options.sheets)] {
        for file in files {
            refuse_address(file, flag)?;
        }
    }
    if !is_wanted(options, inputs, output) {
        return Ok(());
    }
    let to_store = address(output)?;
    for place in inputs.iter().chain(&options.from) {
        address(place)?;
    }
    let refuse = |what: &str, hint: &str| Err(CliError::usage(what, hint));
    if options.watch {
        return refuse("--watch needs folders", "run the same command from a timer");
    }
    if options.name.wants_hash() {
        let what = "--name must not contain {hash} for sources in stores";
        return refuse(
            what,
            "a name is needed before the source is read: use {stem}",
        );
    }
    if [inputs, &[output.to_path_buf()]]
        .concat()
        .contains(&PathBuf::from("-"))
    {
        let what = "standard input and output cannot be combined with stores";
        return refuse(what, "name a folder or a .jpg file");
    }
    let Some(to_store) = to_store else {
        return Ok(());
    };
    if to_store.scheme().is_http() {
        let what = "results cannot be written to an HTTP server";
        return refuse(what, "use s3://, gs:// or az://, or upload with http-put");
    }
    let key = to_store.key().to_ascii_lowercase();
    if key.ends_with(".jpg") || key.ends_with(".jpeg") {
        let what = "OUT in a store must be a prefix, not one object";
        return refuse(what, "end it in /");
    }
    if options.upload.after_preparing {
        let what = "--upload needs the results in a folder";
        return refuse(what, "name a folder for the results");
    }
    if !options.sheets.is_empty() {
        let what = "--sheet needs the results in a folder";
        return refuse(what, "name a folder for the results, or use --report");
    }
    Ok(())
}
