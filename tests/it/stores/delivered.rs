//! Uploads of results that are in a store.

use std::fs;

use tempfile::TempDir;

use super::{BUCKET, Bucket, Fate, Ran, fill};
use crate::support::{folder, jpeg};

const ACCOUNTS: &str = "[[account]]\nname = \"one\"\nservice = \"folder\"\nfolder = \"shown\"\npicture = \"a/2.jpg\"\n\
    [[account]]\nname = \"two\"\nservice = \"folder\"\nfolder = \"shown\"\npicture = \"b/c/3.png\"\n";

/// A bucket with results, and a folder with accounts that show two of them.
fn filled(count: usize) -> (Bucket, TempDir) {
    let bucket = Bucket::start();
    let files = results_of(&bucket, count);
    (bucket, files)
}

fn results_of(bucket: &Bucket, count: usize) -> TempDir {
    fill(bucket, "in/", count);
    let files = folder(&[("accounts.toml", ACCOUNTS.as_bytes())]);
    fs::create_dir(files.path().join("shown")).unwrap();
    let made = prepare(bucket, &files);
    assert_eq!(made.count("status", "ok"), count, "{:#?}", made.records);
    files
}

fn prepare(bucket: &Bucket, files: &TempDir) -> Ran {
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/out/"));
    let args = [&*input, &*out, "--size", "640", "--too-small", "enlarge"];
    bucket.run(files.path(), &args)
}

fn deliver(bucket: &Bucket, files: &TempDir, more: &[&str]) -> Ran {
    let out = format!("s3://{BUCKET}/out/");
    let args = ["upload", &*out, "--accounts", "accounts.toml"];
    let args = [&args[..], &["--pace-dir", "pace"], more].concat();
    bucket.run(files.path(), &args)
}

