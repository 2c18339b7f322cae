//! What is sent, and what came back for it.

use crate::Error;

/// Finished bytes for one account; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    account: String,
    bytes: Vec<u8>,
}

impl Payload {
    /// Bytes for the account of that name.
    ///
    /// # Errors
    /// [`Error::Empty`] without bytes.
    pub fn new(account: impl Into<String>, bytes: Vec<u8>) -> Result<Self, Error> {
        let account = account.into();
        if bytes.is_empty() {
            return Err(Error::Empty { account });
        }
        Ok(Self { account, bytes })
    }

    /// Who receives it.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// What is sent, the same on every attempt.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What the destination said of one payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    account: String,
    length: u64,
}

impl Receipt {
    pub(crate) fn of(payload: &Payload) -> Self {
        Self {
            account: payload.account.clone(),
            length: payload.bytes.len() as u64,
        }
    }

    /// Who received it.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// How many bytes were received.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }
}
