//! What the statuses of file servers and object stores mean for a PUT.

use std::time::Duration;

use crate::redact::Redactor;
use crate::verdict::{Action, Then};

const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

/// What follows when it remains unknown whether a picture arrived.
pub(super) const LATER: Then = Then::Defer(HALF_AN_HOUR);

const AGAIN: &str = "run the same command again later";

/// What an HTTP status means for a send.
pub(super) fn meaning(status: u16) -> (Action, &'static str, &'static str, &'static str) {
    let later = |most| Action::Wait { most, then: LATER };
    let verify = |resends, then| Action::Verify { resends, then };
    match status {
        300..=399 => (
            Action::StopEndpoint,
            "redirected",
            "the server redirects, which is never followed",
            "put the final address into url if you trust it",
        ),
        401 => (
            Action::StopCredential,
            "bad_token",
            "the credential is not accepted",
            "check user and token",
        ),
        403 => (
            Action::Refuse,
            "forbidden",
            "the server does not allow it",
            "check the address: a signed one may have expired",
        ),
        404 | 409 => (
            Action::Fail,
            "no_folder",
            "the server has no such folder",
            "create the folder there, or correct url",
        ),
        405 | 501 => (
            Action::Refuse,
            "wrong_address",
            "nothing can be put there",
            "check url",
        ),
        408 => (
            verify(1, LATER),
            "request_timeout",
            "the server waited too long",
            AGAIN,
        ),
        412 => (
            Action::Refuse,
            "exists",
            "something else is there already",
            "remove it, or leave out create_only",
        ),
        413 => (
            Action::Refuse,
            "too_large",
            "the picture is too large for the server",
            "lower --max-bytes",
        ),
        423 => (later(4), "locked", "somebody has locked the file", AGAIN),
        429 => (
            later(4),
            "too_many_requests",
            "the server refused: too many requests",
            AGAIN,
        ),
        507 => (
            Action::Defer(HALF_AN_HOUR),
            "server_full",
            "the server has no space left",
            "make room there",
        ),
        400..=499 => (
            Action::Refuse,
            "client_error",
            "the server refused the request",
            "see the message",
        ),
        500..=599 => (
            verify(2, LATER),
            "server_error",
            "the server had a fault",
            AGAIN,
        ),
        _ => (
            verify(0, Then::Fail),
            "unexpected_answer",
            "the answer is not one to a PUT request",
            "check that url leads to a server that accepts files",
        ),
    }
}

/// The server's own description of an error: the code of an object store, or one line of text.
pub(super) fn words(body: &[u8], redactor: &Redactor) -> String {
    let text = String::from_utf8_lossy(body);
    let between = |open: &str, close: &str| {
        let (_, rest) = text.split_once(open)?;
        Some(rest.split_once(close)?.0.to_string())
    };
    let code = between("<Code>", "</Code>");
    let is_plain = !text.trim_start().starts_with('<') && !text.contains('\u{fffd}');
    let plain = || is_plain.then(|| text.lines().next().unwrap_or_default().to_string());
    let words = code.or_else(plain).unwrap_or_default();
    match redactor.text(words.trim()) {
        words if words.is_empty() => words,
        words => format!(": {words}"),
    }
}
