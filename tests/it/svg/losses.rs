use super::{close, look, notes, square};

pub(super) fn of(drawing: &str) -> Vec<String> {
    notes(&format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{drawing}</svg>"#
    ))
}

#[test]
fn what_is_left_out_is_noted() {
    assert_eq!(
        of(r#"<image width="9" height="9" href="face.png"/>"#),
        ["linked picture left out: face.png"]
    );
    assert_eq!(
        of(r#"<image width="9" height="9" href="https://a.example/b.png"/>"#),
        ["linked picture left out: https://a.example/b.png"]
    );
    assert_eq!(
        of(r#"<style>@import url("brand.css");</style>"#),
        ["linked style sheet left out: brand.css"]
    );
    assert_eq!(
        of(
            r#"<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">A</p></foreignObject>"#
        ),
        ["HTML (foreignObject) left out"]
    );
    assert_eq!(
        of(r#"<g style="clip-path:circle(40%)"><rect width="9" height="9"/></g>"#),
        ["effect left out: clip-path with a basic shape"]
    );
    let sheet = r#"<?xml-stylesheet type="text/css" href="style.css"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>"#;
    assert_eq!(notes(sheet), ["linked style sheet left out: style.css"]);
}

#[test]
fn variables_of_too_many_copies_are_noted() {
    let many = |times: usize| {
        let shown = r##"<use href="#one"/>"##.repeat(times);
        of(&format!(
            "<style>g {{ --c: red }}</style><defs><rect id=\"one\" width=\"1\" height=\"1\" fill=\"var(--c, blue)\"/></defs><g>{shown}</g>"
        ))
    };
    assert_eq!(many(10_000), [""; 0]);
    assert_eq!(
        many(10_001),
        ["effect left out: variables of a use, after 10,000 copied elements"]
    );
}

#[test]
fn rules_within_very_many_others_are_noted() {
    let of_sheet = |levels: usize, start: &str, rule: &str| {
        let (open, close) = (start.repeat(levels), "}".repeat(levels));
        of(&format!("<style>{open}{rule}{close}</style><g><rect/></g>"))
    };
    let noted = ["effect left out: rules within very many others"];
    for (start, rule, most) in [
        ("@media screen{", "rect{fill:red}", 7),
        ("@layer a{", "rect{fill:red}", 7),
        ("g{", "fill:red", 8),
    ] {
        assert_eq!(of_sheet(most, start, rule), [""; 0], "{start}");
        assert_eq!(of_sheet(most + 1, start, rule), noted, "{start}");
        assert_eq!(of_sheet(30, start, rule), noted, "{start}");
    }
    let nested = format!("{}rect{}", ":not(:not(".repeat(5), "))".repeat(5));
    let selector = of(&format!("<style>{nested}{{fill:red}}</style><rect/>"));
    assert_eq!(selector, ["effect left out: selector of very many parts"]);
    // A condition that does not hold hides nothing that browsers show.
    assert_eq!(of_sheet(30, "@media print{", "rect{fill:red}"), [""; 0]);
}

#[test]
fn very_long_values_of_variables_are_noted() {
    let noted = ["effect left out: very long value of variables"];
    let with = |length: usize, value: &str| {
        let long = "x".repeat(length);
        of(&format!(
            "<style>svg{{--a:{long};--b:var(--a) y}} rect{{font-family:{value}}}</style><rect/>"
        ))
    };
    assert_eq!(with(60_000, "var(--b)"), [""; 0]);
    assert_eq!(with(40_000, "var(--a)var(--a)"), noted);
    let doubled = of(&format!(
        "<style>svg{{--a:{};--b:var(--a)var(--a)}}</style><rect/>",
        "x".repeat(40_000)
    ));
    assert_eq!(doubled, noted);
    let nested = format!("{}red{}", "var(--none,".repeat(200), ")".repeat(200));
    assert_eq!(
        of(&format!("<style>rect{{fill:{nested}}}</style><rect/>")),
        noted
    );
}

#[test]
fn a_switch_falls_back_to_what_can_be_drawn() {
    let drawing = r#"<switch><foreignObject width="100" height="100"/><rect width="100" height="100" fill="red"/><rect width="100" height="100" fill="blue"/></switch>"#;
    let [found] = look(drawing, [(50, 50)]);
    assert!(close(found, [255, 0, 0]), "{found:?}");
    assert_eq!(of(drawing), ["HTML (foreignObject) left out"]);
}

#[test]
fn fonts_that_are_not_there_are_noted_each() {
    let text = |family: &str, letters: &str| {
        of(&format!(
            r#"<text y="50" font-family="{family}">{letters}</text>"#
        ))
    };
    let notes = text("Brand Display", "Acme");
    assert!(
        notes.len() == 1 && notes[0].starts_with("font Brand Display replaced by "),
        "{notes:?}"
    );
    assert_eq!(text("sans-serif", "Acme"), [""; 0]);
    assert_eq!(text("Brand Display", " "), [""; 0]);
    let notes = of(
        r#"<style>.a{font:bold 12px "Brand A",Arial} .b{font-family:Brand B}</style><text class="a" y="20">A</text><text class="b" y="50">B</text>"#,
    );
    assert!(
        notes.len() == 2 && notes[0].contains("Brand A") && notes[1].contains("Brand B"),
        "{notes:?}"
    );
    // Letters of the private use area are in no font of this system, or it is a strange one.
    let notes = text("serif", "\u{10fffd}");
    assert_eq!(notes, ["letters left out: no available font has them"]);
}

/// The left edge of a capital I is straight without serifs, and wider at its foot with them.
#[test]
fn families_keep_their_kind_of_letters() {
    let has_foot = |family: &str| {
        let square = square(&format!(
            r#"<text x="20" y="90" font-size="100" font-family="{family}">I</text>"#
        ));
        // Where the letter begins, at its foot and at half its height.
        let left = |y: u32| (0..640).find(|x| square.at(*x, y)[0] < 128).unwrap();
        left(570) + 20 < left(350)
    };
    for family in ["Helvetica", "Arial", "Verdana"] {
        assert!(!has_foot(family), "{family}");
    }
    for family in ["Times", "Georgia", "Courier"] {
        assert!(has_foot(family), "{family}");
    }
}

/// Effects that browsers draw and the renderer does not.
#[test]
fn every_effect_that_is_not_drawn_is_noted() {
    let square = r#"<rect width="9" height="9"/>"#;
    let style = |style: &str| format!(r#"<rect width="9" height="9" style="{style}"/>"#);
    let letters = |style: &str| format!(r#"<text y="9" style="{style}">A</text>"#);
    let within = |sheet: &str| format!("<style>{sheet}</style>{square}");
    let all = [
        (
            style("mask-image:linear-gradient(#000,transparent)"),
            "mask-image",
        ),
        (
            style("-webkit-mask:radial-gradient(#000,transparent)"),
            "mask-image",
        ),
        (
            format!(
                r##"<mask id="m"><path d="M0 0h9v9"/></mask>{}"##,
                style("mask:url(#m) alpha")
            ),
            "mask-mode",
        ),
        (style("backdrop-filter:blur(2px)"), "backdrop-filter"),
        (
            style("mix-blend-mode:plus-lighter"),
            "blend mode plus-lighter",
        ),
        (style("offset-path:path('M0 0L9 9')"), "offset-path"),
        (style("zoom:2"), "zoom"),
        (style("x:round(3.2px,1px)"), "round"),
        (style("fill:rgb(from red r g b)"), "relative colour"),
        (letters("text-shadow:1px 1px red"), "text-shadow"),
        (
            letters("font-feature-settings:'ss01'"),
            "font-feature-settings",
        ),
        (
            letters("text-decoration:underline wavy"),
            "text-decoration-style",
        ),
        (letters("direction:rtl"), "direction: rtl"),
        (
            within("@keyframes a{from{opacity:0}} rect{animation:a 1s}"),
            "animation",
        ),
        (
            within("@container (width>1px){rect{fill:red}}"),
            "@container",
        ),
        (within("rect:has(a){fill:red}"), "selector :has()"),
        (
            r#"<rect width="9" height="9"><animate attributeName="x" to="9" dur="1s"/></rect>"#
                .into(),
            "animation",
        ),
        ("<mesh/>".into(), "mesh gradient"),
        ("<flowRoot/>".into(), "flowing text (flowRoot)"),
    ];
    for (drawing, effect) in all {
        assert_eq!(
            of(&drawing),
            [format!("effect left out: {effect}")],
            "{drawing}"
        );
    }
    let root = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" style="background:linear-gradient(red,blue);box-shadow:0 0 2px red"/>"#;
    assert_eq!(
        notes(root),
        [
            "effect left out: background-image",
            "effect left out: box-shadow"
        ]
    );
}

#[test]
fn links_out_of_the_drawing_are_noted() {
    let all = [
        (r#"<use href="sprite.svg#a"/>"#, "sprite.svg#a"),
        (
            r#"<use xmlns:x="http://www.w3.org/1999/xlink" x:href="icons.svg#b"/>"#,
            "icons.svg#b",
        ),
        (
            r#"<rect width="9" height="9" fill="url(paint.svg#g)"/>"#,
            "paint.svg#g",
        ),
        (
            r#"<rect width="9" height="9" style="mask:url(masks.svg#m)"/>"#,
            "masks.svg#m",
        ),
        (
            r#"<rect width="9" height="9" filter="url(filters.svg#f)"/>"#,
            "filters.svg#f",
        ),
        (
            r#"<linearGradient id="g" href="more.svg#g"/><rect width="9" height="9" fill="url(#g)"/>"#,
            "more.svg#g",
        ),
    ];
    for (drawing, address) in all {
        assert_eq!(
            of(drawing),
            [format!("linked picture left out: {address}")],
            "{drawing}"
        );
    }
    assert_eq!(
        of(r#"<a href="https://example.com/"><rect width="9" height="9"/></a>"#),
        [""; 0]
    );
}

#[test]
fn what_the_renderer_draws_otherwise_is_noted() {
    for (drawing, effect) in [
        (
            r#"<filter id="f"><feDisplacementMap in2="SourceGraphic" scale="9"/></filter>"#,
            Some("feDisplacementMap"),
        ),
        (
            r#"<linearGradient id="g" color-interpolation="linearRGB"/>"#,
            Some("color-interpolation of a gradient"),
        ),
        (
            r#"<radialGradient id="g" style="x:y; color-interpolation: linearRGB"/>"#,
            Some("color-interpolation of a gradient"),
        ),
        (
            r#"<linearGradient id="g" style="color-interpolation:sRGB"/>"#,
            None,
        ),
        (
            r#"<mask id="m" color-interpolation="linearRGB"/>"#,
            Some("color-interpolation of a mask"),
        ),
        (
            r#"<text y="20" font-family="sans-serif">a<tspan opacity=".5">b</tspan></text>"#,
            Some("opacity of a part of a text"),
        ),
        (
            r#"<text y="20" font-family="sans-serif" opacity=".5">a<tspan opacity="1">b</tspan></text>"#,
            None,
        ),
        (
            r#"<text font-family="sans-serif"><textPath path="M0 20h90">a</textPath></text>"#,
            Some("path of a textPath"),
        ),
        (
            r#"<text y="20" font-family="sans-serif"><tspan display="contents" fill="red">a<tspan>b</tspan></tspan></text>"#,
            Some("display: contents"),
        ),
        (
            r#"<text y="20" font-family="sans-serif"><tspan display="contents" fill="red"> <tspan>b</tspan></tspan></text>"#,
            None,
        ),
        (
            r#"<defs display="contents"><linearGradient id="g"/></defs>"#,
            Some("display: contents"),
        ),
        (
            r#"<linearGradient id="g" display="contents"/>"#,
            Some("display: contents"),
        ),
        (
            r#"<radialGradient id="g" style="display:contents"/>"#,
            Some("display: contents"),
        ),
        (
            r#"<symbol id="s" display="contents"><rect width="9" height="9"/></symbol>"#,
            Some("display: contents"),
        ),
        (
            r#"<linearGradient id="g"><stop display="contents"/></linearGradient>"#,
            None,
        ),
        (
            r#"<g style="color-scheme:only dark"><rect width="9" height="9" fill="Canvas"/></g>"#,
            Some("color-scheme: dark"),
        ),
        (
            r#"<style>svg{color-scheme:dark}</style><stop stop-color="color-mix(in srgb, red, linktext)"/>"#,
            Some("color-scheme: dark"),
        ),
        (
            r#"<g style="color-scheme:dark"><rect width="9" height="9" fill="light-dark(red, blue)"/></g>"#,
            Some("color-scheme: dark"),
        ),
        (
            r#"<g style="color-scheme:dark"><g style="color-scheme:light dark"><rect width="9" height="9" fill="Canvas"/></g></g>"#,
            None,
        ),
        (
            r##"<linearGradient id="menu"/><g style="color-scheme:dark"><rect width="9" height="9" stroke="red" fill="url(#menu) blue"/></g>"##,
            None,
        ),
        (
            r#"<g font-variant="small-caps"><text y="20" font-family="sans-serif">a</text></g>"#,
            Some("font-variant: small-caps"),
        ),
        (
            r#"<text y="20" style="font:small-caps 12px sans-serif">a</text>"#,
            Some("font-variant: small-caps"),
        ),
    ] {
        let wanted = effect.map(|effect| format!("effect left out: {effect}"));
        let used =
            r#"<rect width="9" height="9" style="filter:url(#f);fill:url(#g);mask:url(#m)"/>"#;
        let used = if drawing.contains("id=") { used } else { "" };
        let found = of(&format!("{drawing}{used}"))
            .into_iter()
            .find(|note| note.starts_with("effect"));
        assert_eq!(found, wanted, "{drawing}");
    }
}

/// The XML parser does not read them.
#[test]
fn attributes_that_the_document_type_gives_are_noted() {
    let noted = |list: &str| {
        let drawing = format!(
            r#"<!DOCTYPE svg [<!ATTLIST {list}>]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>"#
        );
        notes(&drawing)
            .iter()
            .any(|note| note.contains("document type"))
    };
    assert!(noted(r#"rect fill CDATA "lime""#));
    assert!(noted(r#"rect fill CDATA #FIXED 'lime'"#));
    assert!(noted(r#"rect x CDATA #IMPLIED fill (red|lime) "lime""#));
    assert!(!noted("rect fill CDATA #IMPLIED"));
    let other = "rect fill CDATA #IMPLIED><!-- <!ATTLIST rect";
    assert!(!noted(&format!(r#"{other} fill CDATA "lime"> --"#)));
    assert!(noted(&format!(
        r#"{other} --><!-- x --><!ATTLIST rect fill CDATA "lime""#
    )));
    assert!(!noted(
        r#"svg xmlns:xlink CDATA #FIXED "http://www.w3.org/1999/xlink""#
    ));
}

#[test]
fn masks_with_several_layers_are_noted() {
    let masks = r#"<mask id="a"><rect width="60" height="100" fill="white"/></mask><mask id="b"><rect width="100" height="60" fill="white"/></mask>"#;
    let note = ["effect left out: mask with several layers"];
    for mask in [
        r#"mask="url(#a), url(#b)""#,
        r#"style="mask:url(#a),url(#b)""#,
        r#"style="mask-image:url(#a),url(#b)""#,
        r#"style="mask:none,url(#a)""#,
    ] {
        let is_one = mask.contains("none");
        let drawing = format!(r#"{masks}<rect width="100" height="100" fill="green" {mask}/>"#);
        assert_eq!(of(&drawing), if is_one { &[][..] } else { &note }, "{mask}");
        let [inside, outside] = look(&drawing, [(30, 80), (80, 80)]);
        assert!(close(inside, [0, 128, 0]), "{mask}: {inside:?}");
        assert!(close(outside, [255; 3]), "{mask}: {outside:?}");
    }
}
