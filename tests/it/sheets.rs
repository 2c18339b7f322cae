//! Contact sheets: the page in a real browser, and the pages as pictures.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::browser::Browser;
use crate::support::{jpeg, png, ppm, run, write};

/// A name that would become markup, a script or an end of the data, if it were not text.
const HOSTILE: &str = "<img src=x onerror=alert(1)>&amp;<!--\u{202e}gpj.jpg";
const HOSTILE_FOLDER: &str = "a</script><script>document.title='taken'<";

/// A logo that is cut is noticed only if the picture is looked at.
const ARGS: [&str; 6] = ["--gravity", "auto", "--sheet", "sheet.html", "in", "out"];

/// Pictures of several kinds, one of which fails, with a sheet.
pub(crate) fn sheet() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    let wave = |x: u32, y: u32| {
        [
            (x * 3 % 256) as u8,
            (y * 2 % 256) as u8,
            (x * y / 50 % 256) as u8,
        ]
    };
    write(&input.join("photo.jpg"), &jpeg(900, 600, wave));
    write(&input.join("small.jpg"), &jpeg(300, 200, wave));
    write(
        &input.join("copy.png"),
        &png(600, 400, |x, y| {
            let [r, g, b] = wave(x * 3 / 2, y * 3 / 2);
            [r, g, b, 255]
        }),
    );
    let logo = |x: u32, y: u32| {
        let is_inside = (20..780).contains(&x) && (80..120).contains(&y);
        if is_inside {
            [200, 30, 40, 255]
        } else {
            [0; 4]
        }
    };
    write(&input.join("logo.png"), &png(800, 200, logo));
    write(
        &input.join("broken.jpg"),
        b"\xff\xd8\xff\xe0 this is no picture",
    );
    write(
        &input.join(HOSTILE),
        &jpeg(200, 200, |x, _| [x as u8, 0, 0]),
    );
    let nested = input.join(HOSTILE_FOLDER).join("script>.ppm");
    write(&nested, &ppm(100, 80, |x, y| [x as u8, y as u8, 9]));
    let said = run(folder.path(), &ARGS);
    assert_eq!(said.code, 1, "{}", said.stderr);
    folder
}

