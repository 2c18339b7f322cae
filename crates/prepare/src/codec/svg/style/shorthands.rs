//! Splits declarations of shorthand properties into single properties.

use super::properties::Property;
use super::syntax::{declarations, split, words};

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
            value: value.into(),
            is_important: false,
        }
    }
}

/// The declarations of a block that have an effect.
pub(super) fn expand(block: &str) -> Vec<Declared> {
    let mut all = Vec::new();
    for declaration in declarations(block) {
        let mut push = |name: &str, value: &str| {
            if let Some(property) = Property::named(name) {
                let is_important = declaration.is_important;
                all.push(Declared {
                    is_important,
                    ..Declared::of(property, value)
                });
            }
        };
        let value = declaration.value;
        match declaration.name.to_ascii_lowercase().as_str() {
            "marker" => ["marker-start", "marker-mid", "marker-end"]
                .iter()
                .for_each(|name| push(name, value)),
            "font" => font(value, &mut push),
            // Of a background only the colour is drawn, which is the last word of its last layer.
            "background" => {
                let layer = split(value, |byte| byte == b',').last().unwrap_or_default();
                words(layer).for_each(|word| push("background-color", word));
            }
            "text-decoration-line" => push("text-decoration", value),
            name if name.starts_with("--") => all.push(Declared {
                name: declaration.name.into(),
                property: None,
                value: value.into(),
                is_important: declaration.is_important,
            }),
            name => push(
                name.strip_prefix("-webkit-")
                    .filter(|name| {
                        *name == "transform" || *name == "filter" || *name == "transform-origin"
                    })
                    .unwrap_or(name),
                value,
            ),
        }
    }
    all
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
