//! What hidden definitions do, and what drawings without an area show: as Chromium draws them.

use super::{close, look, middle, notes};

const GREY: [u8; 3] = [128; 3];
const GREEN: [u8; 3] = [0, 128, 0];
const RED: [u8; 3] = [255, 0, 0];

/// Definitions with a place for attributes, what shows their effect, and the colour of the corner with it and without.
const DEFINITIONS: [(&str, &str, [u8; 3], [u8; 3]); 6] = [
    (
        r#"<linearGradient id="a" @><stop stop-color="green"/></linearGradient>"#,
        r##"<rect width="100" height="100" fill="url(#a)"/>"##,
        GREEN,
        GREY,
    ),
    (
        r#"<linearGradient id="a" @><stop stop-color="red"/></linearGradient>"#,
        r##"<rect width="100" height="100" style="fill:url(#a) green"/>"##,
        [255, 0, 0],
        GREEN,
    ),
    (
        r##"<radialGradient id="a" @><stop stop-color="green"/></radialGradient><linearGradient id="b" xlink:href="#a"/>"##,
        r##"<rect width="100" height="100" fill="url(#b)"/>"##,
        GREEN,
        GREY,
    ),
    (
        r#"<pattern id="a" width="1" height="1" @><rect width="100" height="100" fill="green"/></pattern>"#,
        r##"<rect width="100" height="100" fill="url(#a)"/>"##,
        GREEN,
        GREY,
    ),
    (
        r#"<mask id="a" @><rect x="50" width="50" height="100" fill="white"/></mask>"#,
        r##"<rect width="100" height="100" fill="green" mask="url(#a)"/>"##,
        GREY,
        GREEN,
    ),
    (
        r#"<clipPath id="a" @><rect x="50" width="50" height="100"/></clipPath>"#,
        r##"<rect width="100" height="100" fill="green" clip-path="url(#a)"/>"##,
        GREY,
        GREEN,
    ),
];

/// The colour near the left edge, on grey. Nothing may be noted.
fn left(drawing: &str) -> [u8; 3] {
    let drawing = format!(r##"<rect width="100" height="100" fill="#808080"/>{drawing}"##);
    let whole = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">{drawing}</svg>"#
    );
    let lost = notes(&whole)
        .into_iter()
        .find(|note| note.contains("left out"));
    assert_eq!(lost, None, "{drawing}");
    look(&drawing, [(10, 50)])[0]
}

