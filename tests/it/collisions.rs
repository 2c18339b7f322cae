//! Two sources that would get the same result name both fail before any work, and the others go on.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::{decode, folder, jpeg, png, records, run, tree, write};

fn picture() -> Vec<u8> {
    png(4, 4, |_, _| [1, 2, 3, 255])
}

#[test]
fn each_names_the_other() {
    let (p, j) = (picture(), jpeg(4, 4, |_, _| [9; 3]));
    let folder = folder(&[("in/a.png", &p), ("in/a.jpg", &j), ("in/b.png", &p)]);
    let said = run(folder.path(), &["in", "out"]);
    let wanted = "\
failed in/a.jpg: would become out/a.jpg, as would in/a.png [collision]
  hint: rename one of them, or add --name '{dir}/{stem}-{ext}.jpg', or --on-collision prefer or suffix
failed in/a.png: would become out/a.jpg, as would in/a.jpg [collision]
  hint: rename one of them, or add --name '{dir}/{stem}-{ext}.jpg', or --on-collision prefer or suffix
ok in/b.png -> out/b.jpg  4x4  q90 4:4:4  640 B
1 done, 2 failed in T s
next: 2 collision: rename them, or run again with --on-collision suffix, or for several IN --name '{root}/{dir}/{stem}.jpg'
";
    let sizes_blank = |text: &str| text.replace(&size_in(text), "640 B");
    assert_eq!((said.code, sizes_blank(&said.stderr).as_str()), (1, wanted));
    assert_eq!(tree(&folder.path().join("out")), ["b.jpg"]);
}

/// The size in the line of the only result.
fn size_in(text: &str) -> String {
    let line = text
        .lines()
        .find(|line| line.starts_with("ok "))
        .unwrap_or_default();
    line.rsplit("  ").next().unwrap_or_default().to_string()
}

#[test]
fn names_that_differ_by_case_collide() {
    let p = picture();
    let folder = folder(&[
        ("in/Logo.png", &p),
        ("in/logo.gif", &p),
        ("in/LOGÖ.png", &p),
        ("in/logö.bmp", &p),
    ]);
    let (code, records) = records(folder.path(), &["in", "out"]);
    assert_eq!(code, 1);
    let codes: Vec<_> = records
        .iter()
        .filter(|r| r["event"] == "file")
        .map(|r| &r["code"])
        .collect();
    assert_eq!(codes, ["collision"; 4]);
    assert!(
        tree(folder.path())
            .iter()
            .all(|name| name.starts_with("in/")),
        "nothing written"
    );
}

/// The extension keeps `x.jpg` and `X.JPG` apart on no system that ignores case.
#[test]
fn a_hint_offers_only_what_keeps_all_names_apart() {
    let (p, j) = (picture(), jpeg(4, 4, |_, _| [9; 3]));
    let hints = |files: &[&str]| {
        let folder = folder(&[]);
        for file in files {
            let bytes = if file.ends_with("png") { &p } else { &j };
            write(&folder.path().join("in").join(file), bytes);
        }
        let (_, mut found) = records(folder.path(), &["in", "out"]);
        found.pop();
        let hints: BTreeSet<String> = found
            .iter()
            .map(|it| it["hint"].as_str().unwrap().to_string())
            .collect();
        let [hint]: [String; 1] = Vec::from_iter(hints).try_into().unwrap();
        let ways = ["--name", "prefer", "suffix"].map(|way| hint.as_str().contains(way));
        let args = [
            &["--name", "{dir}/{stem}-{ext}.jpg"][..],
            &["--on-collision", "prefer"][..],
            &["--on-collision", "suffix"][..],
        ];
        for (args, offered) in args.into_iter().zip(ways) {
            let all = [args, &["in", "new"][..]].concat();
            let code = run(folder.path(), &all).code;
            assert_eq!(code == 0, offered, "{files:?} {args:?}: {hint}");
        }
        ways
    };
    assert_eq!(hints(&["x.png", "x.jpg", "X.JPG"]), [false, false, true]);
    assert_eq!(hints(&["x.png", "x.jpg", "x.JPG"]), [false, true, true]);
    assert_eq!(hints(&["x.png", "X.jpg"]), [true, false, true]);
    assert_eq!(hints(&["x.png", "x.jpg"]), [true, true, true]);
}

