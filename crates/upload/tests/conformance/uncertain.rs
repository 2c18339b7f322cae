//! Answers that are lost, bodies that are cut off, servers that fail: nothing is sent twice,
//! nothing is lost, and other accounts are not affected.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use avatar_upload::{
    Destination, HttpPut, Memory, Payload, PutPlace, Shown, Spacing, State, Status, Target,
    TimeScale, Verdict,
};

use crate::SPEED;
use crate::harness::{Account, Harness, delivery, payload};
use crate::server::Fault;
use crate::services::{Files, Graph};
use crate::subjects::{cloud, phone};

/// Nothing that was stored or printed contains a secret.
fn no_secret(harness: &Harness, secret: &str) {
    for entry in harness.journal.entries().unwrap() {
        let text = format!("{entry:?}");
        assert!(!text.contains(secret), "{text}");
    }
}

pub(crate) fn one(harness: &Harness, account: &Account, text: &str) -> (Status, String) {
    let run = harness.deliver(vec![delivery(account, "one", payload(text))], false);
    let outcome = &run.outcomes[0];
    (outcome.status, outcome.entry.message.clone())
}

fn put(place: PutPlace) -> Account {
    Arc::new(HttpPut::of(vec![place], TimeScale::new(SPEED)).remove(0))
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
        let place = PutPlace::new(&format!("{}{path}", files.server.url())).unwrap();
        let destination = put(place);
        let harness = Harness::new();
        assert_eq!(one(&harness, &destination, "before").0, Status::Applied);
        files.server.fail("PUT", "one", fault);
        let (status, message) = one(&harness, &destination, "picture");
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
        let mut place = PutPlace::new(&format!("{url}?{query}")).unwrap();
        if has_reader {
            place = place.read_at(&url).unwrap();
        }
        let destination = put(place);
        let harness = Harness::new();
        files.server.fail("PUT", "one", Fault::Lost);
        let (status, message) = one(&harness, &destination, "picture");
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
        let (status, message) = one(&harness, &destination, "other");
        assert_eq!(status, Status::Rejected, "{message}");
        no_secret(&harness, "abcdefSECRET");
        assert!(!message.contains("SECRET"), "{message}");
        assert!(!destination.request().contains("SECRET"));
    }
}

#[test]
fn a_place_that_may_only_be_created_is_not_replaced() {
    // One server respects `If-None-Match`, the other ignores it.
    for path in ["/c/one.jpg", "/deaf/one.jpg"] {
        let files = Files::start();
        let url = format!("{}{path}", files.server.url());
        let create = PutPlace::new(&url).unwrap().create_only(true);
        let destination = put(create);
        let harness = Harness::new();
        assert_eq!(one(&harness, &destination, "picture").0, Status::Applied);
        // The same picture counts as applied, even if nothing is known about it; another file is
        // not replaced.
        for (harness, status) in [
            (&Harness::new(), Status::UpToDate),
            (&harness, Status::UpToDate),
        ] {
            assert_eq!(one(harness, &destination, "picture").0, status);
        }
        let again = harness.deliver(
            vec![delivery(&destination, "one", payload("picture"))],
            true,
        );
        assert_eq!(again.outcomes[0].status, Status::Applied);
        let (status, message) = one(&Harness::new(), &destination, "other");
        assert_eq!(status, Status::Rejected, "{path}: {message}");
        assert!(message.contains("something else is there"), "{message}");
        assert_eq!(files.changes(path), 1, "{path}");
        assert_eq!(files.shows(path).as_deref(), Some(&b"picture"[..]));
    }
}

