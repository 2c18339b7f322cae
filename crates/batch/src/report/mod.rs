//! What a run prints: records as they come, report files at the end.

mod advice;
pub mod bytes;
mod columns;
pub mod console;
pub mod deliveries;
mod display;
mod file;
pub mod framing;
mod html;
mod in_tar;
pub mod live;
pub mod markdown;
pub mod markup;
pub mod mask;
mod own;
pub mod record;
mod run;
pub mod summary;
mod tally;

pub use display::{Color, Display, Files};
pub use run::Report;
