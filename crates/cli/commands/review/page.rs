//! The files of the page. They are part of the program, and hold nothing about the pictures.

use crate::web::{File, PAGE, SCRIPT, STYLE};

/// All of them but the shared ones.
pub(super) const FILES: [File; 14] = [
    ("/", PAGE, include_str!("page/index.html")),
    ("/review.css", STYLE, include_str!("page/review.css")),
    ("/editor.css", STYLE, include_str!("page/editor.css")),
    ("/main.js", SCRIPT, include_str!("page/main.js")),
    ("/server.js", SCRIPT, include_str!("page/server.js")),
    ("/list.js", SCRIPT, include_str!("page/list.js")),
    ("/crop.js", SCRIPT, include_str!("page/crop.js")),
    ("/stage.js", SCRIPT, include_str!("page/stage.js")),
    ("/editor.js", SCRIPT, include_str!("page/editor.js")),
    ("/pictures.js", SCRIPT, include_str!("page/pictures.js")),
    ("/status.js", SCRIPT, include_str!("page/status.js")),
    ("/drafts.js", SCRIPT, include_str!("page/drafts.js")),
    ("/failure.js", SCRIPT, include_str!("page/failure.js")),
    ("/result.js", SCRIPT, include_str!("page/result.js")),
];
