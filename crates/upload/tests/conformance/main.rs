//! One suite that every destination passes. Scheduling, pacing and
//! the journal are the same code for all, so what holds for one holds for each.
#![allow(clippy::unwrap_used, clippy::panic)]

mod destinations;
mod faults;
mod first;
mod harness;
mod kills;
mod looking;
mod older;
mod places;
mod server;
mod services;
mod subjects;
mod uncertain;

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;

use avatar_upload::{Folder, Shown, State, Status};

use harness::{Harness, all, payload, statuses};
use subjects::subjects;

const SPEED: f64 = 20.0;
const ACCOUNTS: [&str; 3] = ["one", "two", "three"];

#[test]
fn keys_name_accounts_and_no_secrets() {
    for subject in subjects() {
        let keys = ACCOUNTS.map(|account| subject.at(account).target());
        let different: HashSet<_> = keys.iter().collect();
        assert_eq!(different.len(), 3, "{}", subject.name);
        assert!(
            !format!("{keys:?}").contains("0123456789"),
            "{}",
            subject.name
        );
    }
    for name in ["../four", "a/four", "a\\four", "C:four", ".four", ""] {
        assert!(Folder::new("files", name).is_none(), "{name}");
    }
}

#[test]
fn what_shows_is_named_and_fetched() {
    for subject in subjects() {
        let (name, one) = (subject.name, subject.at("one"));
        assert_eq!(one.ready(), Ok(()), "{name}");
        assert_eq!(one.shown(), Ok(Shown::Nothing), "{name}: nothing yet");
        let verdict = one.send(&payload("first"));
        assert!(verdict.is_applied(), "{name}: {verdict:?}");
        // Questions have a distance of their own.
        std::thread::sleep(one.spacing().questions.div_f64(SPEED));
        let first = one.shown().unwrap();
        assert_ne!(first, Shown::Nothing, "{name}");
        assert_eq!(one.fetch(), Ok(Some(b"first".to_vec())), "{name}");
        std::thread::sleep(one.spacing().sends.div_f64(SPEED));
        assert!(one.send(&payload("second")).is_applied(), "{name}");
        let second = one.shown().unwrap();
        assert_ne!(first, second, "{name}: another picture, another name");
        assert_eq!((subject.shows)("one"), Some(b"second".to_vec()), "{name}");
        std::thread::sleep(one.spacing().questions.div_f64(SPEED));
        assert_eq!(
            subject.at("two").shown(),
            Ok(Shown::Nothing),
            "{name}: others show nothing"
        );
    }
}

#[test]
fn a_run_delivers_once_and_exactly() {
    for subject in subjects() {
        let harness = Harness::new();
        let first = harness.deliver(subject.deliveries(), false);
        assert_eq!(statuses(&first), all(Status::Applied), "{}", subject.name);
        assert!(first.stopped.is_none());
        for account in ACCOUNTS {
            let shows = (subject.shows)(account);
            assert_eq!(
                shows.as_deref(),
                Some(account.as_bytes()),
                "{}",
                subject.name
            );
        }
        let second = harness.deliver(subject.deliveries(), false);
        assert_eq!(statuses(&second), all(Status::UpToDate), "{}", subject.name);
        let third = harness.deliver(subject.deliveries(), true);
        assert_eq!(statuses(&third), all(Status::Applied), "{}", subject.name);
        let entries = harness.journal.entries().unwrap();
        assert_eq!(entries.len(), 3);
        for entry in entries {
            assert_eq!(
                (entry.state, entry.sends),
                (State::Applied, 2),
                "{}",
                subject.name
            );
            assert_eq!(
                entry.code, "compared",
                "{}: {}",
                subject.name, entry.message
            );
        }
        assert_eq!(harness.events.lock().unwrap().len(), 9, "one event each");
    }
}

#[test]
fn a_new_picture_replaces_the_old_one_and_the_old_one_can_return() {
    for subject in subjects() {
        let harness = Harness::new();
        for text in ["old", "new", "old"] {
            let run = harness.deliver(vec![subject.delivery("one", payload(text))], false);
            assert_eq!(
                run.outcomes[0].status,
                Status::Applied,
                "{} {text}",
                subject.name
            );
            assert_eq!((subject.shows)("one").as_deref(), Some(text.as_bytes()));
        }
        let states: Vec<_> = harness
            .journal
            .entries()
            .unwrap()
            .iter()
            .map(|entry| entry.state)
            .collect();
        assert_eq!(
            states
                .iter()
                .filter(|state| **state == State::Applied)
                .count(),
            1
        );
        assert_eq!(
            states
                .iter()
                .filter(|state| **state == State::Replaced)
                .count(),
            1
        );
    }
}

#[test]
fn a_stop_leaves_everyone_an_outcome() {
    for subject in subjects() {
        let harness = Harness::new();
        let run = harness.run(&|_| {});
        let finished = run.deliver(subject.deliveries(), &AtomicBool::new(true));
        assert_eq!(finished.stopped, Some(avatar_upload::Stop::Interrupted));
        assert_eq!(
            statuses(&finished),
            all(Status::NotStarted),
            "{}",
            subject.name
        );
        assert!(
            ACCOUNTS
                .iter()
                .all(|account| (subject.shows)(account).is_none())
        );
    }
}
