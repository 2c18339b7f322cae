//! `clean --delete` against a model of what may be deleted, over random sequences of renames, changes of
//! settings and names, deletions, kills and cleaning.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::{Numbers, avatar_prep, folder, ppm, records, run, tree, write};

const NAMES: [&str; 4] = [
    "{dir}/{stem}.jpg",
    "{dir}/{stem}-{ext}.jpg",
    "{ext}/{stem}.jpg",
    "{stem}-x.jpg",
];
const SIZES: [&str; 2] = ["640", "3"];

/// What a file among the results was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Result {
    source: String,
    size: usize,
}

/// A folder, and what the model knows about it.
struct Scene {
    folder: tempfile::TempDir,
    numbers: Numbers,
    sources: BTreeSet<String>,
    name: usize,
    size: usize,
    results: BTreeMap<String, Result>,
    /// Results whose source has a later one with the same settings.
    replaced: BTreeSet<String>,
    /// The same with other settings.
    other: BTreeSet<String>,
    /// Results of which a killed run may or may not have known that they are wanted again.
    murky: BTreeSet<String>,
    lost: Vec<String>,
    stale: Vec<String>,
    log: Vec<String>,
}

fn name(template: usize, source: &str) -> String {
    let stem = source.strip_suffix(".ppm").unwrap();
    match template {
        0 => format!("{stem}.jpg"),
        1 => format!("{stem}-ppm.jpg"),
        2 => format!("ppm/{stem}.jpg"),
        _ => format!("{stem}-x.jpg"),
    }
}

impl Scene {
    fn new(seed: u64) -> Self {
        let mut scene = Self {
            folder: folder(&[]),
            numbers: Numbers(seed),
            sources: BTreeSet::new(),
            name: 0,
            size: 0,
            results: BTreeMap::new(),
            replaced: BTreeSet::new(),
            other: BTreeSet::new(),
            murky: BTreeSet::new(),
            lost: Vec::new(),
            stale: Vec::new(),
            log: Vec::new(),
        };
        (0..4).for_each(|_| scene.add());
        scene
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn pick(&mut self) -> String {
        let index = self.numbers.below(self.sources.len());
        self.sources.iter().nth(index).unwrap().clone()
    }

    /// Adds a picture, or changes one.
    fn add(&mut self) {
        let source = format!("{}.ppm", self.numbers.below(7));
        let color = self.numbers.next() as u8;
        write(
            &self.at(&format!("in/{source}")),
            &ppm(8, 8, |_, _| [color; 3]),
        );
        self.sources.insert(source);
    }

    fn delete(&mut self) {
        if self.sources.len() > 2 {
            let source = self.pick();
            fs::remove_file(self.at(&format!("in/{source}"))).unwrap();
            self.sources.remove(&source);
        }
    }

    fn rename(&mut self) {
        let from = self.pick();
        let to = format!("{}.ppm", self.numbers.below(7));
        fs::rename(self.at(&format!("in/{from}")), self.at(&format!("in/{to}"))).unwrap();
        self.sources.remove(&from);
        self.sources.insert(to);
    }

    fn args(&self) -> [&str; 7] {
        [
            "-q",
            "--name",
            NAMES[self.name],
            "--size",
            SIZES[self.size],
            "in",
            "out",
        ]
    }

    fn whole_run(&mut self) {
        let (code, found) = records(self.folder.path(), &self.args());
        assert_eq!(code, 0, "{:#?}\n{found:?}", self.log);
        for source in self.sources.clone() {
            self.claim(&source);
        }
    }

    /// The result of a source under the names and settings of now is the latest of this source.
    fn claim(&mut self, source: &str) {
        let output = name(self.name, source);
        let now = Result {
            source: source.into(),
            size: self.size,
        };
        for (path, result) in &self.results {
            if *path == output || result.source != source {
                continue;
            }
            if result.size == self.size {
                self.murky.remove(path);
                self.replaced.insert(path.clone());
            } else {
                self.other.insert(path.clone());
            }
        }
        for marks in [&mut self.replaced, &mut self.other, &mut self.murky] {
            marks.remove(&output);
        }
        self.results.insert(output, now);
    }

    fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let out = self.at("out");
        let names = tree(&out).into_iter().filter(|name| !name.contains(".tmp"));
        names
            .map(|name| (name.clone(), fs::read(out.join(name)).unwrap()))
            .collect()
    }

