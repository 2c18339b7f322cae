//! What programs read: deliveries, the summary, the status, and what `--verify` adds.

use fake_green_api::script;
use serde_json::Value;

use super::{ID, Stage, picture};
use crate::support::{jpeg, write};

fn records(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect()
}

#[test]
fn deliveries_and_their_summary() {
    let stage = Stage::new("");
    for (id, scenarios) in [
        ("1", ""),
        ("2", "status(401)"),
        ("3", "overlimit*3"),
        ("4", "reason(\"locked\")"),
    ] {
        stage.enlist(id, scenarios);
    }
    let listed = ["1", "2", "3", "4"].map(|id| (id, "logo.png"));
    stage.list(listed.into_iter().chain([("5", "gone.png")]));
    write(&stage.path().join("out/more.jpg"), picture());
    let (said, _) = stage.run(&["--json", "--accounts", "a.csv"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let records = records(&said.stdout);
    assert_eq!(records.len(), 6, "{}", said.stdout);
    let of = |name: &str| {
        records
            .iter()
            .find(|record| record["account"] == name)
            .unwrap()
    };
    let short = |name: &str| {
        format!(
            "{} {} {}",
            of(name)["status"],
            of(name)["code"],
            of(name)["sends"]
        )
    };
    assert_eq!(short("n1"), r#""applied" "applied" 1"#);
    assert_eq!(short("n2"), r#""rejected" "bad_token" 1"#);
    assert_eq!(short("n3"), r#""deferred" "rate_overlimit" 3"#);
    assert_eq!(short("n4"), r#""rejected" "account_refused" 1"#);
    assert_eq!(short("n5"), r#""rejected" "no_picture" 0"#);
    let keys: Vec<_> = of("n1").as_object().unwrap().keys().cloned().collect();
    let wanted = "account code event hint host id id_instance message not_before picture schema sends sha256 shown status";
    assert_eq!(keys.join(" "), wanted);
    let shown = of("n1")["shown"].as_str().unwrap();
    assert!(shown.contains("_n.jpg?"), "as it can be opened: {shown}");
    assert!(of("n3")["not_before"].is_string());
    let summary = records.last().unwrap();
    for (key, value) in [
        ("event", Value::from("upload_summary")),
        ("schema", 1.into()),
        ("applied", 1.into()),
        ("up_to_date", 0.into()),
        ("rejected", 3.into()),
        ("deferred", 1.into()),
        ("unknown", 0.into()),
        ("not_started", 0.into()),
        ("accounts_without_picture", 0.into()),
        ("pictures_without_account", 1.into()),
        ("stopped", Value::Null),
        ("not_before", of("n3")["not_before"].clone()),
    ] {
        assert_eq!(summary[key], value, "{key}");
    }

    let (status, _) = stage.run(&["--status"]);
    assert_eq!(status.code, 0);
    for wanted in [
        "applied logo.jpg -> n1 (1)\n",
        "rejected logo.jpg -> n2 (2): the token is not accepted",
        "deferred logo.jpg -> n3 (3): the messenger refused: too many requests: rate-overlimit [rate_overlimit], not before 2",
        "  hint: check the token, it may have been renewed\n",
    ] {
        assert!(
            status.stdout.contains(wanted),
            "{wanted} is not in {}",
            status.stdout
        );
    }
    // A rehearsal is no delivery.
    let real = crate::support::run(stage.path(), &["upload", "out", "--status"]);
    assert_eq!(
        (real.code, real.stdout.as_str()),
        (0, "nothing was uploaded from here\n")
    );
}

#[test]
fn a_stop_is_in_the_summary() {
    let stage = Stage::new("");
    let ids = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
    ids.iter().for_each(|id| stage.enlist(id, "status(404)"));
    stage.list(ids.map(|id| (id, "logo.png")));
    let (said, fake) = stage.run(&["--json", "--accounts", "a.csv", "--senders", "1"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert_eq!(fake.posts(None).len(), 1, "nobody else is sent to");
    let records = records(&said.stdout);
    assert_eq!(records.len(), 10, "each has its record");
    assert_eq!(records[9]["stopped"], "stopped");
    assert_eq!(
        (&records[9]["rejected"], &records[9]["not_started"]),
        (&1.into(), &8.into())
    );
}

#[test]
fn what_shows_can_be_compared() {
    let stage = Stage::new("");
    let (said, records) = stage.run(&["--verify"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stderr
            .contains("applied, and the account shows the picture that was sent"),
        "{}",
        said.stderr
    );
    let fetched = records.0.last().unwrap();
    assert!(
        fetched.path.starts_with("/v/t61.24694-24/"),
        "{}",
        fetched.path
    );
    assert!(!fetched.path.contains("rehearsal"), "no token goes along");

    // The server says that the picture is applied, but shows another one.
    let other = jpeg(300, 300, |x, y| {
        [255 - x as u8, (x / 2) as u8, (y / 2) as u8]
    });
    let stage = Stage::new("");
    write(&stage.path().join("out/logo.jpg"), &other);
    assert_eq!(stage.run(&[]).0.code, 0);
    write(&stage.path().join("out/logo.jpg"), picture());
    let url = format!("{}/cdn/v/{ID}-1_n.jpg?oe=1", stage.fake.url());
    let claim = format!(r#"body({{"setProfilePicture":true,"urlAvatar":"{url}","reason":null}})"#);
    stage
        .fake
        .script(ID, "setProfilePicture", script(&claim).unwrap());
    let (said, _) = stage.run(&["--verify"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(
        said.stderr
            .contains("the account shows something else: it differs by "),
        "{}",
        said.stderr
    );

    // It was applied all the same: sending it again would change nothing.
    let (status, _) = stage.run(&["--status"]);
    let kept = "applied logo.jpg -> ";
    assert!(status.stdout.contains(kept), "{}", status.stdout);
    let (again, records) = stage.run(&["--verify"]);
    assert_eq!(
        (again.code, records.posts(None).len()),
        (0, 2),
        "{}",
        again.stderr
    );

    // Addresses elsewhere are not asked, and that takes nothing from what was applied.
    let stage = Stage::new(
        r#"body({"setProfilePicture":true,"urlAvatar":"http://192.0.2.1/x.jpg","reason":null})"#,
    );
    let (said, _) = stage.run(&["--verify"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stderr
            .contains("not compared: the picture is at an address that is not one of the service's, so it was not fetched"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_was_applied_is_not_sent_again() {
    let stage = Stage::new("");
    assert_eq!(stage.run(&[]).0.code, 0);
    let said = stage.expect(&[], (0, 1));
    assert!(
        said.stderr.contains("up_to_date logo.jpg"),
        "{}",
        said.stderr
    );
    stage.expect(&["--resend"], (0, 2));

    // Another picture replaces it, and then the first one is news again.
    let other = jpeg(300, 300, |x, y| [x as u8, 255, y as u8]);
    for bytes in [&other[..], picture()] {
        write(&stage.path().join("out/logo.jpg"), bytes);
        let (said, _) = stage.run(&[]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(
            stage.fake.avatar(ID).as_deref(),
            Some(bytes),
            "{}",
            said.stderr
        );
    }
    let (status, _) = stage.run(&["--status"]);
    assert!(
        status.stdout.contains("replaced logo.jpg"),
        "{}",
        status.stdout
    );
}
