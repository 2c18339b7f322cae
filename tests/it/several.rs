//! Several platforms in one run: one reading of each source, a result for each platform.

use std::fs;
use std::path::Path;

use avatar_prepare::{Background, Budget, Framing, Gravity, Limits, Preparer, Settings, Source};
use serde_json::Value;

use crate::support::{
    avatar_prep, corpus, folder, jpeg, png, ppm, records, run, said, tiff, tree, write,
};

fn settings(edge: u32, bytes: u64) -> Settings {
    let settings = Settings::default().with_edge(edge).unwrap();
    settings.with_max_bytes(bytes).unwrap()
}

/// All of these at once give the bytes of each alone.
#[track_caller]
fn same_as_alone(name: &str, source: &[u8], each: &[Settings]) {
    let source = Source::Bytes(source.to_vec());
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    let together = preparer.prepare_each(&source, each).unwrap();
    assert_eq!(together.len(), each.len());
    for (settings, together) in each.iter().zip(together) {
        let mut alone = Preparer::new(settings.clone(), Limits::default());
        let alone = alone.prepare_source(&source);
        match (alone, together.result) {
            (Ok(alone), Ok(together)) => {
                assert!(
                    alone.bytes() == together.bytes(),
                    "{name} {}",
                    settings.edge()
                );
                assert_eq!(alone.notes(), together.notes(), "{name}");
            }
            (Err(alone), Err(together)) => {
                assert_eq!(alone.to_string(), together.to_string(), "{name}");
            }
            (alone, together) => panic!("{name}: {alone:?} alone, {together:?} together"),
        }
    }
}

#[test]
fn results_are_those_of_single_calls() {
    let color = |x: u32, y: u32| [(x * 3) as u8, (y * 5) as u8, (x ^ y) as u8];
    let photo = jpeg(700, 520, color);
    let drawing = png(300, 400, |x, y| [x as u8, y as u8, 7, (x + y) as u8]);
    let large = ppm(800, 700, color);
    let turned = tiff(300, 260, 6, color);
    let cut = &photo[..photo.len() * 95 / 100];
    let each = [
        settings(125, 300_000),
        settings(250, 900_000),
        settings(80, 5_000).with_min_edge(70).unwrap(),
        settings(32, 100_000),
        settings(256, 500_000),
    ];
    for (name, source) in [
        ("JPEG", photo.as_slice()),
        ("PNG with alpha", &drawing),
        ("PPM", &large),
        ("TIFF, turned", &turned),
        ("JPEG, cut", cut),
        ("no picture", b"nothing"),
    ] {
        same_as_alone(name, source, &each);
        // Framings that depend on pixels, and one effort of its own.
        let mixed = each.clone().map(|settings| match settings.edge() {
            250 => settings.with_effort(avatar_prepare::Effort::Best),
            125 => settings.with_framing(Framing::default().with_gravity(&[Gravity::Top])),
            80 => settings.with_framing(Framing::default().with_gravity(&[Gravity::Subject])),
            _ => settings,
        });
        same_as_alone(name, source, &mixed);
    }
}

/// Files of every format, as programs really write them.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn files_of_the_corpus_come_out_the_same() {
    let corpus = corpus();
    let files = tree(&corpus);
    let each = [
        settings(96, 20_000),
        settings(200, 60_000),
        settings(64, 8_000),
        // Of the same square as one before, with another cap.
        settings(96, 4_000),
    ];
    let mut tried = 0;
    // Its JPEG is decoded by another lane than other TIFFs are.
    let old = "formats/tiff/tm-smallliz.tif".to_string();
    for file in files.iter().step_by(9).chain([&old]) {
        let bytes = fs::read(corpus.join(file)).unwrap();
        if bytes.len() < 400_000 {
            tried += 1;
            same_as_alone(file, &bytes, &each);
        }
    }
    assert!(tried > 30, "only {tried} files were tried");
}

