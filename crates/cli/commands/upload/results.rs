//! The results that can be sent, and the names by which an account can refer to each: the path of
//! its source, as this run or the cache knows it, or its own path.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use avatar_batch::args::Options;
use avatar_batch::args::presets;
use avatar_batch::error::CliError;
use avatar_batch::files::lost_found;
use avatar_batch::made::Made;
use avatar_batch::naming::template;
use avatar_upload::path_text;
use unicode_normalization::UnicodeNormalization;
use walkdir::WalkDir;

use super::from_store::Stored;
use super::places;
use super::state::no_journal;

/// Pictures to choose from. Paths are relative to the folder of all results, so that a name means
/// the same if only a part of them is delivered; `asked` has paths relative to the part that was
/// asked for.
pub(super) struct Results {
    asked: Vec<PathBuf>,
    /// Path from the folder of all results to the part that was asked for.
    part: PathBuf,
    all: BTreeSet<PathBuf>,
    /// The results of every known source; sources without a result are listed too.
    by_source: HashMap<PathBuf, BTreeSet<PathBuf>>,
    /// The platform for which a result was made, if its run had several.
    presets: HashMap<PathBuf, String>,
    /// Results of earlier runs whose source is not among those of this one, relative like `all`.
    gone: BTreeSet<PathBuf>,
    /// The folders in which there are sources of earlier runs.
    sources: HashSet<PathBuf>,
}

impl Results {
    /// Finds the results. After a run that prepared them, `made` says which source has which
    /// result. In a dry run, results that would be made are listed too.
    pub(super) fn find(
        options: &Options,
        output: &Path,
        made: Option<&Made>,
    ) -> Result<Self, CliError> {
        let whole = places::results(output);
        let mut results = Self {
            asked: pictures(output)?,
            part: places::part(output),
            all: pictures(&whole)?.into_iter().collect(),
            by_source: HashMap::new(),
            presets: HashMap::new(),
            gone: BTreeSet::new(),
            sources: HashSet::new(),
        };
        results.know(&whole, output.is_file(), made)?;
        if let Some(made) = made {
            results.learn(options, output, made);
        }
        let asked = results.asked.iter().map(|path| results.part.join(path));
        results.all.extend(asked);
        Ok(results)
    }

    /// The folders in which there are sources of the results.
    pub(super) fn sources(&self) -> &HashSet<PathBuf> {
        &self.sources
    }

    /// The results of a store.
    pub(super) fn of_store(stored: &Stored) -> Self {
        let asked = stored.pictures();
        let mut results = Self {
            part: PathBuf::new(),
            all: asked.iter().cloned().collect(),
            asked,
            by_source: HashMap::new(),
            presets: HashMap::new(),
            gone: BTreeSet::new(),
            sources: HashSet::new(),
        };
        for row in stored.rows() {
            let output = PathBuf::from(&row.output);
            let preset = row.preset.clone().map(|preset| (output.clone(), preset));
            results.presets.extend(preset);
            let of_source = results.by_source.entry(PathBuf::from(&row.source));
            of_source.or_default().insert(output);
        }
        results
    }

    /// Adds what the cache knows. Results that were replaced under a later name are left out,
    /// unless one is named to be sent.
    fn know(
        &mut self,
        whole: &Path,
        one_picture: bool,
        made: Option<&Made>,
    ) -> Result<(), CliError> {
        let mut replaced = BTreeSet::new();
        for reader in avatar_batch::state::look(whole)? {
            // Of few roots; a question for each result would take longer than all rows.
            let mut given = HashMap::new();
            for root in reader.roots().map_err(|error| no_journal(&error))? {
                let link = reader.given(&root).map_err(|error| no_journal(&error))?;
                given.insert(root, link);
            }
            let all = reader.all(|known| {
                if known.is_replaced() {
                    replaced.insert(known.output);
                } else if let Some(origin) = known.origin {
                    let preset = known.preset.map(|preset| (known.output.clone(), preset));
                    self.presets.extend(preset);
                    let source = origin.root.join(&origin.source);
                    let folder = source.parent().unwrap_or(&origin.root);
                    if !self.sources.contains(folder) {
                        self.sources.insert(folder.to_path_buf());
                    }
                    let given = given.get(&origin.root).and_then(Option::as_deref);
                    let lacks = |made: &Made| made.lacks(&origin.root, given, &origin.source);
                    if made.is_some_and(lacks) {
                        self.gone.insert(known.output.clone());
                    } else {
                        self.gone.remove(&known.output);
                    }
                    let results = self.by_source.entry(origin.source).or_default();
                    results.insert(known.output);
                }
            });
            all.map_err(|error| no_journal(&error))?;
        }
        if !one_picture {
            self.all.retain(|path| !replaced.contains(path));
            let part = &self.part;
            self.asked
                .retain(|path| !replaced.contains(&part.join(path)));
        }
        Ok(())
    }

