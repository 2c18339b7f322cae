//! Checks tars (`--pack`): each must be the one that its index describes, and no sample may be in a tar that is gone.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use avatar_batch::error::CliError;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::files::parallel;
use avatar_batch::packs::index::{Head, Index};
use avatar_batch::packs::place::{TarPlace, index_path};

use super::{Fault, files};

/// A file and what is wrong with it.
pub(super) type Checked = (PathBuf, Option<(Fault, String)>);

/// What is kept of an index: rows of all tars could be more than the memory.
struct Brief {
    head: Head,
    /// Below OUT.
    path: String,
    keys: Vec<Hash>,
}

impl Brief {
    fn of(index: Index) -> Self {
        let keys = index.rows.iter().map(|row| Hash::of(row.key.as_bytes()));
        Self {
            path: index_path(&index),
            keys: keys.collect(),
            head: index.head,
        }
    }
}

/// Checks every tar in a place, with up to `jobs` threads. `others` are the names of all visible files there.
pub(super) fn run(
    place: &TarPlace<'_>,
    jobs: NonZeroUsize,
    others: BTreeSet<PathBuf>,
) -> Result<Vec<Checked>, CliError> {
    let mut by_tar: BTreeMap<String, Vec<Brief>> = BTreeMap::new();
    for brief in place.each_index(Brief::of)? {
        let same = by_tar.entry(brief.head.tar.clone()).or_default();
        same.push(brief);
    }
    let names: Vec<&str> = by_tar.keys().map(String::as_str).collect();
    let digests = parallel::map(&names, jobs, |tar| place.digest(tar));
    let mut all = Vec::new();
    let mut gone = Vec::new();
    let mut keys = HashSet::new();
    for ((tar, indexes), digest) in by_tar.iter().zip(digests) {
        match digest {
            Ok(None) => gone.push((tar, indexes)),
            Err(why) => all.push((tar.into(), Some((Fault::Unreadable, why)))),
            Ok(Some((bytes, hash))) => {
                match indexes.iter().find(|it| it.head.is_of(bytes, &hash)) {
                    None => {
                        let why = "its content differs from what was written";
                        all.push((tar.into(), Some((Fault::Changed, why.into()))));
                    }
                    Some(index) => {
                        let own = index.keys.iter();
                        let twice = own.filter(|key| !keys.insert(**key)).count();
                        let why = || format!("{twice} of its keys are in another tar, too");
                        let fault = (twice > 0).then(|| (Fault::Changed, why()));
                        all.push((tar.into(), fault));
                    }
                }
            }
        }
    }
    // A killed run leaves an index without a tar; the next run packs its pictures into another one.
    for (tar, indexes) in gone {
        let fault = missing(indexes, &keys);
        all.extend(fault.map(|why| (tar.into(), Some((Fault::Missing, why)))));
    }
    let foreign = others.into_iter().filter(|file| !is_tar(file, &by_tar));
    let why = || Some((Fault::Foreign, "not written by avatar-prep".into()));
    all.extend(foreign.map(|file| (file, why())));
    Ok(all)
}

/// What to say of a tar that does not exist; none if all its samples are in tars, whose keys are given.
fn missing(indexes: &[Brief], keys: &HashSet<Hash>) -> Option<String> {
    let mut lost: HashSet<&Hash> = HashSet::new();
    let mut paths = Vec::new();
    for index in indexes {
        let mut own = index
            .keys
            .iter()
            .filter(|key| !keys.contains(*key))
            .peekable();
        paths.extend(own.peek().map(|_| index.path.as_str()));
        lost.extend(own);
    }
    paths.sort_unstable();
    let (count, paths) = (lost.len(), paths.join(" and "));
    (count > 0).then(|| {
        format!(
            "the tar does not exist, and {count} of its pictures are in no other (if their sources are gone, delete {paths})"
        )
    })
}

/// Checks every tar in a folder, with up to `jobs` threads.
pub(super) fn in_folder(out: &Path, jobs: NonZeroUsize) -> Result<Vec<Checked>, CliError> {
    let (found, unreadable) = files(out);
    let mut all = run(&TarPlace::Folder(out.into()), jobs, found)?;
    all.extend(unreadable.into_iter().map(|(folder, why)| {
        let why = format!("what is in this folder was not looked at: {why}");
        (folder, Some((Fault::Unreadable, why)))
    }));
    Ok(all)
}

fn is_tar(file: &Path, by_tar: &BTreeMap<String, Vec<Brief>>) -> bool {
    file.to_str().is_some_and(|name| by_tar.contains_key(name))
}
