//! What the page lists of each result.

use std::path::Path;

use avatar_batch::files::fingerprint::Hash;
use avatar_batch::state::{Decisions, KeptNote, Known, Origin, Recorded, Standing, Verdict};
use serde::Serialize;

use super::source_states::{SourceStates, is_unchanged};

/// Digits of the name of a result in addresses.
pub(super) const ID_DIGITS: usize = 16;

/// The name of a result in addresses. Paths never appear there, so an address cannot lead to
/// another file.
pub(super) fn id(output: &Path) -> String {
    let hash = Hash::of(output.as_os_str().as_encoded_bytes()).to_string();
    hash.get(..ID_DIGITS).unwrap_or_default().into()
}

/// A note about a result.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Flag {
    pub(super) code: String,
    words: String,
    /// Whether something of the picture is lost.
    warning: bool,
}

impl Flag {
    fn of(note: KeptNote<'_>) -> Self {
        Self {
            code: note.code.into(),
            words: note.words.into(),
            warning: note.is_warning,
        }
    }
}

/// One result in the list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry {
    pub(super) id: String,
    output: String,
    source: String,
    /// The bytes of the source that the result was made of.
    source_hash: String,
    /// Whether the source is `same`, `changed`, `missing` or `remote`, see [`SourceStates::of`].
    source_state: &'static str,
    format: Option<String>,
    edge: Option<u32>,
    quality: Option<u8>,
    bytes: u64,
    /// Changes with the bytes of the result.
    pub(super) result: String,
    flags: Vec<Flag>,
    /// What the decisions say about it.
    standing: &'static str,
    /// The number of the latest decision about its source; zero if there is none.
    pub(super) version: i64,
    /// Whether its framing was chosen by a person.
    edited: bool,
}

impl Entry {
    /// The result with its decisions; none for a file that was found and not made.
    pub(super) fn of(known: &Known, decisions: &Decisions, sources: &SourceStates) -> Option<Self> {
        let origin = known.origin.as_ref()?;
        let details = &known.details;
        let current = decisions.current(&origin.root, &origin.source, origin.hash);
        Some(Self {
            id: id(&known.output),
            output: known.output.display().to_string(),
            source: origin.root.join(&origin.source).display().to_string(),
            source_hash: origin.hash.to_string(),
            source_state: sources.of(origin),
            format: details.format.clone(),
            edge: details.edge,
            quality: details.quality,
            bytes: known.stamp.bytes,
            result: result(known),
            flags: details.kept_notes().map(Flag::of).collect(),
            standing: words(decisions.of(known)),
            version: latest(decisions, origin).map_or(0, |it| it.number),
            edited: current.is_some_and(|it| it.decision.options.is_some()),
        })
    }

    /// Whether nothing of the picture is lost and nobody has decided yet.
    pub(super) fn is_clean(&self) -> bool {
        self.standing == "undecided"
            && is_unchanged(self.source_state)
            && !self.flags.iter().any(|flag| flag.warning)
    }
}

/// Names the bytes of a result: a page that sends it has shown these.
pub(super) fn result(known: &Known) -> String {
    let hash = known.hash.to_string();
    hash.get(..ID_DIGITS).unwrap_or_default().into()
}

/// The latest decision about a source, also if it was about other bytes.
pub(super) fn latest<'a>(decisions: &'a Decisions, origin: &Origin) -> Option<&'a Recorded> {
    let mut all = decisions.history(&origin.source).iter().rev();
    all.find(|it| it.decision.root == origin.root)
}

fn words(standing: Standing) -> &'static str {
    match standing {
        Standing::Undecided => "undecided",
        Standing::Approved => "approved",
        Standing::Rejected => "rejected",
        Standing::SourceChanged(Verdict::Approved) => "approved_before_change",
        Standing::SourceChanged(_) => "rejected_before_change",
        Standing::LookChanged => "look_changed",
    }
}
