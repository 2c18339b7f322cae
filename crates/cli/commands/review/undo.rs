//! Takes back the last action of a review, also one before the page was loaded again.
//!
//! Decisions are only added. An action is what its decisions carry in `by`; taking it back adds the
//! decisions before them again, and these name the action that was taken back.

use std::collections::HashSet;

use avatar_batch::clock;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::state::{Decision, Decisions, Recorded, Recording, UNDO, Verdict};
use axum::http::StatusCode;

use super::action::REVIEW;
use super::decide::{Decided, unrecorded};
use super::draft;
use super::service::Service;
use crate::web::Refused;

/// All decisions, and the actions that were taken back.
struct Log<'a> {
    all: &'a Decisions,
    undone: HashSet<&'a str>,
}

impl<'a> Log<'a> {
    fn new(all: &'a Decisions) -> Self {
        let undone = all.all().filter_map(|it| it.decision.by.strip_prefix(UNDO));
        Self {
            undone: undone.collect(),
            all,
        }
    }

    /// The decisions of the last action that can be taken back.
    fn last_action(&self) -> Vec<&'a Recorded> {
        let all = || self.all.all();
        let can_be_undone = |it: &&Recorded| {
            let by = it.decision.by.as_str();
            by.starts_with(REVIEW) && !self.undone.contains(by) && self.latest(it).is_some()
        };
        let last = all().filter(can_be_undone).max_by_key(|it| it.number);
        let Some(last) = last else { return Vec::new() };
        let is_of = |it: &&Recorded| it.decision.by == last.decision.by;
        all().filter(is_of).collect()
    }

    /// The decisions about the source of `done`, oldest first.
    fn history(&self, done: &Recorded) -> impl Iterator<Item = &'a Recorded> {
        let root = done.decision.root.clone();
        let own = self.all.history(&done.decision.source).iter();
        own.filter(move |it| it.decision.root == root)
    }

    /// The number of the latest decision about the source of `done`; none if someone decided about it
    /// after that.
    fn latest(&self, done: &Recorded) -> Option<i64> {
        let later = self.history(done).skip_while(|it| it.number <= done.number);
        let mut number = done.number;
        for it in later {
            let by = it.decision.by.as_str();
            if !by.starts_with(UNDO) && !self.undone.contains(by) {
                return None;
            }
            number = it.number;
        }
        Some(number)
    }

    /// The decision to record in place of `done`: the one before it, without what was taken back.
    fn before(&self, done: &Recorded) -> Decision {
        let mut stack: Vec<&Recorded> = Vec::new();
        let earlier = self.history(done).take_while(|it| it.number < done.number);
        for it in earlier {
            match it.decision.by.strip_prefix(UNDO) {
                Some(action) => stack.retain(|other| other.decision.by != action),
                None => stack.push(it),
            }
        }
        let by = format!("{UNDO}{}", done.decision.by);
        match stack.last() {
            Some(previous) => Decision {
                by,
                at: clock::seconds(),
                ..previous.decision.clone()
            },
            None => Decision {
                verdict: Verdict::Undecided,
                seen: None,
                options: None,
                by,
                at: clock::seconds(),
                ..done.decision.clone()
            },
        }
    }
}

fn decided_again(done: &Recorded) -> String {
    let source = done.decision.source.display();
    format!("{source}: decided again meanwhile, left as it is")
}

impl Service {
    /// The name of the action that would be taken back next.
    pub(super) fn next_undo(all: &Decisions) -> Option<String> {
        let last = Log::new(all).last_action();
        last.first().map(|it| it.decision.by.clone())
    }

    /// Takes back the last action, which the page knows by this name. Returns what went otherwise.
    pub(super) fn undo(&self, name: &str) -> Result<Decided, Refused> {
        let _one = self.deciding();
        let decisions = self.decisions()?;
        let log = Log::new(&decisions);
        if log.undone.contains(name) {
            // The page sends it again because the answer was lost.
            return Ok(Decided::default());
        }
        let action = log.last_action();
        if action.first().is_none_or(|it| it.decision.by != name) {
            let message = "something else was decided meanwhile; look again and undo";
            return Err(Refused::new(StatusCode::CONFLICT, "stale", message));
        }
        let (action, later): (Vec<_>, Vec<_>) =
            action.into_iter().partition(|it| log.latest(it).is_some());
        let mut messages: Vec<String> = later.iter().map(|it| decided_again(it)).collect();
        let back = action.iter().map(|it| (log.latest(it), log.before(it)));
        let back = back.filter_map(|(latest, before)| Some((latest?, before)));
        let recorded = self.file()?.record_all(back);
        let recorded = recorded.map_err(|error| unrecorded(&error))?;
        for (recording, done) in recorded.iter().zip(action) {
            match recording {
                Recording::Done(new) if new.decision.options != done.decision.options => {
                    messages.extend(self.restore(&done.decision, &new.decision)?);
                }
                Recording::Done(_) => {}
                Recording::Stale(_) => messages.push(decided_again(done)),
            }
        }
        Ok(Decided {
            entries: Vec::new(),
            messages,
        })
    }

    /// Makes the results of a source as they were before the decision `done`.
    pub(super) fn restore(&self, done: &Decision, new: &Decision) -> Result<Vec<String>, Refused> {
        if new.options.is_some() {
            return self.follow(new);
        }
        let base = done.options.as_deref().and_then(draft::base);
        let base = match base.and_then(Hash::parse) {
            Some(hash) => self.recipe(hash)?,
            None => None,
        };
        let Some(base) = base else {
            for known in self.results_of(&done.root, &done.source)? {
                // Nothing that this page could try again.
                self.set_pending(&known.output, false);
            }
            let name = done.source.display();
            return Ok(vec![format!("{name}: the next run makes it as before")]);
        };
        let mut messages = Vec::new();
        for known in self.results_of(&done.root, &done.source)? {
            let Some(own) = &known.origin else { continue };
            let settings = self.settings(own)?;
            let settings = settings
                .with_framing(base.framing().clone())
                .with_background(base.background());
            messages.extend(self.remake(&known, settings)?);
        }
        Ok(messages)
    }
}
