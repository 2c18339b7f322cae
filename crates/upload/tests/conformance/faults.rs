//! Pictures that are not what was meant, and destinations with faults of their own.

use std::collections::HashSet;

use avatar_upload::{Action, Contents, Destination, Memory, Payload, Status, Verdict};

use crate::ACCOUNTS;
use crate::desk::{Desk, delivery, payload, statuses};
use crate::subjects::{Subject, subjects};

/// Contents of which loading gives something else than the hash says, or nothing.
#[derive(Debug)]
struct Wrong {
    sha256: &'static str,
    load: fn() -> Result<Payload, Verdict>,
}

impl Contents for Wrong {
    fn sha256(&self) -> &str {
        self.sha256
    }
    fn load(&self) -> Result<Payload, Verdict> {
        (self.load)()
    }
}

const CHANGED: Wrong = Wrong {
    sha256: "0000000000000000000000000000000000000000000000000000000000000000",
    load: || Ok(payload("other")),
};

const GONE: Wrong = Wrong {
    sha256: "1111111111111111111111111111111111111111111111111111111111111111",
    load: || {
        Err(Verdict::new(
            Action::Fail,
            "gone",
            "it is gone",
            "make it again",
        ))
    },
};

#[test]
fn nothing_is_sent_that_is_not_meant_and_nobody_is_forgotten() {
    for subject in subjects() {
        let desk = Desk::new();
        let deliveries = vec![
            delivery("one", CHANGED),
            delivery("two", GONE),
            delivery("a/stranger", payload("x")),
        ];
        let run = desk.deliver(&subject, deliveries, false);
        let mut codes: Vec<_> = run
            .outcomes
            .iter()
            .map(|outcome| (outcome.entry.code.as_str(), outcome.status))
            .collect();
        codes.sort_by_key(|(code, _)| *code);
        let wanted = [
            ("gone", Status::Rejected),
            ("no_account", Status::Rejected),
            ("picture_changed", Status::Rejected),
        ];
        assert_eq!(codes, wanted, "{}", subject.name);
        assert!(
            ACCOUNTS
                .iter()
                .all(|account| (subject.shows)(account).is_none())
        );
    }
}

/// A destination with a fault of its own.
struct Faulty;

impl Destination for Faulty {
    fn key(&self, account: &str) -> Option<avatar_upload::AccountKey> {
        assert_ne!(account, "four", "a fault");
        Memory::default().key(account)
    }
    fn spacing(&self) -> avatar_upload::Spacing {
        avatar_upload::Spacing::NONE
    }
    fn ready(&self, _: &str) -> Result<(), Verdict> {
        Ok(())
    }
    fn shown(&self, _: &str) -> Result<Option<String>, Verdict> {
        Ok(None)
    }
    fn send(&self, account: &str, _: &Payload) -> Verdict {
        assert_ne!(account, "two", "a fault");
        Verdict::applied(None)
    }
}

#[test]
fn a_fault_in_a_destination_harms_one_delivery() {
    let desk = Desk::new();
    let subject = Subject {
        name: "faulty",
        destination: Box::new(Faulty),
        shows: Box::new(|_| None),
        _keep: Vec::new(),
    };
    let deliveries = || {
        ACCOUNTS
            .map(|account| delivery(account, payload(account)))
            .to_vec()
    };
    let run = desk.deliver(&subject, deliveries(), false);
    let count = |status| {
        run.outcomes
            .iter()
            .filter(|outcome| outcome.status == status)
            .count()
    };
    assert_eq!((count(Status::Applied), count(Status::Unknown)), (2, 1));
    // Nobody can say what came of it, and the destination does not tell: it is not sent again.
    let again = desk.deliver(&subject, deliveries(), false);
    let outcomes = again.outcomes.iter();
    let states: HashSet<_> = outcomes
        .map(|outcome| format!("{:?}", outcome.status))
        .collect();
    assert_eq!(
        states,
        HashSet::from(["UpToDate".to_string(), "Unknown".to_string()])
    );
}

#[test]
fn a_fault_before_a_delivery_begins_ends_no_run() {
    let desk = Desk::new();
    let subject = Subject {
        name: "faulty",
        destination: Box::new(Faulty),
        shows: Box::new(|_| None),
        _keep: Vec::new(),
    };
    let names = ["four", "one", "four", "three"];
    let deliveries = names.map(|name| delivery(name, payload(name))).to_vec();
    let run = desk.deliver(&subject, deliveries, false);
    let wanted = [
        ("four", Status::NotStarted),
        ("four", Status::NotStarted),
        ("one", Status::Applied),
        ("three", Status::Applied),
    ];
    assert_eq!(statuses(&run), wanted.map(|(name, it)| (name.into(), it)));
}
