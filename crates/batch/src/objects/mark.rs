//! What the metadata of a result in a store say: of which source and with which settings it was made.
//! If a segment is lost, the result itself is asked instead of being made again.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::segment::ResultRow;
use crate::files::fingerprint::Hash;

/// The name of the metadata; some services allow letters only.
pub const NAME: &str = "avatarprep";

/// What stays as it is in a value.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b':');

/// The metadata of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub recipe: String,
    /// Names the source; see [`from`].
    pub from: String,
    pub source_version: Option<String>,
    pub source_hash: Option<String>,
    /// Of the result.
    pub hash: String,
    pub edge: Option<u32>,
    /// The byte cap; earlier versions did not store it.
    pub max_bytes: Option<u64>,
}

/// Names a source by its root and its path below that.
pub fn from(root: &str, source: &str) -> String {
    let hash = Hash::of(format!("{root}\n{source}").as_bytes()).to_string();
    hash.get(..16).unwrap_or_default().into()
}

impl Mark {
    pub fn of(row: &ResultRow) -> Self {
        Self {
            recipe: row.recipe.clone(),
            from: from(&row.root, &row.source),
            source_version: row.source_version.clone(),
            source_hash: row.source_hash.clone(),
            hash: row.hash.clone(),
            edge: row.details.edge,
            max_bytes: Some(row.max_bytes),
        }
    }

    /// The value to store.
    pub fn text(&self) -> String {
        let encoded = |value: &String| utf8_percent_encode(value, KEPT).to_string();
        let mut parts = vec![
            "v=1".into(),
            format!("recipe={}", self.recipe),
            format!("from={}", self.from),
            format!("hash={}", self.hash),
        ];
        parts.extend(
            self.source_version
                .iter()
                .map(|it| format!("source={}", encoded(it))),
        );
        parts.extend(self.source_hash.iter().map(|it| format!("bytes={it}")));
        parts.extend(self.edge.map(|edge| format!("edge={edge}")));
        parts.extend(self.max_bytes.map(|cap| format!("cap={cap}")));
        parts.join(" ")
    }

    /// Reads the metadata of an object; `None` if it is not a result of this program.
    pub fn parse(metadata: &BTreeMap<String, String>) -> Option<Self> {
        let parts = metadata.get(NAME)?.split(' ');
        let parts: BTreeMap<&str, &str> = parts.filter_map(|part| part.split_once('=')).collect();
        let text = |name: &str| parts.get(name).map(ToString::to_string);
        if text("v")? != "1" {
            return None;
        }
        let source = parts
            .get("source")
            .map(|value| percent_decode_str(value).decode_utf8());
        Some(Self {
            recipe: text("recipe")?,
            from: text("from")?,
            hash: text("hash")?,
            source_version: source.and_then(Result::ok).map(Into::into),
            source_hash: text("bytes"),
            edge: parts.get("edge").and_then(|edge| edge.parse().ok()),
            max_bytes: parts.get("cap").and_then(|cap| cap.parse().ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let mark = Mark {
            recipe: "ab".into(),
            from: from("s3://in", "a b.jpg"),
            source_version: Some("W/\"x y=é\"".into()),
            source_hash: None,
            hash: "cd".into(),
            edge: Some(640),
            max_bytes: Some(150_000),
        };
        let text = mark.text();
        assert!(text.is_ascii(), "{text}");
        let metadata = BTreeMap::from([(NAME.to_string(), text)]);
        assert_eq!(Mark::parse(&metadata), Some(mark));
        let other = BTreeMap::from([(NAME.to_string(), "v=2".to_string())]);
        assert_eq!(Mark::parse(&other), None);
    }
}
