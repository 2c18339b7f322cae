//! Runs that are killed at any moment: results are complete or absent, and the next run completes.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use fs4::fs_std::FileExt;
use serde_json::Value;

use crate::support::{Numbers, avatar_prep, folder, jpeg, png, records, run, tree, write};

const ARGS: [&str; 6] = ["-q", "-j", "2", "--size", "120", "in"];

/// A folder of pictures, small enough that a kill hits any stage, and what becomes of them.
struct Scene {
    folder: tempfile::TempDir,
    wanted: BTreeMap<String, Vec<u8>>,
    /// Of a whole run.
    time: Duration,
}

fn scene() -> Scene {
    let folder = folder(&[]);
    let mut numbers = Numbers(11);
    for index in 0..24 {
        let side = 100 + numbers.below(200) as u32;
        let color = |x: u32, y: u32| [(x * 7 + index * 3) as u8, (y * 5) as u8, (x ^ y) as u8];
        let name = format!("in/{}/{index}", ["a", "b/c", "d"][index as usize % 3]);
        if index % 2 == 0 {
            let picture = jpeg(side as u16, side as u16 + 9, color);
            write(&folder.path().join(name + ".jpg"), &picture);
        } else {
            let opaque = |x, y| {
                let [red, green, blue] = color(x, y);
                [red, green, blue, 255]
            };
            let picture = png(side + 9, side, opaque);
            write(&folder.path().join(name + ".png"), &picture);
        }
    }
    let start = Instant::now();
    let args = [&ARGS[..], &["wanted"]].concat();
    assert_eq!(run(folder.path(), &args).code, 0);
    let time = start.elapsed();
    let wanted = results(&folder.path().join("wanted"));
    assert_eq!(wanted.len(), 24);
    Scene {
        folder,
        wanted,
        time,
    }
}

/// Every file under a final name, with its bytes.
fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = tree(folder).into_iter().filter(|name| !is_temporary(name));
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).unwrap();
        (name, bytes)
    };
    names.map(read).collect()
}

fn is_temporary(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or_default();
    name.starts_with(".avatar-prep-") && name.ends_with(".tmp")
}

impl Scene {
    /// Starts a run and kills it after a random time; returns whether it was still running.
    fn kill(&self, numbers: &mut Numbers) -> bool {
        let mut command = avatar_prep(self.folder.path());
        let mut child = command.args(ARGS).arg("out").spawn().unwrap();
        let micros = (self.time.as_micros() as usize).max(1);
        std::thread::sleep(Duration::from_micros(numbers.below(micros) as u64));
        child.kill().unwrap();
        child.wait().unwrap().code().is_none()
    }

    /// What is wrong after a kill.
    fn violations(&self) -> Vec<String> {
        let found = results(&self.folder.path().join("out"));
        let wrong = |(name, bytes): (&String, &Vec<u8>)| match self.wanted.get(name) {
            Some(wanted) if wanted == bytes => None,
            Some(_) => Some(format!("{name} is not whole")),
            None => Some(format!("{name} is foreign")),
        };
        let mut violations: Vec<_> = found.iter().filter_map(wrong).collect();
        violations.extend(self.false_memories());
        violations
    }

    /// The results that the cache knows; each must be complete.
    fn remembered(&self) -> BTreeSet<String> {
        let out = self.folder.path().join("out");
        if !out.join(".avatar-prep/cache.sqlite").exists() {
            return BTreeSet::new();
        }
        let (code, foreign) = records(self.folder.path(), &["verify", "out"]);
        if code == 2 {
            return BTreeSet::new(); // there are no tables yet
        }
        let foreign: BTreeSet<&str> = foreign
            .iter()
            .filter_map(|r| r["output"].as_str())
            .collect();
        let known = results(&out).into_keys();
        let known = known.filter(|name| !foreign.contains(name.as_str()));
        known.map(|name| format!("out/{name}")).collect()
    }

    /// Results that are in the cache, but missing or different in the folder.
    fn false_memories(&self) -> Option<String> {
        let state = self.folder.path().join("out/.avatar-prep/cache.sqlite");
        if !state.exists() {
            return None;
        }
        let (code, records) = records(self.folder.path(), &["verify", "out"]);
        let summary = records.last();
        // A kill before the first table leaves a state file that knows nothing.
        let is_true = match (code, summary) {
            (2, _) => true,
            (_, Some(summary)) => summary["missing"] == 0 && summary["changed"] == 0,
            (_, None) => false,
        };
        (!is_true).then(|| format!("verify: exit code {code}, {summary:?}"))
    }

