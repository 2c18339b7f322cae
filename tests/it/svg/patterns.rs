use super::{close, look, notes, square};

const GREEN: [u8; 3] = [0, 128, 0];
const BLUE: [u8; 3] = [0, 51, 102];
const GOLD: [u8; 3] = [255, 204, 0];
const WHITE: [u8; 3] = [255; 3];

/// A pattern with tiles of this side, of which the left half is blue and the right half gold, or what is `more`.
fn halves(side: f64, more: &str) -> String {
    let half = side / 2.0;
    format!(
        r##"<pattern id="p" patternUnits="userSpaceOnUse" width="{side}" height="{side}" {more}><rect width="{side}" height="{side}" fill="#fc0"/><rect width="{half}" height="{side}" fill="#036"/></pattern>"##
    )
}

#[test]
fn tiles_below_a_pixel_are_painted_in_their_mean_color() {
    for side in [0.02, 0.05, 0.0799, 0.13] {
        let pattern = |height: f64| {
            format!(
                r##"<pattern id="p" patternUnits="userSpaceOnUse" width="{side}" height="{side}"><rect width="{side}" height="{height}" fill="green"/></pattern><rect width="100" height="100" fill="url(#p)"/>"##
            )
        };
        for found in look(&pattern(side), [(50, 50), (3, 97), (98, 2)]) {
            assert!(close(found, GREEN), "{side}: {found:?}");
        }
        for found in look(&pattern(side / 2.0), [(50, 50), (3, 97), (98, 2)]) {
            assert!(close(found, [127, 191, 127]), "{side}: {found:?}");
        }
    }
}

#[test]
fn opaque_tiles_have_no_seams() {
    for more in ["", r#"patternTransform="rotate(30) skewX(10)""#] {
        let drawing = format!(
            r##"<pattern id="p" patternUnits="userSpaceOnUse" width="1.95" height="2.6" {more}><rect width="1.95" height="2.6" fill="green"/></pattern><rect width="100" height="100" fill="url(#p)"/>"##
        );
        let found = square(&drawing);
        for at in 0..640 {
            assert!(close(found.at(at, 333), GREEN), "{more}: {at}");
            assert!(close(found.at(333, at), GREEN), "{more}: {at}");
        }
    }
}

/// The renderer would repeat 13.33 pixels as 13, so that the last tiles are displaced by a whole one.
#[test]
fn tiles_keep_their_distance() {
    let side = 100.0 / 48.0;
    let drawing = halves(side, "") + r##"<rect width="100" height="100" fill="url(#p)"/>"##;
    let found = square(&drawing);
    for tile in 0..48 {
        let at = |share: f64| ((f64::from(tile) + share) * 640.0 / 48.0) as u32;
        let (left, right) = (found.at(at(0.25), 600), found.at(at(0.75), 600));
        assert!(close(left, BLUE), "{tile}: {left:?}");
        assert!(close(right, GOLD), "{tile}: {right:?}");
    }
}

