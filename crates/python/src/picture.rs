//! Encoded pictures as Python gives them.

use std::ops::Deref;

use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

/// An encoded picture that no Python code can change while it is read without the interpreter's lock.
pub(crate) enum Picture {
    /// `bytes`, which never change: not copied.
    Shared(PyBackedBytes),
    /// A copy of any other buffer, because its owner could write to it.
    Copied(Vec<u8>),
}

impl Picture {
    /// From `bytes`, or from an object with a contiguous buffer of bytes.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Shared(PyBackedBytes::from(bytes.clone())));
        }
        let buffer = PyBuffer::<u8>::get(object)?;
        Ok(Self::Copied(buffer.to_vec(object.py())?))
    }
}

impl Deref for Picture {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Shared(bytes) => bytes,
            Self::Copied(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for Picture {
    fn as_ref(&self) -> &[u8] {
        self
    }
}