/// If the file cannot be read, the delivery says so, with a code of its own: nobody must believe
/// that nothing was replaced.
#[test]
fn a_place_that_cannot_be_read_is_created_with_a_warning() {
    let files = Files::start();
    let base = files.server.url();
    let signed = format!("{base}/deaf/one.jpg?verb=PUT&sig=0123456789abcdef");
    let place = |url: &str| PutPlace::new(url).unwrap().create_only(true);
    // The server refuses to show files.
    for (verb, status) in [("HEAD", 405), ("GET", 403)] {
        let fault = Fault::Status(status, "");
        files.server.fail(verb, "/hidden", fault);
    }
    for place in [place(&signed), place(&format!("{base}/hidden/one.jpg"))] {
        let destination = put(place);
        let harness = Harness::new();
        let run = harness.deliver(
            vec![delivery(&destination, "one", payload("picture"))],
            true,
        );
        let entry = &run.outcomes[0].entry;
        assert_eq!(entry.state, State::Applied, "{entry:?}");
        assert_eq!(entry.code, "may_have_replaced", "{entry:?}");
        let text = "whether it replaced a file is not known";
        assert!(entry.message.contains(text), "{entry:?}");
        assert!(entry.hint.contains("read_url"), "{entry:?}");
    }
}

#[test]
fn an_upload_is_taken_up_at_every_offset() {
    let text = "a picture of some length";
    for at in 0..text.len() {
        let graph = Graph::start();
        let destination = cloud(&graph).remove(0);
        graph.server.fail("POST", "upload:", Fault::Cut(at));
        let harness = Harness::new();
        let (status, message) = one(&harness, &destination, text);
        assert_eq!(status, Status::Applied, "{at}: {message}");
        assert_eq!(
            graph.shows(&phone("one")).as_deref(),
            Some(text.as_bytes()),
            "{at}"
        );
        assert_eq!(graph.changes(&phone("one")), 1, "{at}");
        no_secret(&harness, crate::services::GRAPH_TOKEN);
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
        let destination = cloud(&graph).remove(0);
        graph.server.fail(verb, part, fault);
        let harness = Harness::new();
        let (status, message) = one(&harness, &destination, "picture");
        assert_eq!(status, wanted, "{verb} {part}: {message}");
        let shown = usize::from(wanted == Status::Applied);
        assert_eq!(
            graph.changes(&phone("one")),
            shown,
            "{verb} {part}: {message}"
        );
        let (again, message) = one(&harness, &destination, "picture");
        assert!(
            matches!(again, Status::Applied | Status::UpToDate),
            "{message}"
        );
        assert_eq!(graph.changes(&phone("one")), 1, "{verb} {part}: {message}");
    }
}

/// The same picture from several folders of results at once.
#[test]
fn the_same_picture_from_several_folders_is_sent_once() {
    /// Slow enough that all begin before the first is done.
    struct Slow(Memory, AtomicUsize);
    impl Destination for Slow {
        fn target(&self) -> Target {
            self.0.target()
        }
        fn spacing(&self) -> Spacing {
            Spacing::NONE
        }
        fn ready(&self) -> Result<(), Verdict> {
            Ok(())
        }
        fn shown(&self) -> Result<Shown, Verdict> {
            self.0.shown()
        }
        fn fetch(&self) -> Result<Option<Vec<u8>>, Verdict> {
            self.0.fetch()
        }
        fn send(&self, payload: &Payload) -> Verdict {
            self.1.fetch_add(1, Ordering::SeqCst);
            thread::sleep(std::time::Duration::from_millis(200));
            self.0.send(payload)
        }
    }
    let slow = Arc::new(Slow(Memory::new("one"), AtomicUsize::new(0)));
    let account: Account = slow.clone();
    let first = Harness::new();
    let harnesses = [
        Harness::beside(&first),
        Harness::beside(&first),
        Harness::beside(&first),
    ];
    thread::scope(|scope| {
        for harness in &harnesses {
            scope.spawn(|| {
                let status = one(harness, &account, "picture").0;
                assert!(matches!(status, Status::Applied | Status::UpToDate));
            });
        }
    });
    assert_eq!(slow.1.load(Ordering::SeqCst), 1);
}
