//! Results in tars: `--pack`.

mod kills;
mod known;
mod reader;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::reader::members;
pub(crate) use self::reader::{path_of, samples};
use crate::support::{folder, jpeg, png, records, run, tree, write};

/// Pictures with names that are hard for tars, and one that fails.
fn scene(count: u32) -> tempfile::TempDir {
    let folder = folder(&[]);
    for index in 0..count {
        let color = |x: u32, y: u32| [(x * 7 + index * 3) as u8, (y * 5) as u8, (x ^ y) as u8];
        let name = format!("in/{}/{index}", ["a", "v1.0", "größe"][index as usize % 3]);
        if index % 2 == 0 {
            let picture = jpeg(70 + index as u16, 60, color);
            write(&folder.path().join(name + ".x.jpg"), &picture);
        } else {
            let opaque = |x, y| [color(x, y)[0], color(x, y)[1], color(x, y)[2], 255];
            write(
                &folder.path().join(name + ".png"),
                &png(70 + index, 60, opaque),
            );
        }
    }
    let picture = jpeg(80, 60, |x, y| [x as u8, y as u8, 9]);
    for name in [
        "x".repeat(90),
        "y".repeat(150),
        "z".repeat(40) + "/" + &"w".repeat(99),
    ] {
        write(&folder.path().join(format!("in/{name}.jpg")), &picture);
    }
    write(&folder.path().join("in/broken.gif"), b"GIF89a, no more");
    folder
}