#[test]
fn turned_tiles_keep_their_distance() {
    let side = 2.1;
    let turned = halves(side, r#"patternTransform="rotate(45)""#);
    let drawing = turned + r##"<rect width="100" height="100" fill="url(#p)"/>"##;
    let found = square(&drawing);
    for tile in 1..40 {
        // Along the line through the corner at the top left.
        let at = |share: f64| {
            let across = (f64::from(tile) + share) * side;
            // Where the line meets the middle of the drawing.
            let down = f64::from(tile) * side / 4.0;
            let root = 0.5_f64.sqrt() * 6.4;
            (
                ((across - down) * root) as u32,
                ((across + down) * root) as u32,
            )
        };
        let [(x, y), (u, v)] = [at(0.25), at(0.75)];
        if y.max(v) < 640 {
            assert!(close(found.at(x, y), BLUE), "{tile}: {:?}", found.at(x, y));
            assert!(close(found.at(u, v), GOLD), "{tile}: {:?}", found.at(u, v));
        }
    }
}

/// Shares of the box, a `viewBox`, what comes from a template, and lines and letters: the last tile of ten is where it belongs.
#[test]
fn tiles_of_all_units_keep_their_distance() {
    let mark =
        r##"<rect width="10" height="10" fill="#fc0"/><rect width="5" height="10" fill="#036"/>"##;
    for (pattern, shape) in [
        (
            format!(r#"<pattern id="p" width=".0391" height="1" viewBox="0 0 10 10" preserveAspectRatio="none">{mark}</pattern>"#),
            r##"<rect width="100" height="100" fill="url(#p)"/>"##,
        ),
        (
            r##"<pattern id="q" width=".0391" height="1" patternContentUnits="objectBoundingBox"><rect width=".0391" height="1" fill="#fc0"/><rect width=".01955" height="1" fill="#036"/></pattern><pattern id="p" href="#q"/>"##.into(),
            r##"<rect width="100" height="100" fill="url(#p)"/>"##,
        ),
        (
            halves(3.91, ""),
            r##"<path d="M0 50H100" stroke="url(#p)" stroke-width="100"/>"##,
        ),
        (
            halves(7.82, ""),
            r##"<g transform="scale(.5)"><rect width="200" height="200" fill="url(#p)"/></g>"##,
        ),
    ] {
        let found = square(&(pattern.clone() + shape));
        for tile in 0..25 {
            let at = |share: f64| ((f64::from(tile) + share) * 3.91 * 6.4) as u32;
            let (left, right) = (found.at(at(0.25), 320), found.at(at(0.75), 320));
            assert!(close(left, BLUE), "{pattern}{shape} {tile}: {left:?}");
            assert!(close(right, GOLD), "{pattern}{shape} {tile}: {right:?}");
        }
    }
}

#[test]
fn what_is_beside_and_around_patterns_is_drawn() {
    let green = r##"<pattern id="p" patternUnits="userSpaceOnUse" width=".05" height=".05"><rect width="1" height="1" fill="green"/></pattern>"##;
    let shape = r##"<rect width="100" height="100" fill="url(#p)"/>"##;
    let half = [127, 191, 127];
    for (drawing, inside) in [
        (
            format!(r##"<clipPath id="c"><circle cx="50" cy="50" r="40"/></clipPath><g clip-path="url(#c)">{shape}</g>"##),
            GREEN,
        ),
        (
            format!(r##"<clipPath id="o"><circle cx="50" cy="50" r="40"/></clipPath><clipPath id="c" clip-path="url(#o)"><rect width="100" height="100" clip-path="url(#o)"/></clipPath><g clip-path="url(#c)" opacity=".5">{shape}</g>"##),
            half,
        ),
        (
            format!(r##"<mask id="m"><circle cx="50" cy="50" r="40" fill="#fff"/></mask><g mask="url(#m)">{shape}</g>"##),
            GREEN,
        ),
        (
            format!(r##"<mask id="m" mask-type="alpha" style="mask-type:alpha">{shape}</mask><circle cx="50" cy="50" r="40" fill="green" mask="url(#m)"/>"##),
            GREEN,
        ),
        (
            r##"<g style="mix-blend-mode:multiply"><circle cx="50" cy="50" r="40" fill="url(#p)"/></g>"##.into(),
            GREEN,
        ),
        (
            r##"<pattern id="q" patternUnits="userSpaceOnUse" width="7.3" height="7.3"><rect width="8" height="8" fill="url(#p)"/></pattern><circle cx="50" cy="50" r="40" fill="url(#q)"/>"##.into(),
            GREEN,
        ),
    ] {
        let points = [(50, 50), (22, 50), (50, 87), (5, 5), (95, 50)];
        let [middle, left, below, corner, right] = look(&format!("{green}{drawing}"), points);
        let is_inside = [middle, left, below].iter().all(|it| close(*it, inside));
        assert!(is_inside, "{drawing}: {middle:?} {left:?} {below:?}");
        assert!(
            close(corner, WHITE) && close(right, WHITE),
            "{drawing}: {corner:?} {right:?}"
        );
    }
    // Lines without an area, gradients, and what has no pattern in the same drawing.
    let drawing = format!(
        r##"{green}<linearGradient id="l"><stop stop-color="red"/><stop offset="1" stop-color="#00f"/></linearGradient><rect width="100" height="20" fill="url(#p)" stroke="url(#l)" stroke-width="10"/><line x1="0" y1="50" x2="100" y2="50" stroke="green" stroke-width="10"/><g opacity=".5"><rect y="70" width="100" height="30" fill="url(#l)"/></g>"##
    );
    let points = [(50, 10), (4, 3), (50, 50), (50, 65), (2, 85), (97, 85)];
    let [tiles, line, flat, free, red, blue] = look(&drawing, points);
    assert!(close(tiles, GREEN) && close(flat, GREEN) && close(free, WHITE));
    // The gradient at 4, 2 and 97 hundredths, the latter two half over white.
    assert!(close(line, [245, 0, 10]), "{line:?}");
    assert!(close(red, [252, 127, 130]), "{red:?}");
    assert!(close(blue, [131, 127, 251]), "{blue:?}");
}

#[test]
fn patterns_within_filters_are_noted() {
    let drawing = |attribute: &str| {
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><filter id="f"><feGaussianBlur stdDeviation="1"/></filter>{}<g {attribute}><rect width="100" height="100" fill="url(#p)"/></g></svg>"##,
            halves(2.1, "")
        )
    };
    let wanted = "effect left out: exact size of the tiles of a pattern within a filter";
    assert_eq!(notes(&drawing(r##"filter="url(#f)""##)), [wanted]);
    assert!(notes(&drawing("")).is_empty());
}
