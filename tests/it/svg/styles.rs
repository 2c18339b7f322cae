use super::{close, look, middle};

pub(super) const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];
pub(super) const WHITE: [u8; 3] = [255, 255, 255];

/// A square that fills the drawing, beneath a style sheet that shall make it red.
pub(super) fn is_red(sheet: &str, square: &str) {
    let found = middle(&format!("<style>{sheet}</style>{square}"));
    assert!(close(found, RED), "{found:?} by {sheet} for {square}");
}

pub(super) const SQUARE: &str =
    r#"<rect id="i" class="a b" data-kind="Logo" width="100" height="100" fill="blue"/>"#;

#[test]
fn selectors_select() {
    for selector in [
        "rect",
        "*",
        "#i",
        ".a",
        ".a.b",
        "rect.b#i",
        "svg rect",
        "svg > rect",
        ":root > rect",
        "style + rect",
        "style ~ rect",
        "[data-kind]",
        "[data-kind=Logo]",
        "[data-kind='logo' i]",
        "[data-kind^=Lo]",
        "[class~=b]",
        "rect:last-child",
        "rect:nth-child(2)",
        "rect:nth-child(2n)",
        "rect:only-of-type",
        "rect:not(.c)",
        ":is(circle, rect)",
        "svg|rect",
        ".c, .a",
        "rect:not(:first-child)",
        r"#\69",
        "svg:root rect",
    ] {
        is_red(&format!("{selector} {{ fill: red }}"), SQUARE);
        is_red(
            &format!("rect {{ fill: red }} circle:hover, {selector}:hover {{ fill: blue }}"),
            SQUARE,
        );
    }
}

