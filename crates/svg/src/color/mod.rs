//! Converts all colours of CSS (CSS Color 4 and 5) to 8-bit sRGB, which is all that the renderer
//! supports.

mod mix;
mod spaces;
mod system;

use std::fmt;

use spaces::{Space, Triple, light_to_srgb};
pub(super) use system::is_system;

use crate::style::syntax::{function, split, words};

/// A colour in linear sRGB, which can be outside 0 to 1, with its opacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CssColor {
    linear: Triple,
    alpha: f64,
}

/// Deepest nesting of mixtures.
const DEEPEST: u32 = 8;

impl CssColor {
    pub(super) const BLACK: Self = Self {
        linear: [0.0; 3],
        alpha: 1.0,
    };

    /// Parses a colour; `current` is the value of `currentColor` inside a mixture.
    pub(super) fn parse(text: &str, current: Self) -> Option<Self> {
        Self::read(text.trim(), current, DEEPEST)
    }

    fn read(text: &str, current: Self, depth: u32) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        let Some((name, arguments)) = function(text) else {
            return named(text, current);
        };
        match name.to_ascii_lowercase().as_str() {
            "rgb" | "rgba" => rgb(arguments),
            "hsl" | "hsla" => coordinates(arguments, Space::Hsl, [360.0, 100.0, 100.0]),
            "hwb" => coordinates(arguments, Space::Hwb, [360.0, 100.0, 100.0]),
            "lab" => coordinates(arguments, Space::Lab, [100.0, 125.0, 125.0]),
            "lch" => coordinates(arguments, Space::Lch, [100.0, 150.0, 360.0]),
            "oklab" => coordinates(arguments, Space::Oklab, [1.0, 0.4, 0.4]),
            "oklch" => coordinates(arguments, Space::Oklch, [1.0, 0.4, 360.0]),
            "color" => {
                let (space, rest) = arguments.trim().split_once(char::is_whitespace)?;
                let space = Space::named(&space.to_ascii_lowercase())?;
                let has_name = !matches!(
                    space,
                    Space::Lab | Space::Lch | Space::Oklab | Space::Oklch | Space::Hsl | Space::Hwb
                );
                has_name.then(|| coordinates(rest, space, [1.0; 3]))?
            }
            "color-mix" => mix::mix(arguments, &|text| Self::read(text, current, depth)),
            // Drawings are drawn for a light theme.
            "light-dark" => Self::read(
                split(arguments, |byte| byte == b',').next()?,
                current,
                depth,
            ),
            _ => None,
        }
    }

    fn new(space: Space, coordinates: Triple, alpha: f64) -> Self {
        Self {
            linear: space.to_linear(coordinates),
            alpha: alpha.clamp(0.0, 1.0),
        }
    }

    /// Red, green, blue and opacity in 8 bits. Colours outside sRGB are clipped, as in browsers.
    pub(super) fn to_rgba(self) -> [u8; 4] {
        let byte = |value: f64| (value * 255.0).round().clamp(0.0, 255.0) as u8;
        let [r, g, b] = self.linear.map(|light| byte(light_to_srgb(light)));
        [r, g, b, byte(self.alpha)]
    }
}

/// Writes the colour in a form that the renderer reads.
impl fmt::Display for CssColor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b, a] = self.to_rgba();
        write!(f, "#{r:02x}{g:02x}{b:02x}")?;
        if a < 255 {
            write!(f, "{a:02x}")
        } else {
            Ok(())
        }
    }
}

fn named(text: &str, current: CssColor) -> Option<CssColor> {
    if text.eq_ignore_ascii_case("transparent") {
        return Some(CssColor {
            alpha: 0.0,
            ..CssColor::BLACK
        });
    }
    if text.eq_ignore_ascii_case("currentcolor") {
        return Some(current);
    }
    if let Some([r, g, b, a]) = system::color(text) {
        let coordinates = [r, g, b].map(|v| f64::from(v) / 255.0);
        return Some(CssColor::new(
            Space::Srgb,
            coordinates,
            f64::from(a) / 255.0,
        ));
    }
    // CSS Color 4 has one name more than SVG 1.1.
    let text = match text.eq_ignore_ascii_case("rebeccapurple") {
        true => "#663399",
        false => text,
    };
    let svgtypes::Color {
        red,
        green,
        blue,
        alpha,
    } = text.to_ascii_lowercase().parse().ok()?;
    let coordinates = [red, green, blue].map(|v| f64::from(v) / 255.0);
    Some(CssColor::new(
        Space::Srgb,
        coordinates,
        f64::from(alpha) / 255.0,
    ))
}

