//! The files of the page. They are part of the program, and hold nothing about the pictures.

use crate::web::{File, PAGE, SCRIPT, STYLE};

/// All of them but the shared ones.
pub(super) const FILES: [File; 6] = [
    ("/", PAGE, include_str!("page/index.html")),
    ("/open.css", STYLE, include_str!("page/open.css")),
    ("/main.js", SCRIPT, include_str!("page/main.js")),
    ("/dropped.js", SCRIPT, include_str!("page/dropped.js")),
    ("/upload.js", SCRIPT, include_str!("page/upload.js")),
    ("/results.js", SCRIPT, include_str!("page/results.js")),
];
