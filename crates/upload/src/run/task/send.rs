//! The send itself: written down before and after, spaced, the same bytes every time.

use std::time::{Duration, Instant};

use super::state::{LONGEST_PAUSE, Next, Stage, Task};
use crate::clock;
use crate::journal::State;
use crate::pace::{Lease, Times};
use crate::payload::Payload;
use crate::verdict::{Action, Verdict};

impl Task<'_> {
    pub(super) fn send(&mut self, lease: &mut Lease) -> Next {
        if !self.until_next_send(lease).is_zero() {
            return self.at_next_send(lease, Duration::ZERO);
        }
        // Somebody else sent after this task asked what shows: it would take theirs for its own.
        if lease.times.sends != self.known_sends {
            self.stage = Stage::Snapshot;
            return self.after(self.run.destination.spacing().questions);
        }
        let payload = match self.payload() {
            Ok(payload) => payload,
            Err(verdict) => return self.act(lease, verdict),
        };
        let shows = (lease.times.last.clone(), lease.times.applied);
        if let Err(error) = self.announce(lease) {
            return self.unwritable(&error);
        }
        self.unverified = false;
        let verdict = (self.run.destination).send(&self.delivery.account, &payload);
        let last = if verdict.may_be_applied() {
            (self.entry.sha256.clone(), verdict.is_applied())
        } else {
            shows
        };
        // Counted from the answer: however long the request took, the next one starts later.
        let wish = verdict.no_sooner.filter(|wish| *wish <= LONGEST_PAUSE);
        if let Err(error) = self.space(lease, wish, last) {
            self.warn(&error);
        }
        // Nothing is in doubt during the pause that follows: whoever goes on sends.
        if !verdict.may_be_applied() {
            self.entry.state = State::Planned;
            self.note(verdict.code, &verdict.text, verdict.hint);
            if let Err(error) = self.run.journal.write(&self.entry) {
                return self.unwritable(&error.to_string());
            }
        }
        self.act(lease, verdict)
    }

    /// Writes down that a send begins: until its answer it counts as what shows.
    fn announce(&mut self, lease: &mut Lease) -> Result<(), String> {
        self.sends += 1;
        self.entry.sends = self.entry.sends.saturating_add(1);
        self.entry.state = State::Sending;
        self.note("sending", "being sent", "");
        let written = self.run.journal.write(&self.entry);
        written.map_err(|error| error.to_string())?;
        lease.times.sends = lease.times.sends.wrapping_add(1);
        self.known_sends = lease.times.sends;
        self.space(lease, None, (self.entry.sha256.clone(), false))
            .map_err(|error| error.to_string())
    }

    /// The same bytes on every attempt.
    pub(super) fn payload(&self) -> Result<Payload, Verdict> {
        let payload = self.delivery.contents.load()?;
        if payload.sha256() == self.entry.sha256 {
            return Ok(payload);
        }
        let text = "the picture changed since the run began";
        let hint = "run the same command again";
        Err(Verdict::new(Action::Fail, "picture_changed", text, hint))
    }

    /// Keeps the time of the next send, which picture may show, and whether it certainly does.
    fn space(
        &mut self,
        lease: &mut Lease,
        no_sooner: Option<Duration>,
        (last, applied): (String, bool),
    ) -> std::io::Result<()> {
        let spacing = self.run.destination.spacing().sends;
        let spacing = spacing.max(no_sooner.unwrap_or_default());
        let spacing = self.run.options.speed.real(spacing);
        self.next_send = Some(Instant::now() + spacing);
        lease.keep(Times {
            send: clock::now() + spacing,
            last,
            applied,
            ..lease.times.clone()
        })
    }
}
