//! Results in a store that are to be delivered: which there are, and the folder of `--state`, which
//! keeps the state of their deliveries.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avatar_batch::args::Options;
use avatar_batch::args::presets::Preset;
use avatar_batch::error::CliError;
use avatar_batch::files::STATE_FOLDER;
use avatar_batch::files::fingerprint::{Hash, Stamp};
use avatar_batch::objects::address::path;
use avatar_batch::objects::results::Results;
use avatar_batch::objects::segment::ResultRow;
use avatar_batch::packs::place::holds_tars;
use avatar_batch::report::{console, mask};
use avatar_batch::state::Known;
use avatar_stores::{Address, Object};
use avatar_upload::Contents;
use tempfile::TempDir;

use super::digests::Digests;
use super::fetched::{Fetched, Fetcher};
use super::state::no_journal;

/// The file of the hashes that are known, beside the journal.
const DIGESTS: &str = "digests";

/// The file that marks the state of deliveries from a store, with the address of the results.
const OF: &str = "copies-of";

/// The folder of the state of an upload from a store.
pub(super) enum Folder {
    Kept(PathBuf),
    /// In place of one that does not exist yet, if nothing may be written.
    Empty(TempDir),
}

impl Folder {
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Empty(folder) => folder.path(),
        }
    }
}

/// Finds the folder of the state of an upload from a store, or creates it. With `only_look`, nothing
/// is written below the path that the user named.
pub(super) fn folder(
    options: &Options,
    out: &Address,
    only_look: bool,
) -> Result<Folder, CliError> {
    if out.scheme().is_http() {
        let what = "upload cannot deliver from an HTTP server";
        return Err(CliError::usage(
            what,
            "use s3://, gs:// or az://, or a folder",
        ));
    }
    let Some(folder) = options.upload.state.clone() else {
        let what = "results in a store need a folder for the state of their deliveries";
        let hint = "add --state DIR, and use the same DIR for every upload of these results: without it, pictures could be sent twice";
        return Err(CliError::usage(what, hint));
    };
    let state = folder.join(STATE_FOLDER);
    let name = out.to_string();
    let name = name.trim_end_matches('/');
    let is_new = is_new(&folder).map_err(|error| no_journal(&error))?;
    match fs::read_to_string(state.join(OF)) {
        Ok(found) if found == name => return Ok(Folder::Kept(folder)),
        // A start that was killed can leave a part of the name.
        Ok(found) if !(is_new && name.starts_with(&found)) => {
            let what = format!("{} is the state of {found}", folder.display());
            return Err(CliError::usage(what, "use one --state for each OUT"));
        }
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(no_journal(&error)),
        Ok(_) | Err(_) if is_new => {}
        Ok(_) | Err(_) => {
            let what = format!("{} holds other files", folder.display());
            let hint =
                "name a new folder with --state, or the one of an earlier upload from this store";
            return Err(CliError::usage(what, hint));
        }
    }
    if only_look {
        let empty = TempDir::new().and_then(|folder| {
            fs::create_dir(folder.path().join(STATE_FOLDER))?;
            Ok(folder)
        });
        return empty.map(Folder::Empty).map_err(|error| no_journal(&error));
    }
    let made = fs::create_dir_all(&state).and_then(|()| fs::write(state.join(OF), name));
    made.map_err(|error| no_journal(&error))?;
    Ok(Folder::Kept(folder))
}

/// Whether it does not exist, or holds nothing but what a start that was killed left.
fn is_new(folder: &Path) -> io::Result<bool> {
    let names = names(folder)?;
    let is_state = names.iter().all(|name| name == STATE_FOLDER);
    Ok(is_state
        && self::names(&folder.join(STATE_FOLDER))?
            .iter()
            .all(|name| name == OF))
}

/// The names in a folder; none if it does not exist.
fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.file_name())).collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The results of a prefix.
pub(super) struct Stored {
    fetcher: Arc<Fetcher>,
    /// By path below the prefix.
    objects: BTreeMap<PathBuf, Object>,
    rows: HashMap<String, ResultRow>,
}

impl Stored {
    /// Reads what is there and what is remembered; writes nothing.
    pub(super) fn open(
        options: &Options,
        out: &Address,
        folder: &Folder,
    ) -> Result<Self, CliError> {
        let (stores, results) = Results::whole(out, options.store_timeout, mask::learn)?;
        let warnings = results.warnings.iter();
        warnings.for_each(|text| console::print_warning(text));
        if results.is_packed {
            return Err(holds_tars(&path(out), "upload"));
        }
        let listed = results.listed.unwrap_or_default().into_values();
        let mut rows = results.rows;
        let objects: BTreeMap<PathBuf, Object> = listed
            .filter_map(|object| {
                let relative = PathBuf::from(out.relative(&object.key)?);
                is_result(&relative).then_some((relative, object))
            })
            .collect();
        rows.retain(|output, row| {
            let object = objects.get(Path::new(output));
            object.is_some_and(|object| object.version == row.version)
        });
        let digests = Digests::read(
            folder.path().join(STATE_FOLDER).join(DIGESTS),
            options.dry_run,
        );
        let largest = options.limits.encoded_bytes;
        Ok(Self {
            fetcher: Arc::new(Fetcher::new((stores, results.store), largest, digests)),
            objects,
            rows,
        })
    }

    /// The paths of all results, sorted.
    pub(super) fn pictures(&self) -> Vec<PathBuf> {
        self.objects.keys().cloned().collect()
    }

    /// Every result with its source and its platform, as far as there is a row.
    pub(super) fn rows(&self) -> impl Iterator<Item = &ResultRow> {
        self.rows.values()
    }

    /// What is known of each result, for the gate.
    pub(super) fn known(&self) -> impl Iterator<Item = Known> {
        self.rows.values().filter_map(|row| {
            Some(Known {
                output: PathBuf::from(&row.output),
                stamp: Stamp {
                    bytes: row.bytes,
                    written: None,
                },
                hash: Hash::parse(&row.hash)?,
                at: row.at,
                origin: None,
                former: None,
                preset: row.preset.clone(),
                details: row.details.clone(),
            })
        })
    }

    /// The contents of a result, which are fetched when they are needed.
    pub(super) fn picture(
        &self,
        picture: &Path,
        preset: &'static Preset,
    ) -> Result<Arc<dyn Contents>, String> {
        let object = self.objects.get(picture).ok_or("it is not in the store")?;
        let row = picture.to_str().and_then(|name| self.rows.get(name));
        let hash = row.map(|row| row.hash.clone());
        let fetcher = Arc::clone(&self.fetcher);
        Ok(Arc::new(Fetched::new(
            fetcher,
            object.clone(),
            hash,
            preset,
        )))
    }
}

fn is_result(relative: &Path) -> bool {
    let mut parts = relative.iter();
    let is_hidden = parts.any(|part| part.as_encoded_bytes().starts_with(b"."));
    let is_inside = relative.is_relative();
    is_inside
        && !is_hidden
        && relative
            .extension()
            .is_some_and(|extension| extension == "jpg")
}
