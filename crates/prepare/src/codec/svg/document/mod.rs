//! Rewrites a drawing before it is rendered: style sheets become attributes, and what the renderer
//! would draw differently from browsers, or leave out silently, is replaced or noted.

mod letters;
mod markers;
mod omissions;
mod path_length;
mod plain;
mod void;
mod xml;

use std::rc::Rc;

use roxmltree::{Document, Node};

use super::color::CssColor;
use super::fonts;
use super::losses::Losses;
use super::style::{Computed, FontFace, Inherited, Matrix, Property, Sheets, Viewport};
use crate::codec::markup::text::malformed;
use crate::{Error, Limit, LimitExceeded};
use omissions::Targets;
use xml::Writer;

pub(super) use plain::{has_free_pictures, has_text, is_plain, viewport};

pub(super) const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Deepest nesting that the renderer accepts.
const DEEPEST: u32 = 1024;
/// Most steps of matching selectors; a drawing that needs more is refused.
const STEPS: u64 = 200_000_000;
/// Most elements that are copied because variables have other values where a `use` shows them.
const MOST_COPIES: usize = 10_000;

/// A rewritten drawing.
pub(super) struct Rewritten {
    pub(super) text: String,
    /// Colour that is painted behind everything.
    pub(super) background: Option<[u8; 4]>,
    pub(super) losses: Losses,
    pub(super) faces: Vec<FontFace>,
}

/// Rewrites a drawing that [`is_plain`] does not hold for.
pub(super) fn rewrite(document: &Document<'_>) -> Result<Rewritten, Error> {
    let sheets = Sheets::read(document, viewport(document));
    let mut losses = Losses::default();
    omissions::elements(document, &mut losses);
    omissions::sheets(&sheets, &mut losses);
    let targets = Targets::of(document);
    let embedded = sheets
        .faces
        .iter()
        .map(|face| face.family.clone())
        .collect();
    let mut pass = Pass {
        sheets: &sheets,
        targets: &targets,
        writer: Writer::default(),
        losses,
        steps: STEPS,
        embedded,
        copies: Vec::new(),
        copied: 0,
        root_variables: Rc::default(),
        background: None,
        next_id: None,
    };
    pass.element(
        document.root_element(),
        &Inherited::root(),
        DEEPEST,
        Place::Root,
    )?;
    if pass.steps == 0 {
        let (limit, found, allowed) = (Limit::Work, STEPS + 1, STEPS);
        return Err(LimitExceeded {
            limit,
            found,
            allowed,
        }
        .into());
    }
    Ok(Rewritten {
        text: pass.writer.finish(),
        background: pass.background,
        losses: pass.losses,
        faces: sheets.faces.clone(),
    })
}

/// What is lost of a drawing for which [`is_plain`] is true.
pub(super) fn losses(document: &Document<'_>) -> Losses {
    let mut losses = Losses::default();
    omissions::elements(document, &mut losses);
    losses
}

/// In which context an element is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Root,
    Shapes,
    Text,
    /// In a copy, whose elements have no ids.
    Copy,
}

struct Pass<'a, 'input> {
    sheets: &'a Sheets,
    targets: &'a Targets<'a>,
    writer: Writer,
    losses: Losses,
    steps: u64,
    /// Font families that the drawing embeds.
    embedded: Vec<String>,
    /// Elements that a `use` shows with other values of variables.
    copies: Vec<(Node<'a, 'input>, Inherited)>,
    copied: usize,
    root_variables: super::style::Variables,
    background: Option<[u8; 4]>,
    /// Id of the next element.
    next_id: Option<String>,
}

