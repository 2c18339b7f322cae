//! `transform` and what belongs to it: CSS needs units and commas, the attribute allows neither or
//! both. All expected values are those of Chromium.

use super::{close, look, notes};
use crate::support::{decode, finest, prepare};

const RED: [u8; 3] = [255, 0, 0];
const WHITE: [u8; 3] = [255, 255, 255];

#[test]
fn transforms_are_a_matter_of_style() {
    let square = r#"<rect width="50" height="50" fill="red"/>"#;
    for transform in [
        "transform:translate(50px,50px)",
        "transform:translate(50%, 50%)",
        "transform:rotate(180deg);transform-origin:50px 50px",
        "transform:rotate(.5turn);transform-origin:center",
        "transform:scale(-1);transform-origin:50% 50%",
        "transform:matrix(1,0,0,1,50,50)",
        "translate:50px 50px",
        "rotate:180deg;transform-origin:center",
        "-webkit-transform:translateX(50px) translateY(50px)",
        "transform:translate(50px) translate3d(0, 50px, 0)",
    ] {
        let [before, after] = look(
            &format!("<style>rect{{{transform}}}</style>{square}"),
            [(25, 25), (75, 75)],
        );
        assert!(
            close(before, WHITE) && close(after, RED),
            "{transform}: {before:?} {after:?}"
        );
    }
}

/// Percentages are of the `viewBox`, however large the drawing is shown.
#[test]
fn percentages_are_of_the_view_box() {
    for transform in ["transform:translate(50%,50%)", "translate:50% 50%"] {
        let drawing = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="0 0 100 100"><rect width="50" height="50" fill="red" style="{transform}"/></svg>"#
        );
        let made = decode(prepare(finest(), drawing.as_bytes()).unwrap().bytes());
        let [before, after] = [(160, 160), (480, 480)].map(|(x, y)| made.at(x, y));
        assert!(
            close(before, WHITE) && close(after, RED),
            "{transform}: {before:?} {after:?}"
        );
    }
}