/// The data of a page.
fn data(folder: &Path) -> Value {
    let page = fs::read_to_string(folder.join("sheet.html")).unwrap();
    let start = "<script type=\"application/json\" id=\"data\">";
    let data = page.split_once(start).unwrap().1;
    serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn the_data_holds_every_record_and_small_thumbnails() {
    let folder = sheet();
    let data = data(folder.path());
    assert_eq!(data["mask"], "circle");
    let pictures = data["pictures"].as_array().unwrap();
    assert_eq!(pictures.len(), 7);
    for picture in pictures {
        let is_failed = picture["status"] == "failed";
        for thumbnail in [&picture["after"], &picture["before"]["src"]] {
            assert_eq!(thumbnail.is_null(), is_failed, "{picture}");
            let address = thumbnail.as_str().unwrap_or("data:image/jpeg;base64,");
            assert!(address.starts_with("data:image/jpeg;base64,"));
            assert!(address.len() <= 15_000, "{} bytes", address.len());
        }
        assert_eq!(picture["hint"].is_string(), is_failed);
    }
    let named = |name: &str| {
        let found = pictures
            .iter()
            .find(|it| it["source"] == format!("in/{name}"));
        found.unwrap().clone()
    };
    // The whole source, in its shape.
    let placed = &named("photo.jpg")["before"]["placed"];
    assert_eq!(*placed, serde_json::json!([0, 32, 192, 128]));
    let flags = named("logo.png")["flags"].clone();
    assert!(
        flags.as_array().unwrap().contains(&"logo_cut".into()),
        "{flags}"
    );
    // What is up to date has both thumbnails too, and keeps its framing.
    let again = run(folder.path(), &ARGS);
    assert_eq!(again.code, 1);
    let later = self::data(folder.path());
    let later = later["pictures"].as_array().unwrap();
    for (first, later) in pictures.iter().zip(later) {
        // That a name is not portable is noted only when its result is made.
        for key in ["source", "before", "after", "framing", "background"] {
            assert_eq!(first[key], later[key], "{key}");
        }
    }
    assert!(later.iter().any(|it| it["code"] == "up_to_date"));
}

#[test]
fn a_dry_run_shows_the_sources() {
    let folder = sheet();
    let args = ["-n", "--sheet", "sheet.html", "in", "elsewhere"];
    run(folder.path(), &args);
    let data = data(folder.path());
    let pictures = data["pictures"].as_array().unwrap();
    let planned = pictures.iter().filter(|it| it["status"] == "planned");
    let mut count = 0;
    for picture in planned {
        assert!(picture["before"].is_object() && picture["after"].is_null());
        count += 1;
    }
    assert_eq!(count, 6);
    assert!(!folder.path().join("elsewhere").exists());
}

#[test]
fn refused_forms_and_folders_are_named() {
    let folder = sheet();
    let said = run(folder.path(), &["--sheet", "sheet.gif", "in", "out"]);
    assert_eq!(said.code, 2);
    let wanted = "--sheet must end in .html, .png or .jpg, got sheet.gif";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    write(&folder.path().join("file"), b"");
    let said = run(
        folder.path(),
        &["--sheet", "file/sheet.html", "in/photo.jpg", "out"],
    );
    assert_eq!(said.code, 1);
    assert!(
        said.stderr
            .contains("could not write the sheet file/sheet.html"),
        "{}",
        said.stderr
    );
    let said = run(
        folder.path(),
        &["--watch", "--sheet", "sheet.html", "in", "out"],
    );
    assert_eq!(said.code, 2);
}

#[test]
fn pages_are_pictures_of_a_stated_size() {
    let folder = sheet();
    for index in 0..24 {
        let name = format!("in/more/{index:02} <&>.ppm");
        write(
            &folder.path().join(name),
            &ppm(60, 60, |x, y| [x as u8 * 4, y as u8 * 4, index]),
        );
    }
    let args = ["--sheet", "sheet.png,pages/sheet.jpg", "in", "out"];
    assert_eq!(run(folder.path(), &args).code, 1);
    for name in [
        "sheet.png",
        "sheet-2.png",
        "pages/sheet.jpg",
        "pages/sheet-2.jpg",
    ] {
        let bytes = fs::read(folder.path().join(name)).unwrap();
        let page = image_of(&bytes);
        assert_eq!(page.0, (1600, 1600), "{name}");
        let dark = page
            .1
            .iter()
            .filter(|[r, g, b]| r.max(g).max(b) < &80)
            .count();
        assert!(dark > 2_000, "{name} has text: {dark} dark pixels");
    }
    assert!(!folder.path().join("sheet-3.png").exists());
    // A shorter sheet removes the pages behind its last one, and nothing else.
    let other = ppm(9, 9, |_, _| [1; 3]);
    write(&folder.path().join("pages/sheet-3.jpg"), &other);
    fs::remove_dir_all(folder.path().join("in/more")).unwrap();
    let said = run(folder.path(), &args);
    for name in ["sheet-2.png", "pages/sheet-2.jpg"] {
        assert!(!folder.path().join(name).exists(), "{name}");
    }
    for name in ["sheet.png", "pages/sheet.jpg"] {
        let page = image_of(&fs::read(folder.path().join(name)).unwrap());
        assert_eq!(page.0, (1600, 1600), "{name}");
    }
    let kept = fs::read(folder.path().join("pages/sheet-3.jpg")).unwrap();
    assert_eq!(kept, other);
    let warning = "pages/sheet-3.jpg is no page of this contact sheet";
    assert!(said.stderr.contains(warning), "{}", said.stderr);
    // The first page of another sheet is not the second of this one.
    let args = ["--sheet", "team-2.png,team.png", "in", "out"];
    run(folder.path(), &args);
    for name in ["team-2.png", "team.png"] {
        assert!(folder.path().join(name).exists(), "{name}");
    }
}

fn image_of(bytes: &[u8]) -> ((u32, u32), Vec<[u8; 3]>) {
    if bytes.starts_with(b"\x89PNG") {
        let picture = image::load_from_memory(bytes).unwrap().to_rgb8();
        let pixels = picture.pixels().map(|pixel| pixel.0).collect();
        return (picture.dimensions(), pixels);
    }
    let page = crate::support::decode(bytes);
    ((page.edge, page.edge), page.pixels)
}

/// The sheet, open in a browser.
pub(crate) fn opened(folder: &Path) -> Browser {
    let mut browser = Browser::open();
    browser.visit_file(&folder.join("sheet.html"));
    browser.wait_for("document.documentElement.dataset.ready");
    browser
}

/// The names in the list, from top to bottom.
fn names(browser: &mut Browser) -> Vec<String> {
    let names =
        browser.eval("[...document.querySelectorAll('.picture .name')].map(it => it.textContent)");
    let names = names.as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_string())
        .collect()
}

