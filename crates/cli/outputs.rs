//! Names every result before any work, so that no two sources can become one file.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use avatar_prepare::Format;

use crate::inputs::{Found, Kind};
use crate::record::Failure;
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
    Prepare {
        source: PathBuf,
        output: PathBuf,
    },
    Skip {
        source: PathBuf,
        code: &'static str,
        message: &'static str,
    },
    Fail {
        source: PathBuf,
        failure: Failure,
    },
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

/// Gives every picture its output name; sources that would share one all fail.
pub(crate) fn plan(found: Vec<Found>, target: &Target) -> Vec<Task> {
    let outputs: Vec<PathBuf> = found
        .iter()
        .map(|found| output(&found.relative, target))
        .collect();
    let mut sharers: HashMap<OsString, Vec<PathBuf>> = HashMap::new();
    for (found, output) in found.iter().zip(&outputs) {
        if matches!(found.kind, Kind::Picture) {
            sharers
                .entry(folded(output))
                .or_default()
                .push(found.source.clone());
        }
    }
    let sources: HashSet<PathBuf> = found
        .iter()
        .filter_map(|found| fs::canonicalize(&found.source).ok())
        .collect();
    found
        .into_iter()
        .zip(outputs)
        .map(|(found, output)| {
            let sharers = sharers.get(&folded(&output)).map_or(&[][..], Vec::as_slice);
            task(found, output, sharers, &sources)
        })
        .collect()
}

fn task(found: Found, output: PathBuf, sharers: &[PathBuf], sources: &HashSet<PathBuf>) -> Task {
    let source = found.source;
    match found.kind {
        Kind::Hidden => Task::Skip {
            source,
            code: "hidden",
            message: "its name starts with a dot",
        },
        Kind::NotAPicture => {
            let message = "neither its content nor its name is a picture's";
            Task::Skip {
                source,
                code: "not_a_picture",
                message,
            }
        }
        Kind::Unreadable(error) => Task::Fail {
            source,
            failure: Failure::unreadable(&error),
        },
        Kind::Picture => {
            if let Some(other) = sharers.iter().find(|other| **other != source) {
                let failure = Failure::collision(&output, other);
                return Task::Fail { source, failure };
            }
            if fs::canonicalize(&output).is_ok_and(|existing| sources.contains(&existing)) {
                let failure = Failure::over_a_source(&output);
                return Task::Fail { source, failure };
            }
            Task::Prepare { source, output }
        }
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

/// Names that differ only by case are one file on many systems.
fn folded(path: &Path) -> OsString {
    match path.to_str() {
        Some(text) => text.to_lowercase().into(),
        None => path.as_os_str().to_os_string(),
    }
}
