//! For which readers an element is: conditions on languages and extensions (SVG 2, section 5.9), as browsers read them.

use roxmltree::Node;

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
