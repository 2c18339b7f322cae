//! WhatsApp Cloud API, Meta's own interface for businesses. The picture is uploaded in a session
//! that can be resumed, which returns a handle, and the handle is set in the profile of a phone
//! number. Only that last step changes the shown picture.

mod graph;
mod session;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::http::{self, Allowed, Exchange, Method, Parts, Request, Service};
use crate::destination::{Access, Destination, Scope, Shown, Spacing, Target};
use crate::payload::{self, Payload};
use crate::secret::Secret;
use crate::time_scale::TimeScale;
use crate::verdict::Verdict;
pub use graph::{graph_answered, graph_set};

/// The vendor's host and version, unless an account names others.
pub const GRAPH_ADDRESS: &str = "https://graph.facebook.com/v23.0";

/// Hosts of the vendor, and everything below them.
const HOSTS: [&str; 1] = ["facebook.com"];

/// Hosts from which pictures may be fetched, and everything below them.
const PICTURES: [&str; 3] = [NAMED_BY_PATH[0], NAMED_BY_PATH[1], NAMED_BY_QUERY];

/// Hosts at which the last segment of the path names the picture: the query is a signature that changes.
const NAMED_BY_PATH: [&str; 2] = ["whatsapp.net", "fbcdn.net"];

/// A host at which the query names the picture, beside the time and the hash of a signature.
const NAMED_BY_QUERY: &str = "fbsbx.com";
const SIGNATURE: [&str; 2] = ["ext", "hash"];

/// The vendor documents no pause for changes of profiles; two seconds are a cautious choice.
const SPACING: Spacing = Spacing {
    sends: Duration::from_secs(2),
    questions: Duration::from_millis(200),
    polls: Duration::from_secs(10),
};

const LONGEST_ANSWER: usize = 64 * 1024;

/// Why an account cannot be used. Errors do not repeat its values, because one can be a token in
/// the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CloudError {
    /// `app_id` or `phone_number_id` is not a number.
    #[error("{key} must be a number of 1 to 20 digits without zeros before it")]
    Id {
        /// Name of the key.
        key: &'static str,
    },
    /// The address is neither the vendor's nor on this machine nor allowed by the user.
    #[error("api_url must be an https address of graph.facebook.com")]
    Address,
}

/// One phone number of an app, with its token.
#[derive(Debug, Clone)]
pub struct CloudAccount {
    app: String,
    phone: String,
    parts: Parts,
    token: Secret,
}

impl CloudAccount {
    /// A phone number of an app. Any host that is not the vendor's must be named in `allowed`.
    ///
    /// # Errors
    /// [`CloudError`] says what is wrong.
    pub fn new(
        [app, phone]: [&str; 2],
        url: &str,
        allowed: &[String],
        token: Secret,
    ) -> Result<Self, CloudError> {
        for (key, id) in [("app_id", app), ("phone_number_id", phone)] {
            if !http::is_number(id) {
                return Err(CloudError::Id { key });
            }
        }
        let parts = Parts::exact(url).map_err(|_| CloudError::Address)?;
        let is_plain = parts.query.is_none() && !parts.has_user && !parts.has_fragment;
        let is_known = parts.is_local() || parts.is_among(&HOSTS) || parts.is_one_of(allowed);
        if !(is_plain && is_known && parts.is_safe()) {
            return Err(CloudError::Address);
        }
        Ok(Self {
            app: app.into(),
            phone: phone.into(),
            parts,
            token,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.parts.base().trim_end_matches('/'))
    }

    fn target(&self) -> Target {
        let scope = Scope {
            service: "whatsapp-cloud".into(),
            host: self.parts.host.clone(),
            id: self.app.clone(),
        };
        let slot = self.phone.clone();
        Target { scope, slot }
    }

    fn bearer(&self) -> (&'static str, String) {
        ("Authorization", format!("Bearer {}", self.token.reveal()))
    }

    fn profile(&self) -> String {
        self.url(&format!("{}/whatsapp_business_profile", self.phone))
    }
}

/// The profile picture of a phone number at the WhatsApp Cloud API.
pub struct WhatsappCloud {
    account: CloudAccount,
    service: Arc<Service>,
}

impl WhatsappCloud {
    /// Destinations for these accounts, in the same order.
    #[must_use]
    pub fn of(accounts: Vec<CloudAccount>, speed: TimeScale) -> Vec<Self> {
        let secrets = accounts.iter().map(|account| account.token.clone());
        let service = Service::new(secrets, speed);
        let of = |account| Self {
            account,
            service: Arc::clone(&service),
        };
        accounts.into_iter().map(of).collect()
    }

    /// What the answer to the last step means; before that step nothing can have been applied.
    fn verdict(&self, exchange: &Exchange) -> Verdict {
        if let Some(verdict) = http::transport(exchange) {
            return verdict;
        }
        let verdict = graph_answered(exchange.status, &exchange.body, &self.service.redactor);
        http::with_headers(verdict, exchange, &self.service.redactor)
    }

