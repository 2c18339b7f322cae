//! What a run knows of earlier ones: lost indexes, the tars of other shares, and sources that are gone.

use std::fs;

use serde_json::Value;

use super::{hidden, samples, scene, tars};
use crate::support::{folder, records, run, write};

#[test]
fn tars_whose_indexes_are_lost_are_refused() {
    let scene = scene(9);
    let at = |name: &str| scene.path().join(name);
    let pack = |args: &[&str], out: &str| {
        let args = [&["-q", "--pack", "4"], args, &["in", out]].concat();
        let said = run(scene.path(), &args);
        (said.code, said.stderr)
    };
    // Tars of others do not matter.
    for out in ["whole", "shares"] {
        write(&at(out).join("backup.tar"), b"");
    }
    assert_eq!(pack(&[], "whole").0, 1);
    for share in ["1/2", "2/2"] {
        assert!(pack(&["--shard", share], "shares").0 < 2);
    }
    let before = [tars(&at("whole")), tars(&at("shares"))];
    // Not only the first tar counts.
    let packs = at("whole/.avatar-prep/packs/whole");
    for index in hidden(&packs) {
        if index.to_str().unwrap().contains("/000001-") {
            fs::remove_file(index).unwrap();
        }
    }
    let (code, said) = pack(&[], "whole");
    let wanted = "whole/000001.tar is not the tar that avatar-prep wrote there";
    assert!(code == 2 && said.contains(wanted), "{said}");
    fs::remove_dir_all(at("shares/.avatar-prep/packs/1-of-2")).unwrap();
    let (code, said) = pack(&["--shard", "1/2"], "shares");
    assert!(
        code == 2 && said.contains("shares/1-of-2-000000.tar is not the tar"),
        "{said}"
    );
    for out in ["whole", "shares"] {
        fs::remove_dir_all(at(out).join(".avatar-prep")).unwrap();
        for args in [&[][..], &["--dry-run"], &["--shard", "1/3"]] {
            let (code, said) = pack(args, out);
            let wanted = format!("{out}/.avatar-prep/packs/layout.json does not exist");
            assert!(code == 2 && said.contains(&wanted), "{args:?} {said}");
        }
    }
    assert!([tars(&at("whole")), tars(&at("shares"))] == before);
}

#[test]
fn a_source_of_another_extension_is_not_packed_by_another_share() {
    let folder = folder(&[]);
    let pixels = |index: u8| [&b"P6 2 2 255\n"[..], &[index; 12]].concat();
    let name = |index: u8, end: &str| folder.path().join(format!("in/q{index}.{end}"));
    let count = 12;
    for index in 0..count {
        write(&name(index, "ppm"), &pixels(index));
    }
    let pack = |share: &str| {
        let args = ["--pack", "3", "--shard", share, "in", "out"];
        let (_, records) = records(folder.path(), &args);
        let files = records.into_iter().filter(|it| it["event"] == "file");
        files.collect::<Vec<Value>>()
    };
    let shares = ["1/2", "2/2"];
    let first: Vec<Value> = shares.into_iter().flat_map(pack).collect();
    assert!(first.iter().all(|it| it["status"] == "ok"));
    assert_eq!(first.len(), usize::from(count));
    for index in 0..count {
        fs::remove_file(name(index, "ppm")).unwrap();
        // The same content is the same result.
        let content = if index < 2 { index } else { index + 100 };
        write(&name(index, "pnm"), &pixels(content));
    }
    let again: Vec<Value> = shares.into_iter().flat_map(pack).collect();
    let with = |code: &str| again.iter().filter(|it| it["code"] == code).count();
    assert_eq!(
        (with("up_to_date"), with("packed")),
        (2, usize::from(count) - 2)
    );
    assert_eq!(
        samples(&tars(&folder.path().join("out"))).len(),
        usize::from(count)
    );
    assert_eq!(run(folder.path(), &["verify", "out"]).code, 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_source_whose_name_is_no_text_is_not_reported_as_removed() {
    use std::os::unix::ffi::OsStrExt;

    let pixels = b"P6 1 1 255\n\x01\x02\x03";
    let folder = folder(&[("in/gone.ppm", pixels)]);
    let name = std::ffi::OsStr::from_bytes(b"in/\xff.ppm");
    write(&folder.path().join(name), pixels);
    let args = ["-q", "--pack", "4", "--report", "r.json", "in", "out"];
    assert_eq!(run(folder.path(), &args).code, 0);
    fs::remove_file(folder.path().join("in/gone.ppm")).unwrap();
    assert_eq!(run(folder.path(), &args).code, 0);
    let report = fs::read(folder.path().join("r.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let removed = report["removed"].as_array().unwrap();
    assert_eq!(removed.len(), 1, "{removed:?}");
    let source = removed[0]["source"].as_str().unwrap();
    assert!(source.ends_with("/in/gone.ppm"), "{source}");
    assert_eq!(removed[0]["output"], "out/000000.tar");
}
