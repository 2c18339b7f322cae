//! The pause between two pictures of an account: it is kept across attempts, processes and folders,
//! and is as long as the server asks for.

use std::process::Stdio;
use std::time::{Duration, SystemTime};

use fake_green_api::{Algorithm, Config, Fake, Order, Product};

use super::{ID, SPEED, Stage, picture, rehearsal_token, side_by_side};
use crate::support::{jpeg, said, write};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A date of HTTP so many seconds from now.
fn date(seconds: u64) -> String {
    httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds))
}

#[test]
fn retry_after_is_heard_in_every_form() {
    let (now, soon, past) = (date(0), date(30), date(0));
    let skewed = "Tue, 24 Nov 2020 12:00:30 GMT,Date=Tue, 24 Nov 2020 12:00:00 GMT".to_string();
    // A time below ten seconds is never used, a longer one always, and an invalid one is ignored.
    let cases = [
        (429, "30".to_string(), 30, 46),
        (429, "0".into(), 10, 26),
        (429, "3".into(), 10, 26),
        (429, "-5".into(), 10, 26),
        (429, "soon".into(), 10, 26),
        (429, "1.5".into(), 10, 26),
        (429, format!("{soon},Date={now}"), 30, 46),
        (429, past, 10, 26),
        (429, skewed, 30, 46),
        (503, "30".into(), 30, 46),
    ];
    side_by_side(&cases, |(status, wish, least, most)| {
        let stage = Stage::new(&format!("status({status},object,Retry-After={wish})"));
        let (said, records) = stage.run(&[]);
        assert_eq!(
            (said.code, records.posts(None).len()),
            (0, 2),
            "{wish}: {}",
            said.stderr
        );
        let spacing = records.shortest_spacing().unwrap();
        // The upper bound leaves a minute of the server's time to a busy machine.
        let allowed = seconds(*least)..seconds(*most + 60);
        assert!(allowed.contains(&spacing), "{status} {wish}: {spacing:?}");
    });
}

#[test]
fn a_wish_for_hours_is_left_for_another_run() {
    for (status, wish) in [(429, "3600"), (429, "99999999999999999999"), (503, "7200")] {
        let stage = Stage::new(&format!("status({status},text,Retry-After={wish})"));
        let (said, records) = stage.run(&[]);
        assert_eq!(
            (said.code, records.posts(None).len()),
            (3, 1),
            "{wish}: {}",
            said.stderr
        );
        assert!(
            said.stderr.contains(", not before "),
            "{wish}: {}",
            said.stderr
        );
        // The same command soon after asks nobody; it says when.
        let (again, later) = stage.run(&[]);
        assert_eq!(
            (again.code, later.posts(None).len()),
            (3, 1),
            "{wish}: {}",
            again.stderr
        );
        assert!(
            again.stderr.contains(", not before "),
            "{wish}: {}",
            again.stderr
        );
        // With `--resend` it is sent.
        let (forced, later) = stage.run(&["--resend"]);
        assert_eq!(
            (forced.code, later.posts(None).len()),
            (0, 2),
            "{wish}: {}",
            forced.stderr
        );
    }
}

#[test]
fn each_kind_of_limiter_is_satisfied_by_the_distance() {
    let mut cases = Vec::new();
    for limiter in [Algorithm::Sliding, Algorithm::Fixed, Algorithm::Bucket] {
        cases.extend([(limiter, false), (limiter, true)]);
    }
    side_by_side(&cases, |&(limiter, rejected_calls_count)| {
        let mut stage = Stage::new("");
        stage.fake = Fake::start(Config {
            time_scale: SPEED,
            limiter,
            rejected_calls_count,
            ..Config::default()
        })
        .unwrap();
        stage
            .fake
            .account(ID, &rehearsal_token(ID), Product::Whatsapp);
        for round in 0..3 {
            let (said, records) = stage.run(&["--resend"]);
            assert_eq!(said.code, 0, "{limiter:?}: {}", said.stderr);
            let statuses: Vec<_> = records.posts(None).iter().map(|post| post.status).collect();
            assert_eq!(
                statuses,
                vec![200; round + 1],
                "{limiter:?}: nothing was refused"
            );
        }
    });
}

