use avatar_prepare::Code;

use super::{close, middle, notes};
use crate::support::{finest, prepare};

const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];

const SQUARE: &str = r#"<rect width="100" height="100" fill="blue"/>"#;

/// A drawing with a style sheet and a square.
fn drawing(sheet: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>{sheet}</style>{SQUARE}</svg>"#
    )
}

fn is_painted(sheet: &str, wanted: [u8; 3]) {
    let found = middle(&format!("<style>{sheet}</style>{SQUARE}"));
    assert!(close(found, wanted), "{found:?}, not {wanted:?}");
}

/// Whether the drawing is refused because it exceeds a limit.
fn is_refused(drawing: &str) -> bool {
    let refused = prepare(finest(), drawing.as_bytes());
    refused.is_err_and(|error| error.code() == Code::LimitExceeded)
}

#[test]
fn a_limit_says_of_what_there_is_too_much() {
    let said = |drawing: &str| {
        prepare(finest(), drawing.as_bytes())
            .unwrap_err()
            .to_string()
    };
    let rules = said(&drawing(&"a{x:y}".repeat(110_000)));
    let wanted = "number of rules in its style sheets is 100001, over the limit of 100000";
    assert!(rules.contains(wanted), "{rules}");
    let copies = (1..=7).map(|at| {
        let used = format!(r##"<use href="#g{}"/>"##, at - 1).repeat(10);
        format!(r#"<g id="g{at}">{used}</g>"#)
    });
    let copies: String = copies.collect();
    let elements = said(&format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g id="g0"><rect width="1" height="1"/></g>{copies}</svg>"#
    ));
    let wanted = "number of elements and letters, with all copies is ";
    assert!(elements.contains(wanted), "{elements}");
    let layered = format!(
        "{}{SQUARE}{}",
        r#"<g opacity=".9" style="filter:blur(9px)">"#.repeat(200),
        "</g>".repeat(200)
    );
    let painted = said(&format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g>{}</g></svg>"#,
        layered.repeat(40)
    ));
    assert!(
        painted.contains("number of painted pixels is "),
        "{painted}"
    );
}

#[test]
fn selectors_of_very_many_parts_are_left_out_and_noted() {
    let not = |count| format!("rect{} {{ fill: red }}", ":not(svg)".repeat(count));
    let siblings = |count| format!("{} rect {{ fill: red }}", "svg,".repeat(count));
    is_painted(&not(200), RED);
    is_painted(&siblings(200), RED);
    is_painted(&not(30_000), BLUE);
    let chain = format!("rect{} {{ fill: red }}", "+rect".repeat(30_000));
    let squares = format!("{}{SQUARE}", "<rect/>".repeat(30_000));
    let found = middle(&format!("<style>{chain}</style>{squares}"));
    assert!(close(found, BLUE), "{found:?}");
    for sheet in [not(30_000), chain] {
        let notes = notes(&drawing(&sheet)).join("; ");
        assert!(notes.contains("selector of very many parts"), "{notes}");
    }
}

/// The XML parser compares each name with all others of its element.
#[test]
fn elements_of_very_many_attributes_are_refused() {
    let named = |count: usize, prefix: &str| {
        let all = (0..count).map(|at| format!(" {prefix}{at}='>'"));
        all.collect::<String>()
    };
    for prefix in ["a", "xmlns:a"] {
        let drawn =
            |count| drawing("").replace("<rect", &format!("<g{}/><rect", named(count, prefix)));
        assert!(prepare(finest(), drawn(900).as_bytes()).is_ok());
        assert!(is_refused(&drawn(1_100)));
    }
    // An element that comes from an entity.
    let entity = |count| {
        let entity = format!("<!DOCTYPE svg [<!ENTITY e \"<g{}/>\">]>", named(count, "a"));
        entity + &drawing("").replace("<rect", "&e;<rect")
    };
    assert!(prepare(finest(), entity(900).as_bytes()).is_ok());
    assert!(is_refused(&entity(1_100)));
    // Text is no attribute.
    let text = format!("<desc>{}</desc>", "a='b' ".repeat(2_000));
    let drawn = drawing("").replace("<rect", &format!("{text}<rect"));
    assert!(prepare(finest(), drawn.as_bytes()).is_ok());
}

