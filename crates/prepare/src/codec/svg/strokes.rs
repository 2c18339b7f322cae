//! Bounds the curves along which a drawing has lines. The renderer cuts each into small pieces, first when it measures
//! the drawing and again when it paints. [`curves`] counts the pieces of a path.

use std::collections::HashSet;

use roxmltree::{Document, Node};

use super::curves::{curve, number, of_path};
use super::expansion;
use crate::{Limit, LimitExceeded};

/// Most pieces of the curves of one outline: about three seconds and half a gigabyte.
const MOST: u64 = 500_000_000;
/// Most pieces of all, copies included: about twenty seconds.
const MOST_OF_ALL: u64 = 4_000_000_000;
/// Most bytes of the lists of dashes of all lines, copies included: the renderer reads a list again for each. It took 26
/// seconds for 500 kB that 2,000 lines inherit.
const MOST_DASHES: u64 = 64_000_000;
/// A list of fewer bytes costs less than the rest of its line.
const SHORT: u64 = 100;
/// Curves of a whole round shape.
const ROUND: u64 = 4;
/// Curves of a letter, about, and how many of them its size of the font is as long as.
const LETTER: u64 = 16;
const LETTER_SIZE: f64 = 4.0;
/// Size of a font that nothing says.
const FONT: f64 = super::FONT_SIZE as f64;
/// Side of a drawing that nothing says.
const SIDE: f64 = 100.0;
/// Units of an inch, the longest unit of a fixed length.
const INCH: f64 = 96.0;

/// Refuses a drawing with too many or too large curves that have a line along them, all copies included.
pub(super) fn check(document: &Document<'_>) -> Result<(), LimitExceeded> {
    let styles = Styles::of(document);
    if styles.dashes > SHORT {
        let own = document.descendants().map(|node| styles.dashes(node));
        let found = expansion::with_copies(document, own.collect());
        let what = "length of lists of dashes in bytes, with all copies,";
        refuse_above(what, MOST_DASHES, found)?;
    }
    let own: Vec<u64> = { document.descendants() }
        .map(|node| styles.pieces(node))
        .collect();
    let largest = own.iter().copied().max().unwrap_or(0);
    if largest == 0 {
        return Ok(());
    }
    let what = "number of pieces of curves with a line";
    refuse_above(what, MOST, largest)?;
    refuse_above(what, MOST_OF_ALL, expansion::with_copies(document, own))
}

fn refuse_above(what: &'static str, allowed: u64, found: u64) -> Result<(), LimitExceeded> {
    match found > allowed {
        true => Err(LimitExceeded {
            limit: Limit::WorkOf(what),
            found,
            allowed,
        }),
        false => Ok(()),
    }
}

/// What an element has of the elements around it.
#[derive(Clone, Copy)]
struct Style {
    has_line: bool,
    /// Whether it takes the line of where it is used.
    is_free: bool,
    font: f64,
    /// The length of the list of its dashes.
    dashes: u64,
}

const NONE: Style = Style {
    has_line: false,
    is_free: false,
    font: FONT,
    dashes: 0,
};

/// The styles of all nodes, by their place in the document.
struct Styles {
    all: Vec<Style>,
    /// The largest font, the longest side that percentages can be of, and the longest list of dashes.
    font: f64,
    side: f64,
    dashes: u64,
}

impl Styles {
    fn of(document: &Document<'_>) -> Self {
        let lined = lined(document);
        let mut all: Vec<Style> = Vec::new();
        let (mut font, mut side, mut dashes) = (FONT, SIDE, 0);
        for node in document.descendants() {
            let above = { node.parent() }
                .and_then(|parent| all.get(parent.id().get_usize()).copied())
                .unwrap_or(NONE);
            let own = own(node);
            let is_target = node.attribute("id").is_some_and(|id| lined.contains(id));
            let size = property(node, "font-size").map(|text| length(text, above.font, above.font));
            let style = Style {
                has_line: own.unwrap_or(above.has_line),
                is_free: own.is_none() && (above.is_free || is_target),
                font: size.filter(|&size| size > 0.0).unwrap_or(above.font),
                dashes: property(node, "stroke-dasharray")
                    .map_or(above.dashes, |list| list.len() as u64),
            };
            dashes = dashes.max(style.dashes);
            font = font.max(style.font);
            side = side.max(viewport(node));
            all.push(style);
        }
        Self {
            all,
            font,
            side,
            dashes,
        }
    }

