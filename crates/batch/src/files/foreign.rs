//! Makes sure that a file which a user asked for, such as a report, replaces nothing that this program did not make.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::mark::is_absent;
use crate::error::CliError;

/// More bytes than what marks the files of this program is away from their start.
const HEAD: u64 = 1024;

/// Refuses a path at which there is anything but a file of this program, before any work is done. `what` names the
/// option, and `is_own` recognises such a file by its first bytes. A mistake can put the name of a
/// picture there: a shell expands `--sheet photos/*.jpg` to the names of all pictures. A file without bytes has
/// nothing to lose.
pub fn refuse_foreign(
    what: &str,
    path: &Path,
    is_own: impl Fn(&[u8]) -> bool,
) -> Result<(), CliError> {
    let refused = |why: String| {
        let message = format!("{what}: {} {why}", path.display());
        Err(CliError::usage(
            message,
            "choose another name, or remove what is there",
        ))
    };
    match fs::metadata(path) {
        // A link that leads nowhere is replaced by the file. If the folder is missing too, writing says so.
        Err(error) if is_absent(&error) => return Ok(()),
        Err(error) => return refused(format!("cannot be looked at: {error}")),
        // Nothing replaces a folder: writing fails, and says so after the pictures are made.
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(found) if !found.is_file() => return refused("exists and is not a file".into()),
        Ok(found) if found.len() == 0 => return Ok(()),
        Ok(_) => {}
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    match read {
        Ok(_) if is_own(&head) => Ok(()),
        Ok(_) => refused("exists, and avatar-prep did not make it".into()),
        Err(error) => refused(format!("exists and cannot be read: {error}")),
    }
}
