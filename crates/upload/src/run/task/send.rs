//! The send itself: after the pause between sends, with the journal written before and after, and
//! with the same bytes on every attempt.

use std::time::{Duration, Instant};

use super::state::{LONGEST_PAUSE, Next, Stage, Task};
use crate::clock;
use crate::journal::State;
use crate::pace::{Lease, Sent};
use crate::payload::Payload;
use crate::verdict::{Action, Verdict};

/// Pauses shorter than this are not reported.
const SHORTEST_REPORTED_PAUSE: Duration = Duration::from_secs(2);

/// The reason of a pause that only keeps the distance between two sends.
fn spaced() -> Verdict {
    let text = "the last send to the account was a moment ago";
    Verdict::new(Action::Retry { most: 0 }, "spacing", text, "")
}

impl Task<'_> {
    pub(super) fn send(&mut self, lease: &mut Lease<'_>) -> Next {
        let wait = self.until_next_send(lease);
        if !wait.is_zero() {
            if wait >= self.run.options.speed.real(SHORTEST_REPORTED_PAUSE) {
                self.report_real_pause(&spaced(), wait);
            }
            return self.at_next_send(lease, Duration::ZERO);
        }
        // Another process sent after this task asked what the account shows. Ask again, otherwise
        // its picture could be mistaken for this one.
        if lease.sent.sends != self.known_sends {
            self.stage = Stage::Snapshot;
            return self.after(self.spacing.questions);
        }
        let payload = match self.payload() {
            Ok(payload) => payload,
            Err(verdict) => return self.act(lease, verdict),
        };
        match lease.reserve(self.real_spacing(None)) {
            Ok(Ok(())) => {}
            Ok(Err(wait)) => return Next::At(Instant::now() + wait),
            Err(error) => return self.unwritable(&error.to_string()),
        }
        let before = lease.sent.clone();
        if let Err(error) = self.announce(lease) {
            // Nothing was sent.
            self.sends -= 1;
            self.entry.sends = self.entry.sends.saturating_sub(1);
            return self.unwritable(&error);
        }
        self.unverified = false;
        self.report_start("sending");
        let verdict = self.delivery.destination.send(&payload);
        self.keep_sent(lease, before, &verdict);
        // It is certain that nothing was applied, so a run that continues after a crash may send at
        // once.
        if !verdict.may_be_applied() {
            self.entry.state = State::Planned;
            self.note(verdict.code, &verdict.text, verdict.hint);
            if let Err(error) = self.run.journal.write(&self.entry) {
                return self.unwritable(&error.line());
            }
        }
        self.act(lease, verdict)
    }

    /// Records that a send begins: until its answer arrives, this picture counts as the one that
    /// the account may show.
    fn announce(&mut self, lease: &mut Lease<'_>) -> Result<(), String> {
        self.sends += 1;
        self.entry.sends = self.entry.sends.saturating_add(1);
        self.entry.state = State::Sending;
        self.entry.link = None;
        self.note("sending", "being sent", "");
        let written = self.run.journal.write(&self.entry);
        written.map_err(|error| error.line())?;
        let sends = lease.sent.sends.wrapping_add(1);
        self.known_sends = sends;
        let last = self.entry.sha256.clone();
        let applied = false;
        let sent = Sent {
            last,
            applied,
            sends,
        };
        lease.keep(sent).map_err(|error| error.to_string())
    }

    /// Records which picture the account may show after the answer, and the time of the next send.
    /// The pause counts from the answer, so that it is long enough however long the request took.
    fn keep_sent(&mut self, lease: &mut Lease<'_>, before: Sent, verdict: &Verdict) {
        let applied = verdict.is_applied();
        let sent = if verdict.may_be_applied() {
            Sent {
                applied,
                ..lease.sent.clone()
            }
        } else {
            let sends = lease.sent.sends;
            Sent { sends, ..before }
        };
        let wanted = verdict.no_sooner.filter(|wanted| *wanted <= LONGEST_PAUSE);
        let spacing = self.real_spacing(wanted);
        self.next_send = Some(Instant::now() + spacing);
        let kept = lease.keep(sent).and_then(|()| match spacing.is_zero() {
            true => Ok(()),
            false => lease.space(clock::now() + spacing),
        });
        if let Err(error) = kept {
            self.warn(&error);
        }
    }

    fn real_spacing(&self, wanted: Option<Duration>) -> Duration {
        let spacing = self.spacing.sends.max(wanted.unwrap_or_default());
        self.run.options.speed.real(spacing)
    }

    /// The bytes to send, which are the same on every attempt.
    pub(super) fn payload(&self) -> Result<Payload, Verdict> {
        let payload = self.delivery.contents.load()?;
        if payload.sha256() == self.entry.sha256 {
            return Ok(payload);
        }
        let text = "the picture changed since the run began";
        let hint = "run the same command again";
        Err(Verdict::new(Action::Fail, "picture_changed", text, hint))
    }
}
