//! Converts the CSS properties `transform`, `translate`, `rotate` and `scale` to a matrix.

use super::lengths::Quantity;
use super::syntax::{function, position, split, words};
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

    /// Parses the value of the property `transform` (CSS Transforms 1, section 7), in which lengths
    /// and angles have units and arguments are separated by commas; `None` if a function is not
    /// understood.
    pub(crate) fn parse(text: &str, viewport: Viewport) -> Option<Self> {
        if text.trim().eq_ignore_ascii_case("none") {
            return Some(Self::IDENTITY);
        }
        let mut matrix = Self::IDENTITY;
        let mut deep = 0;
        for word in functions(text)? {
            let (name, inside) = function(word)?;
            let arguments: Vec<&str> = split(inside, |byte| byte == b',').collect();
            let name = name.to_ascii_lowercase();
            matrix = matrix.after(one(&name, &arguments, viewport)?);
            deep += u32::from(is_deep(&name, &arguments));
        }
        // What happens in depth can be seen in the plane only if another function refers to it.
        (deep < 2).then_some(matrix)
    }

    /// Parses the attribute `transform` (SVG 1.1, section 7.6), in which numbers have no units;
    /// `None` if it is not valid, so that browsers ignore it.
    pub(crate) fn parse_attribute(text: &str) -> Option<Self> {
        let found: svgtypes::Transform = text.parse().ok()?;
        Some(Self([found.a, found.b, found.c, found.d, found.e, found.f]))
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

/// The functions of a list, which need no space between them; `None` if something else is among
/// them.
fn functions(text: &str) -> Option<Vec<&str>> {
    let mut rest = text.trim();
    let mut all = Vec::new();
    while !rest.is_empty() {
        let start = rest.find('(')? + 1;
        let end = start + position(rest.get(start..)?, |byte| byte == b')')? + 1;
        all.push(rest.get(..end)?);
        rest = rest.get(end..)?.trim_start();
    }
    (!all.is_empty()).then_some(all)
}

/// Whether a function moves points out of the plane, or shows how far they are from it.
fn is_deep(name: &str, arguments: &[&str]) -> bool {
    match (name, arguments) {
        ("rotatex" | "rotatey" | "perspective", _) => true,
        ("translatez", [by]) | ("translate3d", [_, _, by]) => plain(digits(by)) != Some(0.0),
        _ => false,
    }
}

fn digits(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_ascii_alphabetic())
}

fn one(name: &str, arguments: &[&str], viewport: Viewport) -> Option<Matrix> {
    let x = |text: &str| length(text, viewport, viewport.units_wide);
    let y = |text: &str| length(text, viewport, viewport.units_high);
    let tan = |text: &str| Some(turn(text)?.to_radians().tan());
    let cos = |text: &str| Some(turn(text)?.to_radians().cos());
    Some(match (name, arguments) {
        ("translate" | "translatex", [by]) => Matrix::translation(x(by)?, 0.0),
        ("translate", [dx, dy]) => Matrix::translation(x(dx)?, y(dy)?),
        ("translate3d", [dx, dy, dz]) => {
            depth(dz, viewport)?;
            Matrix::translation(x(dx)?, y(dy)?)
        }
        ("translatey", [by]) => Matrix::translation(0.0, y(by)?),
        ("translatez", [by]) => {
            depth(by, viewport)?;
            Matrix::IDENTITY
        }
        ("perspective", [by]) if *by == "none" || depth(by, viewport).is_some() => Matrix::IDENTITY,
        ("scale", [by]) => scale(ratio(by)?, ratio(by)?),
        ("scale", [by_x, by_y]) => scale(ratio(by_x)?, ratio(by_y)?),
        ("scale3d", [by_x, by_y, by_z]) if ratio(by_z).is_some() => {
            scale(ratio(by_x)?, ratio(by_y)?)
        }
        ("scalex", [by]) => scale(ratio(by)?, 1.0),
        ("scaley", [by]) => scale(1.0, ratio(by)?),
        ("scalez", [by]) if ratio(by).is_some() => Matrix::IDENTITY,
        ("rotate" | "rotatez", [by]) => Matrix::rotation(turn(by)?),
        ("rotate3d", [x, y, z, by]) if is_upright(x, y, z) => Matrix::rotation(turn(by)?),
        // Seen from the front, what is turned out of the plane is only narrower.
        ("rotatex", [by]) => scale(1.0, cos(by)?),
        ("rotatey", [by]) => scale(cos(by)?, 1.0),
        ("skewx", [by]) => Matrix([1.0, 0.0, tan(by)?, 1.0, 0.0, 0.0]),
        ("skewy", [by]) => Matrix([1.0, tan(by)?, 0.0, 1.0, 0.0, 0.0]),
        ("skew", [by]) => Matrix([1.0, 0.0, tan(by)?, 1.0, 0.0, 0.0]),
        ("skew", [by_x, by_y]) => Matrix([1.0, tan(by_y)?, tan(by_x)?, 1.0, 0.0, 0.0]),
        ("matrix", [a, b, c, d, e, f]) => Matrix([
            plain(a)?,
            plain(b)?,
            plain(c)?,
            plain(d)?,
            plain(e)?,
            plain(f)?,
        ]),
        ("matrix3d", all) => flat_matrix(all)?,
        _ => return None,
    })
}