#[test]
fn definitions_in_elements_without_a_box_have_no_effect() {
    for (definition, shape, with, without) in DEFINITIONS {
        let plain = definition.replace('@', "");
        for around in [
            r#"<g display="none">|</g>"#,
            r#"<g style="display:none">|</g>"#,
            r#"<g display="none"><defs>|</defs></g>"#,
            r#"<defs><g display="none">|</g></defs>"#,
            "<symbol>|</symbol>",
            "<marker>|</marker>",
            r#"<svg width="0" height="0">|</svg>"#,
            r#"<g systemLanguage="EN-gb, fr">|</g>"#,
        ] {
            let found = left(&(around.replace('|', &plain) + shape));
            assert!(close(found, with), "{around} {definition}: {found:?}");
        }
        for around in [
            r#"<defs display="none">|</defs>"#,
            r#"<defs style="display:none">|</defs>"#,
            "<style>.h{display:none}</style><defs class=\"h\">|</defs>",
            r#"<svg display="none">|</svg>"#,
            r#"<svg style="display:none"><defs><g>|</g></defs></svg>"#,
            r#"<a display="none">|</a>"#,
            r#"<symbol display="none">|</symbol>"#,
            r#"<mask display="none">|</mask>"#,
            "<switch><g/><g>|</g></switch>",
            r#"<g requiredExtensions="of another">|</g>"#,
            r#"<g systemLanguage="fr">|</g>"#,
            r#"<rect fill="none">|</rect>"#,
        ] {
            let found = left(&(around.replace('|', &plain) + shape));
            assert!(close(found, without), "{around} {definition}: {found:?}");
        }
        for own in [r#"display="none""#, r#"style="display:none""#] {
            let found = left(&(definition.replace('@', own) + shape));
            assert!(close(found, without), "{own} {definition}: {found:?}");
        }
        let found = left(&(definition.replace('@', r#"systemLanguage="fr""#) + shape));
        assert!(close(found, with), "{definition}: {found:?}");
    }
}

/// They have no box that could be hidden, or one in any case, or are copied.
#[test]
fn hidden_filters_markers_and_elements_that_are_used_have_an_effect() {
    let flood = r#"<filter id="a" display="none"><feColorMatrix values="0 0 0 0 0 0 0 0 0 .502 0 0 0 0 0 0 0 0 1 0"/></filter>"#;
    let shape = r##"<rect width="100" height="100" filter="url(#a)"/>"##;
    let marker = r#"<marker id="a" display="none" markerUnits="userSpaceOnUse" markerWidth="100" markerHeight="100"><rect width="100" height="100" fill="green"/></marker>"#;
    let line = r##"<path d="M0 0H1" marker-start="url(#a)"/>"##;
    let circle = r#"<g id="a"><rect width="100" height="100" fill="green"/></g>"#;
    let symbol = r#"<symbol id="a"><rect width="100" height="100" fill="green"/></symbol>"#;
    let used = r##"<use xlink:href="#a"/>"##;
    for (drawing, wanted) in [
        (format!("{flood}{shape}"), GREEN),
        (
            format!("<defs display=\"none\">{flood}</defs>{shape}"),
            GREEN,
        ),
        (format!("{marker}{line}"), GREEN),
        (format!("<svg display=\"none\">{marker}</svg>{line}"), GREY),
        (
            format!("<defs display=\"none\">{circle}</defs>{used}"),
            GREEN,
        ),
        (
            format!("<mask display=\"none\">{circle}</mask>{used}"),
            GREEN,
        ),
        (format!("<svg display=\"none\">{symbol}</svg>{used}"), GREEN),
        (
            format!("{symbol}{used}").replace("\"a\"", "\"a\" display=\"none\""),
            GREY,
        ),
        (
            format!("<style>symbol{{display:none}}</style>{symbol}{used}"),
            GREY,
        ),
    ] {
        let found = left(&drawing);
        assert!(close(found, wanted), "{drawing}: {found:?}");
    }
    // What a filter takes from the drawing needs a box.
    let filter = r##"<filter id="f" filterUnits="userSpaceOnUse" x="0" y="0" width="100" height="100"><feImage xlink:href="#a"/></filter><g filter="url(#f)"><rect width="100" height="100"/></g>"##;
    for (around, wanted) in [("g", GREEN), ("svg", GREY)] {
        let drawing = format!("<{around} display=\"none\">{circle}</{around}>{filter}");
        let found = left(&drawing);
        assert!(close(found, wanted), "{drawing}: {found:?}");
    }
}

#[test]
fn drawings_without_an_area_show_nothing() {
    let mark = r#"<rect width="100" height="100" fill="green"/>"#;
    for (size, is_shown) in [
        (r#"width="100" height="100""#, true),
        (r#"width="0" height="100""#, false),
        (r#"width="100" height="0%""#, false),
        (r#"width="0px" height="100""#, false),
        (r#"width="-5" height="100""#, false),
        (r#"width="0" height="100" overflow="visible""#, true),
        (r#"width="0" height="100" style="overflow:visible""#, true),
        (r#"viewBox="0 0 0 100""#, false),
        (r#"viewBox="0 0 0 0" overflow="visible""#, false),
        (r#"viewBox="0 0 -10 10""#, true),
    ] {
        let wanted = if is_shown { GREEN } else { GREY };
        for drawing in [
            format!("<svg {size}>{mark}</svg>"),
            format!(r##"<symbol id="a" {size}>{mark}</symbol><use xlink:href="#a"/>"##),
            format!(r##"<defs><svg id="a" {size}>{mark}</svg></defs><use xlink:href="#a"/>"##),
        ] {
            let found = left(&drawing);
            assert!(close(found, wanted), "{drawing}: {found:?}");
        }
    }
    let used = |size: &str| {
        left(&format!(
            r##"<symbol id="a" viewBox="0 0 9 9">{mark}</symbol><use xlink:href="#a" {size}/>"##
        ))
    };
    assert!(close(used(r#"width="100" height="100""#), GREEN));
    assert!(close(used(r#"width="0" height="100""#), GREY));
    // What is in it is still found.
    let inside = format!(r##"<svg width="0"><g id="a">{mark}</g></svg><use xlink:href="#a"/>"##);
    assert!(close(left(&inside), GREEN));
    let pattern = r##"<pattern id="a" width="1" height="1" viewBox="0 0 0 9"><rect width="9" height="9"/></pattern><rect width="100" height="100" fill="url(#a)"/>"##;
    assert!(close(left(pattern), GREY));
}

#[test]
fn conditions_on_readers_are_those_of_browsers() {
    for (condition, is_met) in [
        (r#"requiredExtensions="http://www.w3.org/1999/xhtml""#, true),
        (r#"requiredExtensions="of another""#, false),
        (r#"requiredExtensions="""#, false),
        (r#"systemLanguage="EN""#, true),
        (r#"systemLanguage="fr, en-GB""#, true),
        (r#"systemLanguage="""#, false),
        (r#"systemLanguage="eng""#, false),
    ] {
        let shape = format!(r#"<rect width="100" height="100" fill="green" {condition}/>"#);
        let other = r#"<rect width="100" height="100" fill="blue"/>"#;
        let wanted = if is_met { GREEN } else { [255; 3] };
        let found = middle(&shape);
        assert!(close(found, wanted), "{condition}: {found:?}");
        let wanted = if is_met { GREEN } else { [0, 0, 255] };
        let found = middle(&format!("<switch>{shape}{other}</switch>"));
        assert!(close(found, wanted), "{condition}: {found:?}");
    }
    let html = |condition: &str| {
        notes(&format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><foreignObject width="9" height="9" {condition}/></svg>"#
        ))
    };
    let lost = ["HTML (foreignObject) left out"];
    assert_eq!(
        html(r#"requiredExtensions="http://www.w3.org/1999/xhtml""#),
        lost
    );
    assert_eq!(html(""), lost);
    assert_eq!(html(r#"requiredExtensions="""#), [""; 0]);
}

#[test]
fn a_use_states_the_size_of_the_drawing_that_it_shows() {
    let mark = r#"<rect width="100" height="100" fill="green"/>"#;
    for (own, stated, wanted) in [
        (r#"width="0""#, r#"width="60""#, GREEN),
        (r#"width="0""#, "", GREY),
        (r#"width="0""#, r#"width="0""#, GREY),
        (r#"width="-5""#, r#"width="100%""#, GREEN),
        // What is not understood is nothing for a `use`, but the whole for a drawing.
        (r#"width="60""#, r#"width="wide""#, GREY),
        (r#"width="60""#, r#"width="auto""#, GREY),
        (r#"width="60""#, r#"width="""#, GREY),
        (r#"width="wide""#, "", GREEN),
        (r#"width="auto""#, "", GREEN),
    ] {
        let drawing = format!(
            r##"<defs><svg id="a" height="100" {own}>{mark}</svg></defs><use xlink:href="#a" {stated}/>"##
        );
        let found = left(&drawing);
        assert!(close(found, wanted), "{drawing}: {found:?}");
    }
    // Half of the drawing, not half of half of it; and a drawing that states no size ends where the outer one does.
    let half = r##"<symbol id="a" width="50%" height="100"><rect width="100" height="100" fill="red"/></symbol><use xlink:href="#a"/>"##;
    let [inside, outside] = look(half, [(45, 50), (55, 50)]);
    assert!(close(inside, [255, 0, 0]) && close(outside, [255; 3]));
    let free = r##"<g transform="translate(-20)"><svg height="60"><rect width="200" height="200" fill="red"/></svg></g>"##;
    let [inside, right, below] = look(free, [(75, 50), (85, 50), (75, 65)]);
    assert!(close(inside, [255, 0, 0]) && close(right, [255; 3]) && close(below, [255; 3]));
}

/// Only a `viewBox` that is written as browsers read it can be without an area.
#[test]
fn a_view_box_is_read_as_browsers_read_it() {
    for (view_box, is_empty) in [
        ("0 0 0 10", true),
        ("0 0 0-0", true),
        ("0-0-0 10", true),
        (" 0 , 0,0 , 10 ", true),
        ("0 0 1e-50 10", true),
        ("0,,0,0,10", false),
        ("0 0 0 10,", false),
        ("0 0 0. 10", false),
        ("0 0 0 10 1", false),
        ("0 0 0px 10", false),
        ("0 0 0 -10", false),
    ] {
        let mark = r#"<rect width="100" height="100" fill="green"/>"#;
        let pattern = format!(
            r##"<pattern id="a" width="100" height="100" patternUnits="userSpaceOnUse" viewBox="{view_box}">{mark}</pattern><rect width="100" height="100" fill="url(#a)"/>"##
        );
        let svg = format!(r#"<svg viewBox="{view_box}">{mark}</svg>"#);
        for drawing in [pattern, svg] {
            let found = left(&drawing);
            let wanted = if is_empty { GREY } else { GREEN };
            assert!(close(found, wanted), "{drawing}: {found:?}");
        }
    }
    let root = r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 0 60"><rect width="9" height="9"/></svg>"#;
    let made = crate::support::prepare(crate::support::finest(), root.as_bytes()).unwrap();
    assert!(close(
        crate::support::decode(made.bytes()).at(320, 320),
        [255; 3]
    ));
}

/// A gradient or pattern that cannot paint can still lend what it has, and what it takes from a template counts.
#[test]
fn templates_that_paint_nothing_are_templates() {
    let stops = r#"<stop stop-color="green"/><stop offset="1" stop-color="green"/>"#;
    let flat = r#"gradientTransform="scale(0)""#;
    let turned = r#"gradientTransform="rotate(90)""#;
    for (template, own, wanted) in [
        ("", "", GREEN),
        (flat, "", RED),
        (flat, turned, GREEN),
        // One that changes nothing, or is not understood, is none.
        (flat, r#"gradientTransform="scale(1)""#, RED),
        (flat, r#"gradientTransform="x""#, RED),
        (r#"style="transform:scale(0)""#, "", RED),
        ("", r#"style="transform:scale(0)""#, RED),
        (flat, r#"style="transform:rotate(90deg)""#, GREEN),
    ] {
        let drawing = format!(
            r##"<linearGradient id="a" {template}>{stops}</linearGradient><radialGradient id="b" xlink:href="#a" {own}/><rect width="100" height="100" fill="url(#b) red"/>"##
        );
        let found = left(&drawing);
        assert!(close(found, wanted), "{drawing}: {found:?}");
        if template == flat {
            let itself = left(&drawing.replace("url(#b)", "url(#a)"));
            assert!(close(itself, RED), "{drawing}: {itself:?}");
        }
    }
    let mark = r#"<rect width="100" height="100" fill="green"/>"#;
    for (template, own, wanted) in [
        ("viewBox='0 0 0 9'", "", RED),
        ("viewBox='0 0 0 9'", "viewBox='0 0 9 9'", GREEN),
        ("viewBox='0 0 0 9'", "viewBox='0 0 -9 9'", RED),
        ("viewBox='0 0 9 9'", "viewBox='0 0 0 9'", RED),
        ("patternTransform='scale(0)'", "", RED),
        (
            "patternTransform='scale(0)'",
            "patternTransform='scale(2)'",
            GREEN,
        ),
    ] {
        let drawing = format!(
            r##"<pattern id="a" width="1" height="1" {template}>{mark}</pattern><pattern id="b" xlink:href="#a" {own}/><rect width="100" height="100" fill="url(#b) red"/>"##
        );
        let found = left(&drawing);
        assert!(close(found, wanted), "{drawing}: {found:?}");
    }
}

/// Only what cannot be painted with takes the fallback, not what paints nothing.
#[test]
fn gradients_without_stops_and_empty_patterns_paint_nothing() {
    let stop = r#"<stop stop-color="green"/>"#;
    let square = r##"<rect width="100" height="100" fill="url(#a) red"/>"##;
    let line = r##"<path d="M0 50H100" stroke="url(#a) red" stroke-width="40"/>"##;
    for (server, painted, on_a_line) in [
        (r#"<linearGradient id="a"/>"#.to_string(), GREY, RED),
        (
            r##"<linearGradient id="b" display="none"><stop/></linearGradient><radialGradient id="a" xlink:href="#b"/>"##.into(),
            GREY,
            RED,
        ),
        (
            r##"<linearGradient id="a" xlink:href="#a"><desc/></linearGradient>"##.into(),
            GREY,
            RED,
        ),
        (
            r#"<linearGradient id="a" gradientTransform="scale(0)"/>"#.into(),
            RED,
            RED,
        ),
        (
            format!(r#"<linearGradient id="a">{stop}</linearGradient>"#),
            GREEN,
            RED,
        ),
        (
            r#"<pattern id="a" width="1" height="1"><desc/></pattern>"#.into(),
            GREY,
            RED,
        ),
        (
            r##"<pattern id="b" width="1" height="1"><rect width="99" height="99"/></pattern><pattern id="a" xlink:href="#b"><defs/></pattern>"##.into(),
            GREY,
            RED,
        ),
        (r#"<pattern id="a" width="1" height="1"/>"#.into(), RED, RED),
        (r#"<mask id="a"/>"#.into(), RED, RED),
        (r#"<symbol id="a"/>"#.into(), RED, RED),
    ] {
        for (shape, wanted) in [(square, painted), (line, on_a_line)] {
            let found = left(&format!("{server}{shape}"));
            assert!(close(found, wanted), "{server}{shape}: {found:?}");
        }
    }
    // Browsers build boxes for these within gradients.
    for inner in [
        format!(r#"<linearGradient id="a">{stop}</linearGradient>"#),
        r#"<pattern id="a" width="1" height="1"><rect width="100" height="100" fill="green"/></pattern>"#.into(),
    ] {
        for around in ["linearGradient", "radialGradient"] {
            let drawing = format!("<{around}>{inner}</{around}>{square}");
            let found = left(&drawing);
            assert!(close(found, GREEN), "{drawing}: {found:?}");
        }
    }
}

/// Browsers leave out what needs a style where there is none, and take every filter that has an id, wherever it is.
#[test]
fn filters_in_hidden_and_in_odd_places() {
    let flood = r#"<feFlood flood-color="green"/>"#;
    let kept = r#"<feFlood flood-color="red"/><feOffset in="SourceGraphic"/>"#;
    let square = r##"<rect width="100" height="100" fill="green" filter="url(#a)"/>"##;
    for (around, of_flood, of_both) in [
        ("|", GREEN, GREEN),
        (r#"<g display="none">|</g>"#, GREEN, GREEN),
        (r#"<defs display="none">|</defs>"#, GREY, GREEN),
        (r#"<svg style="display:none"><g>|</g></svg>"#, GREY, GREEN),
        ("<text>|</text>", GREEN, GREEN),
        ("<text><tspan>|</tspan></text>", GREEN, GREEN),
        ("<desc>|</desc>", GREY, GREEN),
        ("<unknown>|</unknown>", GREY, GREEN),
        ("<linearGradient>|</linearGradient>", GREEN, GREEN),
        (r##"<use xlink:href="#none">|</use>"##, GREY, GREEN),
    ] {
        for (content, wanted) in [(flood, of_flood), (kept, of_both)] {
            let filter = format!(r#"<filter id="a">{content}</filter>"#);
            let drawing = around.replace('|', &filter) + square;
            let found = left(&drawing);
            assert!(close(found, wanted), "{drawing}: {found:?}");
        }
    }
    let own = format!(r#"<filter id="a" display="none">{flood}</filter>{square}"#);
    assert!(close(left(&own), GREY));
    let part = own
        .replace(" display=\"none\"", "")
        .replace("<feFlood", "<feFlood display=\"none\"");
    assert!(close(left(&part), GREY));
}

/// A `switch` draws the first child without a condition that is not met, even if nothing is drawn of it.
#[test]
fn a_switch_draws_one_child_even_if_that_is_nothing() {
    let rect = r#"<rect width="100" height="100" fill="green"/>"#;
    for (first, is_drawn) in [
        ("<desc/>", false),
        ("<title>x</title>", false),
        ("<metadata/>", false),
        ("<style/>", false),
        ("<defs/>", false),
        ("<linearGradient/>", false),
        ("<unknown/>", false),
        (r#"<svg width="0"/>"#, false),
        (r#"<g display="none"/>"#, false),
        // Conditions do not count for these.
        (r#"<desc systemLanguage="fr"/>"#, false),
        (r#"<clipPath systemLanguage="fr"/>"#, false),
        (r#"<defs systemLanguage="fr"/>"#, true),
        (r#"<symbol systemLanguage="fr"/>"#, true),
        (r#"<mask requiredExtensions="x"/>"#, true),
        (r#"<x:y xmlns:x="of another"/>"#, true),
        ("words", true),
    ] {
        let switch = format!("<switch>{first}{rect}</switch>");
        let found = left(&switch);
        let wanted = if is_drawn { GREEN } else { GREY };
        assert!(close(found, wanted), "{switch}: {found:?}");
    }
    // What a `use` shows contains no definitions and no unknown elements.
    for (first, wanted) in [("desc", GREY), ("defs", GREEN), ("unknown", GREEN)] {
        let drawing = format!(
            r##"<defs><switch id="a"><{first}/>{rect}</switch></defs><use xlink:href="#a"/>"##
        );
        let found = left(&drawing);
        assert!(close(found, wanted), "{drawing}: {found:?}");
    }
}
