//! Writes the attributes of an element: its own, and those that style sheets give it.

use std::borrow::Cow;

use roxmltree::Node;

use super::clips::{self, Clipped};
use super::names::{XLINK, XML};
use super::pass::{Pass, Place, clip_name};
use super::reached::State;
use super::{conditions, markers, path_length, plain, templates, view_box};
use crate::style::{
    Computed, Inherited, Matrix, Property, Quantity, families, fragment, is_safe, safe,
};

impl<'a, 'input> Pass<'a, 'input> {
    pub(super) fn attributes(
        &mut self,
        node: Node<'a, 'input>,
        computed: &Computed,
        inherited: &Inherited,
        place: Place,
    ) {
        let about = self.origin(node, computed);
        let is_server = templates::is_server(node);
        let transform = transform(node, computed, about).filter(|_| !is_server);
        let copy = (node.tag_name().name() == "use")
            .then(|| self.copy(node, inherited))
            .flatten();
        let has_id = place != Place::Copy && self.has_id(node, computed);
        let is_met = conditions::are_met(node);
        let is_broken = self.is_broken(node);
        for attribute in node.attributes() {
            let name = attribute.name();
            let prefix = match attribute.namespace() {
                None => "",
                Some(XLINK) => "xlink:",
                Some(XML) => "xml:",
                Some(_) => continue,
            };
            let is_own = prefix.is_empty();
            let is_settled = is_own
                && (matches!(name, "style" | "class") || Property::of_attribute(name).is_some())
                || is_own && name == "transform" && transform.is_some()
                || is_own && is_server && name.ends_with("ransform")
                || is_own && computed.overrides(node, name)
                || is_own && name == "id" && !has_id
                // Browsers ignore it; SVG 2 no longer has it.
                || is_own && name == "requiredFeatures"
                || is_own && is_met && matches!(name, "requiredExtensions" | "systemLanguage")
                // Settled when letters are written. The renderer would take both for `xml:space`.
                || name == "space" && matches!(prefix, "" | "xml:")
                || name == "href" && (copy.is_some() || is_broken);
            if is_settled {
                continue;
            }
            let is_side = is_own && matches!(name, "width" | "height");
            if is_side && self.has_other_size(node, computed, name) {
                continue;
            }
            if is_own && name == "viewBox" && view_box::parse(attribute.value()).is_none() {
                continue;
            }
            let value = &*match self.template(node, name, is_own) {
                Some(id) => Cow::Owned(id),
                None => renamed(name, is_own, attribute.value()),
            };
            let value = plain::trimmed_number(value)
                .filter(|_| is_own)
                .unwrap_or(value);
            match plain::length(name, value, self.sheets.viewport) {
                Some(value) if is_own => self.writer.attribute(name, &value),
                _ => self.writer.attribute(&format!("{prefix}{name}"), value),
            }
        }
        if let Some(matrix) = transform {
            self.writer.attribute("transform", &matrix);
        }
        let stated = is_server.then(|| templates::transform(node, self.targets));
        if let Some(matrix) = stated.flatten() {
            let name = match node.tag_name().name() {
                "pattern" => "patternTransform",
                _ => "gradientTransform",
            };
            self.writer.attribute(name, &matrix.text());
        }
        self.color_of_filter(node);
        if node.tag_name().name() == "text" {
            self.writer.attribute("xml:space", "preserve");
        }
        for (name, value) in self.size_of_symbol(node) {
            self.writer.attribute(name, &value);
        }
        self.whole_size(node, computed);
        if let Some(id) = copy {
            self.writer.attribute("href", &format!("#{id}"));
        }
        if let Some(id) = self.next_id.take().filter(|_| self.has_id(node, computed)) {
            self.writer.attribute("id", &id);
        }
        self.properties(node, computed, about.is_some());
    }

    /// The id of a gradient or pattern that paints nothing itself, so that only those find it that have it as a template;
    /// or the link of such a one to it.
    fn template(&self, node: Node<'_, '_>, name: &str, is_own: bool) -> Option<String> {
        let (of, mark) = match name {
            "id" if is_own => (node, ""),
            "href" if templates::is_server(node) => (self.targets.shown_by(node)?, "#"),
            _ => return None,
        };
        let is_void = templates::is_void(of, self.targets);
        is_void.then(|| {
            format!(
                "{mark}template-{}",
                safe(of.attribute("id").unwrap_or_default())
            )
        })
    }

    /// Whether links lead to the element in browsers.
    fn has_id(&self, node: Node<'_, '_>, computed: &Computed) -> bool {
        let is_hidden_symbol =
            node.tag_name().name() == "symbol" && computed.text("display") == Some("none");
        !is_hidden_symbol && !self.targets.has_no_id(node)
    }

