//! Converts the CSS properties `transform`, `translate`, `rotate` and `scale` to a matrix.

use super::lengths::Quantity;
use super::syntax::{position, words};
use super::viewport::Viewport;
use crate::color::{angle, plain};

/// An affine map: `x' = a x + c y + e`, `y' = b x + d y + f`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Matrix(pub(crate) [f64; 6]);

impl Matrix {
    pub(crate) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Whether it maps everything to a line or a point.
    pub(crate) fn is_flat(self) -> bool {
        let [a, b, c, d, ..] = self.0;
        let most = (a * d).abs().max((b * c).abs());
        (a * d - b * c).abs() <= most * 1e-12
    }

    /// The map that applies `other` first and then this one.
    pub(crate) fn after(self, other: Self) -> Self {
        let ([a, b, c, d, e, f], [p, q, r, s, t, u]) = (self.0, other.0);
        Self([
            a * p + c * q,
            b * p + d * q,
            a * r + c * s,
            b * r + d * s,
            a * t + c * u + e,
            b * t + d * u + f,
        ])
    }

    /// Parses a list of functions; `None` if one of them is not understood.
    pub(crate) fn parse(text: &str, viewport: Viewport) -> Option<Self> {
        let separators = [',', ' ', '\t', '\r', '\n'];
        let mut rest = text.trim();
        let mut matrix = Self::IDENTITY;
        if rest.eq_ignore_ascii_case("none") {
            return Some(matrix);
        }
        while !rest.is_empty() {
            let (name, inside) = rest.split_once('(')?;
            let end = position(inside, |byte| byte == b')')?;
            let arguments = inside.get(..end)?.split(separators);
            let arguments: Vec<&str> = arguments.filter(|argument| !argument.is_empty()).collect();
            matrix = matrix.after(one(
                &name.trim().to_ascii_lowercase(),
                &arguments,
                viewport,
            )?);
            rest = inside.get(end + 1..)?.trim_start_matches(separators);
        }
        Some(matrix)
    }

    pub(crate) fn translation(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    fn rotation(degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self([cos, sin, -sin, cos, 0.0, 0.0])
    }

    /// The matrix in a form that the renderer reads.
    pub(crate) fn text(self) -> String {
        let [a, b, c, d, e, f] = self.0;
        format!("matrix({a} {b} {c} {d} {e} {f})")
    }
}

fn one(name: &str, arguments: &[&str], viewport: Viewport) -> Option<Matrix> {
    let x = |text: &str| Some(Quantity::parse(text, viewport)?.pixels(viewport.width));
    let y = |text: &str| Some(Quantity::parse(text, viewport)?.pixels(viewport.height));
    let tan = |text: &str| Some(angle(text)?.to_radians().tan());
    Some(match (name, arguments) {
        ("translate" | "translatex", [by]) => Matrix::translation(x(by)?, 0.0),
        ("translate" | "translate3d", [dx, dy] | [dx, dy, _]) => {
            Matrix::translation(x(dx)?, y(dy)?)
        }
        ("translatey", [by]) => Matrix::translation(0.0, y(by)?),
        ("scale", [by]) => scale(ratio(by)?, ratio(by)?),
        ("scale" | "scale3d", [by_x, by_y] | [by_x, by_y, _]) => scale(ratio(by_x)?, ratio(by_y)?),
        ("scalex", [by]) => scale(ratio(by)?, 1.0),
        ("scaley", [by]) => scale(1.0, ratio(by)?),
        ("rotate" | "rotatez", [by]) => Matrix::rotation(angle(by)?),
        ("rotate", [by, cx, cy]) => {
            let (cx, cy) = (x(cx)?, y(cy)?);
            let turned = Matrix::translation(cx, cy).after(Matrix::rotation(angle(by)?));
            turned.after(Matrix::translation(-cx, -cy))
        }
        ("skewx", [by]) => Matrix([1.0, 0.0, tan(by)?, 1.0, 0.0, 0.0]),
        ("skewy", [by]) => Matrix([1.0, tan(by)?, 0.0, 1.0, 0.0, 0.0]),
        ("skew", [by]) => Matrix([1.0, 0.0, tan(by)?, 1.0, 0.0, 0.0]),
        ("skew", [by_x, by_y]) => Matrix([1.0, tan(by_y)?, tan(by_x)?, 1.0, 0.0, 0.0]),
        ("matrix", [a, b, c, d, e, f]) => {
            Matrix([plain(a)?, plain(b)?, plain(c)?, plain(d)?, x(e)?, y(f)?])
        }
        // Without perspective, depth has no effect.
        ("translatez" | "perspective", [_]) => Matrix::IDENTITY,
        _ => return None,
    })
}

fn scale(x: f64, y: f64) -> Matrix {
    Matrix([x, 0.0, 0.0, y, 0.0, 0.0])
}

fn ratio(text: &str) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => Some(plain(percent)? / 100.0),
        None => plain(text),
    }
}

/// The properties `translate`, `rotate` and `scale`, which come before `transform`.
pub(super) fn single(property: &str, text: &str, viewport: Viewport) -> Option<Matrix> {
    if text.trim().eq_ignore_ascii_case("none") {
        return Some(Matrix::IDENTITY);
    }
    let arguments: Vec<&str> = words(text).collect();
    match (property, arguments.as_slice()) {
        ("rotate", ["z", by] | [by, "z"]) => one("rotate", &[by], viewport),
        (property, arguments) => one(property, arguments, viewport),
    }
}
