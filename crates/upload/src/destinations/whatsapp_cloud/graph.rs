//! What the errors of the Graph API mean. Codes marked D are documented by the vendor for this API.
//! All others are treated carefully: nothing is sent twice, and nothing counts as applied.

use serde_json::Value;

use crate::destinations::row::{AGAIN, HALF_AN_HOUR, LATER, Row, TWO_HOURS, row};
use crate::redact::Redactor;
use crate::verdict::{Action, Then, Verdict};

const TOKEN: &str = "make a new token; it needs whatsapp_business_management";
const CONSOLE: &str = "see the account in the vendor's console";

/// What the answer to the last step means, which sets the picture: a success only with status 200 and the
/// boolean `true` under `success`.
#[must_use]
pub fn graph_set(status: u16, body: &[u8], redactor: &Redactor) -> Verdict {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let has_failed = json.get("error").is_some_and(|error| !error.is_null());
    let is_done = json.get("success").and_then(Value::as_bool) == Some(true) && !has_failed;
    match (status, is_done) {
        (200, true) => Verdict::applied(None),
        _ => graph_answered(status, body, redactor),
    }
}

/// What an error of the Graph API means, from its status and body; never a success.
#[must_use]
pub fn graph_answered(status: u16, body: &[u8], redactor: &Redactor) -> Verdict {
    let error = error(body);
    let number = |key: &str| error.get(key).and_then(Value::as_u64);
    let text = |key: &str| error.get(key).and_then(Value::as_str);
    let code = number("code");
    let is_transient = error.get("is_transient").and_then(Value::as_bool) == Some(true);
    let known = code.and_then(|code| of_code(code, is_transient));
    let row = known.unwrap_or_else(|| of_status(status));
    let mut verdict = row.quoting(text("message").unwrap_or_default(), redactor);
    let mut marks = vec![format!("status {status}")];
    marks.extend(code.map(|code| format!("code {code}")));
    marks.extend(number("error_subcode").map(|code| format!("subcode {code}")));
    let trace = text("fbtrace_id");
    marks.extend(trace.map(|trace| format!("trace {}", redactor.text(trace))));
    verdict.text = format!("{} ({})", verdict.text, marks.join(", "));
    verdict
}

/// The error in a body; null if there is none.
fn error(body: &[u8]) -> Value {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    json.get("error").cloned().unwrap_or_default()
}

#[rustfmt::skip] // one row a line
fn of_code(code: u64, is_transient: bool) -> Option<Row> {
    Some(match code {
        // D: the token is wrong, expired or withdrawn.
        0 | 190 => row("bad_token", Action::StopCredential, "the token is not accepted", TOKEN),
        // D: permissions.
        3 | 10 | 200..=299 | 131_005 => row("no_permission", Action::StopCredential, "the token may not do this", TOKEN),
        // D: limits of the app, and of the business account, which hold for its other numbers too.
        4 | 80_007 => row("too_many_requests", Action::Wait { most: 4, then: Then::DeferScope(HALF_AN_HOUR) }, "the service refused: too often", AGAIN),
        // D: limits of the number.
        130_429 | 131_048 | 131_056 => row("too_many_requests", Action::Wait { most: 4, then: LATER }, "the service refused: too often", AGAIN),
        // D: blocked for a time, for a violation of the rules.
        368 => row("blocked", Action::Defer(TWO_HOURS), "the account is blocked for a time", CONSOLE),
        // D: locked. Other numbers of the app can belong to other accounts.
        131_031 => row("account_locked", Action::Fail, "the account is locked", CONSOLE),
        // D: no such object, or it was deleted.
        33 => row("no_such_number", Action::Refuse, "there is no such phone number", "check phone_number_id"),
        // D: a parameter is wrong, such as a handle that has expired. The next run makes a new one.
        100 | 131_008 | 131_009 => row("bad_parameter", Action::Fail, "the service refused a parameter", "check app_id and phone_number_id; run the same command again"),
        // D: something went wrong, or is overloaded.
        1 | 2 | 131_000 | 131_016 | 133_004 => FAULT,
        _ if is_transient => FAULT,
        _ => return None,
    })
}

