//! Finds out whether a result belongs to a source that this run does not read. Another run would make that
//! result again, so it is not replaced.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::fingerprint::Hash;
use crate::files::mark::is_absent;
use crate::files::selection::Selection;
use crate::files::{inputs, publish};
use crate::naming::Picture;
use crate::objects::address::is_address;
use crate::state::Origin;

/// What a run reads from disks.
#[derive(Default)]
pub(super) struct Inputs<'a> {
    all: Vec<Input>,
    selection: Option<&'a Selection>,
}

struct Input {
    /// The folder, or the file; links in its path are resolved.
    place: PathBuf,
    /// The folder, or the one that holds the file.
    root: PathBuf,
    /// The same as it was given, absolute.
    given: PathBuf,
}

impl<'a> Inputs<'a> {
    pub(super) fn new(inputs: &[PathBuf], selection: &'a Selection) -> Self {
        let paths = inputs.iter().filter(|input| !is_address(input));
        Self {
            all: paths.filter_map(|input| Input::of(input)).collect(),
            selection: Some(selection),
        }
    }

    /// The folders that were given through links: as they are, and as they were given.
    pub(super) fn linked(&self) -> impl Iterator<Item = (&Path, &Path)> {
        let linked = self.all.iter().filter(|input| input.root != input.given);
        linked.map(|input| (&*input.root, &*input.given))
    }

    /// The source at `origin`, if it is still there, has other content than the picture, and is not read
    /// by this run. What is read has a result of another name now, or none.
    ///
    /// `given` says as what a root was given in an earlier run: a link that leads to another folder now
    /// is the same input.
    pub(super) fn other_source(
        &self,
        picture: &Picture,
        origin: &Origin,
        given: impl Fn(&Path) -> Option<PathBuf>,
    ) -> Option<PathBuf> {
        if *origin.root == *picture.root && origin.source == picture.relative() {
            return None;
        }
        let other = origin.root.join(&origin.source);
        if is_gone(&other) || self.reads(&other) {
            return None;
        }
        let is_same_input = || {
            let root = |input: &&Input| *input.root == *picture.root;
            let now = self.all.iter().find(root).map(|input| &input.given);
            now.is_some() && given(&origin.root).as_ref() == now
        };
        let is_same_file = || {
            let [one, another] = [&*picture.source, &other].map(|it| fs::canonicalize(it).ok());
            one.is_some() && one == another
        };
        // A copy of an input has the same pictures.
        let has_same_content = || {
            let size = fs::metadata(&picture.source).map(|found| found.len());
            size.is_ok_and(|size| size == origin.stamp.bytes)
                && Hash::of_file(&picture.source).is_ok_and(|hash| hash == origin.hash)
        };
        let is_same = is_same_file() || is_same_input() || has_same_content();
        (!is_same).then_some(other)
    }

    fn reads(&self, source: &Path) -> bool {
        let is_selected = |relative: &Path| {
            let selection = self.selection.filter(|_| relative != Path::new(""));
            selection.is_none_or(|it| it.refusal(relative, false).is_none())
        };
        let mut below = self
            .all
            .iter()
            .map(|input| source.strip_prefix(&input.place));
        below.any(|relative| relative.is_ok_and(is_selected))
    }
}

impl Input {
    fn of(input: &Path) -> Option<Self> {
        let is_folder = input.is_dir();
        let folder = match is_folder {
            true => input,
            false => publish::folder(input),
        };
        let root = fs::canonicalize(folder).ok()?;
        let given = inputs::as_given(folder)?;
        let place = match input.file_name() {
            Some(name) if !is_folder => root.join(name),
            _ => root.clone(),
        };
        Some(Self { place, root, given })
    }
}

/// Whether there is certainly no file, as far as this machine can see.
fn is_gone(path: &Path) -> bool {
    fs::metadata(path).is_err_and(|error| is_absent(&error))
}
