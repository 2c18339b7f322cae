//! Answers that are lost, bodies that are cut off, servers that fail: nothing is sent twice,
//! nothing is lost, and other accounts are not affected.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use avatar_upload::{
    Access, Action, Destination, HttpPut, Memory, Payload, PutPlace, Shown, Spacing, Speed, Status,
    Target, Then, Verdict,
};

use crate::SPEED;
use crate::desk::{Desk, delivery, payload, statuses};
use crate::server::Fault;
use crate::services::{Files, Graph};
use crate::subjects::{cloud, phone};

/// Nothing that was stored or printed contains a secret.
fn no_secret(desk: &Desk, secret: &str) {
    for entry in desk.journal.entries().unwrap() {
        let text = format!("{entry:?}");
        assert!(!text.contains(secret), "{text}");
    }
}

fn one(desk: &Desk, destination: &dyn Destination, text: &str) -> (Status, String) {
    let run = desk.deliver_to(
        destination,
        vec![delivery("one", payload(text))],
        false,
        SPEED,
    );
    let outcome = &run.outcomes[0];
    (outcome.status, outcome.entry.message.clone())
}

#[test]
fn a_put_with_a_lost_answer_is_not_repeated() {
    let path = "/a/one.jpg";
    let faults = [
        (Fault::Lost, 1),
        (Fault::Cut(2), 2),
        (Fault::Status(500, "oops"), 2),
        (Fault::Status(503, ""), 2),
        (Fault::Status(429, ""), 2),
    ];
    for (fault, puts) in faults {
        let files = Files::start();
        let place = PutPlace::new("one", &format!("{}{path}", files.server.url())).unwrap();
        let destination = HttpPut::new(vec![place], Speed::new(SPEED));
        let desk = Desk::new();
        assert_eq!(one(&desk, &destination, "before").0, Status::Applied);
        files.server.fail("PUT", "one", fault);
        let (status, message) = one(&desk, &destination, "picture");
        assert_eq!(status, Status::Applied, "{message}");
        assert_eq!(files.shows(path).as_deref(), Some(&b"picture"[..]));
        assert_eq!(files.changes(path), 2, "once each: {message}");
        assert_eq!(files.server.count("PUT", "one"), 1 + puts, "{message}");
    }
}

#[test]
fn a_signed_address_is_a_secret_and_settles_by_its_reader() {
    let query = "verb=PUT&X-Amz-Signature=0123456789abcdefSECRET";
    for has_reader in [true, false] {
        let files = Files::start();
        let url = format!("{}/b/one.jpg", files.server.url());
        let mut place = PutPlace::new("one", &format!("{url}?{query}")).unwrap();
        if has_reader {
            place = place.read_at(&url).unwrap();
        }
        let destination = HttpPut::new(vec![place], Speed::new(SPEED));
        let desk = Desk::new();
        files.server.fail("PUT", "one", Fault::Lost);
        let (status, message) = one(&desk, &destination, "picture");
        let wanted = if has_reader {
            Status::Applied
        } else {
            Status::Unknown
        };
        assert_eq!(status, wanted, "{message}");
        assert_eq!(files.changes("/b/one.jpg"), 1, "{message}");
        files.server.fail(
            "PUT",
            "one",
            Fault::Status(400, "no X-Amz-Signature=0123456789abcdefSECRET"),
        );
        let (status, message) = one(&desk, &destination, "other");
        assert_eq!(status, Status::Rejected, "{message}");
        no_secret(&desk, "abcdefSECRET");
        assert!(!message.contains("SECRET"), "{message}");
        assert!(!destination.request("one").contains("SECRET"));
    }
}

#[test]
fn a_place_that_may_only_be_created_is_not_replaced() {
    // One server respects `If-None-Match`, the other ignores it.
    for path in ["/c/one.jpg", "/deaf/one.jpg"] {
        let files = Files::start();
        let url = format!("{}{path}", files.server.url());
        let create = PutPlace::new("one", &url).unwrap().create_only(true);
        let destination = HttpPut::new(vec![create], Speed::new(SPEED));
        let desk = Desk::new();
        assert_eq!(one(&desk, &destination, "picture").0, Status::Applied);
        // The same picture counts as applied, even if nothing is known about it; another file is
        // not replaced.
        for (desk, status) in [(&Desk::new(), Status::UpToDate), (&desk, Status::UpToDate)] {
            assert_eq!(one(desk, &destination, "picture").0, status);
        }
        let again = desk.deliver_to(
            &destination,
            vec![delivery("one", payload("picture"))],
            true,
            SPEED,
        );
        assert_eq!(again.outcomes[0].status, Status::Applied);
        let (status, message) = one(&Desk::new(), &destination, "other");
        assert_eq!(status, Status::Rejected, "{path}: {message}");
        assert!(message.contains("something else is there"), "{message}");
        assert_eq!(files.changes(path), 1, "{path}");
        assert_eq!(files.shows(path).as_deref(), Some(&b"picture"[..]));
    }
}

