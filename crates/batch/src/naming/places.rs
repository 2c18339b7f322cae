//! Resolves paths, so that two sources never get the same result file and no source is overwritten.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::portable;
use crate::files::inputs::Found;

/// The resolved paths of all sources, so that none is overwritten.
pub struct Sources<'a> {
    found: &'a [Found],
    /// Where links among the sources lead.
    targets: Vec<PathBuf>,
    folders: HashSet<PathBuf>,
    /// Filled when the first result goes to a folder of sources, which is rare.
    places: Option<HashSet<OsString>>,
}

impl<'a> Sources<'a> {
    pub fn of(found: &'a [Found], places: &mut Places) -> Self {
        let links = found.iter().filter(|found| found.is_link);
        let targets = links.filter_map(|link| fs::canonicalize(&link.source).ok());
        let mut sources = Self {
            found,
            targets: targets.collect(),
            folders: HashSet::new(),
            places: None,
        };
        let mut parents: HashSet<&Path> = HashSet::new();
        for path in paths(found, &sources.targets) {
            if parents.insert(path.parent().unwrap_or(Path::new(""))) {
                let folder = places.folder(path).to_path_buf();
                sources.folders.insert(folder);
            }
        }
        sources
    }

    /// Whether `output` is the path of a source.
    pub fn hold(&mut self, output: &Path, places: &mut Places) -> bool {
        if !self.folders.contains(places.folder(output)) {
            return false;
        }
        let all = paths(self.found, &self.targets);
        let all = self
            .places
            .get_or_insert_with(|| all.map(|path| places.of(path)).collect());
        all.contains(&places.of(output))
    }
}

fn paths<'a>(found: &'a [Found], targets: &'a [PathBuf]) -> impl Iterator<Item = &'a Path> {
    let sources = found.iter().map(|found| &*found.source);
    sources.chain(targets.iter().map(PathBuf::as_path))
}

/// Resolves paths: links in folders that exist are followed, and names are folded as on the most
/// lenient file system.
#[derive(Default)]
pub struct Places {
    /// Folders as given, resolved, and folded.
    folders: HashMap<PathBuf, (PathBuf, OsString)>,
}

impl Places {
    /// A key that is equal for two paths if any operating system treats them as one file.
    pub fn of(&mut self, path: &Path) -> OsString {
        let name = portable::fold(Path::new(path.file_name().unwrap_or_default()));
        let (_, folded) = self.known(path);
        let mut place = OsString::with_capacity(folded.len() + 1 + name.len());
        place.push(folded);
        place.push("/");
        place.push(name);
        place
    }

    fn folder(&mut self, path: &Path) -> &Path {
        &self.known(path).0
    }

    fn known(&mut self, path: &Path) -> &(PathBuf, OsString) {
        let folder = path.parent().unwrap_or(Path::new(""));
        self.folders
            .entry(folder.to_path_buf())
            .or_insert_with_key(|folder| {
                let resolved = resolve(folder);
                let folded = portable::fold(&resolved);
                (resolved, folded)
            })
    }
}

/// The canonical form of the deepest folder that exists, and the rest as it is.
pub fn resolve(folder: &Path) -> PathBuf {
    let here = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    match (fs::canonicalize(here), folder.parent(), folder.file_name()) {
        (Ok(canonical), ..) => canonical,
        (Err(_), Some(parent), Some(name)) => resolve(parent).join(name),
        (Err(_), ..) => folder.to_path_buf(),
    }
}
