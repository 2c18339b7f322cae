//! What the page lets a person choose.

use avatar_batch::args::Effective;
use avatar_batch::args::presets::PRESETS;
use avatar_batch::error::CliError;
use avatar_batch::report::bytes::display_bytes;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::args::by_a_page;
use crate::web::Refused;

/// What platforms and sizes decide.
const OF_PLATFORMS: [&str; 6] = ["for", "size", "min-size", "too-small", "max-bytes", "mask"];

/// How the pictures should come out.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    /// The name of a platform; none for a size.
    platform: Option<String>,
    /// Edge of the square in pixels; none for that of the platform.
    size: Option<u32>,
    /// Whether logos stay whole and heads stay inside the circle.
    is_framed: bool,
}

/// What can be chosen, and what is chosen at first.
#[derive(Debug, Serialize)]
pub(super) struct Offer {
    platforms: Vec<Platform>,
    platform: Option<&'static str>,
    size: u32,
    is_framed: bool,
}

/// A platform that can be chosen.
#[derive(Debug, Serialize)]
struct Platform {
    name: &'static str,
    /// For people.
    text: String,
}

/// The settings of a page: those of the command line, without what it does not use.
pub(super) fn of_page(effective: &Effective) -> Result<Effective, CliError> {
    if effective.options.presets.len() > 1 {
        let message = "open prepares for one platform at a time, but --for names several";
        return Err(CliError::usage(
            message,
            "name one; the page offers the others",
        ));
    }
    // Flags that no run of the page uses are as if they were not given.
    let names = effective.values.iter().map(|value| value.flag.name);
    let unused = names.filter(|name| !by_a_page(name) && !["quiet", "allow-empty"].contains(name));
    let unused = unused.map(|name| (name, None));
    let quiet = [
        ("quiet", Some("true".into())),
        ("allow-empty", Some("true".into())),
    ];
    let changes: Vec<_> = unused.chain(quiet).collect();
    effective.with(&changes)
}

/// What a page offers.
pub(super) fn offer(of_page: &Effective) -> Offer {
    let options = &of_page.options;
    let platforms = PRESETS.iter().map(|preset| Platform {
        name: preset.name,
        text: format!(
            "{} – {size} × {size}, at most {}",
            preset.name,
            display_bytes(preset.max_bytes).replace(".0 ", " "),
            size = preset.size,
        ),
    });
    Offer {
        platforms: platforms.collect(),
        platform: options.presets.first().map(|preset| preset.name),
        size: options.settings.edge(),
        is_framed: of_page.is_set("fit") || of_page.is_set("gravity"),
    }
}

impl Choice {
    /// The settings of a run.
    pub(super) fn settings(&self, of_page: &Effective) -> Result<Effective, Refused> {
        let mut changes: Vec<(&str, Option<String>)> = Vec::new();
        let offered = offer(of_page);
        match (&self.platform, self.size) {
            (Some(platform), None) if offered.platform == Some(platform) => {}
            (Some(platform), None) => {
                changes.extend(OF_PLATFORMS.map(|name| (name, None)));
                changes.retain(|(name, _)| *name != "for");
                changes.push(("for", Some(platform.clone())));
            }
            (None, Some(size)) => {
                changes.push(("for", None));
                changes.push(("size", Some(size.to_string())));
            }
            (None, None) | (Some(_), Some(_)) => {
                let message = "choose a platform or a size";
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Err(Refused::new(status, "wrong_request", message));
            }
        }
        match (self.is_framed, offered.is_framed) {
            (true, false) => changes.extend(["fit", "gravity"].map(|it| (it, Some("auto".into())))),
            (false, true) => changes.extend(["fit", "gravity"].map(|it| (it, None))),
            (true, true) | (false, false) => {}
        }
        of_page.with(&changes).map_err(|error| {
            let message = format!("{error}; {}", error.hint);
            Refused::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong_choice", message)
        })
    }
}
