//! A destination in a local folder: one file per account.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::destination::{AccountKey, Destination, Spacing};
use crate::payload::Payload;
use crate::verdict::{Action, Verdict};

/// Shows the picture of an account as `<account>.jpg` in a folder.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Writes into this folder, which must exist.
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
            // What could not be finished is not left lying about.
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
    fn key(&self, account: &str) -> Option<AccountKey> {
        // The name becomes a file name, so it must not lead anywhere else.
        let plain = !account.is_empty() && !account.contains(['/', '\\', ':', '\0']);
        plain.then(|| AccountKey {
            service: "folder".into(),
            host: self.path.display().to_string(),
            id: account.into(),
        })
    }

    fn spacing(&self) -> Spacing {
        Spacing::NONE
    }

    fn ready(&self, account: &str) -> Result<(), Verdict> {
        if self.path.is_dir() && self.key(account).is_some() {
            return Ok(());
        }
        let text = format!("{} is no folder for {account}", self.path.display());
        Err(Verdict::new(
            Action::StopAccount,
            "io",
            text,
            "make the folder",
        ))
    }

    fn shown(&self, account: &str) -> Result<Option<String>, Verdict> {
        match fs::read(self.file(account)) {
            Ok(bytes) => Ok(Some(crate::payload::sha256(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(String::new())),
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
