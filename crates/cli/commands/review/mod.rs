//! `avatar-prep review OUT`: a page in the browser to approve pictures, move their crops and try
//! other framings. It is served on loopback until Ctrl-C.

mod action;
mod changes;
mod decide;
mod draft;
mod entry;
mod export;
mod failed;
mod kept;
mod opened;
mod page;
mod preview;
mod remake;
mod results;
mod routes;
mod service;
mod source_states;
mod undo;

use std::path::Path;
use std::sync::Arc;

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::interrupt;
use avatar_batch::packs::place::refuse_packed;
use avatar_batch::remaking::Remaking;
use avatar_batch::report::console;
use avatar_batch::state;
use axum::Router;

use self::service::Service;
use crate::command::Review;
use crate::web::{self, Announcement, Server, cannot_listen};

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
    refuse_packed(out, "review")?;
    // A mistyped name must not look like a folder without pictures.
    state::known(out, |_| (), |()| 0)?;
    if let Some(file) = &review.export {
        return export::run(options, out, file);
    }
    let server =
        Server::bind(review.page.port).map_err(|error| cannot_listen(review.page.port, &error))?;
    let service = Arc::new(Service::new(options, out, remaking));
    let address = server.address();
    let stop = interrupt::stop_flag();
    let announcement = Announcement {
        event: "review",
        below: "Ctrl-C ends the review; all decisions are saved as they are made",
        json: options.json,
        quiet: options.quiet,
    };
    announcement.print(&address);
    if review.page.opens_browser {
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

/// The page of a review of `out`, to be served below another page.
pub(crate) fn pages(options: &Options, out: &Path, remaking: Remaking) -> Router {
    web::bounded(routes::routes(Arc::new(Service::new(
        options, out, remaking,
    ))))
}
