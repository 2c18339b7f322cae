//! The page in a real Chromium: files and folders are dropped, and what then lies on disk.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{Open, of_a_run, unzipped};
use crate::browser::Browser;
use crate::support::{folder, png, ppm, write};

pub(super) const DONE: &str = "!document.querySelector('#next').hidden && \
    document.body.dataset.busy === 'false'";

pub(super) const READY: &str = "!document.querySelector('#make').disabled";

/// A page with nothing dropped.
pub(super) fn visited(open: &Open) -> Browser {
    let mut browser = Browser::open();
    browser.visit(&open.served.address());
    browser.wait_for("document.body.dataset.ready === 'true'");
    browser
}

/// Drops files and folders of this machine on the page, as the system would.
pub(super) fn drop_on(browser: &mut Browser, paths: &[&Path]) {
    let (x, y) = browser.middle("#zone");
    let files: Vec<&str> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    let data = json!({"items": [], "files": files, "dragOperationsMask": 1});
    for kind in ["dragEnter", "dragOver", "drop"] {
        let params = json!({"type": kind, "x": x, "y": y, "data": data});
        browser.call("Input.dispatchDragEvent", &params);
    }
}

/// The page saw no error, and asked nobody but the server.
fn assert_quiet(open: &Open, browser: &mut Browser) {
    let mut complaints = browser.complaints();
    // Requests that the page gives up, and files that the server refuses.
    complaints.retain(|it| !it.contains("\"canceled\":true") && !it.contains("status of 422"));
    assert_eq!(complaints, [""; 0]);
    let own = format!("http://{}/", open.served.host);
    let blob = format!("blob:{own}");
    let mut foreign = browser.requests();
    foreign.retain(|it| !it.starts_with(&own) && !it.starts_with(&blob));
    assert_eq!(foreign, [""; 0]);
}

/// Lets downloads go to a folder.
fn download_to(browser: &mut Browser, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let params = json!({"behavior": "allow", "downloadPath": folder.to_str().unwrap()});
    browser.call("Page.setDownloadBehavior", &params);
}

/// The file that was downloaded, once it is complete.
fn downloaded(browser: &mut Browser, folder: &Path) -> Vec<u8> {
    let file = folder.join("avatars.zip");
    for _ in 0..500 {
        if file.exists() {
            let bytes = fs::read(&file).unwrap();
            fs::remove_file(file).unwrap();
            return bytes;
        }
        browser.eval("new Promise((done) => setTimeout(done, 20))");
    }
    panic!(
        "nothing was downloaded: {:?}",
        browser.text("document.querySelector('#alert').textContent")
    );
}

