//! What the statuses of file servers and object stores mean for a PUT.

use crate::destinations::row::{AGAIN, HALF_AN_HOUR, LATER, Row, row};
use crate::hints;
use crate::redact::Redactor;
use crate::verdict::{Action, Then, Verdict};

/// What an answer to a PUT means that says of no success, from its status and body; never a success itself.
#[must_use]
pub fn put_answered(status: u16, body: &[u8], redactor: &Redactor) -> Verdict {
    let mut verdict = of_status(status).quoting(&words(body), redactor);
    verdict.text = format!("{} (status {status})", verdict.text);
    verdict
}

/// What an HTTP status means for a send. What a person corrects at the server, and not in the entry, is asked again by
/// the next run.
#[rustfmt::skip] // one row a line
pub(super) fn of_status(status: u16) -> Row {
    match status {
        300..=399 => row("redirected", Action::StopEndpoint, "the server redirects, which is never followed", "put the final address into url if you trust it"),
        401 => row("bad_token", Action::StopCredential, "the credential is not accepted", "check user and token"),
        403 => row("forbidden", Action::Fail, "the server does not allow it", "check the address: a signed one may have expired"),
        404 | 409 => row("no_folder", Action::Fail, "the server has no such folder", "create the folder there, or correct url"),
        405 | 501 => row("wrong_address", Action::Fail, "nothing can be put there", "check url"),
        408 => row("request_timeout", Action::Verify { resends: 1, then: LATER }, "the server waited too long", AGAIN),
        412 => row("exists", Action::Fail, "something else is there already", "remove it, or leave out create_only"),
        413 => row("too_large", Action::Refuse, "the picture is too large for the server", hints::SMALLER),
        423 => row("locked", Action::Wait { most: 4, then: LATER }, "somebody has locked the file", AGAIN),
        429 => row("too_many_requests", Action::Wait { most: 4, then: LATER }, "the server refused: too many requests", AGAIN),
        507 => row("server_full", Action::Defer(HALF_AN_HOUR), "the server has no space left", "make room there"),
        400..=499 => row("client_error", Action::Refuse, "the server refused the request", "see the message"),
        500..=599 => row("server_error", Action::Verify { resends: 2, then: LATER }, "the server had a fault", AGAIN),
        _ => row("unexpected_answer", Action::Verify { resends: 0, then: Then::Fail }, "the answer is not one to a PUT request", "check that url leads to a server that accepts files"),
    }
}

/// The server's own description of an error: the code of an object store, or one line of text.
fn words(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let code = text
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"));
    let is_plain = !text.trim_start().starts_with('<') && !text.contains('\u{fffd}');
    let plain = || text.lines().next().filter(|_| is_plain);
    code.map(|(code, _)| code)
        .or_else(plain)
        .unwrap_or_default()
        .into()
}
