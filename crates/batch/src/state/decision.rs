//! What a person decided about a picture, and whether that still holds for the picture as it is now.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::look_key::look_key;
use super::row::Known;
use crate::files::fingerprint::Hash;

/// Starts `by` of a decision that takes back an action; the name of that action follows.
pub const UNDO: &str = "undo ";

/// What a person decided about a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Approved,
    Rejected,
    /// Nothing, or an earlier verdict was taken back.
    Undecided,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Undecided => "undecided",
        }
    }

    /// The verdict of this name.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Approved, Self::Rejected, Self::Undecided];
        all.into_iter().find(|verdict| verdict.as_str() == name)
    }
}

/// One decision about one source. It is complete: a later one replaces all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The input folder, absolute.
    pub root: PathBuf,
    /// The source, relative to it.
    pub source: PathBuf,
    /// The bytes of the source that the decision is about.
    pub source_hash: Hash,
    pub verdict: Verdict,
    /// What the person saw, as [`look_key`] writes it. An approval holds for this
    /// only.
    pub seen: Option<String>,
    /// Options for this picture, as the text of a sidecar.
    pub options: Option<String>,
    /// Who decided, as far as it is known.
    pub by: String,
    /// Seconds since 1970.
    pub at: i64,
}

/// A decision with its number. Numbers grow, so the highest one of a source is its current decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub number: i64,
    pub decision: Decision,
}

/// What the decisions say about a picture as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Undecided,
    Approved,
    Rejected,
    /// There is a verdict, but the bytes of the source are others now.
    SourceChanged(Verdict),
    /// There is an approval, but the square shows something else of the same source now.
    LookChanged,
}

/// All decisions of a folder of results, in memory.
#[derive(Debug, Default)]
pub struct Decisions {
    /// In the order in which they were made.
    by_source: HashMap<PathBuf, Vec<Recorded>>,
}

impl Decisions {
    pub(super) fn new(all: impl IntoIterator<Item = Recorded>) -> Self {
        let mut decisions = Self::default();
        for recorded in all {
            let source = recorded.decision.source.clone();
            decisions
                .by_source
                .entry(source)
                .or_default()
                .push(recorded);
        }
        decisions
    }

    /// Every decision about a source, oldest first.
    pub fn history(&self, source: &Path) -> &[Recorded] {
        self.by_source.get(source).map_or(&[], Vec::as_slice)
    }

