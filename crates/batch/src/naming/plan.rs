//! Names all results before any work, so that two sources never get the same result file.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::claim::{Claim, Rival, task};
use super::on_collision::OnCollision;
use super::places::{Places, Sources};
use super::portable;
use super::shard::Shard;
use super::shared::Shared;
use super::suffix::{query, with_query, with_several_queries, with_suffix};
use super::target::Target;
use super::task::{Output, Task};
use super::template::{Name, Values};
use crate::failure::Failure;
use crate::files::fingerprint::Hash;
use crate::files::inputs::{Found, Kind};
use crate::files::parallel;
use crate::hints;

/// Names the results of a run. Names depend on all inputs, whatever the shard.
pub struct Naming<'a> {
    pub target: &'a Target,
    pub name: &'a Name,
    pub on_collision: OnCollision,
    pub shard: Shard,
    /// The requested edge in pixels; a picture can have its own.
    pub size: u32,
    /// The platform of all results, if there is one.
    pub preset: Option<&'static str>,
    /// Threads for hashing sources, if names contain the hash.
    pub jobs: NonZeroUsize,
}

impl Naming<'_> {
    /// Decides what to do with every file of the shard.
    pub fn plan(&self, found: Vec<Found>) -> Vec<Task> {
        let mut outputs = self.outputs(&found);
        let suffix = self.on_collision == OnCollision::Suffix;
        let mut queried = HashSet::new();
        if suffix && matches!(self.target, Target::Folder(_)) {
            queried = with_several_queries(&found);
            for (index, (found, output)) in found.iter().zip(&mut outputs).enumerate() {
                if let Ok(name) = output {
                    let query = query(found).filter(|_| queried.contains(&index));
                    *name = with_suffix(found, query, name).into();
                }
            }
        }
        for output in &mut outputs {
            if let Some(failure) = output.as_ref().ok().and_then(|name| too_long(name)) {
                *output = Err(Box::new(failure));
            }
        }
        let mut claims = self.claims(&found, &outputs);
        let has_query = |index| self.name.wants_query() || queried.contains(&index);
        // Task after task takes the place of what was found in the same memory.
        let all = found.into_iter().enumerate();
        let tasks = all.filter_map(|(index, found)| {
            if !self.shard.holds(found.relative()) {
                return None;
            }
            let output = std::mem::replace(outputs.get_mut(index)?, Ok(Path::new("").into()));
            let claim = claims.remove(&index).unwrap_or_default();
            Some(match has_query(index) {
                true => task(with_query(found), output, claim),
                false => task(found, output, claim),
            })
        });
        tasks.collect()
    }

    /// The files whose name somebody else claims, too.
    fn claims(&self, found: &[Found], outputs: &[Output]) -> HashMap<usize, Claim> {
        let mut places = Places::default();
        let prefers = self.on_collision == OnCollision::Prefer;
        let shared = Shared::of(found, outputs, (self.target, prefers), &mut places);
        let source = |other: &usize| Some(found.get(*other)?.source.to_path_buf());
        let mut claims: HashMap<usize, Claim> = HashMap::new();
        for (index, other) in &shared.rivals {
            let hint = shared.hints.get(index).copied();
            let pair = found.get(*index).zip(found.get(*other));
            claims.entry(*index).or_default().rival =
                pair.map(|(found, other)| self.rival(found, other, hint));
        }
        for (index, other) in &shared.owners {
            claims.entry(*index).or_default().owner = source(other);
        }
        for (index, other) in &shared.better {
            claims.entry(*index).or_default().better = source(other);
        }
        let mut sources = Sources::of(found, &mut places);
        for (index, output) in outputs.iter().enumerate() {
            if output
                .as_ref()
                .is_ok_and(|it| sources.hold(it, &mut places))
            {
                claims.entry(index).or_default().over_a_source = true;
            }
        }
        claims
    }

    /// Whether the name of each result depends on its own source only, and two results share a name
    /// only if they have the same one: not if they are numbered or get suffixes.
    pub fn is_by_source(&self) -> bool {
        let numbered = self.name.wants_index() || self.name.wants_hash();
        !numbered && self.on_collision != OnCollision::Suffix
    }

    /// The name of one result, if it depends on its own source only.
    pub(super) fn name_alone(&self, found: &Found) -> Option<PathBuf> {
        self.output(found, 0, Ok(None)).ok().map(Into::into)
    }

    /// A source with an equal claim on the name of another.
    fn rival(&self, found: &Found, other: &Found, hint: Option<&'static str>) -> Rival {
        let (one, two) = (found.root.file_name(), other.root.file_name());
        // Links can give one folder several names.
        let is_apart = found.root != other.root && !self.name.wants_root();
        let source = match hint == Some(hints::COLLISION_OF_QUERIES) {
            true => format!("{} with another query", other.source.display()).into(),
            false => other.source.to_path_buf(),
        };
        Rival {
            source,
            hint,
            same_folder_name: is_apart.then(|| one == two),
            name: self.name.text(),
        }
    }

    /// The name of each result.
    fn outputs(&self, found: &[Found]) -> Vec<Output> {
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

    fn output(&self, found: &Found, index: usize, hash: io::Result<Option<Hash>>) -> Output {
        let folder = match self.target {
            Target::File(path) => return Ok(path.as_path().into()),
            Target::Folder(folder) => folder,
        };
        let values = Values {
            relative: found.relative(),
            root: &found.root,
            preset: found.preset().or(self.preset),
            hash: hash.map_err(|error| Box::new(Failure::unreadable(&error)))?,
            size: found
                .recipe()
                .map_or(self.size, |recipe| recipe.settings.edge()),
            index,
            query: found.object().map_or("", |object| &object.query),
        };
        let name = self.name.fill(&values);
        let name = name.ok_or_else(|| Box::new(Failure::bad_name(&outside(found.relative()))))?;
        if cfg!(windows) {
            let trouble = portable::trouble(&name);
            trouble.map_or(Ok(()), |why| Err(Box::new(Failure::bad_name(&why))))?;
        }
        Ok(folder.join(name).into())
    }
}

fn outside(relative: &Path) -> String {
    format!(
        "{} would lead out of the folder of results",
        relative.display()
    )
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
