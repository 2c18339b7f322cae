//! GREEN-API: `SetProfilePicture` for WhatsApp, MAX and Telegram. It says what the service's
//! signals mean; when to send is [`crate::Run`]'s business.

mod account;
mod address;
mod body;
mod classify;
mod exchange;
mod retry_after;
#[rustfmt::skip] // one row a line
mod table;

use std::collections::HashMap;
use std::time::Duration;

use reqwest::blocking::Client;
use serde_json::Value;

pub use account::{GreenAccount, IdError, Product, UnknownProduct};
pub use address::{Address, AddressError, DEFAULT_ADDRESS};
pub use classify::{Phase, classify};

use crate::verdict::{Action, Verdict};
use crate::{AccountKey, Destination, Payload, Redactor, Spacing};
use exchange::{Exchange, Timeouts};

/// The vendor allows a picture every ten seconds; one more keeps clear of its clock.
const SPACING: Spacing = Spacing {
    sends: Duration::from_secs(11),
    questions: Duration::from_millis(1_100),
    polls: Duration::from_secs(11),
};

/// A longer wish of a server is a deferral.
const LONGEST_WISH: Duration = Duration::from_secs(15 * 60);

const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(10),
    whole: Duration::from_secs(90),
};

/// The accounts of a run, by name.
pub struct GreenApi {
    accounts: HashMap<String, GreenAccount>,
    client: Client,
    redactor: Redactor,
}

/// The HTTP client could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("TLS could not be set up: this system has no usable root certificates")]
pub struct ClientError;

impl GreenApi {
    /// Serves these accounts. `speed` shortens timeouts in a rehearsal, 1 otherwise.
    ///
    /// # Errors
    /// [`ClientError`] where TLS cannot be set up.
    pub fn new(accounts: Vec<GreenAccount>, speed: f64) -> Result<Self, ClientError> {
        let timeouts = Timeouts {
            connect: TIMEOUTS.connect,
            whole: TIMEOUTS.whole.div_f64(speed),
        };
        let client = exchange::client(timeouts).ok_or(ClientError)?;
        let secrets = accounts.iter().map(|account| account.token.clone());
        let redactor = Redactor::new(secrets.collect());
        let accounts = accounts.into_iter();
        let accounts = accounts.map(|account| (account.name.clone(), account));
        Ok(Self {
            accounts: accounts.collect(),
            client,
            redactor,
        })
    }

    /// What hides the tokens of these accounts.
    #[must_use]
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    fn account(&self, name: &str) -> Result<&GreenAccount, Verdict> {
        self.accounts.get(name).ok_or_else(|| {
            let text = format!("no account is called {name}");
            Verdict::new(
                Action::StopAccount,
                "no_account",
                text,
                "add it to the accounts file",
            )
        })
    }

    fn verdict(&self, exchange: &Exchange) -> Verdict {
        let Exchange {
            phase,
            status,
            body,
            ..
        } = exchange;
        let verdict = classify(*phase, *status, body, &self.redactor);
        with_wish(with_target(verdict, exchange), exchange.retry_after)
    }

    fn ask(&self, account: &GreenAccount, method: &str) -> Exchange {
        exchange::ask(&self.client, &account.url(method))
    }

    /// What `suspendedUntil` leaves, where the account call tells it.
    fn suspension(&self, account: &GreenAccount) -> Option<Duration> {
        let exchange = self.ask(account, account.product.settings_call());
        let json: Value = serde_json::from_slice(&exchange.body).ok()?;
        classify::until_suspended(&json)
    }
}

/// Says where a redirect would have led.
fn with_target(mut verdict: Verdict, exchange: &Exchange) -> Verdict {
    if let (Action::StopRun, Some(host)) = (&verdict.action, &exchange.redirected_to) {
        verdict.text = format!("{}, to {host}", verdict.text);
    }
    verdict
}

/// Hears `Retry-After` where a repetition follows; a very long one becomes a deferral.
fn with_wish(mut verdict: Verdict, wish: Option<Duration>) -> Verdict {
    let repeats = matches!(verdict.action, Action::Wait { .. } | Action::Verify { .. });
    match wish {
        Some(wish) if repeats && wish > LONGEST_WISH => {
            if matches!(verdict.action, Action::Wait { .. }) {
                verdict.action = Action::Defer(wish);
            }
            verdict.no_sooner = Some(wish);
        }
        Some(wish) if repeats => verdict.no_sooner = Some(wish),
        _ => {}
    }
    verdict
}

/// A question can be repeated whatever became of it.
fn harmless(mut verdict: Verdict) -> Verdict {
    if matches!(
        verdict.action,
        Action::Verify { .. } | Action::Applied { .. }
    ) {
        verdict.action = Action::Retry { most: 3 };
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
            return Err(harmless(self.verdict(&exchange)));
        }
        let state = classify::state(&exchange.body, &self.redactor);
        state.map_err(|mut verdict| {
            if verdict.code == "suspended"
                && let Some(rest) = self.suspension(account)
            {
                verdict.action = Action::Defer(rest);
            }
            harmless(verdict)
        })
    }

    fn shown(&self, account: &str) -> Result<Option<String>, Verdict> {
        let account = self.account(account)?;
        let exchange = self.ask(account, account.product.settings_call());
        let usable = exchange.phase == Phase::Answered && exchange.status == 200;
        let json: Option<Value> = serde_json::from_slice(&exchange.body).ok();
        match json {
            Some(Value::Object(settings)) if usable && !settings.contains_key("code") => {
                let avatar = settings.get("avatar").and_then(Value::as_str);
                Ok(avatar.map(|avatar| {
                    classify::without_query(avatar, &self.redactor).unwrap_or_default()
                }))
            }
            _ => Err(harmless(self.verdict(&exchange))),
        }
    }

    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        let account = match self.account(account) {
            Ok(account) => account,
            Err(verdict) => return verdict,
        };
        let form = body::form(payload);
        let url = account.url("setProfilePicture");
        self.verdict(&exchange::send(&self.client, &url, &form))
    }
}
