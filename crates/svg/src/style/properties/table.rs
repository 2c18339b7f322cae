//! The table of properties, with the kind of value that each accepts.

/// A property of CSS.
#[derive(Debug, PartialEq)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(super) kind: Kind,
    pub(crate) inherits: bool,
}

#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    Paint,
    Color,
    Opacity,
    Number,
    Length,
    /// A length that is not negative.
    Extent,
    Dashes,
    FontSize,
    FontWeight,
    Transform,
    Single,
    Origin,
    Link,
    Mask,
    Filter,
    PathData,
    Words(&'static [&'static str]),
    Families,
    /// Any value, which is kept unchanged.
    Any,
    /// Has an effect in browsers but not in the renderer, except for these values; kept for a note.
    Undrawn(&'static [&'static str]),
}

const fn inherited(name: &'static str, kind: Kind) -> Property {
    Property {
        name,
        kind,
        inherits: true,
    }
}

const fn own(name: &'static str, kind: Kind) -> Property {
    Property {
        name,
        kind,
        inherits: false,
    }
}

/// The shorthand for all properties.
pub(super) static ALL: Property = own("all", Kind::Any);

/// All properties, sorted by name.
pub(super) static TABLE: &[Property] = &[
    own("alignment-baseline", Kind::Any),
    own("animation-name", Kind::Undrawn(&["none"])),
    own("backdrop-filter", Kind::Undrawn(&["none"])),
    own("background", Kind::Color),
    own("background-color", Kind::Color),
    own("background-image", Kind::Undrawn(&["none"])),
    own("baseline-shift", Kind::Any),
    own("border", Kind::Undrawn(&["none", "0"])),
    own("border-radius", Kind::Undrawn(&["0", "0px"])),
    own("box-shadow", Kind::Undrawn(&["none"])),
    own("clip-path", Kind::Link),
    inherited("clip-rule", Kind::Words(&["nonzero", "evenodd"])),
    inherited("color", Kind::Color),
    inherited(
        "color-interpolation-filters",
        Kind::Words(&["auto", "sRGB", "linearRGB"]),
    ),
    // Undrawn only where a colour depends on it.
    inherited("color-scheme", Kind::Undrawn(&["normal", "light"])),
    own("cx", Kind::Length),
    own("cy", Kind::Length),
    own("d", Kind::PathData),
    inherited("direction", Kind::Words(&["ltr", "rtl"])),
    own("display", Kind::Any),
    inherited("dominant-baseline", Kind::Any),
    inherited("fill", Kind::Paint),
    inherited("fill-opacity", Kind::Opacity),
    inherited("fill-rule", Kind::Words(&["nonzero", "evenodd"])),
    own("filter", Kind::Filter),
    own("flood-color", Kind::Color),
    own("flood-opacity", Kind::Opacity),
    inherited("font-family", Kind::Families),
    inherited("font-feature-settings", Kind::Undrawn(&["normal"])),
    inherited("font-kerning", Kind::Any),
    inherited("font-size", Kind::FontSize),
    inherited("font-size-adjust", Kind::Undrawn(&["none"])),
    inherited("font-stretch", Kind::Any),
    inherited("font-style", Kind::Any),
    inherited("font-variant", Kind::Any),
    inherited("font-variant-caps", Kind::Undrawn(&["normal"])),
    inherited("font-variation-settings", Kind::Any),
    inherited("font-weight", Kind::FontWeight),
    own("height", Kind::Extent),
    inherited("image-rendering", Kind::Any),
    own("isolation", Kind::Words(&["auto", "isolate"])),
    inherited("letter-spacing", Kind::Length),
    own("lighting-color", Kind::Color),
    inherited("marker-end", Kind::Link),
    inherited("marker-mid", Kind::Link),
    inherited("marker-start", Kind::Link),
    own("mask", Kind::Mask),
    own("mask-composite", Kind::Undrawn(&["add"])),
    own("mask-image", Kind::Undrawn(&["none"])),
    own("mask-mode", Kind::Undrawn(&["match-source"])),
    own("mask-type", Kind::Words(&["luminance", "alpha"])),
    own(
        "mix-blend-mode",
        Kind::Words(&[
            "normal",
            "multiply",
            "screen",
            "overlay",
            "darken",
            "lighten",
            "color-dodge",
            "color-burn",
            "hard-light",
            "soft-light",
            "difference",
            "exclusion",
            "hue",
            "saturation",
            "color",
            "luminosity",
            "plus-lighter",
        ]),
    ),
    own("offset-path", Kind::Undrawn(&["none"])),
    own("opacity", Kind::Opacity),
    own("outline", Kind::Undrawn(&["none", "0"])),
    own(
        "overflow",
        Kind::Words(&["visible", "hidden", "scroll", "auto", "clip"]),
    ),
    own("padding", Kind::Undrawn(&["0", "0px"])),
    inherited("paint-order", Kind::Any),
    own("perspective", Kind::Undrawn(&["none"])),
    own("r", Kind::Extent),
    own("rotate", Kind::Single),
    own("rx", Kind::Extent),
    own("ry", Kind::Extent),
    own("scale", Kind::Single),
    inherited(
        "shape-rendering",
        Kind::Words(&["auto", "optimizeSpeed", "crispEdges", "geometricPrecision"]),
    ),
    own("stop-color", Kind::Color),
    own("stop-opacity", Kind::Opacity),
    inherited("stroke", Kind::Paint),
    inherited("stroke-dasharray", Kind::Dashes),
    inherited("stroke-dashoffset", Kind::Length),
    inherited("stroke-linecap", Kind::Words(&["butt", "round", "square"])),
    inherited(
        "stroke-linejoin",
        Kind::Words(&["miter", "miter-clip", "round", "bevel"]),
    ),
    inherited("stroke-miterlimit", Kind::Number),
    inherited("stroke-opacity", Kind::Opacity),
    inherited("stroke-width", Kind::Extent),
    inherited("text-anchor", Kind::Words(&["start", "middle", "end"])),
    own("text-decoration", Kind::Any),
    own(
        "text-decoration-color",
        Kind::Undrawn(&["currentcolor", "auto"]),
    ),
    own("text-decoration-line", Kind::Any),
    own("text-decoration-style", Kind::Undrawn(&["solid"])),
    inherited("text-emphasis", Kind::Undrawn(&["none"])),
    inherited("text-orientation", Kind::Undrawn(&["mixed"])),
    inherited("text-rendering", Kind::Any),
    inherited("text-shadow", Kind::Undrawn(&["none"])),
    inherited(
        "text-transform",
        Kind::Words(&["none", "uppercase", "lowercase", "capitalize"]),
    ),
    own("transform", Kind::Transform),
    own("transform-box", Kind::Any),
    own("transform-origin", Kind::Origin),
    own("translate", Kind::Single),
    own("unicode-bidi", Kind::Any),
    own("vector-effect", Kind::Any),
    inherited(
        "visibility",
        Kind::Words(&["visible", "hidden", "collapse"]),
    ),
    inherited("white-space", Kind::Any),
    own("width", Kind::Extent),
    inherited("word-spacing", Kind::Length),
    inherited("writing-mode", Kind::Any),
    own("x", Kind::Length),
    own("y", Kind::Length),
    own("zoom", Kind::Undrawn(&["1", "normal", "100%"])),
];
