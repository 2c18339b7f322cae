//! What a decision does: it is recorded, the result is made again, the next run agrees, and nobody
//! overwrites what they have not seen.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Review, mean, prepared, strongest, thirds};
use crate::framing::noise;
use crate::support::{png, ppm, records, run, write};

pub(super) const RED: usize = 0;
pub(super) const GREEN: usize = 1;
pub(super) const BLUE: usize = 2;

pub(super) fn draft(crop: [u32; 4]) -> Value {
    json!({"fit": "cover", "crop": crop, "trim": false, "background": "white", "padding": "auto"})
}

/// A key of an action, different for each number.
pub(super) fn key(number: u32) -> String {
    format!("{number:016x}")
}

pub(super) fn decision(entry: &Value, number: u32, verdict: &str, draft: &Value) -> Value {
    json!({
        "key": key(number), "id": entry["id"], "version": entry["version"],
        "result": entry["result"], "source": entry["source_hash"], "verdict": verdict,
        "draft": draft,
    })
}

/// A framing that is saved without a verdict.
pub(super) fn saved(entry: &Value, number: u32, draft: &Value) -> Value {
    let mut change = decision(entry, number, "", draft);
    change["verdict"] = Value::Null;
    change
}

/// The status of each file of a run.
pub(super) fn statuses(folder: &Path) -> Vec<String> {
    let (_, records) = records(folder, &["in", "out"]);
    let files = records.iter().filter(|it| it["event"] == "file");
    files
        .map(|it| it["status"].as_str().unwrap().into())
        .collect()
}

#[test]
fn a_saved_crop_is_made_at_once_and_the_next_run_agrees() {
    let folder = prepared(&[("a.ppm", &thirds()), ("b.ppm", &thirds())]);
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), GREEN);
    let review = Review::start(folder.path());
    let entry = review.entry("a.jpg");
    let change = decision(&entry, 1, "approved", &draft([400, 0, 200, 200]));
    let done = review.post("/api/decide", &change);
    assert_eq!(done.status, 200, "{}", String::from_utf8_lossy(&done.body));
    let after = &done.json()["entries"][0];
    assert_eq!(
        (&after["standing"], &after["edited"]),
        (&json!("approved"), &json!(true))
    );
    assert_ne!(after["version"], entry["version"]);
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), BLUE);
    let bytes = fs::read(folder.path().join("out/a.jpg")).unwrap();

    // The next run finds it up to date, and makes the same bytes if it is forced to.
    assert_eq!(statuses(folder.path()), ["skipped", "skipped"]);
    assert_eq!(run(folder.path(), &["--force", "in", "out"]).code, 0);
    assert_eq!(fs::read(folder.path().join("out/a.jpg")).unwrap(), bytes);
    assert_eq!(review.entry("a.jpg")["standing"], "approved");
    assert_eq!(strongest(mean(folder.path(), "out/b.jpg")), GREEN);
}

#[test]
fn a_decision_overrides_flags_rules_and_sidecars_but_not_the_size() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    write(
        &folder.path().join("in/a.ppm.toml"),
        b"gravity = \"left\"\n",
    );
    run(folder.path(), &["in", "out"]);
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), RED);
    let review = Review::start(folder.path());
    let change = decision(
        &review.entry("a.jpg"),
        1,
        "approved",
        &draft([400, 0, 200, 200]),
    );
    assert_eq!(review.post("/api/decide", &change).status, 200);
    run(
        folder.path(),
        &["--gravity", "left", "--size", "100", "in", "out"],
    );
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), BLUE);
    let bytes = fs::read(folder.path().join("out/a.jpg")).unwrap();
    assert_eq!(crate::support::decode(&bytes).edge, 100);
    // The size is no part of what was approved.
    assert_eq!(review.entry("a.jpg")["standing"], "approved");
}

#[test]
fn a_stale_decision_is_refused_and_a_repeated_one_is_not() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let (one, other) = (Review::start(folder.path()), Review::start(folder.path()));
    let entry = one.entry("a.jpg");
    let first = decision(&entry, 1, "approved", &draft([400, 0, 200, 200]));
    assert_eq!(one.post("/api/decide", &first).status, 200);
    let bytes = fs::read(folder.path().join("out/a.jpg")).unwrap();
    // Another browser that has not seen it.
    let second = decision(&entry, 2, "rejected", &draft([0, 0, 200, 200]));
    let refused = other.post("/api/decide", &second);
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (409, &json!("stale"))
    );
    assert_eq!(other.entry("a.jpg")["standing"], "approved");
    assert_eq!(fs::read(folder.path().join("out/a.jpg")).unwrap(), bytes);
    // The same decision again, because the answer was lost.
    let again = one.post("/api/decide", &first);
    assert_eq!(again.status, 200);
    let now = one.entry("a.jpg");
    assert_eq!(again.json()["entries"][0]["version"], now["version"]);
}

