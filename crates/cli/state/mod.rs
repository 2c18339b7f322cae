//! What is known of the results in a folder, so that the next run makes only what is missing.
//!
//! It owns `OUT/.avatar-prep/cache.sqlite`, which can be lost: a result is remembered after it was
//! published, so a row that is missing costs work, never trust. The journal of deliveries beside it
//! is the upload's, and is never rebuilt or removed.

mod batched_writer;
mod column;
mod error;
mod folder;
mod holder;

mod lock;
mod look;
mod merge;
mod reader;
mod rebuild;
mod row;
pub(crate) mod snapshot;
mod tables;
mod writer;

pub(crate) use batched_writer::BatchedWriter;
pub(crate) use folder::{Opened, State};
pub(crate) use look::{JOURNAL, known, look};
pub(crate) use reader::Reader;
pub(crate) use row::{Details, Known, Origin};
pub(crate) use writer::Writer;
