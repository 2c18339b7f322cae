//! Clocks that are wrong or are set, on this machine and on the server.

use std::time::Duration;

use fake_green_api::{Product, script};

use super::resume::until;
use super::{ID, Stage, side_by_side};

/// Moves every stored time by this many milliseconds, as if the clock had been wrong by that.
fn shift_kept_times(stage: &Stage, millis: i64) {
    let pace = stage.path().join("state/avatar-prep/rehearsal-pace");
    for file in std::fs::read_dir(pace).unwrap() {
        let path = file.unwrap().path();
        if !path.to_string_lossy().contains("scope-") {
            continue;
        }
        let line = std::fs::read_to_string(&path).unwrap();
        let mut fields: Vec<String> = line.split_whitespace().map(String::from).collect();
        for index in [0, 1, 3] {
            let time: i64 = fields[index].parse().unwrap();
            fields[index] = format!("{:020}", (time + millis).max(0));
        }
        std::fs::write(&path, fields.join(" ")).unwrap();
    }
    let journal = stage.path().join("out/.avatar-prep/rehearsal.sqlite");
    let journal = rusqlite::Connection::open(journal).unwrap();
    let shift = "UPDATE upload_delivery SET updated = updated + ?1, not_before = not_before + ?1";
    assert_eq!(journal.execute(shift, [millis]).unwrap(), 1);
}

/// A clock that was wrong and is set between two runs neither locks an account nor frees it.
#[test]
fn a_clock_that_is_set_back_leaves_a_pause_as_long_as_it_was() {
    const YEAR: i64 = 365 * 86_400_000;
    let mut stage = Stage::with(
        "status(429,text,Retry-After=3600)",
        200.0,
        Product::Whatsapp,
    );
    stage.speed = 200.0;
    let (first, _) = stage.run(&[]);
    assert_eq!(first.code, 3, "{}", first.stderr);
    shift_kept_times(&stage, YEAR);
    let (second, records) = stage.run(&[]);
    let found = (second.code, records.posts(None).len());
    assert_eq!(found, (3, 1), "it still rests: {}", second.stderr);
    until(|| stage.run(&[]).0.code == 0);
    let records = stage.fake.records();
    assert_eq!(records.posts(None).len(), 2);
    let rest = records.shortest_spacing().unwrap();
    // The time between the two runs is added, because it cannot be known.
    assert!(rest >= Duration::from_secs(3600), "{rest:?}");
    assert!(rest < Duration::from_secs(3 * 3600), "{rest:?}");
}

/// A clock that was behind, or is set forward, may end a pause early: it is not prolonged.
#[test]
fn a_clock_that_is_set_forward_ends_a_pause() {
    let stage = Stage::new("status(429,text,Retry-After=3600)");
    assert_eq!(stage.run(&[]).0.code, 3);
    shift_kept_times(&stage, -86_400_000);
    let (said, records) = stage.run(&[]);
    let found = (said.code, records.posts(None).len());
    assert_eq!(found, (0, 2), "{}", said.stderr);
}

/// A date in `Retry-After` counts from the server's own clock, however wrong it is.
#[test]
fn a_server_whose_clock_is_off_is_waited_for_as_long_as_it_means() {
    side_by_side(&["-200000000", "200000000"], |skew| {
        let stage = Stage::new("");
        let skewed = script(&format!("clock-skew({skew})")).unwrap();
        stage.fake.script(ID, "getStateInstance", skewed);
        let refusal = script("status(429,object,Retry-After=+60)").unwrap();
        stage.fake.script(ID, "setProfilePicture", refusal);
        let (said, records) = stage.run(&[]);
        let found = (said.code, records.posts(None).len());
        assert_eq!(found, (0, 2), "{skew}: {}", said.stderr);
        let spacing = records.shortest_spacing().unwrap();
        // A date has whole seconds; a busy machine gets a minute of the server's time.
        let allowed = Duration::from_secs(59)..Duration::from_secs(60 + 16 + 60);
        assert!(allowed.contains(&spacing), "{skew}: {spacing:?}");
    });
}
