//! States of accounts, the three messengers, and `--check`.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fake_green_api::{Fake, Product, script};

use super::{ID, SPEED, Stage, rehearsal_token, side_by_side, upload};
use crate::support::{said, write};

const FOREVER: Duration = Duration::MAX;

#[test]
fn every_state_is_known() {
    let cases = [
        ("authorized", 0, 1, "applied"),
        ("notAuthorized", 1, 0, "[not_authorized]"),
        ("blocked", 1, 0, "[blocked]"),
        ("yellowCard", 1, 0, "[yellow_card]"),
        ("suspended", 3, 0, "[suspended], not before "),
        ("pendingPassword", 1, 0, "[login_unfinished]"),
        ("pendingCode", 1, 0, "[login_unfinished]"),
        ("sleepwalking", 1, 0, "sleepwalking [unknown_state]"),
    ];
    side_by_side(&cases, |&(state, code, posts, wanted)| {
        let stage = Stage::new("");
        stage.fake.states(ID, &[(state, FOREVER)]);
        let (said, records) = stage.run(&[]);
        assert_eq!(
            (said.code, records.posts(None).len()),
            (code, posts),
            "{state}: {}",
            said.stderr
        );
        assert!(said.stderr.contains(wanted), "{state}: {}", said.stderr);
    });
}

