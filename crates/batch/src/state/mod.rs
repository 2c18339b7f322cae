//! The cache of results in a folder, so that the next run makes only what is missing.
//!
//! It owns `OUT/.avatar-prep/cache.sqlite`, which may be lost: a row is written after its result was
//! published, so a missing row costs work and nothing else. The journal of deliveries beside it
//! belongs to the upload and is never rebuilt or deleted, nor are the decisions of people in
//! `decisions.sqlite`.

mod batched_writer;
mod column;
mod decision;
mod decision_file;
mod error;
mod failures;
mod folder;
mod holder;
mod intent;
mod kept_note;
mod lock;
mod look;
mod look_key;
mod merge;
mod reader;
mod rebuild;
mod row;
pub mod snapshot;
mod stamp;
mod tables;
mod writer;

pub use batched_writer::BatchedWriter;
pub use decision::{Decision, Decisions, Recorded, Standing, UNDO, Verdict};
pub use decision_file::{DecisionFile, Recording, decisions};
pub use error::StateError;
pub use failures::{Attempt, Failing};
pub use folder::{Opened, State};
pub use intent::{Intents, has_intents};
pub use kept_note::KeptNote;
pub use look::{JOURNAL, Rows, known, known_to, look};
pub use look_key::look_key;
pub use reader::Reader;
pub use row::{Details, Known, Origin};
pub use stamp::StateStamp;
pub use writer::Writer;
