//! Report files.

use serde_json::Value;

use crate::support::{folder, ppm, records, run, tree, write};

#[test]
fn a_report_holds_the_records_and_the_summary() {
    let p = ppm(8, 8, |_, _| [9; 3]);
    let folder = folder(&[
        ("in/a.ppm", &p),
        ("in/b, \"c\".ppm", &p),
        ("in/d.png", b""),
        ("r.json", b"{\"schema\":1,\"files\":[\n],\"removed\":[]}"),
    ]);
    let (code, records) = records(
        folder.path(),
        &["-j", "1", "--report", "r.json,r.csv", "in", "out"],
    );
    assert_eq!(code, 1);
    let text = std::fs::read_to_string(folder.path().join("r.json")).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["files"].as_array().unwrap(), &records[..3]);
    assert_eq!(
        report["summary"]["codes"],
        serde_json::json!({"unrecognized_format": 1})
    );
    let mut summary = records[3].clone();
    assert_eq!(summary["changes"]["removed"], 0);
    assert_eq!(report["removed"], serde_json::json!([]));
    assert_eq!(report["summary"], summary.take());
    let mut table = csv::Reader::from_path(folder.path().join("r.csv")).unwrap();
    let header = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    let mut columns: Vec<&str> = header
        .iter()
        .chain(["event", "schema", "stages", "framing"])
        .collect();
    columns.sort_unstable();
    let mut keys: Vec<&str> = records[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(
        columns, keys,
        "every key but those that hold several values"
    );
    for (row, record) in rows.iter().zip(&records) {
        for (column, cell) in header.iter().zip(row) {
            match &record[column] {
                Value::Null => assert_eq!(cell, "", "{column}"),
                Value::String(text) => assert_eq!(cell, text, "{column}"),
                Value::Array(notes) => {
                    let notes: Vec<_> = notes.iter().filter_map(Value::as_str).collect();
                    assert_eq!(cell, notes.join("; "), "{column}");
                }
                other => assert_eq!(cell, other.to_string(), "{column}"),
            }
        }
    }
    assert_eq!(
        tree(folder.path()),
        [
            "in/a.ppm",
            "in/b, \"c\".ppm",
            "in/d.png",
            "out/a.jpg",
            "out/b, \"c\".jpg",
            "r.csv",
            "r.json"
        ]
    );
}

#[test]
fn a_report_of_nothing_is_a_report() {
    let folder = folder(&[]);
    std::fs::create_dir(folder.path().join("in")).unwrap();
    assert_eq!(
        run(folder.path(), &["--report", "r.json", "in", "out"]).code,
        0
    );
    let text = std::fs::read(folder.path().join("r.json")).unwrap();
    let report: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(report["files"], serde_json::json!([]));
}

#[test]
fn a_report_that_cannot_be_written_is_wrong_use() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [9; 3]))]);
    for report in ["r.txt", "r", "nowhere/r.json"] {
        let said = run(folder.path(), &["--report", report, "in", "out"]);
        assert_eq!(said.code, 2, "{report}");
    }
    assert_eq!(tree(folder.path()), ["in/a.ppm"]);
}

/// Programs look for files by these names, so a mark before a sign of formulas would name another file.
/// `docs/output.md` warns of spreadsheets.
#[test]
fn names_in_a_table_are_those_of_the_files() {
    let p = ppm(8, 8, |_, _| [9; 3]);
    let folder = folder(&[("in/a.ppm", &p)]);
    for out in ["=out", "+out", "@out"] {
        assert_eq!(
            run(folder.path(), &["--report", "r.csv", "in", out]).code,
            0
        );
        let mut table = csv::Reader::from_path(folder.path().join("r.csv")).unwrap();
        let header = table.headers().unwrap().clone();
        let column = header.iter().position(|name| name == "output").unwrap();
        let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        assert_eq!(
            (rows.len(), &rows[0][column]),
            (1, &*format!("{out}/a.jpg"))
        );
    }
}