    /// What is wrong after a run that was let finish.
    fn complete(&self) -> Vec<String> {
        let mut violations = Vec::new();
        let remembered = self.remembered();
        let (code, records) = records(self.folder.path(), &[&ARGS[1..], &["out"]].concat());
        if code != 0 {
            violations.push(format!("exit code {code}: {records:?}"));
        }
        let skipped = |record: &&Value| record["code"] == "up_to_date";
        let skipped = records.iter().filter(skipped);
        let skipped: BTreeSet<&str> = skipped.filter_map(|r| r["output"].as_str()).collect();
        let lost = remembered.iter().filter(|name| !skipped.contains(&***name));
        violations.extend(lost.map(|name| format!("{name} was remembered, and made again")));
        let out = self.folder.path().join("out");
        if results(&out) != self.wanted {
            violations.push("the next run did not complete".into());
        }
        let said = run(self.folder.path(), &["verify", "out"]);
        if said.stderr != "24 intact\n" {
            violations.push(said.stderr);
        }
        let left = tree(&out).into_iter().filter(|name| is_temporary(name));
        violations.extend(left.map(|name| format!("{name} is left")));
        violations
    }
}

/// Kills this many active runs, most of which continue what the ones before left, and lets some
/// finish.
fn kill_many(times: usize, seed: u64) {
    let scene = scene();
    let mut numbers = Numbers(seed);
    let (mut kills, mut tries, mut left, mut violations) = (0, 0, 0, Vec::new());
    while kills < times {
        tries += 1;
        assert!(
            tries <= 10 * times,
            "only {kills} of {tries} hit a run at work"
        );
        kills += usize::from(scene.kill(&mut numbers));
        violations.extend(scene.violations());
        let out = scene.folder.path().join("out");
        let temporary = tree(&out).into_iter().filter(|name| is_temporary(name));
        left += temporary.count();
        if numbers.below(3) == 0 || results(&out).len() == scene.wanted.len() {
            violations.extend(scene.complete());
            fs::remove_dir_all(&out).unwrap();
        }
    }
    eprintln!(
        "{kills} kills, {left} temporary files left behind, {} violations",
        violations.len()
    );
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn dozens_of_kills_leave_only_whole_results() {
    kill_many(40, 5);
}

#[test]
#[ignore = "takes minutes"]
fn hundreds_of_kills_leave_only_whole_results() {
    kill_many(600, 6);
}

#[test]
fn what_a_killed_run_left_is_swept_and_what_another_writes_is_not() {
    // None of these has the prefix of this machine; files with that prefix are tested by the kills
    // above. OUT is tried with one, so it is swept also if no result goes there.
    let folder = folder(&[
        ("in/below/a.jpg", &jpeg(4, 4, |_, _| [9; 3])),
        ("out/.avatar-prep-dead01.tmp", b"half a pic"),
        ("out/.avatar-prep-alive1.tmp", b"half a pic"),
        ("out/.avatar-prep-fresh1.tmp", b"another machine's"),
        ("out/.avatar-prep-folder.tmp/x", b"somebody's"),
        ("out/.avatar-prep-notes", b"somebody's"),
        (
            "out/other/.avatar-prep-dead02.tmp",
            b"not a folder of this run",
        ),
        ("out/.avatar-prep/.avatar-prep-dead03.tmp", b"half a state"),
    ]);
    let of_state = folder
        .path()
        .join("out/.avatar-prep/.avatar-prep-dead03.tmp");
    let names = ["dead01", "alive1", "folder"].map(|name| format!("out/.avatar-prep-{name}.tmp"));
    let paths = names.map(|name| folder.path().join(name));
    for path in paths.iter().chain([&of_state]) {
        let two_days = Duration::from_secs(2 * 24 * 60 * 60);
        let file = File::open(path).unwrap();
        file.set_modified(SystemTime::now() - two_days).unwrap();
    }
    let alive = folder.path().join("out/.avatar-prep-alive1.tmp");
    let writer = File::options().write(true).open(&alive).unwrap();
    assert!(writer.try_lock_exclusive().unwrap());
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 0);
    let left = || tree(&folder.path().join("out"));
    let others = [
        ".avatar-prep-folder.tmp/x",
        ".avatar-prep-fresh1.tmp",
        ".avatar-prep-notes",
        "below/a.jpg",
        "other/.avatar-prep-dead02.tmp",
    ];
    let with_the_writers = [&[".avatar-prep-alive1.tmp"], &others[..]].concat();
    assert_eq!(left(), with_the_writers);
    assert!(!of_state.exists());
    drop(writer);
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 0);
    assert_eq!(left(), others);
}
