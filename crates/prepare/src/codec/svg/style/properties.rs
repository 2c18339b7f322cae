//! The properties that the renderer uses, and their values that are understood.

use std::borrow::Cow;

use super::super::color::CssColor;
use super::lengths::Quantity;
use super::syntax::{function, split, words};
use super::transforms::{self, Matrix};
use super::variables::{unquote, url};
use super::viewport::Viewport;

/// A property of CSS.
#[derive(Debug, PartialEq)]
pub(in crate::codec::svg) struct Property {
    pub(in crate::codec::svg) name: &'static str,
    kind: Kind,
    pub(in crate::codec::svg) inherits: bool,
}

#[derive(Debug, PartialEq)]
enum Kind {
    Paint,
    Color,
    Opacity,
    Number,
    Length,
    /// A length that is not negative.
    Extent,
    Dashes,
    FontSize,
    FontWeight,
    Transform,
    Single,
    Origin,
    Link,
    Filter,
    PathData,
    Words(&'static [&'static str]),
    Families,
    /// Taken as it is.
    Any,
}

/// The context in which a value is parsed.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec::svg) struct Context {
    pub(in crate::codec::svg) viewport: Viewport,
    pub(in crate::codec::svg) current: CssColor,
    /// Whether lengths can be without a unit, as in attributes.
    pub(in crate::codec::svg) is_attribute: bool,
}

/// Keywords that every property accepts.
pub(in crate::codec::svg) const WIDE: [&str; 5] =
    ["inherit", "initial", "unset", "revert", "revert-layer"];

const fn inherited(name: &'static str, kind: Kind) -> Property {
    Property {
        name,
        kind,
        inherits: true,
    }
}

const fn own(name: &'static str, kind: Kind) -> Property {
    Property {
        name,
        kind,
        inherits: false,
    }
}

/// All properties, sorted by name.
static TABLE: &[Property] = &[
    own("alignment-baseline", Kind::Any),
    own("background", Kind::Color),
    own("background-color", Kind::Color),
    own("baseline-shift", Kind::Any),
    own("clip-path", Kind::Link),
    inherited("clip-rule", Kind::Words(&["nonzero", "evenodd"])),
    inherited("color", Kind::Color),
    inherited(
        "color-interpolation-filters",
        Kind::Words(&["auto", "sRGB", "linearRGB"]),
    ),
    own("cx", Kind::Length),
    own("cy", Kind::Length),
    own("d", Kind::PathData),
    inherited("direction", Kind::Words(&["ltr", "rtl"])),
    own("display", Kind::Any),
    inherited("dominant-baseline", Kind::Any),
    inherited("fill", Kind::Paint),
    inherited("fill-opacity", Kind::Opacity),
    inherited("fill-rule", Kind::Words(&["nonzero", "evenodd"])),
    own("filter", Kind::Filter),
    own("flood-color", Kind::Color),
    own("flood-opacity", Kind::Opacity),
    inherited("font-family", Kind::Families),
    inherited("font-kerning", Kind::Any),
    inherited("font-size", Kind::FontSize),
    inherited("font-stretch", Kind::Any),
    inherited("font-style", Kind::Any),
    inherited("font-variant", Kind::Any),
    inherited("font-variation-settings", Kind::Any),
    inherited("font-weight", Kind::FontWeight),
    own("height", Kind::Extent),
    inherited("image-rendering", Kind::Any),
    own("isolation", Kind::Words(&["auto", "isolate"])),
    inherited("letter-spacing", Kind::Length),
    own("lighting-color", Kind::Color),
    inherited("marker-end", Kind::Link),
    inherited("marker-mid", Kind::Link),
    inherited("marker-start", Kind::Link),
    own("mask", Kind::Link),
    own("mask-type", Kind::Words(&["luminance", "alpha"])),
    own(
        "mix-blend-mode",
        Kind::Words(&[
            "normal",
            "multiply",
            "screen",
            "overlay",
            "darken",
            "lighten",
            "color-dodge",
            "color-burn",
            "hard-light",
            "soft-light",
            "difference",
            "exclusion",
            "hue",
            "saturation",
            "color",
            "luminosity",
            "plus-lighter",
        ]),
    ),
    own("opacity", Kind::Opacity),
    own(
        "overflow",
        Kind::Words(&["visible", "hidden", "scroll", "auto", "clip"]),
    ),
    inherited("paint-order", Kind::Any),
    own("r", Kind::Extent),
    own("rotate", Kind::Single),
    own("rx", Kind::Extent),
    own("ry", Kind::Extent),
    own("scale", Kind::Single),
    inherited(
        "shape-rendering",
        Kind::Words(&["auto", "optimizeSpeed", "crispEdges", "geometricPrecision"]),
    ),
    own("stop-color", Kind::Color),
    own("stop-opacity", Kind::Opacity),
    inherited("stroke", Kind::Paint),
    inherited("stroke-dasharray", Kind::Dashes),
    inherited("stroke-dashoffset", Kind::Length),
    inherited("stroke-linecap", Kind::Words(&["butt", "round", "square"])),
    inherited(
        "stroke-linejoin",
        Kind::Words(&["miter", "miter-clip", "round", "bevel"]),
    ),
    inherited("stroke-miterlimit", Kind::Number),
    inherited("stroke-opacity", Kind::Opacity),
    inherited("stroke-width", Kind::Extent),
    inherited("text-anchor", Kind::Words(&["start", "middle", "end"])),
    own("text-decoration", Kind::Any),
    own("text-decoration-line", Kind::Any),
    inherited("text-rendering", Kind::Any),
    own("transform", Kind::Transform),
    own("transform-box", Kind::Any),
    own("transform-origin", Kind::Origin),
    own("translate", Kind::Single),
    own("unicode-bidi", Kind::Any),
    own("vector-effect", Kind::Any),
    inherited(
        "visibility",
        Kind::Words(&["visible", "hidden", "collapse"]),
    ),
    inherited("white-space", Kind::Any),
    own("width", Kind::Extent),
    inherited("word-spacing", Kind::Length),
    inherited("writing-mode", Kind::Any),
    own("x", Kind::Length),
    own("y", Kind::Length),
];

