use super::{close, look, middle};

const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255, 255, 255];

/// A square that fills the drawing, beneath a style sheet that shall make it red.
fn is_red(sheet: &str, square: &str) {
    let found = middle(&format!("<style>{sheet}</style>{square}"));
    assert!(close(found, RED), "{found:?} by {sheet} for {square}");
}

const SQUARE: &str =
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

/// Escapes spell words in another way (CSS Syntax 3, section 4.3.7).
#[test]
fn escapes_are_resolved_in_names_and_values() {
    for sheet in [
        r"rect{f\69 ll:red}",
        r"rect{f\69ll:red}",
        r"rect{\66 ill:red}",
        r"rect{fill:r\65 d}",
        r"rect{fill:r\65\64}",
        r"rect{fill:rg\62(255,0,0)}",
        r"rect{fill:red !\69mportant} rect{fill:lime}",
        r"rect{--\61:red;fill:var(--a)}",
        r"rect{--a\31:red;fill:var(--a1)}",
        r"rect{--a\:b:red;fill:v\61r(--a\:b)}",
        r"rect{fill:\75rl(#none) red}",
    ] {
        is_red(sheet, SQUARE);
    }
    is_red("", r#"<rect width="100" height="100" fill="r\65 d"/>"#);
    // A digit that is escaped makes a word, not a number, so that the declaration before it counts.
    let wide = r#"<rect width="100" height="100" fill="none" stroke="red" style="stroke-width:99px;stroke-width:\31 px"/>"#;
    assert!(close(look(wide, [(30, 30)])[0], RED));
    let nothing = r#"<rect width="100" height="100" style="display:n\6fne"/>"#;
    assert!(close(middle(nothing), WHITE));
}

/// Words that would be other numbers or other escapes without theirs: the declaration before them counts.
#[test]
fn escapes_make_no_numbers() {
    let wide = |width: &str| {
        let line = format!(
            r#"<rect width="100" height="100" fill="none" stroke="red" style="stroke-width:60px;{width}"/>"#
        );
        close(look(&line, [(20, 50)])[0], RED)
    };
    for other in [
        r"1\65 1",
        r"1e\31",
        r"\2d 5px",
        r"\31\61 b",
        r"-\35 px",
        r"1\2e 5",
        r"5\25",
    ] {
        assert!(wide(&format!("stroke-width:{other}")), "{other}");
    }
    for other in [
        r"9\70 x",
        r"9p\78",
        r"9\50\58",
        // The exponent is a part of the number, and the unit follows it.
        r"1e1\70 x",
        r"1E1\70\78",
        r"10e-1\70 x",
        r"1.5e1\70 x",
        r"+.9e+1\70 x",
    ] {
        assert!(!wide(&format!("stroke-width:{other}")), "{other}");
    }
    for color in [r"#\66 00", r"#f\30 0", r"#\66\30\30", r"#f\30 \30"] {
        is_red(&format!("rect{{fill:blue;fill:{color}}}"), SQUARE);
        is_red(&format!("rect{{--x:{color};fill:var(--x)}}"), SQUARE);
    }
}

/// A custom property takes any value, but one that closes what is not open, or says `!`, is none.
#[test]
fn custom_properties_with_brackets_that_do_not_match_are_ignored() {
    for value in [
        "red)",
        "red]",
        "red}",
        ")",
        r"rgb\28 255,0,0)",
        "red!x",
        "!",
    ] {
        let square =
            format!(r#"<rect width="100" height="100" style="--x:{value};fill:var(--x, red)"/>"#);
        is_red("", &square);
        let sheet = format!("rect{{--x:red}} #a{{--x:{value};fill:var(--x)}}");
        if !value.contains('}') {
            is_red(&sheet, r#"<rect id="a" width="100" height="100"/>"#);
        }
    }
    for value in ["rgb(255,0,0", r"r\65 d", "red /* ) */", "RED"] {
        let square =
            format!(r#"<rect width="100" height="100" style="--x:{value};fill:var(--x, blue)"/>"#);
        if !value.contains("(255") {
            is_red("", &square);
        }
        is_red(
            "",
            &square
                .replace("--x:", "fill:var(--x, blue);--x:")
                .replace(";fill:var(--x, blue)\"", "\""),
        );
    }
    for value in ["(!)", "{!}", r"\)", "')'"] {
        let square = format!(
            r#"<rect width="100" height="100" fill="red" style="--x:{value};fill:var(--x, lime)"/>"#
        );
        assert!(close(middle(&square), [0; 3]), "{value}");
    }
}

/// A string that the end of a line cuts, and an address with characters that must be escaped, spoil any value.
#[test]
fn declarations_with_bad_strings_or_addresses_are_ignored() {
    for value in [
        "'red\n",
        "\"red\n blue",
        "url(a b)",
        "url(a'b)",
        "url(a\"b)",
        "url(a(b)",
        "url(a\\\n)",
        r"u\72l(a b)",
        "URL(a b;c:d)",
    ] {
        let sheet = format!("rect{{--x:red;--x:{value};fill:var(--x)}}");
        is_red(&sheet, SQUARE);
        let sheet = format!("rect{{fill:red;fill:var(--y,lime) {value};}}");
        is_red(&sheet, SQUARE);
        let sheet = format!("rect{{fill:blue;foo:{value};fill:red}}");
        is_red(&sheet, SQUARE);
    }
    // These are whole, and the property has a value that is no colour.
    for value in ["'red\\\n'", "url(a\\ b)", "url( a )", "url('a b')", "<!--"] {
        let sheet = format!("rect{{--x:red;--x:{value};fill:blue;fill:var(--x)}}");
        let found = middle(&format!("<style><![CDATA[{sheet}]]></style>{SQUARE}"));
        // Nothing is painted with what is not in the drawing.
        let wanted = if value.contains("url") { WHITE } else { [0; 3] };
        assert!(close(found, wanted), "{value}: {found:?}");
    }
}

/// What closes another bracket does not close this one, so that all that follows is within it.
#[test]
fn brackets_are_closed_by_their_own_kind() {
    for open in ["(red]", "[red)", "{red)", "([)]", "url(a;b"] {
        let square =
            format!(r#"<rect width="100" height="100" fill="red" style="--x:{open};fill:blue"/>"#);
        is_red("", &square);
        let sheet = format!("rect{{fill:red;--x:{open};fill:blue}} rect{{fill:lime}}");
        is_red(&sheet, SQUARE);
        is_red(
            &format!("rect{{fill:red}} a[{open},rect{{fill:blue}}"),
            SQUARE,
        );
    }
    is_red("rect{--x:(]);fill:red}", SQUARE);
    is_red("rect{--x:[(])];fill:red}", SQUARE);
}

/// There are none within strings and addresses, and they are no space between the parts of a selector.
#[test]
fn comments_are_left_out_where_there_are_any() {
    for sheet in [
        "rect/**/[width]{fill:red}",
        "rect/* a */ /* b */[width],g{fill:blue} rect{fill:red}",
        "g{content:'/*'} rect{fill:red} g{content:'*/'}",
        "g{fill:url(/*)} rect{fill:red} g{fill:url(*/)}",
        "g{fill:url(\"/*\")} rect{fill:red}",
        "/*'*/rect{fill:red}/*'*/",
        "rect{fill:/**/red/**/}",
        "rect{fill/**/:red}",
        "rect{fill:red}/*",
    ] {
        is_red(sheet, SQUARE);
    }
}

/// They belong to the next rule, which has no selector then.
#[test]
fn semicolons_and_braces_between_rules_spoil_the_next_one() {
    for sheet in [
        "rect{fill:red};rect{fill:blue}",
        "rect{fill:red}}rect{fill:blue}",
        "rect{fill:red};;} rect{fill:blue}",
        ";rect{fill:blue} rect{fill:red}",
        "rect{fill:red}@media screen{g{};rect{fill:blue}}",
        "rect{fill:red};@media screen{rect{fill:blue}}",
        "@media screen{rect{fill:red}};rect{fill:blue}",
        "rect{fill:blue};g{} rect{fill:red}",
        "svg{;rect{fill:red}}",
    ] {
        is_red(sheet, SQUARE);
    }
}

/// The end of a sheet or an attribute closes what is open.
#[test]
fn what_is_not_closed_ends_with_its_sheet() {
    let stop = r#"<linearGradient id="a"><stop stop-color="red"/></linearGradient>"#;
    for open in [
        "url(#a",
        "url(#a ",
        "url('#a",
        "url('#a'",
        "rgb(255,0,0",
        "color-mix(in srgb, rgb(255,0,0) 50%, red",
    ] {
        let drawings = [
            format!(r#"<rect width="100" height="100" fill="{open}"/>"#),
            format!(r#"<rect width="100" height="100" style="fill:{open}"/>"#),
            format!(r#"<style>rect{{fill:{open}</style><rect width="100" height="100"/>"#),
        ];
        for drawing in drawings {
            let found = middle(&format!("{stop}{drawing}"));
            assert!(close(found, RED), "{drawing}: {found:?}");
        }
    }
    // Everything behind it belongs to the address.
    let rest = r#"<rect width="100" height="100" style="fill:url(#a;fill:red"/>"#;
    assert!(close(middle(&format!("{stop}{rest}")), WHITE));
    for clip in ["url(#c", r"url(#c\"] {
        let drawing = format!(
            r#"<clipPath id="c"><path d="M0 0h9v9z"/></clipPath><rect width="100" height="100" fill="red" clip-path="{clip}"/>"#
        );
        let is_clipped = close(middle(&drawing), WHITE);
        assert_eq!(is_clipped, !clip.ends_with('\\'), "{clip}");
    }
}

/// A comment of XML is not part of a sheet; marks that hid a sheet from old browsers are, in a section of characters.
#[test]
fn comments_of_xml_are_no_rules() {
    let commented = "<style>rect{fill:red}<!-- rect{fill:lime} --></style>";
    let found = middle(&format!("{commented}{SQUARE}"));
    assert!(close(found, RED), "{found:?}");
    // Each of them alone too, but only between the rules of a sheet: elsewhere they spoil the rule.
    for sheet in [
        "<!-- rect{fill:red} -->",
        "--> rect{fill:red}",
        "<!-- rect{fill:red}",
        "--><!-- --> rect{fill:red}",
        "g{}-->rect{fill:red}",
        "rect{fill:red} g,--> rect{fill:blue}",
        "rect{fill:red} @media screen{-->rect{fill:blue}}",
        "rect{fill:red;-->fill:blue}",
    ] {
        is_red(&format!("<![CDATA[{sheet}]]>"), SQUARE);
    }
}
