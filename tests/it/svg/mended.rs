use super::pictures::percent;
use super::{close, look, middle, square};
use crate::support::Decoded;

const GREEN: [u8; 3] = [0, 128, 0];
const WHITE: [u8; 3] = [255; 3];

/// The renderer splits half a circle into several curves, but browsers set markers only between
/// commands of the path.
#[test]
fn markers_stand_where_commands_meet() {
    let marker = r##"<marker id="m" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" refX="4" refY="4"><rect width="8" height="8" fill="green"/></marker>"##;
    for style in ["marker-mid:url(#m)", "marker:url(#m)"] {
        let drawing = format!(
            r#"{marker}<path d="M10 50A40 40 0 0 1 90 50l0 30" fill="none" style="{style}"/>"#
        );
        let [top, corner] = look(&drawing, [(50, 10), (90, 50)]);
        assert!(close(top, WHITE), "{style}: {top:?}");
        assert!(close(corner, GREEN), "{style}: {corner:?}");
    }
    // The path is still drawn, in the same place.
    let drawing = format!(
        r#"{marker}<path transform="translate(0 10)" opacity=".5" stroke="red" stroke-width="4" d="M10 50a40 40 0 0 1 80 0h-20" fill="none" marker-mid="url(#m)"/>"#
    );
    let [top, corner] = look(&drawing, [(50, 20), (90, 60)]);
    assert!(close(top, [255, 128, 128]), "{top:?}");
    assert!(close(corner, [127, 192, 127]), "{corner:?}");
}

/// A marker that turns with the path keeps the direction in which arcs begin and end.
#[test]
fn markers_turn_with_arcs() {
    let drawing = r##"<marker id="m" orient="auto" markerUnits="userSpaceOnUse" markerWidth="20" markerHeight="4" refX="0" refY="2"><rect width="20" height="4" fill="green"/></marker><path d="M20 80A30 30 0 0 1 50 50a30 30 0 0 0 30-30" fill="none" marker-mid="url(#m)"/>"##;
    // Where the two arcs meet, the path runs to the right.
    let [right, above] = look(drawing, [(65, 50), (50, 35)]);
    assert!(
        close(right, GREEN) && close(above, WHITE),
        "{right:?} {above:?}"
    );
}

#[test]
fn dashes_are_shares_of_the_length_that_is_named() {
    let shapes = [
        r#"<path d="M0 50H100""#,
        r#"<line x1="0" y1="50" x2="100" y2="50""#,
        r#"<polyline points="0,50 100,50""#,
    ];
    for shape in shapes {
        let drawing = format!(
            r#"{shape} stroke="green" stroke-width="20" pathLength="4" stroke-dasharray="1 1"/>"#
        );
        let found = look(&drawing, [(12, 50), (37, 50), (62, 50), (87, 50)]);
        let wanted = [GREEN, WHITE, GREEN, WHITE];
        assert!(
            found.iter().zip(wanted).all(|(a, b)| close(*a, b)),
            "{shape}: {found:?}"
        );
    }
    // Three quarters of a ring are drawn, starting at the right.
    let ring = r#"<g stroke-dasharray="75 100" stroke="green"><circle cx="50" cy="50" r="40" fill="none" stroke-width="10" pathLength="100"/></g>"#;
    let found = look(ring, [(78, 78), (22, 78), (22, 22), (78, 22)]);
    let wanted = [GREEN, GREEN, GREEN, WHITE];
    assert!(
        found.iter().zip(wanted).all(|(a, b)| close(*a, b)),
        "{found:?}"
    );
}

/// Browsers ignore a link to an element that does not exist.
#[test]
fn filters_and_masks_that_are_not_there_change_nothing() {
    for attribute in [
        r#"filter="url(#none)""#,
        r#"mask="url(#none)""#,
        r#"clip-path="url(#none)""#,
        r##"mask="url(#g)""##,
        r##"clip-path="url(#g)""##,
        r##"style="filter:url(#g)""##,
    ] {
        let drawing = format!(
            r#"<linearGradient id="g"/><rect width="100" height="100" fill="green" {attribute}/>"#
        );
        assert!(close(middle(&drawing), GREEN), "{attribute}");
    }
}

#[test]
fn rules_may_stand_in_rules() {
    let nested = |sheet: &str| {
        let sheet = sheet.replace('&', "&amp;");
        middle(&format!(
            r#"<style>{sheet}</style><g class="a"><rect class="b" width="100" height="100"/></g>"#
        ))
    };
    assert!(close(nested(".a{fill:red;.b{fill:green}}"), GREEN));
    assert!(close(nested(".a{fill:red;& > rect{fill:green}}"), GREEN));
    assert!(close(nested(".b{fill:red;&.b{fill:green}}"), GREEN));
    assert!(close(nested(".b{fill:red;.a &{fill:green}}"), GREEN));
    assert!(close(
        nested(".b{fill:red;@media screen{fill:green}}"),
        GREEN
    ));
    assert!(close(
        nested(".b{fill:green;@media print{fill:red}}"),
        GREEN
    ));
}

