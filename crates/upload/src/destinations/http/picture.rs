//! Fetches the picture that an account shows. Its address comes from the server, so it is checked
//! like anything from outside. No credential is sent with the request.

use reqwest::Method;

use super::address::Parts;
use super::client::Service;
use super::exchange::Request;
use crate::destinations::row::LATER;
use crate::verdict::{Action, Verdict};

/// Largest picture that is read, in bytes.
pub(crate) const LONGEST_PICTURE: usize = 10_000_000;

/// So many questions in a row may be refused for now.
const MOST_REFUSALS: u32 = 3;

/// The hosts from which a picture may be fetched: by `https` from these domains and from the
/// service's own host, which can be this machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowed<'a> {
    pub(crate) hosts: &'a [&'a str],
    /// The service's own host, with its port if the address names one.
    pub(crate) own: &'a str,
    pub(crate) is_local: bool,
}

impl Allowed<'_> {
    /// Whether an address is on the service's own host.
    fn is_own(&self, address: &str) -> bool {
        Parts::of(address).is_some_and(|parts| parts.host == self.own)
    }

    pub(crate) fn allows(&self, address: &str) -> bool {
        let Some(parts) = Parts::of(address).filter(|parts| !parts.has_user) else {
            return false;
        };
        if parts.host == self.own {
            return parts.scheme == "https" || self.is_local;
        }
        // The server of a rehearsal can give addresses with any name of this machine.
        if self.is_local && parts.is_local() {
            let port = |host: &str| host.rsplit(':').next().map(String::from);
            return port(&parts.host) == port(self.own);
        }
        let known = parts.is_among(self.hosts);
        parts.scheme == "https" && known && parts.host == parts.name
    }
}

/// The bytes at an address, if its host is allowed.
pub(crate) fn fetch(
    service: &Service,
    address: &str,
    allowed: Allowed<'_>,
) -> Result<Vec<u8>, Verdict> {
    let hint = "look at the account";
    if !allowed.allows(address) {
        let text =
            "the picture is at an address that is not one of the service's, so it was not fetched";
        return Err(Verdict::new(Action::Fail, "foreign_picture", text, hint));
    }
    let exchange = service.client.ask(&Request {
        verb: Method::GET,
        url: address,
        headers: vec![("Accept", "image/jpeg".into())],
        body: None,
        most: LONGEST_PICTURE + 1,
        asks_first: false,
    });
    if exchange.has_status(200) && exchange.body.len() <= LONGEST_PICTURE {
        return Ok(exchange.body);
    }
    let no_sooner = exchange.retry_after_for_now();
    let why = match exchange.status {
        0 => exchange.failure,
        200 => "it is too large, or came in part only".into(),
        status => format!("status {status}"),
    };
    let text = format!("the picture could not be fetched: {why}");
    // What the service itself refuses for now is a refusal of the account; another server only lacks the picture.
    let action = match no_sooner {
        Some(_) if allowed.is_own(address) => Action::Wait {
            most: MOST_REFUSALS,
            then: LATER,
        },
        _ => Action::Retry { most: 2 },
    };
    let mut verdict = Verdict::new(action, "picture_not_fetched", text, hint);
    verdict.no_sooner = no_sooner;
    Err(verdict)
}
