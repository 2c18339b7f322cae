//! Runs after a kill: nothing that was applied is sent again, and nothing is lost.

use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use fake_green_api::{Product, script};

use super::{ID, SPEED, Stage};
use crate::support::{Numbers, jpeg, said, write};

/// Waits for something that happens soon.
pub(super) fn until(done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "it never happened"
        );
        thread::sleep(Duration::from_millis(3));
    }
}

fn start(stage: &Stage, args: &[&str]) -> Child {
    let mut command = stage.command();
    command
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A server with those scenarios, and what a run left there that was killed after its first picture
/// had gone out.
pub(super) fn killed_while_sending(scenarios: &str) -> Stage {
    let stage = Stage::new(scenarios);
    let child = start(&stage, &[]);
    until(|| !stage.fake.records().posts(None).is_empty());
    kill(child);
    stage
}

/// A run that is killed before, during and after the send is taken up where it was.
#[test]
fn each_state_of_the_journal_is_taken_up() {
    for (scenario, wanted, posts) in [
        ("ghost(timeout)", "confirmed by what the account shows", 1),
        ("lost(timeout)", "applied", 2),
    ] {
        let stage = killed_while_sending(scenario);
        let (status, _) = stage.run(&["--status"]);
        assert!(
            status.stdout.starts_with("sending logo.jpg"),
            "{}",
            status.stdout
        );
        let (said, records) = stage.run(&[]);
        assert_eq!(said.code, 0, "{scenario}: {}", said.stderr);
        assert!(said.stderr.contains(wanted), "{scenario}: {}", said.stderr);
        assert_eq!(stage.fake.pictures(ID), 1, "{scenario}: applied once");
        assert_eq!(records.posts(None).len(), posts, "{scenario}");
    }
    // Planned: killed while the account was asked, nothing was sent yet.
    let stage = Stage::new("");
    stage
        .fake
        .script(ID, "getStateInstance", script("hang").unwrap());
    let child = start(&stage, &[]);
    until(|| !stage.fake.records().0.is_empty());
    kill(child);
    let (said, records) = stage.run(&[]);
    assert_eq!(
        (said.code, records.posts(None).len()),
        (0, 1),
        "{}",
        said.stderr
    );
}

/// An unknown outcome stays unknown until it is verified, whatever happens in between.
#[test]
fn a_doubt_outlives_runs_that_cannot_settle_it() {
    let mut stage = killed_while_sending("ghost(timeout)");
    for (state, code) in [("notAuthorized", 1), ("suspended", 3), ("starting", 3)] {
        stage.speed = if state == "starting" { 200.0 } else { SPEED };
        stage.fake.states(ID, &[(state, Duration::MAX)]);
        let (said, _) = stage.run(&[]);
        assert_eq!(said.code, code, "{state}: {}", said.stderr);
        let (status, _) = stage.run(&["--status"]);
        assert!(
            status.stdout.starts_with("unknown logo.jpg"),
            "{state}: {}",
            status.stdout
        );
        stage.fake.states(ID, &[("authorized", Duration::MAX)]);
        // A deferral ends with `--resend`.
        std::fs::remove_dir_all(stage.path().join("state")).unwrap();
    }
    stage.speed = SPEED;
    let said = stage.expect(&[], (0, 1));
    assert!(
        said.stderr.contains("confirmed by what the account shows"),
        "{}",
        said.stderr
    );
}

/// A refusal is not an unknown outcome while the next attempt is waited for, whatever the account
/// shows meanwhile.
#[test]
fn a_kill_in_the_pause_after_a_refusal_leaves_no_doubt() {
    for scenario in ["overlimit*2", "status(429)*2"] {
        let stage = Stage::new(scenario);
        let child = start(&stage, &[]);
        until(|| {
            // Before the first attempt it is planned, too: so that comes first.
            let was_sent = !stage.fake.records().posts(None).is_empty();
            let (status, _) = stage.run(&["--status"]);
            was_sent && status.stdout.starts_with("planned logo.jpg")
        });
        kill(child);
        assert_eq!(stage.fake.records().posts(None).len(), 1, "{scenario}");
        let other = jpeg(300, 300, |x, y| [x as u8, 255, y as u8]);
        stage.fake.show(ID, other);
        let (said, records) = stage.run(&[]);
        assert_eq!(said.code, 0, "{scenario}: {}", said.stderr);
        assert!(!said.stderr.contains("confirmed"), "{}", said.stderr);
        assert_eq!(records.posts(None).len(), 3, "{scenario}");
        assert_eq!(stage.fake.avatar(ID).as_deref(), Some(super::picture()));
    }
}

/// Another client's picture is not mistaken for the one that was sent, because pictures are
/// compared.
#[test]
fn a_doubt_is_settled_by_the_picture_where_it_is_compared() {
    let stage = killed_while_sending("lost(timeout)");
    let other = jpeg(300, 300, |x, y| [x as u8, 255, y as u8]);
    stage.fake.show(ID, other);
    // It shows something else than before and not this picture: so it was not applied.
    stage.expect(&["--verify"], (0, 2));
    assert_eq!(stage.fake.avatar(ID).as_deref(), Some(super::picture()));

    let stage = killed_while_sending("ghost(timeout)");
    let said = stage.expect(&["--verify"], (0, 1));
    assert!(
        said.stderr
            .contains("the account shows the picture that was sent"),
        "{}",
        said.stderr
    );
}

/// A `--resend` that sends nothing changes nothing in the journal.
#[test]
fn what_is_known_outlives_a_resend_that_sends_nothing() {
    let stage = Stage::new("");
    stage.expect(&[], (0, 1));
    stage.expect(&["--resend", "--deadline", "0s"], (3, 1));
    stage.fake.states(ID, &[("notAuthorized", Duration::MAX)]);
    stage.expect(&["--resend"], (1, 1));
    stage.fake.states(ID, &[("authorized", Duration::MAX)]);
    let said = stage.expect(&[], (0, 1));
    assert!(said.stderr.starts_with("up_to_date"), "{}", said.stderr);
    let stage = killed_while_sending("ghost(timeout)");
    stage.expect(&["--resend", "--deadline", "0s"], (3, 1));
    let said = stage.expect(&[], (0, 1));
    assert!(
        said.stderr.contains("confirmed by what the account shows"),
        "{}",
        said.stderr
    );
}

/// An unknown outcome does not matter any more once another picture was sent after it.
#[test]
fn another_picture_ends_a_doubt() {
    let stage = killed_while_sending("lost(timeout)");
    let first = std::fs::read(stage.path().join("out/logo.jpg")).unwrap();
    let other = jpeg(300, 300, |x, y| [x as u8, 255, y as u8]);
    for bytes in [&other, &first] {
        write(&stage.path().join("out/logo.jpg"), bytes);
        let (said, _) = stage.run(&[]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(
            stage.fake.avatar(ID).as_ref(),
            Some(bytes),
            "{}",
            said.stderr
        );
    }
}

/// An answer that counts as lost may only be late: the account is asked again before sending again.
#[test]
fn a_late_picture_is_not_sent_twice() {
    // The gateway gives up; the account call shows the old picture first, the new one later.
    let stage = Stage::new("ghost(502)");
    let old = r#"body({"avatar":"","phone":"1","stateInstance":"authorized","deviceId":"1"})"#;
    stage.fake.script(
        ID,
        "getWaSettings",
        script(&format!("{old};{old}")).unwrap(),
    );
    let (said, records) = stage.run(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stderr.contains("confirmed by what the account shows"),
        "{}",
        said.stderr
    );
    assert_eq!((records.posts(None).len(), stage.fake.pictures(ID)), (1, 1));
}

/// Row 43: the request in flight is finished, the rest is left for later.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing_in_doubt_that_can_be_settled() {
    let stage = Stage::new("slow(20000)");
    let others = ["1", "2", "3"];
    others.iter().for_each(|id| stage.enlist(id, ""));
    stage.list([ID].into_iter().chain(others).map(|id| (id, "logo.png")));
    let args = ["--accounts", "a.csv", "--senders", "1"];
    let mut command = stage.command();
    command
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    until(|| !stage.fake.records().posts(Some(ID)).is_empty());
    let id = child.id().to_string();
    std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    let stopped = said(&child.wait_with_output().unwrap());
    assert_eq!(stopped.code, 130, "{}", stopped.stderr);
    assert!(
        stopped.stderr.contains("applied logo.jpg -> n1101000001"),
        "{}",
        stopped.stderr
    );
    assert!(
        stopped.stderr.contains("[interrupted]"),
        "{}",
        stopped.stderr
    );
    let (said, records) = stage.run(&args);
    assert_eq!(
        (said.code, records.posts(None).len()),
        (0, 4),
        "{}",
        said.stderr
    );
    assert_eq!(stage.fake.pictures(ID), 1);
}

/// Kills a campaign at random moments and finishes it; returns how many kills hit a run at work.
fn campaign_with_kills(seed: u64, accounts: usize, kills: u32) -> u32 {
    let stage = Stage::with("", 5.0 * SPEED, Product::Whatsapp);
    let mut numbers = Numbers(seed);
    let ids: Vec<String> = (0..accounts)
        .map(|number| (5_000 + number).to_string())
        .collect();
    for id in &ids {
        let scenarios = [
            "",
            "ghost(reset)",
            "lost(reset)",
            "overlimit",
            "ghost(502)",
            "lost(502)",
            "slow(2000)",
            "status(429)",
        ][numbers.below(8)];
        stage.enlist(id, scenarios);
    }
    stage.list(ids.iter().map(|id| (id.as_str(), "logo.png")));
    let mut hits = 0;
    for _ in 0..kills {
        let mut child = start(&stage, &["--accounts", "a.csv"]);
        // Most soon after the start: a run that is over cannot be hit.
        let longest = [40, 100, 300][numbers.below(3)];
        thread::sleep(Duration::from_millis(5 + numbers.below(longest) as u64));
        hits += u32::from(child.try_wait().unwrap().is_none());
        kill(child);
    }
    // What was deferred for half an hour of the server's time is due soon.
    let start = Instant::now();
    loop {
        let (said, _) = stage.run(&["--accounts", "a.csv"]);
        if said.code == 0 {
            break;
        }
        assert_eq!(said.code, 3, "seed {seed}: {}", said.stderr);
        assert!(
            start.elapsed() < Duration::from_secs(120),
            "seed {seed}: {}",
            said.stderr
        );
        thread::sleep(Duration::from_secs(1));
    }
    let applied: Vec<u64> = ids.iter().map(|id| stage.fake.pictures(id)).collect();
    assert_eq!(
        applied,
        vec![1; accounts],
        "seed {seed}: each was applied once"
    );
    assert!(!stage.fake.records().overlaps(), "seed {seed}");
    hits
}

#[test]
fn random_kills_neither_double_nor_lose() {
    // How long a run takes depends on the machine: one of several campaigns is hit.
    let is_hit = (1..=6).any(|seed| campaign_with_kills(seed, 12, 6) > 0);
    assert!(is_hit, "no kill hit a run at work");
}

/// Hundreds of kills; minutes long.
#[test]
#[ignore = "takes minutes"]
fn hundreds_of_random_kills_neither_double_nor_lose() {
    let hits: u32 = (0..24)
        .map(|seed| campaign_with_kills(100 + seed, 150, 15))
        .sum();
    eprintln!("kills that hit a run at work: {hits} of 360; duplicates 0, losses 0");
    assert!(hits >= 200, "{hits}");
}