/// `rgb(1 2 3 / 50%)`, `rgb(10%, 20%, 30%)`: 255 is full, or 100 %.
fn rgb(arguments: &str) -> Option<CssColor> {
    let (values, alpha) = arguments_of(arguments)?;
    let channel = |text: &str| number(text, 255.0).map(|value| value.clamp(0.0, 255.0) / 255.0);
    let [r, g, b] = values;
    Some(CssColor::new(
        Space::Srgb,
        [channel(r)?, channel(g)?, channel(b)?],
        alpha,
    ))
}

/// Parses coordinates; `full` has the values at 100 %.
fn coordinates(arguments: &str, space: Space, full: Triple) -> Option<CssColor> {
    let (values, alpha) = arguments_of(arguments)?;
    let mut read = [0.0; 3];
    for (at, ((value, full), to)) in values.iter().zip(full).zip(&mut read).enumerate() {
        *to = match space.hue() == Some(at) {
            true => angle(value)?,
            false => number(value, full)?,
        };
    }
    // Values below black, or below gray, count as black or gray.
    match space {
        Space::Hsl | Space::Hwb => read[1..].iter_mut().for_each(|v| *v = v.clamp(0.0, 100.0)),
        Space::Lab | Space::Lch => read[0] = read[0].clamp(0.0, 100.0),
        Space::Oklab | Space::Oklch => read[0] = read[0].clamp(0.0, 1.0),
        _ => {}
    }
    if matches!(space, Space::Lch | Space::Oklch) {
        read[1] = read[1].max(0.0);
    }
    Some(CssColor::new(space, read, alpha))
}

/// Three coordinates and the opacity, with commas or without.
fn arguments_of(text: &str) -> Option<([&str; 3], f64)> {
    let mut values: Vec<&str> = Vec::new();
    let mut alpha = None;
    if text.contains(',') {
        values.extend(split(text, |byte| byte == b','));
        if values.len() == 4 {
            alpha = values.pop();
        }
    } else {
        let mut halves = split(text, |byte| byte == b'/');
        values.extend(words(halves.next()?));
        alpha = halves.next();
        if halves.next().is_some() {
            return None;
        }
    }
    let alpha = alpha.map_or(Some(1.0), |text| number(text, 1.0))?;
    Some((values.try_into().ok()?, alpha))
}

/// A number, or a share of `full`; `none` is zero.
fn number(text: &str, full: f64) -> Option<f64> {
    if text.eq_ignore_ascii_case("none") {
        return Some(0.0);
    }
    match text.strip_suffix('%') {
        Some(percent) => Some(plain(percent)? / 100.0 * full),
        None => plain(text),
    }
}

/// A number as CSS writes it: no names such as `inf`.
pub(super) fn plain(text: &str) -> Option<f64> {
    let is_number = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    let number = is_number.then(|| text.parse::<f64>().ok())?;
    number.filter(|number| number.is_finite())
}

/// An angle in degrees.
pub(super) fn angle(text: &str) -> Option<f64> {
    let lower = text.trim().to_ascii_lowercase();
    if lower == "none" {
        return Some(0.0);
    }
    let units = [
        ("deg", 1.0),
        ("grad", 0.9),
        ("rad", 180.0 / std::f64::consts::PI),
        ("turn", 360.0),
    ];
    let found = units
        .iter()
        .find_map(|(unit, degrees)| Some((lower.strip_suffix(unit)?, degrees)));
    let (digits, degrees) = found.unwrap_or((&lower, &1.0));
    Some(plain(digits)? * degrees)
}