    /// The length of the list of dashes that is read for a node, if there can be a line along it.
    fn dashes(&self, node: Node<'_, '_>) -> u64 {
        let style = { self.all.get(node.id().get_usize()) }
            .copied()
            .unwrap_or(NONE);
        match style {
            // What is used can have the dashes of where that is.
            Style { is_free: true, .. } => self.dashes,
            Style { has_line: true, .. } => style.dashes,
            _ => 0,
        }
    }

    /// Pieces of the outline of a node itself, if there can be a line along it.
    fn pieces(&self, node: Node<'_, '_>) -> u64 {
        let style = { self.all.get(node.id().get_usize()) }
            .copied()
            .unwrap_or(NONE);
        if !style.has_line && !style.is_free {
            return 0;
        }
        if node.is_text() {
            // What is used can have the font of where that is.
            let font = if style.is_free { self.font } else { style.font };
            let letter = LETTER.saturating_mul(curve(font / LETTER_SIZE));
            return expansion::letters(node).saturating_mul(letter);
        }
        let largest = |names: &[&str]| {
            let lengths = names.iter().filter_map(|name| node.attribute(*name));
            let lengths = lengths.map(|text| length(text, self.font, self.side));
            lengths.fold(0.0, f64::max)
        };
        match node.tag_name().name() {
            "circle" | "ellipse" => ROUND.saturating_mul(curve(largest(&["r", "rx", "ry"]))),
            "rect" if node.has_attribute("rx") || node.has_attribute("ry") => {
                ROUND.saturating_mul(curve(largest(&["rx", "ry"])))
            }
            _ => node.attribute("d").map_or(0, |data| of_path(data, MOST)),
        }
    }
}

/// What is used where there is a line, or where what is used itself could have one.
fn lined<'a>(document: &'a Document<'_>) -> HashSet<&'a str> {
    let uses = || {
        document
            .descendants()
            .filter(|node| node.tag_name().name() == "use")
    };
    let used: HashSet<&str> = uses().filter_map(target).collect();
    // Whether each node has a line, and whether it is in what is used.
    let mut all: Vec<(bool, bool)> = Vec::new();
    for node in document.descendants() {
        let above = { node.parent() }
            .and_then(|parent| all.get(parent.id().get_usize()).copied())
            .unwrap_or_default();
        let is_target = node.attribute("id").is_some_and(|id| used.contains(id));
        all.push((own(node).unwrap_or(above.0), above.1 || is_target));
    }
    let can_lend = |node: &Node<'_, '_>| {
        { all.get(node.id().get_usize()) }.is_some_and(|&(has_line, is_used)| has_line || is_used)
    };
    uses().filter(can_lend).filter_map(target).collect()
}

/// The name that an element refers to.
fn target<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    let mut references = node.attributes().filter(|it| it.name() == "href");
    references.find_map(|it| it.value().trim().strip_prefix('#'))
}

/// Whether an element itself says that it has a line.
fn own(node: Node<'_, '_>) -> Option<bool> {
    property(node, "stroke").map(|value| value != "none")
}

fn property<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let of_style = node.attribute("style").and_then(|style| {
        let mut properties = style.split(';').filter_map(|it| it.split_once(':'));
        properties.rfind(|(key, _)| key.trim() == name)
    });
    let value = of_style.map(|(_, value)| value);
    value.or(node.attribute(name)).map(str::trim)
}

/// The longest side that an element gives to percentages within it.
fn viewport(node: Node<'_, '_>) -> f64 {
    if !matches!(node.tag_name().name(), "svg" | "symbol" | "use") {
        return 0.0;
    }
    let sides = ["width", "height"].into_iter();
    let sides = sides.filter_map(|name| node.attribute(name));
    let sides = sides.map(|text| length(text, FONT, 0.0));
    let viewed = node.attribute("viewBox").unwrap_or_default();
    let viewed = viewed.split(|it: char| it.is_whitespace() || it == ',');
    let viewed = viewed.map(|text| number(text).0.abs());
    sides.chain(viewed).fold(0.0, f64::max)
}

/// At most this many units; `whole` is what percentages are of.
fn length(text: &str, font: f64, whole: f64) -> f64 {
    let text = text.trim();
    let (value, end) = number(text);
    let unit = match text.get(end..).unwrap_or_default().trim() {
        "" | "px" => 1.0,
        "%" => whole / 100.0,
        "em" | "ex" | "rem" | "ch" => font,
        "pt" => INCH / 72.0,
        "mm" => INCH / 25.4,
        _ => INCH,
    };
    value.abs() * unit
}
