//! Refuses accounts of the service `folder` whose file would come between pictures that are not of that account: a
//! delivery would replace a source, or the result of another picture.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use avatar_batch::error::CliError;
use avatar_batch::files::STATE_FOLDER;
use avatar_batch::files::inputs::is_of_results;
use avatar_batch::made::Made;
use avatar_batch::naming::places::resolve;

use super::places;
use super::row::{AccountRow, wrong};

/// Folders that are not for deliveries, without links. What a delivery itself leaves changes nothing about them.
pub(super) struct Reserved<'a> {
    /// Folders of results.
    results: Vec<PathBuf>,
    /// The folder of a single picture, which gets the state of its delivery.
    beside: Option<PathBuf>,
    /// The folders in which there are sources of earlier runs. What is below them is not theirs: the input can have been a
    /// single file.
    sources: &'a HashSet<PathBuf>,
    /// The run that was before this delivery.
    made: Option<&'a Made>,
}

impl<'a> Reserved<'a> {
    /// For results at `output`.
    pub(super) fn of(output: &Path, sources: &'a HashSet<PathBuf>, made: Option<&'a Made>) -> Self {
        let would_be = |made: &Made| made.good().any(|it| it == output);
        let is_single = output.is_file() || made.is_some_and(would_be);
        // Beside a single picture there can be folders of any kind. The state above it can be that of its delivery.
        let whole = Some(places::results(output)).filter(|it| is_of_results(it));
        let out = (!is_single).then(|| output.to_path_buf());
        let parent = output.parent().unwrap_or(Path::new(""));
        Self {
            results: whole.iter().chain(&out).map(|it| resolve(it)).collect(),
            beside: is_single.then(|| resolve(parent)),
            sources,
            made,
        }
    }

    /// For results in a store.
    pub(super) fn of_store(sources: &'a HashSet<PathBuf>, made: Option<&'a Made>) -> Self {
        Self {
            results: Vec::new(),
            beside: None,
            sources,
            made,
        }
    }

    /// Refuses the first account whose folder is reserved.
    pub(super) fn refuse(&self, rows: &[AccountRow]) -> Result<(), CliError> {
        // Thousands of accounts can have one folder, which is looked at once.
        let mut known: HashMap<PathBuf, Option<&str>> = HashMap::new();
        for row in rows {
            let Some(folder) = row.path("folder") else {
                continue;
            };
            let why = known.entry(folder);
            let why = why.or_insert_with_key(|folder| self.why(&resolve(folder)));
            if let Some(why) = *why {
                return Err(wrong(row, &why));
            }
        }
        Ok(())
    }

    /// Why a folder, without links, is not for deliveries.
    fn why(&self, folder: &Path) -> Option<&'static str> {
        let is_of_results = self.beside.as_deref() == Some(folder)
            || self
                .results
                .iter()
                .any(|results| folder.starts_with(results))
            || folder.join(STATE_FOLDER).is_dir();
        if is_of_results {
            return Some("folder must not be in a folder of results");
        }
        let has_input = |it: &Path| self.made.is_some_and(|made| made.has_input_in(it));
        let is_walked = |it: &Path| self.made.is_some_and(|made| made.walks(it));
        let is_of_sources =
            has_input(folder) || self.sources.contains(folder) || folder.ancestors().any(is_walked);
        is_of_sources.then_some("folder must not be in a folder of sources")
    }
}
