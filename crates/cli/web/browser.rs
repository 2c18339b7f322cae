//! Opens an address in the user's browser.

use std::process::{Command, Stdio};

/// Asks the system to open an address; returns whether a program for it was started.
pub(crate) fn open(address: &str) -> bool {
    let (program, args): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("rundll32", &["url.dll,FileProtocolHandler"]),
        _ => ("xdg-open", &[]),
    };
    let started = Command::new(program)
        .args(args)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    // It ends on its own; the browser stays.
    let waited = started.map(|mut child| std::thread::spawn(move || child.wait()));
    waited.is_ok()
}
