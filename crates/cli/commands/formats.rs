//! `avatar-prep formats`: the supported formats.

use avatar_batch::args::Options;
use avatar_batch::exit::Exit;
use avatar_batch::report::console;
use avatar_prepare::{Format, OtherKind};
use serde_json::json;

/// Prints the formats, as Markdown or for programs.
pub(crate) fn run(options: &Options) -> Exit {
    let text = if options.json { lines() } else { tables() };
    match console::write_stdout(text.as_bytes()) {
        Ok(()) => Exit::AllDone,
        Err(_) => Exit::SomeFailed,
    }
}

/// A JSON object for each format. Formats that are not read have `advice` instead of `read` and `by`.
fn lines() -> String {
    let read = Format::all().map(|format| {
        json!({
            "format": format.name(),
            "extensions": format.extensions(),
            "read": format.support(),
            "by": format.library(),
        })
    });
    let unread = OtherKind::pictures().map(|kind| {
        json!({
            "format": kind.name(),
            "extensions": kind.extensions(),
            "advice": kind.advice(),
        })
    });
    read.chain(unread).map(|line| format!("{line}\n")).collect()
}

fn tables() -> String {
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
    format!("{head}\n{rows}\n{unread_head}\n{unread}")
}