/// How many pictures have this plan.
fn plans(ran: &Ran, status: &str) -> usize {
    let plans = ran.records.iter().filter(|it| it["event"] == "plan");
    plans.filter(|it| it["status"] == status).count()
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn results_of_a_store_are_delivered_once() {
    let (bucket, files) = filled(6);
    let root = files.path();
    let deliver = |more: &[&str]| deliver(&bucket, &files, &[&["--yes"], more].concat());
    // Without a folder for what was sent, nothing is.
    let refused = deliver(&[]);
    assert_eq!(refused.code, 2);
    assert!(
        format!("{:?}", refused.records).contains("--state"),
        "{:?}",
        refused.records
    );
    assert_eq!(fs::read_dir(root.join("shown")).unwrap().count(), 0);
    // A dry run says what would be sent, and writes nothing.
    let planned = deliver(&["--state", "state", "--dry-run"]);
    assert_eq!((planned.code, plans(&planned, "send")), (0, 2));
    assert!(!root.join("state").exists() && !root.join("pace").exists());
    // What cannot be read is not taken for new.
    fs::write(root.join("a-file"), b"").unwrap();
    assert_eq!(deliver(&["--state", "a-file", "--dry-run"]).code, 2);
    let unreadable = root.join("odd/.avatar-prep/copies-of");
    fs::create_dir_all(&unreadable).unwrap();
    assert_eq!(deliver(&["--state", "odd", "--dry-run"]).code, 2);
    // A start that was killed while it wrote the name of OUT.
    fs::create_dir_all(root.join("state/.avatar-prep")).unwrap();
    let name = &format!("s3://{BUCKET}/out")[..8];
    fs::write(root.join("state/.avatar-prep/copies-of"), name).unwrap();
    let first = deliver(&["--state", "state"]);
    assert_eq!(first.code, 0, "{} {:#?}", first.stderr, first.records);
    assert!(crate::support::tree(&root.join("state")).is_empty());
    let shown = |name: &str| fs::read(root.join("shown").join(name)).unwrap();
    let objects = bucket.objects("out/");
    assert!(shown("one.jpg") == objects["a/2.jpg"]);
    assert!(shown("two.jpg") == objects["b/c/3.jpg"]);
    let fetched = |bucket: &Bucket| {
        let seen = bucket.take_seen();
        let gets = seen
            .iter()
            .filter(|it| it.verb == "GET" && it.path.ends_with(".jpg"));
        gets.count()
    };
    bucket.take_seen();
    // The next upload fetches nothing and sends nothing.
    fs::write(root.join("shown/one.jpg"), b"mark").unwrap();
    let again = deliver(&["--state", "state"]);
    assert_eq!(
        (again.code, fetched(&bucket)),
        (0, 0),
        "{:#?}",
        again.records
    );
    assert_eq!(shown("one.jpg"), b"mark", "it was sent twice");
    let planned = deliver(&["--state", "state", "--dry-run"]);
    assert_eq!(plans(&planned, "up_to_date"), 2, "{:#?}", planned.records);
    // Only what changed is fetched and sent.
    bucket.put("in/b/c/3.png", &jpeg(99, 70, |x, y| [x as u8, y as u8, 9]));
    assert_eq!(prepare(&bucket, &files).count("status", "ok"), 1);
    bucket.take_seen();
    let changed = deliver(&["--state", "state"]);
    assert_eq!(
        (changed.code, fetched(&bucket)),
        (0, 1),
        "{:#?}",
        changed.records
    );
    assert!(shown("two.jpg") == bucket.objects("out/")["b/c/3.jpg"]);
    assert_eq!(shown("one.jpg"), b"mark");
    // A result that is gone is not sent from an old copy.
    bucket.ask("DELETE", "out/b/c/3.jpg", b"");
    let gone = deliver(&["--state", "state", "--resend"]);
    assert_eq!(gone.code, 1, "{:#?}", gone.records);
    // One folder is the state of one prefix, and nothing else is mixed with it.
    let other = format!("s3://{BUCKET}/other/");
    let args = ["upload", &other, "--accounts", "accounts.toml", "--state"];
    for folder in ["state", "shown"] {
        let refused = bucket.run(root, &[&args[..], &[folder]].concat());
        assert_eq!(refused.code, 2, "{:?}", refused.records);
    }
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_result_that_cannot_be_fetched_holds_up_no_other() {
    let bucket = Bucket::disturbed(|request, before| {
        let is_second = request.verb == "GET" && request.path.ends_with("out/b/c/3.jpg");
        match is_second && before == 0 {
            true => Fate::Answer(403, "<Error><Code>AccessDenied</Code></Error>"),
            false => Fate::Pass,
        }
    });
    let files = results_of(&bucket, 4);
    let first = deliver(&bucket, &files, &["--state", "state", "--yes"]);
    assert_eq!(first.code, 1, "{:#?}", first.records);
    let lost = first.records.iter().find(|it| it["account"] == "two");
    let lost = lost.unwrap();
    assert_eq!(
        (&lost["status"], &lost["code"]),
        (&"rejected".into(), &"access_denied".into())
    );
    let shown = |name: &str| files.path().join("shown").join(name).exists();
    assert!(shown("one.jpg") && !shown("two.jpg"));
    let second = deliver(&bucket, &files, &["--state", "state", "--yes"]);
    assert_eq!(second.code, 0, "{:#?}", second.records);
    assert!(shown("two.jpg"));
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_result_of_a_store_without_a_record_waits_for_a_person() {
    let (bucket, files) = filled(4);
    let root = files.path();
    super::verified::forget(&bucket, "out/");
    let held = deliver(&bucket, &files, &["--state", "state"]);
    assert_eq!(held.code, 1, "{:#?}", held.records);
    assert!(
        format!("{:?}", held.records).contains("no record of it"),
        "{:#?}",
        held.records
    );
    assert_eq!(fs::read_dir(root.join("shown")).unwrap().count(), 0);
    let sent = deliver(&bucket, &files, &["--state", "state", "--yes"]);
    assert!(root.join("shown/one.jpg").exists(), "{:#?}", sent.records);
}
