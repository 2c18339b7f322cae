//! Values of properties, from what CSS allows to what the renderer reads.

use std::borrow::Cow;

use super::super::lengths::Quantity;
use super::super::references::{fragment, is_safe, safe, target};
use super::super::syntax::{function, split, words};
use super::super::transforms::Matrix;
use super::super::variables::{commas, unquote, url};
use super::super::viewport::Viewport;
use crate::color::{CssColor, is_system};

/// The context in which a value is parsed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    pub(crate) viewport: Viewport,
    pub(crate) current: CssColor,
    /// Whether lengths can be without a unit, as in attributes, also in `style`. CSS does not allow it
    /// there, but browsers do for elements of SVG, and old drawings of Inkscape depend on it.
    pub(crate) is_attribute: bool,
    /// Whether it is an attribute of its own, not a declaration.
    pub(crate) is_presentation: bool,
}

/// Converts a colour; one that the renderer reads itself stays as it is.
pub(super) fn color(text: &str, context: Context) -> Option<Cow<'_, str>> {
    if text.eq_ignore_ascii_case("currentcolor") {
        return Some(Cow::Borrowed("currentColor"));
    }
    let color = CssColor::parse(text, context.current)?;
    // The renderer knows the names of SVG 1.1, in lower case.
    let is_known = text != "rebeccapurple"
        && !is_system(text)
        && !text.bytes().any(|b| b.is_ascii_uppercase());
    let is_plain = is_known && !text.contains('(');
    Some(if is_plain {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(color.to_string())
    })
}

/// Whether a word of a value is a colour of the system, or has one in it, or states one for each scheme.
pub(super) fn color_has_scheme(word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    url(word).is_none()
        && word
            .split(|c| !is_part(c))
            .any(|part| part.eq_ignore_ascii_case("light-dark") || is_system(part))
}

pub(super) fn paint(text: &str, context: Context) -> Option<Cow<'_, str>> {
    if let Some(word) = ["none", "context-fill", "context-stroke"]
        .iter()
        .find(|word| text.eq_ignore_ascii_case(word))
    {
        return Some(Cow::Borrowed(word));
    }
    if !text
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("url("))
    {
        // A colour profile can follow, which is ignored, as in browsers.
        let end = text.find(" icc-color(").unwrap_or(text.len());
        return color(text.get(..end)?.trim_end(), context);
    }
    let mut parts = words(text);
    let target = target(parts.next()?)?;
    let fallback = parts.next().map(|rest| paint(rest, context));
    let Some(link) = within(&target) else {
        // The link leads to another document, which is not loaded.
        return Some(fallback.flatten().unwrap_or(Cow::Borrowed("none")));
    };
    Some(match fallback {
        Some(fallback) => Cow::Owned(format!("{link} {}", fallback?)),
        None if link == text => Cow::Borrowed(text),
        None => Cow::Owned(link),
    })
}

/// A link to an element of the drawing, as the renderer reads it.
fn within(target: &str) -> Option<String> {
    fragment(target).map(|id| format!("url(#{})", safe(&id)))
}

pub(super) fn link(text: &str) -> Option<Cow<'_, str>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(Cow::Borrowed("none"));
    }
    if is_basic_shape(text) {
        return Some(Cow::Borrowed(text));
    }
    let target = target(words(text).next()?)?;
    match within(&target) {
        Some(link) if link == text => Some(Cow::Borrowed(text)),
        Some(link) => Some(Cow::Owned(link)),
        None => Some(Cow::Borrowed("none")),
    }
}

/// A basic shape, or a link with nothing behind it, which would make the value invalid.
pub(super) fn only_link(text: &str) -> Option<Cow<'_, str>> {
    let is_alone = words(text).nth(1).is_none() || is_basic_shape(text);
    link(text).filter(|_| is_alone)
}

