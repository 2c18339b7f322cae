//! The index of a tar: a row for each of its samples, and what the tar must be. It is written before its tar, so
//! that the content of every tar is known. An index without its tar is ignored.

use serde::{Deserialize, Serialize};

use super::named;
use crate::error::CliError;
use crate::files::fingerprint::{Hash, Stamp};
use crate::state::Details;

/// The version of the rows, in the first line of each index.
const FORMAT: u32 = 1;
/// Digits of the hash of a tar in the name of its index: two runs never write one index.
const DIGITS: usize = 16;

/// What a tar must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    avatar_prep_pack: u32,
    /// Its name below OUT.
    pub tar: String,
    pub bytes: u64,
    pub hash: String,
    /// The time of its file, in nanoseconds since 1970; none in a store.
    pub written: Option<i64>,
    /// How many rows follow.
    samples: usize,
}

impl Head {
    /// Whether a tar with this many bytes and this hash is the one.
    pub fn is_of(&self, bytes: u64, hash: &Hash) -> bool {
        self.bytes == bytes && self.hash == hash.to_string()
    }
}

/// What is in the place of a tar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum There {
    /// The tar of this index.
    Same,
    Absent,
    /// An object of its size, whose metadata do not say which tar it is: only its bytes tell.
    Unmarked,
    /// Something else.
    Other,
}

/// One sample of a tar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampleRow {
    pub key: String,
    /// Of the picture.
    pub bytes: u64,
    pub hash: String,
    /// The input folder or prefix, and the source below it, as text.
    pub root: String,
    pub source: String,
    /// The hash of both and of the platform; see [`from`](super::packed::from).
    pub from: String,
    pub source_bytes: u64,
    /// The time of its last change, or a number made of its version.
    pub source_written: Option<i64>,
    pub source_hash: String,
    pub recipe: String,
    pub max_bytes: u64,
    pub preset: Option<String>,
    pub details: Details,
}

impl SampleRow {
    /// The stamp of its source.
    pub fn stamp(&self) -> Stamp {
        Stamp {
            bytes: self.source_bytes,
            written: self.source_written,
        }
    }
}

/// An index, read or to be written.
#[derive(Debug, PartialEq)]
pub struct Index {
    pub head: Head,
    pub rows: Vec<SampleRow>,
}

impl Index {
    /// The index of a tar with these bytes.
    pub fn new(tar: String, (bytes, hash): (u64, String), rows: Vec<SampleRow>) -> Self {
        let head = Head {
            avatar_prep_pack: FORMAT,
            tar,
            bytes,
            hash,
            written: None,
            samples: rows.len(),
        };
        Self { head, rows }
    }

    /// The name of its file or object.
    pub fn name(&self) -> String {
        let stem = self.head.tar.trim_end_matches(".tar");
        let digits = self.head.hash.get(..DIGITS).unwrap_or_default();
        format!("{stem}-{digits}.ndjson")
    }

    /// Its content.
    pub fn text(&self) -> Vec<u8> {
        let head = serde_json::to_string(&self.head);
        let rows = self.rows.iter().map(serde_json::to_string);
        let lines = std::iter::once(head).chain(rows).filter_map(Result::ok);
        lines.flat_map(|line| (line + "\n").into_bytes()).collect()
    }

    /// Reads an index; `None` if it is damaged, or of a later version. What is not the name of a tar is damage too: it
    /// could lead out of OUT.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut lines = text.split(|byte| *byte == b'\n');
        let head: Head = serde_json::from_slice(lines.next()?).ok()?;
        let head = Some(head).filter(|head| named::is_any(&head.tar))?;
        let rows = lines.filter(|line| !line.is_empty());
        let rows: Option<Vec<SampleRow>> =
            rows.map(|line| serde_json::from_slice(line).ok()).collect();
        let rows =
            rows.filter(|rows| head.avatar_prep_pack == FORMAT && rows.len() == head.samples)?;
        Some(Self { head, rows })
    }
}

pub(super) fn damaged(path: &str) -> CliError {
    CliError::environment(
        format!("{path} is damaged, or of a later version: what is in its tar is not known"),
        "delete it and its tar, and run the same command again; or choose another OUT",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_read_whole_or_not_at_all() {
        let row = SampleRow {
            key: "a/b".into(),
            bytes: 9,
            hash: "00".into(),
            root: "/in".into(),
            source: "a/b.png".into(),
            from: "11".into(),
            source_bytes: 7,
            source_written: Some(-1),
            source_hash: "22".into(),
            recipe: "33".into(),
            max_bytes: 150_000,
            preset: None,
            details: Details::default(),
        };
        let index = Index::new(
            "000007.tar".into(),
            (99, "ab".repeat(32)),
            vec![row.clone(), row],
        );
        assert_eq!(index.name(), format!("000007-{}.ndjson", "ab".repeat(8)));
        let text = index.text();
        assert_eq!(Index::parse(&text), Some(index));
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        assert_eq!(Index::parse(&lines[..2].concat()), None);
        assert_eq!(Index::parse(&text[..text.len() - 9]), None);
        assert_eq!(Index::parse(b""), None);
        for tar in [
            "../000007.tar",
            "x/000007.tar",
            "/tmp/000007.tar",
            "..-000007.tar",
        ] {
            let text = Index::new(tar.into(), (99, "ab".repeat(32)), Vec::new()).text();
            assert_eq!(Index::parse(&text), None, "{tar}");
        }
    }
}
