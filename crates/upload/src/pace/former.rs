//! Takes over what is kept under former names of a target: its pauses last, and what was sent counts.

use std::io;

use super::folder::Folder;
use super::kept::Times;
use super::{Pacer, own};
use crate::clock;
use crate::destination::Target;

impl Pacer {
    /// The name under which the times of a target are kept: its own, unless only a former one has any.
    pub(crate) fn kept_as<'a>(&self, target: &'a Target, former: &'a [Target]) -> &'a Target {
        let is_kept = |target: &&Target| self.folder.slot(target).exists();
        let mut names = std::iter::once(target).chain(former);
        names.find(is_kept).unwrap_or(target)
    }

    /// Moves what is kept under former names of a target to its own, which may be none but the target's. What its own
    /// name has already stays.
    pub(crate) fn adopt(&self, target: &Target, former: &[Target]) -> io::Result<()> {
        for old in former {
            Folder::rename(&self.folder.slot(old), &self.folder.slot(target))?;
            let (from, to) = (own(old), own(target));
            if from != old.scope {
                Folder::rename(&self.folder.scope(&from), &self.folder.scope(&to))?;
            }
            if old.scope != target.scope {
                self.keep_pauses(old, target)?;
            }
        }
        Ok(())
    }

    /// Lets the pauses of a scope hold for another one that has the same accounts. They stay where they are, because
    /// other targets are known by the former name too.
    fn keep_pauses(&self, from: &Target, to: &Target) -> io::Result<()> {
        let (old, new) = (self.times(from), self.times(to));
        let later = new.clone().with(old);
        if later == new || later.send.max(later.deferred) <= clock::now() {
            return Ok(());
        }
        let change = |times: &mut Times| *times = times.clone().with(later);
        self.folder.change(&to.scope, change).map(drop)
    }
}
