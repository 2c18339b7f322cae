//! Copies the approved results into a folder beside OUT. It is new each time, so it never replaces
//! anything and contains nothing that was rejected since. It is not inside OUT, because `upload` and
//! `verify` would take the copies for more results.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use avatar_batch::files::fingerprint::Hash;
use avatar_batch::files::publish::publish;
use axum::http::StatusCode;
use serde::Serialize;

use super::download::chosen;
use super::service::Service;
use super::verdicts::Verdicts;
use crate::web::Refused;

/// Added to the name of OUT.
const SUFFIX: &str = "-approved";

/// Highest number that is added to the name.
const NUMBERS: u32 = 10_000;

/// Where the copies are.
#[derive(Serialize)]
pub(super) struct Copied {
    folder: String,
    pictures: usize,
}

impl Service {
    /// Copies the approved results of a batch into a new folder.
    pub(super) fn copy_approved(&self, id: &str) -> Result<Copied, Refused> {
        let batch = self.batch(id)?;
        let Some(out) = &self.out else {
            let message = "there is no folder of results; start avatar-prep open with the name of \
                           a folder, or download a zip";
            return Err(Refused::new(StatusCode::CONFLICT, "no_folder", message));
        };
        batch.refuse_while_working()?;
        let verdicts = Verdicts::read(out)?;
        let (outputs, _) = chosen(&batch, true, &verdicts)?;
        let folder = new_folder(out).map_err(|error| failed(&error))?;
        let copied = outputs.iter().try_for_each(|output| {
            let hash = verdicts.approved.get(output);
            copy(&out.join(output), &folder.join(output), hash)
        });
        if let Err(error) = copied {
            // A part of the pictures would look like all of them.
            let _ = fs::remove_dir_all(&folder);
            return Err(failed(&error));
        }
        Ok(Copied {
            folder: folder.display().to_string(),
            pictures: outputs.len(),
        })
    }
}

/// Creates a folder with a name that is free.
fn new_folder(out: &Path) -> io::Result<PathBuf> {
    let out = std::path::absolute(out)?;
    let own = out
        .file_name()
        .ok_or_else(|| io::Error::other(format!("{} has no name to add to", out.display())))?;
    for number in 1..NUMBERS {
        let mut name = OsString::from(own);
        name.push(SUFFIX);
        if number > 1 {
            name.push(format!("-{number}"));
        }
        let folder = out.with_file_name(name);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            created => return created.map(|()| folder),
        }
    }
    Err(io::Error::other("too many folders have this name"))
}

/// Copies a result whose bytes are those that were recorded.
fn copy(from: &Path, to: &Path, hash: Option<&Hash>) -> io::Result<()> {
    let failed = |why: String| io::Error::other(format!("{}: {why}", from.display()));
    // A link could lead anywhere.
    if !fs::symlink_metadata(from)?.is_file() {
        return Err(failed("is not a file".into()));
    }
    let bytes = fs::read(from).map_err(|error| failed(error.to_string()))?;
    if hash != Some(&Hash::of(&bytes)) {
        return Err(failed("was changed since it was made".into()));
    }
    publish(to, &bytes)?;
    Ok(())
}

fn failed(error: &io::Error) -> Refused {
    let message = format!("the approved pictures could not be copied: {error}");
    Refused::new(StatusCode::CONFLICT, "not_copied", message)
}
