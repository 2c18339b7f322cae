//! Records what a person decided.

use std::path::Path;

use avatar_batch::clock;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::files::parallel;
use avatar_batch::state::{
    Decision, DecisionFile, Decisions, Known, Origin, Recorded, Recording, Standing, StateError,
    Verdict, look_key,
};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::action::action;
use super::draft::Draft;
use super::entry::{self, Entry};
use super::service::{Service, not_made, of_state};
use super::source_states::is_unchanged;
use crate::web::Refused;

/// A decision as the page sends it.
#[derive(Deserialize)]
pub(super) struct Change {
    /// Names the action.
    key: String,
    id: String,
    /// The number of the decision that the page shows; zero for none.
    version: i64,
    /// The bytes of the result that the page shows, as the list names them.
    result: String,
    /// The bytes of the source that the page shows.
    source: String,
    /// `approved`, `rejected` or `undecided`; none leaves it as it is, but approves nothing that the
    /// person has not approved.
    verdict: Option<String>,
    /// A framing to make; none leaves it as it is.
    draft: Option<Draft>,
}

/// Pictures to approve at once.
#[derive(Deserialize)]
pub(super) struct Several {
    /// Names the action.
    key: String,
    /// Each with the number of the decision and the bytes of the result that the page shows.
    pictures: Vec<(String, i64, String)>,
}

/// What became of a decision.
#[derive(Default, Serialize)]
pub(super) struct Decided {
    pub(super) entries: Vec<Entry>,
    /// What went otherwise than wanted.
    pub(super) messages: Vec<String>,
}

impl Service {
    /// Records a decision about one picture.
    pub(super) fn decide(&self, change: &Change) -> Result<Decided, Refused> {
        let _one = self.deciding();
        let known = self.find_now(&change.id)?;
        let origin = known.origin.as_ref().ok_or_else(not_made)?;
        let by = action(&change.key)?;
        let decisions = self.decisions()?;
        let recorded = match entry::latest(&decisions, origin) {
            // The page sends it again because the answer was lost; the result may be another since.
            Some(latest) if latest.decision.by == by => latest.clone(),
            Some(latest) if latest.number != change.version => return Err(stale(latest)),
            _ => self.record(&known, origin, change, by)?,
        };
        let mut messages = Vec::new();
        if change.draft.is_some() {
            messages.extend(self.follow(&recorded.decision)?);
        }
        let entries = self.entries_of(&origin.root, &origin.source)?;
        Ok(Decided { entries, messages })
    }

    /// Records a decision about a result, if it is the one that the page shows.
    fn record(
        &self,
        known: &Known,
        origin: &Origin,
        change: &Change,
        by: String,
    ) -> Result<Recorded, Refused> {
        if change.result != entry::result(known) {
            let message = "the result was made again meanwhile; nothing was changed, look again \
                           and decide";
            return Err(Refused::new(StatusCode::CONFLICT, "stale", message));
        }
        if change.draft.is_none() && look_key(&known.details).is_none() {
            return Err(self.made_again(known, origin)?);
        }
        let decision = self.plan(known, origin, change, by)?;
        let recorded = self.file()?.record(change.version, decision);
        match recorded.map_err(|error| unrecorded(&error))? {
            Recording::Done(recorded) => Ok(recorded),
            Recording::Stale(other) => Err(stale(&other)),
        }
    }

    /// The decision to record for a change.
    fn plan(
        &self,
        known: &Known,
        origin: &Origin,
        change: &Change,
        by: String,
    ) -> Result<Decision, Refused> {
        let decisions = self.decisions()?;
        let current = decisions.current(&origin.root, &origin.source, origin.hash);
        let current = current.map(|it| &it.decision);
        let verdict = match &change.verdict {
            Some(name) => Some(Verdict::parse(name).ok_or_else(|| {
                let message =
                    format!("verdict must be approved, rejected or undecided, got {name}");
                Refused::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong_request", message)
            })?),
            None => None,
        };
        let decision = |source_hash, seen: Option<String>, options| Decision {
            root: origin.root.clone(),
            source: origin.source.clone(),
            source_hash,
            verdict: verdict.unwrap_or_else(|| {
                // An approval is of what was seen then, which a new framing need not show.
                match decisions.standing(&origin.root, &origin.source, source_hash, seen.as_deref())
                {
                    Standing::Approved => Verdict::Approved,
                    Standing::Rejected => Verdict::Rejected,
                    Standing::Undecided | Standing::SourceChanged(_) | Standing::LookChanged => {
                        Verdict::Undecided
                    }
                }
            }),
            seen,
            options,
            by,
            at: clock::seconds(),
        };
        let Some(draft) = &change.draft else {
            if Hash::parse(&change.source) != Some(origin.hash) || !self.is_unchanged(origin) {
                let message = "the source has changed since its result was made; prepare it again";
                return Err(Refused::new(
                    StatusCode::CONFLICT,
                    "source_changed",
                    message,
                ));
            }
            let options = current.and_then(|it| it.options.clone());
            return Ok(decision(origin.hash, look_key(&known.details), options));
        };
        let opened = self.open(origin)?;
        opened.expect(&change.source)?;
        let (options, settings) = self.drafted(origin, &opened, draft)?;
        let avatar = self.prepare(settings, &opened)?;
        let seen = look_key(&(self.remaking.details)(&avatar));
        Ok(decision(opened.hash, seen, Some(options)))
    }

