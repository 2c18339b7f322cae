//! `verify` finds results that are not as they were written; `clean` removes results without a
//! source, on request.

use std::fs;

use crate::support::{folder, ppm, records, run, tree, write};

fn picture(color: u8) -> Vec<u8> {
    ppm(8, 8, |_, _| [color; 3])
}

/// Four results of four pictures.
fn prepared() -> tempfile::TempDir {
    let (a, b, c, d) = (picture(1), picture(2), picture(3), picture(4));
    let folder = folder(&[
        ("in/a.ppm", &a),
        ("in/deep/b.ppm", &b),
        ("in/c.ppm", &c),
        ("in/d.ppm", &d),
    ]);
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 0);
    folder
}

/// Its path is too long for the system, which root cannot read either.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_read_is_reported() {
    let folder = prepared();
    // Two halves, put together: the path of the whole cannot be named.
    let half: std::path::PathBuf = (0..12).map(|_| "d".repeat(200)).collect();
    let (upper, lower) = (
        folder.path().join("out").join(&half),
        folder.path().join("lower"),
    );
    fs::create_dir_all(&upper).unwrap();
    fs::create_dir_all(lower.join(&half)).unwrap();
    fs::rename(lower, upper.join("lower")).unwrap();
    let said = run(folder.path(), &["verify", "out"]);
    assert_eq!(said.code, 1);
    let last = said.stderr.lines().last().unwrap();
    assert_eq!(last, "4 intact, 1 unreadable");
    let first = said.stderr.lines().next().unwrap();
    assert!(first.starts_with("unreadable ddd"), "{first}");
    assert!(
        first.contains("what is in this folder was not looked at: "),
        "{first}"
    );
}

#[test]
fn every_kind_of_fault_is_found() {
    let folder = prepared();
    let said = run(folder.path(), &["verify", "out"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, "4 intact\n"));
    let out = folder.path().join("out");
    let mut changed = fs::read(out.join("a.jpg")).unwrap();
    *changed.last_mut().unwrap() ^= 1;
    write(&out.join("a.jpg"), &changed);
    fs::remove_file(out.join("deep/b.jpg")).unwrap();
    write(&out.join("c.jpg"), &[0; 150_001]);
    write(&out.join("notes.txt"), b"mine");
    let said = run(folder.path(), &["verify", "out"]);
    let wanted = "\
changed a.jpg: its content differs from what was written
over the cap c.jpg: it has 150.0 kB; the cap was 150.0 kB
missing deep/b.jpg: the file does not exist
foreign notes.txt: not written by avatar-prep
1 intact, 1 missing, 1 changed, 1 over the cap, 1 foreign
next: repeat the command that made them
";
    assert_eq!((said.code, said.stderr.as_str()), (1, wanted));
    let (code, records) = records(folder.path(), &["verify", "out"]);
    let found: Vec<_> = records
        .iter()
        .map(|r| (r["output"].as_str(), r["status"].as_str()))
        .collect();
    let wanted = [
        (Some("a.jpg"), Some("changed")),
        (Some("c.jpg"), Some("over_cap")),
        (Some("deep/b.jpg"), Some("missing")),
        (Some("notes.txt"), Some("foreign")),
        (None, None),
    ];
    assert_eq!((code, found.as_slice()), (1, &wanted[..]));
    assert_eq!(
        (&records[4]["event"], &records[4]["intact"]),
        (&"verify_summary".into(), &1.into())
    );
    // Doing what the hint says repairs the folder.
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 0);
    fs::remove_file(out.join("notes.txt")).unwrap();
    assert_eq!(run(folder.path(), &["verify", "out"]).code, 0);
}

#[test]
fn the_cap_is_that_of_the_run() {
    let noise = ppm(300, 300, |x, y| {
        [(x * 7 + y * 131) as u8, (x * y) as u8, (x ^ y) as u8]
    });
    let folder = folder(&[("in/a.ppm", &noise)]);
    assert_eq!(
        run(folder.path(), &["-q", "--max-bytes", "30kB", "in", "out"]).code,
        0
    );
    assert_eq!(run(folder.path(), &["verify", "out"]).code, 0);
    write(&folder.path().join("out/a.jpg"), &[0; 30_001]);
    let (_, records) = records(folder.path(), &["verify", "out"]);
    assert_eq!(records[0]["status"], "over_cap");
}

