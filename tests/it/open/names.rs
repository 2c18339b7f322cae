//! Names that lead elsewhere are refused, and no picture takes the name of another.

use serde_json::json;

use super::{Open, sized};
use crate::support::{folder, ppm, tree};

fn color(red: u8) -> Vec<u8> {
    ppm(20, 20, |_, _| [red, 0, 0])
}

#[test]
fn names_never_lead_outside() {
    let folder = folder(&[("kept.txt", b"x")]);
    let open = Open::start(folder.path(), &["out"]);
    let long = format!("{}.ppm", "x".repeat(250));
    let deep = format!("{}a.ppm", "d/".repeat(40));
    for (name, code) in [
        ("../a.ppm", "hidden_file"),
        ("../../../../../../tmp/a.ppm", "hidden_file"),
        ("a/../../a.ppm", "hidden_file"),
        ("/a.ppm", "bad_name"),
        ("//host/a.ppm", "bad_name"),
        ("..\\a.ppm", "bad_name"),
        ("C:\\a.ppm", "bad_name"),
        ("a\0.ppm", "bad_name"),
        ("a\r\nx: y.ppm", "bad_name"),
        ("\u{7f}.ppm", "bad_name"),
        ("", "bad_name"),
        (".avatar-prep/cache.sqlite", "hidden_file"),
        (".avatarprepignore", "hidden_file"),
        (&long, "bad_name"),
        (&deep, "bad_name"),
        ("a.ppm.toml", "options_file"),
    ] {
        let answer = open.put(name, &color(1));
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (422, &json!(code)),
            "{name:?}"
        );
    }
    // What is no name at all.
    for header in ["a.ppm", "\"\\ud800.ppm\"", "[]"] {
        let path = open.path("files");
        let answer = open
            .served
            .post_bytes(&path, &[("x-name", header)], &color(1));
        assert_eq!(answer.json()["code"], "wrong_request", "{header}");
    }
    assert_eq!(open.served.get(&open.path("since/0/0")).json()["files"], 0);
    assert_eq!(tree(folder.path()), ["kept.txt"]);
    // The folder of the state is left out above.
    let originals = tree(&folder.path().join("out/.avatar-prep"));
    let pictures = originals.iter().filter(|name| name.ends_with(".ppm"));
    assert_eq!(pictures.count(), 0, "{originals:?}");
}

#[test]
fn pictures_with_one_name_get_numbers() {
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &[]);
    assert_eq!(open.drop_file("x/a.ppm", &color(10)), "x/a.ppm");
    assert_eq!(open.drop_file("x/a.ppm", &color(90)), "x/a-2.ppm");
    assert_eq!(open.drop_file("x/A.ppm", &color(170)), "x/A-3.ppm");
    assert_eq!(open.drop_file("x/\u{e9}.ppm", &color(20)), "x/\u{e9}.ppm");
    assert_eq!(
        open.drop_file("x/e\u{301}.ppm", &color(30)),
        "x/e\u{301}-2.ppm"
    );
    // The same picture is there once.
    let again = open.put("x/a.ppm", &color(10)).json();
    assert_eq!(
        (&again["name"], &again["is_known"]),
        (&json!("x/a.ppm"), &json!(true))
    );
    let now = open.make(&sized(20));
    assert_eq!(now["found"], 5);
    let files = open.zip(false);
    let reds = ["x/a.jpg", "x/a-2.jpg", "x/A-3.jpg"].map(|name| {
        let mean = crate::support::decode(&files[name]).mean();
        (mean[0] / 10.0).round() * 10.0
    });
    assert_eq!(reds, [10.0, 90.0, 170.0]);
    assert_eq!(files.len(), 5);
}

#[test]
fn a_result_of_another_picture_is_not_replaced() {
    let folder = folder(&[]);
    let one = Open::start(folder.path(), &["out"]);
    one.drop_file("logo.ppm", &color(10));
    one.make(&sized(20));
    drop(one);
    let first = std::fs::read(folder.path().join("out/logo.jpg")).unwrap();
    let other = Open::start(folder.path(), &["out"]);
    assert_eq!(other.drop_file("logo.ppm", &color(90)), "logo-2.ppm");
    // The same picture keeps its name.
    assert_eq!(other.drop_file("logo.ppm", &color(10)), "logo.ppm");
    other.make(&sized(20));
    let kept = std::fs::read(folder.path().join("out/logo.jpg")).unwrap();
    assert_eq!(kept, first);
    assert_eq!(other.zip(false).len(), 2);
}

#[test]
fn a_template_of_names_does_not_let_pages_replace_results() {
    let folder = folder(&[]);
    let args = ["out", "--name", "{stem}.jpg"];
    let one = Open::start(folder.path(), &args);
    one.drop_file("x/logo.ppm", &color(10));
    one.make(&sized(20));
    drop(one);
    let first = std::fs::read(folder.path().join("out/x/logo.jpg")).unwrap();
    let other = Open::start(folder.path(), &args);
    assert_eq!(other.drop_file("y/logo.ppm", &color(90)), "y/logo.ppm");
    other.make(&sized(20));
    let kept = std::fs::read(folder.path().join("out/x/logo.jpg")).unwrap();
    assert_eq!(kept, first);
    assert!(folder.path().join("out/y/logo.jpg").exists());
    assert!(!folder.path().join("out/logo.jpg").exists());
}

#[test]
fn a_list_of_addresses_is_not_fetched_by_a_page() {
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &["out", "--from", "no-such-list.txt"]);
    open.drop_file("a.ppm", &color(10));
    let now = open.make(&sized(20));
    assert_eq!((&now["found"], &now["trouble"]), (&json!(1), &json!(null)));
    assert!(folder.path().join("out/a.jpg").exists());
}