/// The files of a folder, also those that are hidden.
fn hidden(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The tars of a folder, by name.
fn tars(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = tree(out).into_iter().filter(|name| name.ends_with(".tar"));
    names
        .map(|name| (name.clone(), fs::read(out.join(name)).unwrap()))
        .collect()
}

/// Asserts that tars hold the results of the same run without them.
#[track_caller]
fn same_as_plain(tars: &BTreeMap<String, Vec<u8>>, plain: &Path) {
    let samples = samples(tars);
    let paths: BTreeSet<String> = samples.keys().map(|key| path_of(key)).collect();
    assert_eq!(paths, tree(plain).into_iter().collect());
    for (key, (picture, _)) in samples {
        assert!(
            fs::read(plain.join(path_of(&key))).unwrap() == picture,
            "{key}"
        );
    }
}

#[test]
fn tars_hold_what_a_run_without_them_makes() {
    let scene = scene(13);
    let at = |name: &str| scene.path().join(name);
    assert_eq!(run(scene.path(), &["-q", "in", "plain"]).code, 1);
    let (code, packed) = records(scene.path(), &["--pack", "5", "-j", "2", "in", "out"]);
    assert_eq!(code, 1);
    let first = tars(&at("out"));
    let counts = first.values().map(|tar| members(tar).len() / 2);
    assert_eq!(counts.collect::<Vec<_>>(), [5, 5, 5, 1]);
    assert_eq!(first.keys().next_back().unwrap(), "000003.tar");
    same_as_plain(&first, &at("plain"));
    // A record says what that of the run says, but for what differs from run to run.
    let samples = samples(&first);
    let made: Vec<&Value> = packed.iter().filter(|it| it["status"] == "ok").collect();
    assert_eq!(made.len(), 16);
    for record in made {
        let (_, inside) = &samples[record["key"].as_str().unwrap()];
        let mut record = record.clone();
        for key in ["ms", "stages", "memory", "change", "since"] {
            record[key] = Value::Null;
        }
        let tar = record["output"].as_str().unwrap().strip_prefix("out/");
        record["output"] = tar.unwrap().into();
        assert_eq!(*inside, record);
    }
    let failed = packed.iter().find(|it| it["status"] == "failed").unwrap();
    assert_eq!([&failed["output"], &failed["key"]], [&Value::Null; 2]);
    // Neither workers nor time change a byte, nor does the place of OUT.
    let again = |folder: &str, input: &str, out: &str| {
        let args = ["-q", "--pack", "5", "-j", "1", input, out];
        assert_eq!(run(&at(folder), &args).code, 1);
        tars(&at("again/out"))
    };
    assert!(again("", "in", "again/out") == first);
    // Sources are known however IN is written.
    assert!(again("again", "../in", "out") == first);
}

#[test]
fn what_is_packed_is_not_packed_again() {
    let scene = scene(9);
    let at = |name: &str| scene.path().join(name);
    let pack = |args: &[&str]| {
        records(
            scene.path(),
            &[&["--pack", "4"], args, &["in", "out"]].concat(),
        )
    };
    let counts = |records: &[Value], key: &str| records.last().unwrap()[key].as_u64().unwrap();
    let (_, planned) = pack(&["--dry-run"]);
    assert_eq!(counts(&planned, "planned"), 13);
    assert!(!at("out").exists());
    assert_eq!(counts(&pack(&[]).1, "ok"), 12);
    let before = tars(&at("out"));
    assert_eq!(before.len(), 3);
    for args in [&[][..], &["--dry-run"]] {
        let (_, again) = pack(args);
        assert_eq!(
            (counts(&again, "up_to_date"), counts(&again, "ok")),
            (12, 0)
        );
        let same = again.iter().find(|it| it["code"] == "up_to_date").unwrap();
        assert_eq!(same["output"], "out/000000.tar");
    }
    assert!(tars(&at("out")) == before);
    // A new picture comes into a new tar, also if everything was copied and has other times.
    write(&at("in/new.jpg"), &jpeg(90, 60, |x, _| [x as u8; 3]));
    for (name, bytes) in &before {
        fs::remove_file(at("out").join(name)).unwrap();
        write(&at("out").join(name), bytes);
    }
    let (_, more) = pack(&[]);
    assert_eq!((counts(&more, "up_to_date"), counts(&more, "ok")), (12, 1));
    assert_eq!(tars(&at("out")).len(), 4);
    assert_eq!(run(scene.path(), &["verify", "out"]).stderr, "4 intact\n");
    // The pictures of a deleted tar are packed again, under its name.
    fs::remove_file(at("out/000001.tar")).unwrap();
    let said = run(scene.path(), &["verify", "out"]);
    assert_eq!(said.code, 1);
    assert!(
        said.stderr
            .contains("missing 000001.tar: the tar does not exist, and 4 of its pictures"),
        "{said:?}"
    );
    // What it says to delete if the sources are gone is the index, and then nothing is missing.
    let (_, index) = said
        .stderr
        .split_once("(if their sources are gone, delete ")
        .unwrap();
    let index = at("out").join(index.split_once(')').unwrap().0);
    let kept = fs::read(&index).unwrap();
    fs::remove_file(&index).unwrap();
    assert_eq!(run(scene.path(), &["verify", "out"]).stderr, "3 intact\n");
    write(&index, &kept);
    assert_eq!(counts(&pack(&[]).1, "ok"), 4);
    assert_eq!(run(scene.path(), &["verify", "out"]).stderr, "4 intact\n");
    assert_eq!(run(scene.path(), &["-q", "in", "plain"]).code, 1);
    same_as_plain(&tars(&at("out")), &at("plain"));
}

#[test]
fn what_would_come_out_differently_fails_and_no_tar_changes() {
    let scene = scene(6);
    let at = |name: &str| scene.path().join(name);
    let pack = |args: &[&str]| {
        records(
            scene.path(),
            &[&["--pack", "4"], args, &["in", "out"]].concat(),
        )
        .1
    };
    let packed = |records: &[Value]| {
        let stuck = records.iter().filter(|it| it["code"] == "packed");
        stuck
            .map(|it| it["message"].as_str().unwrap().to_string())
            .collect::<Vec<_>>()
    };
    assert!(packed(&pack(&[])).is_empty());
    let before = tars(&at("out"));
    let smaller = packed(&pack(&["--size", "20"]));
    assert_eq!(smaller.len(), 9);
    assert!(
        smaller[0].contains("its settings have changed, and out/00000"),
        "{}",
        smaller[0]
    );
    let renamed = packed(&pack(&["--name", "{dir}/{stem}-{ext}.jpg"]));
    assert_eq!(renamed.len(), 9);
    assert!(
        renamed
            .iter()
            .any(|it| it.contains("the key a/0%2Ex-jpg now, and had a/0%2Ex")),
        "{renamed:?}"
    );
    write(&at("in/a/0.x.jpg"), &jpeg(99, 60, |_, y| [y as u8; 3]));
    let changed = packed(&pack(&[]));
    assert_eq!(
        changed,
        ["it has changed, and out/000000.tar, where it is packed, is never changed"]
    );
    assert!(tars(&at("out")) == before);
    // A file with the same content is the same source, whatever its time.
    fs::remove_file(at("out/000000.tar")).unwrap();
    assert!(packed(&pack(&[])).is_empty());
    let indexes = || hidden(&at("out/.avatar-prep/packs/whole")).len();
    assert_eq!(indexes(), 4);
    let bytes = fs::read(at("in/a/0.x.jpg")).unwrap();
    write(&at("in/a/0.x.jpg"), &bytes);
    assert!(packed(&pack(&["--dry-run"])).is_empty());
    assert_eq!(indexes(), 4);
    assert!(packed(&pack(&[])).is_empty());
    // The index of the deleted tar is gone, now that its name has another tar.
    assert_eq!(indexes(), 3);
    assert_eq!(run(scene.path(), &["verify", "out"]).stderr, "3 intact\n");
}

#[test]
fn what_is_not_known_is_refused() {
    let scene = scene(6);
    let at = |name: &str| scene.path().join(name);
    let refused = |args: &[&str], why: &str| {
        let said = run(scene.path(), args);
        assert!(
            said.code == 2 && said.stderr.contains(why),
            "{args:?}: {said:?}"
        );
    };
    assert_eq!(run(scene.path(), &["-q", "in", "plain"]).code, 1);
    assert_eq!(
        run(scene.path(), &["-q", "--pack", "4", "in", "out"]).code,
        1
    );
    let files = "needs results as files, and out holds tars";
    refused(&["in", "out"], files);
    for command in ["clean", "review", "upload", "open"] {
        refused(&[command, "out"], files);
    }
    refused(
        &["--pack", "4", "in", "plain"],
        "plain has results that are not packed",
    );
    refused(
        &["--pack", "4", "--shard", "1/2", "in", "out"],
        "a picture could come into two tars",
    );
    for flag in [
        "--force",
        "--watch",
        "--overwrite",
        "--upload",
        "--sheet=a.html",
    ] {
        refused(
            &["--pack", "4", flag, "in", "out"],
            "cannot be combined with --pack",
        );
    }
    refused(
        &["--pack", "4", "in/größe/2.x.jpg", "a.jpg"],
        "OUT must be a folder",
    );
    refused(&["--pack", "4", "-", "-"], "OUT must be a folder");
    refused(
        &["--pack", "0", "in", "new"],
        "--pack must be a number from 1, or none, got \"0\"",
    );
    refused(
        &["--pack", "400", "--memory", "4MB", "in", "new"],
        "a tar of 10 results of up to 150.0 kB can need",
    );
    let whole = fs::read(at("out/000000.tar")).unwrap();
    write(&at("out/000000.tar"), &whole[..whole.len() - 512]);
    refused(
        &["--pack", "4", "in", "out"],
        "out/000000.tar is not the tar that avatar-prep wrote there",
    );
    let said = run(scene.path(), &["verify", "out"]);
    assert!(said.stderr.contains("changed 000000.tar"), "{said:?}");
    write(&at("out/000000.tar"), &whole);
    // Every tar must have an index, so that its content is known.
    write(&at("out/000003.tar"), &whole);
    refused(
        &["--pack", "4", "in", "out"],
        "out/000003.tar is not the tar",
    );
    let said = run(scene.path(), &["verify", "out"]);
    assert!(said.stderr.contains("foreign 000003.tar"), "{said:?}");
    fs::remove_file(at("out/000003.tar")).unwrap();
    let index = hidden(&at("out/.avatar-prep/packs/whole")).pop().unwrap();
    write(&index, b"{}");
    refused(
        &["--pack", "4", "in", "out"],
        "is damaged, or of a later version",
    );
}
