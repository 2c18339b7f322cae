//! Interprets what HTTP itself says about a request, for all services: a missing answer, the target
//! of a redirect, and how long to wait.

use super::exchange::Exchange;
use super::phase::Phase;
use super::retry_after;
use crate::destinations::row::{AGAIN, LATER, row};
use crate::redact::Redactor;
use crate::verdict::{Action, Verdict};

/// After so many faults in a row as answers to a question, the delivery is deferred.
const MOST_FAULTS: u32 = 3;

/// The verdict of a send that got no answer; `None` if it got one.
#[rustfmt::skip] // one row a line
pub(crate) fn transport(exchange: &Exchange) -> Option<Verdict> {
    let row = match exchange.phase {
        Phase::NotConnected => row("not_connected", Action::Retry { most: 3 }, "no connection to the server", "check the network and the address"),
        Phase::Untrusted => row("untrusted_certificate", Action::StopEndpoint, "the server's certificate is not trusted", "check the address, the clock and proxies in between; no secret was sent"),
        Phase::Sending => row("cut_before_sent", Action::Retry { most: 2 }, "the connection ended before the picture was sent", "check the network"),
        Phase::Sent => row("answer_lost", Action::Verify { resends: 1, then: LATER }, "the picture was sent and no answer came back", AGAIN),
        Phase::Answered => return None,
    };
    let mut verdict = row.verdict();
    verdict.text = format!("{}: {}", verdict.text, exchange.failure);
    Some(verdict)
}

/// What an exchange means that does not answer a question. A question changes nothing, so it can be
/// repeated after a pause where a send could not: `verdict` says what the answer would mean for a
/// send.
pub(crate) fn unanswered(exchange: &Exchange, verdict: impl FnOnce() -> Verdict) -> Verdict {
    if !matches!(exchange.phase, Phase::Sending | Phase::Sent) {
        return as_question(verdict());
    }
    let text = format!("the server did not answer: {}", exchange.failure);
    Verdict::new(Action::Retry { most: 3 }, "no_answer", text, AGAIN)
}

/// Turns the verdict of a send into that of a request that changes nothing.
pub(crate) fn as_question(mut verdict: Verdict) -> Verdict {
    if verdict.may_be_applied() {
        let (most, then) = (MOST_FAULTS, LATER);
        verdict.action = Action::Wait { most, then };
    }
    verdict
}

/// The verdict on an answer, completed from its headers. The host of a redirect is masked too,
/// because it comes from the server.
pub(crate) fn with_headers(
    mut verdict: Verdict,
    exchange: &Exchange,
    redactor: &Redactor,
) -> Verdict {
    match &verdict.action {
        Action::StopEndpoint => {
            if let Some(host) = exchange.redirected_to() {
                verdict.text = format!("{}, to {}", verdict.text, redactor.text(&host));
            }
        }
        Action::Wait { .. } | Action::Verify { .. } => {
            verdict.no_sooner = exchange
                .retry_after()
                .map(|time| time.min(retry_after::LONGEST));
        }
        Action::Defer(time) => {
            let wanted = exchange.retry_after().unwrap_or_default();
            verdict.action = Action::Defer(wanted.min(retry_after::LONGEST).max(*time));
        }
        _ => {}
    }
    verdict
}
