//! Segments are merged, and a run that is killed meanwhile loses no row.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{BUCKET, Bucket, Fate, Request, fill};
use crate::support::folder;

const OUT: &str = "out/";
const ROWS: &str = "out/.avatar-prep/results/";

/// Numbers in names of segments.
static NAMES: AtomicUsize = AtomicUsize::new(0);

/// The keys of all segments.
fn segments(bucket: &Bucket) -> Vec<String> {
    let query = format!("?list-type=2&prefix={ROWS}");
    let list = String::from_utf8(bucket.ask("GET", &query, b"").1).unwrap();
    let keys = list.split("<Key>").skip(1);
    keys.map(|rest| rest.split("</Key>").next().unwrap().into())
        .collect()
}

/// Adds copies of the rows, as many runs would leave them.
fn age(bucket: &Bucket, count: usize) {
    let all = segments(bucket);
    let text = bucket.ask("GET", all.last().unwrap(), b"").1;
    let line = text.iter().position(|byte| *byte == b'\n').unwrap();
    // Without the names that a merged one replaces.
    let text = [b"{\"avatar_prep_results\":1}", &text[line..]].concat();
    // What was merged before must not come back under its name.
    let first = NAMES.fetch_add(count, Ordering::SeqCst);
    for number in first..first + count {
        let key = format!("{ROWS}whole/{number:013}-0123456789ab-000000.ndjson");
        bucket.put(&key, &text);
    }
}

/// Whether a request changes segments.
fn changes_rows(request: &Request) -> bool {
    request.path.contains("/results/whole/") && request.verb == "PUT"
        || request.verb == "POST" && request.path.contains("delete")
}

/// Every result is known without asking it.
fn assert_known(bucket: &Bucket, args: &[&str], count: usize) {
    let files = folder(&[]);
    bucket.take_seen();
    let ran = bucket.run(files.path(), args);
    assert_eq!(
        ran.count("code", "up_to_date"),
        count,
        "{} {:#?}",
        ran.stderr,
        ran.records
    );
    let widths = ran.files().filter(|it| it["width"].is_number());
    assert_eq!(
        widths.count(),
        count,
        "what is known of results is complete"
    );
    let seen = bucket.take_seen();
    let asked = seen.iter().filter(|it| it.path.ends_with(".jpg")).count();
    assert_eq!(asked, 0, "{seen:?}");
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn many_runs_leave_few_segments() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 6);
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/{OUT}"));
    let args = [&*input, &*out, "--size", "40"];
    let files = folder(&[]);
    assert_eq!(bucket.run(files.path(), &args).code, 0);
    age(&bucket, 365);
    // Neither a dry run nor verify changes anything.
    let before = segments(&bucket);
    bucket.run(files.path(), &[&args[..], &["--dry-run"]].concat());
    assert_eq!(bucket.run(files.path(), &["verify", &out]).code, 0);
    assert_eq!(segments(&bucket), before);
    assert_known(&bucket, &args, count);
    assert_eq!(segments(&bucket).len(), 1, "{:?}", segments(&bucket));
    assert_known(&bucket, &args, count);
    // Two at once, while there is something to merge.
    age(&bucket, 40);
    let start = || {
        bucket
            .command(files.path(), &args)
            .arg("-q")
            .spawn()
            .unwrap()
    };
    let mut runs = [start(), start()];
    for run in &mut runs {
        assert!(run.wait().unwrap().success());
    }
    assert!(segments(&bucket).len() <= 2, "{:?}", segments(&bucket));
    assert_known(&bucket, &args, count);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_run_that_is_killed_while_it_merges_loses_no_row() {
    // How many requests that change segments pass; the next one, and all after it, get no answer.
    let allowed = Arc::new(AtomicUsize::new(usize::MAX));
    let refused = Arc::new(AtomicUsize::new(0));
    let bucket = Bucket::disturbed({
        let (allowed, refused) = (Arc::clone(&allowed), Arc::clone(&refused));
        move |request, _| {
            if !changes_rows(request) {
                return Fate::Pass;
            }
            let left = allowed.load(Ordering::SeqCst);
            if left == usize::MAX {
                return Fate::Pass;
            }
            if left > 0 {
                allowed.store(left - 1, Ordering::SeqCst);
                return Fate::Pass;
            }
            // The run waits until it is killed; the server has done it, or not.
            match refused.fetch_add(1, Ordering::SeqCst) % 2 {
                0 => Fate::Answer(503, ""),
                _ => Fate::Forget,
            }
        }
    });
    let count = fill(&bucket, "in/", 6);
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/{OUT}"));
    let args = [&*input, &*out, "--size", "40"];
    let files = folder(&[]);
    assert_eq!(bucket.run(files.path(), &args).code, 0);
    for round in 0..8 {
        age(&bucket, 20);
        refused.store(round % 2, Ordering::SeqCst);
        allowed.store(round / 2 % 2, Ordering::SeqCst);
        let mut run = bucket
            .command(files.path(), &args)
            .arg("-q")
            .spawn()
            .unwrap();
        while refused.load(Ordering::SeqCst) == round % 2 {
            assert!(
                run.try_wait().unwrap().is_none(),
                "it ended before it merged"
            );
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        run.kill().unwrap();
        run.wait().unwrap();
        allowed.store(usize::MAX, Ordering::SeqCst);
        assert_known(&bucket, &args, count);
        assert_eq!(segments(&bucket).len(), 1, "{:?}", segments(&bucket));
    }
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn who_may_not_delete_is_told_once_a_run_and_writes_no_second_copy() {
    let bucket = Bucket::disturbed(|request, _| {
        let is_delete = request.verb == "POST" && request.path.contains("delete");
        match is_delete {
            true => Fate::Answer(403, "<Error><Code>AccessDenied</Code></Error>"),
            false => Fate::Pass,
        }
    });
    let count = fill(&bucket, "in/", 4);
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/{OUT}"));
    let args = [&*input, &*out, "--size", "40"];
    let files = folder(&[]);
    assert_eq!(bucket.run(files.path(), &args).code, 0);
    age(&bucket, 20);
    let before = segments(&bucket).len();
    for _ in 0..3 {
        let ran = bucket.run(files.path(), &args);
        assert_eq!(ran.count("code", "up_to_date"), count);
        assert!(ran.stderr.contains("right to delete"), "{}", ran.stderr);
    }
    assert_eq!(segments(&bucket).len(), before + 1);
}
