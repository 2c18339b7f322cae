//! Pictures that could not be made: they are listed with the reason, cannot be approved, and can be
//! tried again once the file was mended.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Review, page, thirds};
use crate::browser::Browser;
use crate::support::{decode, folder, records, run, write};

const BROKEN: &[u8] = b"\xff\xd8\xff\xe0 this is no picture";

/// A folder of results where `b.jpg` has none.
fn one_failed(args: &[&str]) -> tempfile::TempDir {
    let folder = folder(&[("in/a.ppm", &thirds()), ("in/b.jpg", BROKEN)]);
    let args = [args, &["in", "out"]].concat();
    assert_eq!(run(folder.path(), &args).code, 1);
    folder
}

/// The failures that a page would list.
fn failed(review: &Review) -> Vec<Value> {
    let list = review.get("/api/pictures").json();
    list["failed"].as_array().unwrap().clone()
}

fn retry(review: &Review, failure: &Value) -> crate::served::Answer {
    review.post("/api/retry", &json!({"id": failure["id"]}))
}

/// Puts a readable picture where the broken one was.
fn mend(folder: &Path) {
    write(&folder.join("in/b.jpg"), &thirds());
}

#[test]
fn a_failure_is_listed_and_tried_again_with_the_settings_of_its_run() {
    let folder = one_failed(&["--size", "96"]);
    let review = Review::start(folder.path());
    let [failure] = failed(&review).try_into().unwrap();
    assert_eq!(failure["output"], "b.jpg");
    assert!(failure["source"].as_str().unwrap().ends_with("in/b.jpg"));
    let (_, of_run) = records(folder.path(), &["--size", "96", "in", "out"]);
    let of_run = of_run.iter().find(|it| it["status"] == "failed").unwrap();
    for key in ["code", "message", "hint", "since"] {
        assert_eq!(failure[key], of_run[key], "{key}");
        assert!(failure[key].is_string(), "{key}");
    }
    assert_eq!(failure["can_retry"], true);

    // Not mended yet: it fails again.
    let again = retry(&review, &failure).json();
    assert_eq!(again["entries"], json!([]));
    assert_eq!(again["failure"], failure);
    mend(folder.path());
    let done = retry(&review, &failure).json();
    assert_eq!(done["entries"][0]["output"], "b.jpg");
    assert_eq!(
        (&done["failure"], &done["messages"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(failed(&review), [Value::Null; 0]);
    let made = fs::read(folder.path().join("out/b.jpg")).unwrap();
    assert_eq!(decode(&made).edge, 96);
    // A run makes the same, and has nothing to do.
    let (code, all) = records(folder.path(), &["--size", "96", "in", "out"]);
    assert_eq!((code, &all.last().unwrap()["up_to_date"]), (0, &json!(2)));
    run(folder.path(), &["--size", "96", "in", "other"]);
    assert_eq!(fs::read(folder.path().join("other/b.jpg")).unwrap(), made);
    // Nothing is left to try.
    assert_eq!(retry(&review, &failure).status, 404);
}

#[test]
fn a_failure_cannot_be_decided_about() {
    let folder = one_failed(&[]);
    let review = Review::start(folder.path());
    let [failure] = failed(&review).try_into().unwrap();
    let key = "0000000000000001";
    let change = json!({
        "key": key, "id": failure["id"], "version": 0, "result": "", "source": "",
        "verdict": "approved", "draft": null,
    });
    let refused = review.post("/api/decide", &change);
    assert_eq!(refused.status, 404);
    assert_eq!(refused.json()["code"], "unknown_picture");
    let wanted = json!({"key": key, "pictures": [[failure["id"], 0, ""]]});
    let done = review.post("/api/approve", &wanted).json();
    assert_eq!(done["messages"][0], "0 approved");
    let list = review.get("/api/pictures").json();
    assert_eq!(list["undo"], Value::Null, "nothing was recorded");
}

#[test]
fn another_failure_of_the_same_file_is_shown_as_it_is_now() {
    let folder = one_failed(&[]);
    let review = Review::start(folder.path());
    let [failure] = failed(&review).try_into().unwrap();
    fs::remove_file(folder.path().join("in/b.jpg")).unwrap();
    let [gone] = failed(&review).try_into().unwrap();
    assert_eq!(gone["is_missing"], true);
    let again = retry(&review, &failure).json();
    assert_eq!(again["failure"]["code"], "io");
    assert_ne!(again["failure"]["message"], failure["message"]);
}

#[test]
fn what_failed_before_it_was_read_waits_for_the_next_run() {
    let two = thirds();
    let files = [
        ("in/a.ppm", &*two),
        ("in/a.pnm", &*two),
        ("in/b.ppm", &*two),
    ];
    let folder = folder(&files);
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let review = Review::start(folder.path());
    let all = failed(&review);
    assert!(!all.is_empty());
    for failure in &all {
        let seen = (&failure["code"], &failure["can_retry"]);
        assert_eq!(seen, (&json!("collision"), &json!(false)));
        let refused = retry(&review, failure);
        let answer = (refused.status, refused.json()["code"].clone());
        assert_eq!(answer, (409, json!("next_run")));
    }
}

#[test]
fn a_name_that_another_source_took_is_not_written_again() {
    let folder = one_failed(&[]);
    let review = Review::start(folder.path());
    let [failure] = failed(&review).try_into().unwrap();
    write(&folder.path().join("later/b.ppm"), &thirds());
    let said = run(folder.path(), &["later", "out"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let before = fs::read(folder.path().join("out/b.jpg")).unwrap();
    mend(folder.path());
    let refused = retry(&review, &failure);
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (409, json!("collision"))
    );
    assert_eq!(fs::read(folder.path().join("out/b.jpg")).unwrap(), before);
    assert!(
        review.entry("b.jpg")["source"]
            .as_str()
            .unwrap()
            .ends_with("later/b.ppm")
    );
}

#[test]
fn each_platform_is_tried_for_itself() {
    let folder = folder(&[("in/b.jpg", BROKEN), ("in/a.ppm", &thirds())]);
    let name = [
        "--name",
        "{preset}/{stem}.jpg",
        "--for",
        "whatsapp,max",
        "in",
        "out",
    ];
    assert_eq!(run(folder.path(), &name).code, 1);
    let review = Review::start(folder.path());
    let both = failed(&review);
    assert_eq!(both.len(), 2);
    mend(folder.path());
    let one = both.iter().find(|it| it["output"] == "max/b.jpg").unwrap();
    assert_eq!(
        retry(&review, one).json()["entries"][0]["output"],
        "max/b.jpg"
    );
    let [left] = failed(&review).try_into().unwrap();
    assert_eq!(left["output"], "whatsapp/b.jpg");
    assert_eq!(
        retry(&review, &left).json()["entries"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let (code, all) = records(folder.path(), &name);
    assert_eq!((code, &all.last().unwrap()["up_to_date"]), (0, &json!(4)));
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn the_page_shows_why_and_tries_again() {
    let folder = one_failed(&[]);
    let review = Review::start(folder.path());
    let mut browser = Browser::open();
    browser.visit(&review.address());
    // It comes first.
    browser.wait_for("document.querySelector('#name').textContent === 'b.jpg'");
    browser.wait_for("!document.querySelector('#failure').hidden");
    let [failure] = failed(&review).try_into().unwrap();
    for (id, key, before) in [
        ("code", "code", ""),
        ("message", "message", ""),
        ("hint", "hint", "Hint: "),
    ] {
        let shown = browser.text(&format!("document.querySelector('#{id}').textContent"));
        assert_eq!(shown, format!("{before}{}", failure[key].as_str().unwrap()));
    }
    let visible = |browser: &mut Browser, id: &str| {
        browser.eval(&format!("document.querySelector('{id}').checkVisibility()"))
    };
    for hidden in ["#approve", "#stage", "#next-run"] {
        assert_eq!(visible(&mut browser, hidden), false, "{hidden}");
    }
    browser.eval("(() => { const it = document.querySelector('#filter'); it.value = 'failed'; it.dispatchEvent(new Event('input')); })()");
    browser.wait_for("document.querySelectorAll('[role=option]').length === 1");
    browser.press("a");
    browser
        .wait_for("document.querySelector('#status').textContent.includes('no result to decide')");
    mend(folder.path());
    browser.eval("document.querySelector('#retry').focus()");
    browser.press("Enter");
    browser.wait_for("document.querySelector('#failure').hidden");
    browser.wait_for(page::PREVIEWED);
    assert_eq!(
        browser.text("document.querySelector('#name').textContent"),
        "b.jpg"
    );
    assert_eq!(visible(&mut browser, "#approve"), true);
    assert!(folder.path().join("out/b.jpg").exists());
    page::assert_quiet(&review, &mut browser);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn the_page_follows_what_was_made_elsewhere() {
    let folder = one_failed(&[]);
    let review = Review::start(folder.path());
    let mut browser = Browser::open();
    browser.visit(&review.address());
    browser.wait_for("!document.querySelector('#failure').hidden");
    let [failure] = failed(&review).try_into().unwrap();
    mend(folder.path());
    retry(&review, &failure);
    browser.wait_for("document.querySelector('#failure').hidden");
    browser.wait_for(page::PREVIEWED);
    assert_eq!(
        browser.text("document.querySelector('#name').textContent"),
        "b.jpg"
    );
    page::assert_quiet(&review, &mut browser);
}
