//! Interprets what HTTP itself says about a request, for all services: a missing answer, the target
//! of a redirect, and how long to wait.

use std::time::Duration;

use super::exchange::Exchange;
use super::phase::Phase;
use crate::redact::Redactor;
use crate::verdict::{Action, Then, Verdict};

/// A longer time in `Retry-After` is treated as an error of the server.
const LONGEST_WISH: Duration = Duration::from_secs(24 * 60 * 60);

/// The verdict of a send that got no answer; `None` if it got one. `resends` and `then` say what
/// follows if the answer was lost.
pub(crate) fn transport(exchange: &Exchange, resends: u32, then: Then) -> Option<Verdict> {
    let (action, code, text, hint) = match exchange.phase {
        Phase::NotConnected => (
            Action::Retry { most: 3 },
            "not_connected",
            "no connection to the server",
            "check the network and the address",
        ),
        Phase::Untrusted => (
            Action::StopEndpoint,
            "untrusted_certificate",
            "the server's certificate is not trusted",
            "check the address, the clock and proxies in between; no secret was sent",
        ),
        Phase::Sending => (
            Action::Retry { most: 2 },
            "cut_before_sent",
            "the connection ended before the picture was sent",
            "check the network",
        ),
        Phase::Sent => (
            Action::Verify { resends, then },
            "answer_lost",
            "the picture was sent and no answer came back",
            "run the same command again later",
        ),
        Phase::Answered => return None,
    };
    let text = format!("{text}: {}", exchange.trouble);
    Some(Verdict::new(action, code, text, hint))
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
            if let Some(host) = &exchange.redirected_to {
                verdict.text = format!("{}, to {}", verdict.text, redactor.text(host));
            }
        }
        Action::Wait { .. } | Action::Verify { .. } => {
            verdict.no_sooner = exchange.retry_after.map(|wish| wish.min(LONGEST_WISH));
        }
        _ => {}
    }
    verdict
}
