use super::{close, look, notes, square};

fn of(drawing: &str) -> Vec<String> {
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
        of(r#"<rect width="9" height="9" style="clip-path:circle(40%)"/>"#),
        ["effect left out: clip-path with a basic shape"]
    );
    let sheet = r#"<?xml-stylesheet type="text/css" href="style.css"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>"#;
    assert_eq!(notes(sheet), ["linked style sheet left out: style.css"]);
}

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
    assert_eq!(notes, ["letters left out: no font has them"]);
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
