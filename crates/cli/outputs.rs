//! Names every result before any work, so that no two sources can become one file.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avatar_prepare::Format;

use crate::inputs::{self, Found, Kind};
use crate::record::Failure;
use crate::shard::Shard;
use crate::usage::UsageError;

/// Where results go.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A folder that mirrors the inputs.
    Folder(PathBuf),
    /// One file, for one file.
    File(PathBuf),
}

/// What is to be done with something found.
pub(crate) enum Task {
    Prepare(Picture),
    Skip {
        source: PathBuf,
        code: &'static str,
        message: &'static str,
    },
    Fail {
        source: PathBuf,
        output: Option<PathBuf>,
        failure: Failure,
    },
}

/// A picture to make.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) source: PathBuf,
    pub(crate) output: PathBuf,
    /// Its input folder, absolute.
    pub(crate) root: Arc<Path>,
    /// The source, relative to it.
    pub(crate) relative: PathBuf,
}

/// Reads from the form of the paths whether `output` is a file or a folder.
pub(crate) fn target(inputs: &[PathBuf], output: &Path) -> Result<Target, UsageError> {
    let single_file = matches!(inputs, [input] if !input.is_dir());
    let extension = output.extension().and_then(|extension| extension.to_str());
    let trailing_slash = output.as_os_str().as_encoded_bytes().ends_with(b"/");
    if output.is_dir() || trailing_slash || !(single_file && extension.is_some()) {
        if output.is_file() {
            let message = format!("{} is a file, but a folder is needed", output.display());
            return Err(UsageError::new(message, "name a folder as the last path"));
        }
        return Ok(Target::Folder(output.to_path_buf()));
    }
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => Ok(Target::File(output.to_path_buf())),
        other => {
            let message = format!("results are JPEG, not {other:?}");
            Err(UsageError::new(
                message,
                "end the last path in .jpg, or in / for a folder",
            ))
        }
    }
}

/// Gives every picture its output name; sources that would share one all fail. Of the tasks only
/// those of `shard` are returned: names never depend on it.
pub(crate) fn plan(found: Vec<Found>, target: &Target, shard: Shard) -> Vec<Task> {
    let mut places = Places::default();
    let outputs: Vec<_> = found
        .iter()
        .map(|found| {
            let output = output(&found.relative, target);
            let place = places.of(&output);
            (output, place)
        })
        .collect();
    let mut sharers: HashMap<&OsString, Vec<(usize, PathBuf)>> = HashMap::new();
    for (index, (found, (_, place))) in found.iter().zip(&outputs).enumerate() {
        if matches!(found.kind, Kind::Picture) {
            let source = found.source.clone();
            sharers.entry(place).or_default().push((index, source));
        }
    }
    for sharers in sharers.values_mut().filter(|sharers| sharers.len() > 1) {
        // What cannot become a picture fails by itself and takes nobody's place.
        sharers.retain(|(_, source)| inputs::can_be_decoded(source));
    }
    let sources: HashSet<PathBuf> = found
        .iter()
        .filter_map(|found| fs::canonicalize(&found.source).ok())
        .collect();
    let one = |(index, (found, (output, place))): (usize, (Found, &(PathBuf, OsString)))| {
        let sharers = sharers.get(place).map_or(&[][..], Vec::as_slice);
        let shares = sharers.iter().any(|(sharer, _)| *sharer == index);
        let other = sharers
            .iter()
            .find(|(sharer, _)| shares && *sharer != index);
        let other = other.map(|(_, source)| source.as_path());
        task(found, output.clone(), other, &sources)
    };
    found
        .into_iter()
        .zip(&outputs)
        .enumerate()
        .filter(|(_, (found, _))| shard.holds(&found.relative))
        .map(one)
        .collect()
}

fn task(found: Found, output: PathBuf, other: Option<&Path>, sources: &HashSet<PathBuf>) -> Task {
    let source = found.source;
    match found.kind {
        Kind::Hidden => Task::Skip {
            source,
            code: "hidden",
            message: "its name starts with a dot",
        },
        Kind::NotAPicture => Task::Skip {
            source,
            code: "not_a_picture",
            message: "neither its content nor its name is a picture's",
        },
        Kind::Unreadable(error) => {
            let failure = Failure::unreadable(&error);
            Task::Fail {
                source,
                output: None,
                failure,
            }
        }
        Kind::Picture => {
            let over_a_source = || {
                let existing = fs::canonicalize(&output);
                existing.is_ok_and(|existing| sources.contains(&existing))
            };
            let failure = match other {
                Some(other) => Failure::collision(&output, other),
                None if over_a_source() => Failure::over_a_source(&output),
                None => {
                    return Task::Prepare(Picture {
                        source,
                        output,
                        root: found.root,
                        relative: found.relative,
                    });
                }
            };
            Task::Fail {
                source,
                output: Some(output),
                failure,
            }
        }
    }
}

/// Where paths lead: links resolved as far as folders exist, case folded, since names that differ
/// only by case are one file on many systems.
#[derive(Default)]
struct Places {
    folders: HashMap<PathBuf, PathBuf>,
}

impl Places {
    fn of(&mut self, output: &Path) -> OsString {
        let folder = output.parent().unwrap_or(Path::new(""));
        let resolved = match self.folders.get(folder) {
            Some(resolved) => resolved.clone(),
            None => {
                let resolved = resolve(folder);
                self.folders.insert(folder.to_path_buf(), resolved.clone());
                resolved
            }
        };
        let place = resolved.join(output.file_name().unwrap_or_default());
        match place.to_str() {
            Some(text) => text.to_lowercase().into(),
            None => place.into_os_string(),
        }
    }
}

/// The canonical form of the deepest folder that exists, and the rest as it is.
fn resolve(folder: &Path) -> PathBuf {
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

/// `a/b.png` becomes `a/b.jpg`; an extension that is no picture's is part of the name.
fn output(relative: &Path, target: &Target) -> PathBuf {
    let folder = match target {
        Target::File(path) => return path.clone(),
        Target::Folder(folder) => folder,
    };
    let extension = relative
        .extension()
        .and_then(|extension| extension.to_str());
    if extension.is_some_and(Format::is_picture_extension) {
        return folder.join(relative.with_extension("jpg"));
    }
    let mut name = relative.as_os_str().to_os_string();
    name.push(".jpg");
    folder.join(name)
}