    fn learn(&mut self, options: &Options, output: &Path, made: &Made) {
        if options.dry_run {
            let planned = made.good().filter_map(|path| below(output, path));
            let asked: BTreeSet<PathBuf> = self.asked.drain(..).chain(planned).collect();
            self.asked.extend(asked);
        }
        let is_former = |path: &mut PathBuf| made.is_former(path, &places::result(output, path));
        for former in self.asked.extract_if(.., is_former) {
            self.all.remove(&self.part.join(former));
        }
        for (path, preset) in made.presets() {
            let path = below(output, path).map(|path| self.part.join(path));
            self.presets
                .extend(path.map(|path| (path, preset.to_string())));
        }
        for (source, results) in made.sources() {
            let results = results.filter_map(|path| below(output, path));
            let results = results.map(|path| self.part.join(path)).collect();
            self.by_source.insert(source.into(), results);
        }
    }

    /// Whether the source of a result, relative to the part that was asked for, is not among the sources of this
    /// run, although it was in one of its input folders.
    pub(super) fn is_gone(&self, picture: &Path) -> bool {
        self.gone.contains(&self.part.join(picture))
    }

    /// The results that were asked for, sorted.
    pub(super) fn asked(&self) -> &[PathBuf] {
        &self.asked
    }

    /// The path of the same result relative to the part that was asked for; `None` if it is not in
    /// that part.
    pub(super) fn among_asked(&self, path: &Path) -> Option<&Path> {
        let path = path.strip_prefix(&self.part).ok()?;
        let found = self.asked.binary_search_by(|it| it.as_path().cmp(path));
        self.asked.get(found.ok()?).map(PathBuf::as_path)
    }

    /// Whether a result, relative to the folder of all results, may be for an account of this platform:
    /// it was made for no particular one, or for this one.
    pub(super) fn suits(&self, path: &Path, platform: &str) -> bool {
        let made_for = self.presets.get(path);
        made_for.is_none_or(|made_for| made_for == platform || !presets::is_known(platform))
    }

    /// The same for a result that was asked for.
    pub(super) fn suits_asked(&self, path: &Path, platform: &str) -> bool {
        self.suits(&self.part.join(path), platform)
    }

    /// All results that a path can refer to, as the path of a source or of a result. If a source
    /// with this path is known, only its results count; otherwise those whose path differs from it
    /// in the extension at most.
    pub(super) fn named(&self, named: &Path) -> Vec<&Path> {
        let found = self.spelled(named);
        let is_ascii = named.to_str().is_some_and(str::is_ascii);
        if !found.is_empty() || is_ascii {
            return found;
        }
        // Some systems write `é` as one character and some as two, which look the same.
        let wanted = composed(named);
        let all = self.by_source.keys().chain(&self.all);
        let mut same = all.filter(|path| composed(path) == wanted);
        match same.next() {
            Some(path) => self.spelled(path),
            None => self.spelled(Path::new(&wanted)),
        }
    }

    /// The same for a path in exactly this spelling.
    fn spelled(&self, named: &Path) -> Vec<&Path> {
        let by_name = [template::usual(named), with_jpg(named)];
        let by_name: BTreeSet<PathBuf> = by_name.into_iter().collect();
        let meant = self.by_source.get(named).unwrap_or(&by_name);
        let found = meant.iter().filter_map(|path| self.all.get(path));
        let found: Vec<&Path> = found.map(PathBuf::as_path).collect();
        // If a source has several results, one that is named exactly is used.
        match found.iter().find(|path| **path == named) {
            Some(exact) => vec![exact],
            None => found,
        }
    }
}

/// A path with each letter and its accent as one character. One that is not UTF-8 has a text of its own: it is no name
/// with another letter in the place of what cannot be read.
pub(super) fn composed(path: &Path) -> String {
    match path.to_str() {
        Some(text) => text.nfc().collect(),
        None => path_text(path),
    }
}

fn with_jpg(named: &Path) -> PathBuf {
    let mut name = named.as_os_str().to_os_string();
    name.push(".jpg");
    name.into()
}

/// The path of a result relative to `output`; its file name if `output` is this file.
fn below(output: &Path, path: &Path) -> Option<PathBuf> {
    match path.strip_prefix(output).ok()? {
        whole if whole == Path::new("") => path.file_name().map(PathBuf::from),
        relative => Some(relative.into()),
    }
}

/// The results in a folder, relative to it and sorted; or the one picture if `output` is a file. A folder that
/// cannot be read is an error: it could contain the picture that an account means. `lost+found` never does.
fn pictures(output: &Path) -> Result<Vec<PathBuf>, CliError> {
    if output.is_file() {
        return Ok(output.file_name().map(PathBuf::from).into_iter().collect());
    }
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let mut pictures = Vec::new();
    for entry in WalkDir::new(output).into_iter().filter_entry(visible) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if is_missing(&error) || lost_found::is_closed(&error) => continue,
            Err(error) => return Err(unreadable(&error)),
        };
        let is_result = entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "jpg");
        if let Ok(relative) = entry.path().strip_prefix(output)
            && is_result
            && entry.file_type().is_file()
        {
            pictures.push(relative.to_path_buf());
        }
    }
    pictures.sort();
    Ok(pictures)
}

/// Whether there is no such folder yet, or no longer.
fn is_missing(error: &walkdir::Error) -> bool {
    error
        .io_error()
        .is_some_and(|cause| cause.kind() == ErrorKind::NotFound)
}

fn unreadable(error: &walkdir::Error) -> CliError {
    CliError::environment(
        format!("could not look for results: {error}"),
        "nothing is sent while some of them cannot be seen; check the permissions",
    )
}