    /// Whether the element is a picture of an element that browsers do not find.
    fn is_broken(&self, node: Node<'_, '_>) -> bool {
        let shown = (node.tag_name().name() == "feImage").then(|| self.targets.shown_by(node));
        shown.flatten().is_some_and(|it| self.targets.misses(it))
    }

    /// Writes the colours in which a filter works for which browsers build no box: they take those of other filters from
    /// their style, and those of this one from its attribute only.
    fn color_of_filter(&mut self, node: Node<'_, '_>) {
        let name = "color-interpolation-filters";
        let is_built = |it: State| it.is_built;
        if self.targets.filter_state(node).is_none_or(is_built) || node.has_attribute(name) {
            return;
        }
        self.writer.attribute(name, "sRGB");
    }

    /// The point about which an element is turned and scaled, if it refers to the element's own box.
    /// If that is not known, notes it.
    fn origin(&mut self, node: Node<'_, '_>, computed: &Computed) -> Option<(f64, f64)> {
        let is_turned = ["transform", "rotate", "scale"]
            .iter()
            .any(|name| computed.text(name).is_some());
        let around = computed.text("transform-box")?;
        if around == "view-box" || !(is_turned || node.attribute("transform").is_some()) {
            return None;
        }
        let value = |name: &str| text_of(node, computed, name);
        let clipped = self.clipped(node, computed, &value);
        let origin = computed.text("transform-origin").unwrap_or("0 0");
        let found = clipped.and_then(|clipped| clips::origin(around, origin, &clipped));
        if found.is_none() {
            self.losses.effects.insert("transform-box");
        }
        found
    }

    pub(super) fn properties(&mut self, node: Node<'_, '_>, computed: &Computed, has_origin: bool) {
        let element = node.tag_name().name();
        let is_root = node == node.document().root_element();
        if computed.text("vector-effect") == Some("non-scaling-stroke") {
            self.losses.effects.insert("vector-effect");
        }
        let dashes = self.dashes(node, computed);
        let mut style = String::new();
        for (property, value) in computed.values.values() {
            match property.name {
                "transform" | "translate" | "rotate" | "scale" | "transform-box" | "background"
                | "background-color" | "text-transform" => {}
                "transform-origin" if has_origin => {}
                _ if property.is_undrawn(value).is_some() => {}
                "stroke-dasharray" | "stroke-dashoffset" if !dashes.is_empty() => {}
                // The note is already recorded.
                "mask" if value != "none" && !value.starts_with("url(") => {}
                name if self.targets.lacks(name, value) => {}
                "fill" | "stroke" if self.targets.paints_with_another(value, node.document()) => {
                    let fallback = value.split_once(' ').map_or("none", |(_, rest)| rest);
                    self.writer.attribute(property.name, fallback);
                }
                "white-space" => {}
                // `whole_size` writes it.
                "width" | "height"
                    if is_root && self.has_other_size(node, computed, property.name) => {}
                "font-family" => {
                    let resolved = self.fonts.resolve(&families(value), &self.embedded);
                    self.writer.attribute("font-family", &resolved.list);
                }
                "clip-path" if !value.starts_with("url(") && value != "none" => {
                    self.clip(node, computed, value);
                }
                _ if !property.applies_to(element, is_root) => {}
                name if property.needs_style() => style.extend([name, ":", value, ";"]),
                name => self.writer.attribute(name, value),
            }
        }
        for (name, value) in dashes {
            self.writer.attribute(name, &value);
        }
        if matches!(element, "rect" | "circle" | "ellipse") {
            self.without_markers(computed);
        }
        if !style.is_empty() {
            self.writer.attribute("style", &style);
        }
    }

    /// Keeps markers off a basic shape, on which browsers set none (SVG 2, section 11.6.3).
    fn without_markers(&mut self, computed: &Computed) {
        for name in ["marker-start", "marker-mid", "marker-end"] {
            let inherited = computed.inherited.value(name);
            if inherited.is_some_and(|marker| marker != "none") {
                self.writer.attribute(name, "none");
            }
        }
    }

    /// Writes a link to a basic shape, or notes that it is not drawn.
    fn clip(&mut self, node: Node<'_, '_>, computed: &Computed, shape: &str) {
        let value = |name: &str| text_of(node, computed, name);
        let clipped = self.clipped(node, computed, &value);
        match clipped.and_then(|clipped| clips::clip(shape, &clipped)) {
            Some(clip) => {
                self.clips.push(clip);
                let link = format!("url(#{})", clip_name(self.clips.len()));
                self.writer.attribute("clip-path", &link);
            }
            None => {
                self.losses.effects.insert("clip-path with a basic shape");
            }
        }
    }

