//! Tests report files of deliveries: alone, and together with the pictures of the same run.

use serde_json::Value;

use super::{ID, Stage};
use crate::support::{avatar_prep, ppm, said, write};

fn json(stage: &Stage, name: &str) -> Value {
    let text = std::fs::read(stage.path().join(name)).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn table(stage: &Stage, name: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut table = csv::Reader::from_path(stage.path().join(name)).unwrap();
    table.deserialize().map(Result::unwrap).collect()
}

#[test]
fn a_report_holds_the_deliveries_and_their_summary() {
    let stage = Stage::new("");
    stage.enlist("7", "status(401)");
    stage.list([(ID, "logo.png"), ("7", "logo.png"), ("8", "gone.png")]);
    let args = [
        "--accounts",
        "a.csv",
        "--json",
        "--report",
        "r.json,r.csv,r.html,r.md",
    ];
    let (said, _) = stage.run(&args);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let mut printed: Vec<Value> = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let summary = printed.pop().unwrap();
    let report = json(&stage, "r.json");
    assert_eq!(report["deliveries"], Value::Array(printed.clone()));
    assert_eq!(
        (&report["upload_summary"], &report["schema"]),
        (&summary, &1.into())
    );
    let rows = table(&stage, "r.csv");
    assert_eq!(rows.len(), 3);
    for (row, record) in rows.iter().zip(&printed) {
        for key in [
            "account",
            "id",
            "id_instance",
            "picture",
            "status",
            "code",
            "hint",
        ] {
            assert_eq!(row[key], record[key].as_str().unwrap(), "{key}");
        }
        assert_eq!(row["sends"], record["sends"].to_string());
    }
    // The report says how many deliveries have each status, and lists those that were not
    // delivered.
    let page = std::fs::read_to_string(stage.path().join("r.html")).unwrap();
    let text = std::fs::read_to_string(stage.path().join("r.md")).unwrap();
    for report in [&page, &text] {
        assert!(report.contains("1 applied, 2 rejected"), "{report}");
        assert!(report.contains("gone.png"), "{report}");
    }
    assert!(
        page.contains("<td>applied</td>") && page.ends_with("</html>\n"),
        "{page}"
    );
    assert!(
        !text.contains("| applied |") && text.contains("| rejected |"),
        "{text}"
    );
    // A report that cannot be written is refused before anything is sent.
    let posts = stage.fake.records().posts(None).len();
    for (name, wanted) in [
        ("r.txt", "must end in"),
        ("nowhere/r.json", "could not write the report"),
    ] {
        let said = stage.expect(
            &["--accounts", "a.csv", "--resend", "--report", name],
            (2, posts),
        );
        assert!(said.stderr.contains(wanted), "{}", said.stderr);
    }
}

#[test]
fn a_report_of_both_holds_pictures_and_deliveries() {
    let stage = Stage::new("");
    write(
        &stage.path().join("in/logo.ppm"),
        &ppm(300, 300, |x, y| [x as u8, 0, y as u8]),
    );
    stage.list([(ID, "logo.ppm")]);
    let mut command = avatar_prep(stage.path());
    command.env("XDG_STATE_HOME", stage.path().join("state"));
    command.args([
        "in",
        "fresh",
        "--upload",
        "--accounts",
        "a.csv",
        "--report",
        "r.json,r.csv,r.html,r.md",
    ]);
    command.args(["--speed", "20", "--rehearse", &stage.fake.url()]);
    let said = said(&command.output().unwrap());
    assert_eq!(said.code, 0, "{}", said.stderr);
    let report = json(&stage, "r.json");
    assert_eq!(report["files"][0]["status"], "ok");
    assert_eq!(report["summary"]["ok"], 1);
    assert_eq!(report["deliveries"][0]["status"], "applied");
    assert_eq!(report["upload_summary"]["applied"], 1);
    assert_eq!(table(&stage, "r.csv")[0]["source"], "in/logo.ppm");
    assert_eq!(table(&stage, "r.deliveries.csv")[0]["status"], "applied");
    for (name, pictures, deliveries) in [
        (
            "r.html",
            "<h2>All files</h2>",
            "<h2>Deliveries</h2>\n<p>1 applied</p>",
        ),
        ("r.md", "## avatar-prep", "### Deliveries\n\n1 applied\n"),
    ] {
        let text = std::fs::read_to_string(stage.path().join(name)).unwrap();
        assert!(
            text.contains(pictures) && text.contains(deliveries),
            "{text}"
        );
    }
}
