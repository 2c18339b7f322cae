//! Uploads of results that are in a store.

use std::fs;

use super::{BUCKET, Bucket, fill};
use crate::support::{folder, jpeg};

const ACCOUNTS: &str = "[[account]]\nname = \"one\"\nservice = \"folder\"\nfolder = \"shown\"\npicture = \"a/2.jpg\"\n\
    [[account]]\nname = \"two\"\nservice = \"folder\"\nfolder = \"shown\"\npicture = \"b/c/3.png\"\n";

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn results_of_a_store_are_delivered_once() {
    let bucket = Bucket::start();
    fill(&bucket, "in/", 6);
    let files = folder(&[("accounts.toml", ACCOUNTS.as_bytes())]);
    let root = files.path();
    fs::create_dir(root.join("shown")).unwrap();
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/out/"));
    let args = [&*input, &*out, "--size", "640", "--too-small", "enlarge"];
    let prepared = bucket.run(root, &args);
    assert_eq!(prepared.count("status", "ok"), 6, "{:#?}", prepared.records);
    let deliver = |more: &[&str]| {
        let args = [
            "upload",
            &out,
            "--accounts",
            "accounts.toml",
            "--pace-dir",
            "pace",
            "--yes",
        ];
        bucket.run(root, &[&args[..], more].concat())
    };
    // Without a folder for what was sent, nothing is.
    let refused = deliver(&[]);
    assert_eq!(refused.code, 2);
    assert!(
        format!("{:?}", refused.records).contains("--state"),
        "{:?}",
        refused.records
    );
    assert_eq!(fs::read_dir(root.join("shown")).unwrap().count(), 0);
    bucket.take_seen();
    let first = deliver(&["--state", "state"]);
    assert_eq!(first.code, 0, "{} {:#?}", first.stderr, first.records);
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
    // Only what changed is fetched and sent.
    bucket.put("in/b/c/3.png", &jpeg(99, 70, |x, y| [x as u8, y as u8, 9]));
    assert_eq!(bucket.run(root, &args).count("status", "ok"), 1);
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
fn a_result_of_a_store_without_a_record_waits_for_a_person() {
    let bucket = Bucket::start();
    fill(&bucket, "in/", 4);
    let files = folder(&[("accounts.toml", ACCOUNTS.as_bytes())]);
    let root = files.path();
    fs::create_dir(root.join("shown")).unwrap();
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/out/"));
    let args = [&*input, &*out, "--size", "640", "--too-small", "enlarge"];
    assert_eq!(bucket.run(root, &args).code, 0);
    super::verified::forget(&bucket, "out/");
    let args = [
        "upload",
        &out,
        "--accounts",
        "accounts.toml",
        "--pace-dir",
        "pace",
    ];
    let args = [&args[..], &["--state", "state"]].concat();
    let held = bucket.run(root, &args);
    assert_eq!(held.code, 1, "{:#?}", held.records);
    assert!(
        format!("{:?}", held.records).contains("no record of it"),
        "{:#?}",
        held.records
    );
    assert_eq!(fs::read_dir(root.join("shown")).unwrap().count(), 0);
    let sent = bucket.run(root, &[&args[..], &["--yes"]].concat());
    assert!(root.join("shown/one.jpg").exists(), "{:#?}", sent.records);
}
