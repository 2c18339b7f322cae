//! A run whose results go to a store. Requests run beside the workers: one pool looks at results and
//! fetches sources, another writes results, so that no worker waits for the network.

mod delivery;
mod dry_run;
mod item;
mod look;
mod pass;

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;
use std::thread;

use avatar_stores::Stores;
use tokio::sync::mpsc::channel;

use super::batch::batch;
use super::recorder::Recorder;
use super::recording::Recording;
use super::remote::{AT_ONCE, Remote};
use crate::args::Options;
use crate::error::CliError;
use crate::interrupt;
use crate::naming::Picture;
use crate::objects::address::is_address;
use crate::objects::results::Results;
use crate::objects::segment::Segments;
use crate::report::console;
use crate::report::record::Removed;
use delivery::Writing;
use item::{Outcome, StoreItem};
use pass::StorePass;

/// Prepares the pictures.
pub(super) fn run(
    options: &Options,
    (remote, results): (&Remote, &Results),
    pictures: Vec<Picture>,
    report: &mut Recorder,
) -> Result<(), CliError> {
    let stop = interrupt::stop_flag();
    let mut recording = Recording::new(report, pictures.len() as u64, &stop);
    let items = StoreItem::of_each_source(pictures);
    if options.dry_run {
        dry_run::run((options, remote), results, items, &stop, |outcome| {
            recording.add(outcome.place, (outcome.record, outcome.hash, None));
        });
    } else {
        let segments = Segments::new(&remote.stores, &results.store, &results.out, options.shard);
        make(
            (options, remote, &stop),
            results,
            items,
            (segments, &mut recording),
        )?;
    }
    recording.finish();
    Ok(())
}

fn make(
    (options, remote, stop): (&Options, &Remote, &AtomicBool),
    results: &Results,
    items: impl Iterator<Item = StoreItem> + Send,
    (mut segments, recording): (Segments<'_>, &mut Recording<'_>),
) -> Result<(), CliError> {
    let memory = Remote::memory_of_pictures(options);
    let batch = batch(options, options.jobs, memory)?;
    let loads = remote.loads(options);
    let (to_store, deliveries) = channel(AT_ONCE);
    let (to_report, delivered) = mpsc::channel::<Outcome>();
    let pass = StorePass::new(options, results, Some(to_store));
    let stores: &Stores = &remote.stores;
    let mut record = |outcome: Outcome| {
        let warning = segments.add(outcome.row);
        warning.iter().for_each(|text| console::print_warning(text));
        recording.add(outcome.place, (outcome.record, outcome.hash, None));
    };
    remote.beside(options, items, &pass, stop, |looked| {
        thread::scope(|scope| {
            scope.spawn(move || {
                let ready = |delivery: delivery::Delivery| drop(to_report.send(delivery.outcome()));
                stores.run_received(deliveries, &Writing, loads, ready);
            });
            batch.run(looked, stop, &pass, |all: Vec<Outcome>| {
                all.into_iter().for_each(&mut record);
                delivered.try_iter().for_each(&mut record);
            });
            // Ends the pool that writes, after what it has started.
            pass.close();
            delivered.iter().for_each(&mut record);
        });
    });
    let warning = segments.finish();
    warning.iter().for_each(|text| console::print_warning(text));
    Ok(())
}

/// The results whose source is no longer below one of these roots, sorted by source.
pub(super) fn removed(
    results: &Results,
    roots: &HashSet<PathBuf>,
    sources: &HashSet<PathBuf>,
) -> Vec<Removed> {
    let gone = results.rows.values().filter_map(|row| {
        let root = PathBuf::from(&row.root);
        let source = root.join(&row.source);
        let is_there = match is_address(&root) {
            true => sources.contains(&source),
            false => fs::symlink_metadata(&source).is_ok(),
        };
        let is_gone = roots.contains(&root) && !is_there;
        is_gone.then(|| Removed {
            source: source.display().to_string(),
            output: row.output.clone(),
        })
    });
    let mut removed: Vec<Removed> = gone.collect();
    removed.sort();
    removed.dedup();
    removed
}