#[test]
fn trees_of_two_inputs_collide_too() {
    let p = picture();
    let folder = folder(&[("one/a.png", &p), ("two/a.gif", &p), ("two/c.png", &p)]);
    let (code, records) = records(folder.path(), &["one", "two", "out"]);
    assert_eq!((code, records.len()), (1, 4));
    assert_eq!(tree(&folder.path().join("out")), ["c.jpg"]);
}

#[test]
fn a_source_is_never_overwritten() {
    let j = jpeg(4, 4, |_, _| [9; 3]);
    let folder = folder(&[("all/in/a.jpg", &j), ("all/a.jpg", &j)]);
    // all/in/a.jpg would become all/a.jpg, which is a source itself.
    let (code, records) = records(folder.path(), &["all/in", "all/a.jpg", "all"]);
    assert_eq!(code, 1);
    assert!(
        records
            .iter()
            .take(2)
            .all(|record| record["code"] == "collision"),
        "{records:?}"
    );
    assert_eq!(std::fs::read(folder.path().join("all/a.jpg")).unwrap(), j);
}

#[test]
fn the_same_file_named_twice_is_one_collision_not_a_race() {
    let folder = folder(&[("a.png", &picture())]);
    assert_eq!(run(folder.path(), &["a.png", "a.png", "out"]).code, 1);
    assert!(!folder.path().join("out").exists());
    let (code, records) = records(folder.path(), &["a.png", "./a.png", "out"]);
    assert_eq!((code, &records[0]["code"]), (1, &"collision".into()));
    assert_eq!(records[0]["hint"], "name each file once");
}

#[cfg(unix)]
#[test]
fn links_in_the_output_lead_to_one_file() {
    let folder = folder(&[("in/one/a.png", &picture()), ("in/two/a.gif", &picture())]);
    std::fs::create_dir_all(folder.path().join("out/two")).unwrap();
    std::os::unix::fs::symlink("two", folder.path().join("out/one")).unwrap();
    let (code, records) = records(folder.path(), &["in", "out"]);
    assert_eq!(code, 1);
    assert_eq!(records[0]["code"], "collision");
    assert_eq!(tree(&folder.path().join("out")), [""; 0]);
}

#[test]
fn what_cannot_become_a_picture_takes_nobodys_place() {
    let folder = folder(&[("in/logo.png", &picture()), ("in/logo.webp", b"not one")]);
    let (code, records) = records(folder.path(), &["-j", "1", "in", "out"]);
    assert_eq!(code, 1);
    let outcome: Vec<_> = records
        .iter()
        .map(|r| (&r["status"], &r["code"]))
        .take(2)
        .collect();
    assert_eq!(outcome[0], (&"ok".into(), &Value::Null));
    assert_eq!(
        outcome[1],
        (&"failed".into(), &"unrecognized_format".into())
    );
}

#[test]
fn a_name_that_is_a_file_and_a_folder_collides() {
    let p = picture();
    let folder = folder(&[("in/a.png", &p), ("in/A.jpg/x/b.png", &p), ("in/c.png", &p)]);
    let (code, records) = records(folder.path(), &["in", "out"]);
    let codes: Vec<_> = records.iter().take(3).map(|r| &r["code"]).collect();
    assert_eq!(code, 1);
    assert_eq!(
        codes,
        [&"collision".into(), &"collision".into(), &Value::Null]
    );
    assert_eq!(tree(&folder.path().join("out")), ["c.jpg"]);
}

/// A source that is being written when names are given is a picture when its turn comes.
#[cfg(unix)]
#[test]
fn what_becomes_a_picture_meanwhile_takes_nobodys_place() {
    let folder = folder(&[("in/a.jpg", &jpeg(4, 4, |_, _| [9; 3]))]);
    let pipe = folder.path().join("in/a.png");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let args = ["--json", "-j", "1", "in/a.jpg", "in/a.png", "out"];
    let mut command = crate::support::avatar_prep(folder.path());
    let child = command.args(args).stdout(std::process::Stdio::piped());
    let child = child.spawn().unwrap();
    // The first read, when names are given, gets nothing yet; the second gets the picture.
    drop(std::fs::OpenOptions::new().write(true).open(&pipe).unwrap());
    std::thread::sleep(std::time::Duration::from_millis(300));
    std::fs::write(&pipe, picture()).unwrap();
    let said = crate::support::said(&child.wait_with_output().unwrap());
    let first = said.stdout.lines().next().unwrap_or_default();
    assert!(first.contains("\"status\":\"ok\""), "{}", said.stdout);
    let second = said.stdout.lines().nth(1).unwrap_or_default();
    assert!(second.contains("\"code\":\"collision\""), "{}", said.stdout);
    assert_eq!(tree(&folder.path().join("out")), ["a.jpg"]);
}