#[test]
fn letters_are_written_as_asked() {
    let text = |style: &str, letters: &str| {
        square(&format!(
            r#"<text y="60" font-size="40" font-family="sans-serif" style="{style}">{letters}</text>"#
        ))
    };
    let same = |a: (&str, &str), b: (&str, &str)| {
        let (a, b) = (text(a.0, a.1), text(b.0, b.1));
        (0..640)
            .step_by(3)
            .all(|y| (0..640).step_by(3).all(|x| close(a.at(x, y), b.at(x, y))))
    };
    assert!(same(("text-transform:uppercase", "abc"), ("", "ABC")));
    assert!(same(("text-transform:lowercase", "ABC"), ("", "abc")));
    assert!(same(("text-transform:capitalize", "ab cd"), ("", "Ab Cd")));
    assert!(same(("white-space:pre", "a  b"), ("", "a\u{a0}\u{a0}b")));
    assert!(!same(("", "abc"), ("", "ABC")));
}

/// The renderer would remove each space with which an element inside a text begins.
#[test]
fn white_space_collapses_across_elements() {
    let text = |letters: &str| {
        square(&format!(
            r#"<text y="60" font-size="20" font-family="sans-serif">{letters}</text>"#
        ))
    };
    let same = |a: &str, b: &str| {
        let (a, b) = (text(a), text(b));
        (0..640)
            .step_by(3)
            .all(|y| (0..640).step_by(3).all(|x| close(a.at(x, y), b.at(x, y))))
    };
    assert!(!same("ab cd", "abcd"));
    for written in [
        "ab<tspan> cd</tspan>",
        "ab<tspan> </tspan>cd",
        "ab <tspan> cd </tspan> ",
        "\n  ab\n  <tspan>\n cd</tspan>\n",
        "ab<a> cd</a>",
        r#"ab <tspan display="none">x </tspan> cd"#,
        r#"<tspan xml:space="preserve">ab </tspan>cd"#,
    ] {
        assert!(same(written, "ab cd"), "{written}");
    }
    assert!(same(
        r#"a<tspan xml:space="preserve">  b</tspan> c"#,
        "a\u{a0}\u{a0}b c"
    ));
}

