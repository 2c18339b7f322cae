//! Where tars and their indexes are: in a folder, or below a prefix of a store.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use avatar_stores::{Kind, Mode};

use super::in_folder::{self, unreadable, unwritable};
use super::in_store::InStore;
use super::index::{Index, There};
use super::{layout, named};
use crate::error::CliError;
use crate::failure::Failure;
use crate::files::STATE_FOLDER;
use crate::files::fingerprint::Hash;
use crate::files::publish::create;
use crate::naming::shard::Shard;

/// The folder of the indexes, below the state folder. Each share has one in it.
const FOLDER: &str = "packs";
/// The folder of runs without shares.
const WHOLE: &str = "whole";
/// Where tars are.
pub enum TarPlace<'a> {
    Folder(PathBuf),
    Store(InStore<'a>),
}

/// The folder of the indexes of a share.
pub fn index_folder(out: &Path, shard: Shard) -> PathBuf {
    let share = shard.name().unwrap_or(WHOLE.into());
    out.join(STATE_FOLDER).join(FOLDER).join(share)
}

/// Whether OUT holds tars, as far as its state folder says.
pub fn is_packed(out: &Path) -> bool {
    out.join(STATE_FOLDER).join(FOLDER).is_dir()
}

/// Refuses a folder that holds tars, for a command that needs pictures as files.
pub fn refuse_packed(out: &Path, what: &str) -> Result<(), CliError> {
    match is_packed(out) {
        false => Ok(()),
        true => Err(holds_tars(out, what)),
    }
}

/// The error of a command that needs pictures as files.
pub fn holds_tars(out: &Path, what: &str) -> CliError {
    CliError::usage(
        format!(
            "{what} needs results as files, and {} holds tars",
            out.display()
        ),
        "name an OUT that was prepared without --pack",
    )
}

/// The file or object of an index, below OUT.
pub fn index_path(index: &Index) -> String {
    let share = named::share(&index.head.tar).unwrap_or(WHOLE);
    format!("{STATE_FOLDER}/{FOLDER}/{share}/{}", index.name())
}

