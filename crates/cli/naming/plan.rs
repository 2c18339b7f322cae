//! Names all results before any work, so that two sources never get the same result file.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::on_collision::OnCollision;
use super::places::{Places, Sources};
use super::portable;
use super::shard::Shard;
use super::shared::Shared;
use super::suffix::{query, with_query, with_several_queries, with_suffix};
use super::target::Target;
use super::template::{Name, Values};
use crate::failure::Failure;
use crate::files::fingerprint::Hash;
use crate::files::inputs::{Found, Kind};
use crate::files::object::SourceObject;
use crate::files::parallel;
use crate::hints;
use crate::recipe::Recipe;

/// What to do with a file that was found.
pub(crate) enum Task {
    Prepare(Picture),
    Skip {
        source: PathBuf,
        preset: Option<&'static str>,
        code: &'static str,
        message: String,
    },
    Fail {
        source: PathBuf,
        preset: Option<&'static str>,
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
    /// The platform that the result is for, in a run with several.
    pub(crate) preset: Option<&'static str>,
    /// The object, if the source is in a store.
    pub(crate) object: Option<Arc<SourceObject>>,
}

/// Names the results of a run. Names depend on all inputs, whatever the shard.
pub(crate) struct Naming<'a> {
    pub(crate) target: &'a Target,
    pub(crate) name: &'a Name,
    pub(crate) on_collision: OnCollision,
    pub(crate) shard: Shard,
    /// The requested edge in pixels; a picture can have its own.
    pub(crate) size: u32,
    /// The platform of all results, if there is one.
    pub(crate) preset: Option<&'static str>,
    /// Threads for hashing sources, if names contain the hash.
    pub(crate) jobs: NonZeroUsize,
}

impl Naming<'_> {
    /// Decides what to do with every file of the shard.
    pub(crate) fn plan(&self, found: Vec<Found>) -> Vec<Task> {
        let mut outputs = self.outputs(&found);
        let suffix = self.on_collision == OnCollision::Suffix;
        let mut queried = HashSet::new();
        if suffix && matches!(self.target, Target::Folder(_)) {
            queried = with_several_queries(&found);
            for (index, (found, output)) in found.iter().zip(&mut outputs).enumerate() {
                if let Ok(name) = output {
                    let query = query(found).filter(|_| queried.contains(&index));
                    *name = with_suffix(found, query, name);
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
                let rival = shared.rivals.get(&index);
                let rival = rival.and_then(|other| {
                    let hint = shared.hints.get(&index).copied();
                    Some(self.rival(found.get(index)?, found.get(*other)?, hint))
                });
                let output = outputs.get(index).and_then(|output| output.as_ref().ok());
                Claim {
                    rival,
                    owner: shared.owners.get(&index).and_then(source),
                    better: shared.better.get(&index).and_then(source),
                    over_a_source: output.is_some_and(|output| sources.hold(output, &mut places)),
                }
            })
            .collect();
        let all = found.into_iter().zip(outputs).zip(claims).enumerate();
        all.filter(|(_, ((found, _), _))| self.shard.holds(&found.relative))
            .map(|(index, ((found, output), claim))| {
                match self.name.wants_query() || queried.contains(&index) {
                    true => task(with_query(found), output, claim),
                    false => task(found, output, claim),
                }
            })
            .collect()
    }

    /// Whether the name of each result depends on its own source only, and two results share a name
    /// only if they have the same one: not if they are numbered or get suffixes.
    pub(crate) fn is_by_source(&self) -> bool {
        let numbered = self.name.wants_index() || self.name.wants_hash();
        !numbered && self.on_collision != OnCollision::Suffix
    }

    /// The name of one result, if it depends on its own source only.
    pub(super) fn name_alone(&self, found: &Found) -> Option<PathBuf> {
        self.output(found, 0, Ok(None)).ok()
    }

    /// A source with an equal claim on the name of another.
    fn rival(&self, found: &Found, other: &Found, hint: Option<&'static str>) -> Rival {
        let (one, two) = (found.root.file_name(), other.root.file_name());
        // Links can give one folder several names.
        let is_apart = found.root != other.root && !self.name.wants_root();
        let source = match hint == Some(hints::COLLISION_OF_QUERIES) {
            true => format!("{} with another query", other.source.display()).into(),
            false => other.source.clone(),
        };
        Rival {
            source,
            hint,
            same_folder_name: is_apart.then(|| one == two),
            name: self.name.text(),
        }
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
                index += usize::from(matches!(found.kind, Kind::Picture) && !found.is_repeated);
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
            preset: found.preset.or(self.preset),
            hash: hash.map_err(|error| Failure::unreadable(&error))?,
            size: found
                .recipe
                .as_ref()
                .map_or(self.size, |recipe| recipe.settings.edge()),
            index,
            query: found.object.as_ref().map_or("", |object| &object.query),
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

/// A source with an equal claim on a name: neither gets it.
struct Rival {
    source: PathBuf,
    /// What to do, if that depends on all that share the name.
    hint: Option<&'static str>,
    /// If it is of another input folder, whether both folders have the same name.
    same_folder_name: Option<bool>,
    /// The template of the run.
    name: String,
}

impl Rival {
    fn failure(&self, output: &Path) -> Failure {
        match self.same_folder_name {
            None => {
                let failure = Failure::collision(output, &self.source);
                let hint = self.hint.map_or(failure.hint, Into::into);
                Failure { hint, ..failure }
            }
            Some(same) => Failure::collision_of_folders(output, &self.source, same, &self.name),
        }
    }
}

/// Who else claims the name of a result.
struct Claim {
    rival: Option<Rival>,
    /// A source that owns the name.
    owner: Option<PathBuf>,
    /// A source of a better format that is used instead.
    better: Option<PathBuf>,
    over_a_source: bool,
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
    let (source, preset) = (found.source, found.preset);
    let skip = |source, code, message: &str| Task::Skip {
        source,
        preset,
        code,
        message: message.into(),
    };
    let fail = |source, output, failure| Task::Fail {
        source,
        preset,
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
        (Kind::BadKey(why), _) => fail(source, None, Failure::bad_key(why)),
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
                Some(rival) => rival.failure(&output),
                None if claim.over_a_source => Failure::over_a_source(&output),
                None => {
                    return Task::Prepare(Picture {
                        source,
                        output,
                        root: found.root,
                        relative: found.relative,
                        owner: claim.owner,
                        recipe: found.recipe,
                        preset,
                        object: found.object,
                    });
                }
            };
            fail(source, Some(output), failure)
        }
    }
}
