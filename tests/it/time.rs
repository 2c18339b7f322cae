//! Pictures that take too long fail alone, and a run always ends. The source for it is a pipe to
//! which nothing is written.

#![cfg(unix)]

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use avatar_prepare::{Avatar, Batch, Code, Error, Limits, Preparer, Settings, Source};

use crate::support::{folder, ppm, records, run};

fn pipe(path: &Path) -> PathBuf {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    path.to_path_buf()
}

/// Names with the code and message of those that failed, sorted.
fn outcomes(time: Duration, jobs: usize, sources: Vec<(String, Source)>) -> Vec<(String, String)> {
    let limits = Limits {
        time,
        ..Limits::default()
    };
    let jobs = NonZeroUsize::new(jobs).unwrap();
    let batch = Batch::new(Settings::default(), limits, jobs).unwrap();
    let mut done = Vec::new();
    batch.run_each(
        sources,
        &AtomicBool::new(false),
        |name, result| {
            let said = result.map_or_else(
                |error| {
                    assert_eq!(error.code(), Code::TimedOut);
                    error.to_string()
                },
                |_| String::new(),
            );
            (name, said)
        },
        |outcome| done.push(outcome),
    );
    done.sort();
    done
}

#[test]
fn a_source_that_never_comes_fails_alone() {
    let folder = folder(&[]);
    let pipe = Source::Path(pipe(&folder.path().join("pipe.jpg")));
    let good = || Source::Bytes(ppm(9, 9, |_, _| [1; 3]));
    let sources = vec![
        ("a".to_string(), good()),
        ("b".to_string(), pipe),
        ("c".to_string(), good()),
        ("d".to_string(), good()),
    ];
    let found = outcomes(Duration::from_secs(5), 1, sources);
    let said: Vec<&str> = found.iter().map(|(_, said)| said.as_str()).collect();
    assert_eq!(said, ["", "not done within 5 s", "", ""]);
}

/// Without another thread it cannot be stopped; but what took too long does not count as done.
#[test]
fn a_preparer_gives_nothing_that_took_too_long() {
    let limits = Limits {
        time: Duration::ZERO,
        ..Limits::default()
    };
    let picture = ppm(9, 9, |_, _| [1; 3]);
    let found = Preparer::new(Settings::default(), limits).prepare(&picture);
    assert_eq!(found.unwrap_err().code(), Code::TimedOut);
}

#[test]
fn threads_left_behind_are_bounded() {
    let folder = folder(&[]);
    let sources: Vec<_> = (10..22)
        .map(|index| {
            let path = pipe(&folder.path().join(format!("{index}.jpg")));
            (index.to_string(), Source::Path(path))
        })
        .collect();
    let found = outcomes(Duration::from_millis(50), 1, sources);
    // Eight abandoned threads and the one in use; the other pictures are not tried.
    let tried = found
        .iter()
        .filter(|(_, said)| said.starts_with("not done within 0.05 s"));
    assert_eq!((found.len(), tried.count()), (12, 9));
    assert!(found.iter().all(|(_, said)| said.starts_with("not ")));
}

#[test]
fn the_command_line_says_what_to_do() {
    let folder = folder(&[]);
    pipe(&folder.path().join("slow.jpg"));
    let (code, records) = records(folder.path(), &["--timeout", "0.2", "slow.jpg", "out.jpg"]);
    assert_eq!(code, 1);
    assert_eq!(records[0]["code"], "timed_out");
    assert_eq!(records[0]["message"], "not done within 0.2 s");
    assert_eq!(records[0]["hint"], "raise --timeout if you trust the file");
}

#[test]
fn the_time_of_a_stream_is_limited_too() {
    let folder = folder(&[]);
    pipe(&folder.path().join("slow.jpg"));
    let said = run(folder.path(), &["--timeout", "0.2", "slow.jpg", "-"]);
    assert_eq!((said.code, said.stdout.as_str()), (1, ""));
    assert!(said.stderr.contains("not done within 0.2 s"), "{said:?}");
}

#[test]
fn the_memory_of_a_stream_is_limited_too() {
    let picture = ppm(900, 900, |x, y| [x as u8, y as u8, 9]);
    let folder = folder(&[("big.ppm", &picture)]);
    let said = run(folder.path(), &["--memory", "1MiB", "big.ppm", "-"]);
    assert_eq!((said.code, said.stdout.as_str()), (1, ""));
    assert!(
        said.stderr
            .contains("over the limit of 1048576 [limit_exceeded]"),
        "{said:?}"
    );
}

/// Quick pictures are passed on several at a time; those behind a slow one are made by another thread.
#[test]
fn a_source_that_never_comes_among_many_quick_ones_fails_alone() {
    let folder = folder(&[]);
    let pipe = pipe(&folder.path().join("pipe.jpg"));
    let sources: Vec<_> = (0..120u8)
        .map(|index| {
            let source = match index {
                60 => Source::Path(pipe.clone()),
                _ => Source::Bytes(ppm(9, 9, |_, _| [index; 3])),
            };
            (format!("{index:03}"), source)
        })
        .collect();
    for jobs in [1, 3] {
        let found = outcomes(Duration::from_secs(5), jobs, sources.clone());
        let failed = found.iter().filter(|(_, said)| !said.is_empty());
        let failed: Vec<&str> = failed.map(|(name, _)| name.as_str()).collect();
        assert_eq!((found.len(), failed), (120, vec!["060"]));
    }
}

/// A run that is stopped makes none of the pictures that wait behind the one that is running.
#[test]
fn a_stopped_run_starts_no_further_picture() {
    let limits = Limits::default();
    let batch = Batch::new(Settings::default(), limits, NonZeroUsize::MIN).unwrap();
    let stop = AtomicBool::new(false);
    let mut made = 0;
    let sources = (0..10_000).map(|index| (index, Source::Bytes(ppm(9, 9, |_, _| [1; 3]))));
    let publish = |index: usize, result: Result<Avatar, Error>| {
        if index == 100 {
            stop.store(true, Ordering::Relaxed);
        }
        result.unwrap();
    };
    batch.run_each(sources, &stop, publish, |()| made += 1);
    // Sixteen are passed on at a time, and some of these may be made already.
    assert!((101..=101 + 16).contains(&made), "{made}");
}
