use super::losses::of;

#[test]
fn what_browsers_do_not_show_either_is_no_loss() {
    for drawing in [
        r#"<switch><foreignObject requiredExtensions="http://ns.example.com/a/"/><g><rect width="9" height="9"/></g></switch>"#,
        r#"<g display="none"><foreignObject width="9" height="9"/></g>"#,
        r#"<style>p { background: url(a.png) }</style><rect width="9" height="9"/>"#,
        "<metadata>x</metadata><script>x</script><title>x</title>",
    ] {
        assert_eq!(of(drawing), [""; 0], "{drawing}");
    }
}

#[test]
fn what_changes_nothing_is_no_loss() {
    for drawing in [
        r#"<rect width="9" height="9" style="mask-image:none;backdrop-filter:none;zoom:1;animation:none"/>"#,
        "<style>@keyframes a{from{opacity:0}}</style>",
        r#"<rect width="9" height="9" style="animation:unknown 1s"/>"#,
        r#"<rect width="9" height="9" style="text-decoration-color:#000;mask-mode:alpha"/>"#,
        r#"<text y="9" style="text-decoration:none;text-decoration-color:#000">A</text>"#,
        r#"<rect width="9" height="9"><set attributeName="x" to="9" begin="click"/></rect>"#,
        r#"<g style="text-shadow:1px 1px red"><rect width="9" height="9"/></g>"#,
        r#"<g style="text-shadow:1px 1px red"><text y="9" style="text-shadow:none">A</text></g>"#,
        r#"<g display="none"><rect width="9" height="9" style="backdrop-filter:blur(1px)"/></g>"#,
        r#"<rect width="9" height="9" style="border:1px solid red;box-shadow:0 0 2px red"/>"#,
    ] {
        assert_eq!(of(drawing), [""; 0], "{drawing}");
    }
}

/// What nothing shows is not missing.
#[test]
fn losses_that_nobody_would_see_are_not_noted() {
    let linked = |around: &str, drawing: &str| {
        let (start, end) = around.split_once('|').unwrap();
        of(&format!("{start}{drawing}{end}"))
    };
    let others = [
        r#"<use href="other.svg#a"/>"#,
        r#"<g style="vector-effect:non-scaling-stroke"/>"#,
        r#"<g style="clip-path:circle(40%)"/>"#,
        r#"<filter id="b"><feDisplacementMap/></filter><g filter="url(#b)"/>"#,
        r#"<mesh/>"#,
    ];
    let none: [&str; 0] = [];
    for other in others {
        assert_eq!(linked("|", other).len(), 1, "{other}");
        let twice = [
            r#"<g id="a">|</g>"#,
            r##"<defs><g id="a">|</g></defs><use href="#a"/>"##,
        ];
        for around in twice {
            assert_eq!(linked(around, other).len(), 1, "{around} {other}");
        }
    }
    for other in others.iter().filter(|other| !other.contains("filter")) {
        for around in [
            r#"<g display="none">|</g>"#,
            r#"<g style="display:none">|</g>"#,
            "<defs>|</defs>",
            r#"<symbol id="a">|</symbol>"#,
            r#"<mask id="a">|</mask>"#,
            r#"<g requiredExtensions="of another">|</g>"#,
            r#"<svg width="0" height="0">|</svg>"#,
        ] {
            assert_eq!(linked(around, other), none, "{around} {other}");
        }
    }
    for definition in [
        r#"<linearGradient id="a" href="other.svg#a"/>"#,
        r#"<linearGradient id="a" color-interpolation="linearRGB"/>"#,
        r#"<filter id="a"><feDisplacementMap/></filter>"#,
    ] {
        assert_eq!(of(definition), none, "{definition}");
        let used = |link: &str| format!(r#"{definition}<rect width="9" height="9" {link}/>"#);
        for link in [
            "fill:url(#a);filter:url(#a)",
            "fill:URL( '#a' );filter:u\\72l(#a)",
        ] {
            let used = of(&used(&format!(r#"style="{link}""#)));
            assert!(
                used.iter().any(|note| note.contains("left out")),
                "{link} {used:?}"
            );
        }
    }
}

/// What is hidden where it stands can be shown where a link leads to it, and its losses with it.
#[test]
fn losses_of_hidden_elements_are_noted_if_something_shows_them() {
    let shadow = r#"<text id="a" y="50" style="text-shadow:1px 1px 0 red">A</text>"#;
    let hidden = format!(r#"<defs style="display:none">{shadow}</defs>"#);
    let has_note = |drawing: &str| of(drawing).contains(&"effect left out: text-shadow".into());
    assert!(has_note(&format!(r##"{hidden}<use href="#a"/>"##)));
    assert!(!has_note(&hidden));
}
