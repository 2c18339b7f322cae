//! What a decision does: it is recorded, the result is made again, the next run agrees, and nobody
//! overwrites what they have not seen.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Review, mean, prepared, strongest, thirds};
use crate::support::{decode, folder, png, records, run, write};

const RED: usize = 0;
const GREEN: usize = 1;
const BLUE: usize = 2;

fn draft(crop: [u32; 4]) -> Value {
    json!({"fit": "cover", "crop": crop, "trim": false, "background": "white", "padding": "auto"})
}

/// A key of an action, different for each number.
fn key(number: u32) -> String {
    format!("{number:016x}")
}

fn decision(entry: &Value, number: u32, verdict: &str, draft: &Value) -> Value {
    json!({
        "key": key(number), "id": entry["id"], "version": entry["version"],
        "result": entry["result"], "source": entry["source_hash"], "verdict": verdict,
        "draft": draft,
    })
}

/// A framing that is saved without a verdict.
fn saved(entry: &Value, number: u32, draft: &Value) -> Value {
    let mut change = decision(entry, number, "", draft);
    change["verdict"] = Value::Null;
    change
}

/// The status of each file of a run.
fn statuses(folder: &Path) -> Vec<String> {
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
fn a_preview_is_the_result_before_it_is_saved() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let entry = review.entry("a.jpg");
    let id = entry["id"].as_str().unwrap();
    let wanted = |turn: u32, draft: Value| {
        let source = &entry["source_hash"];
        json!({"source": source, "draft": draft, "page": "p", "turn": turn})
    };
    let path = format!("/api/pictures/{id}/preview");
    let preview = review.post(&path, &wanted(2, draft([13, 7, 150, 150])));
    assert_eq!(preview.status, 200);
    assert!(
        preview.head.contains("\"crop\":[13,7,150,150]"),
        "{}",
        preview.head
    );
    // An older one is not made any more.
    let older = review.post(&path, &wanted(1, draft([0, 0, 99, 99])));
    assert_eq!(older.status, 204);
    let before = fs::read(folder.path().join("out/a.jpg")).unwrap();
    assert_ne!(preview.body, before, "nothing is written by a preview");
    let change = decision(&entry, 1, "undecided", &draft([13, 7, 150, 150]));
    assert_eq!(review.post("/api/decide", &change).status, 200);
    assert_eq!(
        fs::read(folder.path().join("out/a.jpg")).unwrap(),
        preview.body
    );
}

