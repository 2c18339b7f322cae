//! The page in a real Chromium: what a person does with mouse and keys, and what then lies on disk.

use std::path::Path;

use serde_json::{Value, json};

use super::{Review, mean, prepared, strongest, thirds};
use crate::browser::Browser;

const RED: usize = 0;
const GREEN: usize = 1;

/// The page of a review, with its first picture and preview loaded.
pub(crate) fn open(folder: &Path) -> (Review, Browser) {
    let review = Review::start(folder);
    let mut browser = Browser::open();
    browser.visit(&review.address());
    browser.wait_for(PREVIEWED);
    (review, browser)
}

/// The result of the present draft is shown.
pub(crate) const PREVIEWED: &str = "document.querySelector('#about').dataset.busy === 'false' && \
    document.querySelector('#editor').dataset.loading === 'false' && \
    document.querySelector('#about').textContent.includes('quality')";

/// Nothing waits to be saved, and nothing is left to save.
pub(crate) const SAVED: &str = "document.querySelector('#connection').dataset.state === 'on' && \
    document.querySelector('#save').disabled && \
    document.querySelector('#editor').dataset.loading === 'false'";

/// The page saw no error, and asked nobody but the server.
pub(crate) fn assert_quiet(review: &Review, browser: &mut Browser) {
    let mut complaints = browser.complaints();
    // The page gives up requests whose answer is no longer wanted.
    complaints.retain(|it| !it.contains("\"canceled\":true"));
    assert_eq!(complaints, [""; 0]);
    let own = format!("http://{}/", review.host);
    let blob = format!("blob:{own}");
    let foreign: Vec<String> = browser
        .requests()
        .into_iter()
        .filter(|it| !it.starts_with(&own) && !it.starts_with(&blob))
        .collect();
    assert_eq!(foreign, [""; 0]);
}

