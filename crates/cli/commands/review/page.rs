//! The files of the page. They are part of the program, and hold nothing about the pictures.

use axum::Router;
use axum::routing::get;

use crate::web::asset;

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Path, type and text of each file.
const FILES: [(&str, &str, &str); 11] = [
    (
        "/",
        "text/html; charset=utf-8",
        include_str!("page/index.html"),
    ),
    (
        "/review.css",
        "text/css; charset=utf-8",
        include_str!("page/review.css"),
    ),
    (
        "/editor.css",
        "text/css; charset=utf-8",
        include_str!("page/editor.css"),
    ),
    ("/main.js", SCRIPT, include_str!("page/main.js")),
    ("/server.js", SCRIPT, include_str!("page/server.js")),
    ("/list.js", SCRIPT, include_str!("page/list.js")),
    ("/crop.js", SCRIPT, include_str!("page/crop.js")),
    ("/stage.js", SCRIPT, include_str!("page/stage.js")),
    ("/editor.js", SCRIPT, include_str!("page/editor.js")),
    ("/pictures.js", SCRIPT, include_str!("page/pictures.js")),
    ("/status.js", SCRIPT, include_str!("page/status.js")),
];

/// Adds the files of the page to the routes.
pub(super) fn files<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    FILES.iter().fold(routes, |routes, &(path, kind, text)| {
        let file = move || async move { asset(kind, text) };
        routes.route(path, get(file))
    })
}
