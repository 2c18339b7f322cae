//! What was approved is how a result looks: another look, other content of the source or a new framing is not.

use serde_json::{Value, json};

use super::decisions::{GREEN, RED, change_cache, decision, draft, key, saved};
use super::{Review, mean, prepared, strongest, thirds};
use crate::support::{run, write};

#[test]
fn a_decision_is_void_when_the_source_changes() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let entry = review.entry("a.jpg");
    let change = decision(&entry, 1, "approved", &draft([400, 0, 200, 200]));
    assert_eq!(review.post("/api/decide", &change).status, 200);
    let noise = crate::support::ppm(600, 200, |x, _| [(x / 3) as u8, 200, 10]);
    write(&folder.path().join("in/a.ppm"), &noise);

    // The page shows the former content.
    let now = review.entry("a.jpg");
    let change = decision(&now, 2, "approved", &draft([0, 0, 200, 200]));
    let refused = review.post("/api/decide", &change);
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (409, &json!("source_changed"))
    );
    let change = decision(&now, 3, "rejected", &Value::Null);
    let refused = review.post("/api/decide", &change);
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (409, &json!("source_changed"))
    );

    let said = run(folder.path(), &["in", "out"]);
    assert!(
        said.stderr.contains("was decided for other content"),
        "{}",
        said.stderr
    );
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), GREEN);
    assert_eq!(review.entry("a.jpg")["standing"], "approved_before_change");
}

/// A change of rights, a copy and an update of this program change what shows without reading, and not the picture.
#[test]
fn a_source_is_the_same_if_its_content_is() {
    let sources = [("in/a.ppm", &*thirds()), ("in/b.ppm", &*thirds())];
    let folder = crate::support::folder(&sources);
    let settle = |source: &str, seconds| {
        let source = folder.path().join(source);
        let file = std::fs::File::options().append(true).open(source).unwrap();
        let then = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        file.set_modified(then).unwrap();
    };
    settle("in/a.ppm", 1_000);
    settle("in/b.ppm", 1_000);
    assert_eq!(run(folder.path(), &["in", "out"]).code, 0);
    let review = Review::start(folder.path());
    let states = || ["a.jpg", "b.jpg"].map(|it| review.entry(it)["source_state"].clone());
    settle("in/a.ppm", 2_000);
    assert_eq!(states(), ["same", "same"]);
    // Of the same size and, where a system knows nothing else of a file, of another time.
    let mut other = thirds();
    other.reverse();
    for (source, bytes) in [("in/b.ppm", &other), ("in/a.ppm", &thirds())] {
        write(&folder.path().join(source), bytes);
        settle(source, 3_000);
    }
    assert_eq!(states(), ["same", "changed"]);
    let all = ["a.jpg", "b.jpg"].map(|it| review.entry(it));
    let all = all.map(|it| json!([it["id"], it["version"], it["result"]]));
    let done = review.post("/api/approve", &json!({"key": key(1), "pictures": all}));
    assert_eq!(done.json()["messages"][0], "1 approved");
    assert_eq!(review.entry("a.jpg")["standing"], "approved");
}

#[test]
fn an_approval_that_was_taken_back_counts_for_no_look() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let look = |gravity: &str| {
        let said = run(folder.path(), &["--gravity", gravity, "in", "out"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        review.entry("a.jpg")
    };
    let approve = |entry: &Value, number: u32| {
        let change = decision(entry, number, "approved", &Value::Null);
        assert_eq!(review.post("/api/decide", &change).status, 200);
        assert_eq!(review.entry("a.jpg")["standing"], "approved");
    };
    let undo = || {
        let last = review.get("/api/pictures").json()["undo"].clone();
        assert_eq!(review.post("/api/undo", &last).status, 200);
        review.entry("a.jpg")["standing"].clone()
    };
    approve(&look("center"), 1);
    approve(&look("left"), 2);
    approve(&look("right"), 3);
    assert_eq!(undo(), "look_changed");
    assert_eq!(look("left")["standing"], "approved");
    assert_eq!(undo(), "look_changed");
    assert_eq!(look("right")["standing"], "look_changed");
    assert_eq!(look("center")["standing"], "approved");
    assert_eq!(undo(), "undecided");
    for gravity in ["left", "right"] {
        assert_eq!(look(gravity)["standing"], "undecided");
    }
}

#[test]
fn a_result_that_was_made_again_is_not_approved_unseen() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let shown = review.entry("a.jpg");
    assert_eq!(
        run(folder.path(), &["--gravity", "left", "in", "out"]).code,
        0
    );
    // No decision was added, so its number alone does not tell.
    assert_eq!(review.entry("a.jpg")["version"], shown["version"]);
    for draft in [Value::Null, draft([400, 0, 200, 200])] {
        let refused = review.post("/api/decide", &decision(&shown, 1, "approved", &draft));
        assert_eq!(
            (refused.status, &refused.json()["code"]),
            (409, &json!("stale"))
        );
    }
    let pictures = |entry: &Value| json!([[entry["id"], entry["version"], entry["result"]]]);
    let several = json!({"key": key(2), "pictures": pictures(&shown)});
    let done = review.post("/api/approve", &several).json();
    assert_eq!(done["messages"][0], "0 approved");
    let now = review.entry("a.jpg");
    assert_eq!(
        (&now["version"], &now["standing"]),
        (&json!(0), &json!("undecided"))
    );
    let several = json!({"key": key(3), "pictures": pictures(&now)});
    let done = review.post("/api/approve", &several).json();
    assert_eq!(done["messages"][0], "1 approved");
}

#[test]
fn a_result_of_an_earlier_version_is_made_again_and_shown_before_it_is_approved() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    change_cache(folder.path(), "UPDATE prepare_output SET framing = NULL");
    let review = Review::start(folder.path());
    let change = decision(&review.entry("a.jpg"), 1, "approved", &Value::Null);
    let refused = review.post("/api/decide", &change);
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (409, &json!("made_again"))
    );
    let entry = review.entry("a.jpg");
    assert_eq!(
        (&entry["version"], &entry["standing"]),
        (&json!(0), &json!("undecided"))
    );
    let change = decision(&entry, 2, "approved", &Value::Null);
    assert_eq!(review.post("/api/decide", &change).status, 200);
    assert_eq!(review.entry("a.jpg")["standing"], "approved");
}

#[test]
fn a_framing_that_is_saved_is_not_approved_by_that_and_stays_rejected() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let entry = || review.entry("a.jpg");
    let post = |change: Value| assert_eq!(review.post("/api/decide", &change).status, 200);
    post(decision(&entry(), 1, "approved", &Value::Null));
    post(saved(&entry(), 2, &draft([400, 0, 200, 200])));
    assert_eq!(entry()["standing"], "undecided");
    post(decision(&entry(), 3, "approved", &Value::Null));
    // The same framing again is what was approved.
    post(saved(&entry(), 4, &draft([400, 0, 200, 200])));
    assert_eq!(entry()["standing"], "approved");
    post(decision(&entry(), 5, "rejected", &Value::Null));
    post(saved(&entry(), 6, &draft([0, 0, 200, 200])));
    assert_eq!(entry()["standing"], "rejected");
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), RED);
}
