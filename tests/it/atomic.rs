//! Results are complete or absent after interrupts and in folders that cannot be written. Killed
//! runs are tested in `kills`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Numbers, avatar_prep, decode, folder, jpeg, run, tree, write};

/// A folder of `count` pictures that take some time each.
fn busy(count: usize) -> tempfile::TempDir {
    let folder = folder(&[]);
    let mut numbers = Numbers(7);
    let grain: Vec<u8> = (0..1 << 16).map(|_| numbers.next() as u8).collect();
    let picture = jpeg(900, 900, |x, y| {
        [grain[(x * 31 + y * 977) as usize % grain.len()]; 3]
    });
    let first = folder.path().join("in/0.jpg");
    write(&first, &picture);
    for index in 1..count {
        std::fs::hard_link(&first, folder.path().join(format!("in/{index}.jpg"))).unwrap();
    }
    folder
}

fn start(folder: &Path) -> Child {
    avatar_prep(folder)
        .args(["-j", "2", "--size", "300", "in", "out"])
        .spawn()
        .unwrap()
}

/// Waits until results begin to appear.
fn wait_for_results(folder: &Path, child: &mut Child) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while tree(&folder.join("out")).is_empty() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "the run ended too early"
        );
        assert!(Instant::now() < deadline, "no result after a minute");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

/// Every file under a final name is a whole picture; returns how many there are.
fn whole(folder: &Path) -> usize {
    let names = tree(&folder.join("out"));
    let results: Vec<_> = names.iter().filter(|name| name.ends_with(".jpg")).collect();
    for name in &results {
        decode(&std::fs::read(folder.join("out").join(name)).unwrap());
    }
    results.len()
}

#[cfg(unix)]
#[test]
fn an_interrupt_finishes_cleanly() {
    // More than are made before a busy machine delivers the signal.
    const COUNT: usize = 3_000;
    let folder = busy(COUNT);
    let mut child = start(folder.path());
    wait_for_results(folder.path(), &mut child);
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let done = whole(folder.path());
    assert!((1..COUNT).contains(&done), "{done} results");
    assert_eq!(
        tree(&folder.path().join("out")).len(),
        done,
        "no temporary files are left"
    );
}

/// A source that never ends, and a run that reads it, as long as the returned writing end is held.
#[cfg(unix)]
fn endless(folder: &Path) -> (Child, std::fs::File) {
    let pipe = folder.join("endless.jpg");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let child = avatar_prep(folder)
        .args(["endless.jpg", "out.jpg"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Returns once the worker has opened the other end.
    let writer = std::fs::File::options().write(true).open(pipe).unwrap();
    (child, writer)
}

#[cfg(unix)]
#[test]
fn a_second_interrupt_ends_at_once() {
    let folder = folder(&[]);
    let (mut child, _writer) = endless(folder.path());
    let mut said = BufReader::new(child.stderr.take().unwrap());
    signal(&child, "-INT");
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert!(line.contains("Ctrl-C"), "{line}");
    assert!(
        child.try_wait().unwrap().is_none(),
        "it waits for the picture"
    );
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(tree(folder.path()).len(), 0, "nothing is left");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_refuses_the_run() {
    let folder = folder(&[
        ("in/a.jpg", &jpeg(4, 4, |_, _| [9; 3])),
        ("out", b"in the way"),
    ]);
    let said = run(folder.path(), &["in", "out/below"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("out/below cannot be written: "),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains("a.jpg"), "{}", said.stderr);
    assert_eq!(
        std::fs::read(folder.path().join("out")).unwrap(),
        b"in the way"
    );
}

#[test]
fn one_folder_that_cannot_be_written_does_not_keep_the_others_from_being_made_again() {
    let folder = folder(&[
        ("in/a.jpg", &jpeg(4, 4, |_, _| [9; 3])),
        ("in/b/c.jpg", &jpeg(4, 4, |_, _| [9; 3])),
        ("out/b", b"in the way"),
    ]);
    let made = || std::fs::read(folder.path().join("out/a.jpg")).unwrap();
    assert_eq!(run(folder.path(), &["in", "out"]).code, 1);
    let before = made();
    let other = jpeg(4, 4, |_, _| [200; 3]);
    std::fs::write(folder.path().join("in/a.jpg"), other).unwrap();
    assert_eq!(run(folder.path(), &["in", "out"]).code, 1);
    assert!(
        made() != before,
        "it is still the result of the old picture"
    );
}

#[test]
fn a_failure_keeps_what_was_there_before() {
    let folder = folder(&[
        ("in/a.jpg", b"\xff\xd8 no picture"),
        ("out/a.jpg", b"yesterday's"),
    ]);
    assert_eq!(run(folder.path(), &["in", "out"]).code, 1);
    assert_eq!(
        std::fs::read(folder.path().join("out/a.jpg")).unwrap(),
        b"yesterday's"
    );
}
