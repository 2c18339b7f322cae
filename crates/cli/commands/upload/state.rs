//! What the results' folder knows of its deliveries, read without changing anything.

use std::path::Path;

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::state::snapshot;
use avatar_upload::{Journal, JournalError};
use tempfile::TempDir;

use super::places;

/// A journal that is open for reading, and the temporary copy that it is read from, if a run is
/// active or was killed.
pub(super) type Look = (Option<Journal>, Option<TempDir>);

/// Opens the journal for reading; writes nothing. There is none if nothing was ever delivered, even
/// if a database exists, because earlier versions kept results in the same file.
pub(super) fn look(options: &Options, output: &Path) -> Result<Look, CliError> {
    let path = places::journal(options, output);
    if !path.exists() {
        return Ok((None, None));
    }
    let look = snapshot::of(&path, |address| Ok(Journal::look(address)?));
    look.map_err(|error| no_journal(&error))
}

/// The journal or the pacing cannot be used.
pub(super) fn no_journal(error: &(dyn std::error::Error + 'static)) -> CliError {
    let cause = error
        .source()
        .map_or_else(String::new, |cause| format!(": {cause}"));
    let journal = error.downcast_ref::<JournalError>();
    let hint = match journal.is_some_and(JournalError::is_damage) {
        true => {
            "restore .avatar-prep/state.sqlite from a backup; without it, every picture would be sent again"
        }
        false => "nothing is sent without it: check the folder and its permissions",
    };
    CliError::environment(format!("{error}{cause}"), hint)
}