    /// The address of the picture that a number shows; `None` if it shows none.
    fn picture(&self) -> Result<Option<String>, Verdict> {
        let url = format!("{}?fields=profile_picture_url", self.account.profile());
        let exchange = self.service.client.ask(&Request {
            verb: Method::GET,
            url: &url,
            headers: vec![self.account.bearer()],
            body: None,
            most: LONGEST_ANSWER,
            asks_first: false,
        });
        let json: Value = serde_json::from_slice(&exchange.body).unwrap_or_default();
        let data = json.get("data").filter(|_| exchange.has_status(200));
        let Some(data) = data.and_then(Value::as_array) else {
            return Err(http::unanswered(&exchange, || self.verdict(&exchange)));
        };
        let mut urls = data
            .iter()
            .map(|profile| profile.get("profile_picture_url"));
        let url = urls.next().flatten().and_then(Value::as_str);
        Ok(url.filter(|url| !url.is_empty()).map(String::from))
    }

    /// The last step, which changes the shown picture.
    fn set(&self, handle: &str) -> Verdict {
        let body = json!({"messaging_product": "whatsapp", "profile_picture_handle": handle});
        let exchange = self.service.client.send(&Request {
            verb: Method::POST,
            url: &self.account.profile(),
            headers: vec![
                self.account.bearer(),
                ("Content-Type", "application/json".into()),
            ],
            body: Some(body.to_string().into_bytes().into()),
            most: LONGEST_ANSWER,
            asks_first: false,
        });
        if let Some(verdict) = http::transport(&exchange) {
            return verdict;
        }
        let redactor = &self.service.redactor;
        let verdict = graph_set(exchange.status, &exchange.body, redactor);
        http::with_headers(verdict, &exchange, redactor)
    }
}

/// A text that changes when the picture changes, and not with the signature of its address. At an unknown host it is
/// the whole address.
fn version(address: &str) -> String {
    let name = Parts::of(address).and_then(|parts| name(&parts));
    payload::fingerprint(&[name.as_deref().unwrap_or(address)])
}

fn name(parts: &Parts) -> Option<String> {
    if parts.is_among(&NAMED_BY_PATH) {
        return Some(parts.last_segment().into()).filter(|name: &String| !name.is_empty());
    }
    if !parts.is_below(NAMED_BY_QUERY) {
        return None;
    }
    let is_signature = |field: &str| {
        let name = field.split_once('=').map_or(field, |(name, _)| name);
        SIGNATURE.contains(&name)
    };
    let query = parts.query.as_deref().unwrap_or_default();
    let mut fields: Vec<_> = query.split('&').filter(|it| !is_signature(it)).collect();
    fields.sort_unstable();
    Some(format!("{}?{}", parts.path, fields.join("&")))
}

impl Destination for WhatsappCloud {
    fn target(&self) -> Target {
        self.account.target()
    }

    fn access(&self) -> Access {
        let account = &self.account;
        let (base, token) = (account.parts.base(), account.token.reveal());
        Access {
            endpoint: account.parts.host.clone(),
            fingerprint: payload::fingerprint(&[&base, &account.app, &account.phone, token]),
            credential: payload::fingerprint(&[&base, token]),
        }
    }

    fn spacing(&self) -> Spacing {
        SPACING
    }

    fn request(&self) -> String {
        format!("POST {}", self.account.profile())
    }

    /// The vendor documents no call for this; the question what shows, before every send, finds
    /// most faults.
    fn ready(&self) -> Result<(), Verdict> {
        self.picture().map(drop)
    }

    fn shown(&self) -> Result<Shown, Verdict> {
        let picture = self.picture()?;
        Ok(picture.map_or(Shown::Nothing, |address| Shown::Version(version(&address))))
    }

    fn fetch(&self) -> Result<Option<Vec<u8>>, Verdict> {
        let Some(address) = self.picture()? else {
            return Ok(None);
        };
        let parts = &self.account.parts;
        let allowed = Allowed {
            hosts: &PICTURES,
            own: &parts.host,
            is_local: parts.is_local(),
        };
        http::fetch(&self.service, &address, allowed).map(Some)
    }

    fn send(&self, payload: &Payload) -> Verdict {
        match self.upload(payload) {
            Ok(handle) => self.set(&handle),
            Err(verdict) => http::as_question(verdict),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_what_names_it_and_not_by_a_signature() {
        let same = |one: &str, other: &str| version(one) == version(other);
        let of = |mid: &str, sign: &str| {
            let base = "https://lookaside.fbsbx.com/whatsapp_business/attachments/";
            format!("{base}?mid={mid}&ext=17{sign}&hash={sign}")
        };
        assert!(!same(&of("1", "8"), &of("2", "8")));
        assert!(same(&of("1", "8"), &of("1", "9")));
        for host in ["pps.whatsapp.net", "scontent.xx.fbcdn.net"] {
            let of = |name: &str, sign: &str| format!("https://{host}/v/{name}?oh={sign}");
            assert!(same(&of("1_n.jpg", "a"), &of("1_n.jpg", "b")), "{host}");
            assert!(!same(&of("1_n.jpg", "a"), &of("2_n.jpg", "a")), "{host}");
        }
        let own = |id: &str| format!("http://127.0.0.1:8080/picture?id={id}");
        assert!(!same(&own("1"), &own("2")));
    }
}
