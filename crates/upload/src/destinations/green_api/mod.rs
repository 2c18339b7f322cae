//! GREEN-API: `SetProfilePicture` for WhatsApp, MAX and Telegram. It says what the service's
//! signals mean; when to send is [`crate::Run`]'s business.

mod account;
mod address;
mod body;
mod classify;
mod exchange;
mod pictures;
mod retry_after;
#[rustfmt::skip] // one row a line
mod table;

use std::collections::HashMap;
use std::thread;
use std::time::Duration;

use reqwest::blocking::Client;

pub use account::{GreenAccount, IdError, Product, UnknownProduct, check_id};
pub use address::{Address, AddressError, DEFAULT_ADDRESS};
pub use classify::{Phase, classify};

use crate::destination::{AccountKey, Destination, Spacing};
use crate::payload::Payload;
use crate::redact::Redactor;
use crate::speed::Speed;
use crate::verdict::{Action, Then, Verdict};
use exchange::{Exchange, Timeouts};
use pictures::Pictures;

/// The vendor allows a picture every ten seconds; one more keeps clear of its clock.
const SPACING: Spacing = Spacing {
    sends: Duration::from_secs(11),
    questions: Duration::from_millis(1_100),
    polls: Duration::from_secs(11),
};

/// A longer wish of a server is taken for a mistake.
const LONGEST_WISH: Duration = Duration::from_secs(24 * 60 * 60);

/// Faults in a row that a server may answer a question with, and the rest that follows.
const MOST_FAULTS: u32 = 3;
const FAULTY: Duration = Duration::from_secs(30 * 60);

const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(10),
    whole: Duration::from_secs(90),
};

/// However fast a rehearsal runs, a busy machine needs time to answer.
const LEAST_TIMEOUT: Duration = Duration::from_secs(2);

/// The accounts of a run, by name.
pub struct GreenApi {
    accounts: HashMap<String, GreenAccount>,
    client: Client,
    timeouts: Timeouts,
    redactor: Redactor,
    pictures: Pictures,
    yellow_cards: bool,
    /// Between two questions of one kind.
    pause: Duration,
}

/// The HTTP client could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("TLS could not be set up: this system has no usable root certificates")]
pub struct ClientError;

impl GreenApi {
    /// Serves these accounts; in a rehearsal timeouts are as much shorter as time is faster.
    ///
    /// # Errors
    /// [`ClientError`] where TLS cannot be set up.
    pub fn new(accounts: Vec<GreenAccount>, speed: Speed) -> Result<Self, ClientError> {
        let timeouts = Timeouts {
            whole: speed.real(TIMEOUTS.whole).max(LEAST_TIMEOUT),
            ..TIMEOUTS
        };
        let client = exchange::client(timeouts).ok_or(ClientError)?;
        let secrets = accounts.iter().map(|account| account.token.clone());
        let redactor = Redactor::new(secrets.collect());
        let accounts = accounts.into_iter();
        let accounts = accounts.map(|account| (account.name.clone(), account));
        Ok(Self {
            accounts: accounts.collect(),
            client,
            timeouts,
            redactor,
            pictures: Pictures::default(),
            yellow_cards: false,
            pause: speed.real(SPACING.questions),
        })
    }

    /// Whether accounts in the state `yellowCard` are sent to as well.
    #[must_use]
    pub fn with_yellow_cards(mut self, allowed: bool) -> Self {
        self.yellow_cards = allowed;
        self
    }

    /// What hides the tokens of these accounts.
    #[must_use]
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    fn account(&self, name: &str) -> Result<&GreenAccount, Verdict> {
        self.accounts.get(name).ok_or_else(|| {
            let text = format!("no account is called {name}");
            let hint = "add it to the accounts file";
            Verdict::new(Action::StopAccount, "no_account", text, hint)
        })
    }

    fn ask(&self, account: &GreenAccount, method: &str) -> Exchange {
        exchange::ask(&self.client, self.timeouts, &account.url(method))
    }

    fn verdict(&self, account: &GreenAccount, exchange: &Exchange) -> Verdict {
        let (phase, status) = (exchange.phase, exchange.status);
        let verdict = classify(phase, status, &exchange.body, &self.redactor);
        let verdict = self.with_suspension(account, verdict, exchange);
        with_wish(self.with_target(verdict, exchange), exchange.retry_after)
    }

