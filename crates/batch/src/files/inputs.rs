//! Finds pictures: walks folders and recognises files by content, of which it reads no more than
//! needed.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avatar_prepare::{Format, OtherKind};
use walkdir::{DirEntry, WalkDir};

pub use super::found::{Found, Kind};
use super::mark::{self, Occupant};
use super::selection::{IgnoreFiles, Selection};
use super::{STATE_FOLDER, lost_found, sidecars};
use crate::error::CliError;
use crate::objects::address::{is_address, refuse_address};

/// The number of bytes that are enough to recognise almost all formats.
const SHORT_START: usize = 1024;
/// The root element of markup has to begin within this many bytes.
const LONG_START: usize = 16 << 20;

/// Where to look for pictures.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    pub inputs: &'a [PathBuf],
    /// The folder of results, which is left out.
    pub output: &'a Path,
    /// Read folders that hold results of an earlier run, too.
    pub results_as_input: bool,
    pub selection: &'a Selection,
}

/// Lists the files of all inputs in a stable order, without those in the folder of results.
pub fn find(search: Search<'_>) -> Result<Vec<Found>, CliError> {
    let output = fs::canonicalize(search.output).ok();
    let mut found = Vec::new();
    let mut walked = HashSet::new();
    for input in search.inputs {
        let metadata = exists(input)?;
        if metadata.is_dir() {
            if fs::canonicalize(input).ok() == output {
                let message = format!("{} is both IN and OUT", input.display());
                return Err(CliError::usage(
                    message,
                    "choose another folder for the results",
                ));
            }
            if !search.results_as_input {
                refuse_results(input)?;
            }
            let below = walk((input, search), output.as_deref(), &mut walked);
            let mut below = below.collect::<Result<Vec<_>, _>>()?;
            sidecars::attach(&mut below);
            // Of one large folder, the list is not copied.
            match found.is_empty() {
                true => found = below,
                false => found.append(&mut below),
            }
        } else {
            let relative = input.file_name().map(PathBuf::from).unwrap_or_default();
            let left_out = search.selection.refusal(&relative, false);
            let root = absolute(input.parent().unwrap_or(Path::new("")));
            let kind = left_out.map_or(Kind::Picture, Kind::Excluded);
            let mut one = Found::new(input.clone(), root, &relative, kind);
            one.is_link = fs::symlink_metadata(input).is_ok_and(|found| found.is_symlink());
            if let Some(sidecar) = sidecars::beside(input) {
                one.own().sidecar = Some(sidecar);
            }
            found.push(one);
        }
    }
    Ok(found)
}

/// Refuses a folder that a run has written: if IN and OUT are swapped, results would be prepared
/// over the originals.
fn refuse_results(input: &Path) -> Result<(), CliError> {
    match is_of_results(input) {
        true => Err(holds_results(&input.display())),
        false => Ok(()),
    }
}

/// The refusal of an input that a run has written.
pub fn holds_results(input: &dyn std::fmt::Display) -> CliError {
    CliError::usage(
        format!("{input} contains results of avatar-prep; perhaps IN and OUT are swapped"),
        "IN comes first: avatar-prep IN OUT; or add --allow-results-as-input",
    )
}

/// The metadata of an input, which must exist.
pub fn exists(input: &Path) -> Result<fs::Metadata, CliError> {
    refuse_address(input, "what this command reads")?;
    fs::metadata(input).map_err(|error| {
        let message = format!("could not open {}: {error}", input.display());
        CliError::usage(
            message,
            "check the path; in a run, the last path is where results are written",
        )
    })
}

/// Walks each folder once, however many links lead to it: links among siblings would multiply
/// without end.
fn walk<'a>(
    (root, search): (&'a Path, Search<'a>),
    output: Option<&'a Path>,
    walked: &'a mut HashSet<PathBuf>,
) -> impl Iterator<Item = Result<Found, CliError>> + 'a {
    let mut entries = WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter();
    let root = Root {
        given: root,
        absolute: absolute(root),
    };
    let mut ignored = IgnoreFiles::default();
    std::iter::from_fn(move || {
        loop {
            let entry = match entries.next()? {
                Ok(entry) => entry,
                // A link to a folder above: its files are found there already.
                Err(error) if error.loop_ancestor().is_some() => continue,
                Err(error) if lost_found::is_closed(&error) => continue,
                Err(error) => return Some(Ok(unreadable(error, &root))),
            };
            let is_dir = entry.file_type().is_dir();
            let left_out = left_out(&entry, &root, search.selection, &mut ignored);
            let found = match left_out {
                Some(kind) => Some(kind),
                None if is_dir => match is_new(&entry, output, walked) {
                    Ok(true) if !search.results_as_input && has_results(&entry) => {
                        Some(Kind::Results)
                    }
                    Ok(true) => match ignored.enter(entry.path()) {
                        Ok(()) => continue,
                        Err(error) => return Some(Err(error)),
                    },
                    Ok(false) => None,
                    Err(error) => Some(Kind::Unreadable(error)),
                },
                None => Some(look(&entry)),
            };
            if is_dir {
                entries.skip_current_dir();
            }
            if let Some(kind) = found {
                return Some(Ok(root.below(&entry, kind)));
            }
        }
    })
}

