//! The files of pages. They are part of the program, and hold nothing about the pictures.

use avatar_batch::page::{self, SCRIPTS};
use axum::Router;
use axum::routing::get;

use super::reply::asset;

/// The type of scripts.
pub(crate) const SCRIPT: &str = "text/javascript; charset=utf-8";
/// The type of style sheets.
pub(crate) const STYLE: &str = "text/css; charset=utf-8";
/// The type of pages.
pub(crate) const PAGE: &str = "text/html; charset=utf-8";

/// Path, type and text of a file.
pub(crate) type File = (&'static str, &'static str, &'static str);

/// What every page needs, apart from the shared scripts.
const SHARED: [File; 2] = [
    ("/client.js", SCRIPT, include_str!("client.js")),
    ("/style.css", STYLE, page::STYLE),
];

/// Adds the files of a page, and those that all pages share, to its routes.
pub(crate) fn page_files<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    files: &[File],
) -> Router<S> {
    let scripts = SCRIPTS.map(|(path, text)| (path, SCRIPT, text));
    let all = files.iter().chain(&SHARED).chain(&scripts);
    all.fold(routes, |routes, &(path, kind, text)| {
        let file = move || async move { asset(kind, text) };
        routes.route(path, get(file))
    })
}
