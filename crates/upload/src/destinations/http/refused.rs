//! What a request without an answer means for a send, for every service that speaks HTTP.

use super::exchange::Exchange;
use super::phase::Phase;
use crate::verdict::{Action, Then, Verdict};

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
            "check the address, the clock and who stands in between; no secret was sent",
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
