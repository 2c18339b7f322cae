//! The same file in two input folders: a decision about one is not one about the other.

use std::fs;

use serde_json::{Value, json};

use super::{Review, mean, strongest, thirds};
use crate::support::{folder, records, run};

const ARGS: [&str; 5] = ["--name", "{root}/{stem}.jpg", "in1", "in2", "out"];
const RED: usize = 0;
const GREEN: usize = 1;
const BLUE: usize = 2;

/// Saves the crop that starts at `left` for a result.
fn save(review: &Review, output: &str, left: u32, key: &str) -> Value {
    let entry = review.entry(output);
    let draft = json!({
        "fit": "cover", "crop": [left, 0, 200, 200], "trim": false, "background": "white",
        "padding": "auto",
    });
    let change = json!({
        "key": key, "id": entry["id"], "version": entry["version"], "result": entry["result"],
        "source": entry["source_hash"], "verdict": "approved", "draft": draft,
    });
    let done = review.post("/api/decide", &change);
    assert_eq!(done.status, 200, "{}", String::from_utf8_lossy(&done.body));
    done.json()
}

#[test]
fn each_keeps_its_own_crop_and_one_without_takes_that_of_the_other() {
    let folder = folder(&[("in1/a.ppm", &thirds()), ("in2/a.ppm", &thirds())]);
    assert_eq!(run(folder.path(), &ARGS).code, 0);
    let review = Review::start(folder.path());
    let colors = || ["out/in1/a.jpg", "out/in2/a.jpg"].map(|it| strongest(mean(folder.path(), it)));
    assert_eq!(colors(), [GREEN; 2]);
    save(&review, "in1/a.jpg", 0, "0000000000000001");
    assert_eq!(colors(), [RED, GREEN]);
    // As if the folder had been moved.
    let (code, all) = records(folder.path(), &ARGS);
    assert_eq!((code, &all.last().unwrap()["up_to_date"]), (0, &json!(1)));
    assert_eq!(colors(), [RED; 2]);
    save(&review, "in2/a.jpg", 400, "0000000000000002");
    assert_eq!(colors(), [RED, BLUE]);
    let (_, all) = records(folder.path(), &ARGS);
    assert_eq!(
        all.last().unwrap()["up_to_date"],
        2,
        "each as it was decided"
    );
    assert_eq!(colors(), [RED, BLUE]);
    // A rule cannot tell them apart.
    let args = ["review", "out", "--export", "rules.toml"];
    let said = run(folder.path(), &args);
    assert!(
        said.stderr.contains("1 left out: several input folders"),
        "{}",
        said.stderr
    );
    let rules = fs::read_to_string(folder.path().join("rules.toml")).unwrap();
    assert!(!rules.contains("[[rule]]"), "{rules}");
}

#[test]
fn another_file_of_the_same_name_is_not_one_that_has_changed() {
    let other = crate::support::ppm(300, 200, |x, y| [x as u8, y as u8, 9]);
    let folder = folder(&[("in1/a.ppm", &thirds()), ("in2/a.ppm", &other)]);
    assert_eq!(run(folder.path(), &ARGS).code, 0);
    let review = Review::start(folder.path());
    save(&review, "in1/a.jpg", 0, "0000000000000001");
    assert_eq!(review.entry("in1/a.jpg")["standing"], "approved");
    assert_eq!(review.entry("in2/a.jpg")["standing"], "undecided");
    let said = run(folder.path(), &ARGS);
    assert_eq!(
        (said.code, said.stderr.contains("other content")),
        (0, false),
        "{}",
        said.stderr
    );
}
