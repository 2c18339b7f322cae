//! What the cache knows of a folder: its results, and the sources that have none because they fail.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Mutex;

use avatar_batch::error::CliError;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::state::{self, Failing, Known};
use avatar_prepare::Settings;

use super::entry::{ID_DIGITS, id};

/// How the names of the files start that are read: caches, and those of earlier versions.
pub(super) const FILES: &[&str] = &["cache", "state"];

/// The results and failures of a folder.
pub(super) struct Results {
    /// By the name of the result.
    pub(super) all: Vec<Known>,
    /// By the name of the source, with the names that addresses use.
    pub(super) failing: BTreeMap<String, Failing>,
    places: HashMap<String, usize>,
    /// The settings that were asked for, by the hash of their recipe.
    pub(super) recipes: Mutex<HashMap<Hash, Settings>>,
}

impl Results {
    /// Reads the caches of `out`.
    pub(super) fn read(out: &Path) -> Result<Self, CliError> {
        let readers = state::look(out)?;
        let known = state::known_to(&readers, out, |known| known, |known| known.at)?;
        let all: Vec<Known> = known.into_iter().map(|(_, known)| known).collect();
        // A cache without the table of failures has none; one that cannot be read was refused above.
        let failing = readers.iter().filter_map(|it| it.failures().ok()).flatten();
        let names = all.iter().enumerate();
        Ok(Self {
            places: names.map(|(at, known)| (id(&known.output), at)).collect(),
            failing: failing.map(|it| (failing_id(&it), it)).collect(),
            recipes: Mutex::default(),
            all,
        })
    }

    /// The result with this name in addresses.
    pub(super) fn find(&self, id: &str) -> Option<&Known> {
        self.all.get(*self.places.get(id)?)
    }

    /// The result at a path below the folder.
    pub(super) fn at(&self, output: &Path) -> Option<&Known> {
        self.find(&id(output))
    }
}

/// The name of a failure in addresses. No result has it.
fn failing_id(failing: &Failing) -> String {
    let hash = Hash::of(format!("failure {}", failing.source).as_bytes()).to_string();
    hash.get(..ID_DIGITS).unwrap_or_default().into()
}
