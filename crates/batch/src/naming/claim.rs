//! Decides what to do with a file, if others claim the name of its result, too.

use std::path::{Path, PathBuf};

use super::picture::Picture;
use super::task::{Fail, Output, Skip, Task};
use crate::failure::Failure;
use crate::files::inputs::{Found, Kind};

/// A source with an equal claim on a name: neither gets it.
pub(super) struct Rival {
    pub(super) source: PathBuf,
    /// What to do, if that depends on all that share the name.
    pub(super) hint: Option<&'static str>,
    /// If it is of another input folder, whether both folders have the same name.
    pub(super) same_folder_name: Option<bool>,
    /// The template of the run.
    pub(super) name: String,
}

impl Rival {
    fn failure(&self, output: &Path) -> Failure {
        match self.same_folder_name {
            None => {
                let failure = Failure::collision(output, &self.source);
                let hint = self.hint.map_or(failure.hint, Into::into);
                Failure { hint, ..failure }
            }
            Some(same) => Failure::collision_of_folders(output, &self.source, same, &self.name),
        }
    }
}

/// Who else claims the name of a result.
#[derive(Default)]
pub(super) struct Claim {
    pub(super) rival: Option<Rival>,
    /// A source that owns the name.
    pub(super) owner: Option<PathBuf>,
    /// A source of a better format that is used instead.
    pub(super) better: Option<PathBuf>,
    pub(super) over_a_source: bool,
}

/// What to do with a file, of which `claim` says who else wants its name.
pub(super) fn task(found: Found, output: Output, claim: Claim) -> Task {
    let preset = found.preset();
    let skip = |source, code, message: &str| {
        Task::Skip(Box::new(Skip {
            source,
            preset,
            code,
            message: message.into(),
        }))
    };
    let fail = |source, output, failure| {
        Task::Fail(Box::new(Fail {
            source,
            preset,
            output,
            failure,
        }))
    };
    if matches!(found.kind, Kind::Picture) {
        let output = match output {
            Ok(output) => output,
            Err(failure) => return fail(found.source, None, *failure),
        };
        if let Some(better) = &claim.better {
            let message = format!("{} is preferred", better.display());
            return skip(found.source, "not_preferred", &message);
        }
        let failure = match &claim.rival {
            Some(rival) => rival.failure(&output),
            None if claim.over_a_source => Failure::over_a_source(&output),
            None => return Task::Prepare(Picture::of(found, output, claim.owner)),
        };
        return fail(found.source, Some(output), failure);
    }
    let source = found.source;
    match found.kind {
        Kind::Picture | Kind::NotAPicture => {
            let message = "not an image (by content or by name)";
            skip(source, "not_a_picture", message)
        }
        Kind::Hidden => skip(source, "hidden", "its name starts with a dot"),
        Kind::Results => {
            let message = "results of avatar-prep; read with --allow-results-as-input";
            skip(source, "results", message)
        }
        Kind::Excluded(why) => skip(source, "excluded", &why),
        Kind::BadSidecar(why) => {
            let failure = Failure::bad_sidecar(why.message, why.hint);
            fail(source, None, failure)
        }
        Kind::SidecarAlone => {
            let message = "options for a picture that is not there";
            skip(source, "sidecar_without_picture", message)
        }
        Kind::BadKey(why) => fail(source, None, Failure::bad_key(why)),
        Kind::NotAFile => {
            let message = "not a regular file, but a pipe, a socket or a device";
            skip(source, "not_a_picture", message)
        }
        Kind::Unreadable(error) => fail(source, None, Failure::unreadable(&error)),
    }
}
