//! WhatsApp Cloud API, Meta's own interface for businesses. The picture is uploaded in a session
//! that can be resumed, which returns a handle, and the handle is set in the profile of a phone
//! number. Only that last step changes the shown picture.

mod graph;
mod session;

use std::time::Duration;

use serde_json::{Value, json};

use super::accounts::Accounts;
use super::http::{self, Allowed, Client, Exchange, Method, Parts, Request};
use crate::destination::{Access, Destination, Scope, Shown, Spacing, Target};
use crate::payload::{self, Payload};
use crate::redact::Redactor;
use crate::secret::Secret;
use crate::speed::Speed;
use crate::verdict::Verdict;
use graph::LATER;

/// The vendor's host and version, unless an account names others.
pub const GRAPH_ADDRESS: &str = "https://graph.facebook.com/v23.0";

/// Hosts of the vendor, and everything below them.
const HOSTS: [&str; 1] = ["facebook.com"];

/// Hosts from which pictures may be fetched, and everything below them.
const PICTURES: [&str; 3] = ["whatsapp.net", "fbcdn.net", "fbsbx.com"];

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
    #[error("{key} must be a number of 1 to 20 digits")]
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
    name: String,
    app: String,
    phone: String,
    parts: Parts,
    token: Secret,
}

impl CloudAccount {
    /// A phone number of an app; `name` is the caller's name for it. Any host that is not the
    /// vendor's must be named in `allowed`.
    ///
    /// # Errors
    /// [`CloudError`] says what is wrong.
    pub fn new(
        name: impl Into<String>,
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
        let parts = Parts::of(url).ok_or(CloudError::Address)?;
        let is_plain = parts.query.is_none() && !parts.has_user && !parts.has_fragment;
        let is_known = parts.is_local() || parts.is_among(&HOSTS) || parts.is_one_of(allowed);
        if !(is_plain && is_known && parts.is_safe()) {
            return Err(CloudError::Address);
        }
        Ok(Self {
            name: name.into(),
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

/// The accounts of a run, by name.
pub struct WhatsappCloud {
    accounts: Accounts<CloudAccount>,
    client: Client,
    redactor: Redactor,
}

impl WhatsappCloud {
    /// A destination for these accounts.
    #[must_use]
    pub fn new(accounts: Vec<CloudAccount>, speed: Speed) -> Self {
        let secrets = accounts.iter().map(|account| account.token.clone());
        let redactor = Redactor::new(secrets);
        Self {
            accounts: Accounts::new(accounts, |account| &account.name),
            client: Client::new(speed),
            redactor,
        }
    }

    /// What the answer to the last step means; before that step nothing can have been applied.
    fn verdict(&self, exchange: &Exchange) -> Verdict {
        if let Some(verdict) = http::transport(exchange, 1, LATER) {
            return verdict;
        }
        let verdict = graph::verdict(exchange.status, &exchange.body, &self.redactor);
        http::with_headers(verdict, exchange, &self.redactor)
    }

    /// The address of the picture that a number shows; `None` if it shows none.
    fn picture(&self, account: &CloudAccount) -> Result<Option<String>, Verdict> {
        let url = format!("{}?fields=profile_picture_url", account.profile());
        let exchange = self.client.ask(&Request {
            verb: Method::GET,
            url: &url,
            headers: vec![account.bearer()],
            body: None,
            most: LONGEST_ANSWER,
            asks_first: false,
        });
        let json: Value = serde_json::from_slice(&exchange.body).unwrap_or_default();
        let data = json.get("data").filter(|_| exchange.has_status(200));
        let Some(data) = data.and_then(Value::as_array) else {
            let verdict = http::question(&exchange);
            return Err(verdict.unwrap_or_else(|| http::harmless(self.verdict(&exchange))));
        };
        let mut urls = data
            .iter()
            .map(|profile| profile.get("profile_picture_url"));
        let url = urls.next().flatten().and_then(Value::as_str);
        Ok(url.filter(|url| !url.is_empty()).map(String::from))
    }

    /// The last step, which changes the shown picture.
    fn set(&self, account: &CloudAccount, handle: &str) -> Verdict {
        let body = json!({"messaging_product": "whatsapp", "profile_picture_handle": handle});
        let exchange = self.client.send(&Request {
            verb: Method::POST,
            url: &account.profile(),
            headers: vec![
                account.bearer(),
                ("Content-Type", "application/json".into()),
            ],
            body: Some(body.to_string().into_bytes().into()),
            most: LONGEST_ANSWER,
            asks_first: false,
        });
        let json: Value = serde_json::from_slice(&exchange.body).unwrap_or_default();
        let is_done = json.get("success").and_then(Value::as_bool) == Some(true);
        if exchange.has_status(200) && is_done {
            return Verdict::applied(None);
        }
        self.verdict(&exchange)
    }
}

/// A text that changes when the picture changes: at WhatsApp's hosts the last segment of the path,
/// elsewhere the whole address.
fn version(address: &str) -> String {
    let parts = Parts::of(address);
    let name = parts
        .as_ref()
        .map(Parts::last_segment)
        .filter(|name| !name.is_empty());
    payload::fingerprint(&[name.unwrap_or(address)])
}

impl Destination for WhatsappCloud {
    fn target(&self, account: &str) -> Option<Target> {
        self.accounts.find(account).map(CloudAccount::target)
    }

    fn access(&self, account: &str) -> Access {
        let Some(account) = self.accounts.find(account) else {
            return Access::default();
        };
        let (base, token) = (account.parts.base(), account.token.reveal());
        Access {
            endpoint: account.parts.host.clone(),
            fingerprint: payload::fingerprint(&[&base, &account.app, &account.phone, token]),
        }
    }

    fn spacing(&self, _: &str) -> Spacing {
        SPACING
    }

    fn request(&self, account: &str) -> String {
        let account = self.accounts.find(account);
        account.map_or_else(String::new, |account| format!("POST {}", account.profile()))
    }

    /// The vendor documents no call for this; the question what shows, before every send, finds
    /// most faults.
    fn ready(&self, account: &str) -> Result<(), Verdict> {
        let account = self.accounts.get(account)?;
        self.picture(account).map(drop)
    }

    fn shown(&self, account: &str) -> Result<Shown, Verdict> {
        let picture = self.picture(self.accounts.get(account)?)?;
        Ok(picture.map_or(Shown::Nothing, |address| Shown::Version(version(&address))))
    }

    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        let account = self.accounts.get(account)?;
        let Some(address) = self.picture(account)? else {
            return Ok(None);
        };
        let allowed = Allowed {
            hosts: &PICTURES,
            own: &account.parts.host,
            is_local: account.parts.is_local(),
        };
        http::fetch(&self.client, &address, allowed).map(Some)
    }

    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        let account = match self.accounts.get(account) {
            Ok(account) => account,
            Err(verdict) => return verdict,
        };
        match self.upload(account, payload) {
            Ok(handle) => self.set(account, &handle),
            Err(verdict) => graph::before_the_last_step(verdict),
        }
    }
}
