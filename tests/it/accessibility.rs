//! The pages for people who use no mouse, hear them, see little, or do not want motion, in a real
//! browser.

use serde_json::json;
use tempfile::TempDir;

use crate::browser::Browser;
use crate::review::page::{PREVIEWED, SAVED, crop, open};
use crate::review::{Review, prepared, thirds};
use crate::sheets;
use crate::support::{folder, jpeg, run};

/// A review of a picture with a warning, one without, and one that failed.
fn mixed() -> (TempDir, Review, Browser) {
    let small = jpeg(60, 60, |x, y| [x as u8 * 4, y as u8 * 4, 90]);
    let folder = folder(&[
        ("in/a.ppm", &thirds()),
        ("in/b.jpg", b"\xff\xd8\xff\xe0 this is no picture"),
        ("in/c.jpg", &small),
    ]);
    assert_eq!(run(folder.path(), &["in", "out"]).code, 1);
    let review = Review::start(folder.path());
    let mut browser = Browser::open();
    browser.visit(&review.address());
    browser.wait_for("document.querySelector('#name').textContent === 'b.jpg'");
    (folder, review, browser)
}

/// Shows the picture that did not fail.
fn go_on(browser: &mut Browser) {
    browser.press("j");
    browser.wait_for(PREVIEWED);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn every_control_of_a_review_has_a_name() {
    let (_folder, _review, mut browser) = mixed();
    assert_eq!(browser.nameless(), [""; 0], "a failure");
    go_on(&mut browser);
    browser.eval(
        "(() => { const it = document.querySelector('#background'); it.value = 'color'; \
         it.dispatchEvent(new Event('change')); })()",
    );
    browser.wait_for("document.querySelector('#color').checkVisibility()");
    assert_eq!(browser.nameless(), [""; 0], "a picture");
    // The test notices what has none.
    browser.eval("document.querySelector('#closer').removeAttribute('aria-label'), document.querySelector('#closer').textContent = ''");
    assert_eq!(browser.nameless().len(), 1);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn every_control_of_a_sheet_has_a_name() {
    let folder = sheets::sheet();
    let mut browser = sheets::opened(folder.path());
    assert_eq!(browser.nameless(), [""; 0]);
    browser.press("ArrowDown");
    browser.press("Enter");
    browser.wait_for("document.querySelector('#details').open");
    assert_eq!(browser.nameless(), [""; 0]);
}

/// Checks the contrast in the colours that the system prefers, and in those that a person chooses.
pub(crate) fn assert_contrast(browser: &mut Browser, what: &str) {
    for scheme in ["light", "dark"] {
        browser.prefer("prefers-color-scheme", scheme);
        browser.wait_for("document.getAnimations().length === 0");
        assert_eq!(browser.low_contrast(), [""; 0], "{what}, {scheme}");
        let other = if scheme == "light" { "dark" } else { "light" };
        browser.eval(&format!(
            "document.documentElement.dataset.theme = '{other}'"
        ));
        browser.wait_for("document.getAnimations().length === 0");
        assert_eq!(browser.low_contrast(), [""; 0], "{what}, chosen {other}");
        browser.eval("delete document.documentElement.dataset.theme");
        browser.wait_for("document.getAnimations().length === 0");
    }
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn every_text_of_a_review_has_contrast() {
    let (_folder, mut review, mut browser) = mixed();
    assert_contrast(&mut browser, "a failure");
    go_on(&mut browser);
    assert_contrast(&mut browser, "a picture");
    browser.eval("document.querySelector('#stage').focus()");
    browser.press("+");
    browser.wait_for("!document.querySelector('#save').disabled");
    assert_contrast(&mut browser, "a draft");
    browser.press("a");
    browser.wait_for(SAVED);
    assert_contrast(&mut browser, "a decision");
    review.stop();
    browser.press("r");
    browser.wait_for("document.querySelector('#connection').dataset.state === 'lost'");
    assert_contrast(&mut browser, "a lost connection");
    // The test notices what has none.
    browser.eval("document.querySelector('#name').style.color = 'rgb(90, 90, 90)'");
    assert_eq!(browser.low_contrast().len(), 1);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn every_text_of_a_sheet_has_contrast() {
    let folder = sheets::sheet();
    let mut browser = sheets::opened(folder.path());
    assert_contrast(&mut browser, "the list");
    browser.press("ArrowDown");
    browser.press("Enter");
    browser.wait_for("document.querySelector('#details').open");
    assert_contrast(&mut browser, "the details");
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn tab_reaches_everything_and_the_focus_is_seen() {
    let folder = sheets::sheet();
    let mut browser = sheets::opened(folder.path());
    assert_eq!(browser.unreached(), [""; 0], "the sheet");
    let (_folder, _review, mut browser) = mixed();
    assert_eq!(browser.unreached(), [""; 0], "a failure");
    go_on(&mut browser);
    assert_eq!(browser.unreached(), [""; 0], "a picture");
    browser.size(390, 800);
    assert_eq!(browser.unreached(), [""; 0], "a picture on a phone");
    // The test notices what is not seen.
    browser.eval("document.querySelector('#stage').style.outline = 'none'");
    assert_eq!(browser.unreached().len(), 1);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn nothing_moves_for_those_who_do_not_want_it() {
    let folder = sheets::sheet();
    let sheet = sheets::opened(folder.path());
    let (_folder, _review, review) = mixed();
    for mut browser in [sheet, review] {
        browser.prefer("prefers-reduced-motion", "no-preference");
        assert_ne!(browser.moving(), json!([]), "buttons fade");
        browser.prefer("prefers-reduced-motion", "reduce");
        assert_eq!(browser.moving(), json!([]));
        browser.eval("document.querySelector('#theme').click()");
        assert_eq!(browser.eval("document.getAnimations().length"), 0);
    }
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn a_crop_is_moved_and_saved_with_the_keyboard_alone() {
    let folder = prepared(&[("a.ppm", &thirds()), ("b.ppm", &thirds())]);
    let (review, mut browser) = open(folder.path());
    browser.tab_to("#list");
    browser.press("ArrowDown");
    browser.wait_for("document.querySelector('#name').textContent === 'b.jpg'");
    browser.wait_for(PREVIEWED);
    browser.tab_to("#stage");
    for key in ["ArrowRight", "ArrowRight", "+", "+", "-", "ArrowUp"] {
        browser.press(key);
    }
    browser.wait_for(PREVIEWED);
    browser.tab_to("#save");
    browser.press("Enter");
    browser.wait_for(SAVED);
    // Right by 2 and 2, then 1.1 times as large around the middle, then as far up as it goes.
    let zoomed = crop(&review, "b.jpg");
    assert_eq!(zoomed, json!([213, 7, 182, 182]));
    browser.tab_to("#approve");
    browser.press("Enter");
    browser.wait_for("document.querySelector('#approve').ariaPressed === 'true'");
    browser.wait_for(SAVED);
    assert_eq!(review.entry("b.jpg")["standing"], "approved");
    assert_eq!(review.entry("a.jpg")["standing"], "undecided");
    browser.tab_to("#undo");
    browser.press("Enter");
    browser.wait_for("document.querySelector('#approve').ariaPressed === 'false'");
    browser.tab_to("[name=fit]");
    browser.press("ArrowDown");
    browser.wait_for("document.querySelector('[name=fit][value=contain]').checked");
    browser.wait_for(PREVIEWED);
    browser.press("s");
    browser.wait_for(SAVED);
    assert_eq!(crop(&review, "b.jpg"), json!([0, 0, 600, 200]));
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn fingers_move_and_zoom_the_crop() {
    let folder = prepared(&[("a.ppm", &thirds())]);
    let review = Review::start(folder.path());
    let mut browser = Browser::open();
    browser.size(390, 800);
    browser.touch();
    browser.visit(&review.address());
    browser.wait_for("document.querySelector('[role=option]')");
    browser.click("[role=option]");
    browser.wait_for(PREVIEWED);
    let (x, y) = browser.middle("#stage");
    let width = browser.eval("document.querySelector('#stage').clientWidth");
    let width = width.as_f64().unwrap();
    // A quarter of the square to the right: 50 pixels of the picture come into view on the left.
    browser.fingers(&[[(x - width / 8.0, y), (x + width / 8.0, y)]]);
    browser.wait_for("!document.querySelector('#save').disabled");
    browser.wait_for(PREVIEWED);
    browser.click("#save");
    browser.wait_for(SAVED);
    let moved = crop(&review, "a.jpg");
    assert_eq!(moved, json!([150, 0, 200, 200]));
    // Twice as far apart: the square shows half as much, around the same middle.
    let (x, y) = browser.middle("#stage");
    let apart = |distance: f64| [(x - distance, y), (x + distance, y)];
    let [left, right] = apart(width / 8.0);
    let [far_left, far_right] = apart(width / 4.0);
    browser.fingers(&[[left, far_left], [right, far_right]]);
    browser.wait_for("!document.querySelector('#save').disabled");
    browser.wait_for(PREVIEWED);
    browser.click("#save");
    browser.wait_for(SAVED);
    let zoomed = crop(&review, "a.jpg");
    let edge = zoomed[2].as_f64().unwrap();
    assert!((95.0..=105.0).contains(&edge), "{zoomed}");
    let middle = zoomed[0].as_f64().unwrap() + edge / 2.0;
    assert!((245.0..=255.0).contains(&middle), "{zoomed}");
    assert_eq!(browser.eval("scrollY + scrollX"), 0, "the page stays");
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn controls_stand_beside_each_other_and_results_are_seen() {
    let folder = sheets::sheet();
    let sheet = sheets::opened(folder.path());
    let (_folder, _review, mut review) = mixed();
    go_on(&mut review);
    let masks = review.eval(
        "[...document.querySelectorAll('#samples .mask')].map(it => Math.round(it.clientWidth))",
    );
    assert_eq!(masks, json!([90, 90, 38, 38]));
    for mut browser in [sheet, review] {
        for (width, height) in [(1280, 900), (800, 600), (390, 800)] {
            browser.size(width, height);
            assert_eq!(browser.overlapping(), [""; 0], "{width}");
        }
    }
}
