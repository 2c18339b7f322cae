//! Results that are there and are not sent: without a source, or changed since the gate.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use super::files::{deliver, list, shown};
use super::{TOKEN, upload};
use crate::support::{folder, png, ppm, run, said, write};

/// A source that is not there any more has no picture to send.
#[test]
fn a_result_without_its_source_is_not_sent() {
    let source = |red: u8| ppm(300, 300, move |x, y| [red, x as u8, y as u8]);
    let files = folder(&[
        ("in/anna.ppm", &source(1)),
        ("in/ben.ppm", &source(2)),
        ("in/cleo.ppm", &source(3)),
    ]);
    fs::create_dir(files.path().join("shown")).unwrap();
    assert_eq!(run(files.path(), &["in", "out"]).code, 0);
    fs::rename(
        files.path().join("in/anna.ppm"),
        files.path().join("in/anja.ppm"),
    )
    .unwrap();
    fs::remove_file(files.path().join("in/ben.ppm")).unwrap();
    list(
        files.path(),
        &[
            shown("anna", "shown", ""),
            shown("named", "shown", "ben.ppm"),
            shown("left", "shown", "cleo"),
            shown("anja", "shown", ""),
        ],
    );
    let go = |args: &[&str]| {
        let mut command = super::with_account(files.path(), "");
        command.args([
            "in",
            "out",
            "--upload",
            "--accounts",
            "a.csv",
            "--exclude",
            "cleo.*",
        ]);
        said(&command.args(args).output().unwrap())
    };
    for args in [&["--dry-run"][..], &[]] {
        let said = go(args);
        assert_eq!(said.code, 1, "{}", said.stderr);
        for name in ["anna", "named", "left"] {
            let is_rejected = |line: &str| {
                line.contains(&format!("-> {name}: ")) && line.ends_with("[source_gone]")
            };
            assert!(
                said.stderr.lines().any(is_rejected),
                "{name}: {}",
                said.stderr
            );
        }
    }
    let shown = |name: &str| files.path().join("shown").join(name).exists();
    assert_eq!(
        ["anna.jpg", "named.jpg", "left.jpg", "anja.jpg"].map(shown),
        [false, false, false, true]
    );
    // What was prepared once can be sent by itself.
    assert_eq!(deliver(files.path(), &[]).code, 0);
    assert!(shown("left.jpg"));
}

/// A link that leads to another folder is the same input, and a folder is read with the one around it.
#[test]
#[cfg(unix)]
fn a_source_that_is_gone_from_another_view_of_its_folder_is_not_sent() {
    use std::os::unix::fs::symlink;

    let source = |red: u8| ppm(30, 30, move |x, y| [red, x as u8, y as u8]);
    let files = folder(&[
        ("rel1/alice.ppm", &source(1)),
        ("rel1/ben.ppm", &source(2)),
        ("rel2/ben.ppm", &source(2)),
        ("in/sub/alice.ppm", &source(3)),
        ("in/sub/ben.ppm", &source(4)),
    ]);
    let path = |name: &str| files.path().join(name);
    fs::create_dir(path("shown")).unwrap();
    symlink("rel1", path("current")).unwrap();
    for (input, out) in [("current", "linked"), ("in/sub", "narrow"), ("in", "wide")] {
        assert_eq!(run(files.path(), &[input, out]).code, 0);
    }
    fs::remove_file(path("current")).unwrap();
    symlink("rel2", path("current")).unwrap();
    fs::remove_file(path("in/sub/alice.ppm")).unwrap();
    for (input, out, alice, ben) in [
        ("current", "linked", "alice.jpg", "ben.jpg"),
        ("in", "narrow", "alice.jpg", "sub/ben.jpg"),
        ("in/sub", "wide", "sub/alice.jpg", "sub/ben.jpg"),
    ] {
        let accounts = [shown("alice", "shown", alice), shown("ben", "shown", ben)];
        list(files.path(), &accounts);
        let mut command = super::with_account(files.path(), "");
        let said = said(
            &command
                .args([input, out, "--upload", "--accounts", "a.csv"])
                .output()
                .unwrap(),
        );
        let is_gone = |line: &str| line.contains("-> alice: ") && line.ends_with("[source_gone]");
        assert!(said.stderr.lines().any(is_gone), "{out}: {}", said.stderr);
        let there = ["shown/alice.jpg", "shown/ben.jpg"].map(|it| path(it).exists());
        assert_eq!(
            (said.code, there),
            (1, [false, true]),
            "{out}: {}",
            said.stderr
        );
    }
}

/// A run remakes a picture while the upload is between its gate and the first send: it prints many lines, which nobody
/// reads at first.
#[test]
fn what_is_sent_is_what_the_gate_has_seen() {
    let clean = png(800, 800, |x, y| [x as u8, y as u8, 7, 255]);
    let cut = png(800, 200, |x, y| {
        let is_inside = (20..780).contains(&x) && (80..120).contains(&y);
        if is_inside {
            [200, 30, 40, 255]
        } else {
            [0; 4]
        }
    });
    let files = folder(&[("in/logo.png", &clean)]);
    let prepare = ["--gravity", "auto", "in", "out"];
    assert_eq!(run(files.path(), &prepare).code, 0);
    for number in 0..1_000 {
        write(
            &files.path().join(format!("out/{number:0>120}.jpg")),
            b"no account wants it",
        );
    }
    list(files.path(), &[shown("demo", "shown", "logo.jpg")]);
    fs::create_dir(files.path().join("shown")).unwrap();
    let mut command = upload(files.path(), "");
    command.args(["--accounts", "a.csv"]).stderr(Stdio::piped());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut text = String::new();
    lines.read_line(&mut text).unwrap();
    assert!(text.starts_with("no account for "), "{text}");
    write(&files.path().join("in/logo.png"), &cut);
    assert_eq!(run(files.path(), &prepare).code, 0);
    lines.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{text}");
    assert!(text.contains("[picture_changed]"), "{text}");
    assert!(!files.path().join("shown/demo.jpg").exists());
    assert!(!text.contains(TOKEN));
}
