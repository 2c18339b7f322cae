//! Destinations of others: two hosts, and one whose answers change between two looks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use avatar_upload::{
    Access, Action, Destination, Memory, Payload, Shown, Spacing, Status, Target, Then, Verdict,
};

use crate::harness::{Account, Harness, delivery, payload, statuses};
use crate::uncertain::one;

/// An account on one of two endpoints; what one of them says is scripted.
struct TwoHosts {
    name: &'static str,
    memory: Memory,
    asked: Arc<AtomicUsize>,
    bad: fn() -> Verdict,
}

impl Destination for TwoHosts {
    fn target(&self) -> Target {
        self.memory.target()
    }
    fn access(&self) -> Access {
        Access {
            endpoint: self.name.chars().next().unwrap_or_default().to_string(),
            fingerprint: String::new(),
            ..Access::default()
        }
    }
    fn spacing(&self) -> Spacing {
        Spacing::NONE
    }
    fn ready(&self) -> Result<(), Verdict> {
        Ok(())
    }
    fn shown(&self) -> Result<Shown, Verdict> {
        self.memory.shown()
    }
    fn send(&self, payload: &Payload) -> Verdict {
        if !self.name.starts_with('a') {
            return self.memory.send(payload);
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        (self.bad)()
    }
}

#[test]
fn one_endpoint_stops_nobody_elses() {
    let wrong = || {
        Verdict::new(
            Action::StopEndpoint,
            "wrong_address",
            "no such call",
            "check it",
        )
    };
    let down = || {
        Verdict::new(
            Action::Retry { most: 0 },
            "not_connected",
            "no connection",
            "wait",
        )
    };
    let names = [
        "a1", "a2", "a3", "a4", "a5", "a6", "a7", "b1", "b2", "b3", "b4",
    ];
    for (bad, tried) in [(wrong as fn() -> Verdict, 1..=2), (down, 5..=6)] {
        let asked = Arc::new(AtomicUsize::new(0));
        let deliveries = names.map(|name| {
            let account: Account = Arc::new(TwoHosts {
                name,
                memory: Memory::new(name),
                asked: Arc::clone(&asked),
                bad,
            });
            delivery(&account, name, payload(name))
        });
        let harness = Harness::new();
        let run = harness.deliver(deliveries.into(), false);
        assert_eq!(run.stopped, None);
        for (name, status) in statuses(&run) {
            assert_eq!(
                name.starts_with('b'),
                status == Status::Applied,
                "{name}: {status:?}"
            );
        }
        let asked = asked.load(Ordering::SeqCst);
        assert!(tried.contains(&asked), "{asked}");
    }
}

/// A destination that answers each send with one verdict and shows something else each time it is
/// asked, so that a changed name proves nothing.
struct Restless {
    memory: Memory,
    answers: AtomicUsize,
    takes: AtomicBool,
    verdict: fn() -> Verdict,
    sends: AtomicUsize,
}

impl Restless {
    fn new(verdict: fn() -> Verdict) -> Arc<Self> {
        Arc::new(Self {
            memory: Memory::new("one"),
            answers: AtomicUsize::new(0),
            takes: AtomicBool::new(false),
            verdict,
            sends: AtomicUsize::new(0),
        })
    }
}

impl Destination for Restless {
    fn target(&self) -> Target {
        self.memory.target()
    }
    fn access(&self) -> Access {
        Access {
            endpoint: "restless".into(),
            fingerprint: self.takes.load(Ordering::SeqCst).to_string(),
            ..Access::default()
        }
    }
    fn spacing(&self) -> Spacing {
        Spacing::NONE
    }
    fn ready(&self) -> Result<(), Verdict> {
        Ok(())
    }
    fn shown(&self) -> Result<Shown, Verdict> {
        let number = self.answers.fetch_add(1, Ordering::SeqCst);
        Ok(Shown::Version(number.to_string()))
    }
    fn fetch(&self) -> Result<Option<Vec<u8>>, Verdict> {
        Ok(self.memory.fetch()?.or(Some(b"nothing".to_vec())))
    }
    fn send(&self, payload: &Payload) -> Verdict {
        self.sends.fetch_add(1, Ordering::SeqCst);
        if self.takes.load(Ordering::SeqCst) {
            return self.memory.send(payload);
        }
        (self.verdict)()
    }
}

#[test]
fn a_changed_name_proves_nothing() {
    let lost = || {
        let action = Action::Verify {
            resends: 1,
            then: Then::Fail,
        };
        Verdict::new(action, "answer_lost", "no answer", "again")
    };
    let restless = Restless::new(lost);
    let account: Account = restless.clone();
    let harness = Harness::new();
    let (status, message) = one(&harness, &account, "picture");
    assert_eq!(status, Status::Rejected, "it never arrived: {message}");
    assert_eq!(
        restless.sends.load(Ordering::SeqCst),
        2,
        "it was looked at and sent again"
    );
    restless.takes.store(true, Ordering::SeqCst);
    assert_eq!(one(&harness, &account, "picture").0, Status::Applied);
}

#[test]
fn what_was_refused_is_sent_again_only_after_a_change() {
    let refused = || {
        Verdict::new(
            Action::Refuse,
            "picture_refused",
            "not taken",
            "another one",
        )
    };
    let restless = Restless::new(refused);
    let account: Account = restless.clone();
    let harness = Harness::new();
    for _ in 0..3 {
        assert_eq!(one(&harness, &account, "picture").0, Status::Rejected);
    }
    assert_eq!(restless.sends.load(Ordering::SeqCst), 1, "asked once");
    assert_eq!(one(&harness, &account, "another").0, Status::Rejected);
    assert_eq!(restless.sends.load(Ordering::SeqCst), 2, "another picture");
    // The entry of the account changes, and with it the fingerprint.
    restless.takes.store(true, Ordering::SeqCst);
    assert_eq!(one(&harness, &account, "picture").0, Status::Applied);
}
