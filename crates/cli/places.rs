//! Where paths lead, so that no two sources become one file and no source is written over.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::inputs::Found;
use crate::portable;

/// Where the sources lie, to write over none of them.
pub(crate) struct Sources {
    folders: HashSet<PathBuf>,
    places: HashSet<OsString>,
}

impl Sources {
    pub(crate) fn of(found: &[Found], places: &mut Places) -> Self {
        let mut sources = Self {
            folders: HashSet::new(),
            places: HashSet::with_capacity(found.len()),
        };
        for found in found {
            sources.add(&found.source, places);
            if found.is_link {
                let target = fs::canonicalize(&found.source);
                target.iter().for_each(|target| sources.add(target, places));
            }
        }
        sources
    }

    fn add(&mut self, source: &Path, places: &mut Places) {
        let folder = places.folder(source);
        if !self.folders.contains(&folder) {
            self.folders.insert(folder);
        }
        self.places.insert(places.of(source));
    }

    pub(crate) fn hold(&self, output: &Path, places: &mut Places) -> bool {
        self.folders.contains(&places.folder(output)) && self.places.contains(&places.of(output))
    }
}

/// Where paths lead: links of folders resolved as far as folders exist, names folded as the most
/// forgiving system would.
#[derive(Default)]
pub(crate) struct Places {
    folders: HashMap<PathBuf, PathBuf>,
}

impl Places {
    pub(crate) fn of(&mut self, path: &Path) -> OsString {
        let folder = self.folder(path);
        portable::fold(&folder.join(path.file_name().unwrap_or_default()))
    }

    fn folder(&mut self, path: &Path) -> PathBuf {
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Some(resolved) = self.folders.get(folder) {
            return resolved.clone();
        }
        let resolved = resolve(folder);
        self.folders.insert(folder.to_path_buf(), resolved.clone());
        resolved
    }
}

/// The canonical form of the deepest folder that exists, and the rest as it is.
pub(crate) fn resolve(folder: &Path) -> PathBuf {
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
