//! A destination in a local folder: one file per account.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::destination::{Access, Destination, Scope, Shown, Spacing, Target};
use crate::payload::Payload;
use crate::verdict::{Action, Verdict};

/// Writes the picture of each account as `<account>.jpg` into a folder.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A destination that writes into this folder, which must exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn file(&self, account: &str) -> PathBuf {
        self.path.join(format!("{account}.jpg"))
    }

    fn write(&self, account: &str, bytes: &[u8]) -> io::Result<()> {
        let beside = self.path.join(format!(".{account}.tmp"));
        let written = self.publish(&beside, account, bytes);
        if written.is_err() {
            // Do not leave an unfinished file behind.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn publish(&self, beside: &Path, account: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = fs::File::create(beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(beside, self.file(account))
    }
}

fn refused(error: &io::Error) -> Verdict {
    let hint = "check the folder, its permissions and the free space";
    Verdict::new(Action::Fail, "io", error.to_string(), hint)
}

impl Destination for Folder {
    fn target(&self, account: &str) -> Option<Target> {
        // The account's name becomes a file name, so it must not lead out of the folder.
        let plain = !account.is_empty()
            && !account.starts_with('.')
            && !account.contains(['/', '\\', ':', '\0']);
        let scope = || Scope {
            service: "folder".into(),
            host: self.path.display().to_string(),
            id: String::new(),
        };
        plain.then(|| Target {
            scope: scope(),
            slot: account.into(),
        })
    }

    fn access(&self, _: &str) -> Access {
        Access {
            endpoint: self.path.display().to_string(),
            fingerprint: String::new(),
        }
    }

    fn spacing(&self, _: &str) -> Spacing {
        Spacing::NONE
    }

    fn ready(&self, _: &str) -> Result<(), Verdict> {
        if self.path.is_dir() {
            return Ok(());
        }
        let text = format!("{} is not a folder", self.path.display());
        let hint = "create the folder";
        Err(Verdict::new(Action::StopScope, "no_folder", text, hint))
    }

    fn shown(&self, account: &str) -> Result<Shown, Verdict> {
        match fs::read(self.file(account)) {
            Ok(bytes) => Ok(Shown::Bytes(crate::payload::sha256(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Shown::Nothing),
            Err(error) => Err(refused(&error)),
        }
    }

    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        let shown = fs::read(self.file(account));
        shown.map(Some).map_err(|error| refused(&error))
    }

    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        match self.write(account, payload.bytes()) {
            Ok(()) => Verdict::applied(Some(self.file(account).display().to_string())),
            Err(error) => refused(&error),
        }
    }
}