    fn killed_run(&mut self) {
        let before = self.contents();
        let mut command = avatar_prep(self.folder.path());
        let mut child = command.args(self.args()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(self.numbers.below(60_000) as u64));
        child.kill().unwrap();
        let is_killed = child.wait().unwrap().code().is_none();
        let after = self.contents();
        for source in self.sources.clone() {
            let output = name(self.name, &source);
            let is_published = after.get(&output) != before.get(&output);
            if is_published || !is_killed {
                self.claim(&source);
            } else if self.replaced.contains(&output) || self.other.contains(&output) {
                let of_it = self.results.iter().filter(|(_, it)| it.source == source);
                self.murky.extend(of_it.map(|(path, _)| path.clone()));
            }
        }
    }

    fn clean(&mut self, other_settings: bool) {
        let before = self.contents();
        let mut args = vec!["clean", "out", "--delete", "-q"];
        args.extend(other_settings.then_some("--other-settings"));
        if !self.at("out/.avatar-prep/cache.sqlite").exists() {
            return;
        }
        let said = run(self.folder.path(), &args);
        let after = self.contents();
        if said.code == 2 {
            // Killed before there was a table.
            assert_eq!(before, after);
            return;
        }
        let has_witness = self
            .results
            .values()
            .any(|it| self.sources.contains(&it.source));
        for (path, result) in &self.results {
            let is_gone = !self.sources.contains(&result.source);
            let wanted = match is_gone {
                true if has_witness => Some(false),
                true => None,
                false if self.murky.contains(path) => None,
                false if self.replaced.contains(path) => Some(false),
                false => Some(!(other_settings && self.other.contains(path))),
            };
            let log = self.log.join("\n");
            match (wanted, after.contains_key(path)) {
                (Some(true), false) => self
                    .lost
                    .push(format!("{path} ({result:?})\n{log}\n{}", said.stderr)),
                (Some(false), true) => self
                    .stale
                    .push(format!("{path} ({result:?})\n{log}\n{}", said.stderr)),
                _ => {}
            }
        }
        // Of what a killed run left open, something must be left.
        for source in &self.sources {
            let of_it = || self.results.iter().filter(|(_, it)| it.source == *source);
            let had = of_it().any(|(path, _)| before.contains_key(path));
            if had && !of_it().any(|(path, _)| after.contains_key(path)) {
                self.lost
                    .push(format!("every result of {source}\n{}", self.log.join("\n")));
            }
        }
        self.results.retain(|path, _| after.contains_key(path));
    }

    fn step(&mut self) {
        let what = self.numbers.below(12);
        let (before_name, before_size) = (self.name, self.size);
        match what {
            0 | 1 => self.name = self.numbers.below(NAMES.len()),
            2 => self.size = self.numbers.below(SIZES.len()),
            3 => self.add(),
            4 => self.delete(),
            5 => self.rename(),
            6 => {
                self.log
                    .push(format!("killed run {} {}", self.name, self.size));
                self.killed_run();
            }
            7..=9 => {
                self.log.push(format!("run {} {}", self.name, self.size));
                self.whole_run();
            }
            10 => {
                self.log.push("clean".into());
                self.clean(false);
            }
            _ => {
                self.log.push("clean --other-settings".into());
                self.clean(true);
            }
        }
        if what < 3 && (before_name, before_size) != (self.name, self.size) {
            self.log
                .push(format!("names {} sizes {}", self.name, self.size));
        }
        if (3..6).contains(&what) {
            self.log.push(format!("sources {:?}", self.sources));
        }
    }
}

/// So many sequences of so many steps each; every one ends with a run and a cleaning.
fn clean_many(sequences: u64, steps: usize) {
    let (mut lost, mut stale, mut cleaned) = (Vec::new(), Vec::new(), 0);
    for seed in 0..sequences {
        let mut scene = Scene::new(1000 + seed);
        for _ in 0..steps {
            scene.step();
        }
        scene.whole_run();
        scene.clean(false);
        cleaned += scene
            .log
            .iter()
            .filter(|line| line.starts_with("clean"))
            .count()
            + 1;
        lost.extend(scene.lost);
        stale.extend(scene.stale);
    }
    eprintln!(
        "{sequences} sequences, {cleaned} times cleaned: {} good results lost, {} stale left",
        lost.len(),
        stale.len()
    );
    assert!(
        lost.is_empty() && stale.is_empty(),
        "lost: {}\nstale: {}",
        lost.join("\n\n"),
        stale.join("\n\n")
    );
}

