#![doc = include_str!("../README.md")]
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod clock;
mod destination;
mod destinations;
pub mod hints;
mod journal;
mod pace;
mod path_text;
mod payload;
mod redact;
mod run;
mod secret;
mod slow_hash;
mod time_scale;
mod verdict;

pub use destination::{Access, Destination, Scope, Shown, Spacing, Target};
pub use destinations::{
    Address, AddressError, CloudAccount, CloudError, DEFAULT_ADDRESS, Folder, GRAPH_ADDRESS,
    GreenAccount, GreenApi, HttpPut, IdError, Memory, PlaceError, Product, PutPlace,
    UnknownProduct, WhatsappCloud, answered, check_id, graph_answered, graph_set, put_answered,
};
pub use journal::{Entry, Journal, JournalError, State};
pub use pace::Pacer;
pub use path_text::{path_of_text, path_text};
pub use payload::{Contents, EmptyPayload, Payload};
pub use redact::Redactor;
pub use run::{
    Compare, Comparison, Delivery, Event, Finished, Forecast, Known, Outcome, Run, RunOptions,
    Status, Stop,
};
pub use secret::{Secret, SecretError};
pub use time_scale::TimeScale;
pub use verdict::{Action, Then, Verdict};

/// Formats a time since 1970, as in `2026-11-24 12:40:00 UTC`.
#[must_use]
pub fn display_time(since_1970: std::time::Duration) -> String {
    clock::display(since_1970)
}