/// The first layer of a mask that is not empty; the others get a note.
pub(super) fn mask(text: &str) -> Option<Cow<'_, str>> {
    let layers: Vec<Cow<'_, str>> = commas(text).map(mask_layer).collect::<Option<_>>()?;
    let is_list = layers.len() > 1;
    let first = layers.into_iter().find(|layer| layer != "none" || !is_list);
    let first = first.unwrap_or(Cow::Borrowed("none"));
    Some(if is_list {
        Cow::Owned(first.into_owned())
    } else {
        first
    })
}

/// A link, or a picture, which is kept unchanged for a note.
fn mask_layer(text: &str) -> Option<Cow<'_, str>> {
    let is_picture = ["gradient(", "image-set(", "image(", "paint(", "cross-fade("]
        .iter()
        .any(|function| text.contains(function));
    match link(text) {
        Some(found) => Some(found),
        None => is_picture.then_some(Cow::Borrowed(text)),
    }
}

/// Whether this is a basic shape of `clip-path`, not a link to an element.
fn is_basic_shape(text: &str) -> bool {
    let name = text.split('(').next().unwrap_or_default();
    let names = [
        "circle", "ellipse", "inset", "polygon", "path", "rect", "xywh", "shape",
    ];
    text.contains('(') && names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Converts a filter: links and functions, with colours and units that the renderer knows.
pub(super) fn filter(text: &str, context: Context) -> Option<Cow<'_, str>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(Cow::Borrowed("none"));
    }
    let one = text
        .strip_prefix("url(#")
        .and_then(|rest| rest.strip_suffix(')'));
    if one.is_some_and(is_safe) {
        return Some(Cow::Borrowed(text));
    }
    // Other documents are not loaded, and a filter that lacks one of its parts is not applied at
    // all.
    if words(text)
        .filter_map(url)
        .any(|target| !target.starts_with('#'))
    {
        return Some(Cow::Borrowed("none"));
    }
    let functions = words(text).map(|one| {
        if let Some(target) = target(one) {
            return within(&target);
        }
        let (name, inside) = function(one)?;
        let name = name.to_ascii_lowercase();
        const KNOWN: [&str; 10] = [
            "blur",
            "brightness",
            "contrast",
            "drop-shadow",
            "grayscale",
            "hue-rotate",
            "invert",
            "opacity",
            "saturate",
            "sepia",
        ];
        let arguments = words(inside).map(|word| match CssColor::parse(word, context.current) {
            Some(color) => color.to_string(),
            None => Quantity::parse(word, context.viewport)
                .map_or_else(|| word.into(), |length| length.text()),
        });
        let arguments: Vec<String> = arguments.collect();
        KNOWN
            .contains(&name.as_str())
            .then(|| format!("{name}({})", arguments.join(" ")))
    });
    let functions: Vec<String> = functions.collect::<Option<_>>()?;
    Some(Cow::Owned(functions.join(" ")))
}

pub(super) fn number(text: &str, context: Context, takes_percent: bool) -> Option<Cow<'_, str>> {
    let found = Quantity::parse(text, context.viewport)?;
    let fits = found.unit.is_empty() || takes_percent && found.unit == "%";
    let text = if text.contains('(') {
        Cow::Owned(found.text())
    } else {
        Cow::Borrowed(text)
    };
    fits.then_some(text)
}

pub(super) fn length(text: &str, context: Context, takes_numbers: bool) -> Option<Cow<'_, str>> {
    if matches!(text, "auto" | "normal") {
        return Some(Cow::Borrowed(text));
    }
    let found = Quantity::parse(text, context.viewport)?;
    let fits =
        context.is_attribute || takes_numbers || !found.unit.is_empty() || found.number == 0.0;
    fits.then(|| {
        if text.ends_with(found.unit) && !text.contains('(') && !found.unit.is_empty()
            || is_digits(text)
        {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(found.text())
        }
    })
}

fn is_digits(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
}

