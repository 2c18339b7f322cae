//! What keeps apart sources whose results would share a name: suffixes, and the queries of addresses.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::shard::portable;
use crate::files::fingerprint::Hash;
use crate::files::inputs::Found;

/// Digits of a suffix.
const SUFFIX_DIGITS: usize = 8;

/// `logo.jpg` becomes `logo-3fa9c1d2.jpg`. The suffix is a hash of the input folder's name and the
/// path below it: the same in every run, whatever other files exist. A query counts only where others
/// differ from it in nothing else.
pub(super) fn with_suffix(found: &Found, query: Option<&str>, output: &Path) -> PathBuf {
    let mut key = found
        .root
        .file_name()
        .unwrap_or_default()
        .as_encoded_bytes()
        .to_vec();
    key.push(b'/');
    key.extend(portable(found.relative()));
    key.extend(
        query
            .iter()
            .flat_map(|query| [b"?", query.as_bytes()].concat()),
    );
    let hash = Hash::of(&key).to_string();
    let mut name = output.file_stem().unwrap_or_default().to_os_string();
    name.push("-");
    name.push(hash.get(..SUFFIX_DIGITS).unwrap_or_default());
    name.push(".");
    name.push(output.extension().unwrap_or_default());
    output.with_file_name(name)
}

/// Two addresses with different queries are two sources. Without the query in the name they are one,
/// so that a pre-signed address is known again when its signature changes.
pub(super) fn with_query(found: Found) -> Found {
    let Some(query) = query(&found) else {
        return found;
    };
    let named = |path: &Path| PathBuf::from(format!("{}?{query}", path.display()));
    let (source, relative) = (named(&found.source), named(found.relative()));
    found.renamed(&source, &relative)
}

/// The digits that stand for the query of an address.
pub(super) fn query(found: &Found) -> Option<&str> {
    let query = found.object().map(|object| object.query.as_str());
    query.filter(|query| !query.is_empty())
}

/// The places of sources that differ from another one in the query only. Only these are told apart by
/// their queries: the name of any other stays the same when its signature changes.
pub(super) fn with_several_queries(found: &[Found]) -> HashSet<usize> {
    let mut all: HashMap<_, HashSet<_>> = HashMap::new();
    let path = |found: &Found| (found.root.clone(), found.relative().to_path_buf());
    for one in found.iter().filter(|it| it.object().is_some()) {
        all.entry(path(one)).or_default().insert(query(one));
    }
    all.retain(|_, queries| queries.len() > 1);
    let several = found
        .iter()
        .enumerate()
        .filter(|(_, it)| all.contains_key(&path(it)));
    several.map(|(index, _)| index).collect()
}
