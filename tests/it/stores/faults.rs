//! Services that fail, slow down, cut bodies and refuse.

use avatar_stores::{Address, Asked, Kind, Said, StoreError, Understood, understood};

use super::{BUCKET, Bucket, Fate, Request, fill};
use crate::support::{folder, jpeg};

const SLOW_DOWN: &str = "<Error><Code>SlowDown</Code><Message>of NOBODY</Message></Error>";

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn what_passes_is_tried_again() {
    let bucket = Bucket::disturbed(|request, before| {
        let is_picture = request.path.ends_with("g");
        match (request.verb.as_str(), before, is_picture) {
            ("PUT", 0, true) => Fate::Answer(503, SLOW_DOWN),
            ("GET", 0, true) => Fate::Cut(100),
            ("GET", 1, true) => Fate::Answer(500, ""),
            ("GET", 0, false) => Fate::Answer(429, ""),
            _ => Fate::Pass,
        }
    });
    let count = fill(&bucket, "in/", 8);
    let files = folder(&[]);
    let args = [
        &format!("s3://{BUCKET}/in/"),
        &format!("s3://{BUCKET}/out/"),
        "--size",
        "50",
    ];
    let ran = bucket.run(files.path(), &args);
    assert_eq!(
        (ran.code, ran.count("status", "ok")),
        (0, count),
        "{:?}",
        ran.records
    );
    let checked = bucket.run(files.path(), &["verify", args[1]]);
    assert_eq!(checked.records[0]["intact"], count, "{:?}", checked.records);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn what_is_refused_has_its_code() {
    let code = |request: &Request, _| {
        let answers = [
            (
                "/denied.jpg",
                403,
                "<Error><Code>AccessDenied</Code></Error>",
            ),
            (
                "/skewed.jpg",
                403,
                "<Error><Code>RequestTimeTooSkewed</Code></Error>",
            ),
            (
                "/wrong.jpg",
                403,
                "<Error><Code>SignatureDoesNotMatch</Code></Error>",
            ),
            ("/old.jpg", 400, "<Error><Code>ExpiredToken</Code></Error>"),
            (
                "/moved.jpg",
                301,
                "<Error><Code>PermanentRedirect</Code></Error>",
            ),
        ];
        let found = answers.iter().find(|(end, ..)| request.path.ends_with(end));
        match found {
            Some((_, status, body)) => Fate::Answer(*status, body),
            None => Fate::Pass,
        }
    };
    let bucket = Bucket::disturbed(code);
    let names = ["denied", "skewed", "wrong", "old", "moved", "none"];
    let list: String = names
        .iter()
        .map(|name| format!("s3://{BUCKET}/{name}.jpg\n"))
        .collect();
    let list = list + "s3://no-such-bucket-here/a.jpg\n";
    let files = folder(&[("list", list.as_bytes())]);
    let ran = bucket.run(files.path(), &["--from", "list", "out"]);
    let codes: Vec<&str> = ran.files().map(|it| it["code"].as_str().unwrap()).collect();
    let wanted = [
        "access_denied",
        "clock_skew",
        "bad_credentials",
        "expired_credentials",
        "wrong_region",
        "no_such_object",
        "no_such_bucket",
    ];
    assert_eq!(codes, wanted, "{:?}", ran.records);
    for (args, code) in [
        (["s3://no-such-bucket-here/in/", "out"], "no_such_bucket"),
        (
            ["photos", "s3://no-such-bucket-here/out/"],
            "no_such_bucket",
        ),
    ] {
        std::fs::create_dir_all(files.path().join("photos")).unwrap();
        let ran = bucket.run(files.path(), &args);
        assert_eq!(ran.code, 2, "{:?}", ran.records);
        let error = ran
            .records
            .iter()
            .find(|it| it["event"] == "error")
            .unwrap();
        assert!(error["message"].as_str().unwrap().contains(code), "{error}");
        assert_eq!(error["code"], code, "{error}");
    }
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn what_is_too_large_is_not_fetched() {
    let bucket = Bucket::start();
    fill(&bucket, "in/", 2);
    let files = folder(&[]);
    let ran = bucket.run(
        files.path(),
        &[&format!("s3://{BUCKET}/in/"), "out", "--limit-bytes", "100"],
    );
    assert_eq!(ran.count("code", "limit_exceeded"), 2, "{:?}", ran.records);
    let seen = bucket.take_seen();
    assert!(
        seen.iter().all(|it| it.path.contains("list-type")),
        "{seen:?}"
    );
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn what_fails_after_all_tries_has_its_code() {
    let bucket = Bucket::disturbed(|request, _| match request.verb.as_str() {
        "GET" if request.path.ends_with("/slow.jpg") => Fate::Answer(503, SLOW_DOWN),
        "GET" if request.path.ends_with("/many.jpg") => Fate::Answer(429, ""),
        "GET" if request.path.ends_with("/failed.jpg") => Fate::Answer(500, ""),
        "GET" if request.path.ends_with("/cut.jpg") => Fate::Cut(100),
        _ => Fate::Pass,
    });
    let names = ["slow", "many", "failed", "cut", "whole"];
    for name in names {
        bucket.put(
            &format!("{name}.jpg"),
            &jpeg(60, 60, |x, _| [x as u8, 1, 2]),
        );
    }
    let line = |name: &str| format!("s3://{BUCKET}/{name}.jpg\n");
    let list: String = names.into_iter().map(line).collect();
    let files = folder(&[("list", list.as_bytes())]);
    let ran = bucket.run(files.path(), &["--from", "list", "out"]);
    let codes: Vec<&str> = ran
        .files()
        .map(|it| it["code"].as_str().unwrap_or(""))
        .collect();
    let wanted = [
        "slow_down",
        "slow_down",
        "server_error",
        "incomplete_body",
        "",
    ];
    assert_eq!(codes, wanted, "{:#?}", ran.records);
    let hints = ran.files().filter(|it| it["hint"].is_string());
    assert_eq!(hints.count(), 4, "each says what to try");
}

/// The client takes a request that is not allowed for an object that is missing.
#[test]
fn what_a_server_does_not_allow_is_not_missing() {
    let said = |asked: Asked, status: u16| -> Result<Understood, StoreError> {
        let address = Address::parse("https://files.example/in/a.jpg");
        let said = Said {
            status,
            head: &[],
            body: b"",
        };
        understood(&address.unwrap().unwrap(), asked, &said)
    };
    let kind = |asked, status| said(asked, status).unwrap_err().kind();
    assert_eq!(said(Asked::Head, 404).unwrap(), Understood::Head(None));
    assert_eq!(kind(Asked::Head, 405), Kind::NotSupported);
    assert_eq!(kind(Asked::Get(9), 404), Kind::NoSuchObject);
    assert_eq!(kind(Asked::Get(9), 405), Kind::NotSupported);
    // No status of HTTP.
    assert_eq!(kind(Asked::Get(9), 7), Kind::Other);
}