#[test]
fn cleaning_removes_what_is_stale_and_nothing_else() {
    clean_many(12, 14);
}

#[test]
#[ignore = "takes minutes"]
fn two_hundred_sequences_lose_nothing_good() {
    clean_many(200, 20);
}

fn counts(folder: &Path, args: &[&str]) -> (u64, u64) {
    let (code, records) = records(folder, &[args, &["in", "out"]].concat());
    assert_eq!(code, 0, "{records:?}");
    let summary = records.last().unwrap();
    let count = |key: &str| summary[key].as_u64().unwrap();
    (count("ok"), count("up_to_date"))
}

fn removed(folder: &Path, args: &[&str]) -> Vec<String> {
    let (code, records) = records(folder, &[&["clean", "out", "--delete"], args].concat());
    assert_eq!(code, 0, "{records:?}");
    records
        .iter()
        .map(|it| it["output"].as_str().unwrap().into())
        .collect()
}

fn two() -> tempfile::TempDir {
    let picture = |color| ppm(8, 8, |_, _| [color; 3]);
    folder(&[("in/a.ppm", &picture(1)), ("in/b.ppm", &picture(2))])
}

#[test]
fn names_that_come_back_are_good_again() {
    let folder = two();
    let other = ["--name", "{stem}-{ext}.jpg"];
    assert_eq!(counts(folder.path(), &[]), (2, 0));
    assert_eq!(counts(folder.path(), &other), (2, 0));
    assert_eq!(counts(folder.path(), &[]), (0, 2), "up to date");
    assert_eq!(removed(folder.path(), &[]), ["a-ppm.jpg", "b-ppm.jpg"]);
    assert_eq!(tree(&folder.path().join("out")), ["a.jpg", "b.jpg"]);
}

#[test]
fn former_names_are_found_after_other_settings() {
    let folder = two();
    let other = ["--name", "{stem}-{ext}.jpg"];
    assert_eq!(counts(folder.path(), &[]), (2, 0));
    assert_eq!(counts(folder.path(), &other), (2, 0));
    assert_eq!(
        counts(folder.path(), &[&other[..], &["--size", "3"]].concat()),
        (2, 0)
    );
    assert_eq!(removed(folder.path(), &[]), ["a.jpg", "b.jpg"]);
}

/// Two kinds of results in one folder are both wanted; only the user knows when one no longer is.
#[test]
fn results_with_other_settings_go_only_when_asked() {
    let folder = two();
    assert_eq!(counts(folder.path(), &[]), (2, 0));
    let small = ["--name", "{stem}-small.jpg", "--size", "3"];
    assert_eq!(counts(folder.path(), &small), (2, 0));
    assert_eq!(removed(folder.path(), &[]), [""; 0]);
    let said = run(folder.path(), &["clean", "out"]);
    assert!(
        said.stderr
            .contains("2 more have a later result with other settings"),
        "{}",
        said.stderr
    );
    assert_eq!(counts(folder.path(), &[]), (0, 2));
    assert_eq!(
        removed(folder.path(), &["--other-settings"]),
        ["a-small.jpg", "b-small.jpg"]
    );
    assert_eq!(tree(&folder.path().join("out")), ["a.jpg", "b.jpg"]);
}

/// A name that another source has now does not make the last result of the first one stale.
#[test]
fn the_last_result_of_a_source_stays() {
    let folder = two();
    assert_eq!(counts(folder.path(), &[]), (2, 0));
    assert_eq!(
        counts(folder.path(), &["--name", "{stem}-{ext}.jpg"]),
        (2, 0)
    );
    // a-ppm.jpg becomes the result of another source, and a.ppm breaks.
    write(
        &folder.path().join("in/a-ppm.ppm"),
        &ppm(8, 8, |_, _| [9; 3]),
    );
    write(&folder.path().join("in/a.ppm"), b"P6 8 8 255\n");
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 1);
    assert_eq!(removed(folder.path(), &[]), ["b-ppm.jpg"]);
    assert_eq!(
        tree(&folder.path().join("out")),
        ["a-ppm.jpg", "a.jpg", "b.jpg"]
    );
}
