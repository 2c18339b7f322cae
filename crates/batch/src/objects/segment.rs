//! What a prefix of results remembers: rows in objects that are written once and never changed. Each
//! run writes objects of its own, so runs need no lock.

use std::borrow::Borrow;
use std::time::{Duration, Instant, SystemTime};

use avatar_stores::{Address, Mode, Put, Store, Stores};
use serde::{Deserialize, Serialize};

use crate::files::STATE_FOLDER;
use crate::files::fingerprint::random_name;
use crate::naming::shard::Shard;
use crate::state::Details;

/// The folder of the rows, below the state folder.
const FOLDER: &str = "results";
/// Ends the name of a segment.
pub(super) const END: &str = ".ndjson";
/// The version of the rows, in the first line of each segment.
const FORMAT: u32 = 1;
/// A segment is written after this time, if there are rows. A killed run loses no more than the rows
/// of this time, and the next run finds them again in the metadata of the results.
const WRITE_AFTER: Duration = Duration::from_secs(60);
/// A segment has at most this many rows.
pub(super) const MOST_ROWS: usize = 10_000;

/// One result in a store, as it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultRow {
    /// Its path below the prefix of results.
    pub output: String,
    /// Its version in the store.
    pub version: String,
    pub bytes: u64,
    pub hash: String,
    /// Seconds since 1970.
    pub at: i64,
    /// The input folder or prefix.
    pub root: String,
    /// The source, relative to it.
    pub source: String,
    /// The version of the source; none if it was changing.
    pub source_version: Option<String>,
    pub source_hash: Option<String>,
    pub recipe: String,
    pub max_bytes: u64,
    pub preset: Option<String>,
    pub details: Details,
}

/// The first line of a segment.
#[derive(Serialize, Deserialize)]
struct Head {
    avatar_prep_results: u32,
    /// The names of the segments whose rows are in this one and in those that were written with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    replaces: Vec<String>,
}

/// What is in a segment.
#[derive(Debug, PartialEq)]
pub struct Segment {
    pub rows: Vec<ResultRow>,
    /// The names of the segments that it replaces.
    pub replaces: Vec<String>,
}

/// The prefix of the segments of a share; of all shares for the whole.
pub fn prefix(out: &Address, shard: Shard) -> Address {
    match shard.name() {
        Some(name) => out.join(STATE_FOLDER).join(FOLDER).join(&name),
        None => out.join(STATE_FOLDER).join(FOLDER),
    }
}

/// The folder in which a share keeps its segments.
pub(super) fn folder(out: &Address, shard: Shard) -> Address {
    match shard.name() {
        Some(_) => prefix(out, shard),
        None => prefix(out, shard).join("whole"),
    }
}

/// Reads a segment; `None` if this version cannot.
pub fn parse(text: &[u8]) -> Option<Segment> {
    let mut lines = text.split(|byte| *byte == b'\n');
    let head: Head = serde_json::from_slice(lines.next()?).ok()?;
    if head.avatar_prep_results != FORMAT {
        return None;
    }
    let rows = lines.filter(|line| !line.is_empty());
    let rows = rows.map(|line| serde_json::from_slice(line).ok());
    Some(Segment {
        rows: rows.collect::<Option<_>>()?,
        replaces: head.replaces,
    })
}

/// The name of a segment, which is also its place in time.
pub fn name(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or_default()
}

/// The request that writes a segment.
pub(super) fn put(store: &Store, key: String, text: Vec<u8>, mode: Mode) -> Put {
    Put {
        store: store.clone(),
        key,
        bytes: text.into(),
        mode,
        content_type: "application/x-ndjson",
        cache_control: None,
        metadata: Vec::new(),
    }
}

/// Writes the rows of a run.
pub struct Segments<'a> {
    stores: &'a Stores,
    store: &'a Store,
    /// Of all segments of this run.
    start: String,
    next_number: u32,
    waiting: Vec<ResultRow>,
    next: Instant,
    failed: bool,
    /// Whether the last write failed.
    is_held: bool,
}

impl<'a> Segments<'a> {
    pub fn new(stores: &'a Stores, store: &'a Store, out: &Address, shard: Shard) -> Self {
        let folder = folder(out, shard);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_millis());
        let number = random_name();
        Self {
            stores,
            store,
            start: folder.join(&format!("{now:013}-{number}")).key().into(),
            next_number: 0,
            waiting: Vec::new(),
            next: Instant::now() + WRITE_AFTER,
            failed: false,
            is_held: false,
        }
    }

    /// Adds a row; returns a warning after the first failure.
    pub fn add(&mut self, row: Option<ResultRow>) -> Option<String> {
        self.waiting.extend(row);
        let is_due = Instant::now() >= self.next && !self.waiting.is_empty();
        // After a failure only the time counts, or all rows would be sent again with every result.
        let is_full = self.waiting.len() >= MOST_ROWS && !self.is_held;
        if !is_due && !is_full {
            return None;
        }
        let warning = self.write();
        let is_first = warning.is_some() && !std::mem::replace(&mut self.failed, true);
        warning.filter(|_| is_first)
    }

    /// Writes the last rows; returns a warning if that fails.
    pub fn finish(mut self) -> Option<String> {
        self.write()
    }

    fn write(&mut self) -> Option<String> {
        self.next = Instant::now() + WRITE_AFTER;
        if self.waiting.is_empty() {
            return None;
        }
        let key = format!("{}-{:06}{END}", self.start, self.next_number);
        // The number is not used again, also if only the answer was lost: what is written never
        // changes, so that another run can merge and delete it.
        self.next_number += 1;
        let put = put(self.store, key, text(&self.waiting, &[]), Mode::Overwrite);
        match self.stores.put(put) {
            Ok(_) => {
                self.waiting.clear();
                self.is_held = false;
                None
            }
            Err(error) => {
                self.is_held = true;
                let count = self.waiting.len();
                Some(format!(
                    "{error}; the next run asks for {count} results one by one"
                ))
            }
        }
    }
}

/// The content of a segment.
pub(super) fn text<R: Borrow<ResultRow>>(rows: &[R], replaces: &[String]) -> Vec<u8> {
    let head = serde_json::to_string(&Head {
        avatar_prep_results: FORMAT,
        replaces: replaces.to_vec(),
    });
    let rows = rows.iter().map(|row| serde_json::to_string(row.borrow()));
    let lines = std::iter::once(head).chain(rows).filter_map(Result::ok);
    lines.flat_map(|line| (line + "\n").into_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_survive_a_segment_and_strange_ones_are_left_alone() {
        let row = ResultRow {
            output: "a/b.jpg".into(),
            version: "\"e\"".into(),
            bytes: 9,
            hash: "00".into(),
            at: 1,
            root: "s3://in".into(),
            source: "a/b.png".into(),
            source_version: None,
            source_hash: Some("11".into()),
            recipe: "22".into(),
            max_bytes: 150_000,
            preset: None,
            details: Details::default(),
        };
        let rows = [row.clone(), row];
        let replaces = ["1.ndjson".to_string()];
        let text = text(&rows, &replaces);
        let segment = parse(&text).unwrap();
        assert_eq!(segment.rows, rows);
        assert_eq!(segment.replaces, replaces);
        assert_eq!(parse(&text[..text.len() - 9]), None);
        assert_eq!(parse(b"{\"avatar_prep_results\":2}\n"), None);
        assert_eq!(parse(b""), None);
        let old = parse(b"{\"avatar_prep_results\":1}\n").unwrap();
        assert_eq!((old.rows.len(), old.replaces.len()), (0, 0));
    }
}