/// A shell expands `--sheet in/*.jpg out` to the names of all pictures: the first one is the value of the option.
#[test]
fn files_of_others_are_never_replaced_by_reports_and_sheets() {
    let p = ppm(8, 8, |_, _| [9; 3]);
    let photo = crate::support::prepare(avatar_prepare::Settings::default(), &p).unwrap();
    let photo = photo.into_bytes();
    let files: [(&str, &[u8]); 11] = [
        ("in/a.jpg", &photo),
        ("in/b.ppm", &p),
        ("notes.md", b"# Notes\n"),
        ("page.html", b"<!doctype html>\n<title>Mine</title>\n"),
        ("data.json", b"{\"schema\":1}"),
        (
            "accounts.csv",
            b"name,service,folder,picture\nx,folder,shown,b.ppm\n",
        ),
        ("r.deliveries.csv", b"mine\n"),
        ("drawn.png", b"mine"),
        ("bank.csv", b"account,id,balance\n1,2,3\n"),
        ("paths.csv", b"source,output,status,owner\n"),
        ("log.md", b"## avatar-prep\n\nNotes: 3 files: later\n"),
    ];
    let folder = folder(&files);
    let before = tree(folder.path());
    for (flag, named) in [
        ("--sheet", "in/a.jpg"),
        ("--sheet", "page.html"),
        ("--sheet", "drawn.png"),
        ("--report", "notes.md"),
        ("--report", "new.md,page.html"),
        ("--report", "data.json"),
        ("--report", "accounts.csv"),
        ("--report", "bank.csv"),
        ("--report", "paths.csv"),
        ("--report", "log.md"),
    ] {
        let said = run(folder.path(), &[flag, named, "in", "out"]);
        let file = named.rsplit(',').next().unwrap();
        let why = format!("{flag}: {file} exists, and avatar-prep did not make it");
        assert_eq!(
            (said.code, said.stderr.contains(&why)),
            (2, true),
            "{}",
            said.stderr
        );
    }
    let upload = ["--upload", "--accounts", "accounts.csv"];
    for (report, command) in [
        ("r.csv", &["in", "out"][..]),
        ("accounts.csv", &["in", "out"]),
        ("accounts.csv", &["upload", "in"]),
    ] {
        let own = if command[0] == "in" {
            &upload[..]
        } else {
            &upload[1..]
        };
        let said = run(
            folder.path(),
            &[command, own, &["--report", report]].concat(),
        );
        assert_eq!(said.code, 2, "{}", said.stderr);
        assert!(said.stderr.contains("did not make it"), "{}", said.stderr);
    }
    assert_eq!(tree(folder.path()), before);
    // What the program made itself is replaced, and what came up during the run is not.
    let args = [
        "--report",
        "r.json,r.csv,r.html,r.md",
        "--sheet",
        "s.html,s.png,s.jpg",
        "in",
        "out",
    ];
    for _ in 0..2 {
        let said = run(folder.path(), &args);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    let said = run(
        folder.path(),
        &["--force", "--sheet", "fresh/b.jpg", "in", "fresh"],
    );
    let why = "fresh/b.jpg exists, and avatar-prep did not make it";
    assert_eq!(
        (said.code, said.stderr.contains(why)),
        (1, true),
        "{}",
        said.stderr
    );
    assert_eq!(run(folder.path(), &["verify", "fresh"]).code, 0);
}

/// An account that is the file `shown/a.jpg`.
const ACCOUNT: &[u8] = b"name,service,folder\na,folder,shown\n";

/// Tables had fewer columns once, and a text says in its second paragraph what it is.
#[test]
fn reports_of_all_kinds_and_of_earlier_versions_are_replaced() {
    let p = ppm(8, 8, |_, _| [9; 3]);
    let files = folder(&[("in/a.ppm", &p), ("b.csv", ACCOUNT)]);
    let first = "source,output,status,code,message,hint,format,width,height,orientation,size,bytes,\
                 quality,subsampling,background,progressive,trials,headroom,score,ms,memory,notes";
    let heads = [
        "",
        ",change,since",
        ",flags,change,since",
        ",flags,change,since,preset",
    ];
    let tables = heads.map(|more| format!("{first}{more}\nin/a.ppm\n"));
    let texts = [
        "## avatar-prep\n\n0 files: , in 0.0 s\n",
        "## avatar-prep\n\n3 files: 2 new, 1 failed, in 1.2 s (interrupted)\n\n### Failed: 1\n",
        "## avatar-prep\n\n3 applied, 1 not started\n",
        "## avatar-prep\n\n\n",
        "## avatar-prep check\n\n12 ok, 2 failed (1 gps, 1 too\\_small) for slack\n",
        "## avatar-prep check\n\n12 ok\n",
    ];
    let tables = tables.iter().map(|text| ("r.csv", &**text));
    for (name, text) in tables.chain(texts.map(|text| ("r.md", text))) {
        write(&files.path().join(name), text.as_bytes());
        let said = run(files.path(), &["--report", name, "in", "out"]);
        assert_eq!(said.code, 0, "{text}: {}", said.stderr);
        let now = std::fs::read_to_string(files.path().join(name)).unwrap();
        assert!(now.contains(",key\n") || now.contains("1 files: "), "{now}");
    }
    // The second run finds what the first has written.
    std::fs::create_dir(files.path().join("shown")).unwrap();
    for args in [
        &["--accounts", "b.csv"][..],
        &["--accounts", "b.csv", "--dry-run"],
    ] {
        let upload = ["upload", "out", "--report", "d.md,d.csv"];
        for _ in 0..2 {
            let said = run(files.path(), &[&upload, args].concat());
            assert_eq!(said.code, 0, "{}", said.stderr);
        }
    }
}

#[test]
fn two_files_at_one_path_are_refused() {
    let p = ppm(8, 8, |_, _| [9; 3]);
    let files = folder(&[("b.csv", ACCOUNT), ("in/a.ppm", &p)]);
    for (args, twice) in [
        (&["--sheet", "r.html", "--report", "r.html"][..], "r.html"),
        (&["--report", "r.json,in/../r.json"], "in/../r.json"),
        (
            &[
                "--report",
                "r.csv,r.deliveries.csv",
                "--upload",
                "--accounts",
                "b.csv",
            ],
            "r.deliveries.csv",
        ),
    ] {
        let said = run(files.path(), &[args, &["in", "out"]].concat());
        let why = format!("--report, --sheet: {twice} is written twice");
        assert!(
            said.code == 2 && said.stderr.contains(&why),
            "{}",
            said.stderr
        );
    }
    assert_eq!(tree(files.path()), ["b.csv", "in/a.ppm"]);
}
