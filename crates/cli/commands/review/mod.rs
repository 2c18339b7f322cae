//! `avatar-prep review OUT`: a page in the browser to approve pictures, move their crops and try
//! other framings. It is served on loopback until Ctrl-C.

mod action;
mod changes;
mod decide;
mod draft;
mod entry;
mod export;
mod opened;
mod page;
mod preview;
mod remake;
mod routes;
mod service;
mod undo;

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use self::service::Service;
use crate::args::Options;
use crate::command::Review;
use crate::error::CliError;
use crate::exit::Exit;
use crate::interrupt;
use crate::remaking::Remaking;
use crate::report::console;
use crate::state;
use crate::web::{self, Server};

/// Where the page is; part of the result contract.
#[derive(Serialize)]
struct Address<'a> {
    event: &'static str,
    schema: u32,
    address: &'a str,
}

/// Serves the page until it is interrupted, or exports the decisions.
pub(crate) fn run(
    options: &Options,
    out: &Path,
    review: &Review,
    remaking: Remaking,
) -> Result<Exit, CliError> {
    if options.dry_run {
        let message = "review cannot be combined with --dry-run";
        return Err(CliError::usage(
            message,
            "the page writes only what is decided there",
        ));
    }
    // A mistyped name must not look like a folder without pictures.
    state::known(out, |_| (), |()| 0)?;
    if let Some(file) = &review.export {
        return export::run(options, out, file);
    }
    let server = Server::bind(review.port).map_err(|error| cannot_listen(review.port, &error))?;
    let service = Arc::new(Service::new(options, out, remaking));
    let address = server.address();
    let stop = interrupt::stop_flag();
    announce(options, &address);
    if review.opens_browser {
        // The address was printed, so a missing browser is no error.
        web::open(&address);
    }
    let served = server.run(routes::routes(Arc::clone(&service)), &stop);
    served.map_err(|error| CliError::environment(error.to_string(), "start it again"))?;
    for output in service.pending() {
        console::print_warning(&format!(
            "{}: decided, not remade yet; the next run does it",
            output.display()
        ));
    }
    Ok(Exit::AllDone)
}

fn announce(options: &Options, address: &str) {
    if options.json {
        let record = Address {
            event: "review",
            schema: 1,
            address,
        };
        // A closed standard output is no reason to stop serving.
        let _ = console::print_record(&record);
        return;
    }
    console::print_line(address);
    if !options.quiet {
        console::print_line("Ctrl-C ends the review; all decisions are saved as they are made");
    }
}

fn cannot_listen(port: u16, error: &std::io::Error) -> CliError {
    let message = format!("could not listen on port {port} of this machine: {error}");
    CliError::environment(message, "choose another --port, or none for a free one")
}
