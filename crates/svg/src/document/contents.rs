//! `display: contents`: an element is not drawn, but what is in it is (CSS Display 3, section 2.5, and appendix B).

use roxmltree::Node;

use super::names::XLINK;
use super::pass::{Pass, Place};
use crate::style::{Computed, Inherited, fragment, safe};

/// What an element with this value is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Its content is drawn as if it were beside it.
    Opened,
    /// Neither it nor its content is drawn.
    Hidden,
}

/// How an element is drawn, if its `display` is `contents`; `None` if it is another value, or has no effect on the
/// element.
pub(super) fn kind(node: Node<'_, '_>, computed: &Computed, place: Place) -> Option<Kind> {
    let display = computed.text("display")?;
    if !display.eq_ignore_ascii_case("contents") || place == Place::Root {
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
        // They draw nothing themselves in any case.
        "clipPath" | "defs" | "filter" | "linearGradient" | "marker" | "mask" | "pattern"
        | "radialGradient" | "stop" | "symbol" => None,
        name if name.starts_with("fe") => None,
        _ => Some(Kind::Hidden),
    }
}

impl<'a, 'input> Pass<'a, 'input> {
    /// Writes what remains of the attributes of an element whose content is drawn: what is inherited, and links.
    pub(super) fn opened(
        &mut self,
        node: Node<'a, 'input>,
        computed: &Computed,
        inherited: &Inherited,
        place: Place,
    ) {
        let id = node.attribute("id");
        if let Some(id) = id.filter(|_| place != Place::Copy && !self.targets.repeats(node)) {
            self.writer.attribute("id", &safe(id));
        }
        if let Some(id) = self.next_id.take() {
            self.writer.attribute("id", &id);
        }
        if node.tag_name().name() == "use" {
            let copy = self.copy(node, inherited);
            let own = node
                .attribute("href")
                .or_else(|| node.attribute((XLINK, "href")));
            let own = own.and_then(fragment).map(|id| safe(&id).into_owned());
            if let Some(id) = copy.or(own) {
                self.writer.attribute("href", &format!("#{id}"));
            }
        }
        self.properties(node, computed, false);
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
