//! `avatar-prep formats`: the supported formats.

use avatar_prepare::{Format, OtherKind};

use crate::exit::Exit;
use crate::report::console;

/// Prints the table of formats as Markdown.
pub(crate) fn run() -> Exit {
    let row = |format: Format| {
        let extensions = format.extensions().join(" ");
        let (name, support, library) = (format.name(), format.support(), format.library());
        format!("| {name} | {extensions} | {support} | {library} |\n")
    };
    let rows = Format::all().map(row).collect::<String>();
    let unread = |kind: &OtherKind| {
        let extensions = kind.extensions().join(" ");
        format!("| {} | {extensions} | {} |\n", kind.name(), kind.advice())
    };
    let unread = OtherKind::pictures().map(unread).collect::<String>();
    let unread_head =
        "Known, not read:\n\n| format | extensions | what to do |\n| --- | --- | --- |";
    let head = "| format | extensions | what is read | by |\n| --- | --- | --- | --- |";
    match console::write_stdout(format!("{head}\n{rows}\n{unread_head}\n{unread}").as_bytes()) {
        Ok(()) => Exit::AllDone,
        Err(_) => Exit::SomeFailed,
    }
}