#[test]
fn the_last_action_is_taken_back_also_in_another_process() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let before = fs::read(folder.path().join("out/a.jpg")).unwrap();
    let review = Review::start(folder.path());
    for (number, x) in [(1, 400), (2, 0)] {
        let change = decision(
            &review.entry("a.jpg"),
            number,
            "approved",
            &draft([x, 0, 200, 200]),
        );
        assert_eq!(review.post("/api/decide", &change).status, 200);
    }
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), RED);
    drop(review);
    let review = Review::start(folder.path());
    let undo = || review.get("/api/pictures").json()["undo"].clone();
    let last = undo();
    assert_eq!(last, json!(format!("review {}", key(2))));
    assert_eq!(review.post("/api/undo", &last).status, 200);
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), BLUE);
    // Sent twice, it takes back one action only.
    assert_eq!(review.post("/api/undo", &last).status, 200);
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), BLUE);
    assert_eq!(review.entry("a.jpg")["standing"], "approved");
    assert_eq!(review.post("/api/undo", &undo()).status, 200);
    assert_eq!(fs::read(folder.path().join("out/a.jpg")).unwrap(), before);
    let entry = review.entry("a.jpg");
    assert_eq!(
        (&entry["standing"], &entry["edited"]),
        (&json!("undecided"), &json!(false))
    );
    assert_eq!(undo(), Value::Null);
    assert_eq!(statuses(folder.path()), ["skipped"]);
}

#[test]
fn all_without_warnings_are_approved_at_once_and_taken_back_at_once() {
    let logo = png(600, 200, |x, y| {
        match (40..560).contains(&x) && (60..140).contains(&y) {
            true => [0, 0, 120, 255],
            false => [255; 4],
        }
    });
    let photo = ppm(600, 200, noise);
    let folder = prepared(&[("a.ppm", &photo), ("b.ppm", &photo), ("logo.png", &logo)]);
    run(folder.path(), &["--gravity", "face", "in", "out"]);
    let review = Review::start(folder.path());
    let flags = review.entry("logo.jpg")["flags"].to_string();
    assert!(flags.contains("logo_cut"), "{flags}");
    let list = review.get("/api/pictures").json();
    let all: Vec<Value> = list["pictures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!([it["id"], it["version"], it["result"]]))
        .collect();
    let wanted = json!({"key": key(7), "pictures": all});
    let done = review.post("/api/approve", &wanted).json();
    assert_eq!(done["messages"][0], "2 approved");
    let standings =
        || ["a.jpg", "b.jpg", "logo.jpg"].map(|it| review.entry(it)["standing"].clone());
    assert_eq!(standings(), ["approved", "approved", "undecided"]);
    let undo = review.get("/api/pictures").json()["undo"].clone();
    assert_eq!(review.post("/api/undo", &undo).status, 200);
    assert_eq!(standings(), ["undecided"; 3]);
}

#[test]
fn what_cannot_be_made_is_refused_and_not_recorded() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let entry = review.entry("a.jpg");
    for wrong in [
        json!({"fit": "auto", "crop": null, "trim": false, "background": "white", "padding": "auto"}),
        json!({"fit": "cover", "crop": null, "trim": false, "background": "white", "padding": "auto"}),
        json!({"fit": "contain", "crop": null, "trim": false, "background": "no\"\nsize = 9", "padding": "auto"}),
        json!({"fit": "contain", "crop": null, "trim": false, "background": "pink", "padding": "auto"}),
        json!({"fit": "contain", "crop": null, "trim": false, "background": "white", "padding": "auto", "size": 9}),
    ] {
        let answer = review.post("/api/decide", &decision(&entry, 1, "approved", &wrong));
        assert_eq!(answer.status, 422, "{wrong}");
    }
    let answer = review.post("/api/decide", &decision(&entry, 1, "perhaps", &Value::Null));
    assert_eq!(answer.status, 422);
    assert_eq!(review.entry("a.jpg")["version"], 0);
}

/// Changes the cache, as another version of this program could have written it.
pub(super) fn change_cache(folder: &Path, change: &str) {
    let file = folder.join("out/.avatar-prep/cache.sqlite");
    let changed = rusqlite::Connection::open(file)
        .unwrap()
        .execute(change, []);
    assert_eq!(changed.unwrap(), 1);
}
