//! Finds what browsers draw but the renderer does not, so that each such thing is noted.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use roxmltree::{Document, Node, NodeId};

use super::doctype;
use super::names::{SVG, href};
use crate::losses::Losses;
use crate::style::{
    Computed, Inherited, Property, Sheets, commas, fragment, safe, target, unescaped, unquote,
    words,
};

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

/// Notes elements that are not drawn, and links to other documents.
pub(super) fn elements(document: &Document<'_>, losses: &mut Losses) {
    if doctype::gives_attributes(document) {
        losses
            .effects
            .insert("attributes that the document type gives");
    }
    for node in document.descendants().filter(is_drawn) {
        let effect = match node.tag_name().name() {
            "animate" | "animateTransform" | "animateMotion" | "animateColor" | "set"
                if starts_by_itself(node) =>
            {
                Some("animation")
            }
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

fn is_drawn(node: &Node<'_, '_>) -> bool {
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

/// What is noted where browsers draw nothing, or no effect, because of what is referred to.
pub(super) const HIDDEN: &str =
    "display: none of a gradient, pattern, filter, mask, clipPath or symbol";

/// Whether elements of this name are only drawn where others refer to them.
pub(super) fn is_definition(name: &str) -> bool {
    matches!(
        name,
        "clipPath"
            | "filter"
            | "linearGradient"
            | "marker"
            | "mask"
            | "pattern"
            | "radialGradient"
            | "stop"
    )
}

/// The ids that the addresses in a value or a sheet name.
fn links(text: &str) -> impl Iterator<Item = String> {
    let inside = text
        .split("url(")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    inside.filter_map(|link| fragment(&unescaped(unquote(link))).map(Cow::into_owned))
}

/// The identifiers, as they are written for the renderer, of all filters, masks and clip paths in the document.
pub(super) struct Targets<'a> {
    filters: BTreeSet<Cow<'a, str>>,
    masks: BTreeSet<Cow<'a, str>>,
    clips: BTreeSet<Cow<'a, str>>,
    /// The first element of each id, which is the one that browsers take, but the renderer takes the last.
    elements: HashMap<&'a str, NodeId>,
    /// The ids that something refers to.
    linked: HashSet<String>,
}

impl<'a> Targets<'a> {
    pub(super) fn of(document: &'a Document<'_>) -> Self {
        let mut all = Self {
            filters: BTreeSet::new(),
            masks: BTreeSet::new(),
            clips: BTreeSet::new(),
            elements: HashMap::new(),
            linked: HashSet::new(),
        };
        for node in document.descendants() {
            all.linked
                .extend(href(node).and_then(fragment).map(Cow::into_owned));
            // These are long, and contain none.
            let is_long = |name: &str| matches!(name, "d" | "href" | "points");
            let own = node.attributes().filter(|own| !is_long(own.name()));
            own.for_each(|own| all.linked.extend(links(own.value())));
            let is_sheet = node
                .parent()
                .is_some_and(|parent| parent.has_tag_name("style"));
            if let Some(text) = node.text().filter(|_| is_sheet && node.is_text()) {
                all.linked.extend(links(text));
            }
            let Some(id) = node.attribute("id") else {
                continue;
            };
            if let Entry::Vacant(entry) = all.elements.entry(id) {
                entry.insert(node.id());
            } else {
                continue;
            }
            match node.tag_name().name() {
                "filter" => all.filters.insert(safe(id)),
                "mask" => all.masks.insert(safe(id)),
                "clipPath" => all.clips.insert(safe(id)),
                _ => continue,
            };
        }
        all
    }

    /// Whether `display: none` of this element changes what refers to it in browsers, but not in the renderer.
    pub(super) fn is_missed(&self, node: Node<'_, '_>) -> bool {
        const NAMES: [&str; 7] = [
            "clipPath",
            "filter",
            "linearGradient",
            "mask",
            "pattern",
            "radialGradient",
            "symbol",
        ];
        let id = node.attribute("id");
        id.is_some_and(|id| self.linked.contains(id)) && NAMES.contains(&node.tag_name().name())
    }

    /// Whether the element is drawn where something refers to it, even if an element around it is hidden.
    pub(super) fn shows(&self, node: Node<'_, '_>) -> bool {
        let id = node.attribute("id");
        id.is_some_and(|id| self.linked.contains(id)) || is_definition(node.tag_name().name())
    }

    /// Whether an element before this one has the same id, so that no link leads to this one.
    pub(super) fn repeats(&self, node: Node<'_, '_>) -> bool {
        let first = node.attribute("id").and_then(|id| self.elements.get(id));
        first.is_some_and(|first| *first != node.id())
    }

    /// The element that a `use` shows, which is in the same document.
    pub(super) fn shown_by<'d, 'input>(&self, link: Node<'d, 'input>) -> Option<Node<'d, 'input>> {
        let id = self.elements.get(&*fragment(href(link)?)?)?;
        link.document().get_node(*id)
    }

    /// Whether a value links to an element that does not exist or has the wrong kind. Browsers then
    /// ignore the link, but the renderer would leave the whole element out.
    pub(super) fn lacks(&self, property: &str, value: &str) -> bool {
        let known = match property {
            "filter" => &self.filters,
            "mask" => &self.masks,
            "clip-path" => &self.clips,
            _ => return false,
        };
        let mut links = words(value).filter_map(target);
        links.any(|link| fragment(&link).is_some_and(|id| !known.contains(&safe(&id))))
    }
}
