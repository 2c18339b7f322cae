//! `display: contents`.

use super::{close, look, middle, square};

const GREEN: [u8; 3] = [0, 128, 0];
const WHITE: [u8; 3] = [255; 3];

/// Such an element is as if only its content were there.
#[test]
fn contents_are_drawn_without_their_element() {
    let square = r#"<rect width="60" height="60" fill="green"/>"#;
    let shown = [
        format!(r#"<g display="contents" transform="translate(70 70)" opacity=".2">{square}</g>"#),
        format!(r#"<g style="display:contents;filter:blur(30px)">{square}</g>"#),
        format!(r#"<svg style="display:contents" x="70" y="70">{square}</svg>"#),
        format!(
            r##"<defs><g id="a">{square}</g></defs><use display="contents" x="70" href="#a"/>"##
        ),
        r#"<g display="contents" fill="green"><rect width="60" height="60"/></g>"#.into(),
        format!(r#"<switch><g display="contents" systemLanguage="xx"><rect width="100" height="100"/></g><g>{square}</g></switch>"#),
        format!(r#"<switch><g display="contents" requiredExtensions="x"><rect width="100" height="100"/></g><g>{square}</g></switch>"#),
        format!(r#"<switch><g display="contents" systemLanguage="en">{square}</g><rect width="100" height="100"/></switch>"#),
        format!(r#"<g display="contents" systemLanguage="xx">{square}</g>"#),
        r##"<symbol id="s" viewBox="0 0 1 1"><rect width="1" height="1" fill="green"/></symbol><use display="contents" href="#s" x="70" width="60" height="60"/>"##.into(),
    ];
    for drawing in shown {
        let [inside, outside] = look(&drawing, [(50, 50), (80, 80)]);
        assert!(
            close(inside, GREEN) && close(outside, WHITE),
            "{drawing}: {inside:?} {outside:?}"
        );
    }
    let hidden = [
        r#"<rect display="contents" width="100" height="100"/>"#.to_string(),
        format!(r#"<a style="display:contents">{square}</a>"#),
        format!(r#"<g display="none"><g display="contents">{square}</g></g>"#),
        format!(r#"<switch display="contents">{square}</switch>"#),
    ];
    for drawing in hidden {
        assert!(close(middle(&drawing), WHITE), "{drawing}");
    }
}

/// Its letters are painted as those around it, but have its font, and what is in it inherits its paint.
#[test]
fn contents_of_a_text_keep_what_they_inherit() {
    let text = |inside: &str| {
        square(&format!(
            r#"<text y="80" font-size="40" font-family="sans-serif" fill="blue">{inside}</text>"#
        ))
    };
    for (opened, plain) in [
        (
            r#"<tspan display="contents" fill="red" stroke="red">MM</tspan>"#,
            "MM",
        ),
        (
            r#"<tspan display="contents" font-size="70">MM</tspan>"#,
            r#"<tspan font-size="70">MM</tspan>"#,
        ),
        (
            r#"<tspan display="contents" visibility="hidden">MM</tspan>"#,
            "",
        ),
        (
            r#"<tspan display="contents" fill="green"><tspan>MM</tspan></tspan>"#,
            r#"<tspan fill="green">MM</tspan>"#,
        ),
    ] {
        assert!(text(opened).pixels == text(plain).pixels, "{opened}");
    }
    assert!(text("MM").pixels != text("").pixels);
}
