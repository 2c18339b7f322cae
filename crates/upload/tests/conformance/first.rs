//! Tests targets about which nothing is known: the journal and the pacing were lost, or another
//! machine sent.

use avatar_upload::{State, Status};

use crate::SPEED;
use crate::harness::{Harness, payload};
use crate::subjects::{Subject, subjects};

/// Delivers one picture with a harness that knows nothing about the target.
fn fresh(subject: &Subject, text: &str, resend: bool) -> (Harness, Status, String) {
    let harness = Harness::new();
    let run = harness.deliver(vec![subject.delivery("one", payload(text))], resend);
    let outcome = &run.outcomes[0];
    let (status, code) = (outcome.status, outcome.entry.code.clone());
    (harness, status, code)
}

#[test]
fn what_shows_already_is_not_sent_when_the_journal_is_lost() {
    for subject in subjects() {
        let name = subject.name;
        assert_eq!(fresh(&subject, "first", false).1, Status::Applied, "{name}");
        let pause = || std::thread::sleep(subject.at("one").spacing().questions.div_f64(SPEED));
        pause();
        let before = subject.at("one").shown().unwrap();
        let (harness, status, code) = fresh(&subject, "first", false);
        assert_eq!(
            (status, code.as_str()),
            (Status::UpToDate, "shows_already"),
            "{name}"
        );
        pause();
        assert_eq!(
            subject.at("one").shown(),
            Ok(before),
            "{name}: it was not sent again"
        );
        let entries = harness.journal.entries().unwrap();
        assert_eq!(
            (entries[0].state, entries[0].sends),
            (State::Applied, 0),
            "{name}"
        );
        // Once known, the picture is up to date without a request, and another picture is sent.
        let again = harness.deliver(vec![subject.delivery("one", payload("first"))], false);
        assert_eq!(again.outcomes[0].status, Status::UpToDate, "{name}");
        let other = harness.deliver(vec![subject.delivery("one", payload("other"))], false);
        assert_eq!(other.outcomes[0].status, Status::Applied, "{name}");
        assert_eq!(
            (subject.shows)("one").as_deref(),
            Some(&b"other"[..]),
            "{name}"
        );
        // If something else is shown, it is replaced.
        assert_eq!(fresh(&subject, "first", false).1, Status::Applied, "{name}");
        // With `resend` the picture is sent anyway.
        assert_eq!(fresh(&subject, "first", true).1, Status::Applied, "{name}");
    }
}
