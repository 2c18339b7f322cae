//! Where payloads go.

use crate::{Error, Payload, Receipt};

/// Something that shows one picture per account.
pub trait Destination {
    /// Delivers one payload; delivering the same again changes nothing.
    ///
    /// # Errors
    /// [`Error::Rejected`] where sending the same again would not help.
    fn deliver(&mut self, payload: &Payload) -> Result<Receipt, Error>;
}