impl Property {
    /// The property with this name, in any case.
    pub(in crate::codec::svg) fn named(name: &str) -> Option<&'static Self> {
        let lower;
        let name = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => {
                lower = name.to_ascii_lowercase();
                &lower
            }
            false => name,
        };
        let at = TABLE
            .binary_search_by(|property| property.name.cmp(name))
            .ok()?;
        TABLE.get(at)
    }

    /// The property of a presentation attribute; attributes for the geometry of elements have other
    /// rules.
    pub(in crate::codec::svg) fn of_attribute(name: &str) -> Option<&'static Self> {
        Self::named(name).filter(|property| {
            property.name == name
                && !matches!(
                    property.name,
                    "x" | "y" | "width" | "height" | "cx" | "cy" | "r" | "rx" | "ry" | "d"
                )
                && !matches!(
                    property.name,
                    "transform"
                        | "transform-origin"
                        | "rotate"
                        | "scale"
                        | "translate"
                        | "background"
                )
        })
    }

    /// The value of an inherited property for `initial`.
    pub(super) fn initial(&self) -> Option<&'static str> {
        Some(match self.name {
            "fill" | "color" => "#000",
            "stroke" | "marker-start" | "marker-mid" | "marker-end" | "stroke-dasharray" => "none",
            "fill-opacity" | "stroke-opacity" | "stroke-width" => "1",
            "fill-rule" | "clip-rule" => "nonzero",
            "stroke-dashoffset" => "0",
            "stroke-linecap" => "butt",
            "stroke-linejoin" => "miter",
            "stroke-miterlimit" => "4",
            "font-size" => "16px",
            "font-family" => "serif",
            "font-style" | "font-weight" | "font-variant" | "font-stretch" | "letter-spacing"
            | "word-spacing" | "paint-order" => "normal",
            "text-anchor" => "start",
            "visibility" => "visible",
            "direction" => "ltr",
            _ => return None,
        })
    }

    /// Whether style sheets can set the property on this element; some apply to certain elements
    /// only.
    pub(in crate::codec::svg) fn applies_to(&self, element: &str) -> bool {
        let elements: &[&str] = match self.name {
            "x" | "y" => &["svg", "rect", "image", "use"],
            "width" | "height" => &["svg", "rect", "image", "use"],
            "cx" | "cy" => &["circle", "ellipse"],
            "r" => &["circle"],
            "rx" | "ry" => &["rect", "ellipse"],
            "d" => &["path"],
            _ => return true,
        };
        elements.contains(&element)
    }

    /// Whether the renderer reads it from a `style` attribute only.
    pub(in crate::codec::svg) fn needs_style(&self) -> bool {
        matches!(
            self.name,
            "mix-blend-mode" | "isolation" | "font-kerning" | "image-rendering"
        )
    }

    /// The value in a form that the renderer reads; `None` if it is not understood.
    pub(in crate::codec::svg) fn normalize<'a>(
        &self,
        text: &'a str,
        context: Context,
    ) -> Option<Cow<'a, str>> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if let Some(wide) = WIDE.iter().find(|wide| text.eq_ignore_ascii_case(wide)) {
            return Some(Cow::Borrowed(wide));
        }
        match &self.kind {
            Kind::Paint => paint(text, context),
            Kind::Color => color(text, context),
            Kind::Opacity => number(text, context, true),
            Kind::Number => number(text, context, false),
            Kind::Length => length(text, context, self.takes_numbers()),
            Kind::Extent => {
                length(text, context, self.takes_numbers()).filter(|text| !text.starts_with('-'))
            }
            Kind::Dashes => dashes(text, context),
            Kind::FontSize => font_size(text, context),
            Kind::FontWeight => font_weight(text),
            Kind::Transform => transform(text, context),
            Kind::Single => {
                let matrix = transforms::single(self.name, text, context.viewport)?;
                Some(Cow::Owned(matrix.text()))
            }
            Kind::Origin => origin(text, context),
            Kind::Link => link(text),
            Kind::Filter => filter(text, context),
            Kind::PathData => path_data(text),
            Kind::Words(allowed) => {
                let word = allowed
                    .iter()
                    .find(|word| text.eq_ignore_ascii_case(word))?;
                Some(Cow::Borrowed(word))
            }
            Kind::Families | Kind::Any => Some(Cow::Borrowed(text)),
        }
    }

    /// Whether lengths of this property can be without a unit in style sheets too.
    fn takes_numbers(&self) -> bool {
        self.name.starts_with("stroke-")
    }
}

