//! Finds what browsers draw but the renderer does not, so that each such thing is noted.

use roxmltree::{Document, Node};

use super::doctype;
use super::names::{SVG, href};
use crate::losses::Losses;
use crate::style::{Computed, Inherited, Property, Sheets, commas, words};

/// Box properties, which browsers apply only to the root of the drawing.
const OF_THE_ROOT: [&str; 6] = [
    "background-image",
    "border",
    "border-radius",
    "box-shadow",
    "outline",
    "padding",
];

/// Inherited properties that matter only for text.
const OF_LETTERS: [&str; 6] = [
    "font-feature-settings",
    "font-size-adjust",
    "font-variant-caps",
    "text-emphasis",
    "text-orientation",
    "text-shadow",
];

/// Blend modes that the renderer does not support.
const BLEND_MODES: [&str; 1] = ["plus-lighter"];

/// Notes the default attributes of the document type, and animations, which can also show what is hidden.
pub(super) fn document(document: &Document<'_>, losses: &mut Losses) {
    if doctype::gives_attributes(document) {
        losses
            .effects
            .insert("attributes that the document type gives");
    }
    let moves = |node: Node<'_, '_>| match node.tag_name().name() {
        "animate" | "animateTransform" | "animateMotion" | "animateColor" | "set" => {
            starts_by_itself(node)
        }
        _ => false,
    };
    if document.descendants().filter(is_drawn).any(moves) {
        losses.effects.insert("animation");
    }
}

/// Notes what is not drawn of a visible element, and links to other documents.
pub(super) fn element(node: Node<'_, '_>, losses: &mut Losses) {
    let effect = match node.tag_name().name() {
        "hatch" => Some("hatch"),
        "mesh" | "meshgradient" | "meshGradient" => Some("mesh gradient"),
        "flowRoot" => Some("flowing text (flowRoot)"),
        "feDisplacementMap" => Some("feDisplacementMap"),
        "textPath" if node.attribute("path").is_some() => Some("path of a textPath"),
        "use" | "linearGradient" | "radialGradient" | "pattern" | "textPath" => {
            let outside = href(node)
                .map(str::trim)
                .filter(|href| !href.starts_with('#') && !href.is_empty());
            losses.linked.extend(outside.map(str::to_string));
            None
        }
        _ => None,
    };
    losses.effects.extend(effect);
    if blends_light(node) {
        losses.effects.insert(match node.tag_name().name() {
            "mask" => "color-interpolation of a mask",
            _ => "color-interpolation of a gradient",
        });
    }
}

/// Whether a gradient or mask blends light, not the values of sRGB, which the renderer does not support.
pub(super) fn blends_light(node: Node<'_, '_>) -> bool {
    const LIGHT: &str = "linearRGB";
    let is_stated = |style: &str| {
        let mut all = style.split(';').filter_map(|one| one.split_once(':'));
        all.any(|(name, value)| name.trim() == "color-interpolation" && value.trim() == LIGHT)
    };
    matches!(
        node.tag_name().name(),
        "linearGradient" | "radialGradient" | "mask"
    ) && (node.attribute("color-interpolation") == Some(LIGHT)
        || node.attribute("style").is_some_and(is_stated))
}

/// Whether it is an element of SVG.
pub(super) fn is_drawn(node: &Node<'_, '_>) -> bool {
    let is_known = matches!(node.tag_name().namespace(), None | Some(SVG));
    node.is_element() && is_known
}

/// Whether an animation starts by itself, without a click or another event.
fn starts_by_itself(node: Node<'_, '_>) -> bool {
    let is_offset = |begin: &str| {
        let begin = begin.trim();
        begin.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
    };
    node.attribute("begin")
        .is_none_or(|begin| begin.split(';').any(is_offset))
}

/// Notes the style sheets and rules that are not used.
pub(super) fn sheets(sheets: &Sheets, losses: &mut Losses) {
    losses.sheets.extend(sheets.left_out.iter().cloned());
    losses.effects.extend(&sheets.rules_left_out);
}

/// Notes the properties of one visible element that are not drawn.
pub(super) fn properties(computed: &Computed, sheets: &Sheets, is_root: bool, losses: &mut Losses) {
    losses.effects.extend(&computed.functions);
    losses.linked.extend(computed.links.iter().cloned());
    for (property, value) in computed.values.values() {
        let is_lost = property.is_undrawn(value).unwrap_or(false);
        match property.name {
            "animation-name" if is_lost => {
                let mut names = commas(value).flat_map(words);
                if names.any(|name| sheets.keyframes.contains(name)) {
                    losses.effects.insert("animation");
                }
            }
            name if OF_THE_ROOT.contains(&name) && !is_root => {}
            // Editors also write these for shapes and plain text.
            "text-decoration-color" | "text-decoration-style"
                if computed
                    .text("text-decoration")
                    .is_none_or(|line| line == "none") => {}
            "mask-mode" | "mask-composite"
                if computed.text("mask").is_none_or(|mask| mask == "none") => {}
            // Rounded corners are visible only with a background.
            "border-radius" if computed.text("background-color").is_none() => {}
            name if is_lost && !property.inherits => {
                losses.effects.insert(name);
            }
            "mix-blend-mode" if BLEND_MODES.contains(&value.as_str()) => {
                losses.effects.insert("blend mode plus-lighter");
            }
            "mask" if value != "none" && !value.starts_with("url(#") => {
                losses.effects.insert("mask-image");
            }
            _ => {}
        }
    }
}

/// Notes what is drawn of a whole `text` only, not of a part of it.
pub(super) fn in_text(computed: &Computed, losses: &mut Losses) {
    let opacity = computed.text("opacity");
    if opacity.is_some_and(|text| text.parse() != Ok(1.0)) {
        losses.effects.insert("opacity of a part of a text");
    }
}

/// Notes the text properties that are not drawn.
pub(super) fn letters(inherited: &Inherited, losses: &mut Losses) {
    for name in OF_LETTERS {
        let value = inherited.value(name);
        let property = Property::named(name);
        if let (Some(value), Some(property)) = (value, property)
            && property.is_undrawn(value) == Some(true)
        {
            losses.effects.insert(name);
        }
    }
    // Few fonts have small capitals of their own; without them, the renderer keeps the small letters.
    let variant = inherited.value("font-variant").unwrap_or_default();
    if variant.contains("small-caps") {
        losses.effects.insert("font-variant: small-caps");
    }
    if inherited.value("direction") == Some("rtl") {
        losses.effects.insert("direction: rtl");
    }
}