/// The crop that a result shows now.
pub(crate) fn crop(review: &Review, output: &str) -> Value {
    let entry = review.entry(output);
    let id = entry["id"].as_str().unwrap();
    review.get(&format!("/api/pictures/{id}")).json()["crop"].clone()
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn a_crop_is_dragged_and_the_file_changes() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let (review, mut browser) = open(folder.path());
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), GREEN);
    let (x, y) = browser.middle("#stage");
    let width = browser.eval("document.querySelector('#stage').clientWidth");
    let width = width.as_f64().unwrap();
    // As far to the right as the square is wide: what lies left of it comes into view.
    browser.drag((x - width * 0.4, y), (x + width * 0.6, y));
    browser.wait_for("!document.querySelector('#save').disabled");
    browser.wait_for(PREVIEWED);
    assert_eq!(
        strongest(mean(folder.path(), "out/a.jpg")),
        GREEN,
        "not saved yet"
    );
    browser.click("#save");
    browser.wait_for(SAVED);
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), RED);
    assert_eq!(crop(&review, "a.jpg"), json!([0, 0, 200, 200]));

    // Taken back by the key, after the page was loaded again.
    browser.visit("about:blank");
    browser.visit(&review.address());
    browser.wait_for("!document.querySelector('#undo').disabled");
    browser.press("u");
    browser.wait_for("document.querySelector('#undo').disabled");
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), GREEN);
    assert_quiet(&review, &mut browser);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn everything_works_by_keys() {
    let folder = prepared(&[("a.ppm", &thirds()), ("b.ppm", &thirds())]);
    let (review, mut browser) = open(folder.path());
    browser.eval("document.querySelector('#stage').focus()");
    for _ in 0..5 {
        browser.press("ArrowLeft");
    }
    browser.press("s");
    browser.wait_for(SAVED);
    // Five steps of a hundredth of 200 pixels.
    assert_eq!(crop(&review, "a.jpg"), json!([190, 0, 200, 200]));
    browser.wait_for(PREVIEWED);
    browser.press("+");
    browser.press("a");
    browser.wait_for("document.querySelector('#name').textContent === 'b.jpg'");
    browser.wait_for(SAVED);
    let entry = review.entry("a.jpg");
    assert_eq!(
        (&entry["standing"], &entry["edited"]),
        (&json!("approved"), &json!(true))
    );
    // Around the middle, 1.1 times as large.
    assert_eq!(crop(&review, "a.jpg"), json!([199, 9, 182, 182]));
    browser.wait_for(PREVIEWED);
    browser.press("r");
    browser.wait_for("document.querySelector('#reject').ariaPressed === 'true'");
    browser.wait_for(SAVED);
    assert_eq!(review.entry("b.jpg")["standing"], "rejected");
    browser.press("k");
    browser.wait_for("document.querySelector('#name').textContent === 'a.jpg'");
    assert_eq!(
        browser.eval("document.querySelectorAll('[role=option][aria-selected=true]').length"),
        1
    );
    assert_quiet(&review, &mut browser);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn the_wheel_zooms_and_the_whole_picture_can_be_shown() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let (review, mut browser) = open(folder.path());
    let middle = browser.middle("#stage");
    browser.wheel(middle, -200.0);
    browser.wait_for("!document.querySelector('#save').disabled");
    browser.wait_for(PREVIEWED);
    browser.click("#save");
    browser.wait_for(SAVED);
    let zoomed = crop(&review, "a.jpg");
    assert!(zoomed[2].as_u64().unwrap() < 180, "{zoomed}");
    browser.click("[name=fit][value=contain]");
    browser.wait_for(PREVIEWED);
    browser.click("#save");
    browser.wait_for(SAVED);
    assert_eq!(crop(&review, "a.jpg")[2], 600);
    assert_quiet(&review, &mut browser);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn hostile_names_are_text() {
    let name = "<img src=x onerror=alert(1)>&amp;.ppm";
    let folder = prepared(&[(name, &thirds())]);
    let (review, mut browser) = open(folder.path());
    let shown = browser.text("document.querySelector('#name').textContent");
    assert_eq!(shown, "<img src=x onerror=alert(1)>&amp;.jpg");
    let listed = browser.text("document.querySelector('[role=option] .name').textContent");
    assert_eq!(listed, shown);
    assert_eq!(
        browser.eval("document.querySelectorAll('[onerror], [src=x]').length"),
        0
    );
    assert_quiet(&review, &mut browser);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn another_page_cannot_read_or_decide() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let mut browser = Browser::open();
    for (path, options) in [
        (
            "/api/pictures",
            json!({"headers": {"authorization": format!("Bearer {}", review.token)}}),
        ),
        ("/api/undo", json!({"method": "POST", "body": "\"x\""})),
        ("/main.js", json!({})),
    ] {
        let told = browser.text(&format!(
            "fetch('http://{}{path}', {options}).then(() => 'answered', () => 'refused')",
            review.host
        ));
        assert_eq!(told, "refused", "{path}");
    }
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn a_lost_connection_is_shown_and_a_wrong_token_too() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let (mut review, mut browser) = open(folder.path());
    review.stop();
    browser.press("a");
    browser.wait_for("document.querySelector('#connection').textContent.includes('1 unsaved')");
    let review = Review::start(folder.path());
    let mut browser = Browser::open();
    browser.visit(&format!("http://{}/#{}", review.host, "0".repeat(32)));
    browser.wait_for("document.querySelector('#connection').dataset.state === 'refused'");
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn a_result_that_was_made_again_is_shown_and_the_draft_is_kept() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let (review, mut browser) = open(folder.path());
    let middle = browser.middle("#stage");
    browser.wheel(middle, -200.0);
    browser.wait_for("!document.querySelector('#save').disabled");
    let said = crate::support::run(folder.path(), &["--gravity", "left", "in", "out"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    browser.wait_for(
        "document.querySelector('#alert').textContent === 'This result was made again meanwhile. \
         You see it as it is now; your unsaved framing is kept.'",
    );
    browser.wait_for(PREVIEWED);
    browser.press("a");
    browser.wait_for(SAVED);
    let entry = review.entry("a.jpg");
    assert_eq!(
        (&entry["standing"], &entry["edited"]),
        (&json!("approved"), &json!(true))
    );
    // The draft around the middle, not what the run made.
    assert_eq!(strongest(mean(folder.path(), "out/a.jpg")), GREEN);
    assert_quiet(&review, &mut browser);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn the_page_goes_on_when_what_it_shows_is_gone() {
    let folder = prepared(&[("a.ppm", &thirds()), ("b.ppm", &thirds())]);
    let (review, mut browser) = open(folder.path());
    assert_eq!(
        browser.text("document.querySelector('#name').textContent"),
        "a.jpg"
    );
    std::fs::remove_file(folder.path().join("in/a.ppm")).unwrap();
    let said = crate::support::run(folder.path(), &["clean", "--delete", "out"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    browser.wait_for("document.querySelector('#name').textContent === 'b.jpg'");
    browser.wait_for(PREVIEWED);
    assert_quiet(&review, &mut browser);
}
