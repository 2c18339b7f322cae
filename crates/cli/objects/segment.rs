//! What a prefix of results remembers: rows in objects that are written once and never changed. Each
//! run writes objects of its own, so runs need no lock.

use std::time::{Duration, Instant, SystemTime};

use avatar_stores::{Address, Mode, Object, Put, Store, Stores};
use serde::{Deserialize, Serialize};

use crate::files::STATE_FOLDER;
use crate::naming::shard::Shard;
use crate::state::Details;

/// The folder of the rows, below the state folder.
const FOLDER: &str = "results";
/// The version of the rows, in the first line of each segment.
const FORMAT: u32 = 1;
/// A segment is written after this time, if there are rows. A killed run loses no more than the rows
/// of this time, and the next run finds them again in the metadata of the results.
const WRITE_AFTER: Duration = Duration::from_secs(60);
/// A segment has at most this many rows.
const MOST_ROWS: usize = 10_000;

/// One result in a store, as it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// Its path below the prefix of results.
    pub(crate) output: String,
    /// Its version in the store.
    pub(crate) version: String,
    pub(crate) bytes: u64,
    pub(crate) hash: String,
    /// Seconds since 1970.
    pub(crate) at: i64,
    /// The input folder or prefix.
    pub(crate) root: String,
    /// The source, relative to it.
    pub(crate) source: String,
    /// The version of the source; none if it was changing.
    pub(crate) source_version: Option<String>,
    pub(crate) source_hash: Option<String>,
    pub(crate) recipe: String,
    pub(crate) max_bytes: u64,
    pub(crate) preset: Option<String>,
    pub(crate) details: Details,
}

#[derive(Serialize, Deserialize)]
struct Head {
    avatar_prep_results: u32,
}

/// The prefix of the segments of a share; of all shares for the whole.
pub(crate) fn prefix(out: &Address, shard: Shard) -> Address {
    match shard.name() {
        Some(name) => out.join(STATE_FOLDER).join(FOLDER).join(&name),
        None => out.join(STATE_FOLDER).join(FOLDER),
    }
}

/// The rows of a segment; `None` if this version cannot read it.
pub(crate) fn parse(text: &[u8]) -> Option<Vec<Row>> {
    let mut lines = text.split(|byte| *byte == b'\n');
    let head: Head = serde_json::from_slice(lines.next()?).ok()?;
    if head.avatar_prep_results != FORMAT {
        return None;
    }
    let rows = lines.filter(|line| !line.is_empty());
    rows.map(|line| serde_json::from_slice(line).ok()).collect()
}

/// The place of a segment in time, from its name.
pub(crate) fn order(object: &Object) -> &str {
    object.key.rsplit('/').next().unwrap_or_default()
}

/// Writes the rows of a run.
pub(crate) struct Segments<'a> {
    stores: &'a Stores,
    store: &'a Store,
    /// Of all segments of this run.
    start: String,
    next_number: u32,
    waiting: Vec<Row>,
    next: Instant,
    failed: bool,
    /// Whether the last write failed.
    is_held: bool,
}

impl<'a> Segments<'a> {
    pub(crate) fn new(stores: &'a Stores, store: &'a Store, out: &Address, shard: Shard) -> Self {
        let folder = match shard.name() {
            Some(_) => prefix(out, shard),
            None => prefix(out, shard).join("whole"),
        };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_millis());
        let mut number = [0; 6];
        // Without random numbers, the process keeps names of one moment apart.
        if getrandom::fill(&mut number).is_err() {
            let [a, b, c, d] = std::process::id().to_le_bytes();
            number = [a, b, c, d, 0, 0];
        }
        let number = crate::files::fingerprint::hex(&number);
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
    pub(crate) fn add(&mut self, row: Option<Row>) -> Option<String> {
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
    pub(crate) fn finish(mut self) -> Option<String> {
        self.write()
    }

    fn write(&mut self) -> Option<String> {
        self.next = Instant::now() + WRITE_AFTER;
        if self.waiting.is_empty() {
            return None;
        }
        let put = Put {
            store: self.store.clone(),
            key: format!("{}-{:06}.ndjson", self.start, self.next_number),
            bytes: text(&self.waiting),
            mode: Mode::Overwrite,
            content_type: "application/x-ndjson",
            cache_control: None,
            metadata: Vec::new(),
        };
        match self.stores.put(put) {
            Ok(_) => {
                self.next_number += 1;
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

fn text(rows: &[Row]) -> Vec<u8> {
    let head = serde_json::to_string(&Head {
        avatar_prep_results: FORMAT,
    });
    let rows = rows.iter().map(serde_json::to_string);
    let lines = std::iter::once(head).chain(rows).filter_map(Result::ok);
    lines.flat_map(|line| (line + "\n").into_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_survive_a_segment_and_strange_ones_are_left_alone() {
        let row = Row {
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
        let text = text(&[row.clone(), row.clone()]);
        assert_eq!(parse(&text), Some(vec![row.clone(), row]));
        assert_eq!(parse(&text[..text.len() - 9]), None);
        assert_eq!(parse(b"{\"avatar_prep_results\":2}\n"), None);
        assert_eq!(parse(b""), None);
    }
}