/// Converts a colour; one that the renderer reads itself stays as it is.
fn color(text: &str, context: Context) -> Option<Cow<'_, str>> {
    if text.eq_ignore_ascii_case("currentcolor") {
        return Some(Cow::Borrowed("currentColor"));
    }
    let color = CssColor::parse(text, context.current)?;
    // The renderer knows the names of SVG 1.1, in lower case.
    let is_known = text != "rebeccapurple" && !text.bytes().any(|b| b.is_ascii_uppercase());
    let is_plain = is_known && !text.contains('(');
    Some(if is_plain {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(color.to_string())
    })
}

fn paint(text: &str, context: Context) -> Option<Cow<'_, str>> {
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
    let target = url(parts.next()?)?;
    let fallback = parts.next().map(|rest| paint(rest, context));
    let Some(id) = target.strip_prefix('#') else {
        // The link leads to another document, and nothing is fetched.
        return Some(fallback.flatten().unwrap_or(Cow::Borrowed("none")));
    };
    Some(match fallback {
        Some(fallback) => Cow::Owned(format!("url(#{id}) {}", fallback?)),
        None if text.contains(['"', '\'']) => Cow::Owned(format!("url(#{id})")),
        None => Cow::Borrowed(text),
    })
}

fn link(text: &str) -> Option<Cow<'_, str>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(Cow::Borrowed("none"));
    }
    if is_basic_shape(text) {
        return Some(Cow::Borrowed(text));
    }
    let target = url(words(text).next()?)?;
    match target.strip_prefix('#') {
        Some(id) if text.contains(['"', '\'', ' ']) => Some(Cow::Owned(format!("url(#{id})"))),
        Some(_) => Some(Cow::Borrowed(text)),
        None => Some(Cow::Borrowed("none")),
    }
}

/// Whether this is a shape of `clip-path` that is not an element.
fn is_basic_shape(text: &str) -> bool {
    let name = text.split('(').next().unwrap_or_default();
    let names = [
        "circle", "ellipse", "inset", "polygon", "path", "rect", "xywh", "shape",
    ];
    text.contains('(') && names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Converts a filter: links and functions, with colours and units that the renderer knows.
fn filter(text: &str, context: Context) -> Option<Cow<'_, str>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(Cow::Borrowed("none"));
    }
    let is_plain = text.starts_with("url(#") && text.find(')') == Some(text.len() - 1);
    if is_plain {
        return Some(Cow::Borrowed(text));
    }
    let functions = words(text).map(|one| {
        if let Some(target) = url(one) {
            return target.starts_with('#').then(|| format!("url({target})"));
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

fn number(text: &str, context: Context, takes_percent: bool) -> Option<Cow<'_, str>> {
    let found = Quantity::parse(text, context.viewport)?;
    let fits = found.unit.is_empty() || takes_percent && found.unit == "%";
    let text = if text.contains('(') {
        Cow::Owned(found.text())
    } else {
        Cow::Borrowed(text)
    };
    fits.then_some(text)
}

fn length(text: &str, context: Context, takes_numbers: bool) -> Option<Cow<'_, str>> {
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

fn dashes(text: &str, context: Context) -> Option<Cow<'_, str>> {
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

fn font_size(text: &str, context: Context) -> Option<Cow<'_, str>> {
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

fn font_weight(text: &str) -> Option<Cow<'_, str>> {
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

fn transform(text: &str, context: Context) -> Option<Cow<'_, str>> {
    let matrix = Matrix::parse(text, context.viewport)?;
    Some(Cow::Owned(matrix.text()))
}

/// Converts an origin: two lengths, or words that stand for shares of the drawing.
fn origin<'a>(text: &'a str, context: Context) -> Option<Cow<'a, str>> {
    let mut parts: Vec<&str> = words(text).take(2).collect();
    if matches!(
        parts.as_slice(),
        ["top" | "bottom", ..] | [_, "left" | "right"]
    ) {
        parts.reverse();
    }
    let place = |part: Option<&'a str>| match part {
        Some("left" | "top") => Some(Cow::Borrowed("0")),
        Some("right" | "bottom") => Some(Cow::Borrowed("100%")),
        None | Some("center") => Some(Cow::Borrowed("50%")),
        Some(other) => length(other, context, true),
    };
    let (x, y) = match parts.as_slice() {
        [one @ ("top" | "bottom")] => ("50%".into(), place(Some(*one))?),
        parts => (
            place(parts.first().copied())?,
            place(parts.get(1).copied())?,
        ),
    };
    Some(Cow::Owned(format!("{x} {y}")))
}

fn path_data(text: &str) -> Option<Cow<'_, str>> {
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