#[test]
fn what_was_never_written_cannot_be_verified() {
    let folder = folder(&[("out/a.jpg", b"x")]);
    for command in ["verify", "clean"] {
        let said = run(folder.path(), &[command, "out"]);
        assert_eq!(
            (said.code, said.stderr.lines().next()),
            (2, Some("error: out has no results of avatar-prep"))
        );
    }
    assert_eq!(tree(folder.path()), ["out/a.jpg"]);
    // A folder with only a journal of deliveries has no results.
    std::fs::create_dir(folder.path().join("out/.avatar-prep")).unwrap();
    let state = folder.path().join("out/.avatar-prep/state.sqlite");
    let database = rusqlite::Connection::open(state).unwrap();
    database
        .execute_batch("CREATE TABLE upload_schema (version INTEGER)")
        .unwrap();
    drop(database);
    assert_eq!(run(folder.path(), &["verify", "out"]).code, 2);
}

#[test]
fn results_without_a_source_go_only_when_asked() {
    let folder = prepared();
    let out = folder.path().join("out");
    for gone in ["in/a.ppm", "in/deep/b.ppm", "in/c.ppm"] {
        fs::remove_file(folder.path().join(gone)).unwrap();
    }
    write(&out.join("c.jpg"), b"somebody's own");
    let before = tree(&out);
    let (code, shown) = records(folder.path(), &["clean", "out"]);
    assert_eq!((code, shown.len()), (0, 3));
    assert!(
        shown.iter().all(|record| record["status"] == "orphaned"),
        "{shown:?}"
    );
    assert_eq!(tree(&out), before);
    let (code, done) = records(folder.path(), &["clean", "out", "--delete"]);
    let fates: Vec<_> = done
        .iter()
        .map(|r| (r["output"].as_str().unwrap(), r["status"].as_str().unwrap()))
        .collect();
    assert_eq!(
        fates,
        [
            ("a.jpg", "removed"),
            ("c.jpg", "kept"),
            ("deep/b.jpg", "removed")
        ]
    );
    assert_eq!(code, 1, "one was changed since");
    assert_eq!(tree(&out), ["c.jpg", "d.jpg"]);
    assert!(!out.join("deep").exists());
    let said = run(folder.path(), &["verify", "out"]);
    assert!(
        said.stderr
            .ends_with("1 intact, 1 changed\nnext: repeat the command that made them\n"),
        "{}",
        said.stderr
    );
}

/// A dry run deletes nothing, whatever else is asked for.
#[test]
fn a_dry_run_of_clean_lists_only() {
    let folder = prepared();
    fs::remove_file(folder.path().join("in/d.ppm")).unwrap();
    let said = run(folder.path(), &["clean", "out", "--delete", "--dry-run"]);
    let (first, others) = said.stderr.split_once('\n').unwrap();
    assert!(
        first.starts_with("orphaned d.jpg: its source is gone ("),
        "{first}"
    );
    let wanted = "1 without a source\nnext: run again without --dry-run\n";
    assert_eq!((said.code, others), (0, wanted));
    assert_eq!(tree(&folder.path().join("out")).len(), 4);
}

#[test]
fn an_input_folder_that_is_not_there_is_no_reason_to_clean() {
    let folder = prepared();
    fs::rename(folder.path().join("in"), folder.path().join("unmounted")).unwrap();
    let said = run(folder.path(), &["clean", "out", "--delete"]);
    assert_eq!(
        (said.code, said.stderr.as_str()),
        (0, "0 without a source\n")
    );
    assert_eq!(tree(&folder.path().join("out")).len(), 4);
}

/// A mount point stays when its disk is gone.
#[test]
fn an_input_folder_without_any_of_its_sources_is_no_reason_to_clean() {
    let folder = prepared();
    let (inputs, away) = (folder.path().join("in"), folder.path().join("unmounted"));
    fs::rename(&inputs, &away).unwrap();
    fs::create_dir(&inputs).unwrap();
    write(&inputs.join("somebody's.txt"), b"on the disk below");
    for args in [&["clean", "out"][..], &["clean", "out", "--delete"]] {
        let (code, shown) = records(folder.path(), args);
        assert_eq!((code, shown.len()), (i32::from(args.len() == 3), 4));
        for record in shown {
            let message = record["message"].as_str().unwrap();
            assert_eq!(record["status"], "kept");
            assert!(
                message.contains("none of the sources in its input folder"),
                "{message}"
            );
        }
        assert_eq!(tree(&folder.path().join("out")).len(), 4);
    }
    // If one source still exists, the others are gone, not on a missing disk.
    fs::copy(away.join("d.ppm"), inputs.join("d.ppm")).unwrap();
    assert_eq!(run(folder.path(), &["clean", "out", "--delete"]).code, 0);
    assert_eq!(tree(&folder.path().join("out")), ["d.jpg"]);
}
