//! What hidden definitions do, and what drawings without an area show: as Chromium draws them.

use super::{close, look, middle, notes};

pub(super) const GREY: [u8; 3] = [128; 3];
pub(super) const GREEN: [u8; 3] = [0, 128, 0];
pub(super) const RED: [u8; 3] = [255, 0, 0];

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
pub(super) fn left(drawing: &str) -> [u8; 3] {
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
