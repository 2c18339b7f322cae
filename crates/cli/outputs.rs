//! Names every result before any work, so that no two sources can become one file.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::fingerprint::Hash;
use crate::inputs::{self, Found, Kind};
use crate::name::Values;
use crate::options::Options;
use crate::places::{Places, Sources};
use crate::record::Failure;
use crate::shard::portable as portable_bytes;
use crate::usage::UsageError;
use crate::{parallel, portable};

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

/// What to do with sources that would share a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnCollision {
    /// All of them fail.
    Error,
    /// Each gets a suffix that follows from its own path alone.
    Suffix,
}

/// Digits of a suffix.
const SUFFIX_DIGITS: usize = 8;

/// Names every result of a run. Names follow from all inputs, whatever the shard.
pub(crate) struct Naming<'a> {
    pub(crate) target: &'a Target,
    pub(crate) options: &'a Options,
}

impl Naming<'_> {
    /// Says what is to be done with everything that was found, as far as it is of the shard.
    pub(crate) fn plan(&self, found: Vec<Found>) -> Vec<Task> {
        let mut outputs = self.outputs(&found);
        let mut places = Places::default();
        let mut shared = sharers(&found, &outputs, &mut places);
        if self.options.on_collision == OnCollision::Suffix && !shared.is_empty() {
            for index in shared.keys() {
                if let (Some(found), Some(Ok(output))) =
                    (found.get(*index), outputs.get_mut(*index))
                {
                    *output = with_suffix(found, output);
                }
            }
            shared = sharers(&found, &outputs, &mut places);
        }
        let mut sources = Sources::of(&found, &mut places);
        let over_a_source = outputs.iter().map(|output| {
            let output = output.as_ref();
            output.is_ok_and(|output| sources.hold(output, &mut places))
        });
        let over_a_source: Vec<bool> = over_a_source.collect();
        let other = |index: usize| {
            let other = shared.get(&index).and_then(|other| found.get(*other));
            other.map(|other| other.source.clone())
        };
        let others: Vec<_> = (0..found.len()).map(other).collect();
        let all = found.into_iter().zip(outputs);
        all.zip(others.into_iter().zip(over_a_source))
            .filter(|((found, _), _)| self.options.shard.holds(&found.relative))
            .map(|((found, output), (other, over))| task(found, output, other.as_deref(), over))
            .collect()
    }

    /// The name of each result, or why there can be none.
    fn outputs(&self, found: &[Found]) -> Vec<Result<PathBuf, Failure>> {
        let name = &self.options.name;
        let hashes = if name.wants_hash() && matches!(self.target, Target::Folder(_)) {
            parallel::map(found, self.options.jobs, |found| match found.kind {
                Kind::Picture => Hash::of_file(&found.source).map(Some),
                _ => Ok(None),
            })
        } else {
            Vec::new()
        };
        let mut hashes = hashes.into_iter();
        let mut index = 0;
        found
            .iter()
            .map(|found| {
                index += usize::from(matches!(found.kind, Kind::Picture));
                self.output(found, index, hashes.next().unwrap_or(Ok(None)))
            })
            .collect()
    }

    fn output(
        &self,
        found: &Found,
        index: usize,
        hash: io::Result<Option<Hash>>,
    ) -> Result<PathBuf, Failure> {
        let folder = match self.target {
            Target::File(path) => return Ok(path.clone()),
            Target::Folder(folder) => folder,
        };
        let values = Values {
            relative: &found.relative,
            hash: hash.map_err(|error| Failure::unreadable(&error))?,
            size: self.options.settings.edge(),
            index,
        };
        let name = self.options.name.fill(&values);
        let name = name.ok_or_else(|| Failure::bad_name(&outside(&found.relative)))?;
        if cfg!(windows) {
            let trouble = portable::trouble(&name);
            trouble.map_or(Ok(()), |why| Err(Failure::bad_name(&why)))?;
        }
        Ok(folder.join(name))
    }
}

fn outside(relative: &Path) -> String {
    format!(
        "{} would lead out of the folder of results",
        relative.display()
    )
}

/// Those that share a place, each with the number of another one there.
fn sharers(
    found: &[Found],
    outputs: &[Result<PathBuf, Failure>],
    places: &mut Places,
) -> HashMap<usize, usize> {
    let mut at: HashMap<OsString, Vec<usize>> = HashMap::with_capacity(found.len());
    for (index, (found, output)) in found.iter().zip(outputs).enumerate() {
        if let (Kind::Picture, Ok(output)) = (&found.kind, output) {
            at.entry(places.of(output)).or_default().push(index);
        }
    }
    let mut shared = HashMap::new();
    for mut group in at.into_values().filter(|group| group.len() > 1) {
        // What cannot become a picture fails by itself and takes nobody's place.
        let decoded = |found: &Found| inputs::can_be_decoded(&found.source);
        group.retain(|index| found.get(*index).is_some_and(decoded));
        if let [first, second, ..] = group[..] {
            let other = |index: usize| if index == first { second } else { first };
            shared.extend(group.iter().map(|index| (*index, other(*index))));
        }
    }
    shared
}

/// `logo.jpg` becomes `logo-3fa9c1d2.jpg`, by the hash of the input folder's name and the path
/// below it: the same in every run, whatever else is there.
fn with_suffix(found: &Found, output: &Path) -> PathBuf {
    let mut key = found
        .root
        .file_name()
        .unwrap_or_default()
        .as_encoded_bytes()
        .to_vec();
    key.push(b'/');
    key.extend(portable_bytes(&found.relative));
    let hash = Hash::of(&key).to_string();
    let mut name = output.file_stem().unwrap_or_default().to_os_string();
    name.push("-");
    name.push(hash.get(..SUFFIX_DIGITS).unwrap_or_default());
    name.push(".");
    name.push(output.extension().unwrap_or_default());
    output.with_file_name(name)
}

fn task(
    found: Found,
    output: Result<PathBuf, Failure>,
    other: Option<&Path>,
    over_a_source: bool,
) -> Task {
    let source = found.source;
    let skip = |source, code, message| Task::Skip {
        source,
        code,
        message,
    };
    let fail = |source, output, failure| Task::Fail {
        source,
        output,
        failure,
    };
    match (found.kind, output) {
        (Kind::Hidden, _) => skip(source, "hidden", "its name starts with a dot"),
        (Kind::NotAPicture, _) => {
            let message = "neither its content nor its name is a picture's";
            skip(source, "not_a_picture", message)
        }
        (Kind::Unreadable(error), _) => fail(source, None, Failure::unreadable(&error)),
        (Kind::Picture, Err(failure)) => fail(source, None, failure),
        (Kind::Picture, Ok(output)) => {
            let failure = match other {
                Some(other) => Failure::collision(&output, other),
                None if over_a_source => Failure::over_a_source(&output),
                None => {
                    return Task::Prepare(Picture {
                        source,
                        output,
                        root: found.root,
                        relative: found.relative,
                    });
                }
            };
            fail(source, Some(output), failure)
        }
    }
}
