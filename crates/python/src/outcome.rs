//! Results and failures as plain Python values.

use avatar_prep_command::parts;
use avatar_prepare::{Avatar, Error, Filling, Fit, Rect};
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
        avatar.background().map(hex),
        avatar.score(),
        avatar.perceptual_hash().map(|hash| hash.to_string()),
    );
    values.into_pyobject(py)
}

fn framing<'py>(py: Python<'py>, avatar: &Avatar) -> PyResult<Bound<'py, PyTuple>> {
    let frame = avatar.frame();
    let fit = match frame.fit() {
        Fit::Contain => "contain",
        Fit::Cover | Fit::Auto => "cover",
    };
    let padding = frame.filling().map(|filling| match filling {
        Filling::Transparent => avatar.background().map_or("background".into(), hex),
        Filling::Rgb(rgb) => hex(rgb),
        Filling::Blur => "blur".into(),
    });
    let faces = frame.faces().iter();
    let faces: Vec<_> = faces
        .map(|face| (face.x, face.y, face.width, face.height, face.score))
        .collect();
    let values = (
        fit,
        frame.reason().to_string(),
        corners(frame.crop()),
        corners(frame.placed()),
        padding,
        PyTuple::new(py, faces)?,
        frame.inside_mask(),
    );
    values.into_pyobject(py)
}

fn corners(rect: Rect) -> (u32, u32, u32, u32) {
    (rect.x, rect.y, rect.width, rect.height)
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}
