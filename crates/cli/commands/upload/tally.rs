//! How a run ended, in numbers, and which exit code that is.

use std::time::Duration;

use avatar_batch::args::Options;
use avatar_batch::exit::Exit;
use avatar_batch::report::console;
use avatar_upload::{Finished, Outcome, Status, Stop, display_time};
use serde::Serialize;

use super::matching::Matched;
use super::record::SCHEMA;

/// How a run ended; part of the documented records.
#[derive(Debug, Serialize)]
pub(super) struct Tally {
    event: &'static str,
    schema: u32,
    applied: usize,
    up_to_date: usize,
    rejected: usize,
    deferred: usize,
    unknown: usize,
    not_started: usize,
    accounts_without_picture: usize,
    pictures_without_account: usize,
    /// Why it ended early.
    stopped: Option<&'static str>,
    /// The earliest time at which a deferred delivery can be sent.
    not_before: Option<String>,
    #[serde(skip)]
    exit: Exit,
}

impl Tally {
    pub(super) fn new(matched: &Matched, unreadable: usize, ended: &Finished) -> Self {
        let outcomes = &ended.outcomes;
        let of = |wanted: Status| move |outcome: &&Outcome| outcome.status == wanted;
        let count = |wanted| outcomes.iter().filter(of(wanted)).count();
        let deferred = outcomes.iter().filter(of(Status::Deferred));
        let earliest: Option<Duration> = deferred.filter_map(|it| it.entry.not_before).min();
        let mut tally = Self {
            event: "upload_summary",
            schema: SCHEMA,
            applied: count(Status::Applied),
            up_to_date: count(Status::UpToDate),
            rejected: count(Status::Rejected) + unreadable + matched.never_sent(),
            deferred: count(Status::Deferred),
            unknown: count(Status::Unknown),
            not_started: count(Status::NotStarted),
            accounts_without_picture: matched.accounts.len(),
            pictures_without_account: matched.pictures.len(),
            stopped: ended.stopped.map(Stop::code),
            not_before: earliest.map(display_time),
            exit: Exit::AllDone,
        };
        tally.exit = tally.judge(ended.stopped);
        tally
    }

    /// The exit code: first for what stopped the whole run, then for rejected deliveries, then for
    /// what is left for later.
    fn judge(&self, stopped: Option<Stop>) -> Exit {
        match stopped {
            Some(Stop::Refused | Stop::Journal) => return Exit::Refused,
            Some(Stop::Interrupted) => return Exit::Interrupted,
            _ => {}
        }
        exit(self.rejected, self.later())
    }

    fn later(&self) -> usize {
        self.deferred + self.unknown + self.not_started
    }

    /// Prints the summary and returns the exit code.
    pub(super) fn print(&self, options: &Options) -> Exit {
        if options.json {
            let _ = console::print_record(self);
        } else if !options.quiet {
            console::print_line(&self.line());
        }
        self.exit
    }

    fn line(&self) -> String {
        let counts = [
            (self.applied, "applied"),
            (self.up_to_date, "up to date"),
            (self.rejected, "rejected"),
            (self.later(), "left for later: run the same command again"),
        ];
        line(&counts, self.not_before.as_deref())
    }
}

/// The exit code if so many deliveries are rejected and so many are left for later.
pub(super) fn exit(rejected: usize, later: usize) -> Exit {
    match (rejected, later) {
        (0, 0) => Exit::AllDone,
        (0, _) => Exit::Deferred,
        _ => Exit::SomeFailed,
    }
}

/// The counts that are not zero, and when the first deferred delivery can be sent.
pub(super) fn line(counts: &[(usize, &str)], not_before: Option<&str>) -> String {
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts = counts.map(|(count, word)| format!("{count} {word}"));
    let time = not_before.map(|time| format!("not before {time}"));
    counts.chain(time).collect::<Vec<_>>().join(", ")
}
