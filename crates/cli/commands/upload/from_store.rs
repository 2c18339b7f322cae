//! Results in a store that are to be delivered: which there are, and copies of those that accounts
//! get. The state of deliveries is kept beside the copies, in the folder of `--state`.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use avatar_stores::{
    Address, Answer, Get, Got, Loads, Object, Step, Steps, Store, StoreError, Stores,
};

use super::state::no_journal;
use crate::args::Options;
use crate::error::CliError;
use crate::files::STATE_FOLDER;
use crate::files::fingerprint::{Hash, Stamp};
use crate::files::publish::publish;
use crate::objects::results::Results;
use crate::objects::segment::Row;
use crate::report::{console, mask};
use crate::state::Known;

/// The file that marks a folder of copies, with the address of the results.
const OF: &str = "copies-of";

/// Results are fetched one at a time: services take them slower than any store gives them.
const AT_ONCE: usize = 1;

/// The folder of the state of an upload from a store.
pub(super) fn folder(options: &Options, out: &Address) -> Result<PathBuf, CliError> {
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
    match fs::read_to_string(state.join(OF)) {
        Ok(found) if found == name => return Ok(folder),
        Ok(found) => {
            let what = format!("{} is the state of {found}", folder.display());
            return Err(CliError::usage(what, "use one --state for each OUT"));
        }
        Err(_) if is_empty(&folder) => {}
        Err(_) => {
            let what = format!("{} holds other files", folder.display());
            let hint =
                "name a new folder with --state, or the one of an earlier upload from this store";
            return Err(CliError::usage(what, hint));
        }
    }
    let made = fs::create_dir_all(&state).and_then(|()| fs::write(state.join(OF), name));
    made.map_err(|error| no_journal(&error))?;
    Ok(folder)
}

/// Whether it does not exist, or holds nothing but what a start that was killed left.
fn is_empty(folder: &Path) -> bool {
    let state = folder.join(STATE_FOLDER);
    let count = |folder: &Path| fs::read_dir(folder).map_or(0, Iterator::count);
    count(folder) == 0 || count(folder) == 1 && state.is_dir() && !has_files(&state)
}

fn has_files(state: &Path) -> bool {
    fs::read_dir(state).is_ok_and(|mut all| all.any(|it| it.is_ok_and(|it| it.file_name() != OF)))
}

/// The results of a prefix.
pub(super) struct Stored {
    stores: Stores,
    store: Store,
    /// By path below the prefix.
    objects: BTreeMap<PathBuf, Object>,
    rows: HashMap<String, Row>,
}

impl Stored {
    /// Reads what is there and what is remembered; writes nothing.
    pub(super) fn open(options: &Options, out: &Address) -> Result<Self, CliError> {
        let (stores, results) = Results::whole(out, options.store_timeout, mask::learn)?;
        let warnings = results.warnings.iter();
        warnings.for_each(|text| console::print_warning(text));
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
        Ok(Self {
            store: results.store,
            stores,
            objects,
            rows,
        })
    }

    /// The paths of all results, sorted.
    pub(super) fn pictures(&self) -> Vec<PathBuf> {
        self.objects.keys().cloned().collect()
    }

    /// Every result with its source and its platform, as far as there is a row.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
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

    /// Copies these results into `folder`, unless they are there. One that cannot be fetched has no
    /// copy afterwards, so that it is not sent.
    pub(super) fn copy<'a>(
        &self,
        options: &Options,
        folder: &Path,
        pictures: impl Iterator<Item = &'a PathBuf>,
    ) {
        let copies = pictures.filter_map(|picture| {
            let object = self.objects.get(picture)?.clone();
            let path = folder.join(picture);
            let row = picture.to_str().and_then(|name| self.rows.get(name));
            let is_there = row.is_some_and(|row| {
                Hash::of_file(&path).is_ok_and(|found| found.to_string() == row.hash)
            });
            (!is_there).then_some(Copy {
                object,
                path,
                hash: row.map(|row| row.hash.clone()),
                bytes: None,
                failure: None,
            })
        });
        let loads = Loads {
            at_once: AT_ONCE,
            memory: options.memory,
            ahead: options.memory,
            largest: options.limits.encoded_bytes,
        };
        let copying = Copying {
            store: self.store.clone(),
        };
        let copies: Vec<Copy> = copies.collect();
        let stop = AtomicBool::new(false);
        self.stores
            .run(copies.into_iter(), &copying, loads, &stop, Copy::keep);
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

/// A result that is copied.
struct Copy {
    object: Object,
    path: PathBuf,
    /// What its row says.
    hash: Option<String>,
    bytes: Option<Vec<u8>>,
    failure: Option<String>,
}

impl Copy {
    /// Writes the copy, or removes an older one.
    fn keep(self) {
        let place = self.path.display();
        let why = match (&self.bytes, self.failure) {
            (_, Some(why)) => why,
            (None, None) => "it was not fetched".into(),
            (Some(bytes), None) => match publish(&self.path, bytes) {
                Ok(_) => return,
                Err(error) => error.to_string(),
            },
        };
        let _ = fs::remove_file(&self.path);
        console::print_warning(&format!("{place} is not sent: {why}"));
    }
}

struct Copying {
    store: Store,
}

impl Steps for Copying {
    type Item = Copy;

    fn next(&self, item: &mut Copy, answer: Answer) -> Step {
        match answer {
            Answer::None => return Step::Get(Get::whole(&self.store, &item.object)),
            Answer::Got(Ok(Got::Body(body))) => {
                let found = Hash::of(body.bytes()).to_string();
                match item.hash.as_ref().is_none_or(|hash| *hash == found) {
                    true => item.bytes = Some(body.into_bytes()),
                    false => item.failure = Some("it is not what was written".into()),
                }
            }
            Answer::Got(Err(error)) => item.failure = Some(text(&error)),
            _ => {}
        }
        Step::Ready
    }
}

fn text(error: &StoreError) -> String {
    format!("{} [{}]", error.what(), error.kind().code())
}