/// A drawing goes before a picture without loss, and that before one with.
#[test]
fn the_best_format_is_preferred_if_asked() {
    let (p, j) = (picture(), jpeg(4, 4, |_, _| [9; 3]));
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
    let folder = folder(&[
        ("in/a.jpg", &j),
        ("in/a.png", &p),
        ("in/a.svg", svg),
        ("in/b.jpeg", &j),
        ("in/b.jpg", &j),
        ("in/c.jpg", &j),
        ("in/c.svg", b"not one"),
        ("in/d.png", &p),
        ("in/e.jpg", &j),
        ("in/E.png", &p),
    ]);
    let args = ["-j", "1", "--on-collision", "prefer", "in", "out"];
    let (code, records) = records(folder.path(), &args);
    let found: Vec<_> = records
        .iter()
        .filter(|it| it["event"] == "file")
        .map(|it| {
            (
                it["source"].as_str().unwrap(),
                it["code"].as_str().unwrap_or("made"),
            )
        })
        .collect();
    let mut found = found;
    found.sort_unstable();
    let wanted = [
        ("in/E.png", "collision"), // another name, which is one file on some systems
        ("in/a.jpg", "not_preferred"),
        ("in/a.png", "not_preferred"),
        ("in/a.svg", "made"),
        ("in/b.jpeg", "collision"), // as good as the other
        ("in/b.jpg", "collision"),
        ("in/c.jpg", "made"),
        ("in/c.svg", "unrecognized_format"),
        ("in/d.png", "made"),
        ("in/e.jpg", "collision"),
    ];
    assert_eq!((code, found.as_slice()), (1, &wanted[..]));
    let why = records
        .iter()
        .find(|it| it["source"] == "in/a.png")
        .unwrap();
    assert_eq!(why["message"], "in/a.svg is preferred");
}

#[test]
fn folders_of_several_inputs_can_be_kept() {
    let p = picture();
    let folder = folder(&[("one/a.png", &p), ("two/deep/a.png", &p), ("two/a.gif", &p)]);
    let args = [
        "-q",
        "--name",
        "{root}/{dir}/{stem}.jpg",
        "one",
        "two",
        "out",
    ];
    assert_eq!(run(folder.path(), &args).code, 0);
    assert_eq!(
        tree(&folder.path().join("out")),
        ["one/a.jpg", "two/a.jpg", "two/deep/a.jpg"]
    );
}

/// The hint names exactly the option that helps.
#[test]
fn pictures_of_several_folders_are_kept_apart_on_request() {
    let p = picture();
    let folder = folder(&[
        ("acme/logo.png", &p),
        ("brand/logo.png", &p),
        ("other/brand/logo.png", &p),
    ]);
    let hint = |args: &[&str]| {
        let (code, found) = records(folder.path(), args);
        let hint = found[0]["hint"].as_str().map(String::from);
        assert_eq!(code, i32::from(hint.is_some()), "{found:?}");
        hint
    };
    let said = hint(&["acme", "brand", "out"]).unwrap();
    let wanted = "keep the folders of several IN apart: add --name '{root}/{dir}/{stem}.jpg'";
    assert_eq!(said, wanted);
    let name = said.split('\'').nth(1).unwrap();
    assert_eq!(hint(&["--name", name, "acme", "brand", "out"]), None);
    assert_eq!(
        tree(&folder.path().join("out")),
        ["acme/logo.jpg", "brand/logo.jpg"]
    );
    // The template of the user is kept.
    let own = hint(&["--name", "{stem}-{size}.jpg", "acme", "brand", "out"]);
    assert!(own.unwrap().ends_with("--name '{root}/{stem}-{size}.jpg'"));
    // Where both have one name, that would not help.
    let same = hint(&["brand", "other/brand", "out2"]).unwrap();
    assert!(same.starts_with("rename one of the folders"), "{same}");
}

