//! A destination in a local folder: one file per account.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::destination::{Access, Destination, Scope, Shown, Spacing, Target};
use crate::payload::Payload;
use crate::verdict::{Action, Verdict};

/// An account whose picture is the file `<name>.jpg` in a folder.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    name: String,
}

impl Folder {
    /// The account of this name in a folder, which must exist. `None` if the name cannot be that of
    /// a file: it must not lead out of the folder.
    pub fn new(path: impl Into<PathBuf>, name: &str) -> Option<Self> {
        let is_plain =
            !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']);
        is_plain.then(|| Self {
            path: path.into(),
            name: name.into(),
        })
    }

    fn file(&self) -> PathBuf {
        self.path.join(format!("{}.jpg", self.name))
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let beside = self.path.join(format!(".{}.tmp", self.name));
        let written = self.publish(&beside, bytes);
        if written.is_err() {
            // Do not leave an unfinished file behind.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn publish(&self, beside: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = fs::File::create(beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(beside, self.file())
    }
}

fn refused(error: &io::Error) -> Verdict {
    let hint = "check the folder, its permissions and the free space";
    Verdict::new(Action::Fail, "io", error.to_string(), hint)
}

impl Destination for Folder {
    fn target(&self) -> Target {
        Target {
            scope: Scope {
                service: "folder".into(),
                host: self.path.display().to_string(),
                id: String::new(),
            },
            slot: self.name.clone(),
        }
    }

    fn access(&self) -> Access {
        Access {
            endpoint: self.path.display().to_string(),
            fingerprint: String::new(),
        }
    }

    fn spacing(&self) -> Spacing {
        Spacing::NONE
    }

    fn ready(&self) -> Result<(), Verdict> {
        if self.path.is_dir() {
            return Ok(());
        }
        let text = format!("{} is not a folder", self.path.display());
        let hint = "create the folder";
        Err(Verdict::new(Action::StopScope, "no_folder", text, hint))
    }

    fn shown(&self) -> Result<Shown, Verdict> {
        match fs::read(self.file()) {
            Ok(bytes) => Ok(Shown::Bytes(crate::payload::sha256(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Shown::Nothing),
            Err(error) => Err(refused(&error)),
        }
    }

    fn fetch(&self) -> Result<Option<Vec<u8>>, Verdict> {
        fs::read(self.file())
            .map(Some)
            .map_err(|error| refused(&error))
    }

    fn send(&self, payload: &Payload) -> Verdict {
        match self.write(payload.bytes()) {
            Ok(()) => Verdict::applied(Some(self.file().display().to_string())),
            Err(error) => refused(&error),
        }
    }
}