/// White space after the digits of an escape belongs to it.
#[test]
fn selectors_have_escapes() {
    let square = r#"<rect id="123" class="a:b 1a c,d" data-x="a&quot;b" width="100" height="100" fill="blue"/>"#;
    for selector in [
        r"#\31 23",
        r"#\00003123",
        r".a\:b",
        r".\31 a",
        r".\31 a.a\:b",
        r".c\,d",
        r"r\65 ct",
        r":is(#\31 23)",
        r#"[data-x="a\"b"]"#,
        r#"[data-x="\61 \"b"]"#,
    ] {
        is_red(&format!("{selector}{{fill:red}}"), square);
    }
    // Digits of no character stand for U+FFFD.
    for selector in [r"#\110000", r"#\d800", r"#\0"] {
        let sheet = format!("rect{{fill:red}}{selector}{{fill:blue}}");
        for id in ["1", "d", "0", "110000", "d800"] {
            is_red(
                &sheet,
                &format!(r#"<rect id="{id}" width="100" height="100"/>"#),
            );
        }
        let replaced = "<rect id=\"\u{fffd}\" width=\"100\" height=\"100\" fill=\"blue\"/>";
        is_red(&format!("{selector}{{fill:red}}"), replaced);
    }
}

#[test]
fn the_cascade_decides() {
    is_red("#i{fill:red} .a{fill:blue}", SQUARE);
    is_red(".a{fill:blue} .a{fill:red}", SQUARE);
    is_red(".a{fill:red!important} #i{fill:blue}", SQUARE);
    is_red("rect{fill:red} rect{fill:nonsense}", SQUARE);
    is_red(".a{fill:red} :where(#i){fill:blue}", SQUARE);
    is_red("rect{fill:red} @layer x{#i{fill:blue}}", SQUARE);
    is_red("/* } */ rect{fill:/*;*/red} <!-- -->", SQUARE);
    is_red("rect{fill:red} @keyframes x{from{fill:blue}}", SQUARE);
    is_red(
        "@charset 'utf-8'; @namespace svg url(http://www.w3.org/2000/svg); rect{fill:red}",
        SQUARE,
    );
    is_red(
        "",
        r#"<rect width="100" height="100" fill="blue" style="fill:red;fill:"/>"#,
    );
    is_red(
        "rect{fill:blue}",
        r#"<rect width="100" height="100" style="fill:red"/>"#,
    );
    is_red(
        "rect{fill:red!important}",
        r#"<rect width="100" height="100" style="fill:blue"/>"#,
    );
    is_red(
        "g{fill:red} rect{fill:inherit}",
        r#"<g><rect width="100" height="100" fill="blue"/></g>"#,
    );
    is_red(
        "g{fill:red} rect{fill:unset}",
        r#"<g><rect width="100" height="100" fill="blue"/></g>"#,
    );
}

#[test]
fn all_resets_every_property() {
    let colored = r#"<rect width="100" height="100" fill="red"/>"#;
    let below = format!("{colored}<rect width='100' height='100' fill='blue' style='all:unset'/>");
    is_red("", &below);
    is_red("#i{all:unset}", &format!("{colored}{SQUARE}"));
    is_red("#i{width:unset}", &format!("{colored}{SQUARE}"));
    let sized = "width:100px;height:100px";
    is_red(
        &format!("g{{fill:red}} #i{{all:unset;{sized}}}"),
        &format!("<g>{SQUARE}</g>"),
    );
    is_red(
        &format!("#i{{fill:blue;all:revert;{sized};fill:red}}"),
        SQUARE,
    );
    // What is more important, or more specific, stays.
    is_red(&format!("#i{{fill:red;{sized}}} rect{{all:unset}}"), SQUARE);
    is_red(
        &format!("#i{{fill:red!important;all:initial;{sized}}}"),
        SQUARE,
    );
    is_red("#i{fill:red;all:nonsense}", SQUARE);
    is_red(
        "g{color:red} #i{fill:currentcolor;color:blue} rect#i{all:var(--a);width:9em;height:9em;fill:currentcolor}",
        &format!("<g>{SQUARE}</g>"),
    );
}

#[test]
fn variables_hold() {
    is_red(":root{--c:red} rect{fill:var(--c)}", SQUARE);
    is_red("rect{fill:var(--none, red)}", SQUARE);
    is_red(":root{--a:var(--b);--b:red} rect{fill:var(--a)}", SQUARE);
    is_red(":root{--a:var(--a)} rect{fill:var(--a, red)}", SQUARE);
    is_red(
        ":root{--r:255;--g:0 0} rect{fill:rgb(var(--r) var(--g))}",
        SQUARE,
    );
    is_red(
        "svg{--c:blue} g{--c:red}",
        r#"<g><rect width="100" height="100" fill="var(--c)"/></g>"#,
    );
    // Not understood once it is put together: as if it were not set, not as the one before.
    is_red(
        "g{fill:red} rect{fill:blue;fill:var(--none)}",
        r#"<g><rect width="100" height="100"/></g>"#,
    );
    // What `use` shows takes the variables of where it is shown.
    is_red(
        ":root{--c:blue} use{--c:red} rect{fill:var(--c)}",
        r##"<defs><g id="s"><rect width="100" height="100"/></g></defs><use href="#s"/>"##,
    );
}

#[test]
fn variables_that_double_end() {
    let doubling: String = (1..40)
        .map(|n| format!("--v{n}:var(--v{m})var(--v{m});", m = n - 1))
        .collect();
    is_red(
        &format!(":root{{--v0:x;{doubling}}} rect{{fill:red}} g{{fill:var(--v39)}}"),
        SQUARE,
    );
}

#[test]
fn conditions_hold_for_a_light_screen() {
    for rule in [
        "@media screen",
        "@media all",
        "@media print, screen",
        "@media only screen and (min-width:10px)",
        "@media (max-width: 200px)",
        "@media (prefers-color-scheme: light)",
        "@media not print",
        "@media (width >= 50px)",
        "@media (min-width:1px) and (max-width:1000px)",
        "@supports (fill: red)",
        "@supports (fill: oklch(0.5 0.1 20))",
        "@supports not (fill: nonsense)",
        "@supports (--a: b)",
        "@supports (fill: nonsense) or (fill: red)",
        "@media screen { @supports (fill:red)",
        "@layer base",
    ] {
        let close = if rule.matches('{').count() == 1 {
            "}"
        } else {
            ""
        };
        is_red(&format!("{rule} {{ rect {{ fill: red }} }}{close}"), SQUARE);
    }
    for rule in [
        "@media print",
        "@media (prefers-color-scheme: dark)",
        "@media (min-width: 5000px)",
        "@media not screen",
        "@media speech",
        "@supports (fill: nonsense)",
        "@supports not (fill: red)",
        "@media (prefers-reduced-motion: reduce)",
        "@media (max-width: 50px)",
    ] {
        is_red(
            &format!("rect {{ fill: red }} {rule} {{ rect {{ fill: blue }} }}"),
            SQUARE,
        );
    }
}

/// Conditions that are nested more than 32 times do not hold, and do not end the process.
#[test]
fn conditions_are_nested_up_to_a_limit() {
    let nested = |times: usize, color: &str| {
        let (open, close) = ("(".repeat(times), ")".repeat(times));
        format!("@supports {open}(fill: red){close} {{ rect {{ fill: {color} }} }}")
    };
    let (red, blue) = ("rect { fill: red }", "rect { fill: blue }");
    is_red(&format!("{blue} {}", nested(3, "red")), SQUARE);
    is_red(&format!("{red} {}", nested(100_000, "blue")), SQUARE);
    for condition in ["@media", "@supports"] {
        let brackets = "(".repeat(100_000);
        is_red(
            &format!("{red} {condition} {brackets}dark {{ {blue} }}"),
            SQUARE,
        );
        // What so many negations mean is not asked; only that they are read to the end.
        let negations = "not ".repeat(100_000);
        is_red(
            &format!("{red} {condition} {negations}dark {{ g {{ fill: blue }} }}"),
            SQUARE,
        );
    }
}

#[test]
fn geometry_is_a_matter_of_style() {
    let points = [(25, 25), (75, 75)];
    for (sheet, shape) in [
        ("rect{x:0;y:0;width:50px;height:50%}", "<rect/>"),
        (
            "rect{width:calc(25px * 2);height:calc(100% - 50%)}",
            r#"<rect width="100" height="100"/>"#,
        ),
        ("circle{cx:25px;cy:25px;r:20px}", r#"<circle r="90"/>"#),
        ("ellipse{cx:25px;cy:25px;rx:20px;ry:20px}", "<ellipse/>"),
        (
            "path{d:path('M0 0h50v50h-50z')}",
            r#"<path d="M0 0h100v100h-100z"/>"#,
        ),
        ("rect{width:3rem;height:48px}", "<rect/>"),
        ("rect{width:50vw;height:50vh}", "<rect/>"),
        ("", r#"<rect width="50vw" height="calc(40px + 10px)"/>"#),
    ] {
        let [inside, outside] = look(
            &format!("<style>{sheet} *{{fill:red}}</style>{shape}"),
            points,
        );
        assert!(
            close(inside, RED) && close(outside, WHITE),
            "{sheet}: {inside:?} {outside:?}"
        );
    }
}

/// Old drawings of Inkscape have `style="font-size:12"`, which browsers accept for elements of SVG.
#[test]
fn lengths_need_no_unit_in_the_attribute_style() {
    let points = [(25, 25), (75, 75)];
    for shape in [
        r#"<rect style="width:50;height:50;fill:red"/>"#,
        r#"<circle style="cx:25;cy:25;r:20;fill:red"/>"#,
        r#"<g style="font-size:50.000"><rect width="1em" height="1em" fill="red"/></g>"#,
    ] {
        let [inside, outside] = look(shape, points);
        assert!(close(inside, RED) && close(outside, WHITE), "{shape}");
    }
    let sheet = r#"<style>rect{width:50;height:50}</style><rect fill="red"/>"#;
    assert!(look(sheet, points).iter().all(|found| close(*found, WHITE)));
}

#[test]
fn the_root_may_have_a_background() {
    let text = r#"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" viewBox="0 0 200 100" style="background:blue"><rect width="20" height="20" fill="red"/></svg>"#;
    let square = crate::support::made(text.as_bytes());
    assert!(close(square.at(300, 620), BLUE), "beyond the view box too");
}

#[test]
fn fonts_have_the_size_that_browsers_give_them() {
    // A line as long as the letters are high: an em is 16 pixels where nothing is said.
    let [inside, outside] = look(
        r#"<rect width="2em" height="100" fill="red"/>"#,
        [(30, 50), (34, 50)],
    );
    assert!(
        close(inside, RED) && close(outside, WHITE),
        "{inside:?} {outside:?}"
    );
}

#[test]
fn blending_and_clipping_stay() {
    let found = middle(
        r#"<style>.m{mix-blend-mode:multiply}</style><rect width="100" height="100" fill="red"/><rect class="m" width="100" height="100" fill="blue"/>"#,
    );
    assert!(close(found, [0, 0, 0]), "{found:?}");
    let found = middle(
        r##"<style>.c{clip-path:url("#c")}</style><clipPath id="c"><rect width="10" height="10"/></clipPath><rect class="c" width="100" height="100" fill="red"/>"##,
    );
    assert!(close(found, WHITE), "{found:?}");
}

#[test]
fn what_browsers_draw_nothing_by_draws_nothing() {
    let flat = r##"<linearGradient id="g" gradientTransform="matrix(0 5 0 -5 0 0)"><stop stop-color="red"/></linearGradient><rect width="100" height="100" fill="url(#g)"/>"##;
    assert!(close(middle(flat), WHITE));
    let indirect = r##"<defs><rect id="a" width="100" height="100"/><use id="b" href="#a"/></defs><clipPath id="c"><use href="#b"/></clipPath><rect width="100" height="100" fill="red" clip-path="url(#c)"/>"##;
    assert!(close(middle(indirect), WHITE));
    assert!(close(
        middle(&indirect.replace("href=\"#b\"", "href=\"#a\"")),
        RED
    ));
}