/// A result of another run whose source still exists is not replaced.
#[test]
fn sources_of_two_runs_never_get_one_result() {
    let [one, two, third] = [10, 90, 170].map(|n| png(4, 4, |_, _| [n, n, n, 255]));
    let folder = folder(&[("a/x.png", &one), ("b/x.png", &two), ("b/y.png", &two)]);
    let at = |path: &str| folder.path().join(path);
    let shown = || decode(&fs::read(at("out/x.jpg")).unwrap()).at(0, 0)[0];
    assert_eq!(run(folder.path(), &["a", "out"]).code, 0);
    for dry in [&["-n"][..], &[]] {
        let (code, records) = records(folder.path(), &[dry, &["b", "out"]].concat());
        let failed = records.iter().find(|it| it["source"] == "b/x.png").unwrap();
        let message = failed["message"].as_str().unwrap();
        assert_eq!((code, &failed["code"]), (1, &Value::from("collision")));
        assert!(message.starts_with("would replace out/x.jpg, which was made of "));
        assert!(message.ends_with("a/x.png"), "{message}");
        assert_eq!(shown(), 10);
    }
    assert!(at("out/y.jpg").exists());
    let file = &["b/x.png", "out"];
    assert_eq!(run(folder.path(), file).code, 1, "also if it is named");
    for (input, shade) in [("b", 90), ("a", 10)] {
        assert_eq!(run(folder.path(), &["--overwrite", input, "out"]).code, 0);
        assert_eq!(shown(), shade);
    }
    // Once the other source has a result of another name, this one is a leftover.
    let apart = ["a", "out", "--name", "{root}/{stem}.jpg"];
    assert_eq!(run(folder.path(), &apart).code, 0);
    assert_eq!(run(folder.path(), &["b", "out"]).code, 0);
    assert_eq!(shown(), 90);
    // A folder that was renamed is the same input; so is a copy, as long as the pictures are the same.
    fs::rename(at("b"), at("c")).unwrap();
    write(&at("c/x.png"), &third);
    assert_eq!(run(folder.path(), &["c", "out"]).code, 0);
    assert_eq!(shown(), 170);
    write(&at("d/x.png"), &third);
    assert_eq!(run(folder.path(), &["d", "out", "--size", "2"]).code, 0);
    write(&at("d/x.png"), &one);
    assert_eq!(run(folder.path(), &["d", "out"]).code, 0);
    assert_eq!(run(folder.path(), &["c", "out"]).code, 1);
    assert_eq!(shown(), 10);
}

/// Which source of one input gets a name is decided by the names of the run that reads it.
#[test]
fn a_name_can_pass_to_another_source_of_one_input() {
    let [one, two, third] = [10, 90, 170].map(|n| png(4, 4, |_, _| [n, n, n, 255]));
    let folder = folder(&[("in/b.png", &two), ("in/c.png", &third)]);
    let at = |path: &str| folder.path().join(path);
    let shades =
        || [1, 2].map(|n| decode(&fs::read(at(&format!("out/00000{n}.jpg"))).unwrap()).at(0, 0)[0]);
    let numbered = |input: &str| run(folder.path(), &["--name", "{index}.jpg", input, "out"]);
    assert_eq!((numbered("in").code, shades()), (0, [90, 170]));
    write(&at("in/a.png"), &one);
    assert_eq!((numbered("in").code, shades()), (0, [10, 90]));
    let said = numbered("in/c.png");
    assert_eq!(
        (said.code, shades()),
        (1, [10, 90]),
        "a run without the other source"
    );
    assert!(
        said.stderr.contains("in/a.png [collision]"),
        "{}",
        said.stderr
    );
}

/// A link that leads to another folder now is the same input.
#[cfg(unix)]
#[test]
fn a_link_that_was_turned_is_the_same_input() {
    let [one, two] = [10, 90].map(|n| png(4, 4, |_, _| [n, n, n, 255]));
    let folder = folder(&[("v1/x.png", &one), ("v2/x.png", &two)]);
    let at = |path: &str| folder.path().join(path);
    let turn = |to: &str| {
        let _ = fs::remove_file(at("now"));
        std::os::unix::fs::symlink(to, at("now")).unwrap();
    };
    for (to, shade) in [("v1", 10), ("v2", 90), ("v1", 10)] {
        turn(to);
        let said = run(folder.path(), &["now/", "out"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(
            decode(&fs::read(at("out/x.jpg")).unwrap()).at(0, 0)[0],
            shade
        );
    }
    assert_eq!(
        run(folder.path(), &["v2", "out"]).code,
        1,
        "without the link"
    );
}
