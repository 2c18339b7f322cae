//! The page for people without a mouse, on a phone, in both schemes of colours.

use serde_json::json;
use tempfile::TempDir;

use super::Open;
use super::page::{DONE, READY, drop_on, visited};
use crate::accessibility::assert_contrast;
use crate::browser::Browser;
use crate::support::{folder, ppm, write};

/// A page with a result, one with a warning, a failure, a file that is no picture, and one that was
/// not taken.
fn mixed() -> (TempDir, Open, Browser) {
    let folder = folder(&[]);
    let files = [
        ("good.ppm", ppm(90, 60, |x, _| [x as u8, 200, 0])),
        ("small.ppm", ppm(30, 30, |x, _| [0, x as u8, 200])),
        ("broken.png", b"\x89PNG\r\n\x1a\nnothing".to_vec()),
        ("notes.txt", b"no picture".to_vec()),
        ("options.toml", b"size = 1".to_vec()),
    ];
    for (name, bytes) in &files {
        write(&folder.path().join(name), bytes);
    }
    let open = Open::start(folder.path(), &["out", "--size", "90", "--enlarge"]);
    let mut browser = visited(&open);
    let paths = files.map(|(name, _)| folder.path().join(name));
    let paths: Vec<_> = paths.iter().map(|path| &**path).collect();
    drop_on(&mut browser, &paths);
    browser.wait_for(READY);
    browser.click("#make");
    browser.wait_for(DONE);
    browser.wait_for("document.querySelector('.warn')");
    (folder, open, browser)
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn everything_has_a_name_is_reached_by_tab_and_has_contrast() {
    let (_folder, _open, mut browser) = mixed();
    for (width, height) in [(1280, 900), (390, 800)] {
        browser.size(width, height);
        assert_eq!(browser.nameless(), [""; 0]);
        assert_eq!(browser.unreached(), [""; 0], "{width}");
        assert_contrast(&mut browser, "results");
        let over = "document.documentElement.scrollWidth - innerWidth";
        assert!(
            browser.eval(over).as_f64().unwrap() <= 0.0,
            "too wide for {width}"
        );
    }
    browser.eval("document.querySelector('#approved').click()");
    browser.wait_for("!document.querySelector('#alert').hidden");
    assert_contrast(&mut browser, "a refusal");
    browser.prefer("prefers-reduced-motion", "reduce");
    assert_eq!(browser.moving(), json!([]));
}
