//! The folder of the pacing, with one small file for each scope and each slot.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use fs4::fs_std::FileExt;

use super::kept::{Times, or_dash, times};
use crate::destination::{Scope, Target};
use crate::{clock, payload};

/// Where the files are, and how they are changed.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
}

impl Folder {
    pub(super) fn scope(&self, Scope { service, host, id }: &Scope) -> PathBuf {
        self.named("scope", &format!("{service} {host} {id}"))
    }

    pub(super) fn slot(&self, target: &Target) -> PathBuf {
        let Scope { service, host, id } = &target.scope;
        self.named("slot", &format!("{service} {host} {id} {}", target.slot))
    }

    fn named(&self, kind: &str, key: &str) -> PathBuf {
        let hash = payload::sha256(key.as_bytes());
        let digits = hash.get(..32).unwrap_or(&hash);
        self.path.join(format!("{kind}-{digits}"))
    }

    /// Renames a file unless there is none, or one of the new name. A process that has it locked keeps its lock.
    pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
        if to.exists() {
            return Ok(());
        }
        match fs::rename(from, to) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    /// Changes the times of a scope durably, under a lock, so that no other process changes them
    /// meanwhile.
    pub(super) fn change(
        &self,
        scope: &Scope,
        change: impl FnOnce(&mut Times),
    ) -> io::Result<Times> {
        let mut file = open(self.scope(scope))?;
        FileExt::lock_exclusive(&file)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let mut times = times(&text, clock::now()).times;
        change(&mut times);
        let line = format!(
            "{:020} {:020} {:<32.32} {:020}\n",
            times.send.as_millis(),
            times.deferred.as_millis(),
            or_dash(&times.code),
            clock::now().as_millis(),
        );
        replace(&mut file, &line)?;
        Ok(times)
    }
}

pub(super) fn open(path: PathBuf) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    options.open(path)
}

pub(super) fn replace(file: &mut File, line: &str) -> io::Result<()> {
    file.rewind()?;
    file.write_all(line.as_bytes())?;
    file.sync_data()
}
