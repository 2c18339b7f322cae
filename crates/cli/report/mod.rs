//! What a run prints: records as they come, report files at the end.

mod advice;
pub(crate) mod bytes;
pub(crate) mod console;
mod display;
mod file;
mod framing;
mod html;
mod markdown;
pub(crate) mod mask;
pub(crate) mod record;
mod run;
mod tally;

pub(crate) use display::{Color, Display, Files};
pub(crate) use run::Report;
