//! `--export`: decisions as rules of a settings file.

use std::fs;

use serde_json::json;

use super::{Review, prepared, thirds};
use crate::support::run;

#[test]
fn exported_rules_make_the_same_results() {
    // Names with everything that is special in globs and in TOML.
    let names = [
        "a.ppm",
        "deep/b [1] {x}!.ppm",
        "#c \"q\" \\d*.ppm",
        " e .ppm",
    ];
    let pictures = names.map(|name| (name, thirds()));
    let pictures: Vec<(&str, &[u8])> = pictures.iter().map(|(n, b)| (*n, &b[..])).collect();
    let folder = prepared(&pictures);
    let review = Review::start(folder.path());
    let list = review.get("/api/pictures").json();
    for (at, entry) in list["pictures"].as_array().unwrap().iter().enumerate() {
        let change = json!({
            "key": format!("{at:016x}"), "id": entry["id"], "version": 0,
            "result": entry["result"], "source": entry["source_hash"], "verdict": "approved",
            "draft": {"fit": "cover", "crop": [at * 50, 0, 200 - at * 10, 200 - at * 10],
                "trim": false, "background": "#102030", "padding": "blur"},
        });
        assert_eq!(review.post("/api/decide", &change).status, 200);
    }
    let said = run(folder.path(), &["review", "out", "--export", "rules.toml"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stderr.contains("4 rules written to rules.toml"),
        "{}",
        said.stderr
    );
    // Its own file is replaced, a file of others never.
    let again = run(folder.path(), &["review", "out", "--export", "rules.toml"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    fs::write(folder.path().join("mine.toml"), "size = 500\n").unwrap();
    let refused = run(folder.path(), &["review", "out", "--export", "mine.toml"]);
    let why = "--export: mine.toml exists, and avatar-prep did not make it";
    assert_eq!(
        (refused.code, refused.stderr.contains(why)),
        (2, true),
        "{}",
        refused.stderr
    );
    let mine = fs::read_to_string(folder.path().join("mine.toml")).unwrap();
    assert_eq!(mine, "size = 500\n");
    let made = run(folder.path(), &["--config", "rules.toml", "in", "other"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(
        !made.stderr.contains("no picture matches"),
        "{}",
        made.stderr
    );
    for entry in list["pictures"].as_array().unwrap() {
        let output = entry["output"].as_str().unwrap();
        let read = |out: &str| fs::read(folder.path().join(out).join(output)).unwrap();
        assert!(read("out") == read("other"), "{output}");
    }
}

/// What no settings file may hold is not written into one.
#[test]
fn more_than_a_settings_file_may_have_is_not_exported() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let list = review.get("/api/pictures").json();
    let entry = &list["pictures"][0];
    let change = json!({
        "key": format!("{:016x}", 1), "id": entry["id"], "version": 0,
        "result": entry["result"], "source": entry["source_hash"], "verdict": "approved",
        "draft": {"fit": "cover", "crop": [50, 0, 100, 100], "trim": false,
            "background": "#102030", "padding": "blur"},
    });
    assert_eq!(review.post("/api/decide", &change).status, 200);
    drop(review);
    let decisions = folder.path().join("out/.avatar-prep/decisions.sqlite");
    let decisions = rusqlite::Connection::open(decisions).unwrap();
    let longer =
        "UPDATE decision SET options = options || char(10) || '# ' || hex(zeroblob(2100000))";
    assert_eq!(decisions.execute(longer, []).unwrap(), 1);
    let said = run(folder.path(), &["review", "out", "--export", "rules.toml"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    let limit = "must have at most 50000 rules in 4194304 bytes, got 1 in 42";
    assert!(said.stderr.contains(limit), "{}", said.stderr);
    assert!(!folder.path().join("rules.toml").exists());
}
