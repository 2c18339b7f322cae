//! `display: contents`: an element is not drawn, but what is in it is (CSS Display 3, section 2.5, and appendix B).

use roxmltree::Node;

use crate::style::Computed;

/// What an element with this value is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Its content is drawn as if it were beside it.
    Opened,
    /// Neither it nor its content is drawn.
    Hidden,
    /// Browsers ignore it where it is used, which is not drawn so.
    Unknown,
}

/// How an element is drawn, if its `display` is `contents`; `None` if it is another value, or has no effect on the
/// element.
pub(super) fn kind(node: Node<'_, '_>, computed: &Computed, is_root: bool) -> Option<Kind> {
    let display = computed.text("display")?;
    if !display.eq_ignore_ascii_case("contents") || is_root {
        return None;
    }
    let is_in = |name: &str| {
        node.parent_element()
            .is_some_and(|parent| parent.tag_name().name() == name)
    };
    match node.tag_name().name() {
        // Browsers see no shape through it there.
        "g" | "use" if is_in("mask") || is_in("clipPath") => Some(Kind::Hidden),
        "g" | "svg" | "use" | "tspan" => Some(Kind::Opened),
        "clipPath" | "defs" | "filter" | "linearGradient" | "marker" | "mask" | "pattern"
        | "radialGradient" | "symbol" => Some(Kind::Unknown),
        name if name.starts_with("fe") => Some(Kind::Unknown),
        // Browsers take its colour in any case.
        "stop" => None,
        _ => Some(Kind::Hidden),
    }
}

/// The element as which it is written.
pub(super) fn name(node: Node<'_, '_>) -> &'static str {
    match node.tag_name().name() {
        "use" => "use",
        "tspan" => "tspan",
        _ => "g",
    }
}
