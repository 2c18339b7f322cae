//! Many pictures on threads of their own. The Python side feeds pictures in and takes outcomes out, so that its
//! iterators only ever run on the thread that asked for results.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use avatar_prepare::{Avatar, Batch, Budget, Error, Limits, Settings, SharedBytes, Source};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::outcome::to_python;
use crate::picture::Picture;

/// How long an outcome is waited for before Python may handle a signal, such as Ctrl-C.
const SIGNALS: Duration = Duration::from_millis(50);

/// A picture's number and what became of it.
type Outcome = (u64, Result<Avatar, Error>);

/// A running batch.
#[pyclass(frozen, module = "avatar_prep._native")]
pub(crate) struct Many {
    /// Closed when no more pictures come.
    pictures: Mutex<Option<Sender<(u64, Source)>>>,
    outcomes: Mutex<Receiver<Outcome>>,
    stop: Arc<AtomicBool>,
}

impl Many {
    /// Starts the workers.
    pub(crate) fn start(
        settings: Settings,
        limits: Limits,
        jobs: NonZeroUsize,
        budget: Budget,
    ) -> PyResult<Self> {
        let batch = Batch::new(settings, limits, jobs)?.with_budget(budget);
        let (pictures, sources) = channel();
        let (done, outcomes) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let work = move || {
            batch.run_each(
                sources,
                &stopped,
                |number, result| (number, result),
                |outcome| {
                    // Nobody listens after `stop`.
                    let _ = done.send(outcome);
                },
            );
        };
        std::thread::Builder::new()
            .name("avatar-prep".into())
            .spawn(work)?;
        Ok(Self {
            pictures: Mutex::new(Some(pictures)),
            outcomes: Mutex::new(outcomes),
            stop,
        })
    }

    fn close(&self) {
        *self.pictures.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[pymethods]
impl Many {
    /// Queues a picture under a number.
    fn put(&self, number: u64, picture: &Bound<'_, PyAny>) -> PyResult<()> {
        let source = Source::Shared(SharedBytes::new(Picture::of(picture)?));
        let pictures = self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = pictures.as_ref().map(|queue| queue.send((number, source)));
        match sent {
            Some(Ok(())) => Ok(()),
            _ => Err(ended()),
        }
    }

    /// Says that no more pictures come.
    fn end(&self) {
        self.close();
    }

    /// The next outcome, in order of completion; without `wait`, `None` if there is none yet.
    fn take<'py>(
        &self,
        py: Python<'py>,
        wait: bool,
    ) -> PyResult<Option<(u64, bool, Bound<'py, PyTuple>)>> {
        loop {
            let time = if wait { SIGNALS } else { Duration::ZERO };
            let outcome = py.detach(|| {
                let outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                outcomes.recv_timeout(time)
            });
            match outcome {
                Ok((number, result)) => {
                    let (is_made, values) = to_python(py, result)?;
                    return Ok(Some((number, is_made, values)));
                }
                Err(RecvTimeoutError::Timeout) if !wait => return Ok(None),
                Err(RecvTimeoutError::Timeout) => py.check_signals()?,
                // A picture without an outcome must not look like the end.
                Err(RecvTimeoutError::Disconnected) => return Err(ended()),
            }
        }
    }

    /// Starts no further picture; those in flight are dropped when they are finished.
    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.close();
    }
}

impl Drop for Many {
    fn drop(&mut self) {
        self.stop();
    }
}

fn ended() -> PyErr {
    PyRuntimeError::new_err("the workers have ended; start a new run")
}
