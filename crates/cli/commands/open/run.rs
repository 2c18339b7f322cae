//! Runs over the files of a batch, one after another: each uses all workers and the whole budget of
//! memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use avatar_batch::args::Effective;
use avatar_batch::error::{CliError, Kind};
use avatar_batch::exit::Exit;
use avatar_batch::interrupt;
use avatar_batch::making::Observer;
use avatar_batch::report::record::FileRecord;
use axum::http::StatusCode;

use super::batch::{Batch, locked};
use super::choice::Choice;
use super::progress::Trouble;
use super::service::Service;
use crate::web::Refused;

/// How often to try again while another process, or a review, holds the folder of results.
const TRIES: u32 = 60;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(500);

/// Records the outcome of each file for the page.
struct Watch {
    batch: Arc<Batch>,
}

impl Observer for Watch {
    fn found(&self, files: u64) {
        self.batch.found(files);
    }

    fn finished(&self, record: &FileRecord) {
        self.batch.add(self.batch.places.row(record));
    }
}

impl Service {
    /// Starts to make the pictures of a batch; returns the number of the run.
    pub(super) fn make(self: &Arc<Self>, id: &str, choice: &Choice) -> Result<u32, Refused> {
        let batch = self.batch(id)?;
        let effective = choice.settings(&self.effective)?;
        let number = batch.start()?;
        if self.out.is_some() {
            batch.keep();
        }
        let (service, working) = (Arc::clone(self), Arc::clone(&batch));
        let thread = thread::Builder::new().name("run".into()).spawn(move || {
            let done = catch_unwind(AssertUnwindSafe(|| service.work(&effective, &working)));
            let failed = |_| Some(trouble("the run failed", "try it again, or report it"));
            working.end(done.unwrap_or_else(failed));
        });
        match thread {
            Ok(thread) => locked(&self.runs).push(thread),
            Err(error) => {
                let message = format!("could not start: {error}");
                batch.end(Some(trouble(&message, "try it again")));
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                return Err(Refused::new(status, "failed", message));
            }
        }
        Ok(number)
    }

    /// Makes the pictures of a batch when its turn has come; returns what ended it early.
    fn work(&self, effective: &Effective, batch: &Arc<Batch>) -> Option<Trouble> {
        let _turn = locked(&self.turn);
        let stop = interrupt::stop_flag();
        let mut tries = 0;
        loop {
            let observer = Arc::new(Watch {
                batch: Arc::clone(batch),
            });
            if stop.load(Ordering::Relaxed) {
                return Some(trouble("avatar-prep has ended", "start it again"));
            }
            let places = &batch.places;
            let inputs = [places.input.clone()];
            match (self.making)(effective, &inputs, &places.out, observer) {
                Ok(made) if made.exit == Exit::Interrupted => {
                    return Some(trouble("interrupted: not all were made", "start it again"));
                }
                Ok(_) => return None,
                Err(error) if error.kind == Kind::Busy && tries < TRIES => {
                    tries += 1;
                    thread::sleep(PAUSE);
                }
                Err(error) => return Some(of_error(batch, &error)),
            }
        }
    }
}

fn of_error(batch: &Batch, error: &CliError) -> Trouble {
    let places = &batch.places;
    trouble(
        &places.shortened(&error.to_string()),
        &places.shortened(&error.hint),
    )
}

fn trouble(message: &str, hint: &str) -> Trouble {
    Trouble {
        message: message.into(),
        hint: hint.into(),
    }
}