/// Decoders that crop and reduce on their own: what one result left is used for others of the same
/// square only.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn pictures_that_decoders_reduce_come_out_the_same() {
    let corpus = corpus();
    let top = Framing::default().with_gravity(&[Gravity::Top]);
    let each = [
        settings(200, 60_000),
        settings(200, 9_000),
        settings(199, 9_000),
        settings(200, 9_000).with_effort(avatar_prepare::Effort::Best),
        settings(200, 9_000).with_framing(top),
        settings(200, 9_000).with_framing(Framing::whole()),
        settings(200, 30_000).with_quality(50..=60).unwrap(),
        settings(200, 30_000).with_background(Background::Rgb([200, 10, 10])),
    ];
    let mut tried = 0;
    for kind in ["heic", "avif", "jxl", "jp2", "j2k", "svg", "pdf"] {
        let files = tree(&corpus).into_iter();
        let mut files: Vec<String> = files
            .filter(|file| file.ends_with(&format!(".{kind}")))
            .filter(|file| fs::metadata(corpus.join(file)).is_ok_and(|it| it.len() < 150_000))
            .collect();
        files.truncate(3);
        for file in &files {
            tried += 1;
            same_as_alone(file, &fs::read(corpus.join(file)).unwrap(), &each);
        }
    }
    assert!(tried > 8, "only {tried} files were tried");
}

/// A source gets all the memory that it needs, or fails; it never waits for itself.
#[test]
fn several_results_keep_the_budget() {
    let source = Source::Bytes(png(800, 800, |x, y| [x as u8, y as u8, 7, 255]));
    let each = [settings(200, 60_000), settings(400, 60_000)];
    let made = |bytes: u64| {
        let preparer = Preparer::new(Settings::default(), Limits::default());
        let mut preparer = preparer.with_budget(Budget::new(bytes));
        let made = preparer.prepare_each(&source, &each);
        made.map(|all| all.iter().filter(|it| it.result.is_ok()).count())
            .unwrap_or(0)
    };
    assert_eq!(made(1 << 30), 2);
    assert_eq!(made(64 << 10), 0);
    let least = (16..30)
        .map(|bits| 1_u64 << bits)
        .find(|bytes| made(*bytes) == 2);
    assert!(least.is_some());
}

const FOR: &str = "slack,github,bluesky";
const NAME: &str = "{preset}/{dir}/{stem}.jpg";

fn pictures() -> tempfile::TempDir {
    let color = |x: u32, y: u32| [(x * 3) as u8, (y * 5) as u8, (x ^ y) as u8];
    folder(&[
        ("in/a.jpg", &jpeg(1300, 1100, color)),
        (
            "in/deep/b.png",
            &png(700, 900, |x, y| [x as u8, y as u8, 7, 255]),
        ),
    ])
}

