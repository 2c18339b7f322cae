//! GREEN-API: `SetProfilePicture` for WhatsApp, MAX and Telegram. It translates the service's
//! answers into verdicts; [`crate::Run`] decides when to send.

mod account;
mod address;
mod avatar_name;
mod body;
mod classify;
mod pictures;
#[rustfmt::skip] // one row a line
mod table;

use std::thread;
use std::time::Duration;

pub use account::{GreenAccount, IdError, Product, UnknownProduct, check_id};
pub use address::{Address, AddressError, DEFAULT_ADDRESS};
pub use classify::answered;

use super::accounts::Accounts;
use super::http::{self, Client, Exchange, Method, Request};
use crate::destination::{Access, Destination, Shown, Spacing, Target};
use crate::payload::Payload;
use crate::redact::Redactor;
use crate::speed::Speed;
use crate::verdict::{Action, Verdict};
use pictures::Pictures;

/// The vendor allows one picture every ten seconds; one second more allows for differences between
/// its clock and ours.
const SPACING: Spacing = Spacing {
    sends: Duration::from_secs(11),
    questions: Duration::from_millis(1_100),
    polls: Duration::from_secs(11),
};

/// Most bytes of an answer that are read. The answer to what an account shows can contain the
/// picture itself.
const LONGEST_ANSWER: usize = 64 * 1024;
const LONGEST_ACCOUNT: usize = 1024 * 1024;

/// The accounts of a run, by name.
pub struct GreenApi {
    accounts: Accounts<GreenAccount>,
    client: Client,
    redactor: Redactor,
    pictures: Pictures,
    yellow_cards: bool,
    /// Pause between two questions of one kind.
    pause: Duration,
}

impl GreenApi {
    /// A destination for these accounts; in a rehearsal, timeouts are shortened by the factor of
    /// `speed`.
    #[must_use]
    pub fn new(accounts: Vec<GreenAccount>, speed: Speed) -> Self {
        let secrets = accounts.iter().map(|account| account.token.clone());
        let redactor = Redactor::new(secrets);
        Self {
            accounts: Accounts::new(accounts, GreenAccount::name),
            client: Client::new(speed),
            redactor,
            pictures: Pictures::default(),
            yellow_cards: false,
            pause: speed.real(SPACING.questions),
        }
    }

    /// Whether accounts in the state `yellowCard` are sent to as well.
    #[must_use]
    pub fn with_yellow_cards(mut self, allowed: bool) -> Self {
        self.yellow_cards = allowed;
        self
    }

    fn ask(&self, account: &GreenAccount, method: &str) -> Exchange {
        self.client.ask(&Request {
            verb: Method::GET,
            url: &account.url(method),
            headers: vec![("Accept", "application/json".into())],
            body: None,
            most: LONGEST_ACCOUNT,
            asks_first: false,
        })
    }

    /// What the answer to a send means.
    fn verdict(&self, account: &GreenAccount, exchange: &Exchange) -> Verdict {
        let verdict = classify::classify(exchange, &self.redactor);
        let verdict = self.with_suspension(account, verdict, exchange);
        http::with_headers(verdict, exchange, &self.redactor)
    }

    /// What an answer to a question means that does not answer it.
    fn unanswered(&self, account: &GreenAccount, exchange: &Exchange) -> Verdict {
        let verdict = http::question(exchange);
        verdict.unwrap_or_else(|| http::harmless(self.verdict(account, exchange)))
    }

    /// What the state in a body means, with the settings of this run.
    fn state(&self, account: &GreenAccount, exchange: &Exchange) -> Result<(), Verdict> {
        let state = classify::state(&exchange.body, &self.redactor);
        match state {
            Err(verdict) if verdict.code == "yellow_card" && self.yellow_cards => Ok(()),
            state => state.map_err(|verdict| {
                http::harmless(self.with_suspension(account, verdict, exchange))
            }),
        }
    }

    /// Adds how long a suspension lasts, if the answer or the account call says so.
    fn with_suspension(
        &self,
        account: &GreenAccount,
        mut verdict: Verdict,
        exchange: &Exchange,
    ) -> Verdict {
        if verdict.code == "suspended" {
            let until = classify::suspension(&exchange.body).or_else(|| {
                // The account call was made right before the send: keep the pause between two
                // questions.
                thread::sleep(self.pause);
                let settings = self.ask(account, account.product.settings_call());
                classify::suspension(&settings.body)
            });
            verdict.action = until.map_or(verdict.action, Action::Defer);
        }
        verdict
    }
}

impl Destination for GreenApi {
    fn target(&self, account: &str) -> Option<Target> {
        self.accounts.find(account).map(GreenAccount::target)
    }

    fn access(&self, account: &str) -> Access {
        let account = self.accounts.find(account);
        account.map(GreenAccount::access).unwrap_or_default()
    }

    fn spacing(&self, _: &str) -> Spacing {
        SPACING
    }

    fn request(&self, account: &str) -> String {
        let account = self.accounts.find(account);
        account.map_or_else(String::new, |account| {
            format!("POST {}", account.redacted_url("setProfilePicture"))
        })
    }

    fn ready(&self, account: &str) -> Result<(), Verdict> {
        let account = self.accounts.get(account)?;
        let exchange = self.ask(account, "getStateInstance");
        if !exchange.has_status(200) {
            return Err(self.unanswered(account, &exchange));
        }
        self.state(account, &exchange)
    }

    fn shown(&self, account: &str) -> Result<Shown, Verdict> {
        let account = self.accounts.get(account)?;
        let exchange = self.ask(account, account.product.settings_call());
        let usable = exchange.has_status(200);
        let shown = classify::shown(&exchange.body, account.product, &self.redactor);
        let Some(shown) = shown.filter(|_| usable) else {
            return Err(self.unanswered(account, &exchange));
        };
        // For an account that is not ready, the service reports no picture, whatever it shows.
        if shown == Shown::Nothing && classify::names_a_state(&exchange.body) {
            self.state(account, &exchange)?;
        }
        self.pictures.keep(&account.name, &exchange.body);
        Ok(shown)
    }

    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        let account = self.accounts.get(account)?;
        let address = self.pictures.take(&account.name).or_else(|| {
            let settings = self.ask(account, account.product.settings_call());
            classify::picture_address(&settings.body)
        });
        let Some(address) = address else {
            return Ok(None);
        };
        http::fetch(&self.client, &address, pictures::allowed(account)).map(Some)
    }

    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        let account = match self.accounts.get(account) {
            Ok(account) => account,
            Err(verdict) => return verdict,
        };
        let form = body::form(payload);
        let exchange = self.client.send(&Request {
            verb: Method::POST,
            url: &account.url("setProfilePicture"),
            headers: vec![
                ("Accept", "application/json".into()),
                ("Content-Type", form.content_type),
            ],
            body: Some(form.bytes),
            most: LONGEST_ANSWER,
            asks_first: true,
        });
        let verdict = self.verdict(account, &exchange);
        if verdict.is_applied() {
            self.pictures.keep(&account.name, &exchange.body);
        }
        verdict
    }
}
