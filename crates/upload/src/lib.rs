//! Delivers finished bytes to a destination: once, as meant, politely, with no secret leaked.
//! Knows nothing of pictures; who gets which bytes is the caller's business.
//!
//! A [`Destination`] says what its signals mean; [`Run`] decides what happens when, for every
//! destination alike.

#![warn(clippy::print_stderr, clippy::print_stdout)]

mod calendar;
mod destination;
mod destinations;
mod green_api;
mod payload;
mod redact;
mod secret;
mod verdict;

pub use destination::{AccountKey, Destination, Spacing};
pub use destinations::{Folder, Memory};
pub use green_api::{
    Address, AddressError, ClientError, DEFAULT_ADDRESS, GreenAccount, GreenApi, IdError, Phase,
    Product, UnknownProduct, classify,
};
pub use payload::{EmptyPayload, Payload};
pub use redact::Redactor;
pub use secret::{Secret, SecretError};
pub use verdict::{Action, Then, Verdict};
