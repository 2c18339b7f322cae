//! Names all results before any work, so that two sources never get the same result file.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::on_collision::{OnCollision, rank};
use super::places::{Places, Sources};
use super::portable;
use super::shard::{Shard, portable as portable_bytes};
use super::target::Target;
use super::template::{Name, Values};
use crate::failure::Failure;
use crate::files::fingerprint::Hash;
use crate::files::inputs::{self, Found, Kind};
use crate::files::parallel;
use crate::recipe::Recipe;

/// What to do with a file that was found.
pub(crate) enum Task {
    Prepare(Picture),
    Skip {
        source: PathBuf,
        code: &'static str,
        message: String,
    },
    Fail {
        source: PathBuf,
        output: Option<PathBuf>,
        failure: Failure,
    },
}

impl Task {
    /// The file.
    pub(crate) fn source(&self) -> &Path {
        match self {
            Self::Prepare(picture) => &picture.source,
            Self::Skip { source, .. } | Self::Fail { source, .. } => source,
        }
    }
}

/// A picture to prepare.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) source: PathBuf,
    pub(crate) output: PathBuf,
    /// Its input folder, absolute.
    pub(crate) root: Arc<Path>,
    /// The source, relative to it.
    pub(crate) relative: PathBuf,
    /// Another source that owns the name of the result: this one can only fail.
    pub(crate) owner: Option<PathBuf>,
    /// Its own recipe, if rules or a sidecar change that of the run.
    pub(crate) recipe: Option<Arc<Recipe>>,
}

/// Digits of a suffix.
const SUFFIX_DIGITS: usize = 8;

/// Names the results of a run. Names depend on all inputs, whatever the shard.
pub(crate) struct Naming<'a> {
    pub(crate) target: &'a Target,
    pub(crate) name: &'a Name,
    pub(crate) on_collision: OnCollision,
    pub(crate) shard: Shard,
    /// The requested edge in pixels; a picture can have its own.
    pub(crate) size: u32,
    /// Threads for hashing sources, if names contain the hash.
    pub(crate) jobs: NonZeroUsize,
}

