//! Pictures with fewer pixels than a destination wants, and hints that lead on.

use std::fs;

use serde_json::Value;

use crate::support::{decode, folder, ppm, records, run, tree};

fn picture(edge: u32) -> Vec<u8> {
    ppm(edge, edge, |x, y| [x as u8, y as u8, 99])
}

/// The first record of a run over `a.ppm`.
fn made(edge: u32, args: &[&str]) -> Value {
    let folder = folder(&[("a.ppm", &picture(edge))]);
    let (_, records) = records(folder.path(), &[args, &["a.ppm", "out"]].concat());
    records.into_iter().next().unwrap()
}

#[test]
fn a_preset_enlarges_to_its_smallest_edge() {
    let record = made(120, &["--for", "whatsapp"]);
    assert_eq!(
        (&record["status"], &record["size"]),
        (&"ok".into(), &192.into())
    );
    assert_eq!(
        record["flags"],
        serde_json::json!(["enlarged", "low_resolution"])
    );
    assert_eq!(
        record["notes"][1],
        "enlarged 1.6 times, from 120 to 192 pixels, of 640 that were asked for"
    );
    // What is large enough is never enlarged.
    let record = made(192, &["--for", "whatsapp"]);
    assert_eq!(record["flags"], serde_json::json!(["low_resolution"]));
    assert_eq!(record["size"], 192);
    // An edge that the user names is not reached by making up pixels.
    let record = made(120, &["--min-size", "192"]);
    assert_eq!(record["code"], "too_small");
}

#[test]
fn more_than_twice_is_a_warning_and_more_than_eight_times_fails() {
    let warned = |edge: u32| {
        let folder = folder(&[("a.ppm", &picture(edge))]);
        let args = ["--strict", "--enlarge", "--size", "64", "a.ppm", "out"];
        let said = run(folder.path(), &args);
        (said.code, said.stderr.contains("note: enlarged"))
    };
    assert_eq!(warned(32), (0, false), "twice");
    assert_eq!(warned(31), (1, true), "more than twice");
    assert_eq!(warned(8), (1, true), "eight times");
    assert_eq!(warned(7), (1, false), "it fails");
    let record = made(7, &["--enlarge", "--size", "64"]);
    assert_eq!(record["code"], "too_small");
}

/// A picture is not enlarged because its content is placed on whole pixels; and an enlarged one has
/// one note for people.
#[test]
fn enlargement_is_noted_once_and_only_where_it_is() {
    let kite = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/samples/pictures/logos/kite.png"
    );
    let folder = folder(&[("a.ppm", &picture(120))]);
    let (_, found) = records(folder.path(), &[kite, "k.jpg", "--fit", "auto"]);
    let framing = &found[0]["framing"];
    assert_eq!(
        (&framing["crop"][2], &framing["placed"][2]),
        (&350.into(), &351.into())
    );
    assert_eq!(found[0]["flags"], serde_json::json!(["low_resolution"]));
    let wanted = "made 353 instead of 640 pixels: the original has no more; --enlarge enlarges it";
    assert_eq!(found[0]["notes"], serde_json::json!([wanted]));
    let args = ["-v", "--enlarge", "--size", "192", "a.ppm", "out"];
    let said = run(folder.path(), &args);
    let notes: Vec<&str> = said
        .stderr
        .lines()
        .filter(|it| it.contains("note:"))
        .collect();
    assert_eq!(
        notes,
        ["  note: enlarged 1.6 times, from 120 to 192 pixels"]
    );
}

/// Follows each hint until the picture is made; none leads back to an earlier failure.
#[test]
fn the_hints_for_small_pictures_lead_to_a_result() {
    for edge in [120, 20, 9] {
        let folder = folder(&[("a.ppm", &picture(edge))]);
        let mut args: Vec<String> = ["--min-size", "192"].map(String::from).to_vec();
        let mut seen = Vec::new();
        let record = loop {
            let mut all: Vec<&str> = args.iter().map(String::as_str).collect();
            all.extend(["a.ppm", "out"]);
            let (_, mut found) = records(folder.path(), &all);
            let record = found.remove(0);
            let Some(hint) = record["hint"].as_str().map(String::from) else {
                break record;
            };
            assert!(!seen.contains(&hint), "{edge}: a circle: {hint}");
            let words: Vec<&str> = hint.split(' ').collect();
            let at = words.iter().position(|word| word.starts_with("--"));
            let flag = words[at.expect("the hint names an option")];
            let value = words.last().unwrap();
            args.extend([flag.to_string(), value.to_string()]);
            seen.push(hint);
        };
        assert_eq!(
            (&record["status"], &record["size"]),
            (&"ok".into(), &192.into())
        );
        let result = fs::read(folder.path().join("out/a.jpg")).unwrap();
        assert_eq!(decode(&result).edge, 192);
    }
    // Where no enlargement is accepted, none is advised.
    let record = made(1, &["--min-size", "192", "--too-small", "enlarge"]);
    let hint = record["hint"].as_str().unwrap();
    assert_eq!(hint, "use an original of at least 24 pixels");
}

#[test]
fn a_rule_chooses_the_platform_with_its_smallest_edge() {
    let folder = folder(&[
        ("in/brand/a.ppm", &picture(120)),
        ("in/b.ppm", &picture(120)),
        (
            "avatar-prep.toml",
            b"[[rule]]\nfiles = \"brand/\"\nfor = \"whatsapp\"\n",
        ),
    ]);
    assert_eq!(run(folder.path(), &["in", "out"]).code, 0);
    let edge = |name: &str| decode(&fs::read(folder.path().join("out").join(name)).unwrap()).edge;
    assert_eq!((edge("brand/a.jpg"), edge("b.jpg")), (192, 120));
    assert_eq!(tree(&folder.path().join("out")), ["b.jpg", "brand/a.jpg"]);
}
