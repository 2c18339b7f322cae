//! Checks tars (`--pack`): each must be the one that its index describes, and no sample may be in a tar that is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Fault, files};
use crate::error::CliError;
use crate::packs::index::Index;
use crate::packs::place::{Place, index_path};

/// A file and what is wrong with it.
pub(super) type Checked = (PathBuf, Option<(Fault, String)>);

/// Checks every tar in a place. `others` are the names of all visible files there.
pub(super) fn run(place: &Place<'_>, others: BTreeSet<PathBuf>) -> Result<Vec<Checked>, CliError> {
    let mut by_tar: BTreeMap<String, Vec<Index>> = BTreeMap::new();
    for (index, _) in place.indexes(None)? {
        by_tar
            .entry(index.head.tar.clone())
            .or_default()
            .push(index);
    }
    let mut all = Vec::new();
    let mut gone = Vec::new();
    let mut keys = BTreeSet::new();
    for (tar, indexes) in &by_tar {
        match place.digest(tar) {
            Ok(None) => gone.push((tar, indexes)),
            Err(why) => all.push((tar.into(), Some((Fault::Unreadable, why)))),
            Ok(Some((bytes, hash))) => match indexes.iter().find(|it| it.is_of(bytes, &hash)) {
                None => {
                    let why = "its content differs from what was written";
                    all.push((tar.into(), Some((Fault::Changed, why.into()))));
                }
                Some(index) => {
                    let own = index.rows.iter().map(|row| row.key.as_str());
                    let twice = own.filter(|key| !keys.insert(*key)).count();
                    let why = || format!("{twice} of its keys are in another tar, too");
                    let fault = (twice > 0).then(|| (Fault::Changed, why()));
                    all.push((tar.into(), fault));
                }
            },
        }
    }
    // A killed run leaves an index without a tar; the next run packs its pictures into another one.
    for (tar, indexes) in gone {
        let mut lost = BTreeSet::new();
        let mut paths = Vec::new();
        for index in indexes {
            let all = index.rows.iter().map(|row| row.key.as_str());
            let before = paths.len();
            for key in all.filter(|key| !keys.contains(key)) {
                lost.insert(key);
                paths.truncate(before);
                paths.push(index_path(index));
            }
        }
        if !lost.is_empty() {
            let why = format!(
                "the tar does not exist, and {} of its pictures are in no other (if their sources are gone, delete {})",
                lost.len(),
                paths.join(" and ")
            );
            all.push((tar.into(), Some((Fault::Missing, why))));
        }
    }
    let foreign = others.into_iter().filter(|file| !is_tar(file, &by_tar));
    let why = || Some((Fault::Foreign, "not written by avatar-prep".into()));
    all.extend(foreign.map(|file| (file, why())));
    Ok(all)
}

/// The same for a folder.
pub(super) fn in_folder(out: &Path) -> Result<Vec<Checked>, CliError> {
    let (found, unreadable) = files(out);
    let mut all = run(&Place::Folder(out.into()), found)?;
    all.extend(unreadable.into_iter().map(|(folder, why)| {
        let why = format!("what is in this folder was not looked at: {why}");
        (folder, Some((Fault::Unreadable, why)))
    }));
    Ok(all)
}

fn is_tar(file: &Path, by_tar: &BTreeMap<String, Vec<Index>>) -> bool {
    file.to_str().is_some_and(|name| by_tar.contains_key(name))
}