/// Browsers set `white-space` on every text, so that it only comes from outside where the text asks for it.
#[test]
fn white_space_is_inherited_by_a_text_that_asks_for_it() {
    let text = |around: &str, own: &str| {
        square(&format!(
            r#"<g style="white-space:{around}"><text y="60" font-size="20" font-family="sans-serif" {own}>a    b</text></g>"#
        ))
    };
    let same = |a: &Decoded, b: &Decoded| (0..640).all(|x| close(a.at(x, 350), b.at(x, 350)));
    let kept = text("normal", r#"style="white-space:pre""#);
    let collapsed = text("normal", "");
    assert!(!same(&kept, &collapsed));
    for own in [
        "white-space:inherit",
        "white-space:unset",
        "all:inherit;font:20px sans-serif",
    ] {
        let style = format!(r#"style="{own}""#);
        assert!(same(&text("pre", &style), &kept), "{own}");
        assert!(same(&text("normal", &style), &collapsed), "{own}");
    }
    assert!(same(&text("pre", ""), &collapsed));
    let both = r#"xml:space="preserve" style="white-space:inherit""#;
    assert!(same(&text("normal", both), &collapsed));
}

#[test]
fn a_symbol_has_the_size_that_it_states() {
    let symbol = r#"<symbol id="s" viewBox="0 0 10 10" width="40" height="40"><rect width="10" height="10" fill="green"/></symbol>"#;
    let [inside, outside] = look(
        &format!(r##"{symbol}<use href="#s"/>"##),
        [(35, 35), (45, 45)],
    );
    assert!(
        close(inside, GREEN) && close(outside, WHITE),
        "{inside:?} {outside:?}"
    );
    let [inside] = look(
        &format!(r##"{symbol}<use href="#s" width="80" height="80"/>"##),
        [(75, 75)],
    );
    assert!(close(inside, GREEN), "{inside:?}");
}

/// SVG 2 has no such attribute any more.
#[test]
fn required_features_hide_nothing() {
    for list in ["", "http://www.w3.org/TR/SVG11/feature#Animation", "x"] {
        let drawing =
            format!(r#"<rect width="100" height="100" fill="green" requiredFeatures="{list}"/>"#);
        assert!(close(middle(&drawing), GREEN), "{list}");
    }
}

#[test]
fn basic_shapes_have_no_markers() {
    let marker = r##"<marker id="m" markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" refX="4" refY="4"><rect width="9" height="9" fill="red"/></marker>"##;
    for style in ["marker-start", "marker-end"] {
        let [corner] = look(
            &format!(
                r##"{marker}<g {style}="url(#m)"><rect x="20" y="20" width="60" height="60" fill="green"/></g>"##
            ),
            [(19, 19)],
        );
        assert!(close(corner, WHITE), "{style}: {corner:?}");
    }
}

/// The reference box is that of the stroke, unless another is named, as in Chromium.
#[test]
fn basic_shapes_clip() {
    let rect = r#"rect x="20" y="20" width="60" height="60" fill="green""#;
    let stroked = r#"rect x="25" y="25" width="50" height="50" fill="green" stroke="green" stroke-width="10""#;
    let (inside, outside) = (GREEN, WHITE);
    for (element, clip, wanted) in [
        (
            rect,
            "inset(25%)",
            [(50, 50, inside), (36, 36, inside), (33, 50, outside)],
        ),
        (
            rect,
            "inset(10px 0 0 30px round 10px)",
            [(70, 60, inside), (51, 31, outside), (40, 60, outside)],
        ),
        (
            rect,
            "circle(50%)",
            [(50, 22, inside), (23, 23, outside), (77, 50, inside)],
        ),
        (
            rect,
            "circle(20px at left top)",
            [(22, 22, inside), (45, 22, outside), (32, 32, inside)],
        ),
        (
            rect,
            "ellipse(50% 25%)",
            [(22, 50, inside), (50, 33, outside), (50, 40, inside)],
        ),
        (
            rect,
            "polygon(0 0, 100% 0, 0 100%)",
            [(30, 30, inside), (70, 70, outside), (70, 25, inside)],
        ),
        (
            rect,
            "path('M0 0h30v30h-30z')",
            [(22, 22, inside), (48, 48, inside), (52, 52, outside)],
        ),
        (
            stroked,
            "inset(50% 0 0 0)",
            [(22, 78, inside), (50, 48, outside), (50, 52, inside)],
        ),
        (
            stroked,
            "inset(0) fill-box",
            [(22, 78, outside), (27, 73, inside), (50, 22, outside)],
        ),
        (
            rect,
            "inset(0 50% 0 0) view-box",
            [(45, 50, inside), (55, 50, outside), (22, 22, inside)],
        ),
    ] {
        for drawing in [
            format!(r#"<{element} style="clip-path:{clip}"/>"#),
            format!(r#"<{element} clip-path="{clip}"/>"#),
        ] {
            for (x, y, color) in wanted {
                let [found] = look(&drawing, [(x, y)]);
                assert!(close(found, color), "{drawing} at {x}, {y}: {found:?}");
            }
        }
    }
    // Holes by the other rule.
    let ring = "path(evenodd, 'M0 0h60v60h-60z M20 20h20v20h-20z')";
    let [hole, edge] = look(
        &format!(r#"<{rect} style="clip-path:{ring}"/>"#),
        [(50, 50), (25, 25)],
    );
    assert!(
        close(hole, WHITE) && close(edge, GREEN),
        "{hole:?} {edge:?}"
    );
}

#[test]
fn shapes_turn_about_their_own_boxes() {
    // A bar of 40 by 10, turned by a quarter about its middle.
    let bar = r#"rect x="30" y="45" width="40" height="10" fill="green""#;
    for style in [
        "transform-box:fill-box;transform-origin:center;transform:rotate(90deg)",
        "transform-box:fill-box;transform-origin:50% 50%;rotate:90deg",
    ] {
        let found = look(
            &format!(r#"<{bar} style="{style}"/>"#),
            [(50, 33), (50, 67), (33, 50)],
        );
        assert!(
            close(found[0], GREEN) && close(found[1], GREEN),
            "{style}: {found:?}"
        );
        assert!(close(found[2], WHITE), "{style}: {found:?}");
    }
    let attribute = format!(
        r#"<{bar} transform="rotate(90)" style="transform-box:fill-box;transform-origin:left top"/>"#
    );
    let [below, before] = look(&attribute, [(25, 80), (60, 50)]);
    assert!(
        close(below, GREEN) && close(before, WHITE),
        "{below:?} {before:?}"
    );
}

#[test]
fn spaces_around_values_are_ignored() {
    for drawing in [
        r#"<circle cx="50" cy=" 50 " r="40 " fill="red "/>"#,
        r#"<rect x=" 20" y="20px " width="60 " height="60 " fill="red" opacity="1 "/>"#,
        r#"<path d="M0 50H100 " stroke="red" stroke-width="40 "/>"#,
        r##"<defs><rect id="r" width="40" height="40" fill="red"/></defs><use href="#r" x="30 " y="30 "/>"##,
        r##"<linearGradient id="g" x2=" 0 " y2="1 "><stop offset=".9 " stop-color="red"/><stop offset="0.95 " stop-color="blue"/></linearGradient><rect width="100" height="100" fill="url(#g)"/>"##,
        r##"<filter id="f" x="0 " width=" 2 "><feOffset dx=" 30 "/></filter><rect x="10" y="10" width="40" height="80" fill="red" filter="url(#f)"/>"##,
        r##"<marker id="m" markerWidth="9 " markerHeight="9 " refX="4 " refY=" 4"><rect width="9" height="9" fill="red"/></marker><path d="M50 50h1" stroke="red" stroke-width="5" marker-start="url(#m)"/>"##,
        r#"<rect width="100" height="100" fill="red"/><rect width="100" height="100" display="none "/>"#,
    ] {
        let found = middle(drawing);
        assert!(close(found, [254, 0, 0]), "{found:?}: {drawing}");
    }
    let sized = r#"<svg xmlns="http://www.w3.org/2000/svg" width="60 " height=" 60 "><rect x="40" width="20" height="60"/></svg>"#;
    let square = crate::support::made(sized.as_bytes());
    assert_eq!(square.at(square.edge * 5 / 6, 9), [0; 3]);
    assert_eq!(square.at(square.edge / 2, 9), [255; 3]);
}

#[test]
fn a_displacement_keeps_its_input_and_is_noted() {
    let drawing = r##"<filter id="f" x="0" y="0" width="1" height="1"><feTurbulence baseFrequency=".05" result="t"/><feDisplacementMap in="SourceGraphic" in2="t" scale="20"/></filter><rect width="100" height="100" fill="red" filter="url(#f)"/>"##;
    assert!(close(middle(drawing), [254, 0, 0]), "{:?}", middle(drawing));
}

/// A font that a drawing brings along precedes an installed one of the same name.
#[test]
fn embedded_fonts_precede_installed_ones() {
    let font = include_bytes!("../../../crates/prepare/src/codec/svg/fonts/Arimo-Bold.ttf");
    let font = percent(font);
    let drawn = |family: &str, name: &str| {
        let drawing = format!(
            "<style>@font-face{{font-family:'{family}';src:url(data:font/ttf,{font})}}</style><text y='60' font-size='50' font-family='{name}'>Wag</text>"
        );
        square(&drawing)
    };
    let alone = drawn("Only Here", "only here");
    assert!(drawn("Other", "only here").pixels != alone.pixels);
    for family in ["DejaVu Sans", "Liberation Serif", "Arimo"] {
        assert!(drawn(family, family).pixels == alone.pixels, "{family}");
    }
}

/// Editors write private elements beside those of SVG; browsers pass over them.
#[test]
fn a_switch_passes_over_private_elements() {
    let drawing = r##"<switch><i:pgf xmlns:i="http://ns.adobe.com/AdobeIllustrator/10.0/"/><g><linearGradient id="a"><stop stop-color="red"/></linearGradient></g></switch><rect width="100" height="100" fill="url(#a) lime"/>"##;
    assert!(close(middle(drawing), [254, 0, 0]), "{:?}", middle(drawing));
}

/// Each would copy all that follows, which took more than a minute and gigabytes.
#[test]
fn addresses_that_never_end_are_cheap() {
    let addresses = "url(#".repeat(30_000);
    let drawing = format!(
        r##"<style>/* {addresses} */</style><rect data-x="{addresses}" width="100" height="100" fill="red"/>"##
    );
    assert!(
        close(middle(&drawing), [254, 0, 0]),
        "{:?}",
        middle(&drawing)
    );
}

/// SVG 2 no longer has `tref`, and browsers draw nothing.
#[test]
fn text_that_is_referred_to_is_not_drawn() {
    let drawing = r##"<defs><text id="t">MMMM</text></defs><text y="90" font-size="90"><tref xlink:href="#t"/></text><rect width="5" height="5" fill="green"/>"##;
    let found = square(drawing);
    assert!((0..640).all(|x| close(found.at(x, 400), WHITE)));
    assert!(close(found.at(16, 16), GREEN));
}
