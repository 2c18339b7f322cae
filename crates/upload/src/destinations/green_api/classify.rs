//! One total function from (phase, status, body) to a verdict.

use std::time::Duration;

use serde_json::{Map, Value};

use super::account::Product;
use super::avatar_name::named;
use super::table;
use crate::clock;
use crate::destination::Shown;
use crate::destinations::http::{self, Exchange, Parts};
use crate::destinations::row::Row;
use crate::redact::Redactor;
use crate::verdict::{Action, Verdict};

/// What the exchange of a send means. It succeeded only if the answer has status 200 and the
/// boolean `true` under `setProfilePicture` in its body.
#[must_use]
pub(super) fn classify(exchange: &Exchange, redactor: &Redactor) -> Verdict {
    http::transport(exchange).unwrap_or_else(|| answered(exchange.status, &exchange.body, redactor))
}

/// What the answer to a send means, from its status and body.
#[must_use]
pub fn answered(status: u16, body: &[u8], redactor: &Redactor) -> Verdict {
    if status == 200 && body.trim_ascii().is_empty() {
        // Also what is left of an answer that was cut: the picture may have been applied.
        return table::EMPTY.verdict();
    }
    said(status, body, redactor)
}

/// What an answer says that is not one to the question, from its status and body. An empty one says that the account
/// is being created, because nothing was sent.
pub(super) fn said(status: u16, body: &[u8], redactor: &Redactor) -> Verdict {
    let words = Words { body, redactor };
    match status {
        200 => ok(&words),
        _ => other(status, &words),
    }
}

/// What `stateInstance` in a body means; `Ok` if the account is ready.
pub(super) fn state(body: &[u8], redactor: &Redactor) -> Result<(), Verdict> {
    let words = Words { body, redactor };
    let json = words.json().unwrap_or_default();
    let Some(state) = json.get("stateInstance").and_then(Value::as_str) else {
        return Err(ok(&words));
    };
    match table::STATES.iter().find(|(name, _)| *name == state) {
        Some((_, None)) => Ok(()),
        Some((_, Some(row))) => Err(row.verdict()),
        None => Err(table::UNKNOWN_STATE.quoting(state, words.redactor)),
    }
}

/// Whether a body contains the state of the account.
pub(super) fn names_a_state(body: &[u8]) -> bool {
    json(body).is_some_and(|json| json.get("stateInstance").is_some_and(Value::is_string))
}

fn json(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_slice(body).ok()
}

/// A body, and the redactor for what is quoted from it.
struct Words<'a> {
    body: &'a [u8],
    redactor: &'a Redactor,
}

impl Words<'_> {
    fn json(&self) -> Option<Value> {
        json(self.body)
    }

    /// The message in an error body of any known form; empty for a page of HTML.
    fn message(&self) -> String {
        match self.json() {
            Some(Value::Object(object)) => ["message", "reason", "description", "error"]
                .iter()
                .find_map(|key| object.get(*key).map(sentence))
                .unwrap_or_default(),
            Some(Value::String(text)) => text,
            Some(_) => String::new(),
            None => {
                let text = String::from_utf8_lossy(self.body);
                let is_plain = !self.is_page() && !text.contains('\u{fffd}');
                if is_plain { text.into() } else { String::new() }
            }
        }
    }

    /// Whether it is a page of HTML, which comes from a server before the service, such as a firewall.
    fn is_page(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"<")
    }
}

/// The text of a message; validation errors come as lists of sentences, which are joined.
fn sentence(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(texts) => texts.iter().map(sentence).collect::<Vec<_>>().join("; "),
        _ => String::new(),
    }
}

fn ok(words: &Words<'_>) -> Verdict {
    if words.body.trim_ascii().is_empty() {
        return table::CREATING.verdict();
    }
    match words.json() {
        Some(Value::Null) => table::CREATING.verdict(),
        Some(Value::Object(object)) => answer(&object, words),
        _ => known_text(words).unwrap_or_else(|| table::UNEXPECTED.verdict()),
    }
}

fn answer(object: &Map<String, Value>, words: &Words<'_>) -> Verdict {
    match object.get("setProfilePicture") {
        Some(Value::Bool(true)) if contradicts(object) => {
            table::CONTRADICTION.quoting(&words.message(), words.redactor)
        }
        Some(Value::Bool(true)) => applied(object, words),
        Some(Value::Bool(false)) => refused(object.get("reason"), words),
        _ => {
            let code = object.get("code").and_then(Value::as_u64);
            match code {
                Some(401) => table::BAD_TOKEN.quoting(&words.message(), words.redactor),
                Some(403 | 404) => table::WRONG_ADDRESS.quoting(&words.message(), words.redactor),
                _ => known_text(words).unwrap_or_else(|| table::UNEXPECTED.verdict()),
            }
        }
    }
}