#[test]
fn a_messenger_that_sulks_is_left_alone() {
    let mut stage = Stage::new("");
    stage.fake = Fake::start(Config {
        time_scale: SPEED,
        messenger_gap: seconds(3600),
        penalty_after: Some(3),
        ..Config::default()
    })
    .unwrap();
    stage
        .fake
        .account(ID, &rehearsal_token(ID), Product::Whatsapp);
    let (first, _) = stage.run(&[]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let said = stage.expect(&["--resend"], (3, 4));
    assert!(
        said.stderr.contains("[rate_overlimit], not before "),
        "{}",
        said.stderr
    );
}

/// Another client uses up the account's allowance: refusals appear without a visible reason.
#[test]
fn a_noisy_neighbour_delays_and_harms_nothing() {
    let mut stage = Stage::new("");
    stage.fake = Fake::start(Config {
        time_scale: SPEED,
        neighbour: Some(2),
        ..Config::default()
    })
    .unwrap();
    stage
        .fake
        .account(ID, &rehearsal_token(ID), Product::Whatsapp);
    assert_eq!(stage.run(&[]).0.code, 0);
    let (said, records) = stage.run(&["--resend"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let statuses: Vec<_> = records.posts(None).iter().map(|post| post.status).collect();
    assert_eq!(statuses, [200, 429, 200]);
    assert_eq!(stage.fake.pictures(ID), 2);
}

/// It is not known in which order the service checks, and nothing here depends on it.
#[test]
fn the_order_of_checks_does_not_matter() {
    let orders = [
        Order::TokenFirst,
        Order::LimiterFirst,
        Order::LifeBeforeLimiter,
    ];
    let mut cases = Vec::new();
    for order in orders {
        for (state, token, code) in [
            ("authorized", rehearsal_token(ID), 0),
            ("authorized", "another-token".into(), 1),
            ("notAuthorized", rehearsal_token(ID), 1),
        ] {
            cases.push((order, state, token, code));
        }
    }
    side_by_side(&cases, |(order, state, token, code)| {
        let mut stage = Stage::new("");
        stage.fake = Fake::start(Config {
            time_scale: SPEED,
            order: *order,
            forbidden_as_json: true,
            unauthorized_in_200: *order == Order::LimiterFirst,
            ..Config::default()
        })
        .unwrap();
        stage.fake.account(ID, token, Product::Whatsapp);
        stage.fake.states(ID, &[(state, Duration::MAX)]);
        let (said, _) = stage.run(&[]);
        assert_eq!(said.code, *code, "{order:?} {state}: {}", said.stderr);
        let (again, _) = stage.run(&["--resend"]);
        assert_eq!(again.code, *code, "{order:?} {state}: {}", again.stderr);
    });
}

#[test]
fn two_processes_keep_the_distance_of_an_account_together() {
    let stage = Stage::new("");
    let other = jpeg(300, 300, |x, y| [y as u8, x as u8, 200]);
    write(&stage.path().join("else/logo.jpg"), &other);
    let start = |out: &str| {
        let mut command = stage.command_for(out);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let running = [start("out"), start("else")];
    for child in running {
        let said = said(&child.wait_with_output().unwrap());
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    let records = stage.fake.records();
    assert_eq!(records.posts(None).len(), 2);
    assert!(records.shortest_spacing().unwrap() >= seconds(10));
    assert!(!records.overlaps());

    // The other picture came last or first; whichever folder asks again shows its own.
    for (out, bytes) in [("out", picture()), ("else", &other)] {
        let said = said(&start(out).wait_with_output().unwrap());
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(
            stage.fake.avatar(ID).as_deref(),
            Some(bytes),
            "{out}: {}",
            said.stderr
        );
    }
    assert!(stage.fake.records().shortest_spacing().unwrap() >= seconds(10));
}

#[test]
fn one_folder_is_delivered_by_one_process_at_a_time() {
    let stage = Stage::new("hang");
    let mut first = stage.command();
    first.stdout(Stdio::null()).stderr(Stdio::null());
    let mut first = first.spawn().unwrap();
    super::resume::until(|| !stage.fake.records().posts(None).is_empty());
    let (second, _) = stage.run(&[]);
    assert_eq!(second.code, 2, "{}", second.stderr);
    assert!(
        second
            .stderr
            .contains("another upload of this folder is running")
    );
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert_eq!(stage.fake.pictures(ID), 1);
}

#[test]
fn a_run_has_a_deadline() {
    let stage = Stage::new(&"overlimit;".repeat(2));
    let said = stage.expect(&["--deadline", "0s"], (3, 0));
    assert!(said.stderr.contains("[out_of_time]"), "{}", said.stderr);
    let (said, _) = stage.run(&["--deadline", "10m"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}
