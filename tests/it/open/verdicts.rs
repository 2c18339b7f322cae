//! What decisions in the review change: what is given back, what is listed, what a later page knows.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Open, results, sized};
use crate::review::thirds;
use crate::support::{folder, ppm, tree};

impl Open {
    /// Decides about a result in the review, as its page does.
    #[track_caller]
    fn decide(&self, output: &str, verdict: &str, draft: &Value) {
        let review = format!("/review/{}", self.batch);
        let list = self.served.get(&format!("{review}/api/pictures")).json();
        let all = list["pictures"].as_array().unwrap();
        let entry = all.iter().find(|it| it["output"] == output).unwrap();
        // Each decision has one of its own.
        let name = format!("{output} {verdict}");
        let key = format!("{:016x}", crc32fast::hash(name.as_bytes()));
        let change = json!({
            "key": key, "id": entry["id"], "version": entry["version"],
            "result": entry["result"], "source": entry["source_hash"], "verdict": verdict,
            "draft": draft,
        });
        let path = format!("{review}/api/decide");
        let answer = self.served.post(&path, &change);
        assert_eq!(answer.status, 200, "{}", answer.json());
    }

    fn copy(&self) -> Value {
        self.served.post(&self.path("copy"), &json!(null)).json()
    }
}

/// A page with three results in `out`.
fn made(folder: &Path, args: &[&str]) -> Open {
    let open = Open::start(folder, args);
    for (name, red) in [("a.ppm", 20), ("b/b.ppm", 90), ("c.ppm", 200)] {
        open.drop_file(name, &ppm(60, 60, |x, _| [red, x as u8, 0]));
    }
    open.make(&sized(40));
    open
}

#[test]
fn rejected_results_are_in_no_zip_and_are_counted() {
    let folder = folder(&[]);
    let open = made(folder.path(), &[]);
    assert_eq!(open.offer(false).json()["rejected"], 0);
    open.decide("a.jpg", "rejected", &json!(null));
    open.decide("c.jpg", "approved", &json!(null));
    let offered = open.offer(false).json();
    assert_eq!(
        (&offered["pictures"], &offered["rejected"]),
        (&json!(2), &json!(1))
    );
    let names = |is_approved| open.zip(is_approved).into_keys().collect::<Vec<_>>();
    assert_eq!(names(false), ["b/b.jpg", "c.jpg"]);
    assert_eq!(names(true), ["c.jpg"]);
    open.decide("b/b.jpg", "rejected", &json!(null));
    open.decide("c.jpg", "rejected", &json!(null));
    let refused = open.offer(false).json();
    assert_eq!(
        (&refused["code"], &refused["message"]),
        (
            &json!("no_results"),
            &json!("all results were rejected in the review")
        )
    );
}

#[test]
fn approved_results_are_copied_into_a_new_folder_beside_out() {
    let folder = folder(&[("out-approved/mine.txt", b"x")]);
    let out = folder.path().join("out");
    let open = made(folder.path(), &["out"]);
    assert_eq!(open.copy()["code"], "no_results");
    open.decide("a.jpg", "approved", &json!(null));
    open.decide("b/b.jpg", "approved", &json!(null));
    open.decide("c.jpg", "rejected", &json!(null));
    let before = tree(&out);
    let copied = open.copy();
    let to = folder.path().join("out-approved-2");
    assert_eq!(copied, json!({"folder": to, "pictures": 2}));
    let mut wanted = results(&out);
    assert!(wanted.remove("c.jpg").is_some());
    assert_eq!(results(&to), wanted);
    assert_eq!(tree(&folder.path().join("out-approved")), ["mine.txt"]);
    assert_eq!(tree(&out), before, "nothing is added to the results");

    // What was rejected since is not in the next one.
    open.decide("a.jpg", "rejected", &json!(null));
    assert_eq!(open.copy()["pictures"], 1);
    let next = folder.path().join("out-approved-3");
    assert_eq!(tree(&next), ["b/b.jpg"]);

    // Nobody has approved what another program wrote there.
    fs::write(out.join("b/b.jpg"), &wanted["a.jpg"]).unwrap();
    let refused = open.copy();
    assert_eq!(refused["code"], "not_copied");
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("was changed since it was made"),
        "{refused}"
    );
    assert!(!folder.path().join("out-approved-4").exists());
    let refused = open.offer(true).json();
    assert_eq!(refused["code"], "result_unreadable", "{refused}");
    assert_eq!(refused["message"], "b/b.jpg was changed since it was made");
}

#[test]
fn without_out_there_is_no_folder_to_copy_into() {
    let folder = folder(&[]);
    let open = made(folder.path(), &[]);
    open.decide("a.jpg", "approved", &json!(null));
    assert_eq!(open.copy()["code"], "no_folder");
}

/// The left third only, which has one colour.
fn left_third() -> Value {
    json!({"fit": "cover", "crop": [0, 0, 200, 200], "trim": false,
        "background": "#102030", "padding": "blur"})
}

#[test]
fn the_list_shows_what_a_review_made() {
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &["out"]);
    let striped = ppm(600, 200, |x, y| match x {
        0..200 => [200, 30, 30],
        _ => [(x * 7) as u8, (y * 13) as u8, (x * y) as u8],
    });
    open.drop_file("a.ppm", &striped);
    let then = open.make(&sized(300));
    let then = &then["rows"][0];
    assert_eq!(then["edge"], 200);
    open.decide("a.jpg", "approved", &left_third());
    let now = open.served.get(&open.path("since/0/0")).json();
    let now = &now["rows"][0];
    let file = fs::read(folder.path().join("out/a.jpg")).unwrap();
    assert_eq!(now["bytes"], file.len());
    assert!(
        now["bytes"].as_u64() < then["bytes"].as_u64(),
        "{now} {then}"
    );
    assert_eq!(open.zip(true)["a.jpg"], file);
}

#[test]
fn a_picture_that_is_dropped_again_keeps_its_decision() {
    let folder = folder(&[]);
    let one = Open::start(folder.path(), &["out"]);
    let rejected = ppm(60, 60, |x, _| [x as u8, 0, 0]);
    one.drop_file("team/a.ppm", &thirds());
    one.drop_file("b.ppm", &rejected);
    one.make(&sized(40));
    one.decide("team/a.jpg", "approved", &left_third());
    one.decide("b.jpg", "rejected", &json!(null));
    let approved = one.zip(true);
    drop(one);

    let other = Open::start(folder.path(), &["out"]);
    assert_eq!(other.drop_file("team/a.ppm", &thirds()), "team/a.ppm");
    assert_eq!(other.drop_file("b.ppm", &rejected), "b.ppm");
    other.make(&sized(40));
    assert_eq!(other.zip(true), approved);
    assert_eq!(other.offer(false).json()["rejected"], 1);
    // Made again in another size, it is still what was approved.
    other.make(&sized(30));
    assert_eq!(
        other.zip(true).into_keys().collect::<Vec<_>>(),
        ["team/a.jpg"]
    );

    // Another picture with the name is a new one.
    drop(other);
    let third = Open::start(folder.path(), &["out"]);
    let name = third.drop_file("team/a.ppm", &rejected);
    assert_eq!(name, "team/a-2.ppm");
    third.make(&sized(40));
    assert_eq!(third.offer(true).json()["code"], "no_results");
}
