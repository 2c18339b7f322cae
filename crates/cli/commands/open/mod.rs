//! `avatar-prep open [OUT]`: a page in the browser that takes pictures, prepares them and gives them
//! back as a zip, or puts them into OUT. It is served on loopback until Ctrl-C.

mod allowance;
mod batch;
mod choice;
mod copy;
mod download;
mod hint;
mod name;
mod names;
mod page;
mod progress;
mod receive;
mod routes;
mod run;
mod service;
mod ticket;
mod verdicts;
mod zip;

use std::path::Path;
use std::sync::Arc;

use avatar_batch::args::Effective;
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::interrupt;
use avatar_batch::making::Making;
use avatar_batch::packs::place::refuse_packed;
use axum::Router;

use self::service::Service;
use crate::command::Page;
use crate::reviewing::Reviewing;
use crate::web::{self, Announcement, Server, cannot_listen};

/// The page, to be answered without a socket.
pub(crate) fn pages(
    effective: &Effective,
    out: Option<&Path>,
    making: Making,
    reviewing: Reviewing,
) -> Result<Router, CliError> {
    let service = Service::new(effective, out, making, reviewing)?;
    Ok(routes::routes(Arc::new(service)))
}

/// Serves the page until it is interrupted.
pub(crate) fn run(
    effective: &Effective,
    out: Option<&Path>,
    page: Page,
    making: Making,
    reviewing: Reviewing,
) -> Result<Exit, CliError> {
    let options = &effective.options;
    if options.dry_run {
        let message = "open cannot be combined with --dry-run";
        let hint = "without OUT, nothing is written but temporary files";
        return Err(CliError::usage(message, hint));
    }
    if options.pack.is_some() {
        let message = "open cannot be combined with --pack: the page shows results as files";
        return Err(CliError::usage(message, "leave out --pack"));
    }
    out.map_or(Ok(()), |out| refuse_packed(out, "open"))?;
    let service = Arc::new(Service::new(effective, out, making, reviewing)?);
    let server = Server::bind(page.port).map_err(|error| cannot_listen(page.port, &error))?;
    let address = server.address();
    let stop = interrupt::stop_flag();
    let announcement = Announcement {
        event: "open",
        below: match out {
            Some(_) => "Ctrl-C ends the page; pictures of which results were made are kept",
            None => "Ctrl-C ends the page and removes what was dropped",
        },
        json: options.json,
        quiet: options.quiet,
    };
    announcement.print(&address);
    if page.opens_browser {
        // The address was printed, so a missing browser is no error.
        web::open(&address);
    }
    let served = server.run(routes::routes(Arc::clone(&service)), &stop);
    service.close();
    served.map_err(|error| CliError::environment(error.to_string(), "start it again"))?;
    Ok(Exit::AllDone)
}
