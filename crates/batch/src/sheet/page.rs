//! The sheet as one HTML file that loads nothing from anywhere.
//!
//! Its policy (Content-Security-Policy) allows images in `data:` addresses and exactly the styles
//! and scripts of this program, by their hashes. Names and notes are in a block of JSON, which
//! cannot end early, because every `<` in it is escaped; the scripts set them as text.

use std::io;
use std::path::Path;

use base64::Engine;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::entry::Entry;
use crate::error::CliError;
use crate::files::foreign::refuse_foreign;
use crate::files::publish::publish;
use crate::page as shared;

/// The page, with places for what is inserted.
const PAGE: &str = include_str!("page/sheet.html");

/// The style of this page, after that of all pages.
const STYLE: &str = include_str!("page/sheet.css");

/// The scripts of this page, after those of all pages.
const SCRIPTS: [&str; 2] = [include_str!("page/facts.js"), include_str!("page/sheet.js")];

/// What the scripts read.
#[derive(Serialize)]
struct Data<'a> {
    /// `circle` or `square`.
    mask: &'static str,
    pictures: &'a [Entry],
}

/// The title of the page, by which a later run recognises it.
const TITLE: &str = "<title>Contact sheet of avatar-prep</title>";

/// Refuses a page in place of a file that is none.
pub(super) fn check(path: &Path) -> Result<(), CliError> {
    refuse_foreign("--sheet", path, |head| {
        let text = String::from_utf8_lossy(head);
        text.starts_with("<!doctype html>") && text.contains(TITLE)
    })
}

/// Writes the page.
pub(super) fn write(path: &Path, entries: &[Entry], is_round: bool) -> io::Result<()> {
    let data = Data {
        mask: if is_round { "circle" } else { "square" },
        pictures: entries,
    };
    let data = serde_json::to_string(&data)?.replace('<', "\\u003c");
    publish(path, page(&data).as_bytes()).map(drop)
}

fn page(data: &str) -> String {
    let style = format!("{}{STYLE}", shared::STYLE);
    let script = shared::bundle(&SCRIPTS);
    let policy = format!(
        "default-src 'none'; img-src data:; style-src {}; script-src {}; base-uri 'none'; \
         form-action 'none'",
        hash(&style),
        hash(&script)
    );
    let mut page = String::new();
    let mut rest = PAGE;
    // Each place once and in order, so that data which contains the name of a place stays data.
    for (place, content) in [
        ("{policy}", policy.as_str()),
        ("{style}", style.as_str()),
        ("{data}", data),
        ("{script}", script.as_str()),
    ] {
        if let Some((before, after)) = rest.split_once(place) {
            page.push_str(before);
            page.push_str(content);
            rest = after;
        }
    }
    page.push_str(rest);
    page
}

/// The hash of an inline style or script, as a policy names it.
fn hash(content: &str) -> String {
    let digest = Sha256::digest(content.as_bytes());
    let digest = base64::engine::general_purpose::STANDARD.encode(digest);
    format!("'sha256-{digest}'")
}