/// A matrix of four rows that keeps the plane as it is in depth.
fn flat_matrix(arguments: &[&str]) -> Option<Matrix> {
    let numbers: Vec<f64> = arguments
        .iter()
        .map(|text| plain(text))
        .collect::<Option<_>>()?;
    match numbers.as_slice() {
        &[
            a,
            b,
            0.0,
            0.0,
            c,
            d,
            0.0,
            0.0,
            0.0,
            0.0,
            _,
            0.0,
            e,
            f,
            0.0,
            1.0,
        ] => Some(Matrix([a, b, c, d, e, f])),
        _ => None,
    }
}

/// A length in pixels; without a unit only zero is one.
fn length(text: &str, viewport: Viewport, full: f64) -> Option<f64> {
    let found = Quantity::parse(text, viewport)?;
    (!found.unit.is_empty() || found.number == 0.0).then(|| found.pixels(full))
}

/// A length in the third dimension, where shares mean nothing.
fn depth(text: &str, viewport: Viewport) -> Option<f64> {
    (!text.contains('%')).then(|| length(text, viewport, 0.0))?
}

/// An angle in degrees; without a unit only zero is one.
fn turn(text: &str) -> Option<f64> {
    match plain(text) {
        Some(number) => (number == 0.0).then_some(0.0),
        None => angle(text).filter(|_| !text.eq_ignore_ascii_case("none")),
    }
}

/// Whether an axis points at the viewer.
fn is_upright(x: &str, y: &str, z: &str) -> bool {
    plain(x) == Some(0.0) && plain(y) == Some(0.0) && plain(z).is_some_and(|z| z > 0.0)
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

/// The properties `translate`, `rotate` and `scale`, which come before `transform`, and whose
/// arguments are separated by spaces.
pub(super) fn single(property: &str, text: &str, viewport: Viewport) -> Option<Matrix> {
    if text.trim().eq_ignore_ascii_case("none") {
        return Some(Matrix::IDENTITY);
    }
    let arguments: Vec<&str> = words(text).collect();
    match (property, arguments.as_slice()) {
        ("translate", all @ [_, _, _]) => one("translate3d", all, viewport),
        ("scale", all @ [_, _, _]) => one("scale3d", all, viewport),
        ("rotate", all @ [_, _, _, _]) => one("rotate3d", all, viewport),
        ("rotate", [axis, by] | [by, axis]) if is_axis(axis) => one(
            &format!("rotate{}", axis.to_ascii_lowercase()),
            &[by],
            viewport,
        ),
        (property, arguments) => one(property, arguments, viewport),
    }
}

fn is_axis(text: &str) -> bool {
    ["x", "y", "z"]
        .iter()
        .any(|axis| text.eq_ignore_ascii_case(axis))
}
