//! Prints deliveries: lines for people, records for programs.

use std::path::Path;
use std::time::Duration;

use avatar_upload::{Entry, Event, Finished as Ended, Outcome, Status, Stop, display_time};
use serde::Serialize;

use super::matching::Matched;
use super::row::Row;
use super::services::green_api;
use crate::args::Options;
use crate::exit::Exit;
use crate::report::{console, mask};

/// Version of the records; within one, keys and codes keep their meaning.
pub(super) const SCHEMA: u32 = 1;

/// One delivery; part of the documented records. It contains no token.
#[derive(Debug, Serialize)]
struct DeliveryRecord<'a> {
    event: &'static str,
    schema: u32,
    account: &'a str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_instance: Option<&'a str>,
    host: &'a str,
    picture: &'a str,
    sha256: &'a str,
    status: &'a str,
    code: &'a str,
    message: &'a str,
    hint: &'a str,
    shown: Option<&'a str>,
    not_before: Option<String>,
    sends: u32,
}

/// Prints an event when it happens.
pub(super) fn event(options: &Options, event: &Event<'_>) {
    match event {
        Event::Waiting {
            account,
            cause,
            pause,
        } if !options.quiet && !options.json => {
            let seconds = pause.as_secs_f64();
            console::print_line(&format!(
                "waiting {account} {seconds:.1} s: {} [{}]",
                cause.text, cause.code
            ));
        }
        Event::Done(outcome) => entry(options, &outcome.entry, status_name(outcome.status)),
        Event::Warning(text) => console::print_warning(text),
        Event::Waiting { .. } | Event::Begins { .. } => {}
    }
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Applied => "applied",
        Status::UpToDate => "up_to_date",
        Status::Rejected => "rejected",
        Status::Deferred => "deferred",
        Status::Unknown => "unknown",
        Status::NotStarted => "not_started",
    }
}

/// Prints one delivery with its status when it ends, on standard error for people.
pub(super) fn entry(options: &Options, entry: &Entry, status: &str) {
    show(options, entry, status, console::print_line);
    if options.verbose {
        link(options, entry, status, console::print_line);
    }
}

/// Prints one delivery as a line of a table that was asked for, on standard output.
pub(super) fn table(options: &Options, entry: &Entry, status: &str) {
    show(options, entry, status, console::print_table);
    link(options, entry, status, console::print_table);
}

/// Prints the address at which a person can see the applied picture.
fn link(options: &Options, entry: &Entry, status: &str, print: fn(&str)) {
    let is_shown = matches!(status, "applied" | "up_to_date") && !options.json && !options.quiet;
    if let Some(link) = entry.link.as_deref().filter(|_| is_shown) {
        print(&format!("  see: {link}"));
    }
}

fn show(options: &Options, entry: &Entry, status: &str, print: fn(&str)) {
    if options.json {
        // A closed standard output is no reason to stop delivering.
        let _ = console::print_record(&record(entry, status));
        return;
    }
    let good = matches!(status, "applied" | "up_to_date" | "replaced");
    if good && options.quiet {
        return;
    }
    let mut line = format!(
        "{status} {} -> {} ({})",
        entry.picture,
        entry.account,
        entry.target.id()
    );
    if !good {
        line.push_str(&format!(": {} [{}]", entry.message, entry.code));
    } else if entry.message != "applied" {
        line.push_str(&format!(": {}", entry.message));
    }
    if let Some(time) = entry.not_before {
        line.push_str(&format!(", not before {}", display_time(time)));
    }
    print(&line);
    if !good && !entry.hint.is_empty() {
        print(&format!("  hint: {}", entry.hint));
    }
}

fn record<'a>(entry: &'a Entry, status: &'a str) -> DeliveryRecord<'a> {
    DeliveryRecord {
        event: "delivery",
        schema: SCHEMA,
        account: &entry.account,
        id: entry.target.id(),
        id_instance: green_api::id_instance(&entry.target),
        host: &entry.target.scope.host,
        picture: &entry.picture,
        sha256: &entry.sha256,
        status,
        code: &entry.code,
        message: &entry.message,
        hint: &entry.hint,
        shown: entry.link.as_deref(),
        not_before: entry.not_before.map(display_time),
        sends: entry.sends,
    }
}

/// Lists accounts without a picture and pictures without an account.
pub(super) fn left_over(options: &Options, matched: &Matched) {
    for row in &matched.accounts {
        let (name, id) = (&row.label, &row.id);
        console::print_line(&format!("no picture for account {name} ({id})"));
    }
    for row in &matched.missing {
        let picture = Path::new(row.picture.as_deref().unwrap_or_default());
        let why = "the picture that the account names is not there";
        let hint = "prepare it, or correct the account";
        rejected(options, row, picture, ["no_picture", why, hint]);
    }
    for (row, picture) in &matched.stale {
        let why = "its source failed in this run, what is there is older";
        let hint = "correct the source, or send what is there with avatar-prep upload";
        rejected(options, row, picture, ["source_failed", why, hint]);
    }
    for picture in &matched.pictures {
        console::print_line(&format!("no account for {}", shown(picture)));
    }
}

/// The path of a picture as it is printed and stored.
pub(super) fn shown(picture: &Path) -> String {
    mask::text(&picture.display().to_string())
}

/// A delivery that was rejected before it began: code, message and hint.
pub(super) fn rejected(
    options: &Options,
    row: &Row,
    picture: &Path,
    [code, message, hint]: [&str; 3],
) {
    let picture = shown(picture);
    if !options.json {
        let name = &row.label;
        console::print_line(&format!("rejected {picture} -> {name}: {message} [{code}]"));
        console::print_line(&format!("  hint: {hint}"));
        return;
    }
    let _ = console::print_record(&DeliveryRecord {
        event: "delivery",
        schema: SCHEMA,
        account: &row.label,
        id: row.id.clone(),
        id_instance: row.id_instance.as_deref(),
        host: "",
        picture: &picture,
        sha256: "",
        status: "rejected",
        code,
        message,
        hint,
        shown: None,
        not_before: None,
        sends: 0,
    });
}

/// Reports a picture that can no longer be read.
pub(super) fn unreadable(options: &Options, row: &Row, picture: &Path, why: &str) {
    rejected(options, row, picture, ["io", why, "prepare it again"]);
}

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
    pub(super) fn new(matched: &Matched, unreadable: usize, ended: &Ended) -> Self {
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
            rejected: count(Status::Rejected)
                + unreadable
                + matched.missing.len()
                + matched.stale.len(),
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
        if matches!(stopped, Some(Stop::Refused | Stop::Journal)) {
            return Exit::Refused;
        }
        match (self.rejected, self.later()) {
            (0, 0) => Exit::AllDone,
            (0, _) => Exit::Deferred,
            _ => Exit::SomeFailed,
        }
    }

    fn later(&self) -> usize {
        self.deferred + self.unknown + self.not_started
    }

    /// Prints the summary and returns the exit code.
    pub(super) fn tell(&self, options: &Options) -> Exit {
        if options.json {
            let _ = console::print_record(self);
        } else if !options.quiet {
            console::print_line(&self.line());
        }
        self.exit
    }

    fn line(&self) -> String {
        let mut parts = Vec::new();
        for (count, word) in [
            (self.applied, "applied"),
            (self.up_to_date, "up to date"),
            (self.rejected, "rejected"),
            (self.later(), "left for later: run the same command again"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
        if let Some(time) = &self.not_before {
            parts.push(format!("not before {time}"));
        }
        parts.join(", ")
    }
}
