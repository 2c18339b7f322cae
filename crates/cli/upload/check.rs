//! `upload --check`: every account is asked whether it can be sent to; nothing is sent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use avatar_upload::{Action, Destination, Verdict};
use serde::Serialize;

use super::accounts::{self, Row};
use super::{callable, destination};
use crate::options::Options;
use crate::usage::UsageError;
use crate::{Exit, console};

/// What one account said; part of the result contract.
#[derive(Debug, Serialize)]
struct AccountRecord<'a> {
    event: &'static str,
    schema: u32,
    account: &'a str,
    id_instance: &'a str,
    ready: bool,
    code: &'a str,
    message: &'a str,
    hint: &'a str,
}

/// Asks a few accounts at once and tells in the order of the file.
pub(super) fn check(options: &Options) -> Result<Exit, UsageError> {
    let rows = accounts::read(&options.upload)?;
    let destination = destination(options, callable(options, &rows)?)?;
    let next = AtomicUsize::new(0);
    let ask = || {
        let mut answers = Vec::new();
        while let Some(row) = rows.get(next.fetch_add(1, Ordering::SeqCst)) {
            answers.push((&row.name, destination.ready(&row.name)));
        }
        answers
    };
    let answers: Vec<_> = thread::scope(|scope| {
        let threads = options.upload.senders.get().min(rows.len());
        let asking: Vec<_> = (0..threads).map(|_| scope.spawn(ask)).collect();
        asking
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .flatten()
            .collect()
    });
    let mut exit = Exit::AllDone;
    for row in &rows {
        let answer = answers.iter().find(|(name, _)| *name == &row.name);
        let lost = not_asked();
        let refusal = answer.map_or(Some(&lost), |(_, answer)| answer.as_ref().err());
        tell(options, row, refusal);
        exit = exit.or(refusal.map_or(Exit::AllDone, severity));
    }
    Ok(exit)
}

/// Stands for an account that has no answer: a fault ended the thread that should have asked.
fn not_asked() -> Verdict {
    let text = "a fault in this program: the account was not asked";
    Verdict::new(Action::Fail, "not_asked", text, "please report it")
}

/// What sets itself right is left for later; a wrong address is wrong use.
fn severity(refusal: &Verdict) -> Exit {
    match refusal.action {
        Action::Fail | Action::StopAccount => Exit::SomeFailed,
        Action::StopRun => Exit::Usage,
        _ => Exit::Deferred,
    }
}

fn tell(options: &Options, row: &Row, refusal: Option<&Verdict>) {
    if options.json {
        let _ = console::print_record(&AccountRecord {
            event: "account",
            schema: 1,
            account: &row.name,
            id_instance: &row.id_instance,
            ready: refusal.is_none(),
            code: refusal.map_or("ready", |verdict| verdict.code),
            message: refusal.map_or("", |verdict| &verdict.text),
            hint: refusal.map_or("", |verdict| verdict.hint),
        });
        return;
    }
    let (name, id) = (&row.name, &row.id_instance);
    match refusal {
        None if options.quiet => {}
        None => console::print_line(&format!("ready {name} ({id})")),
        Some(verdict) => {
            let (text, code) = (&verdict.text, verdict.code);
            console::print_line(&format!("not ready {name} ({id}): {text} [{code}]"));
            console::print_line(&format!("  hint: {}", verdict.hint));
        }
    }
}
