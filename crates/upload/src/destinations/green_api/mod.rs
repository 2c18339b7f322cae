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

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

pub use account::{GreenAccount, IdError, Product, UnknownProduct, check_id};
pub use address::{Address, AddressError, DEFAULT_ADDRESS};
pub use classify::answered;

use super::http::{self, Exchange, Method, Request, Service};
use crate::destination::{Access, Destination, Shown, Spacing, Target};
use crate::payload::Payload;
use crate::time_scale::TimeScale;
use crate::verdict::{Action, Verdict};

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

/// An account of GREEN-API.
pub struct GreenApi {
    account: GreenAccount,
    service: Arc<Service>,
    /// The address of the picture in the latest answer, including its signature, for one download.
    /// It is kept in memory only, because it is signed.
    picture: Mutex<Option<String>>,
    sends_to_yellow_cards: bool,
    /// Pause between two questions of one kind.
    pause: Duration,
}

impl GreenApi {
    /// Destinations for these accounts, in the same order; in a rehearsal, timeouts are shortened
    /// by the factor of `speed`.
    #[must_use]
    pub fn of(accounts: Vec<GreenAccount>, speed: TimeScale) -> Vec<Self> {
        let secrets = accounts.iter().map(|account| account.token.clone());
        let service = Service::new(secrets, speed);
        let of = |account| Self {
            account,
            service: Arc::clone(&service),
            picture: Mutex::default(),
            sends_to_yellow_cards: false,
            pause: speed.real(SPACING.questions),
        };
        accounts.into_iter().map(of).collect()
    }

    /// Whether the account is also sent to in the state `yellowCard`.
    #[must_use]
    pub fn with_yellow_cards(mut self, allowed: bool) -> Self {
        self.sends_to_yellow_cards = allowed;
        self
    }

    fn ask(&self, method: &str) -> Exchange {
        self.service.client.ask(&Request {
            verb: Method::GET,
            url: &self.account.url(method),
            headers: vec![("Accept", "application/json".into())],
            body: None,
            most: LONGEST_ACCOUNT,
            asks_first: false,
        })
    }

    /// Asks what the account shows.
    fn settings(&self) -> Exchange {
        self.ask(self.account.product.settings_call())
    }

    /// The address of the picture that the account shows; `None` if the service does not say.
    fn picture_address(&self) -> Result<Option<String>, Verdict> {
        let exchange = self.settings();
        match classify::shown(&exchange.body, self.account.product) {
            Some(_) if exchange.has_status(200) => Ok(classify::picture_address(&exchange.body)),
            _ => Err(self.unanswered(&exchange)),
        }
    }

    fn picture(&self) -> MutexGuard<'_, Option<String>> {
        self.picture.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers the address of the picture in an answer, if it has one.
    fn keep_picture(&self, answer: &[u8]) {
        let address = classify::picture_address(answer);
        let mut kept = self.picture();
        *kept = address.or_else(|| kept.take());
    }

    /// What the answer to a send means.
    fn verdict(&self, exchange: &Exchange) -> Verdict {
        self.completed(
            classify::classify(exchange, &self.service.redactor),
            exchange,
        )
    }

    /// What an answer to a question means that does not answer it.
    fn unanswered(&self, exchange: &Exchange) -> Verdict {
        let (status, redactor) = (exchange.status, &self.service.redactor);
        http::unanswered(exchange, || {
            let verdict = http::transport(exchange);
            let said = || classify::said(status, &exchange.body, redactor);
            self.completed(verdict.unwrap_or_else(said), exchange)
        })
    }

    /// A verdict with what the headers and the account call add to it.
    fn completed(&self, verdict: Verdict, exchange: &Exchange) -> Verdict {
        let verdict = self.with_suspension(verdict, exchange);
        http::with_headers(verdict, exchange, &self.service.redactor)
    }

    /// What the state in a body means, with the settings of this run.
    fn state(&self, exchange: &Exchange) -> Result<(), Verdict> {
        match classify::state(&exchange.body, &self.service.redactor) {
            Err(verdict) if verdict.code == "yellow_card" && self.sends_to_yellow_cards => Ok(()),
            state => {
                state.map_err(|verdict| http::as_question(self.with_suspension(verdict, exchange)))
            }
        }
    }

    /// Adds how long a suspension lasts, if the answer or the account call says so.
    fn with_suspension(&self, mut verdict: Verdict, exchange: &Exchange) -> Verdict {
        if verdict.code == "suspended" {
            let until = classify::suspension(&exchange.body).or_else(|| {
                // The account call was made right before the send: keep the pause between two
                // questions.
                thread::sleep(self.pause);
                classify::suspension(&self.settings().body)
            });
            verdict.action = until.map_or(verdict.action, Action::Defer);
        }
        verdict
    }
}

impl Destination for GreenApi {
    fn target(&self) -> Target {
        self.account.target()
    }

    fn own_former_targets(&self) -> Vec<Target> {
        self.account.former_targets()
    }

    fn access(&self) -> Access {
        self.account.access()
    }

    fn spacing(&self) -> Spacing {
        SPACING
    }

    fn request(&self) -> String {
        format!("POST {}", self.account.redacted_url("setProfilePicture"))
    }

    fn ready(&self) -> Result<(), Verdict> {
        let exchange = self.ask("getStateInstance");
        if !exchange.has_status(200) {
            return Err(self.unanswered(&exchange));
        }
        self.state(&exchange)
    }

    fn shown(&self) -> Result<Shown, Verdict> {
        let exchange = self.settings();
        let shown = classify::shown(&exchange.body, self.account.product);
        let Some(shown) = shown.filter(|_| exchange.has_status(200)) else {
            return Err(self.unanswered(&exchange));
        };
        // For an account that is not ready, the service reports no picture, whatever it shows.
        if shown == Shown::Nothing && classify::names_a_state(&exchange.body) {
            self.state(&exchange)?;
        }
        self.keep_picture(&exchange.body);
        Ok(shown)
    }

    fn fetch(&self) -> Result<Option<Vec<u8>>, Verdict> {
        let kept = self.picture().take();
        let address = match kept {
            Some(address) => Some(address),
            None => self.picture_address()?,
        };
        let Some(address) = address else {
            return Ok(None);
        };
        http::fetch(&self.service, &address, pictures::allowed(&self.account)).map(Some)
    }

    fn send(&self, payload: &Payload) -> Verdict {
        let form = body::form(payload);
        let exchange = self.service.client.send(&Request {
            verb: Method::POST,
            url: &self.account.url("setProfilePicture"),
            headers: vec![
                ("Accept", "application/json".into()),
                ("Content-Type", form.content_type),
            ],
            body: Some(form.bytes),
            most: LONGEST_ANSWER,
            asks_first: true,
        });
        let verdict = self.verdict(&exchange);
        if verdict.is_applied() {
            self.keep_picture(&exchange.body);
        }
        verdict
    }
}
