//! `verify` looks at what was applied before, and bothers no server that is to be left alone or does not answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use avatar_upload::{
    Action, Delivery, Destination, Finished, Memory, Payload, Scope, Shown, Spacing, State, Status,
    Target, Then, Verdict,
};

use crate::harness::{Account, Harness, delivery, payload};

type Answer = dyn Fn() -> Result<(), Verdict> + Send + Sync;

/// A place for files that takes pictures, and answers questions about what it was sent as a test says.
struct Place {
    memory: Memory,
    /// Questions to all places of the host.
    questions: Arc<AtomicUsize>,
    answer: Arc<Answer>,
}

impl Place {
    fn question(&self) -> Result<(), Verdict> {
        if self.memory.payload().is_none() {
            return Ok(());
        }
        self.questions.fetch_add(1, Ordering::SeqCst);
        (self.answer)()
    }
}

impl Destination for Place {
    fn target(&self) -> Target {
        let scope = Scope {
            service: "files".into(),
            host: "h".into(),
            id: String::new(),
        };
        Target {
            scope,
            ..self.memory.target()
        }
    }
    fn spacing(&self) -> Spacing {
        Spacing::NONE
    }
    fn ready(&self) -> Result<(), Verdict> {
        Ok(())
    }
    fn shown(&self) -> Result<Shown, Verdict> {
        self.question()?;
        self.memory.shown()
    }
    fn fetch(&self) -> Result<Option<Vec<u8>>, Verdict> {
        self.question()?;
        self.memory.fetch()
    }
    fn keeps_bytes(&self) -> bool {
        true
    }
    fn send(&self, payload: &Payload) -> Verdict {
        self.memory.send(payload)
    }
}

/// So many places to which a picture was delivered, and the count of questions since.
struct Host {
    harness: Harness,
    places: Vec<Account>,
    questions: Arc<AtomicUsize>,
}

impl Host {
    fn new(count: usize, answer: impl Fn() -> Result<(), Verdict> + Send + Sync + 'static) -> Self {
        let (questions, answer): (_, Arc<Answer>) = (Arc::default(), Arc::new(answer));
        let place = |number: usize| {
            Arc::new(Place {
                memory: Memory::new(number.to_string()),
                questions: Arc::clone(&questions),
                answer: Arc::clone(&answer),
            }) as Account
        };
        let host = Self {
            harness: Harness::new(),
            places: (0..count).map(place).collect(),
            questions: Arc::clone(&questions),
        };
        host.deliver(0..count);
        questions.store(0, Ordering::SeqCst);
        host
    }

    fn deliver(&self, which: std::ops::Range<usize>) -> Finished {
        let deliveries: Vec<Delivery> = self.places[which]
            .iter()
            .map(|place| delivery(place, "one", payload("picture")))
            .collect();
        self.harness.deliver(deliveries, false)
    }

    fn asked(&self) -> usize {
        self.questions.load(Ordering::SeqCst)
    }

    /// The picture was applied, whatever came of looking at it.
    fn all_are_applied(&self) {
        let entries = self.harness.journal.entries().unwrap();
        assert!(entries.iter().all(|entry| entry.state == State::Applied));
    }
}

fn all_left(finished: &Finished, code: &str) {
    for outcome in &finished.outcomes {
        let found = (outcome.status, outcome.entry.code.as_str());
        assert_eq!(found, (Status::Deferred, code));
        let message = &outcome.entry.message;
        assert!(message.contains("was not looked at"), "{message}");
    }
}

#[test]
fn a_pause_that_the_server_named_holds_for_looking_too() {
    let is_busy = Arc::new(AtomicBool::new(false));
    let answer = {
        let is_busy = Arc::clone(&is_busy);
        move || {
            let (most, then) = (4, Then::Defer(Duration::from_secs(60)));
            let action = Action::Wait { most, then };
            let mut verdict = Verdict::new(action, "too_many_requests", "too many", "");
            verdict.no_sooner = Some(Duration::from_secs(3600));
            match is_busy.load(Ordering::SeqCst) {
                true => Err(verdict),
                false => Ok(()),
            }
        }
    };
    // Only after the deliveries, which ask, too.
    let host = Host::new(3, answer);
    is_busy.store(true, Ordering::SeqCst);
    all_left(&host.deliver(0..1), "too_many_requests");
    assert_eq!(host.asked(), 1);
    let again = host.deliver(0..3);
    all_left(&again, "deferred");
    assert!(
        again
            .outcomes
            .iter()
            .all(|it| it.entry.not_before.is_some())
    );
    assert_eq!(host.asked(), 1, "nothing was asked before the time is over");
    host.all_are_applied();
}

#[test]
fn a_server_that_never_answers_ends_the_looking() {
    let host = Host::new(8, || {
        let action = Action::Retry { most: 3 };
        Err(Verdict::new(action, "no_answer", "no answer", ""))
    });
    all_left(&host.deliver(0..8), "no_answer");
    // Each of the two senders can have begun one more.
    assert!((3..=4).contains(&host.asked()), "{}", host.asked());
    host.all_are_applied();
}

/// Failures of both questions count together.
#[test]
fn a_file_that_cannot_be_asked_for_is_asked_for_three_times() {
    let host = Host::new(1, {
        let count = AtomicUsize::new(0);
        move || {
            let (most, then) = (3, Then::Defer(Duration::from_secs(60)));
            // The delivery itself asks before anything is there. After that every question but the first fails.
            match count.fetch_add(1, Ordering::SeqCst) {
                0 | 1 => Ok(()),
                _ => {
                    let action = Action::Wait { most, then };
                    Err(Verdict::new(action, "server_error", "a fault", ""))
                }
            }
        }
    });
    all_left(&host.deliver(0..1), "server_error");
    assert!(host.asked() <= 4, "{}", host.asked());
}