    /// What the state in a body means here.
    fn state(&self, account: &GreenAccount, exchange: &Exchange) -> Result<(), Verdict> {
        let state = classify::state(&exchange.body, &self.redactor);
        match state {
            Err(verdict) if verdict.code == "yellow_card" && self.yellow_cards => Ok(()),
            state => state.map_err(|verdict| self.with_suspension(account, verdict, exchange)),
        }
    }

    /// How long a suspension lasts, where the answer or the account call tells it.
    fn with_suspension(
        &self,
        account: &GreenAccount,
        mut verdict: Verdict,
        exchange: &Exchange,
    ) -> Verdict {
        if verdict.code == "suspended" {
            let told = classify::suspension(&exchange.body).or_else(|| {
                // The same was asked right before a send.
                thread::sleep(self.pause);
                let settings = self.ask(account, account.product.settings_call());
                classify::suspension(&settings.body)
            });
            verdict.action = told.map_or(verdict.action, Action::Defer);
        }
        verdict
    }

    /// Says where a redirect would have led; even a host is a server's word.
    fn with_target(&self, mut verdict: Verdict, exchange: &Exchange) -> Verdict {
        if let (Action::StopRun, Some(host)) = (&verdict.action, &exchange.redirected_to) {
            let host = self.redactor.text(host);
            verdict.text = format!("{}, to {host}", verdict.text);
        }
        verdict
    }
}

/// Hears `Retry-After` where a repetition follows.
fn with_wish(mut verdict: Verdict, wish: Option<Duration>) -> Verdict {
    if matches!(verdict.action, Action::Wait { .. } | Action::Verify { .. }) {
        verdict.no_sooner = wish.map(|wish| wish.min(LONGEST_WISH));
    }
    verdict
}

/// A question can be repeated whatever became of it: soon if it was lost, politely if a server
/// answered.
fn harmless(mut verdict: Verdict, phase: Phase) -> Verdict {
    if matches!(
        verdict.action,
        Action::Verify { .. } | Action::Applied { .. }
    ) {
        verdict.action = match phase {
            Phase::Answered => Action::Wait {
                most: MOST_FAULTS,
                then: Then::Defer(FAULTY),
            },
            _ => Action::Retry { most: 3 },
        };
    }
    verdict
}

impl Destination for GreenApi {
    fn key(&self, account: &str) -> Option<AccountKey> {
        self.accounts.get(account).map(GreenAccount::key)
    }

    fn spacing(&self) -> Spacing {
        SPACING
    }

    fn ready(&self, account: &str) -> Result<(), Verdict> {
        let account = self.account(account)?;
        let exchange = self.ask(account, "getStateInstance");
        if exchange.phase != Phase::Answered || exchange.status != 200 {
            return Err(harmless(self.verdict(account, &exchange), exchange.phase));
        }
        let state = self.state(account, &exchange);
        state.map_err(|verdict| harmless(verdict, exchange.phase))
    }

    fn shown(&self, account: &str) -> Result<Option<String>, Verdict> {
        let account = self.account(account)?;
        let exchange = self.ask(account, account.product.settings_call());
        let usable = exchange.phase == Phase::Answered && exchange.status == 200;
        let shown = classify::shown(&exchange.body, &self.redactor).filter(|_| usable);
        let Some(shown) = shown else {
            return Err(harmless(self.verdict(account, &exchange), exchange.phase));
        };
        // An account that is not in order is said to show nothing, whatever it shows.
        if shown.as_deref() == Some("") && classify::names_a_state(&exchange.body) {
            let state = self.state(account, &exchange);
            state.map_err(|verdict| harmless(verdict, exchange.phase))?;
        }
        Ok(shown)
    }

    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        let account = self.account(account)?;
        let address = self.pictures.take(&account.name).or_else(|| {
            let settings = self.ask(account, account.product.settings_call());
            classify::picture_address(&settings.body)
        });
        pictures::fetch(&self.client, self.timeouts, account, address)
    }

    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        let account = match self.account(account) {
            Ok(account) => account,
            Err(verdict) => return verdict,
        };
        let form = body::form(payload);
        let url = account.url("setProfilePicture");
        let exchange = exchange::send(&self.client, self.timeouts, &url, &form);
        let verdict = self.verdict(account, &exchange);
        if verdict.is_applied() {
            self.pictures.keep(&account.name, &exchange.body);
        }
        verdict
    }
}
