//! What another page needs of the command that reviews.

use std::path::Path;

use avatar_batch::args::Options;
use avatar_batch::remaking::Remaking;
use axum::Router;

/// The page of a review, to be served below another page.
#[derive(Clone, Copy)]
pub(crate) struct Reviewing {
    /// The addresses of the review of a folder of results.
    pub(crate) pages: fn(&Options, &Path, Remaking) -> Router,
    pub(crate) remaking: Remaking,
}
