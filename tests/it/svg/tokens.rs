use super::styles::{RED, SQUARE, WHITE, is_red};
use super::{close, look, middle};

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
