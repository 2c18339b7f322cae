//! Pictures with serious flags are not sent before a person has approved them.

use std::fs;

use rusqlite::{Connection, params};
use serde_json::Value;

use super::{SPEED, Stage, with_account};
use crate::review::Review;
use crate::support::{png, run, said, write};

/// A wide logo, of which the centre square shows a part.
fn logo(red: u8) -> Vec<u8> {
    png(800, 200, |x, y| {
        let is_inside = (20..780).contains(&x) && (80..120).contains(&y);
        if is_inside {
            [red, 30, 40, 255]
        } else {
            [0; 4]
        }
    })
}

/// A server, and a result with a flag that `prepare` makes.
fn stage() -> Stage {
    let stage = Stage::new("");
    fs::remove_dir_all(stage.path().join("out")).unwrap();
    write(&stage.path().join("in/logo.png"), &logo(200));
    prepare(&stage, &["--gravity", "auto"]);
    stage
}

/// Prepares the logo; returns its record.
fn prepare(stage: &Stage, args: &[&str]) -> Value {
    let args = [args, &["--json", "in", "out"]].concat();
    let said = run(stage.path(), &args);
    assert_eq!(said.code, 0, "{}", said.stderr);
    serde_json::from_str(said.stdout.lines().next().unwrap()).unwrap()
}

/// Records a decision about the logo as it is now.
fn decide(stage: &Stage, verdict: &str) {
    let file = stage.path().join("out/.avatar-prep/decisions.sqlite");
    let database = Connection::open(file).unwrap();
    let version: i64 = database
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    if version == 0 {
        database
            .execute_batch(
                "CREATE TABLE decision (
                    number INTEGER PRIMARY KEY AUTOINCREMENT, root NOT NULL, source NOT NULL,
                    source_hash BLOB NOT NULL, verdict TEXT NOT NULL, seen TEXT, options TEXT,
                    by TEXT NOT NULL, at INTEGER NOT NULL
                );
                PRAGMA user_version = 1;",
            )
            .unwrap();
    }
    let bytes = fs::read(stage.path().join("in/logo.png")).unwrap();
    let seen = "cover crop 300,0,200,200 placed 0,0,100,100 padding none background #ffffff \
                lost logo_cut";
    let insert = "INSERT INTO decision (root, source, source_hash, verdict, seen, by, at) \
                  VALUES (?4, 'logo.png', ?1, ?2, ?3, 'test', 1)";
    let hash = blake3::hash(&bytes);
    let root = fs::canonicalize(stage.path().join("in")).unwrap();
    let values = params![hash.as_bytes().as_slice(), verdict, seen, root.to_str()];
    assert_eq!(database.execute(insert, values).unwrap(), 1);
}

/// Through the page that people use, up to the server.
#[test]
fn an_approval_in_a_review_is_enough() {
    let stage = stage();
    stage.expect(&[], (1, 0));
    let review = Review::start(stage.path());
    let entry = review.entry("logo.jpg");
    let change = serde_json::json!({
        "key": "00000000000000a1", "id": entry["id"], "version": entry["version"],
        "result": entry["result"], "source": entry["source_hash"], "verdict": "approved",
        "draft": null,
    });
    assert_eq!(review.post("/api/decide", &change).status, 200);
    stage.expect(&[], (0, 1));
}

#[test]
fn a_grave_flag_needs_approval() {
    let stage = stage();
    let said = stage.expect(&[], (1, 0));
    let wanted = ": it has the flag logo_cut and is not approved [not_approved]";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    let said = stage.expect(&["--json", "--report", "report.csv"], (1, 0));
    let records: Vec<Value> = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(records[0]["status"], "rejected");
    assert_eq!(records[0]["code"], "not_approved");
    assert!(records[0]["hint"].as_str().unwrap().contains("--yes"));
    assert_eq!(records[1]["rejected"], 1);
    let report = fs::read_to_string(stage.path().join("report.csv")).unwrap();
    assert!(report.contains("not_approved"), "{report}");
    // A dry run says the same.
    stage.expect(&["--dry-run"], (1, 0));
    decide(&stage, "approved");
    stage.expect(&[], (0, 1));
}

