//! One suite that every destination passes. Scheduling, pacing and
//! the journal are the same code for all, so what holds for one holds for each.
#![allow(clippy::unwrap_used, clippy::panic)]

mod desk;
mod doubts;
mod faults;
mod first;
mod kills;
mod older;
mod server;
mod services;
mod subjects;

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use avatar_upload::{Run, RunOptions, Shown, Speed, State, Status};

use desk::{Desk, all, delivery, payload, statuses};
use subjects::{Subject, subjects};

const SPEED: f64 = 20.0;
const ACCOUNTS: [&str; 3] = ["one", "two", "three"];

#[test]
fn keys_name_accounts_and_no_secrets() {
    for subject in subjects() {
        let keys = ACCOUNTS.map(|account| subject.destination.target(account).unwrap());
        let different: HashSet<_> = keys.iter().collect();
        assert_eq!(different.len(), 3, "{}", subject.name);
        assert!(
            !format!("{keys:?}").contains("0123456789"),
            "{}",
            subject.name
        );
        assert!(
            subject.destination.target("../four").is_none(),
            "{}",
            subject.name
        );
    }
}

#[test]
fn what_shows_is_named_and_fetched() {
    for subject in subjects() {
        let Subject {
            name, destination, ..
        } = &subject;
        assert_eq!(destination.ready("one"), Ok(()), "{name}");
        assert_eq!(
            destination.shown("one"),
            Ok(Shown::Nothing),
            "{name}: nothing yet"
        );
        let verdict = destination.send("one", &payload("first"));
        assert!(verdict.is_applied(), "{name}: {verdict:?}");
        // Questions have a distance of their own.
        std::thread::sleep(destination.spacing("one").questions.div_f64(SPEED));
        let first = destination.shown("one").unwrap();
        assert_ne!(first, Shown::Nothing, "{name}");
        assert_eq!(
            destination.fetch("one"),
            Ok(Some(b"first".to_vec())),
            "{name}"
        );
        std::thread::sleep(destination.spacing("one").sends.div_f64(SPEED));
        assert!(
            destination.send("one", &payload("second")).is_applied(),
            "{name}"
        );
        let second = destination.shown("one").unwrap();
        assert_ne!(first, second, "{name}: another picture, another name");
        assert_eq!((subject.shows)("one"), Some(b"second".to_vec()), "{name}");
        std::thread::sleep(destination.spacing("one").questions.div_f64(SPEED));
        assert_eq!(
            destination.shown("two"),
            Ok(Shown::Nothing),
            "{name}: others show nothing"
        );
    }
}

#[test]
fn a_run_delivers_once_and_exactly() {
    for subject in subjects() {
        let desk = Desk::new();
        let deliveries = || {
            ACCOUNTS
                .map(|account| delivery(account, payload(account)))
                .to_vec()
        };
        let first = desk.deliver(&subject, deliveries(), false);
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
        let second = desk.deliver(&subject, deliveries(), false);
        assert_eq!(statuses(&second), all(Status::UpToDate), "{}", subject.name);
        let third = desk.deliver(&subject, deliveries(), true);
        assert_eq!(statuses(&third), all(Status::Applied), "{}", subject.name);
        let entries = desk.journal.entries().unwrap();
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
        assert_eq!(desk.events.lock().unwrap().len(), 9, "one event each");
    }
}

#[test]
fn a_new_picture_replaces_the_old_one_and_the_old_one_can_return() {
    for subject in subjects() {
        let desk = Desk::new();
        for text in ["old", "new", "old"] {
            let run = desk.deliver(&subject, vec![delivery("one", payload(text))], false);
            assert_eq!(
                run.outcomes[0].status,
                Status::Applied,
                "{} {text}",
                subject.name
            );
            assert_eq!((subject.shows)("one").as_deref(), Some(text.as_bytes()));
        }
        let states: Vec<_> = desk
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
        let desk = Desk::new();
        let deliveries = ACCOUNTS
            .map(|account| delivery(account, payload(account)))
            .to_vec();
        let run = Run {
            destination: &*subject.destination,
            journal: &desk.journal,
            pacer: &desk.pacer,
            options: RunOptions {
                senders: NonZeroUsize::MIN,
                resend: false,
                speed: Speed::new(SPEED),
                deadline: None,
                verify: false,
            },
            compare: &|_, _, _| Ok(()),
            listener: &|_| {},
        };
        let finished = run.deliver(deliveries, &AtomicBool::new(true));
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