/// Where a red square of 50 units at the top left is found: there, or at the bottom right.
fn is_moved(head: &str, attributes: &str) -> bool {
    let drawing = format!(r#"{head}<rect width="50" height="50" fill="red" {attributes}/>"#);
    match look(&drawing, [(25, 25), (75, 75)]) {
        [before, after] if close(before, RED) && close(after, WHITE) => false,
        [before, after] if close(before, WHITE) && close(after, RED) => true,
        found => panic!("{found:?} for {drawing}"),
    }
}

#[test]
fn declarations_of_transforms_need_units_and_commas() {
    for wrong in [
        "transform:translate(0)scale(1) translate(5)",
        "transform:translate(20,20)",
        "transform:translate(20px 20px)",
        "transform:translate(20px,)",
        "transform:translate (20px)",
        "transform:translate(20px),scale(2)",
        "transform:translate(20px,20px,20px)",
        "transform:translate3d(20px,20px)",
        "transform:translateX(20)",
        "transform:rotate(45)",
        "transform:rotate(45deg 10 10)",
        "transform:rotate(45deg,10px,10px)",
        "transform:matrix(1 0 0 1 5 5)",
        "transform:matrix(1,0,0,1,5px,5px)",
        "transform:scale(2 3)",
        "transform:skewX(20)",
        "translate:20",
        "translate:20px,20px",
        "translate:1px 2px 3%",
        "rotate:45",
        "rotate:45deg 10px 10px",
        "scale:2,3",
        "scale:2 3 4 5",
    ] {
        let sheet = format!("<style>rect{{{wrong}}}</style>");
        assert!(!is_moved(&sheet, ""), "sheet: {wrong}");
        assert!(!is_moved("", &format!(r#"style="{wrong}""#)), "{wrong}");
        // The earlier declaration and the attribute stay.
        let name = wrong.split(':').next().unwrap_or_default();
        let earlier = match name {
            "translate" => "translate:50px 50px",
            "rotate" => "transform-origin:50px 50px;rotate:180deg",
            "scale" => "transform-origin:50px 50px;scale:-1",
            _ => "transform:translate(50px,50px)",
        };
        let style = format!(r#"style="{earlier};{wrong}""#);
        assert!(is_moved("", &style), "{style}");
        let both = format!(r#"transform="translate(50 50)" style="{wrong}""#);
        assert!(is_moved("", &both), "{both}");
    }
}

#[test]
fn forms_of_css_are_not_valid_in_the_attribute() {
    for right in [
        "translate(50 50)",
        "translate(50,50)",
        "translate (50 50)",
        "rotate(180 50 50)",
        "translate(50)translate(0 50)",
        "translate(60-10)translate(-10 60)",
    ] {
        assert!(is_moved("", &format!(r#"transform="{right}""#)), "{right}");
        // Put together with a property, it means the same.
        let both = format!(r#"transform="{right}" style="translate:0px""#);
        assert!(is_moved("", &both), "{both}");
    }
    for wrong in [
        "translate(50px,50px)",
        "rotate(180deg)",
        "translate(50%,50%)",
    ] {
        for style in ["", r#"style="translate:0px""#] {
            let attributes = format!(r#"transform="{wrong}" {style}"#);
            assert!(!is_moved("", &attributes), "{attributes}");
        }
    }
    let none = r#"transform="translate(50 50)" style="transform:"#;
    for word in ["none", "initial", "unset"] {
        assert!(!is_moved("", &format!("{none}{word}\"")), "{word}");
    }
}

#[test]
fn origins_need_units_in_declarations_only() {
    let turn = "transform:rotate(180deg)";
    for origin in ["50px 50px", "50%", "center", "center center 5px", "CENTER"] {
        let style = format!(r#"style="{turn};transform-origin:{origin}""#);
        assert!(is_moved("", &style), "{style}");
        let attribute = format!(r#"style="{turn}" transform-origin="{origin}""#);
        assert!(is_moved("", &attribute), "{attribute}");
    }
    for wrong in [
        "50 50",
        "50",
        "50px,50px",
        "left left",
        "top 50px",
        "50px 50px 5%",
        "1px 1px 1px 1px",
    ] {
        let style = format!(r#"style="{turn};transform-origin:center;transform-origin:{wrong}""#);
        assert!(is_moved("", &style), "{style}");
    }
    for plain in ["50 50", "50"] {
        let attribute = format!(r#"transform="rotate(180)" transform-origin="{plain}""#);
        assert!(is_moved("", &attribute), "{attribute}");
    }
}

#[test]
fn what_turns_out_of_the_plane_is_narrower() {
    for (style, is_narrow) in [
        ("transform:rotateY(60deg)", true),
        ("rotate:y 60deg", true),
        ("transform:matrix3d(.5,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1)", true),
        ("scale:.5 1 1", true),
        ("transform:perspective(100px)", false),
        (
            "transform:rotate3d(0,0,1,0deg) translateZ(5px) scaleZ(2)",
            false,
        ),
    ] {
        let drawing = format!(r#"<rect width="100" height="100" fill="red" style="{style}"/>"#);
        let [left, right] = look(&drawing, [(45, 50), (55, 50)]);
        let wanted = if is_narrow { WHITE } else { RED };
        assert!(
            close(left, RED) && close(right, wanted),
            "{style}: {right:?}"
        );
    }
    // Two of them meet in depth, which is not drawn.
    let drawing = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" style="transform:perspective(100px) rotateY(60deg)"/></svg>"#;
    let found = notes(drawing);
    assert!(
        found.iter().any(|note| note.contains("rotateY")),
        "{found:?}"
    );
}

/// Browsers take the place and size of a nested `svg`, and the size of a `use`, from attributes only.
#[test]
fn nested_drawings_have_the_size_of_their_attributes() {
    let inner = r#"<rect width="10" height="10" fill="red"/>"#;
    let size = r#"width="50" height="50""#;
    for style in ["width:20px;height:20px", "x:50px;y:50px", "width:auto"] {
        let nested = format!(r#"<svg viewBox="0 0 10 10" {size} style="{style}">{inner}</svg>"#);
        let symbol = format!(
            r##"<symbol id="s" viewBox="0 0 10 10">{inner}</symbol><use href="#s" {size} style="{style}"/>"##
        );
        let found = look(&nested, [(45, 45), (55, 55)]);
        assert!(close(found[0], RED) && close(found[1], WHITE), "{nested}");
        if !style.starts_with('x') {
            let found = look(&symbol, [(45, 45), (55, 55)]);
            assert!(close(found[0], RED) && close(found[1], WHITE), "{symbol}");
        }
    }
    // Its place is a property of `use`.
    let moved = r##"<defs><rect id="r" width="50" height="50" fill="red"/></defs><use href="#r" style="x:50px;y:50px"/>"##;
    let found = look(moved, [(25, 25), (75, 75)]);
    assert!(close(found[0], WHITE) && close(found[1], RED), "{found:?}");
}

/// Left of these letters there is only room if leading spaces are kept.
#[test]
fn spaces_are_kept_in_the_namespace_of_xml_only() {
    let ink = |attribute: &str| {
        let drawing = format!(
            r#"<text y="80" font-size="60" font-family="monospace" {attribute}>   M</text>"#
        );
        let points: [(u32, u32); 30] = std::array::from_fn(|at| (1 + at as u32, 60));
        look(&drawing, points)
            .iter()
            .any(|found| !close(*found, WHITE))
    };
    assert!(ink(""));
    assert!(ink(r#"space="preserve""#));
    assert!(!ink(r#"xml:space="preserve""#));
    assert!(!ink(r#"style="white-space:pre""#));
    // Browsers take neither from an element around the text, where editors write both for a whole drawing.
    let text = r#"<text y="80" font-size="60" font-family="monospace">   M</text>"#;
    for around in [r#"xml:space="preserve""#, r#"style="white-space:pre""#] {
        let points: [(u32, u32); 30] = std::array::from_fn(|at| (1 + at as u32, 60));
        for name in ["g", "svg", "a"] {
            let found = look(&format!("<{name} {around}>{text}</{name}>"), points);
            let has_ink = found.iter().any(|found| !close(*found, WHITE));
            assert!(has_ink, "{name} {around}");
        }
    }
    assert!(ink(r#"xmlns:o="urn:other" o:space="preserve""#));
}
