//! Results and failures, as JSON with the names that JavaScript uses.

use std::error::Error as _;

use avatar_prepare::{Avatar, Error, FaceBox, Filling, Fit, Rect};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// What became of one picture.
#[wasm_bindgen]
pub struct Outcome {
    jpeg: Option<Vec<u8>>,
    record: String,
}

#[wasm_bindgen]
impl Outcome {
    /// The JPEG, once; none if the picture failed.
    pub fn jpeg(&mut self) -> Option<Vec<u8>> {
        self.jpeg.take()
    }

    /// What is known about the result or the failure, as JSON.
    #[must_use]
    pub fn record(&self) -> String {
        self.record.clone()
    }
}

impl Outcome {
    pub(crate) fn of(result: Result<Avatar, Error>) -> Self {
        match result {
            Ok(avatar) => Self {
                record: json(&Made::of(&avatar)),
                jpeg: Some(avatar.into_bytes()),
            },
            Err(error) => Self {
                record: json(&Failure::of(&error)),
                jpeg: None,
            },
        }
    }
}

/// Why a picture has no result.
#[derive(Serialize)]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
    hint: &'static str,
}

impl Failure {
    /// With the message that the command has for it.
    pub(crate) fn of(error: &Error) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            message = format!("{message}: {inner}");
            cause = inner.source();
        }
        Self {
            code: error.code().as_str(),
            message,
            hint: error.hint(),
        }
    }
}

/// What is known about a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    size: u32,
    quality: u8,
    subsampling: String,
    progressive: bool,
    format: &'static str,
    framing: Framing,
    notes: Vec<Note>,
    background: Option<String>,
    score: Option<f32>,
    perceptual_hash: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Framing {
    fit: &'static str,
    by: String,
    crop: [u32; 4],
    placed: [u32; 4],
    padding: Option<String>,
    faces: Vec<Face>,
    inside_mask: Option<bool>,
}

#[derive(Serialize)]
struct Face {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    score: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Note {
    code: &'static str,
    message: String,
    is_warning: bool,
}

impl Made {
    fn of(avatar: &Avatar) -> Self {
        let notes = avatar.notes().iter().map(|note| Note {
            code: note.code(),
            message: note.to_string(),
            is_warning: note.is_warning(),
        });
        Self {
            size: avatar.edge(),
            quality: avatar.quality(),
            subsampling: avatar.subsampling().to_string(),
            progressive: avatar.is_progressive(),
            format: avatar.probe().format().name(),
            framing: framing(avatar),
            notes: notes.collect(),
            background: avatar.background().map(hex),
            score: avatar.score(),
            perceptual_hash: avatar.perceptual_hash().map(|hash| hash.to_string()),
        }
    }
}

fn framing(avatar: &Avatar) -> Framing {
    let frame = avatar.frame();
    let padding = frame.filling().map(|filling| match filling {
        Filling::Transparent => avatar.background().map_or("background".into(), hex),
        Filling::Rgb(rgb) => hex(rgb),
        Filling::Gradient => "gradient".into(),
        Filling::Blur => "blur".into(),
    });
    Framing {
        fit: match frame.fit() {
            Fit::Contain => "contain",
            Fit::Cover | Fit::Auto => "cover",
        },
        by: frame.reason().to_string(),
        crop: corners(frame.crop()),
        placed: corners(frame.placed()),
        padding,
        faces: frame.faces().iter().map(face).collect(),
        inside_mask: frame.inside_mask(),
    }
}

fn face(face: &FaceBox) -> Face {
    Face {
        x: face.x,
        y: face.y,
        width: face.width,
        height: face.height,
        score: face.score,
    }
}

fn corners(rect: Rect) -> [u32; 4] {
    [rect.x, rect.y, rect.width, rect.height]
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// JSON of values that always have one.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
