//! Limits on what is dropped, uploads that break off, and what is left behind.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Open, sized};
use crate::support::{folder, ppm, tree};

fn picture() -> Vec<u8> {
    ppm(40, 40, |x, _| [x as u8, 0, 0])
}

/// Waits until something is true.
#[track_caller]
fn wait_until(what: &str, is_true: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_true() {
        assert!(start.elapsed() < Duration::from_secs(20), "never {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_file_over_the_limit_is_refused_whether_it_says_so_or_not() {
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &["--limit-bytes", "10kB"]);
    let start = open.served.get("/api/start").json();
    assert_eq!(start["bounds"]["file"], 10_000);
    let large = vec![0; 10_001];
    let answer = open.put("a.ppm", &large);
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (413, &json!("file_too_large"))
    );
    let message = answer.json()["message"].as_str().unwrap().to_string();
    assert!(message.contains("10.0 kB"), "{message}");
    // Without a length, in pieces.
    let head = open
        .served
        .head_of_post(&open.path("files"), &[("x-name", "\"b.ppm\"")], 0);
    let head = head.replace("Content-Length: 0", "Transfer-Encoding: chunked");
    let piece = [
        format!("{:x}\r\n", large.len()).as_bytes(),
        &large,
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    let answer = open.served.send(&[head.as_bytes(), &piece].concat());
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (413, &json!("file_too_large"))
    );
    open.drop_file("c.ppm", &vec![0; 10_000]);
    assert_eq!(files(folder.path()), ["c.ppm"]);
}

/// The names of all files below the temporary folder.
fn files(folder: &Path) -> Vec<String> {
    let all = tree(&folder.join("tmp"));
    let name = |path: &String| path.rsplit('/').next().map(String::from);
    all.iter().filter_map(name).collect()
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &[]);
    let picture = picture();
    let head = open.served.head_of_post(
        &open.path("files"),
        &[("x-name", "\"a.ppm\"")],
        picture.len(),
    );
    let mut stream = TcpStream::connect(&open.served.host).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&picture[..picture.len() - 1]).unwrap();
    wait_until("started", || files(folder.path()).len() == 1);
    drop(stream);
    wait_until("removed", || files(folder.path()).is_empty());
    assert_eq!(open.served.get(&open.path("since/0/0")).json()["files"], 0);
    // The same name is free.
    assert_eq!(open.drop_file("a.ppm", &picture), "a.ppm");
}

#[test]
fn starting_over_removes_what_was_dropped() {
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &[]);
    open.drop_file("a.ppm", &picture());
    open.make(&sized(20));
    assert!(!tree(&folder.path().join("tmp")).is_empty());
    assert_eq!(
        open.served.post(&open.path("end"), &json!(null)).status,
        200
    );
    assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
    assert_eq!(
        open.put("a.ppm", &picture()).json()["code"],
        "unknown_batch"
    );
}

#[cfg(unix)]
#[test]
fn nothing_temporary_is_left_after_an_interrupt() {
    use std::os::unix::fs::PermissionsExt;
    for (args, left) in [(&[][..], &[][..]), (&["out"], &["out/a.jpg"])] {
        let folder = folder(&[]);
        let mut open = Open::start(folder.path(), args);
        open.drop_file("a.ppm", &picture());
        if args.is_empty() {
            let all = fs::read_dir(folder.path().join("tmp")).unwrap();
            let modes = all.map(|it| it.unwrap().metadata().unwrap().permissions().mode() & 0o777);
            assert_eq!(modes.collect::<Vec<_>>(), [0o700], "nobody else can look");
        }
        // Nothing can be made of it.
        open.drop_file("deep/broken.ppm", b"P6 9 9 255 ");
        open.make(&sized(20));
        // Files that no run has used.
        let other = super::begin(&open.served);
        let path = format!("/api/batches/{other}/files");
        open.served
            .post_bytes(&path, &[("x-name", "\"unused.ppm\"")], &picture());
        let id = open.served.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(open.served.child.wait().unwrap().code(), Some(0));
        assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
        assert_eq!(tree(folder.path()), left);
        // Of what was dropped, only the picture that has a result is kept, for a later review.
        let originals = tree(&folder.path().join("out/.avatar-prep/originals"));
        let names = originals.iter().filter_map(|name| name.rsplit_once('/'));
        let names: Vec<&str> = names.map(|(_, name)| name).collect();
        let kept: &[&str] = if args.is_empty() { &[] } else { &["a.ppm"] };
        assert_eq!(names, kept, "{originals:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_was_not_needed_is_not_left() {
    let folder = folder(&[]);
    let mut open = Open::start(folder.path(), &["out"]);
    open.drop_file("a.ppm", &picture());
    let id = open.served.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    open.served.child.wait().unwrap();
    assert!(!folder.path().join("out").exists());
}
