//! A run whose results go into tars (`--pack`). Workers hand finished pictures to one packer, which puts them
//! into tars in the order of the plan; a thread beside it writes the tars, so that no worker waits for a disk or the
//! network. A picture counts as done once its tar is written.

mod check;
mod dry_run;
mod finished;
mod made;
mod memory;
mod opened;
mod packer;
mod pass;
mod steps;
mod tar;
mod work;

use std::sync::mpsc;
use std::thread;

use super::batch::batch;
use super::item::Item;
use super::recorder::Recorder;
use super::remote::Remote;
use crate::args::Options;
use crate::error::CliError;
use crate::interrupt;
use crate::naming::Picture;
pub(super) use check::check;
use finished::Finished;
use made::Made;
use memory::Memory;
use opened::Packs;
use packer::Packer;
use pass::PackPass;
use tar::{Closed, Written};

/// Prepares the pictures and packs them.
pub(super) fn run(
    (options, remote): (&Options, Option<&Remote>),
    (packs, memory): (&Packs<'_>, &Memory),
    pictures: Vec<Picture>,
    report: &mut Recorder,
) -> Result<(), CliError> {
    let stop = interrupt::stop_flag();
    let pass = PackPass::new(options, packs);
    let total = pictures.len();
    if options.dry_run {
        dry_run::run((options, remote), &pass, pictures, (report, &stop));
        return Ok(());
    }
    let batch = batch(options, options.jobs, memory.pictures)?;
    let items = Item::of_each_source(pictures);
    let (to_writer, tars) = mpsc::sync_channel::<Closed>(0);
    let (to_report, written) = mpsc::channel::<Written>();
    let mut finished = Finished::new(report, total as u64, &stop);
    let mut packer = Packer::new((options, packs), memory, to_writer);
    thread::scope(|scope| {
        scope.spawn(move || {
            for closed in tars {
                let written = closed.write(&packs.place);
                drop(to_report.send(written));
            }
        });
        let consume = |all: Vec<Vec<Made>>| {
            for made in all.into_iter().flatten() {
                packer.add(made, &mut finished);
            }
            written.try_iter().for_each(|tar| finished.add_tar(tar));
        };
        match remote {
            Some(remote) => remote.beside(options, items, &pass, &stop, |looked| {
                batch.run_together(looked, &stop, &pass, consume);
            }),
            None => batch.run_together(items, &stop, &pass, consume),
        }
        // Ends the thread that writes, after the last tar.
        packer.finish(&mut finished);
        written.iter().for_each(|tar| finished.add_tar(tar));
    });
    finished.finish();
    Ok(())
}
