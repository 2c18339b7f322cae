//! Checks a target before the first delivery if nothing is known about it: the journal may have
//! been lost, or another machine may have sent. The picture that the target shows is compared with
//! the one to send.

use std::time::Duration;

use super::state::{Next, Stage, Task};
use super::uncertain::Shows;
use crate::destination::Shown;
use crate::hints;
use crate::journal::State;
use crate::pace::{Lease, Sent};
use crate::run::values::{Comparison, Status};
use crate::verdict::{Action, Verdict};

impl Task<'_> {
    /// Whether the pacing records no send to the target, from any folder of results.
    pub(super) fn was_never_sent_to(&self) -> bool {
        self.run.pacer.sent(&self.entry.target) == Sent::default()
    }

    /// Decides whether the shown picture has to be fetched. If the destination does not say what it
    /// shows, the picture is sent, because sending the same picture again changes nothing.
    pub(super) fn before_the_first_send(&mut self, lease: &mut Lease<'_>) -> Next {
        match &self.entry.before {
            Shown::Bytes(sha256) if *sha256 == self.entry.sha256 => self.shows_already(lease),
            Shown::Version(_) => {
                self.stage = Stage::LookFirst;
                self.after(self.spacing.questions)
            }
            Shown::Bytes(_) | Shown::Nothing | Shown::Untold => self.go_and_send(),
        }
    }

    /// Fetches and compares the shown picture.
    pub(super) fn look_first(&mut self, lease: &mut Lease<'_>) -> Next {
        let keeps_bytes = self.delivery.destination.keeps_bytes();
        match self.compare_shown(lease, keeps_bytes) {
            Shows::Later(pause) => self.after(pause + self.random(1)),
            Shows::Compared(Comparison::Same) => self.shows_already(lease),
            Shows::Compared(Comparison::Similar(why)) => self.shows_similar(lease, &why),
            Shows::Compared(Comparison::Different(_)) | Shows::Uncompared(_) => self.go_and_send(),
        }
    }

    /// It can be this picture, which the service made smaller, or an earlier version of it. Neither
    /// calling it shown nor sending it again is certain to be right, so a person decides.
    fn shows_similar(&mut self, lease: &mut Lease<'_>, why: &str) -> Next {
        let text = format!(
            "not sent: nothing is known of earlier deliveries, and the account shows a similar \
             picture, perhaps this one, perhaps an earlier version: {why}"
        );
        self.act(
            lease,
            Verdict::new(Action::Refuse, "shows_similar", text, hints::SIMILAR),
        )
    }

    fn go_and_send(&mut self) -> Next {
        self.stage = Stage::Send;
        self.after(Duration::ZERO)
    }

    fn shows_already(&mut self, lease: &mut Lease<'_>) -> Next {
        let kept = lease.keep(Sent {
            last: self.entry.sha256.clone(),
            applied: true,
            ..lease.sent.clone()
        });
        if let Err(error) = kept {
            self.warn(&error);
        }
        let text = "not sent: nothing is known of earlier deliveries, and the account shows the \
                    same picture";
        self.note("shows_already", text, hints::SAME);
        self.end(State::Applied, Status::UpToDate)
    }
}
