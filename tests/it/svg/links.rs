//! Ids, and links that lead to them.

use super::{close, look, middle};

const GREEN: [u8; 3] = [0, 128, 0];
const WHITE: [u8; 3] = [255; 3];

/// The renderer would take the last one.
#[test]
fn the_first_of_equal_ids_counts() {
    let stop = |color: &str| {
        format!(r#"<linearGradient id="a"><stop stop-color="{color}"/></linearGradient>"#)
    };
    let rect = r##"<rect width="100" height="100" fill="url(#a)"/>"##;
    let drawing = format!("{}{rect}{}", stop("green"), stop("red"));
    assert!(close(middle(&drawing), GREEN));
    let shown = r##"<defs><rect id="b" width="100" height="100" fill="green"/></defs>
        <g style="display:none"><circle id="b" r="9"/></g><use href="#b"/>"##;
    assert!(close(middle(shown), GREEN));
    // Rules still apply to all of them.
    let ruled =
        r##"<style>#c{fill:green}</style><rect id="c"/><rect id="c" width="100" height="100"/>"##;
    assert!(close(middle(ruled), GREEN));
}

/// Ids can have any characters, and links name them with the escapes of CSS or of addresses.
#[test]
fn links_lead_to_ids_with_any_characters() {
    let green = r#"<stop stop-color="green"/>"#;
    let fills = [
        ("a b", "url('#a b')"),
        ("a b", r"url(#a\ b)"),
        ("a b", r"url(#a\20 b)"),
        ("a b", "url(#a%20b)"),
        ("a b", "url(&quot;#a%20b&quot;)"),
        ("a%20b", "url(#a%2520b)"),
        ("g(1)", "url('#g(1)')"),
        ("g(1)", r"url(#g\(1\))"),
        ("a.b", r"url(#a\.b)"),
        (r"a\b", r"url(#a\\b)"),
        ("é", "url(#%C3%A9)"),
        ("a b", r"url(#none\ b) green"),
    ];
    for (id, link) in fills {
        let drawing = format!(
            r#"<linearGradient id="{id}">{green}</linearGradient><rect width="100" height="100" fill="{link}"/>"#
        );
        let found = middle(&drawing);
        assert!(close(found, GREEN), "{id} {link}: {found:?}");
    }
    // Without quotes or escapes, the value is wrong, and the one before it counts.
    for link in ["url(#a b)", "url(#g(1))"] {
        let drawing = format!(
            r#"<linearGradient id="a b"/><linearGradient id="g(1)"/><rect width="100" height="100" style="fill:green;fill:{link}"/>"#
        );
        assert!(close(middle(&drawing), GREEN), "{link}");
    }
    let shape = r#"<defs><rect id="a b" width="100" height="100" fill="green"/></defs>"#;
    for link in ["#a b", "#a%20b", "#a%2&#10;0b", "&#9;#a b&#13;&#10;"] {
        for name in ["href", "xlink:href"] {
            let drawing = format!(r#"{shape}<use {name}="{link}"/>"#);
            assert!(close(middle(&drawing), GREEN), "{name} {link}");
        }
    }
    // An address that is decoded once names another id.
    let other = r##"<defs><rect id="a%20b" width="100" height="100"/></defs><use href="#a%20b"/>"##;
    assert!(close(middle(other), WHITE));
    for (element, property) in [("clipPath", "clip-path"), ("mask", "mask")] {
        let inside = r#"<rect width="100" height="40" fill="white"/>"#;
        let drawing = format!(
            r#"<{element} id="a b">{inside}</{element}><rect width="100" height="100" fill="green" {property}="url(#a\ b)"/>"#
        );
        let [top, bottom] = look(&drawing, [(50, 20), (50, 70)]);
        assert!(close(top, GREEN) && close(bottom, WHITE), "{element}");
    }
    let boxed = r#"<clipPath id="a"><rect width="9" height="9"/></clipPath><rect width="100" height="100" fill="green" clip-path="url(#a) border-box"/>"#;
    assert!(close(middle(boxed), GREEN));
    let filter = r#"<filter id="a b"><feFlood flood-color="green"/></filter><rect width="100" height="100" filter="url(#a%20b)"/>"#;
    assert!(close(middle(filter), GREEN));
}
