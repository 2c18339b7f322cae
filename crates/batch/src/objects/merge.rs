//! Merges segments, so that the next run reads few objects, however many runs there were.
//!
//! A merged segment is written before the ones that it replaces are deleted, and names them, so that
//! a run that is killed in between loses no row and the next one goes on deleting. Rows of runs that
//! work at the same time are in segments that are not named, and stay.

use std::collections::{HashMap, HashSet};

use avatar_stores::{Mode, Store, StoreError, Stores};

use super::segment::{self, MOST_ROWS, ResultRow, Segment};
use crate::files::fingerprint::random_name;

/// A folder with this many segments more than its rows need is merged.
const SPARE: usize = 16;

/// Merges the segments of one folder, if that is worth it; returns a warning if it fails.
pub(super) fn merge(
    (stores, store): (&Stores, &Store),
    folder: &[(&str, &Segment)],
) -> Option<String> {
    let merged = replaced(folder);
    let (replaced, kept): (Vec<_>, Vec<_>) = folder
        .iter()
        .copied()
        .partition(|(key, _)| merged.contains(segment::name(key)));
    let failed = |error: StoreError| {
        format!(
            "{error}; the rows of earlier runs were not merged, which needs the right to delete below OUT/.avatar-prep/"
        )
    };
    // An earlier run was killed before it had deleted them, or was not allowed to.
    if !replaced.is_empty() {
        let keys = replaced.iter().map(|(key, _)| (*key).to_string());
        let keys: Vec<String> = keys.collect();
        if let Err(error) = stores.delete(store, &keys) {
            return Some(failed(error));
        }
    }
    if kept.len() <= SPARE || kept.len() <= SPARE + 2 * needed(&kept) {
        return None;
    }
    write(stores, store, &kept).err().map(failed)
}

/// The names of all segments that a merged one replaces.
fn replaced<'a>(folder: &[(&str, &'a Segment)]) -> HashSet<&'a str> {
    let all = folder.iter().flat_map(|(_, segment)| &segment.replaces);
    all.map(String::as_str).collect()
}

/// How many segments the current rows need.
fn needed(folder: &[(&str, &Segment)]) -> usize {
    let rows = folder.iter().flat_map(|(_, segment)| &segment.rows);
    let outputs: HashSet<&str> = rows.map(|row| row.output.as_str()).collect();
    outputs.len().div_ceil(MOST_ROWS)
}

/// Writes the current rows, then deletes the segments that held them.
fn write(stores: &Stores, store: &Store, folder: &[(&str, &Segment)]) -> Result<(), StoreError> {
    let Some((newest, _)) = folder.last() else {
        return Ok(());
    };
    let mut rows: HashMap<&str, &ResultRow> = HashMap::new();
    for row in folder.iter().flat_map(|(_, segment)| &segment.rows) {
        rows.insert(&row.output, row);
    }
    let mut rows: Vec<&ResultRow> = rows.into_values().collect();
    rows.sort_by(|one, two| one.output.cmp(&two.output));
    // In time right after the newest that it replaces: rows that another run wrote since come later.
    let newest = newest.strip_suffix(segment::END).unwrap_or(newest);
    let start = format!("{newest}_{}", random_name());
    let replaces: Vec<String> = folder
        .iter()
        .map(|(key, _)| segment::name(key).to_string())
        .collect();
    let count = rows.len().div_ceil(MOST_ROWS);
    for (number, rows) in rows.chunks(MOST_ROWS).enumerate() {
        // Only the last one names them, so that they stay until all rows are written.
        let replaces = match number + 1 == count {
            true => replaces.as_slice(),
            false => &[],
        };
        let key = format!("{start}-{number:06}{}", segment::END);
        stores.put(segment::put(
            store,
            key,
            segment::text(rows, replaces),
            Mode::Create,
        ))?;
    }
    let keys: Vec<String> = folder.iter().map(|(key, _)| (*key).to_string()).collect();
    stores.delete(store, &keys)
}
