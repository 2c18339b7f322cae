//! What is said of deliveries: lines for people, records for programs.

use avatar_upload::{Entry, Event, Outcome, Status, display_time};
use serde::Serialize;

use crate::console;
use crate::options::Options;

/// One delivery; part of the result contract. It holds no token.
#[derive(Debug, Serialize)]
struct DeliveryRecord<'a> {
    event: &'static str,
    schema: u32,
    account: &'a str,
    id_instance: &'a str,
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

/// Shows events as they come.
pub(super) fn event(options: &Options, event: &Event<'_>) {
    match event {
        Event::Waiting {
            account,
            cause,
            pause,
        } if options.verbose && !options.json => {
            let seconds = pause.as_secs_f64();
            console::print_line(&format!(
                "waiting {account} {seconds:.1} s: {} [{}]",
                cause.text, cause.code
            ));
        }
        Event::Done(outcome) => done(options, outcome),
        Event::Warning(text) => console::print_warning(text),
        Event::Waiting { .. } => {}
    }
}

fn done(options: &Options, outcome: &Outcome) {
    let status = match outcome.status {
        Status::Applied => "applied",
        Status::UpToDate => "up_to_date",
        Status::Rejected => "rejected",
        Status::Deferred => "deferred",
        Status::Unknown => "unknown",
        Status::NotStarted => "not_started",
    };
    entry(options, &outcome.entry, status);
}

/// Shows one entry under a status.
pub(super) fn entry(options: &Options, entry: &Entry, status: &str) {
    if options.json {
        // Nobody reading the records is no reason to stop delivering.
        let _ = console::print_record(&record(entry, status));
        return;
    }
    let good = matches!(status, "applied" | "up_to_date");
    if good && options.quiet {
        return;
    }
    let mut line = format!(
        "{status} {} -> {} ({})",
        entry.picture, entry.account, entry.key.id
    );
    if !good {
        line.push_str(&format!(": {} [{}]", entry.message, entry.code));
    }
    if let Some(time) = entry.not_before {
        line.push_str(&format!(", not before {}", display_time(time)));
    }
    console::print_line(&line);
    if !good && !entry.hint.is_empty() {
        console::print_line(&format!("  hint: {}", entry.hint));
    }
}

fn record<'a>(entry: &'a Entry, status: &'a str) -> DeliveryRecord<'a> {
    DeliveryRecord {
        event: "delivery",
        schema: 1,
        account: &entry.account,
        id_instance: &entry.key.id,
        host: &entry.key.host,
        picture: &entry.picture,
        sha256: &entry.sha256,
        status,
        code: &entry.code,
        message: &entry.message,
        hint: &entry.hint,
        shown: entry.shown.as_deref(),
        not_before: entry.not_before.map(display_time),
        sends: entry.sends,
    }
}