fn pictures() -> [(&'static str, Vec<u8>); 4] {
    [
        ("team/one.png", png(120, 90, |x, _| [x as u8, 9, 9, 255])),
        ("team/more/two.ppm", ppm(80, 120, |_, y| [9, y as u8, 9])),
        ("team/broken.png", b"\x89PNG\r\n\x1a\nnothing".to_vec()),
        ("alone.ppm", ppm(50, 50, |x, y| [x as u8, y as u8, 9])),
    ]
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn a_folder_and_a_file_are_dropped_and_downloaded() {
    let folder = folder(&[("from/team/.hidden.png", b"x")]);
    let pictures = pictures();
    for (name, bytes) in &pictures {
        write(&folder.path().join("from").join(name), bytes);
    }
    let open = Open::start(folder.path(), &[]);
    let mut browser = visited(&open);
    let from = folder.path().join("from");
    drop_on(&mut browser, &[&from.join("team"), &from.join("alone.ppm")]);
    browser.wait_for(READY);
    let text = "document.querySelector('#arrived-text').textContent";
    assert_eq!(browser.text(text), "4 files are here");
    browser.eval(
        "(() => { const it = document.querySelector('#platform'); it.value = 'github'; \
         it.dispatchEvent(new Event('change')); })()",
    );
    browser.click("#make");
    browser.wait_for(DONE);
    let summary = browser.text("document.querySelector('#summary').textContent");
    assert_eq!(summary, "3 made, 1 not made");
    let failed = browser.text("document.querySelector('[data-outcome=failed]').textContent");
    assert!(failed.starts_with("team/broken.pngNot made: "), "{failed}");
    assert!(failed.contains("What helps: "), "{failed}");
    browser.wait_for("[...document.images].filter((it) => it.naturalWidth > 0).length === 3");

    let to = folder.path().join("downloads");
    download_to(&mut browser, &to);
    browser.click("#zip");
    let zip = downloaded(&mut browser, &to);
    let files: Vec<(&str, &[u8])> = pictures.iter().map(|(name, it)| (*name, &**it)).collect();
    assert_eq!(unzipped(&zip), of_a_run(&files, &["--for", "github"]));

    // Loaded again, it shows the same.
    browser.visit("about:blank");
    browser.visit(&open.served.address());
    browser.wait_for(DONE);
    assert_eq!(
        browser.text("document.querySelector('#summary').textContent"),
        summary
    );
    browser.click("#over");
    browser.wait_for("document.querySelector('#results').hidden");
    assert_eq!(
        fs::read_dir(folder.path().join("tmp")).unwrap().count(),
        1,
        "the test's own"
    );
    assert_quiet(&open, &mut browser);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn results_are_reviewed_and_only_approved_ones_downloaded() {
    let folder = folder(&[]);
    for (name, red) in [("a.ppm", 200), ("b.ppm", 20)] {
        let picture = ppm(90, 60, |x, _| [red, x as u8, 0]);
        write(&folder.path().join(name), &picture);
    }
    let open = Open::start(folder.path(), &["out"]);
    let mut browser = visited(&open);
    let names = ["a.ppm", "b.ppm"].map(|name| folder.path().join(name));
    drop_on(&mut browser, &[&names[0], &names[1]]);
    browser.wait_for(READY);
    browser.click("#make");
    browser.wait_for(DONE);
    let out = folder.path().join("out");
    assert!(out.join("a.jpg").exists() && out.join("b.jpg").exists());
    // A link that is clicked can end a question to the page, which one that is visited cannot.
    let review = browser.text("document.querySelector('#review').href");
    browser.visit(&review);
    browser.wait_for("document.querySelector('#name')?.textContent === 'a.jpg'");
    browser.wait_for("document.querySelector('#about').dataset.busy === 'false'");
    browser.press("a");
    browser.wait_for("document.querySelector('#name').textContent === 'b.jpg'");
    browser.wait_for("document.querySelector('#connection').dataset.state === 'on'");
    let back = browser.text("document.querySelector('#dropped:not([hidden])').href");
    assert_eq!(back, format!("http://{}/", open.served.host));
    browser.visit(&open.served.address());
    browser.wait_for(DONE);
    let to = folder.path().join("downloads");
    download_to(&mut browser, &to);
    browser.click("#approved");
    let zip = unzipped(&downloaded(&mut browser, &to));
    assert_eq!(zip.keys().collect::<Vec<_>>(), ["a.jpg"]);
    assert_eq!(zip["a.jpg"], fs::read(out.join("a.jpg")).unwrap());
    assert_quiet(&open, &mut browser);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn it_works_by_keys_and_hostile_names_are_text() {
    let name = "<img src=x onerror=alert(1)>&amp;.ppm";
    let folder = folder(&[]);
    write(
        &folder.path().join(name),
        &ppm(60, 60, |x, _| [x as u8, 0, 0]),
    );
    write(&folder.path().join("x.toml"), b"size = 1");
    let open = Open::start(folder.path(), &[]);
    let mut browser = visited(&open);
    let root = browser.call("DOM.getDocument", &json!({}));
    let query = json!({"nodeId": root["root"]["nodeId"], "selector": "#files-input"});
    let node = browser.call("DOM.querySelector", &query);
    let files = [name, "x.toml"].map(|name| folder.path().join(name));
    let files = json!({"nodeId": node["nodeId"], "files": files});
    browser.call("DOM.setFileInputFiles", &files);
    browser.wait_for(READY);
    let refused = browser.text("document.querySelector('#refused').textContent");
    assert_eq!(
        refused,
        "x.toml: options for single pictures are not used here"
    );
    browser.eval("document.querySelector('#size').focus()");
    browser.press("Enter");
    browser.wait_for(DONE);
    let listed = browser.text("document.querySelector('#rows .name').textContent");
    assert_eq!(listed, name);
    assert_eq!(
        browser.eval("document.querySelectorAll('[onerror], [src=x]').length"),
        0
    );
    assert_quiet(&open, &mut browser);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn a_file_over_the_limit_is_named_before_it_is_sent() {
    let folder = folder(&[("large.ppm", &[0; 20_000])]);
    let open = Open::start(folder.path(), &["--limit-bytes", "10kB"]);
    let mut browser = visited(&open);
    drop_on(&mut browser, &[&folder.path().join("large.ppm")]);
    browser.wait_for("!document.querySelector('#refused').hidden");
    let refused = browser.text("document.querySelector('#refused').textContent");
    assert_eq!(
        refused,
        "large.ppm: has 20.0 kB; a file must have at most 10.0 kB"
    );
    assert_eq!(
        browser.eval("document.querySelector('#make').disabled"),
        true
    );
    let sent = browser.requests();
    assert!(!sent.iter().any(|it| it.ends_with("/files")), "{sent:?}");
    assert_quiet(&open, &mut browser);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn a_lost_connection_and_a_wrong_token_are_said() {
    let folder = folder(&[]);
    let open = Open::start(folder.path(), &[]);
    let mut browser = Browser::open();
    browser.visit(&format!("http://{}/#{}", open.served.host, "0".repeat(32)));
    browser.wait_for("document.querySelector('#alert').textContent.includes('token')");
    let mut browser = visited(&open);
    drop(open);
    browser.eval(
        "(() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'a.ppm')); \
         dispatchEvent(new DragEvent('drop', { dataTransfer: data })); })()",
    );
    browser.wait_for("document.querySelector('#refused').textContent.includes('did not arrive')");
}
