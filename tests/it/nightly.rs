//! Scheduled runs: which files are left out, which failures count as new, exit codes, and what
//! changed.

use std::fs;

use serde_json::Value;

use crate::support::{avatar_prep, folder, ppm, records, run, said, tree, write};

fn picture(color: u8) -> Vec<u8> {
    ppm(8, 8, |_, _| [color; 3])
}

fn codes(records: &[Value]) -> Vec<(&str, &str)> {
    let files = records.iter().filter(|it| it["event"] == "file");
    files
        .map(|it| {
            (
                it["source"].as_str().unwrap(),
                it["code"].as_str().unwrap_or("made"),
            )
        })
        .collect()
}

#[test]
fn globs_leave_files_out() {
    let p = picture(1);
    let folder = folder(&[
        ("in/a.ppm", &p),
        ("in/drafts/b.ppm", &p),
        ("in/logos/c.ppm", &p),
        ("in/logos/d.png", b"broken"),
        ("in/old/e.ppm", &p),
    ]);
    let args = [
        "-j",
        "1",
        "--exclude",
        "drafts/,*.{png,psd}",
        "--exclude",
        "/old",
        "in",
        "out",
    ];
    let (code, found) = records(folder.path(), &args);
    assert_eq!(code, 0, "the broken one is left out");
    let mut all = codes(&found);
    all.sort_unstable();
    assert_eq!(
        all,
        [
            ("in/a.ppm", "made"),
            ("in/drafts", "excluded"),
            ("in/logos/c.ppm", "made"),
            ("in/logos/d.png", "excluded"),
            ("in/old", "excluded"),
        ]
    );
    let why = |source: &str| {
        let found = found.iter().find(|it| it["source"] == source).unwrap();
        found["message"].as_str().unwrap().to_string()
    };
    assert_eq!(why("in/logos/d.png"), "left out by --exclude *.{png,psd}");
    let (_, found) = records(folder.path(), &["--include", "logos/*.ppm", "in", "out2"]);
    assert_eq!(found.last().unwrap()["ok"], 1);
    assert_eq!(tree(&folder.path().join("out2")), ["logos/c.jpg"]);
    let (_, found) = records(
        folder.path(),
        &["--include", "logos", "--exclude", "*.png", "in", "out3"],
    );
    assert_eq!(found.last().unwrap()["ok"], 1);
    // A file that is named itself can be left out, too: shells write `*`.
    let (code, found) = records(
        folder.path(),
        &["--exclude", "d.*", "in/a.ppm", "in/logos/d.png", "out4"],
    );
    assert_eq!(
        (code, found.last().unwrap()["skipped"].as_u64()),
        (0, Some(1))
    );
    let said = run(folder.path(), &["--exclude", "{a", "in", "out5"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("--exclude must be globs"),
        "{}",
        said.stderr
    );
}

#[test]
fn ignore_files_count_for_their_folder_and_below() {
    let p = picture(1);
    let folder = folder(&[
        (
            "in/.avatarprepignore",
            b"# known to be broken\n/broken.png\n*.tmp.ppm\n",
        ),
        ("in/broken.png", b"broken"),
        ("in/a.tmp.ppm", &p),
        ("in/deep/broken.png", &p),
        ("in/deep/b.tmp.ppm", &p),
        ("in/keep/.avatarprepignore", b"!c.tmp.ppm\n"),
        ("in/keep/c.tmp.ppm", &p),
        ("in/z.tmp.ppm", &p),
    ]);
    let (code, found) = records(folder.path(), &["-j", "1", "in", "out"]);
    assert_eq!(code, 0, "{found:?}");
    assert_eq!(
        tree(&folder.path().join("out")),
        ["deep/broken.jpg", "keep/c.tmp.jpg"]
    );
    let broken = found
        .iter()
        .find(|it| it["source"] == "in/broken.png")
        .unwrap();
    assert_eq!(broken["code"], "excluded");
    assert_eq!(
        broken["message"],
        "left out by /broken.png in in/.avatarprepignore"
    );
}

#[test]
fn a_failure_that_is_known_does_not_make_every_night_red() {
    let folder = folder(&[("in/a.ppm", &picture(1)), ("in/b.png", b"broken")]);
    let args = ["--only-new-failures", "in", "out"];
    let night = || {
        let (code, found) = records(folder.path(), &args);
        let summary = found.last().unwrap().clone();
        let since = found
            .iter()
            .find_map(|it| it["since"].as_str())
            .map(str::to_string);
        (
            code,
            summary["failed"].as_u64(),
            summary["failed_before"].as_u64(),
            since,
        )
    };
    let (code, failed, before, first) = night();
    assert_eq!((code, failed, before), (1, Some(1), Some(0)));
    assert!(
        first.as_ref().is_some_and(|it| it.ends_with("UTC")),
        "{first:?}"
    );
    assert_eq!(night(), (0, Some(1), Some(1), first.clone()));
    let said = run(folder.path(), &args);
    assert_eq!(
        (said.code, said.stderr.lines().next()),
        (0, Some("1 failed as before, 1 up to date in T s"))
    );
    assert_eq!(
        run(folder.path(), &["in", "out"]).code,
        1,
        "without the flag, any failure counts"
    );
    // A dry run knows it and forgets nothing.
    assert_eq!(
        run(folder.path(), &["-n", "--only-new-failures", "in", "out"]).code,
        0
    );
    // Another one is new, and so is the same file with other content.
    write(&folder.path().join("in/c.png"), b"broken, too");
    assert_eq!(night().0, 1);
    assert_eq!(night().0, 0);
    write(&folder.path().join("in/b.png"), b"still broken");
    assert_eq!(night().0, 1);
    assert_eq!(night().0, 0);
    // What was mended and breaks again is new.
    fs::copy(
        folder.path().join("in/a.ppm"),
        folder.path().join("in/b.png"),
    )
    .unwrap();
    assert_eq!(night().0, 0);
    write(&folder.path().join("in/b.png"), b"still broken");
    assert_eq!(night().0, 1);
    fs::remove_file(folder.path().join("in/b.png")).unwrap();
    assert_eq!(night(), (0, Some(1), Some(1), night().3));
}

#[test]
fn shards_remember_their_failures() {
    let folder = folder(&[
        ("in/a.ppm", &picture(1)),
        ("in/b.png", b"broken"),
        ("in/c.png", b"broken"),
    ]);
    let shard = |k: &str| {
        run(
            folder.path(),
            &["-q", "--only-new-failures", "--shard", k, "in", "out"],
        )
        .code
    };
    let first = [shard("1/2"), shard("2/2")];
    assert!(first.contains(&1), "{first:?}");
    assert_eq!([shard("1/2"), shard("2/2")], [0, 0]);
    assert_eq!(
        run(folder.path(), &["-q", "--only-new-failures", "in", "out"]).code,
        0
    );
}

/// Not to know is no reason to call it success either.
#[test]
fn an_empty_input_is_an_error_if_the_cache_cannot_be_read() {
    let folder = folder(&[("in/a.ppm", &picture(1))]);
    assert_eq!(run(folder.path(), &["-q", "in", "out"]).code, 0);
    fs::remove_file(folder.path().join("in/a.ppm")).unwrap();
    let cache = folder.path().join("out/.avatar-prep/cache.sqlite");
    let cache = rusqlite::Connection::open(cache).unwrap();
    let rename = "ALTER TABLE prepare_root RENAME TO gone";
    cache.execute_batch(rename).unwrap();
    drop(cache);
    let said = run(folder.path(), &["in", "out"]);
    let wanted = "in is empty, and whether results were made from it is not known: ";
    assert!(
        said.code == 2 && said.stderr.contains(wanted),
        "{}",
        said.stderr
    );
}

#[test]
fn an_input_that_became_empty_is_an_error() {
    let folder = folder(&[
        ("in/a.ppm", &picture(1)),
        ("in/b.ppm", &picture(2)),
        ("more/c.ppm", &picture(3)),
    ]);
    assert_eq!(run(folder.path(), &["-q", "in", "more", "out"]).code, 0);
    fs::rename(folder.path().join("in"), folder.path().join("unmounted")).unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    for args in [
        &["in", "out"][..],
        &["-n", "in", "out"],
        &["in", "more", "out"],
    ] {
        let said = run(folder.path(), args);
        let wanted = "\
error: in is empty, and 2 results were made from it
  hint: check that its disk is mounted; add --allow-empty if it is meant to be empty
";
        assert_eq!((said.code, said.stderr.as_str()), (2, wanted), "{args:?}");
    }
    assert_eq!(
        run(folder.path(), &["-q", "--allow-empty", "in", "more", "out"]).code,
        0
    );
    fs::create_dir(folder.path().join("new")).unwrap();
    assert_eq!(
        run(folder.path(), &["new", "out"]).code,
        0,
        "one that never had any"
    );
}

#[test]
fn strict_runs_fail_on_warnings() {
    let white = crate::support::png(20, 20, |_, _| [255, 255, 255, 100]);
    let folder = folder(&[("in/a.png", &white), ("in/b.ppm", &picture(2))]);
    let (code, found) = records(folder.path(), &["in", "out"]);
    assert_eq!(
        (code, &found.last().unwrap()["warnings"]),
        (0, &1.into()),
        "{found:?}"
    );
    let said = run(folder.path(), &["--force", "--strict", "in", "out"]);
    assert_eq!(said.code, 1);
    assert!(
        said.stderr.contains("2 done, 1 with warnings in T s"),
        "{}",
        said.stderr
    );
    // The run that made it has reported it: a nightly run ends with 0 again.
    let again = run(folder.path(), &["--strict", "in", "out"]);
    assert_eq!(again.code, 0);
    assert!(
        again
            .stderr
            .contains("2 up to date, 1 with warnings in T s"),
        "{}",
        again.stderr
    );
    // A quiet run prints why it fails, and nothing else.
    let quiet = run(folder.path(), &["-q", "--force", "--strict", "in", "out"]);
    let lines: Vec<&str> = quiet.stderr.lines().collect();
    assert_eq!((quiet.code, lines.len()), (1, 2), "{lines:?}");
    assert!(
        lines[0].starts_with("ok in/a.png -> out/a.jpg  "),
        "{lines:?}"
    );
    assert!(lines[1].starts_with("  note: "), "{lines:?}");
    assert_eq!(
        run(folder.path(), &["-q", "--force", "in", "out"]).stderr,
        ""
    );
    assert_eq!(
        run(
            folder.path(),
            &["--force", "--strict", "--exclude", "a.png", "in", "out"]
        )
        .code,
        0
    );
}

#[test]
fn a_report_that_cannot_be_written_is_named_with_the_reason() {
    let folder = folder(&[("in/a.ppm", &picture(1)), ("r.json/b", b"")]);
    let said = run(folder.path(), &["-q", "--report", "r.json", "in", "out"]);
    assert_eq!(said.code, 1);
    let start = "warning: could not write the report r.json: ";
    let reason = said.stderr.strip_prefix(start).unwrap_or_default();
    assert!(reason.trim().len() > 5, "{}", said.stderr);
}

#[test]
fn a_misspelt_variable_is_refused() {
    let folder = folder(&[("in/a.ppm", &picture(1))]);
    let with = |name: &str| {
        let mut command = avatar_prep(folder.path());
        command.env(name, "9").args(["-n", "in", "out"]);
        said(&command.output().unwrap())
    };
    let said = with("AVATAR_PREP_MAXBYTES");
    let wanted = "\
error: unknown variable AVATAR_PREP_MAXBYTES
  hint: did you mean AVATAR_PREP_MAX_BYTES? every option has a variable, see avatar-prep --help
";
    assert_eq!((said.code, said.stderr.as_str()), (2, wanted));
    assert_eq!(with("AVATAR_PREP_SIZE").code, 0);
    assert_eq!(with("AVATAR_PREP_CORPUS").code, 0, "of the tests");
}

#[test]
fn reports_say_what_changed() {
    let folder = folder(&[
        ("in/a.ppm", &picture(1)),
        ("in/b.ppm", &picture(2)),
        ("in/<c>.ppm", &picture(3)),
        ("in/d|d.png", b"broken"),
    ]);
    let files = "r.json,r.csv,r.html,r.md";
    let args = ["-q", "-j", "1", "--csv-bom", "--report", files, "in", "out"];
    assert_eq!(run(folder.path(), &args).code, 1);
    write(&folder.path().join("in/a.ppm"), &picture(9));
    fs::remove_file(folder.path().join("in/b.ppm")).unwrap();
    assert_eq!(run(folder.path(), &args).code, 1);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let report: Value = serde_json::from_str(&read("r.json")).unwrap();
    let wanted = serde_json::json!({"new": 0, "changed": 1, "same": 1, "removed": 1});
    assert_eq!(report["summary"]["changes"], wanted);
    let gone = serde_json::json!([{"source": "in/b.ppm", "output": "b.jpg"}]);
    assert_eq!(report["removed"], gone);
    let table = read("r.csv");
    assert!(table.starts_with("\u{feff}source,output,"), "{table}");
    assert_eq!(table.lines().count(), 4, "one line a file");
    let page = read("r.html");
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    for part in [
        "3 files: 1 changed, 1 same, 1 whose source is gone, 1 failed (1 as before)",
        "in/&lt;c&gt;.ppm",
        "<td>in/b.ppm</td><td>b.jpg</td>",
        "<code>unrecognized_format</code>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(
        !page.contains("<script") && !page.contains("http"),
        "nothing is fetched"
    );
    let summary = read("r.md");
    for part in [
        "### Failed: 1\n\n| source | why | since |\n| --- | --- | --- |\n| in/d\\|d.png |",
        "### Source gone: 1",
        "UTC |",
    ] {
        assert!(summary.contains(part), "{part}\n{summary}");
    }
}

/// A run that does not see everything, like each pass of a watch but the first, forgets them as well. They would
/// be read again by every one that follows.
#[test]
fn a_share_forgets_failures_whose_file_is_gone() {
    let names: Vec<String> = (0..6).map(|n| format!("in/{n}.ppm")).collect();
    let good = picture(1);
    let mut files: Vec<(&str, &[u8])> = names.iter().map(|it| (&**it, &good[..])).collect();
    files.push(("in/b.png", b"broken"));
    let folder = folder(&files);
    let failures = |share: &str| {
        let (_, found) = records(folder.path(), &["--shard", share, "in", "out"]);
        let summary = found.last().unwrap();
        let number = |key: &str| summary[key].as_u64().unwrap();
        (number("failed"), number("failed_before"))
    };
    let mut shares = ["1/2", "2/2"].into_iter();
    let share = shares.find(|share| failures(share) == (1, 0)).unwrap();
    assert_eq!(failures(share), (1, 1));
    let (here, there) = (folder.path().join("in/b.png"), folder.path().join("b.png"));
    fs::rename(&here, &there).unwrap();
    assert_eq!(failures(share), (0, 0));
    fs::rename(&there, &here).unwrap();
    assert_eq!(failures(share), (1, 0), "it was not forgotten");
    assert_eq!(failures(share), (1, 1));
}
