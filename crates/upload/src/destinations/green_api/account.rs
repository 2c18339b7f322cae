//! One account of GREEN-API: a messenger, an address, a number and a token.

use std::fmt;
use std::str::FromStr;

use super::address::Address;
use crate::destination::{Access, Scope, Target};
use crate::destinations::http;
use crate::payload;
use crate::redact::Redactor;
use crate::secret::Secret;

/// The messenger behind an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Product {
    /// WhatsApp.
    #[default]
    Whatsapp,
    /// MAX; its calls have paths below `/v3`.
    Max,
    /// Telegram.
    Telegram,
}

impl Product {
    /// Every messenger.
    pub const ALL: [Self; 3] = [Self::Whatsapp, Self::Max, Self::Telegram];

    /// Its name in accounts files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Max => "max",
            Self::Telegram => "telegram",
        }
    }

    /// The name of the call that returns what the account shows.
    pub(super) fn settings_call(self) -> &'static str {
        match self {
            Self::Whatsapp => "getWaSettings",
            Self::Max | Self::Telegram => "getAccountSettings",
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no messenger with this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("product must be whatsapp, max or telegram, got {found:?}")]
pub struct UnknownProduct {
    found: String,
}

impl FromStr for Product {
    type Err = UnknownProduct;

    fn from_str(text: &str) -> Result<Self, UnknownProduct> {
        let found = Self::ALL.into_iter().find(|product| product.name() == text);
        found.ok_or_else(|| UnknownProduct { found: text.into() })
    }
}

/// An account: a messenger, an address, an `idInstance` and a token.
#[derive(Debug, Clone)]
pub struct GreenAccount {
    pub(super) id: String,
    pub(super) product: Product,
    pub(super) address: Address,
    pub(super) token: Secret,
}

/// `idInstance` is not a number. The message masks a value that looks like a token in the wrong
/// place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("id_instance must be a number of 1 to 20 digits without zeros before it, got {found:?}")]
pub struct IdError {
    found: String,
}

/// Checks an `idInstance`.
///
/// # Errors
/// [`IdError`] unless it has 1 to 20 digits and nothing else, and does not begin with 0.
pub fn check_id(id: &str) -> Result<(), IdError> {
    if http::is_number(id) {
        return Ok(());
    }
    let found = Redactor::default().text(id);
    Err(IdError { found })
}

impl GreenAccount {
    /// An account.
    ///
    /// # Errors
    /// [`IdError`] if the id is not digits.
    pub fn new(
        id: &str,
        product: Product,
        address: Address,
        token: Secret,
    ) -> Result<Self, IdError> {
        check_id(id)?;
        let address = match product {
            Product::Max => address.with_v3(),
            Product::Whatsapp | Product::Telegram => address,
        };
        Ok(Self {
            id: id.into(),
            product,
            address,
            token,
        })
    }

    /// Whether its token looks like the usual tokens of GREEN-API.
    #[must_use]
    pub fn token_has_the_usual_form(&self) -> bool {
        self.token.has_the_usual_form()
    }

    /// The account's target for the journal and the pacing. It is the same for all hosts of the
    /// vendor, because they serve the same accounts.
    pub(super) fn target(&self) -> Target {
        self.target_of(self.product)
    }

    /// The targets that the account had with another messenger in its entry: its number belongs to one messenger only,
    /// so an entry that names another one was corrected.
    pub(super) fn former_targets(&self) -> Vec<Target> {
        let others = Product::ALL.into_iter().filter(|it| *it != self.product);
        others.map(|product| self.target_of(product)).collect()
    }

    fn target_of(&self, product: Product) -> Target {
        Target {
            scope: Scope {
                service: format!("green-api/{product}"),
                host: self.address.service().into(),
                id: self.id.clone(),
            },
            slot: String::new(),
        }
    }

    /// How the account is reached.
    pub(super) fn access(&self) -> Access {
        let (base, token) = (self.address.base(), self.token.reveal());
        Access {
            endpoint: format!("{} ({})", self.address.host(), self.product),
            fingerprint: payload::fingerprint(&[base, token]),
            credential: payload::fingerprint(&[base, &self.id, token]),
        }
    }

    pub(super) fn url(&self, method: &str) -> String {
        self.call(method, self.token.reveal())
    }

    /// The address of a call without the token, for messages.
    pub(super) fn redacted_url(&self, method: &str) -> String {
        self.call(method, "***")
    }

    fn call(&self, method: &str, token: &str) -> String {
        format!(
            "{}/waInstance{}/{method}/{token}",
            self.address.base(),
            self.id
        )
    }
}
