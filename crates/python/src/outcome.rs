//! Results and failures as plain Python values.

use avatar_prep_command::parts;
use avatar_prepare::{Avatar, Error};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

/// What `_native` returns for a picture: whether there is a result, and the arguments of `Avatar` or of
/// `PrepareError`.
pub(crate) fn to_python<'py>(
    py: Python<'py>,
    result: Result<Avatar, Error>,
) -> PyResult<(bool, Bound<'py, PyTuple>)> {
    Ok(match result {
        Ok(avatar) => (true, made(py, &avatar)?),
        Err(error) => {
            let (code, message) = parts::failure(&error);
            (false, (code, message, error.hint()).into_pyobject(py)?)
        }
    })
}

fn made<'py>(py: Python<'py>, avatar: &Avatar) -> PyResult<Bound<'py, PyTuple>> {
    let notes = avatar.notes().iter();
    let notes: Vec<_> = notes.map(|it| (it.code(), it.to_string())).collect();
    let values = (
        PyBytes::new(py, avatar.bytes()),
        avatar.edge(),
        avatar.quality(),
        avatar.subsampling().to_string(),
        avatar.is_progressive(),
        avatar.probe().format().name(),
        framing(py, avatar)?,
        PyTuple::new(py, notes)?,
        avatar.background().map(parts::color),
        avatar.score(),
        avatar.perceptual_hash().map(|hash| hash.to_string()),
    );
    values.into_pyobject(py)
}

fn framing<'py>(py: Python<'py>, avatar: &Avatar) -> PyResult<Bound<'py, PyTuple>> {
    let frame = avatar.frame();
    let shown = parts::shown(avatar);
    let faces = frame.faces().iter();
    let faces: Vec<_> = faces
        .map(|face| (face.x, face.y, face.width, face.height, face.score))
        .collect();
    let values = (
        shown.fit,
        frame.reason().to_string(),
        <(u32, u32, u32, u32)>::from(shown.crop),
        <(u32, u32, u32, u32)>::from(shown.placed),
        shown.padding,
        PyTuple::new(py, faces)?,
        frame.inside_mask(),
    );
    values.into_pyobject(py)
}
