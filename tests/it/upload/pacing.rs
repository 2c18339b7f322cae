//! Tests where the pacing of accounts is kept, and the warning if it may not be shared.

use std::process::Command;

use fake_green_api::{Config, Fake, Product};

use super::{ID, TOKEN, picture, upload};
use crate::support::{Said, folder, said};

fn fake() -> Fake {
    let fake = Fake::start(Config::default()).unwrap();
    fake.account(ID, TOKEN, Product::Whatsapp);
    fake
}

fn run(command: &mut Command) -> Said {
    let said = said(&command.output().unwrap());
    assert_eq!(said.code, 0, "{}", said.stderr);
    said
}

const ELSEWHERE: &str = "warning: the last upload of these results kept the times of sends in \
                         another folder: pictures may be sent too often to one account; use the \
                         same --pace-dir everywhere";

#[test]
fn two_state_homes_are_told_of() {
    let fake = fake();
    let files = folder(&[("out/logo.jpg", picture())]);
    let from = |home: &str| {
        let mut command = upload(files.path(), &fake.url());
        command.env("XDG_STATE_HOME", files.path().join(home));
        command
    };
    for (home, is_other) in [
        ("one", false),
        ("one", false),
        ("two", true),
        ("two", false),
        ("one", true),
    ] {
        let said = run(&mut from(home));
        assert_eq!(
            said.stderr.contains(ELSEWHERE),
            is_other,
            "{home}: {}",
            said.stderr
        );
    }
    // Both use one folder, although their home folders differ.
    for (home, is_other) in [("one", true), ("two", false), ("one", false)] {
        let said = run(from(home).args(["--pace-dir", "shared"]));
        assert_eq!(
            said.stderr.contains("warning"),
            is_other,
            "{home}: {}",
            said.stderr
        );
    }
    assert!(files.path().join("shared/pace").is_dir());
    assert_eq!(fake.pictures(ID), 1);
}

/// The pause is kept through the folder: the second run, with another home folder, finds the times
/// there.
#[test]
fn a_shared_folder_keeps_what_was_sent_from_elsewhere() {
    let fake = fake();
    let files = folder(&[("one/logo.jpg", picture()), ("two/logo.jpg", picture())]);
    for (home, shared, wanted) in [
        ("one", "shared", "applied logo.jpg"),
        ("two", "shared", "applied from another folder of results"),
    ] {
        let mut command = super::upload_from(files.path(), &fake.url(), home);
        command.env("XDG_STATE_HOME", files.path().join(format!("state-{home}")));
        let said = run(command.args(["--pace-dir", shared]));
        assert!(said.stderr.contains(wanted), "{home}: {}", said.stderr);
    }
    assert_eq!(fake.pictures(ID), 1);
}

#[test]
fn a_container_without_a_folder_of_its_own_is_told_of() {
    let fake = fake();
    let files = folder(&[("out/logo.jpg", picture())]);
    let container = |home: Option<&str>| {
        let mut command = upload(files.path(), &fake.url());
        command.env_remove("XDG_STATE_HOME").env("container", "any");
        match home {
            Some(home) => command.env("HOME", files.path().join(home)),
            None => command.env_remove("HOME").env_remove("LOCALAPPDATA"),
        };
        command
    };
    let said = run(&mut container(Some("home")));
    assert!(
        said.stderr.contains("this is a container"),
        "{}",
        said.stderr
    );
    let said = run(&mut container(None));
    assert!(said.stderr.contains("in another folder"), "{}", said.stderr);
    let said = run(&mut container(None));
    assert!(
        said.stderr.contains("there is no home folder"),
        "{}",
        said.stderr
    );
    let said = run(container(Some("home")).args(["--pace-dir", "pace"]));
    assert!(!said.stderr.contains("container"), "{}", said.stderr);
}

/// The message names the folder and what helps, for example in a container that can write to its results only.
#[test]
fn without_the_times_nothing_is_sent() {
    let fake = fake();
    let files = folder(&[("out/logo.jpg", picture()), ("file", &b""[..])]);
    let mut command = upload(files.path(), &fake.url());
    let said = said(&command.args(["--pace-dir", "file"]).output().unwrap());
    assert_eq!(said.code, 2, "{}", said.stderr);
    let wanted = "error: could not keep the times of sends in file/pace: ";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    let hint = "  hint: name a folder that can be written with --pace-dir\n";
    assert!(said.stderr.ends_with(hint), "{}", said.stderr);
    assert!(fake.records().0.is_empty());
}