pub(super) fn dashes(text: &str, context: Context) -> Option<Cow<'_, str>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(Cow::Borrowed("none"));
    }
    let parts = split(text, |byte| byte == b',' || byte.is_ascii_whitespace())
        .filter(|part| !part.is_empty());
    let lengths: Vec<Cow<'_, str>> = parts
        .map(|part| length(part, context, true))
        .collect::<Option<_>>()?;
    let is_same = lengths
        .iter()
        .all(|length| matches!(length, Cow::Borrowed(_)));
    Some(if is_same {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(lengths.join(" "))
    })
}

pub(super) fn font_size(text: &str, context: Context) -> Option<Cow<'_, str>> {
    // Use the absolute sizes of browsers; the renderer would treat these words as relative to the
    // parent's size.
    let size = match text.to_ascii_lowercase().as_str() {
        "xx-small" => "9px",
        "x-small" => "10px",
        "small" => "13px",
        "medium" => "16px",
        "large" => "18px",
        "x-large" => "24px",
        "xx-large" => "32px",
        "xxx-large" => "48px",
        "smaller" => "0.8333em",
        "larger" => "1.2em",
        _ => {
            return length(text, context, false)
                .filter(|text| !text.starts_with('-') && text != "auto" && text != "normal");
        }
    };
    Some(Cow::Borrowed(size))
}

pub(super) fn font_weight(text: &str) -> Option<Cow<'_, str>> {
    if let Some(word) = ["normal", "bold", "bolder", "lighter"]
        .iter()
        .find(|word| text.eq_ignore_ascii_case(word))
    {
        return Some(Cow::Borrowed(word));
    }
    let weight: f64 = text.parse().ok()?;
    (1.0..=1000.0)
        .contains(&weight)
        .then_some(Cow::Borrowed(text))
}

pub(super) fn transform(text: &str, context: Context) -> Option<Cow<'_, str>> {
    let matrix = Matrix::parse(text, context.viewport)?;
    Some(Cow::Owned(matrix.text()))
}

/// Converts an origin: lengths, or words that stand for shares of the drawing. Only in the attribute
/// can lengths be without a unit, unlike those of other properties in `style`.
pub(super) fn origin(text: &str, context: Context) -> Option<Cow<'_, str>> {
    let text = text.to_ascii_lowercase();
    let parts: Vec<&str> = words(&text).collect();
    let place = |part: &str| {
        Some(match part {
            "left" | "top" => "0".into(),
            "right" | "bottom" => "100%".into(),
            "center" => "50%".into(),
            other => {
                let found = Quantity::parse(other, context.viewport)?;
                let has_unit = !found.unit.is_empty() || found.number == 0.0;
                (has_unit || context.is_presentation).then(|| found.text())?
            }
        })
    };
    let is_across = |part: &str| matches!(part, "left" | "right");
    let is_down = |part: &str| matches!(part, "top" | "bottom");
    let is_word = |part: &str| is_across(part) || is_down(part) || part == "center";
    let (x, y) = match parts.as_slice() {
        [one] if is_down(one) => ("center", *one),
        [one] => (*one, "center"),
        // A third length is depth, which changes nothing in the plane.
        [_, _, depth] if is_word(depth) || depth.ends_with('%') => return None,
        [_, _, depth] if place(depth).is_none() => return None,
        [x, y] | [x, y, _] if (is_down(x) || is_across(y)) && is_word(x) && is_word(y) => (*y, *x),
        [x, y] | [x, y, _] => (*x, *y),
        _ => return None,
    };
    if is_down(x) || is_across(y) {
        return None;
    }
    Some(Cow::Owned(format!("{} {}", place(x)?, place(y)?)))
}

pub(super) fn path_data(text: &str) -> Option<Cow<'_, str>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(Cow::Borrowed(""));
    }
    let (name, inside) = function(text)?;
    name.eq_ignore_ascii_case("path").then(|| {
        Cow::Borrowed(unquote(
            inside
                .trim_start_matches("evenodd,")
                .trim_start_matches("nonzero,"),
        ))
    })
}
