//! What people have decided about results in the review, and what is recorded of them since.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use avatar_batch::error::CliError;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::state::{self, Known, Standing};
use axum::http::StatusCode;

use crate::web::Refused;

/// The verdicts about the results of a folder.
pub(super) struct Verdicts {
    /// Those that are approved as they are now, each with the hash of its bytes.
    pub(super) approved: HashMap<PathBuf, Hash>,
    pub(super) rejected: HashSet<PathBuf>,
}

impl Verdicts {
    /// Reads the verdicts about the results in `out`.
    pub(super) fn read(out: &Path) -> Result<Self, Refused> {
        let decisions = state::decisions(out).map_err(|error| unreadable(&error))?;
        let mut verdicts = Self {
            approved: HashMap::new(),
            rejected: HashSet::new(),
        };
        for (output, known) in recorded(out)? {
            match decisions.of(&known) {
                Standing::Approved if known.former.is_none() => {
                    verdicts.approved.insert(output, known.hash);
                }
                Standing::Rejected => {
                    verdicts.rejected.insert(output);
                }
                _ => {}
            }
        }
        Ok(verdicts)
    }
}

/// What is recorded of each result in `out`.
pub(super) fn recorded(out: &Path) -> Result<HashMap<PathBuf, Known>, Refused> {
    let all = state::known(out, |known| known, |known: &Known| known.at);
    let all = all.map_err(|error| unreadable(&error))?;
    Ok(all.into_iter().collect())
}

fn unreadable(error: &CliError) -> Refused {
    let message = format!("{error}; {}", error.hint);
    Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "state", message)
}
