//! What is known of the results in a folder, so that the next run makes only what is missing.
//! It owns `OUT/.avatar-prep/state.sqlite` and the tables there that start with `prepare_`;
//! deliveries keep theirs beside it.
//!
//! A result is remembered after it was published: a record that is lost costs work, never trust.

mod broken;
mod column;
mod error;
mod folder;
mod holder;
mod keeper;
mod lock;
mod look;
mod merge;
mod reader;
mod row;
pub(crate) mod snapshot;
mod tables;
mod writer;

pub(crate) use folder::{Opened, State};
pub(crate) use keeper::Keeper;
pub(crate) use look::{known, look};
pub(crate) use reader::Reader;
pub(crate) use row::{Details, Known, Origin};
pub(crate) use writer::Writer;