    /// Approves all of these results of which nothing is lost and nobody has decided.
    pub(super) fn approve_clean(&self, wanted: &Several) -> Result<Decided, Refused> {
        let _one = self.deciding();
        let decisions = self.decisions()?;
        let all = self.all()?;
        let (at, by) = (clock::seconds(), action(&wanted.key)?);
        let mut approvals = Vec::new();
        for (id, version, result) in &wanted.pictures {
            let Some(known) = all.find(id) else { continue };
            let (Some(origin), Some(entry)) = (&known.origin, self.entry(known, &decisions)) else {
                continue;
            };
            let seen = look_key(&known.details);
            let is_shown = entry.result == *result;
            if !is_shown || !entry.is_clean() || seen.is_none() {
                continue;
            }
            let current = decisions.current(&origin.root, &origin.source, origin.hash);
            let approval = Decision {
                root: origin.root.clone(),
                source: origin.source.clone(),
                source_hash: origin.hash,
                verdict: Verdict::Approved,
                seen,
                options: current.and_then(|it| it.decision.options.clone()),
                by: by.clone(),
                at,
            };
            approvals.push((*version, approval));
        }
        let recorded = self.file()?.record_all(approvals);
        let recorded = recorded.map_err(|error| unrecorded(&error))?;
        let is_done = |it: &&Recording| matches!(it, Recording::Done(_));
        let done = recorded.iter().filter(is_done).count();
        let mut messages = vec![format!("{done} approved")];
        if done < wanted.pictures.len() {
            let left = wanted.pictures.len() - done;
            messages.push(format!(
                "{left} left out: flagged, changed or decided meanwhile"
            ));
        }
        let decisions = self.decisions()?;
        let all: Vec<&Known> = all.all.iter().collect();
        Ok(Decided {
            entries: self.entries(&all, &decisions),
            messages,
        })
    }

    /// The current results of a source: one for each preset.
    pub(super) fn results_of(&self, root: &Path, source: &Path) -> Result<Vec<Known>, Refused> {
        let is_of = |known: &Known| {
            let own = known.origin.as_ref();
            own.is_some_and(|own| own.root == root && own.source == source)
                && known.former.is_none()
        };
        Ok(self
            .all()?
            .all
            .iter()
            .filter(|it| is_of(it))
            .cloned()
            .collect())
    }

    /// The result with its decisions; none for a file that was found and not made.
    pub(super) fn entry(&self, known: &Known, decisions: &Decisions) -> Option<Entry> {
        Entry::of(known, decisions, &self.source_states)
    }

    /// The same for many. Sources that have to be read are read in parallel.
    pub(super) fn entries(&self, all: &[&Known], decisions: &Decisions) -> Vec<Entry> {
        let entries = parallel::map(all, self.options.jobs, |it| self.entry(it, decisions));
        entries.into_iter().flatten().collect()
    }

    fn is_unchanged(&self, origin: &Origin) -> bool {
        is_unchanged(self.source_states.of(origin))
    }

    pub(super) fn entries_of(&self, root: &Path, source: &Path) -> Result<Vec<Entry>, Refused> {
        let decisions = self.decisions()?;
        let results = self.results_of(root, source)?;
        let entries = results.iter().filter_map(|it| self.entry(it, &decisions));
        Ok(entries.collect())
    }

    pub(super) fn file(&self) -> Result<DecisionFile, Refused> {
        DecisionFile::open(&self.out).map_err(|error| of_state(&error))
    }
}

fn stale(other: &Recorded) -> Refused {
    let verdict = other.decision.verdict.as_str();
    let message = format!(
        "someone else decided about this picture meanwhile ({verdict}); nothing was changed, \
         look again and decide"
    );
    Refused::new(StatusCode::CONFLICT, "stale", message)
}

pub(super) fn unrecorded(error: &StateError) -> Refused {
    let message = format!("the decision could not be saved: {error}");
    Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "unsaved", message)
}
