//! Questions after a refusal: what follows them, and the pauses between them.

use std::time::Duration;

use fake_green_api::{Product, script};

use super::{ID, SPEED, Stage};

/// While an outcome is verified, an answer that ends everything does so at once.
#[test]
fn a_question_that_is_refused_for_good_is_not_repeated() {
    for (refusal, code, wanted) in [
        ("status(401)", 1, "[bad_token]"),
        ("status(404)", 2, "[wrong_address]"),
        ("status(466,object)", 3, "[quota]"),
    ] {
        let stage = Stage::new("ghost(502)");
        let answers = script(&format!("ok;{refusal}*9")).unwrap();
        stage.fake.script(ID, "getWaSettings", answers);
        let (said, records) = stage.run(&[]);
        assert_eq!(said.code, code, "{refusal}: {}", said.stderr);
        assert!(said.stderr.contains(wanted), "{refusal}: {}", said.stderr);
        let asked = records.0.iter().filter(|it| it.asks("getWaSettings"));
        assert_eq!(
            (asked.count(), records.posts(None).len()),
            (2, 1),
            "{refusal}"
        );
        let (status, _) = stage.run(&["--status"]);
        assert!(status.stdout.starts_with("unknown "), "{}", status.stdout);
    }
}

/// Row 21: an account that is ready by its state, but refuses the picture, gets it once more.
#[test]
fn an_account_that_claims_to_be_ready_gets_one_resend() {
    let refusal = "status(400,object,message=Instance account not authorized)";
    let stage = Stage::new(&format!("{refusal}*5"));
    let (said, records) = stage.run(&[]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert_eq!(records.posts(None).len(), 2, "{}", said.stderr);
    assert!(said.stderr.contains("[not_authorized]"), "{}", said.stderr);
}

/// Rows 20 and 21, with an account whose state changes behind a promise.
#[test]
fn an_account_that_is_not_ready_after_all_is_asked_at_once() {
    let promise = || script(r#"body({"stateInstance":"authorized"})"#).unwrap();
    for (state, code, wanted) in [
        ("notAuthorized", 1, "[not_authorized]"),
        ("blocked", 1, "[blocked]"),
        ("expired", 1, "[expired]"),
        ("deleted", 1, "[deleted]"),
        ("suspended", 3, "[suspended], not before "),
        ("starting", 0, "applied"),
        ("sleepMode", 0, "applied"),
    ] {
        let stage = Stage::with("", SPEED, Product::Whatsapp);
        let mut states = promise();
        if code == 0 {
            // It passes after three questions, whenever they come.
            let passing = format!(r#"body({{"stateInstance":"{state}"}})*3"#);
            states.extend(script(&passing).unwrap());
            let refusal = "status(400,object,message=Instance is starting or not authorized)";
            let refusal = script(refusal).unwrap();
            stage.fake.script(ID, "setProfilePicture", refusal);
        } else {
            stage.fake.states(ID, &[(state, Duration::MAX)]);
        }
        stage.fake.script(ID, "getStateInstance", states);
        let settings = r#"body({"avatar":"","stateInstance":"authorized"})"#;
        stage
            .fake
            .script(ID, "getWaSettings", script(settings).unwrap());
        let (said, records) = stage.run(&[]);
        let posts = records.posts(None);
        let sent = if code == 0 { 2 } else { 1 };
        assert_eq!(
            (said.code, posts.len()),
            (code, sent),
            "{state}: {}",
            said.stderr
        );
        assert!(said.stderr.contains(wanted), "{state}: {}", said.stderr);
        let later = |record: &&fake_green_api::Record| record.arrived > posts[0].arrived;
        let asked: Vec<_> = records
            .0
            .iter()
            .filter(later)
            .filter(|record| record.asks("getStateInstance"))
            .collect();
        if let [first, rest @ ..] = asked.as_slice() {
            assert!(
                first.arrived - posts[0].replied >= Duration::from_millis(1_100),
                "{state}"
            );
            let polls = asked
                .windows(2)
                .map(|pair| pair[1].arrived - pair[0].arrived);
            assert!(
                rest.is_empty() || polls.min() >= Some(Duration::from_secs(10)),
                "{state}"
            );
        }
    }
}

/// Before anything was sent, an empty answer says that the account is being created.
#[test]
fn an_empty_answer_to_a_question_is_no_lost_picture() {
    let stage = Stage::new("");
    let empty = script("body()*2").unwrap();
    stage.fake.script(ID, "getWaSettings", empty);
    let said = stage.expect(&[], (0, 1));
    assert!(said.stderr.contains("[being_created]"), "{}", said.stderr);
    assert!(!said.stderr.contains("[answer_lost]"), "{}", said.stderr);
}
