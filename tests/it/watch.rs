//! `--watch`: new and changed files are prepared until it is interrupted, and only one run at a
//! time writes.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{avatar_prep, decode, folder, ppm, run, write};

/// A run that watches, and is ended with the test.
struct Watching(Child);

impl Watching {
    fn start(folder: &Path) -> Self {
        Self::of(folder, &["in", "out"])
    }

    fn of(folder: &Path, paths: &[&str]) -> Self {
        let mut command = avatar_prep(folder);
        command.args(["--watch", "--json"]).args(paths);
        Self(
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap(),
        )
    }

    fn interrupt(mut self) -> (Option<i32>, String) {
        let id = self.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        let code = self.0.wait().unwrap().code();
        let mut said = String::new();
        std::io::Read::read_to_string(self.0.stdout.as_mut().unwrap(), &mut said).unwrap();
        (code, said)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

fn wait(what: &str, until: impl Fn() -> bool) {
    wait_for(60, what, until);
}

fn wait_for(seconds: u64, what: &str, until: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    while !until() {
        assert!(Instant::now() < deadline, "{what} within {seconds} seconds");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn color(path: &Path) -> Option<u8> {
    let bytes = fs::read(path).ok()?;
    Some(decode(&bytes).at(0, 0)[0])
}

#[test]
fn what_is_new_or_changed_is_prepared_until_interrupted() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [10; 3]))]);
    let at = |name: &str| folder.path().join(name);
    let watching = Watching::start(folder.path());
    wait("what is there is made", || at("out/a.jpg").exists());
    write(&at("in/new/deep/b.ppm"), &ppm(8, 8, |_, _| [20; 3]));
    wait("what is new is made", || at("out/new/deep/b.jpg").exists());
    write(&at("in/a.ppm"), &ppm(8, 8, |_, _| [200; 3]));
    wait("what changed is made again", || {
        color(&at("out/a.jpg")).is_some_and(|c| c > 150)
    });
    // Somebody else wants to write there.
    let said = run(folder.path(), &["in", "out"]);
    let wanted = format!("error: out is in use: process {} on ", watching.0.id());
    assert_eq!(said.code, 2);
    assert!(said.stderr.starts_with(&wanted), "{}", said.stderr);
    assert!(
        said.stderr.contains(" has held it since 2"),
        "{}",
        said.stderr
    );
    let (code, said) = watching.interrupt();
    assert_eq!(code, Some(0), "{said}");
    let made: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("\"status\":\"ok\""))
        .collect();
    assert_eq!(made.len(), 3, "each once: {said}");
    assert!(
        !said.contains("up_to_date\",\"message"),
        "no news are no records: {said}"
    );
    assert_eq!(run(folder.path(), &["verify", "out"]).stderr, "2 intact\n");
}

#[test]
fn a_file_that_failed_shows_in_the_exit_code_even_if_it_was_made_later() {
    let sound = ppm(8, 8, |_, _| [10; 3]);
    let folder = folder(&[("in/a.ppm", b"P6 8 8 255\n"), ("in/b.ppm", &sound)]);
    let at = |name: &str| folder.path().join(name);
    let watching = Watching::start(folder.path());
    wait("what is there is made", || at("out/b.jpg").exists());
    // It is of a later pass, so the first is over once it is made.
    write(&at("in/c.ppm"), &sound);
    wait("what is new is made", || at("out/c.jpg").exists());
    write(&at("in/a.ppm"), &sound);
    wait("what had failed is made", || at("out/a.jpg").exists());
    std::thread::sleep(Duration::from_millis(500));
    let (code, said) = watching.interrupt();
    assert!(said.contains("\"code\":\"truncated\""), "{said}");
    assert_eq!(code, Some(1), "{said}");
}

#[test]
fn results_inside_the_inputs_do_not_wake_it() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [10; 3]))]);
    let mut command = avatar_prep(folder.path());
    command
        .args(["--watch", "--json", "in", "in/out"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let watching = Watching(command.spawn().unwrap());
    wait("what is there is made", || {
        folder.path().join("in/out/a.jpg").exists()
    });
    std::thread::sleep(Duration::from_millis(1500));
    let (code, said) = watching.interrupt();
    assert_eq!((code, said.lines().count()), (Some(0), 2), "{said}");
}

#[test]
fn what_makes_no_sense_with_watching_is_refused() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [10; 3]))]);
    for args in [
        &["--dry-run", "in", "out"][..],
        &["--report", "r.json", "in", "out"],
        &["--upload", "in", "out"],
        &["-", "out.jpg"],
        &["in/a.ppm", "a.jpg"],
    ] {
        let said = run(folder.path(), &[&["--watch"], args].concat());
        assert_eq!(said.code, 2);
        assert!(
            said.stderr
                .starts_with("error: --watch cannot be combined with "),
            "{}",
            said.stderr
        );
    }
}

