//! Drawings without an area, and definitions that paint nothing: as Chromium draws them.

use super::hidden::{GREEN, GREY, RED, left};
use super::{close, look};

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

/// A gradient or pattern that cannot paint can still be a template, and what it takes from a template counts.
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