    /// What the boxes of an element are made from; `None` if the width of its stroke is not known.
    fn clipped<'n>(
        &self,
        node: Node<'n, 'n>,
        computed: &Computed,
        value: &'n dyn Fn(&str) -> Option<String>,
    ) -> Option<Clipped<'n>> {
        let viewport = self.sheets.viewport;
        let inherited = |name: &str| computed.inherited.value(name);
        let stroke = match (inherited("stroke"), inherited("stroke-width")) {
            (None | Some("none"), _) => 0.0,
            (Some(_), None) => 1.0,
            (Some(_), Some(width)) => Quantity::parse(width, viewport)?.pixels(viewport.units_wide),
        };
        Some(Clipped {
            node,
            value,
            stroke,
            viewport,
        })
    }

    /// The dashes of a shape with `pathLength`, converted to units of the drawing.
    fn dashes(&self, node: Node<'_, '_>, computed: &Computed) -> Vec<(&'static str, String)> {
        let viewport = self.sheets.viewport;
        let value = |name: &str| text_of(node, computed, name);
        let inherited = |name: &str| computed.inherited.value(name);
        let array = inherited("stroke-dasharray").filter(|array| *array != "none");
        let (Some(array), Some(scale)) = (array, path_length::scale(node, &value, viewport)) else {
            return Vec::new();
        };
        let scaled = |dashes: &str| path_length::scaled(dashes, scale, viewport);
        let all = [
            ("stroke-dasharray", scaled(array)),
            (
                "stroke-dashoffset",
                inherited("stroke-dashoffset").and_then(scaled),
            ),
        ];
        all.into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    /// The data of a path with markers, and the data of the second path on which the markers are
    /// set.
    pub(super) fn markers(
        &self,
        node: Node<'_, '_>,
        computed: &Computed,
        inherited: &Inherited,
    ) -> Option<(String, String)> {
        let is_marked = inherited
            .value("marker-mid")
            .is_some_and(|marker| marker != "none");
        if !is_marked || node.tag_name().name() != "path" {
            return None;
        }
        let data = computed.text("d").or_else(|| node.attribute("d"))?;
        Some((data.to_string(), markers::with_single_curves(data)?))
    }

    /// Writes a path, and a second, invisible path with its markers.
    pub(super) fn write_marked(&mut self, data: &str, markers: &str) {
        self.writer.start("path");
        self.writer.attribute("d", data);
        self.writer.attribute("marker-mid", "none");
        self.writer.end("path");
        self.writer.start("path");
        self.writer.attribute("d", markers);
        for name in ["fill", "stroke", "marker-start", "marker-end"] {
            self.writer.attribute(name, "none");
        }
        self.writer.end("path");
    }
}

/// An id, or a link to an element of the drawing, as the renderer reads it; other values as they are.
fn renamed<'v>(name: &str, is_own: bool, value: &'v str) -> Cow<'v, str> {
    match name {
        "id" if is_own => safe(value),
        "href" => match fragment(value) {
            Some(id) if !is_safe(value) => Cow::Owned(format!("#{}", safe(&id))),
            _ => Cow::Borrowed(value),
        },
        _ => Cow::Borrowed(value),
    }
}

/// The value of a property or attribute of the element.
fn text_of(node: Node<'_, '_>, computed: &Computed, name: &str) -> Option<String> {
    let own = computed.text(name).or_else(|| node.attribute(name));
    own.map(str::to_string)
}

/// The transform of a gradient or pattern that style sheets state.
pub(super) fn transform_of_server(node: Node<'_, '_>, computed: &Computed) -> Option<Matrix> {
    let mut names = ["translate", "rotate", "scale", "transform"].into_iter();
    let is_stated = names.any(|name| computed.text(name).is_some());
    let is_wanted = templates::is_server(node) && is_stated;
    let text = is_wanted.then(|| transform(node, computed, None));
    text.flatten()
        .and_then(|text| Matrix::parse_attribute(&text))
}

/// `translate`, `rotate`, `scale` and `transform` of style sheets as one matrix, about a point if
/// that is known; `None` if there are none.
fn transform(node: Node<'_, '_>, computed: &Computed, about: Option<(f64, f64)>) -> Option<String> {
    let names = ["translate", "rotate", "scale", "transform"];
    let mut found = names
        .iter()
        .map(|name| computed.text(name))
        .collect::<Vec<_>>();
    if found.iter().all(Option::is_none) && about.is_none() {
        return None;
    }
    if let Some(last @ None) = found.last_mut() {
        *last = node.attribute("transform");
    }
    // Computed values are in the form of the attribute too.
    let matrices = found
        .into_iter()
        .flatten()
        .filter_map(Matrix::parse_attribute);
    let all = matrices.fold(Matrix::IDENTITY, Matrix::after);
    let (x, y) = about.unwrap_or_default();
    let about = Matrix::translation(x, y).after(all);
    Some(about.after(Matrix::translation(-x, -y)).text())
}
