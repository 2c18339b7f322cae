//! One suite that every destination passes: GREEN-API, memory and a folder. Scheduling, pacing and
//! the journal are the same code for all, so what holds for one holds for each.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use avatar_upload::{
    Action, Address, Contents, Delivery, Destination, Event, Finished, Folder, GreenAccount,
    GreenApi, Journal, Memory, Pacer, Payload, Product, Run, RunOptions, Secret, Speed, State,
    Status, Verdict,
};
use fake_green_api::{Config, Fake};

const SPEED: f64 = 20.0;
const ACCOUNTS: [&str; 3] = ["one", "two", "three"];

/// What an account shows, seen from behind.
type Shows = dyn Fn(&str) -> Option<Vec<u8>>;

/// A destination with the accounts above, and what each shows.
struct Subject {
    name: &'static str,
    destination: Box<dyn Destination>,
    shows: Box<Shows>,
    _keep: Vec<Box<dyn std::any::Any>>,
}

fn subjects() -> Vec<Subject> {
    vec![memory(), folder(), green_api()]
}

fn memory() -> Subject {
    let memory = Arc::new(Memory::default());
    let seen = Arc::clone(&memory);
    Subject {
        name: "memory",
        destination: Box::new(Shared(memory)),
        shows: Box::new(move |account| Some(seen.payload(account)?.bytes().to_vec())),
        _keep: Vec::new(),
    }
}

/// Lets the suite keep an eye on what it hands over; it knows the three accounts only.
struct Shared(Arc<Memory>);

impl Destination for Shared {
    fn key(&self, account: &str) -> Option<avatar_upload::AccountKey> {
        self.0.key(account).filter(|_| ACCOUNTS.contains(&account))
    }
    fn spacing(&self) -> avatar_upload::Spacing {
        self.0.spacing()
    }
    fn ready(&self, account: &str) -> Result<(), Verdict> {
        self.0.ready(account)
    }
    fn shown(&self, account: &str) -> Result<Option<String>, Verdict> {
        self.0.shown(account)
    }
    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        self.0.fetch(account)
    }
    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        self.0.send(account, payload)
    }
}

fn folder() -> Subject {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().into();
    Subject {
        name: "folder",
        destination: Box::new(Folder::new(path.clone())),
        shows: Box::new(move |account| std::fs::read(path.join(format!("{account}.jpg"))).ok()),
        _keep: vec![Box::new(folder)],
    }
}

fn green_api() -> Subject {
    let config = Config {
        time_scale: SPEED,
        looks_at_pictures: false,
        media: fake_green_api::MediaPolicy::Header,
        ..Config::default()
    };
    let fake = Arc::new(Fake::start(config).unwrap());
    let address = Address::new(&fake.url(), &[]).unwrap();
    let id = |name: &str| {
        format!(
            "110{}",
            ACCOUNTS.iter().position(|known| *known == name).unwrap()
        )
    };
    let accounts = ACCOUNTS.map(|name| {
        let token = format!("0123456789-{name}");
        fake.account(&id(name), &token, fake_green_api::Product::Whatsapp);
        let token = Secret::new(&token).unwrap();
        GreenAccount::new(name, &id(name), Product::Whatsapp, address.clone(), token).unwrap()
    });
    let green_api = GreenApi::new(accounts.into(), Speed::new(SPEED)).unwrap();
    Subject {
        name: "green-api",
        destination: Box::new(green_api),
        shows: Box::new(move |account| fake.avatar(&id(account))),
        _keep: Vec::new(),
    }
}

fn payload(text: &str) -> Payload {
    Payload::new(text.as_bytes().to_vec()).unwrap()
}

fn delivery(account: &str, contents: impl Contents + 'static) -> Delivery {
    Delivery {
        account: account.into(),
        picture: format!("{account}.jpg"),
        contents: Arc::new(contents),
    }
}