#[test]
fn a_folder_is_held_even_where_its_state_cannot_be_kept() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [10; 3]))]);
    fs::create_dir_all(folder.path().join("out/.avatar-prep/cache.sqlite")).unwrap();
    let watching = Watching::start(folder.path());
    wait("what is there is made", || {
        folder.path().join("out/a.jpg").exists()
    });
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    let wanted = "error: out is in use: process ";
    assert!(said.stderr.starts_with(wanted), "{}", said.stderr);
    assert_eq!(watching.interrupt().0, Some(0));
}

#[test]
fn what_cannot_be_remembered_at_once_is_remembered_later() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [10; 3]))]);
    let at = |name: &str| folder.path().join(name);
    let watching = Watching::start(folder.path());
    wait("what is there is made", || at("out/a.jpg").exists());
    std::thread::sleep(Duration::from_secs(1));
    let database = rusqlite::Connection::open(at("out/.avatar-prep/cache.sqlite")).unwrap();
    // The database is free between pictures. If it is in use for longer than a writer waits, rows
    // are written later.
    database.busy_timeout(Duration::ZERO).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    write(&at("in/b.ppm"), &ppm(8, 8, |_, _| [20; 3]));
    wait("what is new is made", || at("out/b.jpg").exists());
    std::thread::sleep(Duration::from_secs(12));
    drop(database);
    assert_eq!(watching.interrupt().0, Some(0));
    assert_eq!(run(folder.path(), &["verify", "out"]).stderr, "2 intact\n");
}

#[test]
fn what_is_broken_is_told_once_and_what_vanishes_ends_nothing() {
    let folder = folder(&[
        ("in/a.ppm", &ppm(8, 8, |_, _| [10; 3])),
        ("in/bad.png", b"\x89PNG\r\n\x1a\nno more"),
        ("more/c.ppm", &ppm(8, 8, |_, _| [10; 3])),
    ]);
    let at = |name: &str| folder.path().join(name);
    let mut command = avatar_prep(folder.path());
    command.args(["--watch", "--json", "in", "more", "out"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut watching = Watching(command.spawn().unwrap());
    wait("what is there is made", || at("out/c.jpg").exists());
    fs::remove_dir_all(at("more")).unwrap();
    for (name, color) in [("b", 20), ("d", 30)] {
        write(
            &at(&format!("in/{name}.ppm")),
            &ppm(8, 8, |_, _| [color; 3]),
        );
        wait("what is new is made", || {
            at(&format!("out/{name}.jpg")).exists()
        });
    }
    write(&at("in/bad.png"), b"\x89PNG\r\n\x1a\nsomething else");
    write(&at("in/e.ppm"), &ppm(8, 8, |_, _| [40; 3]));
    wait("what is new is made", || at("out/e.jpg").exists());
    let mut stderr = watching.0.stderr.take().unwrap();
    let (code, said) = watching.interrupt();
    let mut warned = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut warned).unwrap();
    let told = said
        .lines()
        .filter(|line| line.contains("\"source\":\"in/bad.png\""));
    assert_eq!((code, told.count()), (Some(1), 2), "once each: {said}");
    let vanished = warned.matches("more no longer exists").count();
    assert_eq!(vanished, 1, "{warned}");
}

/// What is remembered of a broken file goes with the file, so that a long watch does not collect it.
#[test]
fn a_broken_file_that_comes_back_is_tried_again() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [10; 3]))]);
    let at = |name: &str| folder.path().join(name);
    write(&at("apart/bad.png"), b"\x89PNG\r\n\x1a\nno more");
    let watching = Watching::start(folder.path());
    for (name, move_to) in [
        ("b", Some(("apart/bad.png", "in/bad.png"))),
        ("c", Some(("in/bad.png", "apart/bad.png"))),
        ("d", Some(("apart/bad.png", "in/bad.png"))),
        ("e", None),
    ] {
        if let Some((from, to)) = move_to {
            fs::rename(at(from), at(to)).unwrap(); // with its time of change
        }
        write(&at(&format!("in/{name}.ppm")), &ppm(8, 8, |_, _| [20; 3]));
        wait("what is new is made", || {
            at(&format!("out/{name}.jpg")).exists()
        });
    }
    let (_, said) = watching.interrupt();
    let told = { said.lines() }.filter(|line| line.contains("\"source\":\"in/bad.png\""));
    assert_eq!(told.count(), 2, "{said}");
}

/// Results for another folder, of which the temporary files are seen.
#[test]
fn own_temporary_files_do_not_wake_it() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [10; 3]))]);
    let watching = Watching::start(folder.path());
    wait("what is there is made", || {
        folder.path().join("out/a.jpg").exists()
    });
    std::thread::sleep(Duration::from_secs(1));
    for index in 0..3 {
        let name = format!("in/.avatar-prep-0123-{index}.tmp");
        write(&folder.path().join(name), b"half a picture");
    }
    std::thread::sleep(Duration::from_secs(2));
    let (code, said) = watching.interrupt();
    assert_eq!((code, said.lines().count()), (Some(0), 2), "{said}");
}

