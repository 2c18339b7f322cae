//! Scripts that change an account or the server for a time, and how the program reacts.

use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fake_green_api::{Product, script};

use super::resume::until;
use super::{ID, SPEED, Stage, side_by_side};
use crate::support::write;

/// A server and what it answers to one method.
fn scripted(method: &str, scenarios: &str) -> Stage {
    let stage = Stage::new("");
    stage.fake.script(ID, method, script(scenarios).unwrap());
    stage
}

/// Row 3, or 5 where the library noticed first that it could not get rid of the picture: certainly
/// not sent, so there is no doubt, and it is tried as often as the row has it and then left.
#[test]
fn a_refused_connection_is_tried_again_and_left_for_later() {
    let stage = scripted("getWaSettings", "refuse(120)");
    let said = stage.expect(&[], (3, 0));
    let count = |text| said.stderr.matches(text).count();
    let (refused, cut) = (count("[not_connected]"), count("[cut_before_sent]"));
    // Four sends of a run, three of them cut: with the last it was left.
    let tries = refused + cut;
    assert!(
        tries == 4 && cut < 3 || (3..=4).contains(&tries) && cut == 3,
        "{}",
        said.stderr
    );
    assert_eq!(count("waiting"), tries - 1, "{}", said.stderr);
    let left = said.stderr.contains("deferred logo.jpg -> ");
    assert!(
        left && !said.stderr.contains("not before"),
        "{}",
        said.stderr
    );
    let address = stage.fake.url().replace("http://", "");
    until(|| TcpStream::connect(&address).is_ok());
    let (said, records) = stage.run(&[]);
    let found = (said.code, records.posts(None).len());
    assert_eq!(found, (0, 1), "{}", said.stderr);
}

#[test]
fn states_pass_by_time_and_by_questions() {
    // Method, what it answers, exit code, pictures sent, fewest and most questions, what is said.
    let cases = [
        (
            "getStateInstance",
            "state(starting,30)",
            0,
            1,
            2..=4,
            "applied",
        ),
        (
            "getStateInstance",
            "state(blocked)",
            1,
            0,
            1..=1,
            "[blocked]",
        ),
        (
            "getStateInstance",
            "starting-then(3,authorized)",
            0,
            1,
            4..=4,
            "applied",
        ),
        (
            "getStateInstance",
            "starting-then(2,notAuthorized)",
            1,
            0,
            3..=3,
            "[not_authorized]",
        ),
        (
            "setProfilePicture",
            "state(starting,20)",
            0,
            2,
            2..=4,
            "applied",
        ),
        (
            "setProfilePicture",
            "starting-then(2,authorized)",
            0,
            2,
            4..=4,
            "applied",
        ),
        (
            "setProfilePicture",
            "starting-then(1,expired)",
            1,
            1,
            3..=3,
            "expired",
        ),
    ];
    side_by_side(&cases, |(method, scenarios, code, sent, asked, wanted)| {
        let stage = scripted(method, scenarios);
        let (said, records) = stage.run(&[]);
        let found = (said.code, records.posts(None).len());
        assert_eq!(found, (*code, *sent), "{scenarios}: {}", said.stderr);
        assert!(said.stderr.contains(wanted), "{scenarios}: {}", said.stderr);
        let questions = records.0.iter().filter(|it| it.asks("getStateInstance"));
        let questions = questions.count();
        assert!(
            asked.contains(&questions),
            "{scenarios}: {questions} questions"
        );
    });
}

/// Row 8: after three refusals the account rests for as long as the messenger sulks.
#[test]
fn a_cascade_is_sat_out() {
    let mut stage = Stage::with("cascade", 15.0 * SPEED, Product::Whatsapp);
    stage.speed = 15.0 * SPEED;
    let (said, records) = stage.run(&[]);
    let found = (said.code, records.posts(None).len());
    assert_eq!(found, (3, 3), "{}", said.stderr);
    let wanted = "[rate_overlimit], not before ";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    until(|| stage.run(&[]).0.code == 0);
    let records = stage.fake.records();
    let posts = records.posts(None);
    assert_eq!((posts.len(), stage.fake.pictures(ID)), (4, 1));
    let rest = posts[3].arrived - posts[2].arrived;
    assert!(rest >= Duration::from_secs(30 * 60), "{rest:?}");

    // With `--resend` the messenger refuses again.
    let stage = Stage::new("cascade");
    assert_eq!(stage.run(&[]).0.code, 3);
    let (said, _) = stage.run(&["--resend"]);
    assert_eq!(
        (said.code, stage.fake.pictures(ID)),
        (3, 0),
        "{}",
        said.stderr
    );
}

/// Row 25, in a script of the one call that sends.
#[test]
fn a_suspension_amid_a_run_lasts_until_it_is_over() {
    let until = "suspended(2099-01-01T00:00:00Z)";
    let stage = Stage::with(until, SPEED, Product::Max);
    let accounts = format!("name,id_instance,product\nlogo,{ID},max\n");
    write(&stage.path().join("max.csv"), accounts.as_bytes());
    let (said, records) = stage.run(&["--accounts", "max.csv"]);
    let found = (said.code, records.posts(None).len());
    assert_eq!(found, (3, 1), "{}", said.stderr);
    let (_, time) = said.stderr.split_once("[suspended], not before ").unwrap();
    // The 32 days that are believed at most, 20 times as fast; two hours would be over sooner.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let tomorrow = avatar_upload::display_time(now + Duration::from_secs(86_400));
    assert!(time > tomorrow.as_str(), "{time}");
}
