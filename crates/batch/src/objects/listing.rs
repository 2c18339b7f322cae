//! Finds the pictures below an address.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avatar_prepare::{Format, OtherKind};
use avatar_stores::{Address, Object, Store, Stores, fault_of_key};

use super::address::path;
use crate::error::CliError;
use crate::files::STATE_FOLDER;
use crate::files::found::{Found, Kind};
use crate::files::inputs::holds_results;
use crate::files::object::{SourceObject, query_digits};
use crate::files::selection::{IGNORE_FILE, Selection};

/// What to look for in a store.
pub struct Search<'a> {
    pub stores: &'a Stores,
    pub selection: &'a Selection,
    /// The prefix of results, which is left out.
    pub output: Option<&'a Address>,
    /// Read prefixes that hold results of an earlier run, too.
    pub results_as_input: bool,
    pub allow_empty: bool,
}

impl Search<'_> {
    /// All objects below an address, or the one object with it.
    pub fn find(&self, input: &Address) -> Result<Vec<Found>, CliError> {
        if self.output.is_some_and(|output| is_same(output, input)) {
            return Err(CliError::usage(
                format!("{input} is both IN and OUT"),
                "choose another prefix for the results",
            ));
        }
        let store = self
            .stores
            .open(input)
            .map_err(|error| CliError::refused(&error))?;
        if input.scheme().is_http() && !input.is_folder() {
            return Ok(vec![self.named(&store, input)]);
        }
        let prefix = input.key().trim_end_matches('/');
        let listed = self.stores.list(&store, prefix);
        let listed = listed.map_err(|error| CliError::refused(&error))?;
        if listed.is_empty() && !input.is_folder() {
            return self.one(&store, input);
        }
        self.check(input, &listed)?;
        Ok(self.below(&store, input, &listed))
    }

    /// The object with this key, which must exist.
    fn one(&self, store: &Store, input: &Address) -> Result<Vec<Found>, CliError> {
        let head = self.stores.head(store, input.key());
        match head.map_err(|error| CliError::refused(&error))? {
            Some(head) => {
                let mut found = self.named(store, input);
                found.own().object = Some(Arc::new(SourceObject {
                    store: store.clone(),
                    key: input.key().into(),
                    size: Some(head.object.size),
                    version: Some(head.object.version),
                    query: query_digits(input),
                    is_guess: false,
                }));
                Ok(vec![found])
            }
            None if self.allow_empty => Ok(Vec::new()),
            None => Err(nothing(input)),
        }
    }

    /// A picture that was named, so that its content alone decides.
    fn named(&self, store: &Store, input: &Address) -> Found {
        let key = Path::new(input.key());
        let root = input.with_key(key.parent().and_then(Path::to_str).unwrap_or_default());
        let relative = key.file_name().map(PathBuf::from).unwrap_or_default();
        let left_out = self.selection.refusal(&relative, false);
        let kind = left_out.map_or(Kind::Picture, Kind::Excluded);
        let object = SourceObject {
            store: store.clone(),
            key: input.key().into(),
            size: None,
            version: None,
            query: query_digits(input),
            is_guess: false,
        };
        found((path(input), root_of(&root), relative), kind, Some(object))
    }

    /// Refuses what a run could not respect, or would not make sense of.
    fn check(&self, input: &Address, listed: &[Object]) -> Result<(), CliError> {
        let state = input.join(STATE_FOLDER).join("");
        let is_state = |object: &&Object| object.key.starts_with(state.key());
        if !self.results_as_input && listed.iter().any(|object| is_state(&object)) {
            return Err(holds_results(input));
        }
        let is_ignore_file = |object: &&Object| {
            let name = object.key.rsplit('/').next();
            name == Some(IGNORE_FILE)
        };
        if let Some(object) = listed.iter().find(is_ignore_file) {
            let place = input.with_key(&object.key);
            return Err(CliError::usage(
                format!("{place}: ignore files of stores are not read"),
                "delete it, and name what to leave out with --exclude",
            ));
        }
        match listed.is_empty() && !self.allow_empty {
            true => Err(nothing(input)),
            false => Ok(()),
        }
    }

    fn below(&self, store: &Store, input: &Address, listed: &[Object]) -> Vec<Found> {
        let root = root_of(input);
        let keys: HashSet<&str> = listed.iter().map(|object| object.key.as_str()).collect();
        let with_sidecar = |key: &str| keys.contains(format!("{key}.toml").as_str());
        let is_sidecar = |key: &str| {
            let picture = key.strip_suffix(".toml");
            picture.is_some_and(|picture| keys.contains(picture) && has_picture_name(picture))
        };
        let mut all = Vec::with_capacity(listed.len());
        for object in listed {
            let key = object.key.as_str();
            let Some(relative) = input.relative(key).filter(|_| !self.is_result(input, key)) else {
                continue;
            };
            // The prefix itself can be an object, in the place of a folder.
            let is_prefix = relative.is_empty() && object.size == 0;
            if is_prefix || is_sidecar(key) || relative.starts_with(STATE_FOLDER) {
                continue;
            }
            // Such a path would not be relative.
            let relative = PathBuf::from(relative.trim_start_matches('/'));
            let kind = match self.kind(&relative, object) {
                Kind::Picture if with_sidecar(key) => Kind::bad_sidecar(
                    "sidecars in stores are not read".into(),
                    "delete it, and write its options as a [[rule]] in the settings file".into(),
                ),
                Kind::Picture => fault_of_key(key).map_or(Kind::Picture, Kind::BadKey),
                kind => kind,
            };
            let source = SourceObject {
                store: store.clone(),
                key: key.into(),
                size: Some(object.size),
                version: Some(object.version.clone()),
                query: String::new(),
                is_guess: !has_picture_name(key),
            };
            let names = (path(&input.with_key(key)), Arc::clone(&root), relative);
            all.push(found(names, kind, Some(source)));
        }
        all
    }

    /// Whether it is below the prefix of results. As with folders, that is left out of an input that
    /// contains it; an input below it is read.
    fn is_result(&self, input: &Address, key: &str) -> bool {
        let output = self.output.filter(|output| output.shares_bucket(input));
        let prefix = input.key().trim_end_matches('/');
        output.is_some_and(|output| {
            output.relative(prefix).is_none() && output.relative(key).is_some()
        })
    }

    fn kind(&self, relative: &Path, object: &Object) -> Kind {
        let mut parts = relative.iter().filter(|part| *part != "..");
        if parts.any(|part| part.as_encoded_bytes().starts_with(b".")) {
            return Kind::Hidden;
        }
        if let Some(why) = self.selection.refusal(relative, false) {
            return Kind::Excluded(why);
        }
        // Programs store empty objects in the place of folders.
        let is_folder = object.key.ends_with('/') || !has_picture_name(&object.key);
        match object.size == 0 && is_folder {
            true => Kind::NotAPicture,
            false => Kind::Picture,
        }
    }
}

fn is_same(one: &Address, other: &Address) -> bool {
    let key = |address: &Address| address.key().trim_end_matches('/').to_string();
    one.shares_bucket(other) && key(one) == key(other)
}

fn nothing(input: &Address) -> CliError {
    CliError::usage(
        format!("there is no object at or below {input}"),
        "check the prefix; add --allow-empty if it is meant to be empty",
    )
}

/// The root of what is below an address.
pub fn root_of(address: &Address) -> Arc<Path> {
    let text = address.to_string();
    Path::new(text.trim_end_matches('/')).into()
}

/// Whether a known extension makes it a picture.
fn has_picture_name(key: &str) -> bool {
    let extension = Path::new(key).extension().and_then(|it| it.to_str());
    extension.is_some_and(|extension| {
        Format::is_picture_extension(extension) || OtherKind::is_picture_extension(extension)
    })
}

/// What was found: its name in records, its root, and its path below that.
pub(super) fn found(
    (source, root, relative): (PathBuf, Arc<Path>, PathBuf),
    kind: Kind,
    object: Option<SourceObject>,
) -> Found {
    let mut found = Found::new(source, root, &relative, kind);
    if let Some(object) = object {
        found.own().object = Some(Arc::new(object));
    }
    found
}
