//! The properties that the renderer uses, and their values that are understood.

mod table;
mod values;

use std::borrow::Cow;

use super::syntax::words;
use super::transforms;
pub(crate) use table::Property;
use table::{ALL, Kind, TABLE};
pub(crate) use values::Context;
use values::{
    color, color_has_scheme, dashes, filter, font_size, font_weight, length, mask, number,
    only_link, origin, paint, path_data, transform,
};

/// Keywords that every property accepts.
pub(crate) const WIDE: [&str; 5] = ["inherit", "initial", "unset", "revert", "revert-layer"];

/// The keyword that a value is, in any case of letters.
pub(super) fn wide(value: &str) -> Option<&'static str> {
    let value = value.trim();
    WIDE.into_iter()
        .find(|wide| value.eq_ignore_ascii_case(wide))
}

impl Property {
    /// The property with this name, in any case.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
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

    /// The shorthand `all`, which no table contains: each property that it stands for would be a declaration of its own.
    pub(super) fn all() -> &'static Self {
        &ALL
    }

    pub(super) fn is_all(&self) -> bool {
        self.name == ALL.name
    }

    /// The properties that `all` sets (CSS Cascading 5, section 3.2).
    pub(super) fn of_all() -> impl Iterator<Item = &'static Self> {
        TABLE.iter().filter(|property| property.name != "direction")
    }

    /// Whether it is the geometry of an element, whose attribute is no presentation attribute here.
    pub(super) fn is_geometry(&self) -> bool {
        const NAMES: [&str; 10] = [
            "cx", "cy", "d", "height", "r", "rx", "ry", "width", "x", "y",
        ];
        NAMES.contains(&self.name)
    }

    /// The property of a presentation attribute; attributes for the geometry of elements have other
    /// rules.
    pub(crate) fn of_attribute(name: &str) -> Option<&'static Self> {
        Self::named(name).filter(|property| {
            property.name == name
                && !matches!(property.kind, Kind::Undrawn(_))
                && !property.is_geometry()
                && !matches!(
                    property.name,
                    "transform"
                        | "rotate"
                        | "scale"
                        | "translate"
                        | "background"
                        | "text-transform"
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
    /// only. As browsers do, the geometry of a nested `svg`, and the size of a `use`, are taken from
    /// attributes only.
    pub(crate) fn applies_to(&self, element: &str, is_root: bool) -> bool {
        let elements: &[&str] = match self.name {
            "x" | "y" | "width" | "height" if element == "svg" => return is_root,
            "x" | "y" => &["rect", "image", "use"],
            "width" | "height" => &["rect", "image"],
            "cx" | "cy" => &["circle", "ellipse"],
            "r" => &["circle"],
            "rx" | "ry" => &["rect", "ellipse"],
            "d" => &["path"],
            "marker-start" | "marker-mid" | "marker-end" => {
                return !matches!(element, "rect" | "circle" | "ellipse");
            }
            _ => return true,
        };
        elements.contains(&element)
    }

    /// Whether the renderer reads it from a `style` attribute only.
    pub(crate) fn needs_style(&self) -> bool {
        matches!(
            self.name,
            "mix-blend-mode" | "isolation" | "font-kerning" | "image-rendering"
        )
    }

    /// The value in a form that the renderer reads; `None` if it is not understood.
    pub(crate) fn normalize<'a>(&self, text: &'a str, context: Context) -> Option<Cow<'a, str>> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if let Some(wide) = wide(text) {
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
            Kind::Link => only_link(text),
            Kind::Mask => mask(text),
            Kind::Filter => filter(text, context),
            Kind::PathData => path_data(text),
            Kind::Words(allowed) => {
                let word = allowed
                    .iter()
                    .find(|word| text.eq_ignore_ascii_case(word))?;
                Some(Cow::Borrowed(word))
            }
            Kind::Families | Kind::Any | Kind::Undrawn(_) => Some(Cow::Borrowed(text)),
        }
    }

    /// Whether this value has an effect in browsers but not in the renderer; `None` if the renderer
    /// supports the property.
    pub(crate) fn is_undrawn(&self, value: &str) -> Option<bool> {
        let Kind::Undrawn(plain) = &self.kind else {
            return None;
        };
        let is_same = |one: &&str| value.eq_ignore_ascii_case(one);
        Some(!plain.iter().chain(&WIDE).any(is_same))
    }

    /// Whether a value has a colour that depends on `color-scheme`.
    pub(super) fn has_scheme(&self, value: &str) -> bool {
        matches!(self.kind, Kind::Paint | Kind::Color | Kind::Filter)
            && words(value).any(color_has_scheme)
    }

    /// Whether the property supports links to elements of the drawing.
    pub(crate) fn draws_links(&self) -> bool {
        matches!(
            self.kind,
            Kind::Paint | Kind::Link | Kind::Mask | Kind::Filter
        )
    }

    /// Whether lengths of this property can be without a unit in style sheets too.
    fn takes_numbers(&self) -> bool {
        self.name.starts_with("stroke-")
    }
}
