//! Namespaces of SVG files, and the attribute that stands in two of them.

use roxmltree::Node;

pub(super) const SVG: &str = "http://www.w3.org/2000/svg";
pub(super) const XLINK: &str = "http://www.w3.org/1999/xlink";
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Where an element leads to; the attribute without a namespace counts before the older one.
pub(super) fn href<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    let href = node
        .attributes()
        .find(|attribute| attribute.name() == "href" && attribute.namespace().is_none());
    href.map(|attribute| attribute.value())
        .or_else(|| node.attribute((XLINK, "href")))
}