/// If the file cannot be read, the verdict says so.
#[test]
fn a_place_that_cannot_be_read_is_created_with_a_warning() {
    let files = Files::start();
    let url = format!(
        "{}/deaf/one.jpg?verb=PUT&sig=0123456789abcdef",
        files.server.url()
    );
    let create = PutPlace::new("one", &url).unwrap().create_only(true);
    let destination = HttpPut::new(vec![create], Speed::new(SPEED));
    let verdict = destination.send("one", &payload("picture"));
    assert!(verdict.is_applied(), "{verdict:?}");
    assert!(
        verdict
            .text
            .contains("whether it replaced a file is not known"),
        "{verdict:?}"
    );
    assert!(verdict.hint.contains("read_url"), "{verdict:?}");
}

#[test]
fn an_upload_is_taken_up_at_every_offset() {
    let text = "a picture of some length";
    for at in 0..text.len() {
        let graph = Graph::start();
        let destination = cloud(&graph);
        graph.server.fail("POST", "upload:", Fault::Cut(at));
        let desk = Desk::new();
        let (status, message) = one(&desk, &destination, text);
        assert_eq!(status, Status::Applied, "{at}: {message}");
        assert_eq!(
            graph.shows(&phone("one")).as_deref(),
            Some(text.as_bytes()),
            "{at}"
        );
        assert_eq!(graph.changes(&phone("one")), 1, "{at}");
        no_secret(&desk, crate::services::GRAPH_TOKEN);
    }
}

#[test]
fn faults_of_the_graph_api_are_settled() {
    let wrong = r#"{"error":{"message":"Invalid parameter","code":100,"fbtrace_id":"x"}}"#;
    let rates = r#"{"error":{"message":"limit","code":80007,"fbtrace_id":"x"}}"#;
    let fault = r#"{"error":{"message":"went wrong","code":131000,"fbtrace_id":"x"}}"#;
    for (verb, part, fault, wanted) in [
        ("POST", "uploads", Fault::Lost, Status::Applied),
        ("POST", "uploads", Fault::Status(500, "{}"), Status::Applied),
        ("POST", "upload:", Fault::Lost, Status::Applied),
        (
            "POST",
            "upload:",
            Fault::Status(502, "<html>"),
            Status::Applied,
        ),
        ("POST", "profile", Fault::Lost, Status::Applied),
        ("POST", "profile", Fault::Cut(3), Status::Applied),
        (
            "POST",
            "profile",
            Fault::Status(500, fault),
            Status::Applied,
        ),
        (
            "POST",
            "profile",
            Fault::Status(400, rates),
            Status::Applied,
        ),
        (
            "POST",
            "profile",
            Fault::Status(400, wrong),
            Status::Rejected,
        ),
        (
            "POST",
            "profile",
            Fault::Status(200, "{}"),
            Status::Rejected,
        ),
        ("GET", "profile", Fault::Lost, Status::Applied),
    ] {
        let graph = Graph::start();
        let destination = cloud(&graph);
        graph.server.fail(verb, part, fault);
        let desk = Desk::new();
        let (status, message) = one(&desk, &destination, "picture");
        assert_eq!(status, wanted, "{verb} {part}: {message}");
        let shown = usize::from(wanted == Status::Applied);
        assert_eq!(
            graph.changes(&phone("one")),
            shown,
            "{verb} {part}: {message}"
        );
        let (again, message) = one(&desk, &destination, "picture");
        assert!(
            matches!(again, Status::Applied | Status::UpToDate),
            "{message}"
        );
        assert_eq!(graph.changes(&phone("one")), 1, "{verb} {part}: {message}");
    }
}

/// Accounts on two endpoints; what one of them says is scripted.
struct TwoHosts {
    memory: Memory,
    asked: Mutex<Vec<String>>,
    bad: fn() -> Verdict,
}

