//! The right to work on a slot, and what its holder can write.

use std::fs::File;
use std::io;
use std::time::Duration;

use super::folder::{Folder, replace};
use super::kept::{APPLIED, Sent, Times, or_dash};
use crate::clock;
use crate::destination::Scope;

/// The right to work on a slot, until it is dropped.
pub(crate) struct Lease<'a> {
    pub(super) folder: &'a Folder,
    pub(super) scope: Scope,
    /// The slot as a scope of its own, whose times hold for it alone.
    pub(super) own: Scope,
    pub(super) file: File,
    pub(crate) times: Times,
    pub(crate) sent: Sent,
}

impl Lease<'_> {
    /// Reserves the next send of the scope, so that no other send starts within `spacing` of it. If
    /// another slot has reserved it, returns how long to wait.
    pub(crate) fn reserve(&mut self, spacing: Duration) -> io::Result<Result<(), Duration>> {
        if spacing.is_zero() {
            return Ok(Ok(()));
        }
        let now = clock::now();
        let mut wait = Duration::ZERO;
        self.times = self.folder.change(&self.scope, |times| {
            wait = times.send.saturating_sub(now);
            if wait.is_zero() {
                times.send = now + spacing;
            }
        })?;
        Ok(if wait.is_zero() { Ok(()) } else { Err(wait) })
    }

    /// Allows no send of the scope before `until`.
    pub(crate) fn space(&mut self, until: Duration) -> io::Result<()> {
        let later = |times: &mut Times| times.send = times.send.max(until);
        self.times = self.folder.change(&self.scope, later)?;
        Ok(())
    }

    /// Defers everything for the slot until then.
    pub(crate) fn defer(&mut self, until: Duration, code: &str) -> io::Result<()> {
        self.put_off(&self.own.clone(), until, code)
    }

    /// Defers everything for the scope until then.
    pub(crate) fn defer_scope(&mut self, until: Duration, code: &str) -> io::Result<()> {
        self.put_off(&self.scope.clone(), until, code)
    }

    fn put_off(&mut self, scope: &Scope, until: Duration, code: &str) -> io::Result<()> {
        // A longer deferral stays: its reason is not over.
        self.times = self.folder.change(scope, |times| {
            if times.deferred < until {
                times.deferred = until;
                times.code = code.into();
            }
        })?;
        Ok(())
    }

    /// Writes durably what was sent. All lines have the same length, so that a crash never leaves
    /// half of one.
    pub(crate) fn keep(&mut self, sent: Sent) -> io::Result<()> {
        let line = format!(
            "{:<64.64} {:020} {:<8}\n",
            or_dash(&sent.last),
            sent.sends,
            if sent.applied { APPLIED } else { "-" }
        );
        replace(&mut self.file, &line)?;
        self.sent = sent;
        Ok(())
    }
}
