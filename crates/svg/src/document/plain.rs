//! Recognises drawings that the renderer draws correctly as they are, which most logos are.

use std::borrow::Cow;

use roxmltree::{Document, Node};

use super::sides::{DEFAULT, Side, free_side};
use super::targets::Targets;
use super::void::is_void;
use super::{conditions, omissions, reached, sized, templates, view_box};
use crate::color::CssColor;
use crate::style::{Context, Inherited, Property, Quantity, Viewport, is_safe};

/// Attributes that contain one length.
const LENGTHS: [&str; 20] = [
    "x",
    "y",
    "width",
    "height",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "x1",
    "y1",
    "x2",
    "y2",
    "fx",
    "fy",
    "fr",
    "refX",
    "refY",
    "markerWidth",
    "markerHeight",
];

/// Whether nothing in the drawing has to be rewritten.
#[must_use]
pub fn is_plain(document: &Document<'_>) -> bool {
    let viewport = viewport(document);
    let mut targets = Targets::of(document);
    targets.find_unreached(document, &mut |node, _| {
        (node.attribute("display") == Some("none"), Inherited::root())
    });
    document.descendants().all(|node| match node.pi() {
        Some(instruction) => instruction.target != "xml-stylesheet",
        None => !node.is_element() || is_plain_element(node, viewport, &targets),
    })
}

fn is_plain_element(node: Node<'_, '_>, viewport: Viewport, targets: &Targets<'_>) -> bool {
    let needs_pass = matches!(
        node.tag_name().name(),
        "style" | "foreignObject" | "text" | "link" | "feDisplacementMap"
    ) || omissions::blends_light(node)
        || sizes_itself(node)
        || has_odd_name(node)
        || is_in_another(node)
        || conditions::has_any(node);
    let context = Context {
        viewport,
        current: CssColor::BLACK,
        is_attribute: true,
        is_presentation: true,
    };
    !needs_pass
        && !is_void(node, targets)
        && !templates::is_void(node, targets)
        && !templates::lacks_stops(node, targets)
        && !templates::has_one_stop(node, targets)
        && !has_idle_transform(node, targets)
        && !is_hidden_filter(node, targets)
        && !templates::draws_nothing(node)
        && !paints_with_another(node, targets)
        && !has_free_size(node)
        && !has_free_side(node, viewport)
        && !has_other_order(node)
        && !targets.repeats(node)
        && !targets.misses(node)
        && !sized::is_empty(node, targets, viewport, |_| false)
        && node
            .attributes()
            .filter(|attribute| attribute.namespace().is_none())
            .all(|attribute| {
                let (name, value) = (attribute.name(), attribute.value());
                if matches!(
                    name,
                    "marker-start"
                        | "marker-mid"
                        | "marker-end"
                        | "pathLength"
                        | "direction"
                        | "requiredFeatures"
                ) || targets.lacks(name, value)
                {
                    return false;
                }
                let is_symbol = node.tag_name().name() == "symbol";
                if name == "viewBox"
                    && view_box::parse(value)
                        .is_none_or(|[.., width, height]| width * height == 0.0)
                {
                    return false;
                }
                if name == "display" && (is_symbol || value.trim().eq_ignore_ascii_case("contents"))
                {
                    return false;
                }
                if matches!(name, "style" | "vector-effect" | "clip-path")
                    && !value.starts_with("url(#")
                {
                    return false;
                }
                match Property::of_attribute(name) {
                    Some(_) if value.contains('\\') => false,
                    Some(property) => property.normalize(value, context).is_some_and(
                        |normal| matches!(&normal, Cow::Borrowed(text) if *text == value),
                    ),
                    None => {
                        length(name, value, viewport).is_none() && trimmed_number(value).is_none()
                    }
                }
            })
}

/// Whether it is a filter where the renderer reads none.
fn is_in_another(node: Node<'_, '_>) -> bool {
    node.tag_name().name() == "filter" && !reached::is_read(node)
}

/// Whether an id, or a link to one, is written in a way that the renderer does not read.
fn has_odd_name(node: Node<'_, '_>) -> bool {
    node.attributes().any(|attribute| {
        let value = attribute.value();
        match attribute.name() {
            "id" => !is_safe(value),
            "href" => value.trim_start().starts_with('#') && !is_safe(value),
            _ => false,
        }
    })
}

/// Whether it is a `switch`, of which browsers draw another child than the renderer if the first is none that is drawn.
fn has_other_order(node: Node<'_, '_>) -> bool {
    node.tag_name().name() == "switch"
}

/// Whether it is a gradient or pattern whose transform does not count, so that the one of a template does.
fn has_idle_transform(node: Node<'_, '_>, targets: &Targets<'_>) -> bool {
    let mut names = ["gradientTransform", "patternTransform"].into_iter();
    templates::is_server(node)
        && names.any(|name| node.has_attribute(name))
        && templates::transform(node, targets).is_none()
}

