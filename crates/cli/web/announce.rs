//! Says where a page is.

use avatar_batch::error::CliError;
use avatar_batch::report::console;
use serde::Serialize;

/// Where a page is; part of the result contract.
#[derive(Serialize)]
struct Address<'a> {
    event: &'static str,
    schema: u32,
    address: &'a str,
}

/// How the address of a page is printed.
#[derive(Clone, Copy)]
pub(crate) struct Announcement<'a> {
    /// The name of the record in JSON: that of the command.
    pub(crate) event: &'static str,
    /// What is printed below the address, for people.
    pub(crate) below: &'a str,
    pub(crate) json: bool,
    pub(crate) quiet: bool,
}

impl Announcement<'_> {
    /// Prints the address. A closed standard output is no reason not to serve.
    pub(crate) fn print(self, address: &str) {
        if self.json {
            let _ = console::print_record(&Address {
                event: self.event,
                schema: 1,
                address,
            });
            return;
        }
        console::print_line(address);
        if !self.quiet {
            console::print_line(self.below);
        }
    }
}

/// The error of a port that cannot be used.
pub(crate) fn cannot_listen(port: u16, error: &std::io::Error) -> CliError {
    let message = format!("could not listen on port {port} of this machine: {error}");
    CliError::environment(message, "choose another --port, or none for a free one")
}