impl<'a, 'input> Pass<'a, 'input> {
    fn element(
        &mut self,
        node: Node<'a, 'input>,
        parent: &Inherited,
        depth: u32,
        place: Place,
    ) -> Result<(), Error> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| malformed("elements stand too deep in one another".into()))?;
        let name = node.tag_name().name();
        let is_foreign = !matches!(node.tag_name().namespace(), None | Some(SVG));
        if is_foreign || is_idle(name) || void::is_void(node, self.sheets.viewport) {
            return Ok(());
        }
        let computed = self.sheets.compute(node, parent, &mut self.steps);
        let mut inherited = computed.inherited.clone();
        if computed.text("display") == Some("none") {
            inherited.is_shown = false;
        }
        if let Some(families) = computed.text("font-family") {
            inherited.families = Some(families.into());
        }
        if name == "foreignObject" {
            self.losses.has_html |= inherited.is_shown && !is_for_others(node);
            return Ok(());
        }
        if place == Place::Root {
            self.root_variables = Rc::clone(&inherited.variables);
            self.background = computed
                .text("background-color")
                .and_then(|text| background(text, &inherited));
        }
        if inherited.is_shown {
            let is_root = place == Place::Root;
            omissions::properties(&computed, self.sheets, is_root, &mut self.losses);
        }
        let markers = self.markers(node, &computed, &inherited);
        let name = if markers.is_some() { "g" } else { name };
        self.writer.start(name);
        if place == Place::Root {
            self.writer.attribute("xmlns", SVG);
            self.writer.attribute("xmlns:xlink", XLINK);
        }
        self.attributes(node, &computed, &inherited, place);
        let inner = match (place, name) {
            (Place::Copy, _) => Place::Copy,
            (_, "text") | (Place::Text, _) => Place::Text,
            _ => Place::Shapes,
        };
        for child in node.children() {
            if child.is_element() {
                self.element(child, &inherited, depth, inner)?;
            } else if let Some(text) = child.text().filter(|_| child.is_text() && is_in_text(node))
            {
                self.letters(text, &inherited);
                let text = letters::transformed(text, inherited.value("text-transform"));
                self.writer.text(&text);
            }
        }
        if let Some((data, markers)) = markers {
            self.write_marked(&data, &markers);
        }
        if place == Place::Root {
            self.write_copies(depth)?;
        }
        self.writer.end(name);
        Ok(())
    }

    fn attributes(
        &mut self,
        node: Node<'a, 'input>,
        computed: &Computed,
        inherited: &Inherited,
        place: Place,
    ) {
        let transform = transform(node, computed, self.sheets.viewport);
        let copy = (node.tag_name().name() == "use")
            .then(|| self.copy(node, inherited))
            .flatten();
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
                || is_own && computed.overrides(node, name)
                || is_own && name == "id" && place == Place::Copy
                || name == "href" && copy.is_some();
            if is_settled {
                continue;
            }
            match plain::length(name, attribute.value(), self.sheets.viewport) {
                Some(value) if is_own => self.writer.attribute(name, &value),
                _ => self
                    .writer
                    .attribute(&format!("{prefix}{name}"), attribute.value()),
            }
        }
        if let Some(matrix) = transform {
            self.writer.attribute("transform", &matrix);
        }
        if let Some(id) = copy {
            self.writer.attribute("href", &format!("#{id}"));
        }
        if let Some(id) = self.next_id.take() {
            self.writer.attribute("id", &id);
        }
        self.properties(node, computed);
    }

    fn properties(&mut self, node: Node<'_, '_>, computed: &Computed) {
        let element = node.tag_name().name();
        let is_turned = ["transform", "rotate", "scale"]
            .iter()
            .any(|name| computed.text(name).is_some());
        if is_turned
            && computed
                .text("transform-box")
                .is_some_and(|shape| shape != "view-box")
        {
            self.losses.effects.insert("transform-box");
        }
        if computed.text("vector-effect") == Some("non-scaling-stroke") {
            self.losses.effects.insert("vector-effect");
        }
        let dashes = self.dashes(node, computed);
        let mut style = String::new();
        for (property, value) in computed.values.values() {
            match property.name {
                "transform" | "translate" | "rotate" | "scale" | "transform-box" | "background"
                | "background-color" | "text-transform" => {}
                _ if property.is_undrawn(value).is_some() => {}
                "stroke-dasharray" | "stroke-dashoffset" if !dashes.is_empty() => {}
                // The note is already recorded.
                "mask" if value != "none" && !value.starts_with("url(") => {}
                name if self.targets.lacks(name, value) => {}
                "white-space" => {
                    let is_kept = matches!(value.as_str(), "pre" | "pre-wrap" | "break-spaces");
                    if is_kept && node.attribute((XML, "space")).is_none() {
                        self.writer.attribute("xml:space", "preserve");
                    }
                }
                "font-family" => {
                    let resolved = fonts::system().resolve(value, &self.embedded);
                    self.writer.attribute("font-family", &resolved.list);
                }
                "clip-path" if !value.starts_with("url(") && value != "none" => {
                    self.losses.effects.insert("clip-path with a basic shape");
                }
                _ if !property.applies_to(element) => {}
                name if property.needs_style() => style.extend([name, ":", value, ";"]),
                name => self.writer.attribute(name, value),
            }
        }
        for (name, value) in dashes {
            self.writer.attribute(name, &value);
        }
        if !style.is_empty() {
            self.writer.attribute("style", &style);
        }
    }

    /// The dashes of a shape with `pathLength`, converted to units of the drawing.
    fn dashes(&self, node: Node<'_, '_>, computed: &Computed) -> Vec<(&'static str, String)> {
        let viewport = self.sheets.viewport;
        let value = |name: &str| {
            let own = computed.text(name).or_else(|| node.attribute(name));
            own.map(str::to_string)
        };
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
    fn markers(
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
    fn write_marked(&mut self, data: &str, markers: &str) {
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

    /// Notes which fonts were replaced for this text.
    fn letters(&mut self, text: &str, inherited: &Inherited) {
        if !inherited.is_shown || text.trim().is_empty() {
            return;
        }
        let fonts = fonts::system();
        if let Some(families) = &inherited.families {
            self.losses
                .fonts
                .extend(fonts.resolve(families, &self.embedded).replaced);
        }
        omissions::letters(inherited, &mut self.losses);
        self.losses.lacks_letters |= self.embedded.is_empty() && !fonts.has_all(text);
    }

    /// The id of a copy of the element that a `use` shows, if variables have other values there.
    fn copy(&mut self, node: Node<'a, 'input>, inherited: &Inherited) -> Option<String> {
        if Rc::ptr_eq(&inherited.variables, &self.root_variables)
            || inherited.variables == self.root_variables
        {
            return None;
        }
        let href = node
            .attribute("href")
            .or_else(|| node.attribute((XLINK, "href")))?;
        let id = href.trim().strip_prefix('#')?;
        let target = node
            .document()
            .descendants()
            .find(|node| node.attribute("id") == Some(id))?;
        let is_around = node.ancestors().any(|ancestor| ancestor == target);
        self.copied += target.descendants().count();
        if is_around || self.copied > MOST_COPIES {
            return None;
        }
        self.copies.push((target, inherited.clone()));
        Some(copy_name(self.copies.len()))
    }

    /// Writes the copies, which can contain further `use` elements.
    fn write_copies(&mut self, depth: u32) -> Result<(), Error> {
        let mut at = 0;
        while let Some((target, inherited)) = self.copies.get(at).cloned() {
            at += 1;
            self.writer.start("defs");
            self.next_id = Some(copy_name(at));
            self.element(target, &inherited, depth, Place::Copy)?;
            self.writer.end("defs");
        }
        Ok(())
    }
}

fn copy_name(number: usize) -> String {
    format!("copy-of-use-{number}")
}

/// Whether elements of this name never draw anything.
fn is_idle(name: &str) -> bool {
    matches!(
        name,
        "style"
            | "script"
            | "title"
            | "desc"
            | "metadata"
            | "animate"
            | "animateTransform"
            | "animateMotion"
            | "animateColor"
            | "set"
            | "mpath"
            | "font"
            | "font-face"
            | "link"
    )
}

fn is_in_text(node: Node<'_, '_>) -> bool {
    match node.tag_name().name() {
        "text" | "tspan" | "textPath" | "tref" => true,
        "a" => node
            .ancestors()
            .any(|ancestor| ancestor.tag_name().name() == "text"),
        _ => false,
    }
}

/// Whether the element requires extensions, so that browsers do not show it.
fn is_for_others(node: Node<'_, '_>) -> bool {
    node.attribute("requiredExtensions")
        .is_some_and(|list| !list.trim().is_empty())
}

fn background(text: &str, inherited: &Inherited) -> Option<[u8; 4]> {
    let rgba = CssColor::parse(text, inherited.color)?.to_rgba();
    (rgba[3] > 0).then_some(rgba)
}

/// `translate`, `rotate`, `scale` and `transform` of style sheets as one matrix; `None` if there
/// are none.
fn transform(node: Node<'_, '_>, computed: &Computed, viewport: Viewport) -> Option<String> {
    let names = ["translate", "rotate", "scale", "transform"];
    let mut found = names
        .iter()
        .map(|name| computed.text(name))
        .collect::<Vec<_>>();
    if found.iter().all(Option::is_none) {
        return None;
    }
    if let Some(last @ None) = found.last_mut() {
        *last = node.attribute("transform");
    }
    let matrices = found
        .into_iter()
        .flatten()
        .filter_map(|text| Matrix::parse(text, viewport));
    let all = matrices.fold(Matrix::IDENTITY, Matrix::after);
    Some(all.text())
}
