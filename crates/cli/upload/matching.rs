//! Which picture is for whom: one picture per account, nothing guessed.

use std::collections::{BTreeSet, HashMap};
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::accounts::Row;
use crate::usage::UsageError;

/// Who gets what, and what is left over.
#[derive(Default)]
pub(super) struct Matched {
    pub(super) pairs: Vec<(Row, PathBuf)>,
    pub(super) accounts: Vec<Row>,
    /// Accounts that name a picture which is not there.
    pub(super) missing: Vec<Row>,
    pub(super) pictures: Vec<PathBuf>,
    /// Pairs whose picture is an earlier run's.
    pub(super) stale: Vec<(Row, PathBuf)>,
}

impl Matched {
    /// Takes out the pairs whose picture shall not be sent.
    pub(super) fn withhold(&mut self, is_stale: impl Fn(&Path) -> bool) {
        let stale = self.pairs.extract_if(.., |(_, picture)| is_stale(picture));
        self.stale.extend(stale);
    }
}

/// Where a picture among the results is, or would be.
pub(super) fn path(output: &Path, picture: &Path) -> PathBuf {
    if !output.is_dir() && output.file_name() == Some(picture.as_os_str()) {
        return output.into();
    }
    output.join(picture)
}

/// Adds results that would be made; they stand in order with those that are there.
pub(super) fn add<'a>(
    pictures: &mut Vec<PathBuf>,
    output: &Path,
    made: impl Iterator<Item = &'a Path>,
) {
    let relative = made.filter_map(|path| match path.strip_prefix(output).ok()? {
        whole if whole == Path::new("") => path.file_name().map(PathBuf::from),
        relative => Some(relative.into()),
    });
    let all: BTreeSet<PathBuf> = pictures.drain(..).chain(relative).collect();
    pictures.extend(all);
}

/// The results in a folder, relative to it and sorted; or the one picture that was named.
pub(super) fn pictures(output: &Path) -> Vec<PathBuf> {
    if output.is_file() {
        return output.file_name().map(PathBuf::from).into_iter().collect();
    }
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let entries = WalkDir::new(output)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(visible);
    let files = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file());
    let relative = files.filter_map(|entry| {
        entry
            .path()
            .strip_prefix(output)
            .map(Path::to_path_buf)
            .ok()
    });
    relative
        .filter(|path| path.extension().is_some_and(|extension| extension == "jpg"))
        .collect()
}

/// Finds the picture of each account: the one that it names, else the one whose name is its name
/// or its number. `part` leads from all results to these. A single account of the environment takes the only picture there is.
pub(super) fn matched(
    rows: Vec<Row>,
    pictures: &[PathBuf],
    results: &Path,
    part: &Path,
    single: bool,
) -> Result<Matched, UsageError> {
    if single {
        return only(rows, pictures);
    }
    let index = Index::new(pictures, part);
    let mut matched = Matched::default();
    let mut taken = BTreeSet::new();
    for row in rows {
        match index.of(&row).as_slice() {
            [] if is_missing(&row, results) => matched.missing.push(row),
            [] => matched.accounts.push(row),
            [picture] => {
                taken.insert(*picture);
                matched.pairs.push((row, (*picture).clone()));
            }
            [first, second, ..] => return Err(ambiguous(&row, first, second)),
        }
    }
    let left = pictures.iter().filter(|picture| !taken.contains(picture));
    matched.pictures = left.cloned().collect();
    Ok(matched)
}

/// Whether an account names a picture that is not among the results, asked for or not.
fn is_missing(row: &Row, results: &Path) -> bool {
    let named = row.picture.as_deref().filter(|named| !named.is_empty());
    named.is_some_and(|named| !results.join(named).with_extension("jpg").is_file())
}

fn ambiguous(row: &Row, first: &Path, second: &Path) -> UsageError {
    let (first, second) = (first.display(), second.display());
    UsageError::new(
        format!("account {} fits {first} and {second}", row.name),
        "one account shows one picture: name it with picture = \"…\"",
    )
}

fn only(rows: Vec<Row>, pictures: &[PathBuf]) -> Result<Matched, UsageError> {
    let [picture] = pictures else {
        let message = format!(
            "{} pictures for one account, which shows one",
            pictures.len()
        );
        return Err(UsageError::new(
            message,
            "name one picture, or many accounts with --accounts",
        ));
    };
    let pairs = rows.into_iter().map(|row| (row, picture.clone())).collect();
    Ok(Matched {
        pairs,
        ..Matched::default()
    })
}

/// The pictures by what an account may call them.
struct Index<'a> {
    by_path: HashMap<PathBuf, &'a PathBuf>,
    by_stem: HashMap<String, BTreeSet<&'a PathBuf>>,
}

impl<'a> Index<'a> {
    fn new(pictures: &'a [PathBuf], part: &Path) -> Self {
        let by_path = pictures.iter().map(|path| (part.join(path), path));
        let mut index = Self {
            by_path: by_path.collect(),
            by_stem: HashMap::new(),
        };
        for picture in pictures {
            let stem = picture.file_stem().unwrap_or_default();
            let stem = stem.to_string_lossy().into_owned();
            index.by_stem.entry(stem).or_default().insert(picture);
        }
        index
    }

    /// `picture` is the path of the source or of the result, whose names differ by the extension;
    /// among all results, so that a part of them does not change what it means.
    fn of(&self, row: &Row) -> Vec<&'a PathBuf> {
        let Some(named) = row.picture.as_deref().filter(|named| !named.is_empty()) else {
            let stems = [&row.name, &row.id_instance];
            let found = stems.into_iter().filter_map(|stem| self.by_stem.get(stem));
            let found: BTreeSet<_> = found.flatten().copied().collect();
            return found.into_iter().collect();
        };
        let parts = Path::new(named).components();
        let named: PathBuf = parts.filter(|part| *part != Component::CurDir).collect();
        let result = self.by_path.get(named.with_extension("jpg").as_path());
        result.into_iter().copied().collect()
    }
}