const FAULT: Row = row(
    "service_fault",
    Action::Verify {
        resends: 1,
        then: LATER,
    },
    "the service had a fault",
    AGAIN,
);

#[rustfmt::skip] // one row a line
fn of_status(status: u16) -> Row {
    match status {
        300..=399 => row("redirected", Action::StopEndpoint, "the server redirects, which is never followed", "check api_url"),
        401 => row("bad_token", Action::StopCredential, "the token is not accepted", TOKEN),
        404 | 405 => row("wrong_address", Action::StopEndpoint, "the server knows no such call", "check api_url"),
        429 => row("too_many_requests", Action::Wait { most: 4, then: LATER }, "the service refused: too often", AGAIN),
        400..=499 => row("refused", Action::Refuse, "the service refused the picture", "see the message"),
        500..=599 => row("server_error", Action::Verify { resends: 1, then: LATER }, "the server had a fault", AGAIN),
        _ => row("unexpected_answer", Action::Verify { resends: 0, then: Then::Fail }, "the answer is not one that the service documents", "check that api_url leads to the Graph API and not to a login page"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_errors_have_their_meaning() {
        for (status, code, name) in [
            (400, 190, "bad_token"),
            (400, 4, "too_many_requests"),
            (400, 80_007, "too_many_requests"),
            (400, 130_429, "too_many_requests"),
            (500, 131_000, "service_fault"),
            (400, 100, "bad_parameter"),
            (403, 200, "no_permission"),
            (400, 33, "no_such_number"),
            (400, 99_999, "refused"),
            (500, 99_999, "server_error"),
        ] {
            let body = format!(
                r#"{{"error":{{"message":"no Zm9vYmFyMTIz","code":{code},"error_subcode":7,"fbtrace_id":"A1"}}}}"#
            );
            let secret = crate::secret::Secret::new("Zm9vYmFyMTIz").unwrap();
            let verdict = graph_answered(status, body.as_bytes(), &Redactor::new([secret]));
            assert_eq!(verdict.code, name, "{code}");
            let end = format!(": no *** (status {status}, code {code}, subcode 7, trace A1)");
            assert!(verdict.text.ends_with(&end), "{}", verdict.text);
            assert!(!verdict.is_applied());
        }
    }

    #[test]
    fn a_success_with_an_error_is_none() {
        for (body, wanted) in [
            (r#"{"success":true}"#, true),
            (r#"{"success":true,"error":null}"#, true),
            (r#"{"success":true,"error":{"code":131000}}"#, false),
            (r#"{"success":"true"}"#, false),
        ] {
            let verdict = graph_set(200, body.as_bytes(), &Redactor::default());
            assert_eq!(verdict.is_applied(), wanted, "{body}");
        }
    }

    #[test]
    fn limits_of_an_app_hold_for_its_numbers_and_those_of_a_number_for_itself() {
        for (code, wanted) in [
            (4, Then::DeferScope(HALF_AN_HOUR)),
            (80_007, Then::DeferScope(HALF_AN_HOUR)),
            (130_429, Then::Defer(HALF_AN_HOUR)),
            (131_056, Then::Defer(HALF_AN_HOUR)),
        ] {
            let body = format!(r#"{{"error":{{"code":{code}}}}}"#);
            let verdict = graph_answered(400, body.as_bytes(), &Redactor::default());
            let most = 4;
            let then = wanted;
            assert_eq!(verdict.action, Action::Wait { most, then }, "{code}");
        }
    }

    #[test]
    fn any_answer_has_a_verdict_and_none_is_applied() {
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..20_000 {
            let body: Vec<u8> = (0..random.usize(0..40)).map(|_| random.u8(..)).collect();
            let verdict = graph_answered(random.u16(..), &body, &Redactor::default());
            assert!(!verdict.is_applied(), "{body:?}");
        }
    }
}
