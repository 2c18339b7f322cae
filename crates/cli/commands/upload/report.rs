//! Prints deliveries: lines for people, records for programs, and report files.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::report::deliveries::{self, Deliveries, Existing};
use avatar_batch::report::{console, live, mask};
use avatar_upload::{Entry, Event, path_of_text, path_text};
use serde::Serialize;

use super::hints::in_flags;
use super::matching::Matched;
use super::record::{self, DeliveryRecord};
use super::row::AccountRow;

/// Prints deliveries when they end, and keeps their records for report files.
pub(super) struct Reporter<'a> {
    options: &'a Options,
    /// Records as JSON; empty if no report was requested.
    kept: Mutex<Vec<String>>,
}

impl<'a> Reporter<'a> {
    /// Starts the reports. A report that cannot be written is refused before anything is sent. `existing` says
    /// whether they already contain the pictures of the run.
    pub(super) fn new(options: &'a Options, existing: Existing) -> Result<Self, CliError> {
        options
            .reports
            .iter()
            .try_for_each(|path| deliveries::check(path, existing))?;
        Ok(Self {
            options,
            kept: Mutex::default(),
        })
    }

    /// Prints an event when it happens.
    pub(super) fn event(&self, event: &Event<'_>) {
        match event {
            Event::Waiting {
                account,
                cause,
                pause,
            } if !self.options.quiet && !live::is_shown() => {
                let (seconds, text, code) = (pause.as_secs_f64(), &cause.text, cause.code);
                console::print_line(&format!(
                    "waiting {account} {seconds:.1} s: {text} [{code}]"
                ));
            }
            Event::Done(outcome) => self.entry(&outcome.entry, record::status_name(outcome.status)),
            Event::Warning(text) => console::print_warning(text),
            Event::Waiting { .. } | Event::Begins { .. } => {}
        }
    }

    fn entry(&self, entry: &Entry, status: &str) {
        self.print(&DeliveryRecord::of(entry, status));
        if !self.options.json {
            lines(self.options, entry, status, console::print_line);
            if self.options.verbose {
                link(self.options, entry, status, console::print_line);
            }
        }
    }

    /// Keeps a record, and prints it for programs if they read.
    pub(super) fn print(&self, record: &impl Serialize) {
        if self.options.json {
            // A closed standard output is no reason to stop delivering.
            let _ = console::print_record(record);
        }
        if !self.options.reports.is_empty() {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend(serde_json::to_string(record).ok());
        }
    }

    /// Lists accounts without a picture and pictures without an account.
    pub(super) fn left_over(&self, matched: &Matched) {
        for row in &matched.accounts {
            let (name, id) = (&row.label, &row.id);
            console::print_line(&format!("no picture for account {name} ({id})"));
        }
        for row in &matched.missing {
            let why = "the account's entry names a picture that does not exist";
            let hint = "prepare it, or correct the account";
            self.rejected(row, &wanted(row), ["no_picture", why, hint]);
        }
        for (row, picture) in &matched.stale {
            let why = "its source failed in this run; the existing result is an older one";
            let hint = "correct the source, or send the older result with avatar-prep upload";
            self.rejected(row, &shown(picture), ["source_failed", why, hint]);
        }
        for (row, picture) in &matched.gone {
            let why = "its source is gone, was renamed or is left out of this run; the existing result is an older one";
            let hint = "correct the account, or send the older result with avatar-prep upload";
            self.rejected(row, &shown(picture), ["source_gone", why, hint]);
        }
        for (row, picture, why) in &matched.held {
            let why = [why.code, why.message.as_str(), why.hint];
            self.rejected(row, &shown(picture), why);
        }
        for row in &matched.failed {
            let why = "its source failed in this run";
            let hint = "correct the source";
            self.rejected(row, &wanted(row), ["source_failed", why, hint]);
        }
        for picture in matched.pictures.iter().filter(|_| !self.options.quiet) {
            console::print_line(&format!("no account for {}", shown(picture)));
        }
    }

    /// A delivery that was rejected before it began: code, message and hint.
    pub(super) fn rejected(&self, row: &AccountRow, picture: &str, why: [&str; 3]) {
        self.print(&DeliveryRecord::rejected(row, picture, why));
        if !self.options.json {
            let (name, [code, message, hint]) = (&row.label, why);
            console::print_line(&format!("rejected {picture} -> {name}: {message} [{code}]"));
            console::print_line(&format!("  hint: {hint}"));
        }
    }

    /// Reports a picture that can no longer be read.
    pub(super) fn unreadable(&self, row: &AccountRow, picture: &Path, why: &str) {
        self.rejected(row, &shown(picture), ["io", why, "prepare it again"]);
    }

    /// Writes the report files; `existing` says whether they already contain the pictures of the run.
    pub(super) fn finish(
        self,
        summary: &impl Serialize,
        existing: Existing,
    ) -> Result<(), CliError> {
        let kept = self
            .kept
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let summary = serde_json::to_string(summary).unwrap_or_default();
        let deliveries = Deliveries {
            records: &kept,
            summary: &summary,
        };
        let files = self.options.files();
        let mut paths = files.paths.iter();
        paths.try_for_each(|path| {
            deliveries::write(path, &deliveries, existing, files.byte_order_mark)
        })
    }
}

/// Prints one delivery as a line of the requested table on standard output.
pub(super) fn table(options: &Options, entry: &Entry, status: &str) {
    if options.json {
        let _ = console::print_record(&DeliveryRecord::of(entry, status));
        return;
    }
    lines(options, entry, status, console::print_table);
    link(options, entry, status, console::print_table);
}

fn lines(options: &Options, entry: &Entry, status: &str, print: fn(&str)) {
    let is_good = record::is_good(status);
    if is_good && options.quiet {
        return;
    }
    print(&record::line(entry, status));
    if !entry.hint.is_empty() {
        print(&format!("  hint: {}", in_flags(&entry.hint)));
    }
}

/// Prints the address at which a person can see the applied picture.
fn link(options: &Options, entry: &Entry, status: &str, print: fn(&str)) {
    let is_shown = matches!(status, "applied" | "up_to_date") && !options.quiet;
    if let Some(link) = entry.link.as_deref().filter(|_| is_shown) {
        print(&format!("  see: {link}"));
    }
}

/// The path of a picture as it is printed and stored.
pub(super) fn shown(picture: &Path) -> String {
    mask::text(&path_text(picture))
}

/// The picture that an account waits for: the one that it names, else the one of its name.
fn wanted(row: &AccountRow) -> String {
    match row.value("picture") {
        Some(named) => shown(&path_of_text(named)),
        None => format!("{}.jpg", row.label),
    }
}
