//! The records of `--json`, key by key.

use serde_json::json;

use crate::support::{folder, ppm, records, root, run, tree};

#[test]
fn a_record_has_every_key() {
    let folder = folder(&[("in/a.ppm", &ppm(30, 20, |_, _| [255, 0, 0]))]);
    let (code, mut records) = records(folder.path(), &["--size", "10", "in", "out"]);
    assert_eq!((code, records.len()), (0, 2));
    let took = records[0]["ms"].take();
    assert!(took.as_f64().unwrap() > 0.0);
    let memory = records[0]["memory"].take().as_u64().unwrap();
    assert!((1 << 20..64 << 20).contains(&memory), "{memory}");
    let stages = records[0]["stages"].take();
    let named: Vec<_> = stages.as_object().unwrap().keys().cloned().collect();
    let wanted = "convert decode fit frame probe publish read resize wait";
    assert_eq!(named.join(" "), wanted);
    let sum: f64 = stages
        .as_object()
        .unwrap()
        .values()
        .filter_map(serde_json::Value::as_f64)
        .sum();
    assert!(
        0.0 < sum && sum <= took.as_f64().unwrap() + 0.01,
        "{stages}"
    );
    let bytes = records[0]["bytes"].take().as_u64().unwrap();
    assert_eq!(
        bytes,
        std::fs::metadata(folder.path().join("out/a.jpg"))
            .unwrap()
            .len()
    );
    let wanted = json!({
        "event": "file", "schema": 1, "source": "in/a.ppm", "output": "out/a.jpg", "status": "ok",
        "code": null, "message": null, "hint": null, "format": "PNM", "width": 30, "height": 20,
        "orientation": 1, "size": 10, "bytes": null, "quality": 90, "subsampling": "4:4:4",
        "background": null, "preset": null, "progressive": false, "trials": 1, "headroom": 150_000 - bytes, "score": null, "ms": null,
        "memory": null, "stages": null, "notes": [], "flags": [], "change": "new", "since": null,
        "key": null,
        "framing": {
            "fit": "cover", "by": "center", "crop": [5, 0, 20, 20], "placed": [0, 0, 10, 10],
            "padding": null, "faces": [], "inside_mask": null,
        },
    });
    assert_eq!(records[0], wanted);
    records[1]["ms"].take();
    let wanted = json!({
        "event": "summary", "schema": 1, "ok": 1, "failed": 0, "skipped": 0, "up_to_date": 0,
        "planned": 0, "failed_before": 0, "warnings": 0,
        "changes": {"new": 1, "changed": 0, "same": 0, "removed": null},
        "not_started": 0, "bytes": bytes, "ms": null, "interrupted": false,
        "predicted_bytes": null, "predicted_ms": null, "codes": {}, "next": [],
    });
    assert_eq!(records[1], wanted);
}

#[test]
fn nothing_is_mixed_into_the_records() {
    let folder = folder(&[("in/a.png", b""), ("in/b.ppm", &ppm(3, 3, |_, _| [1; 3]))]);
    let said = run(folder.path(), &["--json", "-v", "in", "out"]);
    assert_eq!((said.code, said.stderr.as_str()), (1, ""));
    assert_eq!(said.stdout.lines().count(), 3);
}

#[test]
fn a_dry_run_plans() {
    let folder = folder(&[("a.ppm", &ppm(30, 20, |_, _| [1; 3]))]);
    let (code, records) = records(folder.path(), &["-n", "a.ppm", "out"]);
    assert_eq!(
        (code, &records[0]["status"], &records[0]["size"]),
        (0, &json!("planned"), &json!(20))
    );
    assert_eq!(records[1]["planned"], 1);
}

/// The table of samples says what each gives, `ok, edge N` or a code.
#[test]
fn every_sample_gives_what_its_table_says() {
    let readme = std::fs::read_to_string(root().join("samples/README.md")).unwrap();
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut section = "";
    for line in readme.lines() {
        section = line.strip_prefix("## ").unwrap_or(section);
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let name = cells[0]
            .strip_prefix('`')
            .and_then(|name| name.strip_suffix('`'));
        if let (Some(name), [_, _, expected]) = (name, &cells[..]) {
            rows.push((format!("{section}{name}"), (*expected).to_string()));
        }
    }
    let samples = tree(&root().join("samples"));
    let pictures = samples
        .iter()
        .filter(|name| name.starts_with("pictures/") || name.starts_with("hostile/"));
    assert_eq!(rows.len(), pictures.count(), "a row for every file");
    let folder = folder(&[]);
    let samples = root().join("samples");
    let (_, records) = records(folder.path(), &[samples.to_str().unwrap(), "out"]);
    for (name, wanted) in rows {
        let source = samples.join(&name).display().to_string();
        let record = records
            .iter()
            .find(|record| record["source"] == source.as_str());
        let record = record.unwrap_or_else(|| panic!("no record of {name}"));
        let found = match record["status"].as_str() {
            Some("ok") => format!("ok, edge {}", record["size"]),
            _ => format!("`{}`", record["code"].as_str().unwrap_or_default()),
        };
        assert_eq!(found, wanted, "{name}: {}", record["message"]);
    }
}