#[test]
fn sidecars_are_followed_and_a_wrong_one_fails_its_picture_only() {
    let wide = ppm(40, 10, |x, _| [x as u8 * 6, 0, 0]);
    let folder = folder(&[("in/a.ppm", &wide)]);
    let at = |name: &str| folder.path().join(name);
    let red = || color(&at("out/a.jpg"));
    let watching = Watching::start(folder.path());
    wait("the middle is made", || {
        red().is_some_and(|red| (60..120).contains(&red))
    });
    write(&at("in/a.ppm.toml"), b"gravity = \"right\"");
    wait("the right end is made", || {
        red().is_some_and(|red| red > 150)
    });
    write(&at("in/a.ppm.toml"), b"gravity = \"leftt\"");
    for name in ["b", "c"] {
        // The second picture arrives when the sidecar counts as settled.
        write(&at(&format!("in/{name}.ppm")), &wide);
        wait("others are made", || {
            at(&format!("out/{name}.jpg")).exists()
        });
    }
    write(&at("in/a.ppm.toml"), b"gravity = \"left\"");
    wait("the left end is made", || red().is_some_and(|red| red < 40));
    let (code, said) = watching.interrupt();
    // One picture failed during the watch.
    assert_eq!(code, Some(1));
    assert!(said.contains("\"code\":\"bad_sidecar\""), "{said}");
    assert!(
        said.contains("in/a.ppm.toml:1:11: gravity must be"),
        "{said}"
    );
}

/// Only what the program writes itself is left out, as in a run without --watch.
#[test]
fn results_can_be_above_the_input() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [10; 3]))]);
    let at = |name: &str| folder.path().join(name);
    let watching = Watching::of(folder.path(), &["in", "."]);
    wait("what is there is made", || at("a.jpg").exists());
    write(&at("in/b.ppm"), &ppm(8, 8, |_, _| [20; 3]));
    // Without a notification it would take a minute.
    wait_for(40, "what is new is made", || at("b.jpg").exists());
    let (code, said) = watching.interrupt();
    assert_eq!((code, said.lines().count()), (Some(0), 4), "{said}");
}

#[test]
fn folders_that_are_replaced_and_links_are_watched_again() {
    let picture = ppm(8, 8, |_, _| [10; 3]);
    let folder = folder(&[("in/a.ppm", &picture), ("v1/c.ppm", &picture)]);
    let at = |name: &str| folder.path().join(name);
    for name in ["new/b", "v2/d", "far/deep/e"] {
        write(&at(&format!("{name}.ppm")), &picture);
    }
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(at(to), at(name)).unwrap();
    link("v1", "now");
    let watching = Watching::of(folder.path(), &["in", "now", "out"]);
    let made = |name: &str| {
        wait_for(40, name, || at(&format!("out/{name}.jpg")).exists());
    };
    let arrives = |path: &str, name: &str| {
        // Until the pass that made the last picture is over, and the next wait has begun.
        std::thread::sleep(Duration::from_millis(1500));
        write(&at(&format!("{path}.ppm")), &picture);
        made(name);
    };
    made("c");
    fs::rename(at("in"), at("old")).unwrap();
    fs::rename(at("new"), at("in")).unwrap();
    made("b");
    arrives("in/later", "later");
    link("v2", "turned");
    fs::rename(at("turned"), at("now")).unwrap();
    made("d");
    arrives("v2/latest", "latest");
    link("far", "in/far");
    made("far/deep/e");
    arrives("far/deep/last", "far/deep/last");
    // An input that becomes empty, as its files are moved away, ends nothing.
    for name in ["b.ppm", "later.ppm", "far"] {
        fs::remove_file(at(&format!("in/{name}"))).unwrap();
    }
    arrives("in/end", "end");
    assert_eq!(watching.interrupt().0, Some(0));
}

/// Nothing is notified of what lies outside the inputs.
#[test]
#[ignore = "takes minutes"]
fn what_nothing_notifies_of_is_found_after_a_while() {
    let picture = ppm(8, 8, |_, _| [10; 3]);
    let folder = folder(&[("v1/a.ppm", &picture), ("v2/b.ppm", &picture)]);
    let at = |name: &str| folder.path().join(name);
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(at(to), at(name)).unwrap();
    fs::create_dir(at("in")).unwrap();
    link("v1", "now");
    link("now", "in/far");
    let watching = Watching::start(folder.path());
    wait("what is there is made", || at("out/far/a.jpg").exists());
    link("v2", "turned");
    fs::rename(at("turned"), at("now")).unwrap();
    wait_for(120, "what is new is made", || at("out/far/b.jpg").exists());
    let (code, said) = watching.interrupt();
    assert_eq!((code, said.lines().count()), (Some(0), 4), "{said}");
}
