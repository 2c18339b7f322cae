//! The `framing` object of a record.

use avatar_prepare::{Filling, Fit, Frame, Rect};
use serde::{Deserialize, Serialize};

/// What of a picture the square shows, and why.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Framing {
    fit: String,
    by: String,
    /// Left, top, width and height in pixels of the upright source.
    crop: [u32; 4],
    /// The same in pixels of the result: where that part lies.
    placed: [u32; 4],
    /// A colour, or `blur`; null where nothing is padded.
    padding: Option<String>,
    faces: Vec<Face>,
    inside_mask: Option<bool>,
}

/// A face that was found, in pixels of the upright source.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Face {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    score: f64,
}

impl Framing {
    /// `background` is what shows behind transparency.
    pub fn of(frame: &Frame, background: Option<[u8; 3]>) -> Self {
        let face = |face: &avatar_prepare::FaceBox| Face {
            x: tenths(face.x),
            y: tenths(face.y),
            width: tenths(face.width),
            height: tenths(face.height),
            score: (face.score * 100.0).round() / 100.0,
        };
        Self {
            fit: fit(frame).into(),
            by: frame.reason().to_string(),
            crop: corners(frame.crop()),
            placed: corners(frame.placed()),
            padding: padding(frame, background),
            faces: frame.faces().iter().map(face).collect(),
            inside_mask: frame.inside_mask(),
        }
    }
}

/// `contain` if the picture is shown whole, `cover` if it fills the square.
pub fn fit(frame: &Frame) -> &'static str {
    match frame.fit() {
        Fit::Contain => "contain",
        Fit::Cover | Fit::Auto => "cover",
    }
}

/// What fills the square beside the picture; `None` where nothing is padded.
pub fn padding(frame: &Frame, background: Option<[u8; 3]>) -> Option<String> {
    frame.filling().map(|filling| match filling {
        Filling::Transparent => background.map_or_else(|| "background".into(), hex),
        Filling::Rgb(rgb) => hex(rgb),
        Filling::Gradient => "gradient".into(),
        Filling::Blur => "blur".into(),
    })
}

/// Left, top, width and height.
pub fn corners(rect: Rect) -> [u32; 4] {
    [rect.x, rect.y, rect.width, rect.height]
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A colour as `#rrggbb`.
pub fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}
