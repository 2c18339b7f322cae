//! Checks a target before the first delivery if nothing is known about it: the journal may have
//! been lost, or another machine may have sent. The picture that the target shows is compared with
//! the one to send.

use std::time::Duration;

use super::doubt::Looks;
use super::state::{Next, Stage, Task};
use crate::destination::Shown;
use crate::journal::State;
use crate::pace::{Lease, Sent};
use crate::run::values::{Likeness, Status};

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
        match self.looks(Likeness::Same) {
            Looks::Later => self.after_failure(1),
            Looks::Alike => self.shows_already(lease),
            Looks::Otherwise(_) | Looks::Unseen(_) => self.go_and_send(),
        }
    }

    fn go_and_send(&mut self) -> Next {
        self.stage = Stage::Send;
        self.after(Duration::ZERO)
    }

    /// Two slightly different pictures can look the same after a messenger has made them smaller.
    /// The note therefore says why nothing was sent, and how to send anyway.
    fn shows_already(&mut self, lease: &mut Lease<'_>) -> Next {
        let kept = lease.keep(Sent {
            last: self.entry.sha256.clone(),
            applied: true,
            ..lease.sent.clone()
        });
        if let Err(error) = kept {
            self.warn(&error);
        }
        let text = "not sent: nothing is known of earlier deliveries, and the account shows a \
                    picture that looks the same";
        self.note("shows_already", text, "--resend sends it anyway");
        self.end(State::Applied, Status::UpToDate)
    }
}
