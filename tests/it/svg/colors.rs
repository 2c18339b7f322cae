use super::{close, fill, middle};

/// The right values are those of CSS Color 4, by its sample code, clipped to sRGB.
#[test]
fn every_notation_comes_to_srgb() {
    let cases = [
        ("color(display-p3 0.8157 0.2510 0.1765)", [226, 46, 29]),
        ("color(display-p3 1 1 1)", [255, 255, 255]),
        ("color(srgb 0.2 0.4 0.6)", [51, 102, 153]),
        ("color(srgb-linear 0.5 0.5 0.5 / 100%)", [188, 188, 188]),
        ("color(xyz 0.9505 1 1.089)", [255, 255, 255]),
        ("color(xyz-d50 0.9643 1 0.8251)", [255, 255, 255]),
        ("oklch(62.8% 0.25768 29.234)", [255, 0, 0]),
        ("oklch(0.7 0 0)", [158, 158, 158]),
        ("oklab(0.45201 -0.03246 -0.31153)", [0, 0, 255]),
        ("lab(54.29% 80.81 69.89)", [255, 0, 0]),
        ("lab(50 0 0)", [119, 119, 119]),
        ("lch(29.57 131.2 301.36)", [0, 0, 255]),
        ("hwb(0 0% 0%)", [255, 0, 0]),
        ("hwb(120deg 20% 40%)", [51, 153, 51]),
        ("hsl(240 100% 50%)", [0, 0, 255]),
        ("hsl(0.5turn, 100%, 25%)", [0, 128, 128]),
        ("rgb(10% 20% 30%)", [26, 51, 77]),
        ("rgb(300 -20 0)", [255, 0, 0]),
        ("rgba(255, 0, 0, 50%)", [255, 128, 128]),
        ("rgb(255 0 0 / 0.5)", [255, 128, 128]),
        ("#f008", [255, 119, 119]),
        ("color-mix(in srgb, red, blue)", [128, 0, 128]),
        ("color-mix(in srgb, red 25%, blue)", [64, 0, 191]),
        ("color-mix(in oklab, white, black)", [99, 99, 99]),
        ("color-mix(in hsl, red, lime)", [255, 255, 0]),
        ("color-mix(in srgb, red 50%, transparent)", [255, 128, 128]),
        ("light-dark(red, blue)", [255, 0, 0]),
        ("RebeccaPurple", [102, 51, 153]),
    ];
    for (color, wanted) in cases {
        let found = fill(color);
        assert!(close(found, wanted), "{color}: {found:?} for {wanted:?}");
    }
}

#[test]
fn what_is_not_understood_leaves_the_colour_before_it() {
    for color in [
        "color(nowhere 1 0 0)",
        "oklch(1)",
        "rgb(1 2)",
        "device-cmyk(1 0 0 0)",
        "#12",
        "12px",
        "color-mix(in srgb, red)",
    ] {
        assert!(close(fill(color), [0, 255, 0]), "{color}");
    }
}

#[test]
fn attributes_take_the_same_colours() {
    let red = middle(r#"<rect width="100" height="100" fill="oklch(62.8% 0.25768 29.234)"/>"#);
    assert!(close(red, [255, 0, 0]), "{red:?}");
    // Nothing understood: the colour of the parent shows.
    let blue = middle(
        r#"<g fill="blue"><rect width="100" height="100" fill="color(nowhere 1 0 0)"/></g>"#,
    );
    assert!(close(blue, [0, 0, 255]), "{blue:?}");
}

#[test]
fn mixtures_know_the_colour_of_their_element() {
    let mixed = middle(
        r#"<g color="blue"><rect width="100" height="100" color="red" fill="color-mix(in srgb, currentColor, black)"/></g>"#,
    );
    assert!(close(mixed, [128, 0, 0]), "{mixed:?}");
    let stops = middle(
        r##"<linearGradient id="a"><stop stop-color="color(srgb 1 0 0)"/><stop offset="1" style="stop-color:oklab(0.45201 -0.03246 -0.31153)"/></linearGradient><rect width="100" height="100" fill="url(#a)"/>"##,
    );
    assert!(close(stops, [128, 0, 128]), "{stops:?}");
}

/// As Chromium has them with a light theme, in any case of letters.
#[test]
fn system_colours_are_those_of_a_light_theme() {
    for (name, wanted) in [
        ("CanvasText", [0, 0, 0]),
        ("canvas", [255, 255, 255]),
        ("LinkText", [0, 0, 238]),
        ("linktext", [0, 0, 238]),
        ("GrayText", [128, 128, 128]),
        ("ButtonFace", [239, 239, 239]),
        ("ThreeDFace", [239, 239, 239]),
        ("Mark", [255, 255, 0]),
    ] {
        let found = fill(name);
        assert!(close(found, wanted), "{name}: {found:?}");
    }
    let attribute = r#"<rect width="100" height="100" fill="linktext"/>"#;
    assert!(close(middle(attribute), [0, 0, 238]));
}
