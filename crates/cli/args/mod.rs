//! The words of the command line: which command they name and what they say. `avatar_batch::args` merges them with
//! variables and the settings file.

mod command_line;
mod commands;
mod described;
mod printed;
mod records;
mod refused;
mod unused;
mod used;
mod words;

pub(crate) use command_line::{EXAMPLES, EXIT_CODES, IN, OUT, SETTINGS, parse};
pub(crate) use commands::missing_results;
pub(crate) use described::described;
pub(crate) use records::wants_records;
pub(crate) use unused::unused;
pub(crate) use used::by_a_page;
