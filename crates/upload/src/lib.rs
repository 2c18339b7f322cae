//! Delivers finished files to accounts of a service: never twice, no faster than the service
//! allows, and without showing any secret. It does not look inside the files; the caller decides
//! which account gets which file.
//!
//! A [`Destination`] translates the answers of a service into verdicts. [`Run`] decides, for every
//! destination alike, what is sent when and what follows a verdict. A [`Journal`] remembers every
//! attempt, and a [`Pacer`] the times of the last sends.

#![warn(clippy::print_stderr, clippy::print_stdout)]

mod clock;
mod destination;
mod destinations;
mod journal;
mod pace;
mod payload;
mod redact;
mod run;
mod secret;
mod speed;
mod verdict;

pub use destination::{Access, Destination, Scope, Shown, Spacing, Target};
pub use destinations::{
    Address, AddressError, CloudAccount, CloudError, DEFAULT_ADDRESS, Folder, GRAPH_ADDRESS,
    GreenAccount, GreenApi, HttpPut, IdError, Many, Memory, PlaceError, Product, PutPlace,
    UnknownProduct, WhatsappCloud, answered, check_id,
};
pub use journal::{Entry, Journal, JournalError, State};
pub use pace::Pacer;
pub use payload::{Contents, EmptyPayload, Payload};
pub use redact::Redactor;
pub use run::{
    Compare, Delivery, Event, Finished, Forecast, Known, Likeness, Outcome, Run, RunOptions,
    Status, Stop,
};
pub use secret::{Secret, SecretError};
pub use speed::Speed;
pub use verdict::{Action, Then, Verdict};

/// Formats a time since 1970, as in `2026-11-24 12:40:00 UTC`.
#[must_use]
pub fn display_time(since_1970: std::time::Duration) -> String {
    clock::display(since_1970)
}
