//! SVG as browsers draw it: style sheets, colours, encodings, embedded pictures, fonts, and a note for
//! what is left out.

mod bounds; // small drawings that ask for much work, memory or stack
mod colors; // every notation of CSS, in sRGB
mod contents; // elements of which only the content is drawn
mod empty; // drawings without an area, definitions that paint nothing
mod encodings; // what is recognised, and in which bytes
mod hidden; // definitions in elements that are not shown
mod links; // ids with any characters, and what links name
mod losses; // what is left out is noted
mod mended; // what the renderer draws otherwise than browsers
mod patterns; // tiles of any size, without seams, where they belong
mod pictures; // embedded pictures, by the crate's own codecs
mod sizes; // how large the whole drawing is
mod strokes; // how many pieces lines along curves are cut into
mod styles; // cascade, variables, media, geometry
mod tokens; // escapes, comments, brackets, and what is not closed
mod transforms; // in declarations and in attributes; nested drawings, spaces
mod unseen; // what nobody would see is not noted

use crate::support::{Decoded, decode, finest, prepare};

/// A drawing of 100 × 100 units, made at 640 pixels.
fn square(drawing: &str) -> Decoded {
    let text = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">{drawing}</svg>"#
    );
    decode(prepare(finest(), text.as_bytes()).unwrap().bytes())
}

/// The colours at some points of it.
fn look<const N: usize>(drawing: &str, points: [(u32, u32); N]) -> [[u8; 3]; N] {
    let square = square(drawing);
    points.map(|(x, y)| square.at(x * 640 / 100, y * 640 / 100))
}

/// The colour of the middle.
fn middle(drawing: &str) -> [u8; 3] {
    look(drawing, [(50, 50)])[0]
}

/// The colour that a square of this `fill` has, after one of pure green.
fn fill(color: &str) -> [u8; 3] {
    middle(&format!(
        r##"<rect width="100" height="100" style="fill:#0f0;fill:{color}"/>"##
    ))
}

/// The notes on a drawing, but not that it is empty, as most here are.
fn notes(drawing: &str) -> Vec<String> {
    let avatar = prepare(finest(), drawing.as_bytes()).unwrap();
    let texts = avatar.notes().iter().map(ToString::to_string);
    texts
        .filter(|text| !text.starts_with("hardly stands out"))
        .collect()
}

/// JPEG moves a colour by little.
fn close(found: [u8; 3], wanted: [u8; 3]) -> bool {
    found
        .iter()
        .zip(&wanted)
        .all(|(found, wanted)| found.abs_diff(*wanted) <= 3)
}