#[test]
fn what_passes_is_waited_for_five_minutes() {
    let mut cases = Vec::new();
    for state in ["starting", "sleepMode", "null"] {
        cases.extend([(state, 0, 1), (state, 3, 0)]);
    }
    side_by_side(&cases, |&(state, code, posts)| {
        let stage = Stage::new("");
        // It passes after five questions, whenever they come.
        let said = match state {
            "null" => "body(null)".into(),
            state => format!(r#"body({{"stateInstance":"{state}"}})"#),
        };
        if code == 0 {
            let passing = script(&format!("{said}*5")).unwrap();
            stage.fake.script(ID, "getStateInstance", passing);
        } else {
            stage.fake.states(ID, &[(state, FOREVER)]);
        }
        let (said, records) = stage.run(&[]);
        assert_eq!(
            (said.code, records.posts(None).len()),
            (code, posts),
            "{state}: {}",
            said.stderr
        );
        let asked: Vec<_> = records
            .0
            .iter()
            .filter(|record| record.asks("getStateInstance"))
            .collect();
        let polls = asked
            .windows(2)
            .map(|pair| pair[1].arrived - pair[0].arrived);
        assert!(polls.min().unwrap() >= Duration::from_secs(10), "{state}");
        assert!(code == 3 || asked.len() == 6, "{state}: {}", asked.len());
        if code == 3 {
            let whole = asked.last().unwrap().arrived - asked[0].arrived;
            assert!(whole >= Duration::from_secs(280), "{state}: {whole:?}");
            assert!(
                said.stderr.contains(", not before "),
                "{state}: {}",
                said.stderr
            );
        }
    });
}

#[test]
fn yellow_cards_are_sent_to_on_request() {
    let stage = Stage::new("");
    stage.fake.states(ID, &[("yellowCard", FOREVER)]);
    stage.expect(&["--allow-yellow-card"], (0, 1));
}

#[test]
fn a_suspension_lasts_as_long_as_the_account_says() {
    let stage = Stage::with("", SPEED, Product::Max);
    write(
        &stage.path().join("max.csv"),
        format!("name,id_instance,product\nlogo,{ID},max\n").as_bytes(),
    );
    stage.fake.states(ID, &[("suspended", FOREVER)]);
    stage.fake.suspended_until(ID, "2099-01-01T00:00:00Z");
    let (said, _) = stage.run(&["--accounts", "max.csv"]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    let (_, time) = said.stderr.split_once("not before ").unwrap();
    // 32 days, the most that is believed, run 20 times as fast: later than two hours would be.
    assert!(time.contains("UTC"), "{time}");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let tomorrow = avatar_upload::display_time(now + Duration::from_secs(86_400));
    assert!(time > tomorrow.as_str(), "{time}");
}

#[test]
fn a_quota_names_counts_and_no_strangers() {
    let stage = Stage::new("");
    stage.fake.quota(ID, 100, 100);
    let (said, _) = stage.run(&[]);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(
        said.stderr
            .contains("setProfilePicture, 100 of 100 (status 466)"),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains("79001234567"), "{}", said.stderr);
}

/// MAX with and without `/v3` in its address, Telegram, WhatsApp: each by its own account call.
#[test]
fn three_messengers_are_served() {
    let cases = [
        (
            "whatsapp",
            Product::Whatsapp,
            "",
            "/waInstance",
            "getWaSettings",
        ),
        (
            "max",
            Product::Max,
            "",
            "/v3/waInstance",
            "getAccountSettings",
        ),
        (
            "max",
            Product::Max,
            "/v3",
            "/v3/waInstance",
            "getAccountSettings",
        ),
        (
            "telegram",
            Product::Telegram,
            "",
            "/waInstance",
            "getAccountSettings",
        ),
    ];
    side_by_side(&cases, |&(name, product, path, prefix, call)| {
        let stage = Stage::with("ghost(reset)", SPEED, product);
        let token = super::TOKEN;
        stage.fake.account(ID, token, product);
        stage
            .fake
            .script(ID, "setProfilePicture", script("ghost(502)").unwrap());
        let toml = format!(
            "[[account]]\nname = \"logo\"\nid_instance = {ID}\nproduct = \"{name}\"\n\
             token_env = \"GREEN_API_TOKEN\"\napi_url = \"{}{path}\"\n",
            stage.fake.url()
        );
        write(&stage.path().join("a.toml"), toml.as_bytes());
        let output = upload(stage.path(), "")
            .args(["--accounts", "a.toml"])
            .output()
            .unwrap();
        let said = said(&output);
        super::no_token(stage.path(), &said);
        assert_eq!(said.code, 0, "{name}{path}: {}", said.stderr);
        let records = stage.fake.records();
        assert!(
            records
                .0
                .iter()
                .filter(|record| !record.method.is_empty())
                .all(|record| record.path.starts_with(prefix)),
            "{name}{path}"
        );
        let asked = records.0.iter().filter(|record| record.asks(call)).count();
        assert_eq!((asked, stage.fake.pictures(ID)), (2, 1), "{name}{path}");
    });
}

#[test]
fn a_check_asks_everyone_and_sends_nothing() {
    let stage = Stage::new("");
    let fake: &Fake = &stage.fake;
    let mut csv = String::from("name;id_instance;product\n");
    for (id, state) in [
        ("11", "authorized"),
        ("12", "notAuthorized"),
        ("13", "starting"),
    ] {
        fake.account(id, &rehearsal_token(id), Product::Whatsapp);
        fake.states(id, &[(state, FOREVER)]);
        csv.push_str(&format!("n{id};{id};whatsapp\n"));
    }
    write(&stage.path().join("a.csv"), csv.as_bytes());
    let (said, records) = stage.run(&["--check", "--accounts", "a.csv"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let wanted = "ready n11 (11)\n\
                  not ready n12 (12): the account is not linked [not_authorized]\n  \
                  hint: link the device in the console of GREEN-API\n\
                  not ready n13 (13): the account is starting [starting]\n";
    assert!(said.stdout.starts_with(wanted), "{}", said.stdout);
    assert!(records.posts(None).is_empty());
    // Questions have a limit of their own.
    thread::sleep(Duration::from_millis(100));
    let (said, _) = stage.run(&["--check", "--json", "--accounts", "a.csv"]);
    let codes: Vec<String> = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|record| {
            format!(
                "{} {} {}",
                record["account"], record["ready"], record["code"]
            )
        })
        .collect();
    let wanted = [
        r#""n11" true "ready""#,
        r#""n12" false "not_authorized""#,
        r#""n13" false "starting""#,
    ];
    assert_eq!(codes, wanted);
}