/// The renderer follows elements by recursion. 600 within one another ended the process, with a file of 6 kB.
#[test]
fn elements_are_within_one_another_up_to_a_limit() {
    let whole = |content: &str| {
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{content}</svg>"#
        )
    };
    let nested = |open: &str, close: &str, levels: usize| {
        format!("{}{SQUARE}{}", open.repeat(levels), close.repeat(levels))
    };
    let text = |levels: usize| {
        let (open, close) = ("<tspan dx='1'>a".repeat(levels), "</tspan>".repeat(levels));
        format!("<text y='5'>{open}{close}</text>")
    };
    // Small, because each group with an opacity is a picture of its own.
    let small = || finest().with_edge(64).unwrap();
    for (open, close) in [
        ("<g opacity='.99'>", "</g>"),
        ("<svg width='9' height='9'>", "</svg>"),
        ("<switch>", "</switch>"),
    ] {
        assert!(
            prepare(small(), whole(&nested(open, close, 240)).as_bytes()).is_ok(),
            "{open}"
        );
        assert!(is_refused(&whole(&nested(open, close, 270))), "{open}");
        assert!(is_refused(&whole(&nested(open, close, 1_000))), "{open}");
    }
    assert!(prepare(small(), whole(&text(240)).as_bytes()).is_ok());
    assert!(is_refused(&whole(&text(900))));
    // Copies, in a chain of 12 groups that are each 60 deep, and a pattern in such a group.
    let chain = |reference: &dyn Fn(usize) -> String| {
        let link = |at: usize| {
            let inner = format!(
                "{}{}{}",
                "<g>".repeat(60),
                reference(at + 1),
                "</g>".repeat(60)
            );
            format!(
                r#"<pattern id="p{at}" width="9" height="9">{inner}</pattern><g id="g{at}">{inner}</g>"#
            )
        };
        let links: String = (0..12).map(link).collect();
        whole(&format!(
            r#"<defs>{links}<g id="g12"/></defs>{}"#,
            reference(0)
        ))
    };
    let used = chain(&|at| format!(r##"<use xlink:href="#g{at}"/>"##));
    let painted = chain(&|at| format!(r#"<g fill="url(#p{at})">{SQUARE}</g>"#));
    let styled = chain(&|at| {
        format!(
            "<style>.p{at}{{fill:url(#p{at})}}</style>{}",
            SQUARE.replace("<rect", &format!("<rect class='p{at}'"))
        )
    });
    for drawing in [used, painted, styled] {
        assert!(is_refused(&drawing), "{drawing:.300}");
    }
    // A drawing in a drawing has the levels that are left.
    let within = |outer: usize, inner: usize| {
        let inner = whole(&nested("<g>", "</g>", inner))
            .replace('%', "%25")
            .replace('#', "%23")
            .replace('<', "%3C")
            .replace('"', "%22");
        let image =
            format!(r#"<image width="9" height="9" xlink:href="data:image/svg+xml,{inner}"/>"#);
        notes(&whole(
            &nested("<g>", "</g>", outer).replace(SQUARE, &image),
        ))
    };
    let (few, many) = (within(100, 100), within(150, 150));
    assert!(few.is_empty(), "{few:?}");
    assert!(
        many.iter()
            .any(|note| note.contains("number of elements within one another")),
        "{many:?}"
    );
}

#[test]
fn a_list_of_layers_has_no_block() {
    is_painted("@layer a, b { rect { fill: red } }", BLUE);
    is_painted("@layer a { rect { fill: red } }", RED);
    let order = "@layer b, a; @layer a { rect { fill: red } } @layer b { rect { fill: blue } }";
    is_painted(order, RED);
    let nested = "@layer a,b,c,d,e,f,g,h,i,j,k,l{".repeat(7);
    is_painted(
        &format!("{nested} rect {{ fill: red }} {}", "}".repeat(7)),
        BLUE,
    );
}

#[test]
fn very_many_rules_are_refused() {
    assert!(!is_refused(&drawing(&"a{x:y}".repeat(90_000))));
    assert!(is_refused(&drawing(&"a{x:y}".repeat(110_000))));
    // Nesting repeats the selectors of the outer rule.
    let outer = ["rect"; 10_000].join(",");
    let nested = format!("{outer}{{{}}}", "&amp;{}".repeat(1_000));
    assert!(is_refused(&drawing(&nested)));
}

#[test]
fn long_attributes_and_very_many_declarations_are_charged() {
    let drawn = |sheet: &str, elements: &str| {
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>{sheet}</style>{SQUARE}{elements}</svg>"#
        )
    };
    let is_made = |drawing: String| prepare(finest(), drawing.as_bytes()).is_ok();
    // Long attributes, each read for every rule.
    let element = format!("<g class=\"b\" x=\"{}\"/>", "a ".repeat(100_000));
    let rules = |count| "[x*=b] { fill: red }".repeat(count);
    assert!(is_made(drawn(&rules(200), &element)));
    assert!(is_refused(&drawn(&rules(2_000), &element)));
    // Many declarations for many elements.
    let many = |count| format!("g {{ {} }}", "fill: red;".repeat(count));
    assert!(is_made(drawn(&many(200), &"<g/>".repeat(1_000))));
    assert!(is_refused(&drawn(&many(20_000), &"<g/>".repeat(1_000))));
}

#[test]
fn each_variable_is_made_once() {
    let doubled = |count: usize| {
        let links = (1..=count).map(|at| format!("--a{at}: var(--a{0},) var(--a{0},);", at - 1));
        let links = links.collect::<String>();
        format!("svg {{ {links} }} rect {{ fill: var(--a{count}) red }}")
    };
    // The values are spaces only, and twice as many of them each time, up to 64 KiB.
    is_painted(&doubled(5), RED);
    assert!(is_refused(&drawing(&doubled(2_000))));
    let chain = |count: usize| {
        let links = (1..=count).map(|at| format!("--b{at}: var(--b{});", at - 1));
        let links = links.collect::<String>();
        format!("svg {{ --b0: red; {links} }} rect {{ fill: var(--b{count}) }}")
    };
    is_painted(&chain(200), RED);
    assert!(is_refused(&drawing(&chain(2_000))));
}

/// CSS Custom Properties 1, section 2.3: fallbacks do not mend a cycle.
#[test]
fn variables_in_a_cycle_have_no_value() {
    let cycle = "svg { --a: var(--b, red); --b: var(--a, red); --c: var(--a, red) }";
    is_painted(
        &format!("{cycle} rect {{ fill: var(--a, lime) }}"),
        [0, 255, 0],
    );
    is_painted(
        &format!("{cycle} rect {{ fill: var(--b, lime) }}"),
        [0, 255, 0],
    );
    is_painted(&format!("{cycle} rect {{ fill: var(--c) }}"), RED);
}

#[test]
fn long_values_for_many_elements_are_refused() {
    let path = format!("path {{ d: path(\"M0 0{}\") }}", "L9 9".repeat(10_000));
    let drawn = |count: usize| {
        let paths = "<path/>".repeat(count);
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>{path}</style>{SQUARE}{paths}</svg>"#
        )
    };
    assert!(prepare(finest(), drawn(10).as_bytes()).is_ok());
    assert!(is_refused(&drawn(1_000)));
}

/// The renderer makes a copy of an embedded drawing each time it is shown: 100 copies of 30,000 elements took 1 GB, with
/// a file of 170 kB.
#[test]
fn elements_of_embedded_drawings_are_counted_as_often_as_they_are_shown() {
    let inner = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>"#,
        "<g/>".repeat(2_000)
    );
    let shown = |times: usize| {
        let data: String = inner.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let image = format!(
            r#"<symbol id="a"><image width="9" height="9" href="data:image/svg+xml,{data}"/></symbol>"#
        );
        let uses = r##"<use href="#a"/>"##.repeat(times);
        format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{image}{uses}</svg>"#)
    };
    let wanted = "number of elements and letters of embedded drawings is 30";
    let said = |times| notes(&shown(times)).join("; ");
    assert!(!said(140).contains(wanted), "{}", said(140));
    let said = said(160);
    assert!(said.contains(wanted), "{said}");
}

/// The XML parser makes a copy for each reference: 100 MB took 200 MB, with a file of 40 kB.
#[test]
fn entities_count_as_the_text_that_they_become() {
    let drawn = |times: usize| {
        let inner = format!("<!ENTITY b '{}'>", "b".repeat(10_000));
        let entities = format!(
            "<!DOCTYPE svg [{inner}<!ENTITY a \"{}\">]>",
            "&b;".repeat(20)
        );
        entities
            + &drawing("").replace(
                "<rect",
                &format!("<desc>{}</desc><rect", "&a;".repeat(times)),
            )
    };
    assert!(prepare(finest(), drawn(3).as_bytes()).is_ok());
    let error = prepare(finest(), drawn(340).as_bytes()).unwrap_err();
    assert_eq!(error.code(), Code::LimitExceeded);
    let wanted = "length of its text in bytes, with its entities, is 68020400";
    assert!(error.to_string().contains(wanted), "{error}");
}

/// Each is looked for again for each text: half a megabyte for 2,000 texts took more than a minute.
#[test]
fn long_lists_of_families_for_many_texts_are_refused() {
    let drawn = |texts: usize| {
        let (families, texts) = ("a,".repeat(25_000), "<text>x</text>".repeat(texts));
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g font-family="{families}b">{texts}</g></svg>"#
        )
    };
    assert!(prepare(finest(), drawn(9).as_bytes()).is_ok());
    assert!(is_refused(&drawn(600)));
}

/// The renderer reads a list again for each line: half a megabyte that 2,000 lines inherit took 26 seconds.
#[test]
fn long_lists_of_dashes_for_many_lines_are_refused() {
    let drawn = |bytes: usize, lines: &str| {
        let dashes = "1 ".repeat(bytes / 2);
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g stroke="red" stroke-dasharray="{dashes}">{lines}</g></svg>"#
        )
    };
    let line = r#"<path id="a" d="M0 0h9"/>"#;
    assert!(prepare(finest(), drawn(50_000, &line.repeat(100)).as_bytes()).is_ok());
    let used = format!("{line}{}", r##"<use href="#a"/>"##.repeat(700));
    for lines in [line.repeat(1_300), used] {
        let error = prepare(finest(), drawn(50_000, &lines).as_bytes()).unwrap_err();
        assert_eq!(error.code(), Code::LimitExceeded);
        let wanted = "length of lists of dashes in bytes, with all copies, is ";
        assert!(error.to_string().contains(wanted), "{error}");
    }
    // Without a line, none is read.
    let filled = drawn(50_000, &line.repeat(1_300)).replace("stroke=\"red\"", "");
    assert!(prepare(finest(), filled.as_bytes()).is_ok());
}