impl TarPlace<'_> {
    /// OUT, as it is printed.
    pub fn shown(&self) -> String {
        match self {
            Self::Folder(out) => out.display().to_string(),
            Self::Store(it) => it.out.to_string().trim_end_matches('/').into(),
        }
    }

    /// A tar, as it is printed.
    pub fn shown_tar(&self, tar: &str) -> String {
        match self {
            Self::Folder(out) => out.join(tar).display().to_string(),
            Self::Store(it) => it.out.join(tar).to_string(),
        }
    }

    /// Refuses another number of shares than that of earlier runs, and tars of which nothing says how they were
    /// packed; writes the number down if this is the first run and may write.
    pub fn check_layout(&self, shard: Shard, writes: bool) -> Result<(), CliError> {
        let check = |text: &[u8]| layout::check(text, shard.of(), &self.shown());
        if let Some(text) = self.layout()? {
            return check(&text);
        }
        if let Some(tar) = self.tars(named::is_any)?.first() {
            // Another share can have started after the first look.
            let text = self.layout()?;
            return check(&text.ok_or_else(|| layout::lost(&self.shown(), tar))?);
        }
        if !writes || self.create_layout(&layout::text(shard.of()))? {
            return Ok(());
        }
        check(&self.layout()?.unwrap_or_default())
    }

    fn layout(&self) -> Result<Option<Vec<u8>>, CliError> {
        let path = format!("{STATE_FOLDER}/{FOLDER}/{}", layout::NAME);
        match self {
            Self::Folder(out) => match fs::read(out.join(&path)) {
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                found => Ok(Some(
                    found.map_err(|error| unreadable(&out.join(&path), &error))?,
                )),
            },
            Self::Store(it) => it.bytes(&path),
        }
    }

    /// Writes it; false if another share was faster.
    fn create_layout(&self, text: &[u8]) -> Result<bool, CliError> {
        let path = format!("{STATE_FOLDER}/{FOLDER}/{}", layout::NAME);
        match self {
            Self::Folder(out) => {
                let path = out.join(&path);
                match create(&path, text) {
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
                    written => written
                        .map(|()| true)
                        .map_err(|error| unwritable(&path, &error)),
                }
            }
            Self::Store(it) => {
                let put = it.put(&path, text.into(), Mode::Create, "application/json");
                match it.stores.put(put) {
                    Err(error) if error.kind() == Kind::Conflict => Ok(false),
                    written => written
                        .map(|_| true)
                        .map_err(|error| CliError::refused(&error)),
                }
            }
        }
    }

    /// The files or objects directly below OUT that have such a name.
    pub fn tars(&self, is_one: impl Fn(&str) -> bool) -> Result<Vec<String>, CliError> {
        let mut all = match self {
            Self::Folder(out) => in_folder::names(out)?,
            Self::Store(it) => it.names()?,
        };
        all.retain(|name| is_one(name));
        all.sort();
        Ok(all)
    }

    /// The indexes of a share, by name, with what is in the place of their tars. A damaged index ends it: of the
    /// samples in its tar nothing would be known.
    pub(super) fn indexes(&self, shard: Shard) -> Result<Vec<(Index, There)>, CliError> {
        match self {
            Self::Folder(out) => in_folder::indexes(out, &index_folder(out, shard)),
            Self::Store(it) => {
                let share = shard.name().unwrap_or(WHOLE.into());
                let below = format!("{STATE_FOLDER}/{FOLDER}/{share}");
                let mut all = it.indexes(&below, |index, there| (index, there))?;
                all.sort_by_key(|(index, _)| index.name());
                Ok(all)
            }
        }
    }

    /// What `keep` keeps of each index of all shares: all rows at a time can be more than the memory.
    pub fn each_index<T>(&self, keep: impl Fn(Index) -> T) -> Result<Vec<T>, CliError> {
        let below = format!("{STATE_FOLDER}/{FOLDER}");
        match self {
            Self::Folder(out) => {
                let mut all = Vec::new();
                in_folder::read(&out.join(below), None, &mut |index| all.push(keep(index)))?;
                Ok(all)
            }
            Self::Store(it) => it.indexes(&below, |index, _| keep(index)),
        }
    }

    /// The rows with these keys in the tars of other shares, with the heads of their indexes. None in a store: every
    /// share would fetch the indexes of all.
    pub(super) fn others(
        &self,
        shard: Shard,
        keys: &HashSet<String>,
    ) -> Result<Vec<Index>, CliError> {
        match self {
            Self::Folder(out) if shard != Shard::WHOLE => {
                let own = index_folder(out, shard);
                let all = out.join(STATE_FOLDER).join(FOLDER);
                in_folder::others(out, (&all, &own), keys)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Writes an index and then its tar, each whole or not at all. Nothing is replaced.
    pub fn write(&self, index: Index, tar: Vec<u8>) -> Result<(), Failure> {
        let path = index_path(&index);
        match self {
            Self::Folder(out) => in_folder::write(out, &out.join(path), index, &tar),
            Self::Store(it) => it.write(&path, &index, tar),
        }
    }

    /// Deletes indexes whose tar was replaced by that of another index: they would be read by every run, and in a
    /// folder the tar with them. Those that cannot be deleted stay.
    pub(super) fn forget(&self, paths: &[String]) {
        match self {
            Self::Folder(out) => {
                for path in paths {
                    drop(fs::remove_file(out.join(path)));
                }
            }
            Self::Store(it) => it.delete(paths),
        }
    }

    /// The size and the hash of a tar; none if it is not there.
    pub fn digest(&self, tar: &str) -> Result<Option<(u64, Hash)>, String> {
        match self {
            Self::Folder(out) => in_folder::digest(&out.join(tar)),
            Self::Store(it) => it.digest(tar),
        }
    }
}
