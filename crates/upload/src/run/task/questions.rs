//! Questions that got no usable answer: when to ask again, and what the server's refusal means for sends.

use std::time::Duration;

use super::state::{LONGEST_PAUSE, MOST_QUESTIONS, Task};
use crate::clock;
use crate::pace::{LONGEST_DEFERRAL, Lease};
use crate::run::backoff::TRANSPORT_FLOOR;
use crate::verdict::{Action, Verdict};

impl Task<'_> {
    /// The pause before a question is asked again; `None` if it is not asked again in this run, because it failed often
    /// or the server names a long pause. `kind` says which question it is.
    pub(super) fn next_question(
        &mut self,
        lease: &mut Lease<'_>,
        verdict: &Verdict,
        kind: &'static str,
    ) -> Option<Duration> {
        self.hold_sends(lease, verdict);
        let wanted = verdict.no_sooner.unwrap_or_default();
        let is_over = self.tally(kind) >= MOST_QUESTIONS || wanted > LONGEST_PAUSE;
        let least = TRANSPORT_FLOOR.max(self.spacing.questions);
        (!is_over).then(|| least.max(wanted))
    }

    /// Lets a pause that the service asked for in its answer to a question hold for its sends too, of every account of
    /// the scope. Another server, which only has the picture, has no say in that.
    pub(super) fn hold_sends(&self, lease: &mut Lease<'_>, verdict: &Verdict) {
        let wanted = verdict.no_sooner.unwrap_or_default();
        if wanted.is_zero() || !matches!(verdict.action, Action::Wait { .. }) {
            return;
        }
        let until = clock::now() + self.run.options.speed.real(wanted.min(LONGEST_DEFERRAL));
        let held = match wanted > LONGEST_PAUSE {
            true => lease.defer_scope(until, verdict.code),
            false => lease.space(until),
        };
        if let Err(error) = held {
            self.warn(&error);
        }
    }
}
