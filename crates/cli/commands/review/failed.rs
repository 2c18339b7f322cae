//! Sources that could not be made into a result: what went wrong, and another try once the file was
//! repaired. There is nothing to approve, so a decision about one finds no picture.

use std::fs;
use std::path::Path;
use std::time::Duration;

use avatar_batch::files::fingerprint::Hash;
use avatar_batch::naming::Picture;
use avatar_batch::objects::address::is_address;
use avatar_batch::recipe::Recipe;
use avatar_batch::state::{Attempt, Failing};
use avatar_prepare::Settings;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::remake::{Outcome, preset};
use super::results::Results;
use super::service::{Service, in_store};
use crate::web::Refused;

/// A failure in the list.
#[derive(Debug, Serialize)]
pub(super) struct Failed {
    id: String,
    /// The result that is missing; the source if that has no name.
    output: String,
    source: String,
    code: String,
    message: Option<String>,
    hint: Option<String>,
    /// Since when it fails like this.
    since: String,
    /// Whether the page can try it again; otherwise the next run does.
    can_retry: bool,
    /// Whether its file is no longer there.
    is_missing: bool,
}

impl Failed {
    fn of(id: &str, failing: &Failing) -> Self {
        let attempt = failing.attempt.as_ref();
        let source = failing.path();
        let since = Duration::from_secs(u64::try_from(failing.since).unwrap_or(0));
        Self {
            id: id.into(),
            output: attempt.map_or(source.into(), |it| it.output.display().to_string()),
            source: source.into(),
            code: failing.code.clone(),
            message: failing.message.clone(),
            hint: failing.hint.clone(),
            since: avatar_upload::display_time(since),
            can_retry: attempt.is_some_and(|it| !is_address(&it.root)),
            is_missing: match attempt {
                _ if is_address(Path::new(source)) => false,
                Some(it) => fs::metadata(it.root.join(&it.source)).is_err(),
                None => fs::metadata(source).is_err(),
            },
        }
    }
}

/// A failure to try again.
#[derive(Deserialize)]
pub(super) struct Again {
    id: String,
}

/// What became of another try.
#[derive(Serialize)]
pub(super) struct Retried {
    /// The result, and those of the same source for other platforms; none if it failed again.
    entries: Vec<Entry>,
    /// The failure, if it is still one.
    failure: Option<Failed>,
    /// What went otherwise than wanted.
    messages: Vec<String>,
}

/// All failures of the folder.
pub(super) fn failures(results: &Results) -> Vec<Failed> {
    let failing = results.failing.iter();
    failing
        .map(|(id, failing)| Failed::of(id, failing))
        .collect()
}

impl Service {
    /// Makes the result of a source that failed, as the run that failed would make it now.
    pub(super) fn retry_failed(&self, again: &Again) -> Result<Retried, Refused> {
        let _one = self.deciding();
        let results = self.all()?;
        let failing = results.failing.get(&again.id).ok_or_else(|| {
            let message = "this picture does not fail any more; the list shows it as it is now";
            Refused::new(StatusCode::NOT_FOUND, "unknown_picture", message)
        })?;
        let attempt = failing.attempt.as_ref().ok_or_else(|| {
            let message = "it failed before it was read, by its name or its options; the next run tries it again";
            Refused::new(StatusCode::CONFLICT, "next_run", message)
        })?;
        if is_address(&attempt.root) {
            return Err(in_store(&attempt.root.join(&attempt.source)));
        }
        // Since then, a run can have given the name to another source.
        let owner = results
            .at(&attempt.output)
            .and_then(|it| it.origin.as_ref());
        if owner.is_some_and(|it| !attempt.is_of(&it.root, &it.source, attempt.preset.as_deref())) {
            let output = attempt.output.display();
            let message = format!("{output} is the result of another source now; run it again");
            return Err(Refused::new(StatusCode::CONFLICT, "collision", message));
        }
        let mut messages = Vec::new();
        match self.make_now(self.attempted(attempt)?, false)? {
            Outcome::Done(warning) => messages.extend(warning),
            // The failure says why.
            Outcome::Failed(_) => {}
            Outcome::Busy(why) => {
                return Err(Refused::new(StatusCode::LOCKED, "folder_in_use", why));
            }
        }
        let failing = self.all()?;
        let failing = failing.failing.get(&again.id);
        Ok(Retried {
            entries: self.entries_of(&attempt.root, &attempt.source)?,
            failure: failing.map(|failing| Failed::of(&again.id, failing)),
            messages,
        })
    }

    /// The picture of an attempt, with its settings and what a person decided about the file that is
    /// there now.
    fn attempted(&self, attempt: &Attempt) -> Result<Picture, Refused> {
        let Attempt { root, source, .. } = attempt;
        let settings = self.settings_of(attempt.recipe)?;
        Ok(Picture::new(
            (root, source),
            self.out.join(&attempt.output),
            Recipe::new(self.chosen(settings, root, source)?),
            preset(attempt.preset.as_deref()),
        ))
    }

    /// These settings, changed by the decision about the bytes that the source has now.
    fn chosen(&self, settings: Settings, root: &Path, source: &Path) -> Result<Settings, Refused> {
        let decisions = self.decisions()?;
        let all = decisions.history(source);
        if !all.iter().any(|it| it.decision.options.is_some()) {
            return Ok(settings);
        }
        let Ok(hash) = Hash::of_file(&root.join(source)) else {
            return Ok(settings);
        };
        match decisions.options(root, source, hash) {
            Some(options) => self.decided(settings, options),
            None => Ok(settings),
        }
    }
}
