//! `avatar-prep formats`: which formats are read, and how far.

use avatar_prepare::Format;

use crate::exit::Exit;
use crate::report::console;

/// The table of formats, as it stands in the README.
pub(crate) fn run() -> Exit {
    let row = |format: Format| {
        let extensions = format.extensions().join(" ");
        let (name, support, library) = (format.name(), format.support(), format.library());
        format!("| {name} | {extensions} | {support} | {library} |\n")
    };
    let rows = Format::all().map(row).collect::<String>();
    let head = "| format | extensions | what is read | by |\n| --- | --- | --- | --- |";
    match console::write_stdout(format!("{head}\n{rows}").as_bytes()) {
        Ok(()) => Exit::AllDone,
        Err(_) => Exit::SomeFailed,
    }
}
