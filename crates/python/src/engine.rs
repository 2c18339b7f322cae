//! Settings that are used from any number of Python threads.

use std::sync::{Mutex, PoisonError};

use avatar_prepare::{Budget, Limits, Preparer, Settings};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::many::Many;
use crate::outcome::to_python;
use crate::picture::Picture;

/// Settings and limits, and the scratch memory of threads that are not preparing now.
#[pyclass(frozen, module = "avatar_prep._native")]
pub(crate) struct Engine {
    settings: Settings,
    limits: Limits,
    /// At most as many as threads ever prepared at the same time.
    idle: Mutex<Vec<Preparer>>,
}

#[pymethods]
impl Engine {
    /// From pairs of an option's name, with dashes, and its value as on the command line.
    #[new]
    #[allow(clippy::needless_pass_by_value)] // arguments of Python are values
    fn new(pairs: Vec<(String, String)>) -> PyResult<Self> {
        let (settings, limits) =
            avatar_prep_command::parts::settings(&pairs).map_err(PyValueError::new_err)?;
        let idle = Mutex::default();
        Ok(Self {
            settings,
            limits,
            idle,
        })
    }

    /// Prepares one encoded picture.
    fn prepare<'py>(&self, picture: &Bound<'py, PyAny>) -> PyResult<(bool, Bound<'py, PyTuple>)> {
        let py = picture.py();
        let picture = Picture::of(picture)?;
        let result = py.detach(|| {
            let mut preparer = self.preparer();
            let result = preparer.prepare(&picture);
            self.keep(preparer);
            result
        });
        to_python(py, result)
    }

    /// Starts workers for many pictures, within a budget of memory such as `2GiB` or `auto`.
    fn many(&self, jobs: &str, memory: &str) -> PyResult<Many> {
        let jobs = avatar_prep_command::parts::jobs(jobs).map_err(PyValueError::new_err)?;
        let memory = avatar_prep_command::parts::memory(memory).map_err(PyValueError::new_err)?;
        let budget = Budget::new(memory);
        Many::start(self.settings.clone(), self.limits, jobs, budget)
    }
}

impl Engine {
    fn preparer(&self) -> Preparer {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.unwrap_or_else(|| Preparer::new(self.settings.clone(), self.limits))
    }

    fn keep(&self, preparer: Preparer) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(preparer);
    }
}