#[test]
fn a_run_makes_what_single_runs_make() {
    let folder = pictures();
    let args = ["--for", FOR, "--name", NAME, "in", "out"];
    let (code, found) = records(folder.path(), &args);
    assert_eq!(code, 0, "{found:?}");
    assert_eq!(
        tree(&folder.path().join("out")),
        [
            "bluesky/a.jpg",
            "bluesky/deep/b.jpg",
            "github/a.jpg",
            "github/deep/b.jpg",
            "slack/a.jpg",
            "slack/deep/b.jpg",
        ]
    );
    for preset in FOR.split(',') {
        run(folder.path(), &["--for", preset, "in", preset]);
        for name in ["a.jpg", "deep/b.jpg"] {
            let read = |path: &Path| fs::read(folder.path().join(path).join(name)).unwrap();
            assert!(
                read(Path::new(preset)) == read(&Path::new("out").join(preset)),
                "{preset} {name}"
            );
        }
    }
    let of = |preset: &str| -> Vec<&Value> {
        let files = found.iter().filter(|it| it["event"] == "file");
        files.filter(|it| it["preset"] == preset).collect()
    };
    assert_eq!((of("slack").len(), of("github").len()), (2, 2));
    assert!(of("github").iter().all(|it| it["size"] == 500));
    assert_eq!(found.last().unwrap()["ok"], 6);

    // What is done is skipped, each for itself.
    let (_, again) = records(folder.path(), &args);
    assert_eq!(again.last().unwrap()["up_to_date"], 6);
    fs::remove_file(folder.path().join("out/github/a.jpg")).unwrap();
    let (_, again) = records(folder.path(), &args);
    let last = again.last().unwrap();
    assert_eq!((&last["up_to_date"], &last["ok"]), (&5.into(), &1.into()));
    assert_eq!(run(folder.path(), &["verify", "out"]).code, 0);
    let said = run(folder.path(), &["check", "out/slack", "--for", "slack"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn a_dry_run_says_the_same() {
    let folder = pictures();
    let args = [
        "--dry-run",
        "--for",
        FOR,
        "--name",
        "{stem}-{preset}.jpg",
        "in",
        "out",
    ];
    let (code, found) = records(folder.path(), &args);
    assert_eq!(code, 0);
    let planned = found.iter().filter(|it| it["status"] == "planned");
    assert_eq!(planned.count(), 6);
    assert!(!folder.path().join("out").exists());
    let (_, made) = records(folder.path(), &args[1..]);
    let of = |records: &[Value]| -> Vec<String> {
        let files = records.iter().filter(|it| it["event"] == "file");
        let text = |it: &Value| format!("{} {} {}", it["output"], it["size"], it["preset"]);
        let mut all: Vec<String> = files.map(text).collect();
        all.sort();
        all
    };
    assert_eq!(of(&found), of(&made));
}

#[test]
fn results_of_several_platforms_do_not_replace_one_another() {
    let folder = pictures();
    // These two have the same numbers, so that only the platform tells the results apart.
    let go = |name: &str| {
        let args = ["--for", "whatsapp,max", "--name", name, "in", "out"];
        let (code, found) = records(folder.path(), &args);
        assert_eq!(code, 0);
        found.last().unwrap()["up_to_date"].as_u64().unwrap()
    };
    let listed = |args: &[&str]| {
        let (_, found) = records(folder.path(), &[&["clean", "out"], args].concat());
        let mut all: Vec<String> = found
            .iter()
            .filter_map(|it| Some(it["output"].as_str()?.to_string()))
            .collect();
        all.sort();
        all
    };
    let none: [String; 0] = [];
    go(NAME);
    assert_eq!(listed(&[]), none);
    assert_eq!(listed(&["--other-settings"]), none);
    assert_eq!(go(NAME), 4);
    assert_eq!(listed(&[]), none);
    // Under another name, each is a leftover of its own platform.
    go("{stem}-{preset}.jpg");
    let former = [
        "max/a.jpg",
        "max/deep/b.jpg",
        "whatsapp/a.jpg",
        "whatsapp/deep/b.jpg",
    ];
    assert_eq!(listed(&[]), former);
    assert_eq!(run(folder.path(), &["clean", "out", "--delete"]).code, 0);
    assert_eq!(
        tree(&folder.path().join("out")),
        ["a-max.jpg", "a-whatsapp.jpg", "b-max.jpg", "b-whatsapp.jpg"]
    );
    assert_eq!(go("{stem}-{preset}.jpg"), 4);
    // Without its source, all of its results are.
    fs::remove_file(folder.path().join("in/a.jpg")).unwrap();
    assert_eq!(listed(&[]), ["a-max.jpg", "a-whatsapp.jpg"]);
}

#[test]
fn one_platform_can_fail() {
    let folder = folder(&[("in/a.ppm", &ppm(60, 60, |x, y| [x as u8, y as u8, 9]))]);
    let args = ["--for", "slack,github", "--name", NAME, "in", "out"];
    let (code, found) = records(folder.path(), &args);
    assert_eq!(code, 1);
    let of = |preset: &str| found.iter().find(|it| it["preset"] == preset).unwrap();
    assert_eq!(of("slack")["code"], "too_small");
    assert_eq!(of("github")["status"], "ok");
    let known = [&["--only-new-failures"], &args[..]].concat();
    let said = run(folder.path(), &known);
    assert_eq!(said.code, 0, "{}", said.stderr);
    // It is a new failure for another platform.
    let other = ["--only-new-failures", "--for", "github,linkedin"];
    let said = run(folder.path(), &[&other[..], &args[2..]].concat());
    assert_eq!(
        said.code, 0,
        "60 pixels are enough for linkedin: {}",
        said.stderr
    );
}

#[test]
fn what_cannot_work_is_refused() {
    let folder = pictures();
    let refused = |args: &[&str], words: &str| {
        let said = run(folder.path(), args);
        assert_eq!(said.code, 2, "{}", said.stderr);
        assert!(said.stderr.contains(words), "{}", said.stderr);
    };
    refused(
        &["--for", FOR, "in", "out"],
        "--name '{preset}/{dir}/{stem}.jpg'",
    );
    refused(&["--name", NAME, "in", "out"], "name platforms with --for");
    refused(&["--for", FOR, "in/a.jpg", "a.jpg"], "one file cannot hold");
    refused(&["--for", FOR, "in/a.jpg", "-"], "one file cannot hold");
    refused(&["--for", "slack,slak", "in", "out"], "did you mean slack");
    let small = ["--for", FOR, "--size", "400", "--name", NAME, "in", "out"];
    refused(&small, "--size must be at least 512 for slack, got 400");
    let one = ["--for", "slack", "--size", "100", "in", "out"];
    refused(&one, "--size must be at least 512 for slack, got 100");
    let settings = folder.path().join("avatar-prep.toml");
    write(&settings, b"strict = true\nsize = 100\n");
    let place = "avatar-prep.toml:2:8: size must be at least 512 for slack, got 100";
    refused(&["--for", "slack", "in", "out"], place);
    fs::remove_file(settings).unwrap();
    let output = avatar_prep(folder.path())
        .args(["--for", "slack", "in", "out"])
        .env("AVATAR_PREP_SIZE", "100")
        .output()
        .unwrap();
    let place = "size (from variable AVATAR_PREP_SIZE) must be at least 512 for slack, got 100";
    assert!(said(&output).stderr.contains(place), "{output:?}");
    let rule = b"[[rule]]\nfiles = \"*.png\"\nfor = \"slack,github\"\n";
    write(&folder.path().join("avatar-prep.toml"), rule);
    refused(&["in", "out"], "for must name one platform");
    assert!(!folder.path().join("out").exists());
    // One platform may be part of names, too.
    write(
        &folder.path().join("avatar-prep.toml"),
        b"for = [\"slack\"]\n",
    );
    assert_eq!(run(folder.path(), &["--name", NAME, "in", "out"]).code, 0);
    assert!(folder.path().join("out/slack/a.jpg").exists());
}

#[test]
fn rules_and_sidecars_hold_for_each_platform() {
    let folder = pictures();
    write(
        &folder.path().join("avatar-prep.toml"),
        b"for = [\"slack\", \"github\"]\nname = \"{preset}/{stem}.jpg\"\n\
          [[rule]]\nfiles = \"*.png\"\nfor = \"gitlab\"\nmax-bytes = \"40kB\"\n",
    );
    write(&folder.path().join("in/a.jpg.toml"), b"gravity = \"top\"\n");
    let (code, found) = records(folder.path(), &["in", "out"]);
    assert_eq!(code, 0, "{found:?}");
    let of = |output: &str| found.iter().find(|it| it["output"] == output).unwrap();
    for (preset, edge) in [("slack", 700), ("github", 500)] {
        let b = of(&format!("out/{preset}/b.jpg"));
        assert_eq!(b["size"], edge, "the platforms of the run stay");
        assert!(b["bytes"].as_u64().unwrap() <= 40_000);
        assert_eq!(of(&format!("out/{preset}/a.jpg"))["framing"]["by"], "top");
    }
}

/// The settings that `config` prints make the same results.
#[test]
fn printed_settings_keep_what_each_platform_has() {
    let folder = pictures();
    let args = [
        "config",
        "--for",
        "slack,github",
        "--name",
        "{preset}/{stem}.jpg",
    ];
    let printed = run(folder.path(), &args).stdout;
    assert!(
        printed.contains("# size: each platform has its own\n"),
        "{printed}"
    );
    write(&folder.path().join("avatar-prep.toml"), printed.as_bytes());
    let (code, found) = records(folder.path(), &["in", "out"]);
    assert_eq!(code, 0, "{found:?}");
    let of = |output: &str| found.iter().find(|it| it["output"] == output).unwrap();
    assert_eq!(of("out/slack/a.jpg")["size"], 1024);
    assert_eq!(of("out/github/a.jpg")["size"], 500);
}
