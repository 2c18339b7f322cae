//! `upload --check`: asks the service for every account whether it is ready; sends nothing.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use avatar_batch::args::{Options, UploadOptions};
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::report::console;
use avatar_upload::{Action, Destination, Target, Verdict};
use serde::Serialize;

use super::accounts;
use super::hints::in_flags;
use super::row::AccountRow;
use super::services;

/// The answer for one account; part of the documented records.
#[derive(Debug, Serialize)]
struct AccountRecord<'a> {
    event: &'static str,
    schema: u32,
    account: &'a str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_instance: Option<&'a str>,
    ready: bool,
    code: &'a str,
    message: &'a str,
    hint: &'a str,
}

/// Asks several accounts at a time and prints the answers in the order of the file.
pub(super) fn check(options: &Options) -> Result<Exit, CliError> {
    // Services are asked, also with `--dry-run`.
    let upload = UploadOptions {
        sends_nothing: false,
        ..options.upload.clone()
    };
    let rows = accounts::read(&upload)?;
    let destinations = services::open(&rows, &upload)?;
    let mut answers = ask(&destinations, options.upload.senders);
    let mut exit = Exit::AllDone;
    for (index, (row, destination)) in rows.iter().zip(&destinations).enumerate() {
        let answer = answers.remove(&index).unwrap_or_else(|| Err(not_asked()));
        let refusal = answer.as_ref().err();
        print(options, row, &destination.target(), refusal);
        exit = exit.or(refusal.map_or(Exit::AllDone, severity));
    }
    Ok(exit)
}

/// The answers of accounts by their index; an account for which asking panicked has none, and the
/// others are not affected.
fn ask(
    destinations: &[Arc<dyn Destination>],
    senders: NonZeroUsize,
) -> HashMap<usize, Result<(), Verdict>> {
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(HashMap::new());
    let ask = || {
        loop {
            let index = next.fetch_add(1, Ordering::SeqCst);
            let Some(destination) = destinations.get(index) else {
                return;
            };
            let ready = catch_unwind(AssertUnwindSafe(|| destination.ready()));
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.extend(ready.ok().map(|ready| (index, ready)));
        }
    };
    thread::scope(|scope| {
        for _ in 0..senders.get().min(destinations.len()) {
            scope.spawn(ask);
        }
    });
    answers.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The verdict of an account that has no answer.
fn not_asked() -> Verdict {
    let text = "a bug in this program: the account was not asked";
    Verdict::new(Action::Fail, "not_asked", text, "please report it")
}

/// The exit code for a refusal: a state that passes by itself is left for later, a wrong address is
/// wrong use.
fn severity(refusal: &Verdict) -> Exit {
    match refusal.action {
        Action::Fail | Action::Refuse | Action::StopScope | Action::StopCredential => {
            Exit::SomeFailed
        }
        Action::StopEndpoint | Action::StopRun => Exit::Refused,
        _ => Exit::Deferred,
    }
}

fn print(options: &Options, row: &AccountRow, target: &Target, refusal: Option<&Verdict>) {
    if options.json {
        let _ = console::print_record(&AccountRecord {
            event: "account",
            schema: 1,
            account: &row.label,
            id: &row.recorded_id,
            id_instance: services::id_instance(target),
            ready: refusal.is_none(),
            code: refusal.map_or("ready", |verdict| verdict.code),
            message: refusal.map_or("", |verdict| &verdict.text),
            hint: refusal.map_or("", |verdict| in_flags(verdict.hint)),
        });
        return;
    }
    let (name, id) = (&row.label, &row.id);
    match refusal {
        None if options.quiet => {}
        None => console::print_table(&format!("ready {name} ({id})")),
        Some(verdict) => {
            let (text, code) = (&verdict.text, verdict.code);
            console::print_table(&format!("not ready {name} ({id}): {text} [{code}]"));
            console::print_table(&format!("  hint: {}", in_flags(verdict.hint)));
        }
    }
}

#[cfg(test)]
mod tests {
    use avatar_upload::{Memory, Payload, Shown, Spacing};

    use super::*;

    /// Panics when it is asked.
    struct Faulty;

    impl Destination for Faulty {
        fn target(&self) -> Target {
            Memory::new("bad").target()
        }
        fn spacing(&self) -> Spacing {
            Spacing::NONE
        }
        fn ready(&self) -> Result<(), Verdict> {
            panic!("a fault")
        }
        fn shown(&self) -> Result<Shown, Verdict> {
            Ok(Shown::Untold)
        }
        fn send(&self, _: &Payload) -> Verdict {
            not_asked()
        }
    }

    #[test]
    fn a_fault_leaves_the_others_asked() {
        let destinations: [Arc<dyn Destination>; 3] = [
            Arc::new(Memory::new("first")),
            Arc::new(Faulty),
            Arc::new(Memory::new("last")),
        ];
        let answers = ask(&destinations, NonZeroUsize::MIN);
        let answers = [0, 1, 2].map(|index| answers.get(&index));
        assert_eq!(answers, [Some(&Ok(())), None, Some(&Ok(()))]);
        assert_eq!(severity(&not_asked()), Exit::SomeFailed);
    }
}
