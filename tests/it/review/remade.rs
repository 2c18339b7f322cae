//! Results that the page makes again: previews, several platforms, and folders that are held meanwhile.

use std::fs;

use serde_json::{Value, json};

use super::decisions::{BLUE, GREEN, change_cache, decision, draft, saved};
use super::{Review, mean, prepared, strongest, thirds};
use crate::support::{decode, folder, records, run};

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