/// Whether it is a filter, or a part of one, that is hidden.
fn is_hidden_filter(node: Node<'_, '_>, targets: &Targets<'_>) -> bool {
    let is_part = node.tag_name().name().starts_with("fe");
    let state = targets.filter_state(node);
    is_part && node.has_attribute("display")
        || state.is_some_and(|it| !it.is_built || !it.has_styles)
}

/// Whether it is to be painted with an element that paints nothing, such as a mask.
fn paints_with_another(node: Node<'_, '_>, targets: &Targets<'_>) -> bool {
    let mut all = ["fill", "stroke"].into_iter();
    all.any(|name| {
        let value = node.attribute(name).unwrap_or_default();
        targets.paints_with_another(value, node.document())
    })
}

/// Whether it is a drawing within the drawing that does not state its size, or states it in a way that is not plain.
fn has_free_size(node: Node<'_, '_>) -> bool {
    let is_inner = node != node.document().root_element() && node.tag_name().name() == "svg";
    let is_use = node.tag_name().name() == "use";
    let is_number = |side: &str| side.parse::<f64>().is_ok();
    ["width", "height"].into_iter().any(|name| {
        let side = node.attribute(name);
        side.map_or(is_inner, |side| (is_inner || is_use) && !is_number(side))
    })
}

/// Whether it is the whole drawing, and the renderer would take another size than browsers because a side is stated in
/// per cent or not at all.
fn has_free_side(node: Node<'_, '_>, viewport: Viewport) -> bool {
    let is_same = node.attribute("width") == node.attribute("height");
    ["width", "height"].into_iter().any(|name| {
        let stated = node.attribute(name);
        match free_side(node, name, stated, viewport) {
            Some(Side::ByRatio) => stated.is_some() && !is_same,
            Some(Side::Default(_)) => true,
            None => false,
        }
    })
}

/// Whether a `symbol` has a size, which the renderer would not use.
fn sizes_itself(node: Node<'_, '_>) -> bool {
    let has_size = node.attribute("width").is_some() || node.attribute("height").is_some();
    has_size && node.tag_name().name() == "symbol"
}

/// The value of an attribute in a unit that the renderer knows; `None` if it is in one already.
pub(super) fn length(name: &str, value: &str, viewport: Viewport) -> Option<String> {
    let is_plain = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    if value.as_bytes().iter().all(is_plain) || !LENGTHS.contains(&name) {
        return None;
    }
    let found = Quantity::parse(value, viewport)?;
    let is_known = value.ends_with(found.unit) && !value.contains('(') && !found.unit.is_empty();
    (!is_known)
        .then(|| found.text())
        .filter(|text| text != value)
}

/// A number or numbers without the spaces around them; `None` if there are none. The renderer would
/// take a value that ends with a space for a wrong one, and draw nothing, or something else.
pub(super) fn trimmed_number(value: &str) -> Option<&str> {
    let trimmed = value.trim();
    let is_number = trimmed.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    (is_number && trimmed.len() < value.len()).then_some(trimmed)
}

/// Whether the drawing contains text, so that fonts are needed.
#[must_use]
pub fn has_text(document: &Document<'_>) -> bool {
    document
        .descendants()
        .any(|node| node.is_element() && node.tag_name().name() == "text")
}

/// Whether a picture's size is not given in both directions.
#[must_use]
pub fn has_free_pictures(document: &Document<'_>) -> bool {
    document.descendants().any(|node| {
        let is_free = node.attribute("width").is_none() || node.attribute("height").is_none();
        is_free && node.is_element() && node.tag_name().name() == "image"
    })
}

/// The size of the drawing, as far as its root element says.
pub(super) fn viewport(document: &Document<'_>) -> Viewport {
    let root = document.root_element();
    let view_box = root.attribute("viewBox").and_then(view_box::parse);
    let view_box = view_box.map(|[.., width, height]| (width, height));
    let (full_width, full_height) = view_box.unwrap_or(DEFAULT);
    let whole = Viewport {
        width: DEFAULT.0,
        height: DEFAULT.1,
        units_wide: DEFAULT.0,
        units_high: DEFAULT.1,
    };
    let side = |name: &str, full: f64| {
        let stated = root.attribute(name);
        let length = stated.and_then(|text| Quantity::parse(text, whole));
        let length = length.map_or(full, |length| length.pixels(full));
        (length, free_side(root, name, stated, whole))
    };
    let (width, height) = match (side("width", full_width), side("height", full_height)) {
        ((_, Some(Side::ByRatio)), (_, Some(_))) => (full_width, full_height),
        ((_, Some(Side::ByRatio)), (height, None)) => (height * full_width / full_height, height),
        ((width, None), (_, Some(Side::ByRatio))) => (width, width * full_height / full_width),
        ((width, wide), (height, high)) => (or_default(width, wide), or_default(height, high)),
    };
    let (units_wide, units_high) = view_box.unwrap_or((width, height));
    Viewport {
        width,
        height,
        units_wide,
        units_high,
    }
}

fn or_default(length: f64, side: Option<Side>) -> f64 {
    match side {
        Some(Side::Default(length)) => length,
        _ => length,
    }
}
