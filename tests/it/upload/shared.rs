//! Accounts to which several folders or processes send: none mistakes another's picture for its
//! own, and a picture that was never shown does not replace one that was.

use fake_green_api::Product;

use super::{ID, Stage, picture};
use crate::support::{jpeg, said, write};

/// Another picture, for the same account.
fn other() -> Vec<u8> {
    jpeg(300, 300, |x, y| [255 - y as u8, x as u8, 40])
}

#[test]
fn what_was_refused_does_not_count_as_shown() {
    for refusal in ["reason(\"not-acceptable\")", "status(413,html)"] {
        let stage = Stage::new(&format!("ok;{refusal}"));
        assert_eq!(stage.run(&[]).0.code, 0);
        write(&stage.path().join("out/logo.jpg"), &other());
        assert_eq!(stage.run(&[]).0.code, 1, "{refusal}");
        write(&stage.path().join("out/logo.jpg"), picture());
        let (said, records) = stage.run(&[]);
        assert_eq!((said.code, records.posts(None).len()), (0, 2), "{refusal}");
        assert!(said.stderr.contains("up_to_date"), "{}", said.stderr);
    }
}

/// The same picture from another folder of results, whose journal knows nothing of it.
#[test]
fn what_shows_is_not_sent_again_from_elsewhere() {
    let stage = Stage::new("");
    stage.expect(&[], (0, 1));
    write(&stage.path().join("else/logo.jpg"), picture());
    let from_else = |args: &[&str]| said(&stage.command_for("else").args(args).output().unwrap());
    let dry = from_else(&["--dry-run"]);
    assert!(dry.stderr.starts_with("up_to_date"), "{}", dry.stderr);
    for _ in 0..2 {
        let said = from_else(&[]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(
            said.stderr
                .contains("applied from another folder of results"),
            "{}",
            said.stderr
        );
    }
    assert_eq!(stage.fake.pictures(ID), 1);
    assert!(said_of(&stage, "else").starts_with("applied "));
    // Another one from there replaces it here.
    write(&stage.path().join("else/logo.jpg"), &other());
    assert_eq!(from_else(&[]).code, 0);
    assert!(said_of(&stage, "out").starts_with("replaced "));
    stage.expect(&[], (0, 3));
    assert!(said_of(&stage, "else").contains("replaced "));
    let told = said_of(&stage, "out");
    let lines = told.lines().filter(|line| !line.starts_with("  "));
    assert_eq!(lines.count(), 1, "{told}");
}

/// A part of the results shares the journal of the whole.
#[test]
fn a_part_of_the_results_has_no_journal_of_its_own() {
    let stage = Stage::new("");
    write(&stage.path().join("out/brand/logo.jpg"), picture());
    std::fs::remove_file(stage.path().join("out/logo.jpg")).unwrap();
    assert_eq!(stage.run(&[]).0.code, 0);
    for part in ["out/brand", "out/brand/logo.jpg"] {
        let said = said(&stage.command_for(part).output().unwrap());
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(
            said.stderr.contains("up_to_date"),
            "{part}: {}",
            said.stderr
        );
        let status = said_of(&stage, part);
        assert!(status.starts_with("applied "), "{part}: {status}");
    }
    assert!(!stage.path().join("out/brand/.avatar-prep").exists());
    assert_eq!(stage.fake.records().posts(None).len(), 1);
}

/// What an account names is a path among all results, whichever part of them is sent.
#[test]
fn a_part_of_the_results_changes_no_names() {
    let stage = Stage::new("");
    let listed = [
        ("1", "logo.png"),
        ("2", "brand/logo.png"),
        ("3", "brand/deep/x.png"),
    ];
    listed.iter().for_each(|(id, _)| stage.enlist(id, ""));
    stage.list(listed);
    for part in ["brand/logo.jpg", "brand/deep/x.jpg", ".avatar-prep/here"] {
        write(&stage.path().join("out").join(part), picture());
    }
    let args = ["--accounts", "a.csv"];
    for (part, pictures) in [
        ("out/brand/logo.jpg", [0, 1, 0]),
        ("out/brand/deep", [0, 1, 1]),
        ("./out/brand/", [0, 1, 1]),
        ("out", [1, 1, 1]),
    ] {
        let said = said(&stage.command_for(part).args(args).output().unwrap());
        assert_eq!(said.code, 0, "{part}: {}", said.stderr);
        let found = ["1", "2", "3"].map(|id| stage.fake.pictures(id));
        assert_eq!(found, pictures, "{part}: {}", said.stderr);
    }
}

fn said_of(stage: &Stage, out: &str) -> String {
    said(&stage.command_for(out).arg("--status").output().unwrap()).stdout
}

/// One process stands still after its first answer while another one sends from `else`.
#[cfg(unix)]
fn overtaken(scenarios: &str) -> (Stage, crate::support::Said) {
    use std::process::{Command, Stdio};
    use std::{thread, time::Duration};

    let stage = Stage::new(scenarios);
    write(&stage.path().join("else/logo.jpg"), &other());
    let mut first = stage.command();
    first.stdout(Stdio::piped()).stderr(Stdio::piped());
    let first = first.spawn().unwrap();
    let signal = |name: &str| {
        let id = first.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    };
    super::resume::until(|| {
        let records = stage.fake.records();
        records
            .posts(None)
            .first()
            .is_some_and(|post| post.answered != Duration::MAX)
    });
    // Its lock ends with the step; what it waits for takes much longer.
    thread::sleep(Duration::from_millis(700));
    signal("-STOP");
    let second = stage
        .command_for("else")
        .args(["--deadline", "60s"])
        .output();
    signal("-CONT");
    let second = said(&second.unwrap());
    assert_eq!(second.code, 0, "{}", second.stderr);
    assert_eq!(stage.fake.avatar(ID), Some(other()));
    let first = said(&first.wait_with_output().unwrap());
    super::no_token(stage.path(), &first);
    (stage, first)
}

#[cfg(unix)]
#[test]
fn a_snapshot_from_before_anothers_send_confirms_nothing() {
    let (stage, said) = overtaken("status(429,object,Retry-After=100);ok;lost(502)");
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(stage.fake.avatar(ID).as_deref(), Some(picture()));
    let posts = stage.fake.records().posts(None).len();
    assert_eq!((posts, stage.fake.pictures(ID)), (4, 2), "{}", said.stderr);
}

#[cfg(unix)]
#[test]
fn a_doubt_is_not_settled_by_anothers_picture() {
    let (stage, said) = overtaken("status(503,object,Retry-After=100)");
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.stderr.contains("[superseded]"), "{}", said.stderr);
    assert_eq!(stage.fake.records().posts(None).len(), 2);
    let (said, _) = stage.run(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(stage.fake.avatar(ID).as_deref(), Some(picture()));
}

/// A suspended process can hold an account for ever.
#[test]
fn an_account_that_another_process_holds_is_left_for_later() {
    let stage = Stage::with("", 1_000.0, Product::Whatsapp);
    stage.expect(&[], (0, 1));
    let files = walkdir::WalkDir::new(stage.path()).into_iter().flatten();
    let is_slot = |it: &walkdir::DirEntry| it.file_name().to_string_lossy().starts_with("slot-");
    let slots = files.filter(is_slot);
    let slots: Vec<_> = slots
        .map(|it| std::fs::File::open(it.path()).unwrap())
        .collect();
    assert_eq!(slots.len(), 1);
    slots[0].lock().unwrap();
    write(&stage.path().join("out/logo.jpg"), &other());
    let said = stage.expect(&[], (3, 1));
    assert!(
        said.stderr
            .contains("another process is working on the account"),
        "{}",
        said.stderr
    );
    let end =
        "deferred logo.jpg -> 1101000001 (1101000001): another process holds the account [in_use]";
    assert!(said.stderr.contains(end), "{}", said.stderr);
    slots[0].unlock().unwrap();
    stage.expect(&[], (0, 2));
}
