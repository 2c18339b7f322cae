//! For which readers an element is: conditions on languages and extensions (SVG 2, section 5.9), as browsers read them.

use roxmltree::Node;

use super::names::SVG;

/// Extensions that browsers have.
const EXTENSIONS: [&str; 2] = [
    "http://www.w3.org/1998/Math/MathML",
    "http://www.w3.org/1999/xhtml",
];

/// Whether browsers draw the element, for readers of English. An attribute without a word is a condition that nothing
/// meets.
pub(super) fn are_met(node: Node<'_, '_>) -> bool {
    has_extensions(node) && is_for_readers(node)
}

/// The child of a `switch` that browsers draw: the first that has no condition or meets it, even if nothing is drawn of
/// elements of its name. `is_copy` says whether it is in what a `use` shows, which contains some kinds of elements only.
pub(super) fn chosen<'d, 'input>(
    switch: Node<'d, 'input>,
    is_copy: bool,
) -> Option<Node<'d, 'input>> {
    let is_known = |node: &Node<'_, '_>| matches!(node.tag_name().namespace(), None | Some(SVG));
    let mut all = switch.children().filter(Node::is_element).filter(is_known);
    all.find(|node| {
        let kind = Kind::of(*node);
        let is_there = !is_copy || matches!(kind, Kind::Shown | Kind::Described);
        is_there && (matches!(kind, Kind::Described | Kind::Free) || are_met(*node))
    })
}

/// Whether conditions count for an element.
pub(super) fn can_have_any(node: Node<'_, '_>) -> bool {
    matches!(Kind::of(node), Kind::Shown | Kind::Conditional)
}

/// What an element is to conditions, and to a `use`.
enum Kind {
    /// It can have conditions, and be in what a `use` shows.
    Shown,
    /// It can be in what a `use` shows, and conditions do not count for it.
    Described,
    /// It can have conditions only.
    Conditional,
    /// Neither.
    Free,
}

impl Kind {
    fn of(node: Node<'_, '_>) -> Self {
        match node.tag_name().name() {
            "a" | "circle" | "ellipse" | "g" | "image" | "line" | "path" | "polygon"
            | "polyline" | "rect" | "svg" | "switch" | "symbol" | "text" | "textPath" | "tspan"
            | "use" => Self::Shown,
            "desc" | "metadata" | "title" => Self::Described,
            "animate" | "animateMotion" | "animateTransform" | "defs" | "foreignObject"
            | "mask" | "pattern" | "set" => Self::Conditional,
            _ => Self::Free,
        }
    }
}

/// Whether the element has a condition.
pub(super) fn has_any(node: Node<'_, '_>) -> bool {
    node.attribute("requiredExtensions").is_some() || node.attribute("systemLanguage").is_some()
}

fn has_extensions(node: Node<'_, '_>) -> bool {
    node.attribute("requiredExtensions").is_none_or(|list| {
        let mut words = list.split_ascii_whitespace().peekable();
        words.peek().is_some() && words.all(|word| EXTENSIONS.contains(&word))
    })
}

fn is_for_readers(node: Node<'_, '_>) -> bool {
    let is_english = |language: &str| {
        let first = language.trim().split('-').next().unwrap_or_default();
        first.eq_ignore_ascii_case("en")
    };
    node.attribute("systemLanguage")
        .is_none_or(|languages| languages.split(',').any(is_english))
}