impl Naming<'_> {
    /// Decides what to do with every file of the shard.
    pub(crate) fn plan(&self, found: Vec<Found>) -> Vec<Task> {
        let mut outputs = self.outputs(&found);
        let suffix = self.on_collision == OnCollision::Suffix;
        if suffix && matches!(self.target, Target::Folder(_)) {
            let all = found.iter().zip(&mut outputs);
            for (found, output) in all {
                if let Ok(name) = output {
                    *name = with_suffix(found, name);
                }
            }
        }
        for output in &mut outputs {
            if let Some(failure) = output.as_ref().ok().and_then(|name| too_long(name)) {
                *output = Err(failure);
            }
        }
        let mut places = Places::default();
        let prefers = self.on_collision == OnCollision::Prefer;
        let shared = Shared::of(&found, &outputs, (self.target, prefers), &mut places);
        let mut sources = Sources::of(&found, &mut places);
        let claims: Vec<Claim> = (0..found.len())
            .map(|index| {
                let source = |other: &usize| Some(found.get(*other)?.source.clone());
                let output = outputs.get(index).and_then(|output| output.as_ref().ok());
                Claim {
                    rival: shared.rivals.get(&index).and_then(source),
                    owner: shared.owners.get(&index).and_then(source),
                    better: shared.better.get(&index).and_then(source),
                    over_a_source: output.is_some_and(|output| sources.hold(output, &mut places)),
                }
            })
            .collect();
        let all = found.into_iter().zip(outputs).zip(claims);
        all.filter(|((found, _), _)| self.shard.holds(&found.relative))
            .map(|((found, output), claim)| task(found, output, claim))
            .collect()
    }

    /// The name of each result, or why there can be none.
    fn outputs(&self, found: &[Found]) -> Vec<Result<PathBuf, Failure>> {
        let name = self.name;
        let hashes = if name.wants_hash() && matches!(self.target, Target::Folder(_)) {
            parallel::map(found, self.jobs, |found| match found.kind {
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
            root: &found.root,
            hash: hash.map_err(|error| Failure::unreadable(&error))?,
            size: found
                .recipe
                .as_ref()
                .map_or(self.size, |recipe| recipe.settings.edge()),
            index,
        };
        let name = self.name.fill(&values);
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

/// Who else claims the name of a result.
struct Claim {
    /// A source with an equal claim: neither gets the name.
    rival: Option<PathBuf>,
    /// A source that owns the name.
    owner: Option<PathBuf>,
    /// A source of a better format that is used instead.
    better: Option<PathBuf>,
    over_a_source: bool,
}

/// Pictures that share a name, each with the index of another one.
#[derive(Default)]
struct Shared {
    rivals: HashMap<usize, usize>,
    /// For pictures that cannot be decoded now: the index of the one that owns the name.
    owners: HashMap<usize, usize>,
    /// For pictures that are passed over: the index of the one that is preferred.
    better: HashMap<usize, usize>,
}

impl Shared {
    fn of(
        found: &[Found],
        outputs: &[Result<PathBuf, Failure>],
        (target, prefers): (&Target, bool),
        places: &mut Places,
    ) -> Self {
        let pictures = || {
            let all = found.iter().zip(outputs).enumerate();
            all.filter_map(|(index, pair)| match pair {
                (found, Ok(output)) if matches!(found.kind, Kind::Picture) => Some((index, output)),
                _ => None,
            })
        };
        let mut at: HashMap<OsString, Vec<usize>> = HashMap::with_capacity(found.len());
        for (index, output) in pictures() {
            at.entry(places.of(output)).or_default().push(index);
        }
        let mut shared = Self::default();
        for group in at.values().filter(|group| group.len() > 1) {
            shared.add(group, found, prefers);
        }
        shared.add_folders(pictures(), &at, target, places);
        shared
    }

    /// A file that cannot be decoded fails by itself and claims no name. If it is decodable when its
    /// turn comes, it still fails, because the name belongs to another.
    fn add(&mut self, group: &[usize], found: &[Found], prefers: bool) {
        let decoded = |index: &&usize| {
            let found = found.get(**index);
            found.is_some_and(|found| inputs::can_be_decoded(&found.source))
        };
        let decoded: Vec<usize> = group.iter().filter(decoded).copied().collect();
        if let Some(best) = prefers.then(|| preferred(&decoded, found)).flatten() {
            for &index in group.iter().filter(|index| **index != best) {
                // What cannot be decoded fails by itself: a broken drawing is not passed over in silence.
                let place = match decoded.contains(&index) {
                    true => &mut self.better,
                    false => &mut self.owners,
                };
                place.insert(index, best);
            }
            return;
        }
        let other = |of: usize, among: &[usize]| among.iter().find(|&&one| one != of).copied();
        for &index in group {
            if decoded.contains(&index) {
                let rival = other(index, &decoded);
                self.rivals.extend(rival.map(|rival| (index, rival)));
            } else {
                let owner = other(index, &decoded).or_else(|| other(index, group));
                self.owners.extend(owner.map(|owner| (index, owner)));
            }
        }
    }

    /// Adds clashes between a result and a folder of another result.
    fn add_folders<'a>(
        &mut self,
        pictures: impl Iterator<Item = (usize, &'a PathBuf)>,
        at: &HashMap<OsString, Vec<usize>>,
        target: &Target,
        places: &mut Places,
    ) {
        let Target::Folder(top) = target else {
            return;
        };
        let mut clashes: HashMap<&Path, Option<usize>> = HashMap::new();
        for (index, output) in pictures {
            let folder = output.parent().unwrap_or(top);
            let clash = *clashes.entry(folder).or_insert_with(|| {
                let folders = folder.ancestors().take_while(|folder| folder != top);
                let mut files = folders.filter_map(|folder| at.get(&places.of(folder)));
                files.next()?.first().copied()
            });
            if let Some(file) = clash {
                self.rivals.insert(index, file);
                self.rivals.insert(file, index);
            }
        }
    }
}

/// The picture of the best format, if only the extension tells it from the others and no other one has
/// a format as good.
fn preferred(group: &[usize], found: &[Found]) -> Option<usize> {
    let all = group
        .iter()
        .filter_map(|index| Some((*index, found.get(*index)?)));
    let mut ranked: Vec<_> = all
        .map(|(index, found)| (rank(&found.relative), index, found))
        .collect();
    ranked.sort_by_key(|(rank, index, _)| (*rank, *index));
    let [(first, best, source), (second, ..), ..] = ranked.as_slice() else {
        return None;
    };
    let stem = |found: &Found| found.source.with_extension("");
    let alike = ranked
        .iter()
        .all(|(_, _, other)| stem(other) == stem(source));
    (alike && first < second).then_some(*best)
}

/// `logo.jpg` becomes `logo-3fa9c1d2.jpg`. The suffix is a hash of the input folder's name and the
/// path below it: the same in every run, whatever other files exist.
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

/// File systems take names of 255 bytes, some of 255 letters.
const LONGEST_NAME: usize = 255;
/// The longest path that a system takes, with the byte that ends it.
const LONGEST_PATH: usize = if cfg!(target_os = "macos") {
    1024
} else {
    4096
};

/// Why a name is too long to be written, known before any work.
fn too_long(output: &Path) -> Option<Failure> {
    let length = |name: &OsStr| match cfg!(windows) {
        true => name.to_string_lossy().encode_utf16().count(),
        false => name.len(),
    };
    let longest = output.iter().map(length).max().unwrap_or(0);
    let path = output.as_os_str().len();
    let hint = "choose a shorter --name, for example with {hash} instead of {stem}";
    if longest > LONGEST_NAME {
        let why = format!("it would have {longest} bytes; file systems allow {LONGEST_NAME}");
        return Some(Failure::bad_name_with(&why, hint));
    }
    if !cfg!(windows) && path >= LONGEST_PATH {
        let why = format!("its path would have {path} bytes; the system allows {LONGEST_PATH}");
        return Some(Failure::bad_name_with(&why, hint));
    }
    None
}

fn task(found: Found, output: Result<PathBuf, Failure>, claim: Claim) -> Task {
    let source = found.source;
    let skip = |source, code, message: &str| Task::Skip {
        source,
        code,
        message: message.into(),
    };
    let fail = |source, output, failure| Task::Fail {
        source,
        output,
        failure,
    };
    match (found.kind, output) {
        (Kind::Hidden, _) => skip(source, "hidden", "its name starts with a dot"),
        (Kind::Excluded(why), _) => skip(source, "excluded", &why),
        (Kind::NotAPicture, _) => {
            let message = "not an image (by content or by name)";
            skip(source, "not_a_picture", message)
        }
        (Kind::BadSidecar { message, hint }, _) => {
            fail(source, None, Failure::bad_sidecar(message, hint))
        }
        (Kind::SidecarAlone, _) => {
            let message = "options for a picture that is not there";
            skip(source, "sidecar_without_picture", message)
        }
        (Kind::NotAFile, _) => {
            let message = "not a regular file, but a pipe, a socket or a device";
            skip(source, "not_a_picture", message)
        }
        (Kind::Unreadable(error), _) => fail(source, None, Failure::unreadable(&error)),
        (Kind::Picture, Err(failure)) => fail(source, None, failure),
        (Kind::Picture, Ok(output)) => {
            if let Some(better) = &claim.better {
                let message = format!("{} is preferred", better.display());
                return skip(source, "not_preferred", &message);
            }
            let failure = match &claim.rival {
                Some(rival) => Failure::collision(&output, rival),
                None if claim.over_a_source => Failure::over_a_source(&output),
                None => {
                    return Task::Prepare(Picture {
                        source,
                        output,
                        root: found.root,
                        relative: found.relative,
                        owner: claim.owner,
                        recipe: found.recipe,
                    });
                }
            };
            fail(source, Some(output), failure)
        }
    }
}