#[test]
fn yes_sends_what_is_flagged_and_not_what_a_person_rejected() {
    let stage = stage();
    stage.expect(&["--yes"], (0, 1));
    decide(&stage, "rejected");
    let said = stage.expect(&["--yes", "--resend"], (1, 1));
    assert!(
        said.stderr.contains("[rejected_by_person]"),
        "{}",
        said.stderr
    );
    decide(&stage, "undecided");
    stage.expect(&["--yes", "--resend"], (0, 2));
    let said = stage.expect(&["--yes", "--require-approval"], (2, 2));
    assert!(
        said.stderr.contains("--yes cannot be combined"),
        "{}",
        said.stderr
    );
}

/// If the cache cannot be written, what a result has lost is known from what its run was about to do.
#[test]
fn a_flag_that_could_not_be_stored_needs_approval_too() {
    let stage = stage();
    write(&stage.path().join("in/logo.png"), &logo(90));
    // SQLite cannot open its log.
    let log = stage.path().join("out/.avatar-prep/cache.sqlite-wal");
    fs::create_dir(&log).unwrap();
    // A run before it was killed while it wrote a line.
    let intents = stage.path().join("out/.avatar-prep/intents");
    fs::write(intents, "{\"output\":\"6c").unwrap();
    let args = ["--gravity", "auto", "in", "out"];
    let said = run(stage.path(), &args);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stderr.contains("nothing is recorded"),
        "{}",
        said.stderr
    );
    fs::remove_dir(&log).unwrap();
    let said = stage.expect(&[], (1, 0));
    assert!(
        said.stderr.contains("logo_cut and is not approved"),
        "{}",
        said.stderr
    );
    // The next run records it.
    let said = run(stage.path(), &args);
    assert!(
        said.stderr.starts_with("1 up to date, 1 with warnings in "),
        "{}",
        said.stderr
    );
    stage.expect(&[], (1, 0));
}

