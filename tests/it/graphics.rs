//! What `--fit auto` takes for a logo: after trimming, with a border of any kind, and as a code; and colours that are
//! lost on their background.

use avatar_prepare::{Background, Fit, Framing, Reason, Settings};

use crate::framing::{RED, WHITE, bar, frame, noise};
use crate::support::{finest, jpeg, png, ppm, prepare};

type Color = fn(u32, u32) -> [u8; 3];

fn reason(framing: Framing, bytes: &[u8]) -> (Fit, Reason) {
    let avatar = frame(framing, bytes);
    (avatar.frame().fit(), avatar.frame().reason())
}

/// Tight letters touch the border that trimming leaves them; the whole picture says that they are a logo.
#[test]
fn a_trimmed_logo_is_a_logo_and_a_trimmed_photograph_is_one() {
    let trimmed = Framing::default().with_fit(Fit::Auto).with_trim(true);
    let strokes = |x: u32, y: u32| {
        let is_inside = (60..540).contains(&x) && (60..140).contains(&y);
        match is_inside && (x / 20 % 2 == 1 || (y / 20).is_multiple_of(3)) {
            true => [(x / 3) as u8, 40, (y + 90) as u8],
            false => WHITE,
        }
    };
    for logo in [ppm(600, 200, strokes), jpeg(600, 200, strokes)] {
        let (fit, _) = reason(trimmed.clone(), &logo);
        assert_eq!(fit, Fit::Contain);
    }
    let print = |x: u32, y: u32| {
        let is_inside = (30..570).contains(&x) && (30..270).contains(&y);
        if is_inside { noise(x, y) } else { WHITE }
    };
    for photo in [ppm(600, 300, print), jpeg(600, 300, print)] {
        assert_eq!(
            reason(trimmed.clone(), &photo),
            (Fit::Cover, Reason::Center)
        );
    }
}

/// A line around it, the checks that stand for transparency, and a code without its quiet zone: no border is of one
/// colour, but nearly all of the picture is flat.
#[test]
fn drawings_may_have_any_border() {
    let framed: Color = |x, y| match x.min(899 - x).min(y).min(599 - y) < 6 {
        true => [90, 90, 90],
        false => bar([200, 250, 700, 350])(x, y),
    };
    let checked: Color = |x, y| match (200..700).contains(&x) && (150..450).contains(&y) {
        true => RED,
        false => [[255; 3], [204; 3]][((x / 60 + y / 60) % 2) as usize],
    };
    let code: Color = |x, y| {
        let is_light = x / 225 == 1 || (x / 225, y / 225) == (3, 1);
        [if is_light { 255 } else { 0 }; 3]
    };
    let auto = Framing::default().with_fit(Fit::Auto);
    for (name, drawing) in [("framed", framed), ("checked", checked), ("code", code)] {
        let found = reason(auto.clone(), &ppm(900, 600, drawing));
        assert_eq!(found, (Fit::Contain, Reason::Colors), "{name}");
    }
}

/// White letters with a coloured dot: the dot shows on white, the letters do not.
#[test]
fn colors_that_are_mostly_lost_are_noted() {
    let noted = |logo: &[u8], settings: Settings| {
        let avatar = prepare(settings, logo).unwrap();
        avatar
            .notes()
            .iter()
            .any(|note| note.code() == "low_contrast")
    };
    let letters = |white: u32| {
        png(400, 400, |x, y| match (x / 40 % 2 == 0, y < white) {
            (true, true) => [255, 255, 255, 255],
            (true, false) => [30, 60, 200, 255],
            (false, _) => [0, 0, 0, 0],
        })
    };
    assert!(noted(&letters(300), finest()));
    assert!(!noted(&letters(150), finest()));
    let auto = finest().with_background(Background::Auto);
    assert!(!noted(&letters(300), auto));
    // A badge with a mark in it shows, although most of it is white.
    let badge = png(400, 400, |x, y| {
        match x.abs_diff(200).pow(2) + y.abs_diff(200).pow(2) {
            0..6_400 => [30, 60, 200, 255],
            6_400..36_100 => [255, 255, 255, 255],
            _ => [0, 0, 0, 0],
        }
    });
    assert!(!noted(&badge, finest()));
}
