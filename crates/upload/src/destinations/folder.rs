//! A destination in a local folder: one file per account.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use fs4::fs_std::FileExt;

use crate::destination::{Access, Destination, Scope, Shown, Spacing, Target};
use crate::path_text::path_text;
use crate::payload::Payload;
use crate::verdict::{Action, IN_USE, Then, Verdict};

/// An account whose picture is the file `<name>.jpg` in a folder.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    /// The folder as the journal knows it: one name for one folder, wherever the program is started.
    place: PathBuf,
    name: String,
}

impl Folder {
    /// The account of this name in a folder, which must exist. `None` if the name cannot be that of
    /// a file: it must not lead out of the folder.
    pub fn new(path: impl Into<PathBuf>, name: &str) -> Option<Self> {
        let is_plain =
            !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']);
        let path = path.into();
        is_plain.then(|| Self {
            place: place(&path),
            path,
            name: name.into(),
        })
    }

    fn file(&self) -> PathBuf {
        self.path.join(format!("{}.jpg", self.name))
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        // Always the same name, so that a killed run leaves at most one such file, which the next one uses.
        let beside = self.path.join(format!(".{}.tmp", self.name));
        let mut file = alone(&beside)?;
        let written = self.publish(&mut file, &beside, bytes);
        if written.is_err() {
            // Do not leave an unfinished file behind.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn publish(&self, file: &mut File, beside: &Path, bytes: &[u8]) -> io::Result<()> {
        file.set_len(0)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(beside, self.file())
    }
}

/// How often to try to lock a temporary file that another process writes, or takes away before it is locked; and the
/// pause between two tries. What takes longer is tried again as a send, so that the run can be stopped meanwhile.
const TRIES: usize = 50;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// So many sends may find the file held, and for so long the delivery is deferred then.
const IN_USE_TRIES: u32 = 3;
const IN_USE_PAUSE: Duration = Duration::from_secs(60);

/// Opens a temporary file that no other process writes to, also one whose times are kept elsewhere.
fn alone(path: &Path) -> io::Result<File> {
    for _ in 0..TRIES {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let file = options.open(path)?;
        // A disk without locks has one writer, as long as all share the folder with the times.
        let is_held = matches!(FileExt::try_lock_exclusive(&file), Ok(false));
        if !is_held && is_at(&file, path) {
            return Ok(file);
        }
        if is_held {
            thread::sleep(BETWEEN_TRIES);
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

/// Whether an open file is the one at a path: the process that held the lock may have moved it to its place.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let found = fs::symlink_metadata(path);
    let own = file.metadata();
    own.is_ok_and(|own| found.is_ok_and(|it| (it.dev(), it.ino()) == (own.dev(), own.ino())))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// The one name of a folder: the whole path without links. One that is missing cannot be sent to, so its path as it
/// is written is enough.
fn place(path: &Path) -> PathBuf {
    let whole = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    whole.unwrap_or_else(|_| path.into())
}

fn refused(error: &io::Error) -> Verdict {
    if error.kind() == io::ErrorKind::ResourceBusy {
        let (most, then) = (IN_USE_TRIES, Then::Defer(IN_USE_PAUSE));
        let text = "another process writes the same file";
        let (code, hint) = IN_USE;
        return Verdict::new(Action::Wait { most, then }, code, text, hint);
    }
    let hint = "check the folder, its permissions and the free space";
    Verdict::new(Action::Fail, "io", error.to_string(), hint)
}

impl Destination for Folder {
    fn target(&self) -> Target {
        Target {
            scope: Scope {
                service: "folder".into(),
                host: path_text(&self.place),
                id: String::new(),
            },
            slot: self.name.clone(),
        }
    }

    fn former_targets(&self) -> Vec<Target> {
        let own = path_text(&self.place);
        let written = self.path.to_str().filter(|written| *written != own);
        let target = |written: &str| {
            let mut target = self.target();
            target.scope.host = written.into();
            target
        };
        written.into_iter().map(target).collect()
    }

    fn access(&self) -> Access {
        Access {
            endpoint: path_text(&self.place),
            fingerprint: String::new(),
            credential: String::new(),
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

    fn keeps_bytes(&self) -> bool {
        true
    }

    fn send(&self, payload: &Payload) -> Verdict {
        match self.write(payload.bytes()) {
            Ok(()) => Verdict::applied(Some(self.file().display().to_string())),
            Err(error) => refused(&error),
        }
    }
}
