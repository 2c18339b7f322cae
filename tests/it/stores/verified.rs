//! What `verify` says of results of which there is no record.

use std::fs;

use super::{BUCKET, Bucket, fill};
use crate::support::{folder, jpeg, records};

/// Deletes the rows of a prefix.
pub(super) fn forget(bucket: &Bucket, prefix: &str) {
    let query = format!("?list-type=2&prefix={prefix}.avatar-prep");
    let state = String::from_utf8(bucket.ask("GET", &query, b"").1).unwrap();
    for rest in state.split("<Key>").skip(1) {
        bucket.ask("DELETE", rest.split("</Key>").next().unwrap(), b"");
    }
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn an_object_without_a_record_is_judged_by_what_it_says_of_itself() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 4);
    let files = folder(&[]);
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/out/"));
    assert_eq!(bucket.run(files.path(), &[&input, &out]).code, 0);
    forget(&bucket, "out/");
    // The cap of now is smaller than all of them, and was not theirs.
    fs::write(
        files.path().join("avatar-prep.toml"),
        "max-bytes = 1024\nmin-size = 1\n",
    )
    .unwrap();
    let checked = bucket.run(files.path(), &["verify", &out]);
    let summary = &checked.records[0];
    assert_eq!(checked.code, 0, "{:?} {}", checked.records, checked.stderr);
    assert_eq!(
        (&summary["intact"], &summary["by_metadata"]),
        (&count.into(), &count.into())
    );
    let mut bytes = bucket.objects("out/")["a/2.jpg"].clone();
    let head = bucket.ask("HEAD", "out/a/2.jpg", b"");
    assert_eq!(head.0, 200);
    *bytes.last_mut().unwrap() ^= 1;
    bucket.put("out/a/2.jpg", &bytes);
    let checked = bucket.run(files.path(), &["verify", &out]);
    assert_eq!(checked.code, 1);
    assert_eq!(
        checked.records[0]["status"], "foreign",
        "{:?}",
        checked.records
    );
}

/// The client would shorten such a key to that of another object, which is intact.
#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn an_object_that_cannot_be_asked_for_is_not_called_intact() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 4);
    let files = folder(&[]);
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/out/"));
    assert_eq!(bucket.run(files.path(), &[&input, &out]).code, 0);
    bucket.put("out/a//2.jpg", b"no result");
    let checked = bucket.run(files.path(), &["verify", &out]);
    assert_eq!(checked.code, 1, "{:?}", checked.records);
    let (finding, summary) = (&checked.records[0], &checked.records[1]);
    assert_eq!(
        (&finding["output"], &finding["status"]),
        (&"a//2.jpg".into(), &"unreadable".into())
    );
    assert_eq!(
        finding["message"],
        "it was not looked at: a part of its key is empty"
    );
    assert_eq!(summary["intact"], count, "{summary}");
}

#[test]
fn a_result_that_could_not_be_recorded_is_not_called_foreign() {
    let picture = |red: u8| jpeg(90, 90, move |x, _| [red, x as u8, 2]);
    let files = folder(&[("in/a.jpg", &picture(1))]);
    assert_eq!(records(files.path(), &["in", "out"]).0, 0);
    // As a run leaves it whose cache could not be written.
    crate::support::write(&files.path().join("in/b.jpg"), &picture(2));
    assert_eq!(records(files.path(), &["in", "other"]).0, 0);
    fs::copy(
        files.path().join("other/b.jpg"),
        files.path().join("out/b.jpg"),
    )
    .unwrap();
    fs::write(files.path().join("out/c.jpg"), picture(3)).unwrap();
    let (code, found) = records(files.path(), &["verify", "out"]);
    let statuses: Vec<&str> = found
        .iter()
        .filter_map(|it| it["status"].as_str())
        .collect();
    assert_eq!(
        (code, &statuses[..]),
        (1, &["unrecorded", "foreign"][..]),
        "{found:?}"
    );
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains("no record"), "{found:?}");
    assert_eq!(found.last().unwrap()["unrecorded"], 1, "{found:?}");
    // The next run makes it like any other.
    assert_eq!(records(files.path(), &["in", "out"]).0, 0);
    let (_, found) = records(files.path(), &["verify", "out"]);
    assert_eq!(found.last().unwrap()["intact"], 2, "{found:?}");
}