    /// Every decision, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Recorded> {
        self.by_source.values().flatten()
    }

    /// The decisions that concern a source of an input folder, oldest first: those about it, or if
    /// there is none, those about sources of the same relative path in other folders. So decisions
    /// survive when a folder is moved, and one about a picture never replaces one about its twin.
    fn concerning(&self, root: &Path, source: &Path) -> impl Iterator<Item = &Recorded> {
        let all = self.history(source);
        let has_own = all.iter().any(|it| it.decision.root == root);
        let root = root.to_path_buf();
        all.iter()
            .filter(move |it| !has_own || it.decision.root == root)
    }

    /// The decisions that concern a source and that nobody took back, oldest first. Taking back adds
    /// the decision before again; what it adds counts until the next one does the same.
    fn kept(&self, root: &Path, source: &Path) -> Vec<&Recorded> {
        let mut kept: Vec<&Recorded> = Vec::new();
        for it in self.concerning(root, source) {
            if let Some(action) = it.decision.by.strip_prefix(UNDO) {
                kept.retain(|other| {
                    let Decision { root, by, .. } = &other.decision;
                    *root != it.decision.root || by != action && !by.starts_with(UNDO)
                });
            }
            kept.push(it);
        }
        kept
    }

    /// The current decision about a source of the input folder `root` with these bytes. If there is
    /// none of that folder, the one of another folder counts, because a folder can be moved.
    pub fn current(&self, root: &Path, source: &Path, hash: Hash) -> Option<&Recorded> {
        let mut latest = self.kept(root, source).into_iter().rev();
        latest.find(|it| it.decision.source_hash == hash)
    }

    /// The options that a person chose for a source with these bytes.
    pub fn options(&self, root: &Path, source: &Path, hash: Hash) -> Option<&str> {
        self.current(root, source, hash)?
            .decision
            .options
            .as_deref()
    }

    /// Whether the current decision about a source of exactly this root has options, whatever bytes
    /// it is about. A decision about a file never counts for an object of the same path.
    pub fn has_options_of(&self, root: &Path, source: &Path) -> bool {
        let kept = self.kept(root, source);
        let mut latest = kept.iter().rev().map(|it| &it.decision);
        let own = latest.find(|it| it.root == root);
        own.is_some_and(|it| it.options.is_some())
    }

    /// What the decisions say about a result; nothing if it was found and not made.
    pub fn of(&self, known: &Known) -> Standing {
        known.origin.as_ref().map_or(Standing::Undecided, |origin| {
            let seen = look_key(&known.details);
            self.standing(&origin.root, &origin.source, origin.hash, seen.as_deref())
        })
    }

    /// The same, where `seen` is the [`look_key`] of the result.
    ///
    /// An approval holds for the bytes of the source and what the square shows of it, because that
    /// is what the person saw; one that was taken back holds for nothing. A rejection holds for the
    /// bytes, whatever the square shows. Several results of one source, for several presets, are approved one by one.
    pub fn standing(&self, root: &Path, source: &Path, hash: Hash, seen: Option<&str>) -> Standing {
        let all = self.kept(root, source);
        let same = all.iter().rev().map(|it| &it.decision);
        let mut other_look = false;
        for decision in same.filter(|it| it.source_hash == hash) {
            match decision.verdict {
                Verdict::Rejected => return Standing::Rejected,
                Verdict::Undecided => break,
                Verdict::Approved if seen.is_some() && decision.seen.as_deref() == seen => {
                    return Standing::Approved;
                }
                Verdict::Approved => other_look = true,
            }
        }
        if other_look {
            return Standing::LookChanged;
        }
        match all.last().map(|it| &it.decision) {
            // The file of another folder is another file, not this one before a change.
            Some(it)
                if it.root == root
                    && it.source_hash != hash
                    && it.verdict != Verdict::Undecided =>
            {
                Standing::SourceChanged(it.verdict)
            }
            _ => Standing::Undecided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(number: i64, bytes: &[u8], verdict: Verdict, seen: &str) -> Recorded {
        let decision = Decision {
            root: "/in".into(),
            source: "a.png".into(),
            source_hash: Hash::of(bytes),
            verdict,
            seen: Some(seen.into()),
            options: None,
            by: String::new(),
            at: 0,
        };
        Recorded { number, decision }
    }

    fn standing(all: &[Recorded], bytes: &[u8], seen: &str) -> Standing {
        let decisions = Decisions::new(all.iter().cloned());
        decisions.standing(
            Path::new("/in"),
            Path::new("a.png"),
            Hash::of(bytes),
            Some(seen),
        )
    }

    #[test]
    fn an_approval_holds_for_the_same_bytes_and_the_same_look() {
        let all = [decided(1, b"a", Verdict::Approved, "cover")];
        assert_eq!(standing(&all, b"a", "cover"), Standing::Approved);
        assert_eq!(standing(&all, b"a", "contain"), Standing::LookChanged);
        let changed = Standing::SourceChanged(Verdict::Approved);
        assert_eq!(standing(&all, b"b", "cover"), changed);
        let decisions = Decisions::new(all);
        let root = Path::new("/in");
        let unknown = decisions.standing(root, Path::new("a.png"), Hash::of(b"a"), None);
        assert_eq!(unknown, Standing::LookChanged);
        let other = decisions.standing(root, Path::new("b.png"), Hash::of(b"a"), Some("cover"));
        assert_eq!(other, Standing::Undecided);
    }

    #[test]
    fn a_decision_about_a_twin_in_another_folder_counts_only_without_an_own_one() {
        let other = |number, verdict, options: &str| {
            let mut recorded = decided(number, b"a", verdict, "cover");
            recorded.decision.root = "/other".into();
            recorded.decision.options = Some(options.into());
            recorded
        };
        let own = Recorded {
            decision: Decision {
                options: Some("own".into()),
                ..decided(1, b"a", Verdict::Approved, "cover").decision
            },
            number: 1,
        };
        let source = Path::new("a.png");
        let hash = Hash::of(b"a");
        let chosen = |all: &[Recorded], root: &str| {
            let decisions = Decisions::new(all.iter().cloned());
            let standing = decisions.standing(Path::new(root), source, hash, Some("cover"));
            let options = decisions.options(Path::new(root), source, hash);
            (standing, options.map(str::to_string))
        };
        // The later one is about the twin.
        let both = [own.clone(), other(2, Verdict::Rejected, "other")];
        assert_eq!(
            chosen(&both, "/in"),
            (Standing::Approved, Some("own".into()))
        );
        assert_eq!(
            chosen(&both, "/other"),
            (Standing::Rejected, Some("other".into()))
        );
        // As after moving the folder.
        assert_eq!(
            chosen(&both[..1], "/moved"),
            (Standing::Approved, Some("own".into()))
        );
        // Its own was taken back, so it has one: that nothing was decided.
        let mut back = decided(3, b"a", Verdict::Undecided, "cover");
        back.decision.by = format!("{UNDO}review 1");
        let all = [own, other(2, Verdict::Rejected, "other"), back];
        assert_eq!(chosen(&all, "/in"), (Standing::Undecided, None));
    }

    #[test]
    fn results_for_several_presets_are_approved_one_by_one() {
        let all = [
            decided(1, b"a", Verdict::Approved, "circle"),
            decided(2, b"a", Verdict::Approved, "square"),
        ];
        assert_eq!(standing(&all, b"a", "circle"), Standing::Approved);
        assert_eq!(standing(&all, b"a", "square"), Standing::Approved);
    }

    #[test]
    fn a_rejection_holds_for_every_look_until_a_later_decision() {
        let mut all = vec![
            decided(1, b"a", Verdict::Approved, "cover"),
            decided(2, b"a", Verdict::Rejected, "cover"),
        ];
        assert_eq!(standing(&all, b"a", "cover"), Standing::Rejected);
        assert_eq!(standing(&all, b"a", "contain"), Standing::Rejected);
        all.push(decided(3, b"a", Verdict::Approved, "contain"));
        assert_eq!(standing(&all, b"a", "contain"), Standing::Approved);
        assert_eq!(standing(&all, b"a", "cover"), Standing::Rejected);
        all.push(decided(4, b"a", Verdict::Undecided, "contain"));
        assert_eq!(standing(&all, b"a", "contain"), Standing::Undecided);
        assert_eq!(standing(&all, b"b", "contain"), Standing::Undecided);
    }
}