/// A journal and times of its own for each subject.
struct Desk {
    _folder: tempfile::TempDir,
    journal: Journal,
    pacer: Pacer,
    events: Mutex<Vec<String>>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            journal: Journal::open(&folder.path().join("state.sqlite")).unwrap(),
            pacer: Pacer::open(folder.path().join("pace")).unwrap(),
            _folder: folder,
            events: Mutex::default(),
        }
    }

    fn deliver(&self, subject: &Subject, deliveries: Vec<Delivery>, resend: bool) -> Finished {
        let equal = |sent: &Payload, shown: &[u8]| {
            let same = sent.bytes() == shown;
            same.then_some(()).ok_or_else(|| "other bytes".to_string())
        };
        let run = Run {
            destination: &*subject.destination,
            journal: &self.journal,
            pacer: &self.pacer,
            options: RunOptions {
                senders: NonZeroUsize::new(2).unwrap(),
                resend,
                speed: Speed::new(SPEED),
                deadline: None,
            },
            compare: Some(&equal),
            listener: &|event| {
                if let Event::Done(outcome) = event {
                    self.events
                        .lock()
                        .unwrap()
                        .push(outcome.entry.account.clone());
                }
            },
        };
        run.deliver(deliveries, &AtomicBool::new(false))
    }
}

fn statuses(finished: &Finished) -> Vec<(String, Status)> {
    let outcomes = finished.outcomes.iter();
    let mut statuses: Vec<_> = outcomes
        .map(|outcome| (outcome.entry.account.clone(), outcome.status))
        .collect();
    statuses.sort_by_key(|(account, _)| account.clone());
    statuses
}

fn all(status: Status) -> Vec<(String, Status)> {
    let mut all = ACCOUNTS.map(|account| (account.to_string(), status));
    all.sort_by_key(|(account, _)| account.clone());
    all.into()
}

#[test]
fn keys_name_accounts_and_no_secrets() {
    for subject in subjects() {
        let keys = ACCOUNTS.map(|account| subject.destination.key(account).unwrap());
        let different: HashSet<_> = keys.iter().collect();
        assert_eq!(different.len(), 3, "{}", subject.name);
        assert!(
            !format!("{keys:?}").contains("0123456789"),
            "{}",
            subject.name
        );
        assert!(
            subject.destination.key("../four").is_none(),
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
            Ok(Some(String::new())),
            "{name}: nothing yet"
        );
        let verdict = destination.send("one", &payload("first"));
        assert!(verdict.is_applied(), "{name}: {verdict:?}");
        // Questions have a distance of their own.
        std::thread::sleep(destination.spacing().questions.div_f64(SPEED));
        let first = destination.shown("one").unwrap().unwrap();
        assert!(!first.is_empty(), "{name}");
        assert_eq!(
            destination.fetch("one"),
            Ok(Some(b"first".to_vec())),
            "{name}"
        );
        std::thread::sleep(destination.spacing().sends.div_f64(SPEED));
        assert!(
            destination.send("one", &payload("second")).is_applied(),
            "{name}"
        );
        let second = destination.shown("one").unwrap().unwrap();
        assert_ne!(first, second, "{name}: another picture, another name");
        assert_eq!((subject.shows)("one"), Some(b"second".to_vec()), "{name}");
        std::thread::sleep(destination.spacing().questions.div_f64(SPEED));
        assert_eq!(
            destination.shown("two"),
            Ok(Some(String::new())),
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

/// Contents that are not what they were.
#[derive(Debug)]
struct Changed;

impl Contents for Changed {
    fn sha256(&self) -> &str {
        "0000000000000000000000000000000000000000000000000000000000000000"
    }
    fn load(&self) -> Result<Payload, Verdict> {
        Ok(payload("other"))
    }
}

/// Contents that are gone.
#[derive(Debug)]
struct Gone;

impl Contents for Gone {
    fn sha256(&self) -> &str {
        "1111111111111111111111111111111111111111111111111111111111111111"
    }
    fn load(&self) -> Result<Payload, Verdict> {
        Err(Verdict::new(
            Action::Fail,
            "gone",
            "it is gone",
            "make it again",
        ))
    }
}

#[test]
fn nothing_is_sent_that_is_not_meant_and_nobody_is_forgotten() {
    for subject in subjects() {
        let desk = Desk::new();
        let deliveries = vec![
            delivery("one", Changed),
            delivery("two", Gone),
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
            },
            compare: None,
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
