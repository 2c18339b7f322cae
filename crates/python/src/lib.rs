//! The compiled part of the Python package `avatar_prep`, as its module `_native`. It moves values between Python
//! and [`avatar_prepare`]; the classes that users see are written in Python.

mod engine;
mod many;
mod outcome;
mod picture;

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The module `avatar_prep._native`.
#[pymodule(name = "_native")]
mod native {
    #[pymodule_export]
    use super::engine::Engine;
    #[pymodule_export]
    use super::many::Many;
    #[pymodule_export]
    use super::{jobs, options, publish, run, version};
}

/// Runs the command `avatar-prep` with these words, the first of which is its name; returns its exit code.
#[pyfunction]
fn run(py: Python<'_>, words: Vec<OsString>) -> u8 {
    py.detach(|| avatar_prep_command::run(words.into_iter()))
}

/// Name, default and help of each option of a `Preparer`, with dashes as on the command line.
#[pyfunction]
fn options() -> Vec<(&'static str, &'static str, &'static str)> {
    avatar_prep_command::parts::options()
}

/// A number of workers from text: `auto`, or 1 to 1024.
#[pyfunction]
fn jobs(text: &str) -> PyResult<usize> {
    let jobs = avatar_prep_command::parts::jobs(text).map_err(PyValueError::new_err)?;
    Ok(jobs.get())
}

/// Writes a file, complete or not at all.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // arguments of Python are values
fn publish(py: Python<'_>, path: PathBuf, jpeg: pyo3::pybacked::PyBackedBytes) -> PyResult<()> {
    py.detach(|| avatar_prep_command::parts::publish(&path, &jpeg))?;
    Ok(())
}

/// The version of the package.
#[pyfunction]
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
