//! Every documented answer of GREEN-API has its verdict, and every other answer has one too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use avatar_upload::{Action, Redactor, Secret, Then, Verdict};

const TOKEN: &str = "0ddba11-this-is-no-token-of-anybody";

fn redactor() -> Redactor {
    Redactor::new([Secret::new(TOKEN).unwrap()])
}

fn answered(status: u16, body: &str) -> Verdict {
    avatar_upload::answered(status, body.as_bytes(), &redactor())
}

/// The action without its particulars, as one word.
fn word(action: &Action) -> String {
    let then = |then: &Then| match then {
        Then::Fail => "fail".to_string(),
        Then::Refuse => "refuse".to_string(),
        Then::Defer(time) => format!("defer {}", time.as_secs()),
        Then::DeferScope(time) => format!("defer scope {}", time.as_secs()),
    };
    match action {
        Action::Applied { .. } => "applied".into(),
        Action::Retry { most } => format!("retry {most}"),
        Action::Wait { most, then: end } => format!("wait {most}, {}", then(end)),
        Action::Await { .. } => "await".into(),
        Action::Verify { resends, then: end } => format!("verify {resends}, {}", then(end)),
        Action::Fail => "fail".into(),
        Action::Defer(time) => format!("defer {}", time.as_secs()),
        Action::Refuse => "refuse".into(),
        Action::StopScope => "stop scope".into(),
        Action::StopCredential => "stop credential".into(),
        Action::StopScopeFor(_) => "stop scope for".into(),
        Action::StopEndpoint => "stop endpoint".into(),
        Action::StopRun => "stop run".into(),
    }
}