/// Why an entry is skipped, or a folder not entered.
fn left_out(
    entry: &DirEntry,
    root: &Root<'_>,
    selection: &Selection,
    ignored: &mut IgnoreFiles,
) -> Option<Kind> {
    if entry.depth() == 0 {
        return None;
    }
    if entry.file_name().as_encoded_bytes().starts_with(b".") {
        return Some(Kind::Hidden);
    }
    let (path, is_dir) = (entry.path(), entry.file_type().is_dir());
    let relative = path.strip_prefix(root.given).unwrap_or(path);
    let why = selection.refusal(relative, is_dir);
    why.or_else(|| ignored.refusal(path, is_dir))
        .map(Kind::Excluded)
}

/// Whether a folder is neither the output nor walked already.
fn is_new(
    entry: &DirEntry,
    output: Option<&Path>,
    walked: &mut HashSet<PathBuf>,
) -> io::Result<bool> {
    let folder = fs::canonicalize(entry.path())?;
    Ok(Some(folder.as_path()) != output && walked.insert(folder))
}

/// Whether a run has written to a folder below an input. Its results would be prepared again.
fn has_results(entry: &DirEntry) -> bool {
    entry.depth() > 0 && is_of_results(entry.path())
}

/// An input as the root of its sources is remembered: a path without links, or a store without the slash at its end.
/// `None` if there is nothing at the path.
pub fn root(input: &Path) -> Option<PathBuf> {
    match is_address(input) {
        true => Some(input.components().as_path().into()),
        false => fs::canonicalize(input).ok(),
    }
}

/// A path as it was given: absolute, with its links, and without a separator at its end.
pub fn as_given(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    Some(path.components().as_path().into())
}

/// Whether a folder is one of results. The state of a single picture that was delivered has only a journal,
/// and that picture can be beside its source. The same is left of a folder of many whose cache was lost.
pub fn is_of_results(folder: &Path) -> bool {
    let state = folder.join(STATE_FOLDER);
    let of_deliveries = |name: &OsString| {
        let starts = ["state.sqlite", "rehearsal.sqlite", "upload.lock", "pacing"];
        let name = name.to_string_lossy();
        starts.iter().any(|start| name.starts_with(start))
    };
    let Ok(entries) = fs::read_dir(&state) else {
        return state.is_dir();
    };
    let names: Vec<OsString> = entries.flatten().map(|it| it.file_name()).collect();
    names.is_empty() || !names.iter().all(of_deliveries) || has_several_results(folder)
}

/// Whether more than two files directly in the folder have the form of a result: a source can be one too, and its result be
/// beside it.
fn has_several_results(folder: &Path) -> bool {
    let all = fs::read_dir(folder).into_iter().flatten().flatten();
    let results = all.map(|it| it.path()).filter(|path| {
        let kind = path.extension().unwrap_or_default().to_ascii_lowercase();
        (kind == "jpg" || kind == "jpeg") && mark::occupant(path) == Occupant::Result
    });
    results.take(3).count() > 2
}

/// A folder that is walked: as given, and as an absolute path.
struct Root<'a> {
    given: &'a Path,
    absolute: Arc<Path>,
}

impl Root<'_> {
    fn below(&self, entry: &DirEntry, kind: Kind) -> Found {
        self.found(entry.path(), entry.path_is_symlink(), kind)
    }

    fn found(&self, source: &Path, is_link: bool, kind: Kind) -> Found {
        let relative = source.strip_prefix(self.given).unwrap_or(source);
        let (whole, root) = (source.to_path_buf(), Arc::clone(&self.absolute));
        let mut found = Found::new(whole, root, relative, kind);
        found.is_link = is_link;
        found
    }
}

fn absolute(folder: &Path) -> Arc<Path> {
    let here = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    fs::canonicalize(here).map_or_else(|_| here.into(), Into::into)
}

fn unreadable(error: walkdir::Error, root: &Root<'_>) -> Found {
    let source = error.path().unwrap_or(root.given).to_path_buf();
    let error = error
        .into_io_error()
        .unwrap_or_else(|| io::ErrorKind::Other.into());
    root.found(&source, false, Kind::Unreadable(error))
}

/// A known extension is enough; other files are recognised by their start.
fn look(entry: &DirEntry) -> Kind {
    if !entry.file_type().is_file() {
        return Kind::NotAFile;
    }
    let extension = entry
        .path()
        .extension()
        .and_then(|extension| extension.to_str());
    // A picture of a format that is not read goes on and fails later with the reason, instead of
    // being skipped silently.
    if extension.is_some_and(|extension| {
        Format::is_picture_extension(extension) || OtherKind::is_picture_extension(extension)
    }) {
        return Kind::Picture;
    }
    match starts_like_a_picture(entry.path()) {
        Ok(true) => Kind::Picture,
        Ok(false) => Kind::NotAPicture,
        Err(error) => Kind::Unreadable(error),
    }
}

fn starts_like_a_picture(path: &Path) -> io::Result<bool> {
    let start = start(path)?;
    Ok(match Format::recognize(&start) {
        Some(format) if format.is_surely_a_picture() => true,
        _ => OtherKind::recognize(&start).is_some_and(OtherKind::is_picture),
    })
}

/// Whether the start of the file belongs to a format that can be decoded.
pub fn can_be_decoded(path: &Path) -> bool {
    start(path).is_ok_and(|start| Format::recognize(&start).is_some())
}

/// The first bytes of a file; of markup, as many as are needed to reach the root element.
fn start(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(SHORT_START);
    let mut file = File::open(path)?;
    let mut read =
        |start: &mut Vec<u8>, length: usize| file.by_ref().take(length as u64).read_to_end(start);
    read(&mut start, SHORT_START)?;
    if start.len() == SHORT_START && Format::is_undecided(&start) {
        read(&mut start, LONG_START - SHORT_START)?;
    }
    Ok(start)
}
