//! Evaluates conditional rules: `@media` for a screen with a light theme and the size of the
//! drawing, and `@supports` for what this crate understands.

use super::properties::{Context, Property};
use super::syntax::{function, position, split};
use super::viewport::Viewport;
use crate::color::CssColor;

/// Most `not` and brackets in each other: each is one call, and a file could ask for more than the stack holds.
const MOST_NESTED: usize = 32;

/// Whether one of the queries of `@media` holds.
pub(super) fn media_holds(list: &str, viewport: Viewport) -> bool {
    list.trim().is_empty()
        || split(list, |byte| byte == b',').any(|query| query_holds(query, viewport))
}

fn query_holds(query: &str, viewport: Viewport) -> bool {
    let query = query.to_ascii_lowercase();
    let query = query.trim().trim_start_matches("only ").trim();
    // Where `not` stands before a type, it negates the whole query, and can stand there only once.
    match word(query, "not").map(str::trim_start) {
        Some(rest) if !rest.starts_with('(') => match word(rest, "not") {
            Some(_) => false,
            None => !typed_holds(rest, viewport),
        },
        _ => typed_holds(query, viewport),
    }
}

fn typed_holds(query: &str, viewport: Viewport) -> bool {
    let (first, rest) = query.split_at(query.find([' ', '(']).unwrap_or(query.len()));
    match first {
        "screen" | "all" => match rest.trim().strip_prefix("and") {
            Some(condition) => condition_holds(condition, viewport),
            None => rest.trim().is_empty(),
        },
        "" | "not" => condition_holds(query, viewport),
        _ => false,
    }
}

fn condition_holds(text: &str, viewport: Viewport) -> bool {
    combined(text, MOST_NESTED, &|feature| {
        feature_holds(feature, viewport)
    })
}

/// `a and b`, `a or b`, `not a`, with brackets, at most `nested` in each other; what is nested more does not hold.
fn combined(text: &str, nested: usize, holds: &dyn Fn(&str) -> bool) -> bool {
    let Some(nested) = nested.checked_sub(1) else {
        return false;
    };
    let text = text.trim();
    if let Some(rest) = word(text, "not") {
        return !combined(rest, nested, holds);
    }
    for (between, is_any) in [("or", true), ("and", false)] {
        let parts: Vec<&str> = parts(text, between).collect();
        if parts.len() > 1 {
            return match is_any {
                true => parts.iter().any(|part| combined(part, nested, holds)),
                false => parts.iter().all(|part| combined(part, nested, holds)),
            };
        }
    }
    let inside = text.strip_prefix('(').and_then(|rest| {
        let end = position(rest, |byte| byte == b')')?;
        rest.get(end + 1..)?.is_empty().then(|| rest.get(..end))?
    });
    match inside {
        Some(inside)
            if inside.trim_start().starts_with(['(']) || word(inside.trim(), "not").is_some() =>
        {
            combined(inside, nested, holds)
        }
        Some(inside) => holds(inside.trim()),
        None => holds(text),
    }
}

/// The text after a word.
fn word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    rest.starts_with(|c: char| c.is_whitespace() || c == '(')
        .then_some(rest)
}

/// The parts between words at the top level.
fn parts<'a>(text: &'a str, between: &str) -> impl Iterator<Item = &'a str> {
    let mut ends = vec![];
    let mut from = 0;
    while let Some(at) = position(text.get(from..).unwrap_or_default(), |byte| {
        byte.is_ascii_whitespace() || byte == b')'
    }) {
        let start = from + at + 1;
        if word(text.get(start..).unwrap_or_default(), between).is_some() {
            ends.push((start, start + between.len()));
        }
        from = start;
    }
    let starts = std::iter::once(0).chain(ends.iter().map(|end| end.1).collect::<Vec<_>>());
    let ends = ends
        .iter()
        .map(|end| end.0)
        .chain([text.len()])
        .collect::<Vec<_>>();
    starts
        .zip(ends)
        .filter_map(|(start, end)| text.get(start..end))
        .map(str::trim)
}

fn feature_holds(feature: &str, viewport: Viewport) -> bool {
    let Some((name, value)) = feature.split_once(':') else {
        return range_holds(feature, viewport)
            .unwrap_or(matches!(feature, "color" | "width" | "height"));
    };
    let (name, value) = (name.trim(), value.trim());
    let pixels = || length(value);
    let holds = match name {
        "min-width" => pixels().map(|found| viewport.width >= found),
        "max-width" => pixels().map(|found| viewport.width <= found),
        "width" => pixels().map(|found| viewport.width == found),
        "min-height" => pixels().map(|found| viewport.height >= found),
        "max-height" => pixels().map(|found| viewport.height <= found),
        "height" => pixels().map(|found| viewport.height == found),
        "orientation" => Some((value == "portrait") == (viewport.height >= viewport.width)),
        "prefers-color-scheme" => Some(value == "light"),
        "prefers-reduced-motion" | "prefers-contrast" | "prefers-reduced-transparency" => {
            Some(value == "no-preference")
        }
        "forced-colors" | "inverted-colors" => Some(value == "none"),
        "color-gamut" => Some(value == "srgb"),
        "dynamic-range" => Some(value == "standard"),
        "scripting" => Some(value == "none"),
        _ => None,
    };
    holds.unwrap_or(false)
}

/// `width >= 400px`, `100px < width <= 200px`.
fn range_holds(feature: &str, viewport: Viewport) -> Option<bool> {
    let value = |text: &str| match text.trim() {
        "width" => Some(viewport.width),
        "height" => Some(viewport.height),
        text => length(text),
    };
    let mut holds = true;
    let mut rest = feature;
    let mut left = None;
    loop {
        let end = rest.find(['<', '>', '=']);
        let right = value(rest.get(..end.unwrap_or(rest.len()))?)?;
        if let Some((before, operator)) = left {
            holds &= match operator {
                "<" => before < right,
                "<=" => before <= right,
                ">" => before > right,
                ">=" => before >= right,
                "=" => before == right,
                _ => return None,
            };
        }
        let Some(end) = end else {
            return left.is_some().then_some(holds);
        };
        let operators = rest.get(end..)?;
        let count = operators
            .bytes()
            .take_while(|byte| matches!(byte, b'<' | b'>' | b'='))
            .count();
        left = Some((right, operators.get(..count)?));
        rest = operators.get(count..)?;
    }
}

/// A length that needs no element.
fn length(text: &str) -> Option<f64> {
    let end = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.trim().parse().ok()?;
    Some(match unit.trim() {
        "" | "px" => number,
        "em" | "rem" => number * 16.0,
        "in" => number * 96.0,
        "cm" => number * 96.0 / 2.54,
        "mm" => number * 96.0 / 25.4,
        "pt" => number * 96.0 / 72.0,
        _ => return None,
    })
}

/// Whether the condition of `@supports` holds.
pub(super) fn supports_hold(condition: &str, viewport: Viewport) -> bool {
    let context = Context {
        viewport,
        current: CssColor::BLACK,
        is_attribute: false,
        is_presentation: false,
    };
    combined(condition, MOST_NESTED, &|test| {
        if let Some((name, argument)) = function(test) {
            return name == "selector" && super::selector::parse_list(argument).is_some();
        }
        let Some((name, value)) = test.split_once(':') else {
            return false;
        };
        let (name, value) = (name.trim(), value.trim());
        name.starts_with("--")
            || value.contains("var(")
            || Property::named(name)
                .is_some_and(|property| property.normalize(value, context).is_some())
    })
}