fn refused(reason: &str) -> String {
    format!(r#"{{"reason":{reason},"urlAvatar":null,"setProfilePicture":false}}"#)
}

#[test]
fn answers_with_200() {
    let fault = "wait 3, defer 1800";
    for (body, wanted, code) in [
        (r#"{"reason":null,"urlAvatar":"https://pps.whatsapp.net/v/1_n.jpg?oe=655ADB17","setProfilePicture":true}"#.into(), "applied", "applied"),
        (r#"{"setProfilePicture":true,"urlAvatar":"","reason":"","more":[1]}"#.into(), "applied", "applied"),
        ("\u{feff}{\"setProfilePicture\":true}".into(), "applied", "applied"),
        (refused(r#""rate-overlimit""#), "wait 3, defer 1800", "rate_overlimit"),
        (refused(r#""Rate-Overlimit""#), "wait 3, defer 1800", "rate_overlimit"),
        (refused(r#""not-acceptable""#), "refuse", "picture_refused"),
        (refused(r#""bad-request""#), "refuse", "picture_refused"),
        (refused(r#""not-authorized""#), "stop scope", "account_refused"),
        (refused(r#""forbidden""#), "stop scope", "account_refused"),
        (refused(r#""not-allowed""#), "stop scope", "account_refused"),
        (refused(r#""locked""#), "stop scope", "account_refused"),
        (refused(r#""gone""#), "stop scope", "account_refused"),
        (refused(r#""resource-limit""#), "defer 1800", "resource_limit"),
        (refused(r#""internal-server-error""#), fault, "messenger_fault"),
        (refused(r#""service-unavailable""#), fault, "messenger_fault"),
        (refused(r#""partial-server-error""#), fault, "messenger_fault"),
        (refused(r#""Connection Closed""#), fault, "messenger_fault"),
        (refused(r#""Timed Out""#), "verify 1, defer 1800", "messenger_timed_out"),
        (refused("null"), "wait 2, refuse", "refused_without_reason"),
        (refused(r#""""#), "wait 2, refuse", "refused_without_reason"),
        (r#"{"setProfilePicture":false}"#.into(), "wait 2, refuse", "refused_without_reason"),
        (refused(r#""moon-phase""#), "refuse", "refused"),
        (refused("17"), "refuse", "refused"),
        (r#"{"code":401,"description":"Unauthorized"}"#.into(), "stop credential", "bad_token"),
        (r#"{"code":403,"description":"Forbidden"}"#.into(), "stop credential", "forbidden"),
        (r#"{"code":404,"description":"Not Found"}"#.into(), "stop credential", "forbidden"),
        (r#""instance in starting process try later""#.into(), "await", "starting"),
        ("instance account not authorized".into(), "await", "not_authorized"),
        ("null".into(), "await", "being_created"),
        // Also what is left of an answer that was cut: the picture may have been applied.
        (String::new(), "verify 1, defer 1800", "answer_lost"),
        (" \r\n".into(), "verify 1, defer 1800", "answer_lost"),
        ("<html>Sign in</html>".into(), "verify 0, fail", "unexpected_answer"),
        ("[]".into(), "verify 0, fail", "unexpected_answer"),
        ("true".into(), "verify 0, fail", "unexpected_answer"),
        (r#"{"urlAvatar":"x","reason":null}"#.into(), "verify 0, fail", "unexpected_answer"),
        (r#"{"setProfilePicture":"true"}"#.into(), "verify 0, fail", "unexpected_answer"),
        (r#"{"setProfilePicture":1}"#.into(), "verify 0, fail", "unexpected_answer"),
        (r#"{"setProfilePicture":tr"#.into(), "verify 0, fail", "unexpected_answer"),
    ] {
        let verdict = answered(200, &body);
        assert_eq!((word(&verdict.action).as_str(), verdict.code), (wanted, code), "{body}");
    }
}

#[test]
fn what_shows_can_be_looked_at() {
    let address = "https://pps.whatsapp.net/v/1_n.jpg?ccb=1&oh=2&oe=655ADB17";
    let body = format!(r#"{{"setProfilePicture":true,"urlAvatar":"{address}"}}"#);
    let link = Some(address.to_string());
    assert_eq!(answered(200, &body).action, Action::Applied { link });
    let body = body.replace("oh=2", TOKEN);
    let Action::Applied { link: Some(link) } = answered(200, &body).action else {
        panic!("applied")
    };
    assert!(link.contains("***") && !link.contains(TOKEN), "{link}");
}

#[test]
fn answers_with_other_statuses() {
    let object = |message: &str| {
        format!(
            r#"{{"statusCode":400,"timestamp":"2026-01-01T00:00:00.000Z","path":"/waInstance1/setProfilePicture/{TOKEN}","message":"{message}"}}"#
        )
    };
    for (status, body, wanted, code) in [
        (400, object("instance in starting process try later"), "await", "starting"),
        (400, "\"instance is starting or not authorized\"".into(), "await", "not_authorized"),
        (400, object("instance account not authorized"), "await", "not_authorized"),
        (400, "Instance account is expired. Renew your instance from personal area".into(), "stop scope", "expired"),
        (400, object("Instance is deleted"), "stop scope", "deleted"),
        (400, "\"File is empty\"".into(), "refuse", "file_is_empty"),
        (400, object("Unsupported media type"), "refuse", "unsupported_media_type"),
        (400, object("Validation failed. Details: 'file'"), "refuse", "bad_request"),
        (400, "Unexpected token _ in JSON at position 1".into(), "refuse", "bad_request"),
        (400, String::new(), "refuse", "bad_request"),
        (401, String::new(), "stop credential", "bad_token"),
        (403, object("Your account is suspended"), "defer 7200", "suspended"),
        // A page comes from whatever stands before the service, and says nothing of the account.
        (403, "<html>403 Forbidden nginx</html>".into(), "stop scope", "forbidden"),
        (404, object("Cannot POST"), "stop endpoint", "wrong_address"),
        (405, String::new(), "stop endpoint", "wrong_address"),
        (204, String::new(), "verify 0, fail", "unexpected_answer"),
        (407, String::new(), "stop endpoint", "proxy_login"),
        (408, String::new(), "verify 1, defer 1800", "request_timeout"),
        (413, "<html>413</html>".into(), "refuse", "too_large"),
        (415, String::new(), "refuse", "client_error"),
        (422, String::new(), "refuse", "client_error"),
        (418, String::new(), "refuse", "client_error"),
        (429, String::new(), "wait 4, defer 1800", "too_many_requests"),
        (466, r#"{"invokeStatus":{"method":"m","used":3,"total":"3","description":"79001234567@c.us"}}"#.into(), "stop scope for", "quota"),
        (469, String::new(), "defer 7200", "throttled"),
        (499, String::new(), "verify 1, defer 1800", "client_closed"),
        (500, object("File from url exceeded"), "verify 1, fail", "server_error"),
        (502, "<html>".into(), "verify 3, defer 1800", "bad_gateway"),
        (504, "<html>".into(), "verify 3, defer 1800", "bad_gateway"),
        (520, String::new(), "verify 3, defer 1800", "bad_gateway"),
        (524, String::new(), "verify 3, defer 1800", "bad_gateway"),
        (503, String::new(), "verify 3, defer 1800", "unavailable"),
        (301, String::new(), "stop endpoint", "redirected"),
        (307, String::new(), "stop endpoint", "redirected"),
        (308, String::new(), "stop endpoint", "redirected"),
        (100, String::new(), "verify 0, fail", "unexpected_answer"),
        (206, String::new(), "verify 0, fail", "unexpected_answer"),
        (600, String::new(), "verify 0, fail", "unexpected_answer"),
        (999, String::new(), "verify 0, fail", "unexpected_answer"),
    ] {
        let verdict = answered(status, &body);
        assert_eq!((word(&verdict.action).as_str(), verdict.code), (wanted, code), "{status} {body}");
        assert!(!verdict.text.contains(TOKEN), "{}", verdict.text);
        assert!(!verdict.hint.is_empty(), "{code}");
    }
}

#[test]
fn a_quota_lasts_to_the_first_and_names_no_strangers() {
    let body = r#"{"invokeStatus":{"method":"setProfilePicture","used":100,"total":"100","status":"QUOTE_EXCEEDED","description":"79001234567@c.us"},"correspondentsStatus":{"description":"79007654321@c.us"}}"#;
    let verdict = answered(466, body);
    assert_eq!(
        verdict.text,
        "the quota of the month is used up: setProfilePicture, 100 of 100 (status 466)"
    );
    let Action::StopScopeFor(time) = verdict.action else {
        panic!("{:?}", verdict.action)
    };
    assert!(time <= Duration::from_secs(31 * 86_400), "{time:?}");
}

#[test]
fn a_suspension_lasts_as_long_as_it_says() {
    let body = r#"{"message":"Your account is suspended","suspendedUntil":"9999-01-01T00:00:00Z"}"#;
    let Action::Defer(time) = answered(403, body).action else {
        panic!("deferred")
    };
    assert!(time > Duration::from_secs(7_900 * 365 * 86_400), "{time:?}");
}

#[test]
fn the_servers_words_are_repeated_without_the_token() {
    let body =
        format!(r#"{{"message":"Cannot GET /waInstance1/x/{TOKEN} \u001b[2J","path":"{TOKEN}"}}"#);
    assert_eq!(
        answered(404, &body).text,
        r"the server knows no such call: Cannot GET /waInstance1/x/*** \u{1b}[2J (status 404)"
    );
}

#[test]
fn any_answer_has_a_verdict_and_none_is_applied_without_a_true() {
    let mut random = fastrand::Rng::with_seed(1);
    let pieces = [
        "{",
        "}",
        "\"setProfilePicture\"",
        ":",
        "true",
        "false",
        "\"true\"",
        ",",
        "null",
        "\"reason\"",
        "\"rate-overlimit\"",
        "[",
        "]",
        "1",
        "\"code\"",
        "401",
        " ",
        "\u{feff}",
        "<html>",
        TOKEN,
        "instance is deleted",
        "\"message\"",
        "\u{0}",
        "é",
    ];
    for round in 0..200_000 {
        let count = random.usize(0..9);
        let body: String = (0..count)
            .map(|_| pieces[random.usize(0..pieces.len())])
            .collect();
        let status = if round % 2 == 0 { 200 } else { random.u16(..) };
        let verdict = answered(status, &body);
        let flag = || {
            let json: serde_json::Value =
                serde_json::from_str(body.trim_start_matches('\u{feff}')).ok()?;
            json.get("setProfilePicture")?.as_bool()
        };
        if verdict.is_applied() {
            assert_eq!((status, flag()), (200, Some(true)), "{body}");
        }
        assert!(!verdict.text.contains(TOKEN), "{body}");
    }
    for _ in 0..20_000 {
        let body: Vec<u8> = (0..random.usize(0..60)).map(|_| random.u8(..)).collect();
        let verdict = avatar_upload::answered(random.u16(..), &body, &redactor());
        assert!(!verdict.is_applied(), "{body:?}");
    }
}
