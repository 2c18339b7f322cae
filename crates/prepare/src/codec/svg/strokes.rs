//! Bounds the curves along which a drawing has lines. The renderer cuts each into small pieces, first when it measures
//! the drawing and again when it paints: a curve of a few units takes 18 microseconds and 2.6 kilobytes in all, one of
//! ten million units 300 milliseconds and 60 megabytes.

use roxmltree::{Document, Node};

use crate::{Limit, LimitExceeded};

/// Most pieces of all curves: about three seconds, and half a gigabyte if one path has all of them.
const MOST: u64 = 500_000_000;
/// A curve of any size, and each unit of its largest number.
const CURVE: u64 = 3_600;
const UNIT: f64 = 6.0;
/// Curves of a whole round shape.
const ROUND: u64 = 4;

/// Refuses a drawing with too many or too large curves that have a line along them.
pub(super) fn check(document: &Document<'_>) -> Result<(), LimitExceeded> {
    let stroked = stroked(document);
    // What is used takes the line of where it is used.
    let is_use = |node: &Node<'_, '_>| node.tag_name().name() == "use";
    let is_used = { document.descendants() }
        .filter(is_use)
        .any(|node| has_line(&stroked, node) == Some(true));
    let mut found = 0_u64;
    for node in document.descendants().filter(Node::is_element) {
        if has_line(&stroked, node).unwrap_or(is_used) {
            found = found.saturating_add(pieces(node));
        }
        if found > MOST {
            return Err(LimitExceeded {
                limit: Limit::WorkOf("number of pieces of curves with a line"),
                found,
                allowed: MOST,
            });
        }
    }
    Ok(())
}

fn has_line(stroked: &[Option<bool>], node: Node<'_, '_>) -> Option<bool> {
    stroked.get(node.id().get_usize()).copied().flatten()
}

/// Whether each node has a line, by its place in the document; none where nothing says so.
fn stroked(document: &Document<'_>) -> Vec<Option<bool>> {
    let mut all: Vec<Option<bool>> = Vec::new();
    for node in document.descendants() {
        let above = node.parent().and_then(|parent| has_line(&all, parent));
        all.push(own(node).or(above));
    }
    all
}

/// Whether an element itself says that it has a line.
fn own(node: Node<'_, '_>) -> Option<bool> {
    let of_style = node.attribute("style").and_then(|style| {
        let mut properties = style.split(';').filter_map(|it| it.split_once(':'));
        properties.rfind(|(name, _)| name.trim() == "stroke")
    });
    let value = of_style
        .map(|(_, value)| value)
        .or(node.attribute("stroke"))?;
    Some(value.trim() != "none")
}

/// Pieces of the outline of an element.
fn pieces(node: Node<'_, '_>) -> u64 {
    let largest = |names: &[&str]| {
        let numbers = names.iter().filter_map(|name| node.attribute(*name));
        { numbers.map(|text| number(text).0) }.fold(0.0, f64::max)
    };
    match node.tag_name().name() {
        "circle" | "ellipse" => ROUND * curve(largest(&["r", "rx", "ry"])),
        "rect" if node.has_attribute("rx") || node.has_attribute("ry") => {
            ROUND * curve(largest(&["rx", "ry"]))
        }
        _ => node.attribute("d").map_or(0, of_path),
    }
}

fn curve(largest: f64) -> u64 {
    CURVE.saturating_add((largest * UNIT) as u64)
}

/// Pieces of the curves in the data of a path.
fn of_path(data: &str) -> u64 {
    let (mut all, mut rest) = (0_u64, data);
    // Numbers that a curve needs, and curves that they are: an arc becomes up to four, and its flags can be written
    // as one number.
    let (mut needed, mut curves) = (0, 0);
    let (mut given, mut largest) = (0, 0.0_f64);
    while let Some(first) = rest.chars().next().filter(|_| all <= MOST) {
        let (size, length) = number(rest);
        if length == 0 {
            (needed, curves) = match first.to_ascii_uppercase() {
                'C' => (6, 1),
                'S' | 'Q' => (4, 1),
                'T' => (2, 1),
                'A' => (5, 4),
                _ if first.is_ascii_alphabetic() => (0, 0),
                _ => (needed, curves), // what separates numbers
            };
            if first.is_ascii_alphabetic() {
                (given, largest) = (0, 0.0);
            }
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        rest = rest.get(length..).unwrap_or_default();
        (given, largest) = (given + 1, largest.max(size));
        if needed > 0 && given == needed {
            all = all.saturating_add(curve(largest).saturating_mul(curves));
            (given, largest) = (0, 0.0);
        }
    }
    all
}

/// The size of the number that a text starts with, and its length in bytes; zero without one.
fn number(text: &str) -> (f64, usize) {
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(b' ');
    let digits = |mut end: usize| {
        while at(end).is_ascii_digit() {
            end += 1;
        }
        end
    };
    let start = usize::from(matches!(at(0), b'+' | b'-'));
    let mut end = digits(start);
    if at(end) == b'.' {
        end = digits(end + 1);
    }
    if !bytes
        .get(start..end)
        .unwrap_or_default()
        .iter()
        .any(u8::is_ascii_digit)
    {
        return (0.0, 0);
    }
    if matches!(at(end), b'e' | b'E') {
        let exponent = end + 1 + usize::from(matches!(at(end + 1), b'+' | b'-'));
        let after = digits(exponent);
        end = if after > exponent { after } else { end };
    }
    let value: Result<f64, _> = text.get(start..end).unwrap_or_default().parse();
    (value.unwrap_or(0.0), end)
}
