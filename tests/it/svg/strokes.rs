//! Lines along curves of drawings: how many pieces the renderer cuts them into is counted before it does.

use avatar_prepare::{Limit, Settings};

use crate::bombs::{RECT, is_made, limit, svg};
use crate::support::prepare;

/// A line along a curve is cut into pieces already when the drawing is measured, before there is a permit.
#[test]
fn lines_along_curves_are_counted_before_they_are_cut() {
    let curves = |count: usize| "c9 9-9 9 1-1".repeat(count);
    let path = |attributes: &str, data: &str| svg(&format!("<path {attributes} d='M0 0{data}'/>"));
    let many = curves(150_000);
    is_made(&path("", &many));
    is_made(&path("stroke='none'", &many));
    is_made(&path("stroke='red'", &curves(2_000)));
    is_made(&path("stroke='red'", &"l9 9-9-9".repeat(50_000)));
    for attributes in ["stroke='red'", "style='fill:none;stroke:#f00'"] {
        assert_eq!(limit(&path(attributes, &many)), Limit::Work, "{attributes}");
    }
    let inner = String::from_utf8(path("id='p'", &many)).unwrap();
    let inherited = inner
        .replace("<path", "<g stroke='red'><path")
        .replace("</svg>", "</g></svg>");
    assert_eq!(limit(inherited.as_bytes()), Limit::Work);
    let used = inner.replace("</svg>", "<use xlink:href='#p' stroke='red'/></svg>");
    assert_eq!(limit(used.as_bytes()), Limit::Work);
    // The pieces are short, however long the curve is.
    let long = |side: &str| path("stroke='red'", &format!("C{side} 9 -9 {side} 1 -{side}"));
    is_made(&long("1e4"));
    assert_eq!(limit(&long("1e9")), Limit::Work);
    let round = |radius: &str| svg(&format!("<circle r='{radius}' stroke='red'/>"));
    is_made(&round("40"));
    assert_eq!(limit(&round("2e8")), Limit::Work);
}

/// Refused because of the pieces of its lines, and of nothing else.
#[track_caller]
fn has_too_many_pieces(parts: &str) {
    let refused = prepare(Settings::default(), &svg(parts)).err();
    let said = refused.map(|error| error.to_string()).unwrap_or_default();
    let wanted = "number of pieces of curves with a line is ";
    assert!(said.contains(wanted), "{said}: {parts:.60}");
}

#[test]
fn a_curve_is_as_long_as_from_its_start() {
    let path = |data: &str| format!("<path stroke='red' d='M0 0{data}'/>");
    for far in [
        "M1e7 0", "L1e7 0", "H1e7", "V-1e7", "m1e7 0Z", "l0 1e7", "h1e7",
    ] {
        has_too_many_pieces(&path(&format!("{far}C0 0 0 9 9 9").repeat(20)));
    }
    // `Z` returns to where the path began.
    has_too_many_pieces(&path(&"M1e7 0L0 0ZC0 0 0 9 9 9".repeat(20)));
    // An arc whose ends are farther away than its radii reach.
    has_too_many_pieces(&path("A1 1e-6 0 000 99"));
    is_made(&svg(&path(&"A1 1 0 019 9A1 1 0 100 0".repeat(9))));
    // Short curves far away are short.
    let far = format!("M1e6 1e6{}", "C1000009 1e6 1e6 1000009 1e6 1e6".repeat(900));
    is_made(&svg(&path(&far)));
}

/// Each control point is that of the curve before, mirrored at its end.
#[test]
fn control_points_that_are_mirrored_again_and_again_move_away() {
    let path = |data: &str| format!("<path stroke='red' d='M0 0Q9 9 9 0{data}'/>");
    has_too_many_pieces(&path(&"T1e4 0T-1e4 0".repeat(200)));
    is_made(&svg(&path(&"t9 0".repeat(1_000))));
}

#[test]
fn lines_of_what_is_used_are_those_of_where_it_is_used() {
    let many = "c9 9-9 9 1-1".repeat(150_000);
    let used = |path: &str| {
        format!(
            "<g stroke='none'><path id='p' fill='none' {path} d='M0 0{many}'/></g>\
             <use xlink:href='#p' stroke='red'/>"
        )
    };
    has_too_many_pieces(&used(""));
    is_made(&svg(&used("stroke='none'")));
    // A line elsewhere is none here.
    is_made(&svg(&format!(
        "<path id='p' d='M0 0{many}'/><path id='q' d='M0 0c9 9-9 9 1-1'/>\
         <use xlink:href='#p'/><use xlink:href='#q' stroke='red'/>"
    )));
}

/// Curves are cut for the size in which they are painted, however small they are written.
#[test]
fn curves_are_as_large_as_they_are_painted() {
    let curves = "c9 9-9 9 1-1".repeat(200);
    for (scale, is_refused) in [("9", false), ("1e5", true), ("1e5,1", true)] {
        let drawing = svg(&format!(
            "<g transform='scale({scale})'><path stroke='red' d='M0 0{curves}'/></g>"
        ));
        match is_refused {
            true => assert_eq!(limit(&drawing), Limit::Work, "{scale}"),
            false => is_made(&drawing),
        }
    }
}

#[test]
fn lines_of_copies_are_counted() {
    let path = format!(
        "<path id='p' stroke='red' d='M0 0{}'/>",
        "c9 9-9 9 1-1".repeat(2_000)
    );
    let rect = |attribute: &str| format!("{RECT} {attribute}/>").repeat(600);
    has_too_many_pieces(&format!("{path}{}", "<use xlink:href='#p'/>".repeat(600)));
    let corners = "L1 1".repeat(600);
    has_too_many_pieces(&format!(
        "<marker id='m'>{path}</marker><path marker-mid='url(#m)' d='M0 0{corners}'/>"
    ));
    for (kind, attribute) in [("mask", "mask"), ("pattern", "fill")] {
        let reference = format!("style='{attribute}:url(#a)'");
        has_too_many_pieces(&format!(
            "<{kind} id='a'>{path}</{kind}>{}",
            rect(&reference)
        ));
    }
}

#[test]
fn radii_have_units() {
    let round = |radius: &str| format!("<circle r='{radius}' stroke='red'/>").repeat(3);
    has_too_many_pieces(&round("2e5in"));
    is_made(&svg(&round("5mm")));
    is_made(&svg(&round("50%")));
    let within =
        |attributes: &str, radius: &str| format!("<svg {attributes}>{}</svg>", round(radius));
    has_too_many_pieces(&within("viewBox='0 0 2e8 2e8'", "50%"));
    has_too_many_pieces(&within("font-size='1e6px'", "99em"));
    is_made(&svg(&within("font-size='9px'", "9em")));
}

#[test]
fn letters_with_a_line_are_curves() {
    let text = |count: usize| format!("<g stroke='red'><text>{}</text></g>", "a".repeat(count));
    has_too_many_pieces(&text(10_000));
    is_made(&svg(&text(100)));
}

/// The renderer panics for such a line, because its numbers have no room for the edges.
#[test]
fn a_line_wider_than_what_can_be_painted_is_refused() {
    let line = |width: &str| {
        svg(&format!(
            "<path stroke='red' stroke-width='{width}' d='M-{width} -{width}L{width} {width}'/>"
        ))
    };
    is_made(&line("1e6"));
    assert_eq!(limit(&line("1e9")), Limit::Work);
}