/// Whether an answer that says that the picture was set also says why it was not.
fn contradicts(object: &Map<String, Value>) -> bool {
    let is_said = |key: &&str| {
        let text = object.get(*key).and_then(Value::as_str);
        text.is_some_and(|text| !text.trim().is_empty())
    };
    let is_failure = |key: &&str| object.get(*key).and_then(Value::as_u64) >= Some(400);
    ["reason", "error"].iter().any(is_said) || ["code", "statusCode"].iter().any(is_failure)
}

fn applied(object: &Map<String, Value>, words: &Words<'_>) -> Verdict {
    let address = object.get("urlAvatar").and_then(Value::as_str);
    // A person or a report follows it.
    let address = address.filter(|address| Parts::of(address).is_some_and(|it| it.is_web()));
    let mut verdict = Verdict::applied(address.map(|address| words.redactor.link(address)));
    if address.is_none() {
        verdict.text = "applied, but the server does not say where the picture can be seen".into();
    }
    verdict
}

/// What the account shows, according to the answer of the account call; `None` if this is not such
/// an answer.
pub(super) fn shown(body: &[u8], product: Product) -> Option<Shown> {
    let settings = json(body)?;
    if settings.get("code").is_some() {
        return None;
    }
    Some(match settings.as_object()?.get("avatar") {
        Some(Value::String(address)) if !address.is_empty() => {
            Shown::Version(named(address, product))
        }
        Some(Value::String(_) | Value::Null) => Shown::Nothing,
        _ => Shown::Untold,
    })
}

/// The whole address of the picture in an answer, including its signature, for one download.
pub(super) fn picture_address(body: &[u8]) -> Option<String> {
    let answer = json(body)?;
    let mut addresses = ["urlAvatar", "avatar"]
        .iter()
        .filter_map(|key| answer.get(*key)?.as_str());
    addresses
        .next()
        .filter(|address| !address.is_empty())
        .map(String::from)
}

fn refused(reason: Option<&Value>, words: &Words<'_>) -> Verdict {
    let reason = match reason {
        None | Some(Value::Null) => return table::NO_REASON.verdict(),
        Some(Value::String(reason)) => reason.trim(),
        Some(other) => return table::UNKNOWN_REASON.quoting(&other.to_string(), words.redactor),
    };
    if reason.is_empty() {
        return table::NO_REASON.verdict();
    }
    let known = table::REASONS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(reason));
    let row = known.map_or(&table::UNKNOWN_REASON, |(_, row)| row);
    row.quoting(reason, words.redactor)
}

fn find(rows: &'static [(&str, Row)], message: &str) -> Option<&'static Row> {
    let message = message.to_lowercase();
    let found = rows.iter().find(|(text, _)| message.contains(text));
    found.map(|(_, row)| row)
}

/// The verdict of a text about the account's life cycle, which can come with any status.
fn known_text(words: &Words<'_>) -> Option<Verdict> {
    let message = words.message();
    find(table::TEXTS, &message).map(|row| row.quoting(&message, words.redactor))
}

fn other(status: u16, words: &Words<'_>) -> Verdict {
    let message = words.message();
    if status == 400 {
        let row = find(table::BAD_REQUESTS, &message);
        let refused = row.map(|row| row.quoting(&message, words.redactor));
        if let Some(verdict) = known_text(words).or(refused) {
            return verdict;
        }
    }
    if status == 403 && message.to_lowercase().contains("suspended") {
        let mut verdict = table::SUSPENDED.verdict();
        verdict.action = suspension(words.body).map_or(verdict.action, Action::Defer);
        return verdict;
    }
    let mut rows = table::STATUSES.iter();
    let row = rows.find(|(range, _)| range.contains(&status));
    let row = row.map_or(&table::UNEXPECTED, |(_, row)| row);
    let mut verdict = match status {
        466 => quota(row, words),
        _ => row.quoting(&message, words.redactor),
    };
    if status == 403 && words.is_page() {
        verdict.action = Action::StopScope;
    }
    verdict.text = format!("{} (status {status})", verdict.text);
    verdict
}

/// The time from now until `suspendedUntil` in a body.
pub(super) fn suspension(body: &[u8]) -> Option<Duration> {
    let until = match json(body)?.get("suspendedUntil")? {
        Value::Number(number) => clock::from_number(number.as_u64()?),
        Value::String(text) => clock::parse(text)?,
        _ => return None,
    };
    clock::from_now(until)
}

/// Quotes only the method and the counts, because the description can contain phone numbers of
/// other people.
fn quota(row: &Row, words: &Words<'_>) -> Verdict {
    let json = words.json().unwrap_or_default();
    let status = json.get("invokeStatus").cloned().unwrap_or_default();
    let field = |key: &str| match status.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => "?".into(),
    };
    let counts = format!(
        "{}, {} of {}",
        field("method"),
        field("used"),
        field("total")
    );
    Verdict {
        action: Action::StopScopeFor(clock::until_next_month()),
        ..row.quoting(&counts, words.redactor)
    }
}