impl Destination for TwoHosts {
    fn target(&self, account: &str) -> Option<Target> {
        self.memory.target(account)
    }
    fn access(&self, account: &str) -> Access {
        Access {
            endpoint: account.chars().next().unwrap_or_default().to_string(),
            fingerprint: String::new(),
        }
    }
    fn spacing(&self, _: &str) -> Spacing {
        Spacing::NONE
    }
    fn ready(&self, _: &str) -> Result<(), Verdict> {
        Ok(())
    }
    fn shown(&self, account: &str) -> Result<Shown, Verdict> {
        self.memory.shown(account)
    }
    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        self.asked.lock().unwrap().push(account.into());
        match account.starts_with('a') {
            true => (self.bad)(),
            false => self.memory.send(account, payload),
        }
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
        let hosts = TwoHosts {
            memory: Memory::default(),
            asked: Mutex::default(),
            bad,
        };
        let desk = Desk::new();
        let deliveries = names.map(|name| delivery(name, payload(name))).to_vec();
        let run = desk.deliver_to(&hosts, deliveries, false, SPEED);
        assert_eq!(run.stopped, None);
        for (name, status) in statuses(&run) {
            assert_eq!(
                name.starts_with('b'),
                status == Status::Applied,
                "{name}: {status:?}"
            );
        }
        let asked = hosts.asked.lock().unwrap();
        let asked = asked.iter().filter(|name| name.starts_with('a')).count();
        assert!(tried.contains(&asked), "{asked}");
    }
}

/// The same picture from several folders of results at once.
#[test]
fn the_same_picture_from_several_folders_is_sent_once() {
    /// Slow enough that all begin before the first is done.
    struct Slow(Memory, AtomicUsize);
    impl Destination for Slow {
        fn target(&self, account: &str) -> Option<Target> {
            self.0.target(account)
        }
        fn spacing(&self, _: &str) -> Spacing {
            Spacing::NONE
        }
        fn ready(&self, _: &str) -> Result<(), Verdict> {
            Ok(())
        }
        fn shown(&self, account: &str) -> Result<Shown, Verdict> {
            self.0.shown(account)
        }
        fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
            self.0.fetch(account)
        }
        fn send(&self, account: &str, payload: &Payload) -> Verdict {
            self.1.fetch_add(1, Ordering::SeqCst);
            thread::sleep(std::time::Duration::from_millis(200));
            self.0.send(account, payload)
        }
    }
    let slow = Slow(Memory::default(), AtomicUsize::new(0));
    let first = Desk::new();
    let desks = [
        Desk::beside(&first),
        Desk::beside(&first),
        Desk::beside(&first),
    ];
    thread::scope(|scope| {
        for desk in &desks {
            scope.spawn(|| {
                let status = one(desk, &slow, "picture").0;
                assert!(matches!(status, Status::Applied | Status::UpToDate));
            });
        }
    });
    assert_eq!(slow.1.load(Ordering::SeqCst), 1);
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
    fn new(verdict: fn() -> Verdict) -> Self {
        Self {
            memory: Memory::default(),
            answers: AtomicUsize::new(0),
            takes: AtomicBool::new(false),
            verdict,
            sends: AtomicUsize::new(0),
        }
    }
}

impl Destination for Restless {
    fn target(&self, account: &str) -> Option<Target> {
        self.memory.target(account)
    }
    fn access(&self, _: &str) -> Access {
        Access {
            endpoint: "restless".into(),
            fingerprint: self.takes.load(Ordering::SeqCst).to_string(),
        }
    }
    fn spacing(&self, _: &str) -> Spacing {
        Spacing::NONE
    }
    fn ready(&self, _: &str) -> Result<(), Verdict> {
        Ok(())
    }
    fn shown(&self, _: &str) -> Result<Shown, Verdict> {
        let number = self.answers.fetch_add(1, Ordering::SeqCst);
        Ok(Shown::Version(number.to_string()))
    }
    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        Ok(self.memory.fetch(account)?.or(Some(b"nothing".to_vec())))
    }
    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        self.sends.fetch_add(1, Ordering::SeqCst);
        if self.takes.load(Ordering::SeqCst) {
            return self.memory.send(account, payload);
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
    let desk = Desk::new();
    let (status, message) = one(&desk, &restless, "picture");
    assert_eq!(status, Status::Rejected, "it never arrived: {message}");
    assert_eq!(
        restless.sends.load(Ordering::SeqCst),
        2,
        "it was looked at and sent again"
    );
    restless.takes.store(true, Ordering::SeqCst);
    assert_eq!(one(&desk, &restless, "picture").0, Status::Applied);
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
    let desk = Desk::new();
    for _ in 0..3 {
        assert_eq!(one(&desk, &restless, "picture").0, Status::Rejected);
    }
    assert_eq!(restless.sends.load(Ordering::SeqCst), 1, "asked once");
    assert_eq!(one(&desk, &restless, "another").0, Status::Rejected);
    assert_eq!(restless.sends.load(Ordering::SeqCst), 2, "another picture");
    // The entry of the account changes, and with it the fingerprint.
    restless.takes.store(true, Ordering::SeqCst);
    assert_eq!(one(&desk, &restless, "picture").0, Status::Applied);
}