/// Whatever platform a result was made for, its settings are known, also those for small pictures.
#[test]
fn results_for_every_platform_can_be_edited() {
    let folder = folder(&[("in/a.ppm", &thirds())]);
    let printed = run(folder.path(), &["presets", "--json"]);
    let names = printed.stdout.lines().map(|line| {
        let preset: Value = serde_json::from_str(line).unwrap();
        preset["name"].as_str().unwrap().to_string()
    });
    let names: Vec<String> = names.collect();
    let platforms = names.join(",");
    let several = ["--for", &platforms, "--name", "{preset}/{stem}.jpg"];
    let said = run(folder.path(), &[&several[..], &["in", "out"]].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    let review = Review::start(folder.path());
    for (turn, name) in names.iter().enumerate() {
        let entry = review.entry(&format!("{name}/a.jpg"));
        let id = entry["id"].as_str().unwrap();
        let draft = draft([400, 0, 200, 200]);
        let source = &entry["source_hash"];
        let wanted = json!({"source": source, "draft": draft, "page": "p", "turn": turn + 1});
        let preview = review.post(&format!("/api/pictures/{id}/preview"), &wanted);
        let text = String::from_utf8_lossy(&preview.body);
        assert_eq!(preview.status, 200, "{name}: {text}");
        // Slack and LinkedIn accept nothing as small as the 200 pixels that the crop has.
        let edge = match name.as_str() {
            "slack" => 512,
            "linkedin" => 400,
            _ => 200,
        };
        let decoded = decode(&preview.body);
        assert_eq!(
            (decoded.edge, strongest(decoded.mean())),
            (edge, BLUE),
            "{name}"
        );
    }
    assert_eq!(names.len(), 18);
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
    let folder = prepared(&[
        ("a.ppm", &thirds()),
        ("b.ppm", &thirds()),
        ("logo.png", &logo),
    ]);
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

#[test]
fn a_decision_waits_for_a_run_that_holds_the_folder() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let held = fs::File::open(folder.path().join("out/.avatar-prep/lock")).unwrap();
    held.lock().unwrap();
    let change = decision(
        &review.entry("a.jpg"),
        1,
        "approved",
        &draft([400, 0, 200, 200]),
    );
    let done = review.post("/api/decide", &change);
    assert_eq!(done.status, 200);
    let message = done.json()["messages"][0].as_str().unwrap().to_string();
    assert!(
        message.contains("saved, remade as soon as possible"),
        "{message}"
    );
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), GREEN);
    // What is on disk is not what was approved.
    assert_eq!(review.entry("a.jpg")["standing"], "look_changed");
    assert_eq!(review.get("/api/now").json()["pending"], 1);
    held.unlock().unwrap();
    assert_eq!(review.get("/api/now").json()["pending"], 0);
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), BLUE);
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
fn results_for_several_platforms_are_remade_beside_each_other() {
    let folder = folder(&[("in/a.ppm", &thirds())]);
    let name = ["--name", "{preset}/{stem}.jpg"];
    let args = [&["--for", "whatsapp,max"], &name[..], &["in", "out"]].concat();
    assert_eq!(run(folder.path(), &args).code, 0);
    let results = ["max/a.jpg", "whatsapp/a.jpg"];
    let review = Review::start(folder.path());
    let strongest = || results.map(|it| strongest(mean(folder.path(), &format!("out/{it}"))));
    assert_eq!(strongest(), [GREEN; 2]);
    let entry = review.entry(results[0]);
    let change = decision(&entry, 1, "approved", &draft([400, 0, 200, 200]));
    let done = review.post("/api/decide", &change).json();
    let entries = done["entries"].as_array();
    assert_eq!(entries.map(Vec::len), Some(2), "{done:#}");
    assert_eq!(strongest(), [BLUE; 2]);
    let standing = || results.map(|it| review.entry(it)["edited"].clone());
    assert_eq!(standing(), [true; 2]);
    // The next run agrees, and nothing is left over.
    let (_, found) = records(folder.path(), &args);
    assert_eq!(found.last().unwrap()["up_to_date"], 2, "{found:?}");
    let said = run(folder.path(), &["clean", "out", "--delete", "-q"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(strongest(), [BLUE; 2]);
    // Taken back, they are remade too.
    let last = review.get("/api/pictures").json()["undo"].clone();
    assert_eq!(review.post("/api/undo", &last).status, 200);
    assert_eq!(strongest(), [GREEN; 2]);
    assert_eq!(standing(), [false; 2]);
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

/// Changes the cache, as another version of this program could have written it.
fn change_cache(folder: &Path, change: &str) {
    let file = folder.join("out/.avatar-prep/cache.sqlite");
    let changed = rusqlite::Connection::open(file)
        .unwrap()
        .execute(change, []);
    assert_eq!(changed.unwrap(), 1);
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

#[test]
fn what_could_not_be_remade_is_tried_until_it_is() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let held = fs::File::open(folder.path().join("out/.avatar-prep/lock")).unwrap();
    held.lock().unwrap();
    let change = saved(&review.entry("a.jpg"), 1, &draft([400, 0, 200, 200]));
    assert_eq!(review.post("/api/decide", &change).status, 200);
    held.unlock().unwrap();
    let spoil = "UPDATE prepare_recipe SET recipe = 'x' || recipe";
    change_cache(folder.path(), spoil);
    for _ in 0..2 {
        let refused = review.get("/api/now");
        assert_eq!(
            (refused.status, &refused.json()["code"]),
            (409, &json!("unknown_settings"))
        );
    }
    let mend = "UPDATE prepare_recipe SET recipe = substr(recipe, 2)";
    change_cache(folder.path(), mend);
    assert_eq!(review.get("/api/now").json()["pending"], 0);
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), BLUE);
}
