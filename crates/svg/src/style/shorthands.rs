//! Splits declarations of shorthand properties into single properties.

use super::properties::Property;
use super::spelling::simple;
use super::syntax::{declarations, split, words};
use super::tokens::is_whole;

/// One declaration of a known property or of a custom one.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    pub(super) name: String,
    /// `None` for custom properties.
    pub(super) property: Option<&'static Property>,
    pub(super) value: String,
    pub(super) is_important: bool,
}

impl Declared {
    pub(super) fn of(property: &'static Property, value: &str) -> Self {
        Self {
            name: property.name.into(),
            property: Some(property),
            value: simple(value).into_owned(),
            is_important: false,
        }
    }
}

/// The declarations of a block that have an effect.
pub(super) fn expand(block: &str) -> Vec<Declared> {
    let mut all = Vec::new();
    for declaration in declarations(block).filter(|one| is_whole(one.value)) {
        let mut push = |name: &str, value: &str| {
            if let Some(property) = Property::named(name) {
                let is_important = declaration.is_important;
                all.push(Declared {
                    is_important,
                    ..Declared::of(property, value)
                });
            }
        };
        let value = &*simple(declaration.value);
        match declaration.name.to_ascii_lowercase().as_str() {
            "marker" => ["marker-start", "marker-mid", "marker-end"]
                .iter()
                .for_each(|name| push(name, value)),
            "font" => font(value, &mut push),
            // Of a background only the colour is drawn, which is the last word of its last layer.
            "background" => {
                let layer = split(value, |byte| byte == b',').last().unwrap_or_default();
                words(layer).for_each(|word| push("background-color", word));
                let is_picture = value.contains("gradient(") || value.contains("url(");
                push("background-image", if is_picture { value } else { "none" });
            }
            "all" => all.push(Declared {
                is_important: declaration.is_important,
                ..Declared::of(Property::all(), value)
            }),
            "text-decoration-line" => push("text-decoration", value),
            "text-decoration" => {
                push("text-decoration", value);
                let style = words(value)
                    .find(|word| matches!(*word, "wavy" | "dotted" | "dashed" | "double"));
                push("text-decoration-style", style.unwrap_or("solid"));
            }
            "font-variant-caps" if value == "small-caps" => push("font-variant", value),
            name if name.starts_with("--") => {
                all.push(Declared {
                    name: declaration.name.into(),
                    property: None,
                    value: value.into(),
                    is_important: declaration.is_important,
                });
            }
            name => {
                let name = name
                    .strip_prefix("-webkit-")
                    .filter(|name| PREFIXED.contains(name))
                    .unwrap_or(name);
                undrawn(name, value, &mut push);
            }
        }
    }
    all
}

/// Properties that browsers also support with the prefix `-webkit-`.
const PREFIXED: [&str; 9] = [
    "animation",
    "animation-name",
    "backdrop-filter",
    "filter",
    "mask",
    "mask-image",
    "text-emphasis",
    "transform",
    "transform-origin",
];

/// Properties that are only noted: each part is recorded under the name of its shorthand.
fn undrawn(name: &str, value: &str, push: &mut dyn FnMut(&str, &str)) {
    let is_none = words(value).any(|word| matches!(word, "none" | "hidden"));
    match name {
        "animation" => push("animation-name", value),
        "mask" => {
            push("mask", value);
            let mode = words(value).find(|word| *word == "alpha");
            push("mask-mode", mode.unwrap_or("match-source"));
        }
        // The same as `mask` if the value is a link to an element.
        "mask-image" if value.starts_with("url(#") => push("mask", value),
        "border" | "border-style" | "border-top" | "border-right" | "border-bottom"
        | "border-left" => push("border", if is_none { "none" } else { value }),
        "outline" | "outline-style" => push("outline", if is_none { "none" } else { value }),
        "padding-top" | "padding-right" | "padding-bottom" | "padding-left" => {
            push("padding", value);
        }
        "text-emphasis-style" => push("text-emphasis", value),
        "offset" => push("offset-path", value),
        name => push(name, value),
    }
}

/// `italic bold 12px/1.2 Arial, sans-serif`
fn font(value: &str, push: &mut dyn FnMut(&str, &str)) {
    let mut rest = value.trim();
    let mut before = Vec::new();
    let is_size = |word: &str| {
        let start = word.trim_start_matches(['+', '.']);
        let is_number = start.starts_with(|c: char| c.is_ascii_digit())
            && start.ends_with(|c: char| !c.is_ascii_digit());
        is_number
            || matches!(
                word,
                "xx-small"
                    | "x-small"
                    | "small"
                    | "medium"
                    | "large"
                    | "x-large"
                    | "xx-large"
                    | "smaller"
                    | "larger"
            )
    };
    while let Some(word) = words(rest).next() {
        let after = rest.get(word.len()..).unwrap_or_default().trim_start();
        let size = word.split('/').next().unwrap_or_default();
        if is_size(size) {
            for (name, initial) in [
                ("font-style", "normal"),
                ("font-variant", "normal"),
                ("font-weight", "normal"),
                ("font-stretch", "normal"),
            ] {
                push(name, initial);
            }
            for word in before {
                push(longhand(word), word);
            }
            push("font-size", size);
            // The line height can have spaces before it: `12px / 1.2 Arial`.
            let family = match after.strip_prefix('/') {
                Some(height) => height
                    .trim_start()
                    .split_once(' ')
                    .map_or("", |(_, family)| family),
                None => after,
            };
            push("font-family", family.trim());
            return;
        }
        before.push(word);
        rest = after;
    }
}

fn longhand(word: &str) -> &'static str {
    match word {
        "italic" | "oblique" => "font-style",
        "small-caps" => "font-variant",
        "bold" | "bolder" | "lighter" => "font-weight",
        word if word.bytes().all(|byte| byte.is_ascii_digit()) => "font-weight",
        word if word.contains("condensed") || word.contains("expanded") => "font-stretch",
        _ => "font-style",
    }
}
