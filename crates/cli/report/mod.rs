//! What a run prints: records as they come, report files at the end.

mod advice;
pub(crate) mod bytes;
pub(crate) mod console;
pub(crate) mod deliveries;
mod display;
mod file;
pub(crate) mod framing;
mod html;
mod in_tar;
pub(crate) mod live;
pub(crate) mod markdown;
pub(crate) mod markup;
pub(crate) mod mask;
pub(crate) mod record;
mod run;
pub(crate) mod summary;
mod tally;

pub(crate) use display::{Color, Display, Files};
pub(crate) use run::Report;