#[test]
fn an_approval_survives_a_remake_and_not_another_source_or_look() {
    let stage = stage();
    decide(&stage, "approved");
    prepare(
        &stage,
        &["--gravity", "auto", "--force", "--quality", "50..60"],
    );
    stage.expect(&["--require-approval"], (0, 1));
    // The square shows something else: no serious flag any more, so it is sent with a warning.
    let record = prepare(&stage, &["--fit", "auto"]);
    assert_eq!(record["framing"]["fit"], "contain");
    let said = stage.expect(&["--require-approval"], (1, 1));
    assert!(
        said.stderr
            .contains("the square shows something else since"),
        "{}",
        said.stderr
    );
    let said = stage.expect(&["--resend"], (0, 2));
    assert!(
        said.stderr
            .contains("the square shows something else since"),
        "{}",
        said.stderr
    );
    // The source is another one.
    write(&stage.path().join("in/logo.png"), &logo(90));
    prepare(&stage, &["--gravity", "auto"]);
    let said = stage.expect(&[], (1, 2));
    assert!(
        said.stderr.contains("its source has changed since"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_is_clean_needs_approval_only_if_asked() {
    let stage = Stage::new("");
    fs::remove_dir_all(stage.path().join("out")).unwrap();
    write(&stage.path().join("in/logo.png"), &logo(200));
    let record = prepare(&stage, &["--fit", "auto"]);
    let flags = record["flags"].to_string();
    assert!(!flags.contains("cut"), "{flags}");
    let said = stage.expect(&["--require-approval"], (1, 0));
    assert!(
        said.stderr.contains("it is not approved [not_approved]"),
        "{}",
        said.stderr
    );
    let said = stage.expect(&[], (0, 1));
    assert!(!said.stderr.contains("warning"), "{}", said.stderr);
}

#[test]
fn upload_after_preparing_has_the_same_gate_and_needs_no_cache() {
    let stage = Stage::new("");
    write(&stage.path().join("in/logo.png"), &logo(200));
    let deliver = |output: &str, more: &[&str]| {
        let mut command = with_account(stage.path(), "https://api.green-api.com");
        let speed = SPEED.to_string();
        command.args(["--gravity", "auto", "in/logo.png", output, "--upload"]);
        command.args(["--rehearse", &stage.fake.url(), "--speed", &speed]);
        said(&command.args(more).output().unwrap())
    };
    for output in ["folder/", "single/logo.jpg"] {
        let refused = deliver(output, &[]);
        assert_eq!(refused.code, 1, "{output}: {}", refused.stderr);
        assert!(
            refused.stderr.contains("[not_approved]"),
            "{output}: {}",
            refused.stderr
        );
        assert_eq!(stage.fake.records().posts(None).len(), 0, "{output}");
    }
    let sent = deliver("single/logo.jpg", &["--yes"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert_eq!(stage.fake.records().posts(None).len(), 1);
}

/// What a run leaves that is killed between publishing its results and writing their rows: the
/// intents, and no rows or those of the results before.
fn kill_before_rows(stage: &Stage, has_older_row: bool) {
    let state = stage.path().join("out/.avatar-prep");
    let database = Connection::open(state.join("cache.sqlite")).unwrap();
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    let intent = database
        .query_row(
            "SELECT hash, at, source_bytes, source_hash, edge, notes, background, framing \
             FROM prepare_output",
            [],
            |row| {
                let notes: String = row.get(5)?;
                Ok(serde_json::json!({
                    "output": hex(b"logo.jpg"), "hash": hex(&row.get::<_, Vec<u8>>(0)?),
                    "at": row.get::<_, i64>(1)?, "root": hex(b"/in"), "source": hex(b"logo.png"),
                    "source_bytes": row.get::<_, u64>(2)?, "source_written": null,
                    "source_hash": hex(&row.get::<_, Vec<u8>>(3)?), "recipe": hex(&[7; 32]),
                    "recipe_text": null, "max_bytes": 99_000, "preset": null,
                    "details": {
                        "format": "png", "width": 800, "height": 200, "orientation": 1,
                        "edge": row.get::<_, u32>(4)?, "quality": 90, "subsampling": null,
                        "notes": notes.lines().collect::<Vec<_>>(),
                        "background": row.get::<_, Option<String>>(6)?,
                        "framing": row.get::<_, Option<String>>(7)?,
                    },
                }))
            },
        )
        .unwrap();
    let change = match has_older_row {
        true => {
            "UPDATE prepare_output SET hash = zeroblob(32), written = 1, at = at - 9, notes = ''"
        }
        false => "DELETE FROM prepare_output",
    };
    assert_eq!(database.execute(change, []).unwrap(), 1);
    // The last line is cut.
    let intents = format!("{intent}\n{{\"output\":\"6c");
    fs::write(state.join("intents"), intents).unwrap();
}

#[test]
fn a_killed_run_leaves_no_gap_in_the_gate() {
    for has_older_row in [false, true] {
        let stage = stage();
        kill_before_rows(&stage, has_older_row);
        let said = stage.expect(&[], (1, 0));
        assert!(
            said.stderr.contains("logo_cut and is not approved"),
            "{}",
            said.stderr
        );
        decide(&stage, "approved");
        stage.expect(&["--require-approval"], (0, 1));
    }
}

#[test]
fn a_row_about_other_bytes_does_not_hide_the_one_that_fits() {
    let stage = stage();
    let state = stage.path().join("out/.avatar-prep");
    let shard = state.join("cache-2-of-2.sqlite");
    fs::copy(state.join("cache.sqlite"), &shard).unwrap();
    let later =
        "UPDATE prepare_output SET hash = zeroblob(32), written = 1, at = at + 9, notes = ''";
    let changed = Connection::open(shard).unwrap().execute(later, []);
    assert_eq!(changed.unwrap(), 1);
    let said = stage.expect(&[], (1, 0));
    assert!(
        said.stderr.contains("logo_cut and is not approved"),
        "{}",
        said.stderr
    );
}

#[test]
fn nothing_is_sent_if_the_cache_cannot_be_read() {
    let stage = stage();
    let file = stage.path().join("out/.avatar-prep/cache.sqlite");
    let database = Connection::open(file).unwrap();
    let damage = "UPDATE prepare_output SET source_hash = 'damaged'";
    assert_eq!(database.execute(damage, []).unwrap(), 1);
    drop(database);
    let said = stage.expect(&["--yes"], (2, 0));
    assert!(
        said.stderr.contains("could not use the cache"),
        "{}",
        said.stderr
    );
}

#[test]
fn an_approval_does_not_cover_what_is_lost_since() {
    let stage = stage();
    decide(&stage, "approved");
    let file = stage.path().join("out/.avatar-prep/cache.sqlite");
    let database = Connection::open(file).unwrap();
    let more =
        "UPDATE prepare_output SET notes = notes || char(10) || '!text_left_out' || char(9) || 'a'";
    assert_eq!(database.execute(more, []).unwrap(), 1);
    drop(database);
    let said = stage.expect(&[], (1, 0));
    assert!(
        said.stderr
            .contains("it was approved, and the square shows something else since"),
        "{}",
        said.stderr
    );
}
