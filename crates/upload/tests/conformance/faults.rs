//! Pictures that are not what was meant, and destinations with bugs.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use avatar_upload::{
    Access, Action, Contents, Delivery, Destination, Event, Forecast, HttpPut, Known, Memory,
    Payload, PutPlace, Shown, Spacing, Status, Target, Then, TimeScale, Verdict,
};

use crate::harness::{Account, Harness, delivery, payload, statuses};
use crate::server::{Answer, Server};
use crate::subjects::subjects;
use crate::{ACCOUNTS, SPEED};

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
fn nothing_is_sent_that_is_not_meant() {
    for subject in subjects() {
        let harness = Harness::new();
        let deliveries = vec![
            subject.delivery("one", CHANGED),
            subject.delivery("two", GONE),
        ];
        let run = harness.deliver(deliveries, false);
        let mut codes: Vec<_> = run
            .outcomes
            .iter()
            .map(|outcome| (outcome.entry.code.as_str(), outcome.status))
            .collect();
        codes.sort_by_key(|(code, _)| *code);
        let wanted = [
            ("gone", Status::Rejected),
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

/// An account of this name, with a fault of its own.
struct Faulty(&'static str);

impl Destination for Faulty {
    fn target(&self) -> Target {
        assert_ne!(self.0, "four", "a fault");
        Memory::new(self.0).target()
    }
    fn spacing(&self) -> Spacing {
        Spacing::NONE
    }
    fn ready(&self) -> Result<(), Verdict> {
        Ok(())
    }
    fn shown(&self) -> Result<Shown, Verdict> {
        Ok(Shown::Untold)
    }
    fn send(&self, _: &Payload) -> Verdict {
        assert_ne!(self.0, "two", "a fault");
        Verdict::applied(None)
    }
}

fn faulty(name: &'static str) -> Delivery {
    let account: Account = Arc::new(Faulty(name));
    delivery(&account, name, payload(name))
}

#[test]
fn a_fault_in_a_destination_harms_one_delivery() {
    let harness = Harness::new();
    let deliveries = || ACCOUNTS.map(faulty).to_vec();
    let run = harness.deliver(deliveries(), false);
    let count = |status| {
        run.outcomes
            .iter()
            .filter(|outcome| outcome.status == status)
            .count()
    };
    assert_eq!((count(Status::Applied), count(Status::Unknown)), (2, 1));
    // Its outcome is unknown, and the destination does not say what shows: it is not sent again.
    let again = harness.deliver(deliveries(), false);
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
    let harness = Harness::new();
    let deliveries = ["four", "one", "four", "three"].map(faulty).to_vec();
    let run = harness.deliver(deliveries, false);
    let wanted = [
        ("four", Status::NotStarted),
        ("four", Status::NotStarted),
        ("one", Status::Applied),
        ("three", Status::Applied),
    ];
    assert_eq!(statuses(&run), wanted.map(|(name, it)| (name.into(), it)));
}

/// A destination that loses every answer and takes the first picture only; what shows is fetched
/// once the second was sent.
struct Lossy {
    memory: Memory,
    is_looked_at: AtomicBool,
    is_overtaken: AtomicBool,
}

impl Destination for Lossy {
    fn target(&self) -> Target {
        self.memory.target()
    }
    fn spacing(&self) -> Spacing {
        Spacing::NONE
    }
    fn ready(&self) -> Result<(), Verdict> {
        Ok(())
    }
    fn shown(&self) -> Result<Shown, Verdict> {
        // By a name only, so that an uncertain outcome is settled by the picture itself.
        Ok(match self.memory.shown()? {
            Shown::Bytes(name) => Shown::Version(name),
            shown => shown,
        })
    }
    fn fetch(&self) -> Result<Option<Vec<u8>>, Verdict> {
        self.is_looked_at.store(true, Ordering::SeqCst);
        if self.is_overtaken.load(Ordering::SeqCst) {
            return self.memory.fetch();
        }
        let action = Action::Retry { most: 3 };
        Err(Verdict::new(action, "not_connected", "no connection", ""))
    }
    fn send(&self, picture: &Payload) -> Verdict {
        match *picture == payload("first") {
            true => drop(self.memory.send(picture)),
            false => self.is_overtaken.store(true, Ordering::SeqCst),
        }
        let (resends, then) = (0, Then::Fail);
        let action = Action::Verify { resends, then };
        Verdict::new(action, "answer_lost", "no answer came back", "")
    }
}

/// While one run waits to look at its picture again, another one sends: the first says nothing
/// about the second, whose picture never showed.
#[test]
fn an_uncertain_outcome_that_is_overtaken_settles_nobody_elses() {
    let lossy = Arc::new(Lossy {
        memory: Memory::new("one"),
        is_looked_at: AtomicBool::new(false),
        is_overtaken: AtomicBool::new(false),
    });
    let account: Account = lossy.clone();
    let first = Harness::new();
    let second = Harness::beside(&first);
    let send = |harness: &Harness, text| {
        let delivery = delivery(&account, "one", payload(text));
        harness.deliver_at(1.0, vec![delivery], false)
    };
    let (one, two) = thread::scope(|scope| {
        let one = scope.spawn(|| send(&first, "first"));
        while !lossy.is_looked_at.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        let two = send(&second, "second");
        (one.join().unwrap(), two)
    });
    assert_eq!(one.outcomes[0].entry.code, "superseded");
    assert_eq!(statuses(&one), [("one".to_string(), Status::Unknown)]);
    assert_eq!(statuses(&two), [("one".to_string(), Status::Rejected)]);
    let known = Known {
        journal: None,
        pacer: &second.pacer,
        resend: false,
    };
    let key = lossy.target();
    let again = known.forecast(&key, &Access::default(), Some(payload("second").sha256()));
    // The times of sends do not say that it was refused, so what is there is compared first.
    assert_eq!(again.unwrap(), Forecast::Verify);
}

/// A place for files has no pause between sends, and what is refused for now is not repeated at once.
#[test]
fn what_is_refused_for_now_is_repeated_after_eleven_seconds() {
    for status in [423, 429] {
        let asked = AtomicUsize::new(0);
        let server = Server::start(move |request| match request.verb.as_str() {
            "PUT" if asked.fetch_add(1, Ordering::SeqCst) < 2 => Answer::new(status, ""),
            "PUT" => Answer::new(201, ""),
            _ => Answer::new(404, ""),
        });
        let place = PutPlace::new(&format!("{}/a.jpg", server.url())).unwrap();
        let account = HttpPut::of(vec![place], TimeScale::new(SPEED))
            .pop()
            .unwrap();
        let account: Account = Arc::new(account);
        let harness = Harness::new();
        let pauses = Mutex::new(Vec::new());
        let note = |event: &Event<'_>| {
            if let Event::Waiting { pause, .. } = event {
                pauses.lock().unwrap().push(*pause);
            }
        };
        let run = harness.run(&note);
        let delivery = delivery(&account, "one", payload("first"));
        let finished = run.deliver(vec![delivery], &AtomicBool::new(false));
        assert_eq!(finished.outcomes[0].status, Status::Applied, "{status}");
        let pauses = pauses.into_inner().unwrap();
        let least = Duration::from_secs(11).div_f64(SPEED);
        assert!(
            pauses.len() >= 2 && pauses.iter().all(|it| *it >= least),
            "{status}: {pauses:?}"
        );
        assert_eq!(server.count("PUT", ""), 3, "{status}");
    }
}
