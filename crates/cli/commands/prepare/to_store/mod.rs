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
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use avatar_prepare::PerceptualHash;
use avatar_stores::Stores;
use tokio::sync::mpsc::channel;

use super::batch::batch;
use super::plan_order::PlanOrder;
use super::recorder::Recorder;
use super::remote::{AT_ONCE, Remote};
use crate::args::Options;
use crate::error::CliError;
use crate::interrupt;
use crate::naming::Picture;
use crate::near_duplicates::NearDuplicates;
use crate::objects::address::is_address;
use crate::objects::results::Results;
use crate::objects::segment::Segments;
use crate::report::console;
use crate::report::record::{FileRecord, Removed};
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
    let total = pictures.len() as u64;
    let mut recording = Recording {
        report,
        order: PlanOrder::new(),
        earlier: NearDuplicates::default(),
        finished: 0,
        stop: &stop,
    };
    if options.dry_run {
        let items = StoreItem::of_each_source(pictures);
        dry_run::run((options, remote), results, items, &stop, |outcome| {
            recording.add(outcome);
        });
    } else {
        let segments = Segments::new(&remote.stores, &results.store, &results.out, options.shard);
        let items = StoreItem::of_each_source(pictures);
        make(
            (options, remote),
            results,
            items,
            (segments, &mut recording),
        )?;
    }
    let finished = recording.finish();
    let not_started = total - finished;
    let interrupted = stop.load(Ordering::Relaxed) && report.stdout_open() && not_started > 0;
    let summary = report.summary();
    summary.not_started = not_started;
    summary.interrupted = interrupted;
    Ok(())
}

fn make(
    (options, remote): (&Options, &Remote),
    results: &Results,
    items: Vec<StoreItem>,
    (mut segments, recording): (Segments<'_>, &mut Recording<'_>),
) -> Result<(), CliError> {
    let stop = recording.stop;
    let memory = Remote::memory_of_pictures(options);
    let batch = batch(options, options.jobs, memory)?;
    let loads = remote.loads(options);
    let (to_workers, fetched) = mpsc::channel();
    let (to_store, deliveries) = channel(AT_ONCE);
    let (to_report, delivered) = mpsc::channel::<Outcome>();
    let pass = StorePass::new(options, results, Some(to_store));
    let stores: &Stores = &remote.stores;
    let mut record = |outcome: Outcome| {
        let warning = segments.add(outcome.row.clone());
        warning.iter().for_each(|text| console::print_warning(text));
        recording.add(outcome);
    };
    thread::scope(|scope| {
        let looks = &pass;
        scope.spawn(move || {
            // Fails once the workers have stopped.
            let ready = |item| drop(to_workers.send(item));
            stores.run(items.into_iter(), looks, loads, stop, ready);
        });
        scope.spawn(move || {
            let ready = |delivery: delivery::Delivery| drop(to_report.send(delivery.outcome()));
            stores.run_received(deliveries, &Writing, loads, ready);
        });
        batch.run(fetched, stop, &pass, |all: Vec<Outcome>| {
            all.into_iter().for_each(&mut record);
            delivered.try_iter().for_each(&mut record);
        });
        // Ends the pool that writes, after what it has begun.
        pass.close();
        delivered.iter().for_each(&mut record);
    });
    let warning = segments.finish();
    warning.iter().for_each(|text| console::print_warning(text));
    Ok(())
}

/// A record, and the perceptual hash of a result that exists.
type Recorded = (FileRecord, Option<PerceptualHash>);

/// Puts records into the order of the plan.
struct Recording<'a> {
    report: &'a mut Recorder,
    order: PlanOrder<Recorded>,
    earlier: NearDuplicates,
    finished: u64,
    stop: &'a AtomicBool,
}

impl Recording<'_> {
    fn add(&mut self, outcome: Outcome) {
        self.finished += 1;
        let recorded = (outcome.record, outcome.hash);
        for recorded in self.order.add(outcome.place, recorded) {
            if !record(self.report, &mut self.earlier, recorded) {
                self.stop.store(true, Ordering::Relaxed);
            }
        }
    }

    fn finish(mut self) -> u64 {
        for recorded in self.order.rest() {
            record(self.report, &mut self.earlier, recorded);
        }
        self.finished
    }
}

fn record(report: &mut Recorder, earlier: &mut NearDuplicates, (record, hash): Recorded) -> bool {
    let near = hash.and_then(|hash| earlier.add(&record.source, hash));
    report.file(record.like_an_earlier_one(near.as_ref()))
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