/// Chooses a value of a menu or types into a field.
fn choose(browser: &mut Browser, id: &str, value: &str) {
    let value = serde_json::json!(value);
    browser.eval(&format!(
        "(() => {{ const it = document.getElementById('{id}'); it.value = {value}; \
         it.dispatchEvent(new Event('input')); }})()"
    ));
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn hostile_names_are_text_and_nothing_is_requested() {
    let folder = sheet();
    let mut browser = opened(folder.path());
    assert_eq!(
        browser.text("document.title"),
        "Contact sheet of avatar-prep"
    );
    let names = names(&mut browser);
    let shown = "<img src=x onerror=alert(1)>&amp;<!--\u{fffd}gpj.jpg";
    assert!(names.iter().any(|name| name == shown), "{names:?}");
    assert_eq!(
        browser.eval("document.querySelectorAll('.name *').length"),
        0
    );
    assert_eq!(
        browser.eval("document.querySelectorAll('script:not([type=\"application/json\"])').length"),
        1
    );
    let images = "[...document.images]";
    browser.wait_for(&format!(
        "{images}.every(it => it.complete && it.naturalWidth > 0)"
    ));
    assert_eq!(
        browser.eval(&format!("{images}.every(it => it.src.startsWith('data:'))")),
        true
    );
    // Another script would be refused.
    browser.eval("(() => { const it = document.createElement('script'); it.textContent = 'globalThis.taken = 1'; document.body.append(it); })()");
    assert_eq!(browser.eval("globalThis.taken ?? 0"), 0);
    let complaints = browser.complaints();
    assert_eq!(complaints.len(), 1, "{complaints:#?}");
    assert!(
        complaints[0].contains("Content Security Policy"),
        "{complaints:#?}"
    );
    let requests = browser.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests[0].starts_with("file://"));
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn filters_sort_and_search() {
    let folder = sheet();
    let mut browser = opened(folder.path());
    assert_eq!(
        browser.text("document.getElementById('count').textContent"),
        "7 of 7 pictures"
    );
    choose(&mut browser, "status", "failed");
    assert_eq!(names(&mut browser), ["broken.jpg"]);
    let why = browser.text("document.querySelector('.why').textContent");
    assert!(why.contains("Hint: "), "{why}");
    choose(&mut browser, "status", "");
    choose(&mut browser, "flag", "logo_cut");
    let cut = names(&mut browser);
    assert!(cut.contains(&"logo.png".to_string()), "{cut:?}");
    assert!(!cut.contains(&"photo.jpg".to_string()), "{cut:?}");
    choose(&mut browser, "flag", "none");
    assert!(!names(&mut browser).contains(&"logo.png".to_string()));
    choose(&mut browser, "flag", "near_duplicate");
    assert_eq!(names(&mut browser), ["photo.jpg"]);
    choose(&mut browser, "flag", "");
    choose(&mut browser, "sort", "flagged");
    assert_eq!(names(&mut browser)[0], "broken.jpg");
    choose(&mut browser, "sort", "name");
    choose(&mut browser, "search", "PHOTO jpg");
    assert!(names(&mut browser).contains(&"photo.jpg".to_string()));
    choose(&mut browser, "search", "nothing like this");
    assert_eq!(names(&mut browser), [""; 0]);
    assert_eq!(
        browser.eval("document.getElementById('empty').hidden"),
        false
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn everything_works_by_keyboard() {
    let folder = sheet();
    let mut browser = opened(folder.path());
    let current = "document.activeElement.querySelector('.name')?.textContent ?? ''";
    browser.press("ArrowDown");
    let second = browser.text(current);
    assert_eq!(second, names(&mut browser)[1]);
    browser.press("End");
    assert_eq!(Some(&browser.text(current)), names(&mut browser).last());
    browser.press("Home");
    browser.press("Enter");
    browser.wait_for("document.getElementById('details').open");
    let first = names(&mut browser)[0].clone();
    assert_eq!(
        browser.text("document.getElementById('details-title').textContent"),
        first
    );
    browser.press("Escape");
    browser.wait_for("!document.getElementById('details').open");
    browser.press("Enter");
    browser.click("#details form button");
    browser.wait_for("!document.getElementById('details').open");
    assert_eq!(browser.text(current), first, "the focus is back");
    browser.press("c");
    browser.wait_for("document.getElementById('said').textContent.startsWith('Copied in/')");
    browser.press("/");
    browser.write("broken");
    browser.wait_for("document.querySelectorAll('.picture').length === 1");
    browser.press("Escape");
    browser.wait_for("document.querySelectorAll('.picture').length === 7");
    let background = "getComputedStyle(document.body).backgroundColor";
    let light = browser.text(background);
    browser.press("t");
    assert_ne!(browser.text(background), light);
    browser.eval("delete document.documentElement.dataset.theme");
    browser.prefer("prefers-color-scheme", "dark");
    assert_ne!(browser.text(background), light);
    assert_eq!(browser.complaints(), [""; 0]);
    // Everything that can be reached has a name.
    let nameless = "[...document.querySelectorAll('button, input, select')].filter(it => \
        !(it.labels?.length || it.textContent.trim() || it.ariaLabel)).length";
    assert_eq!(browser.eval(nameless), 0);
}
