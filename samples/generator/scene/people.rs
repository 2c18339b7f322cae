//! People in front of a landscape, away from the middle, as in many photographs.

use super::landscape::{NOON, landscape};
use super::portrait::{ADA, IRIS, NOOR, Sitter, bust};
use crate::draw::canvas::Canvas;

/// One person left of the middle.
pub(crate) fn by_the_lake(canvas: &mut Canvas) {
    landscape(canvas, &NOON);
    place(canvas, &ADA, 0.7, (-0.05, 0.31));
}

/// Three people side by side, right of the middle.
pub(crate) fn group(canvas: &mut Canvas) {
    landscape(canvas, &NOON);
    place(canvas, &IRIS, 0.42, (0.5, 0.58));
    place(canvas, &NOOR, 0.46, (0.78, 0.54));
    place(canvas, &ADA, 0.44, (1.08, 0.56));
}

/// Draws a sitter whose height is `share` of the picture's. The position of the upper left corner
/// is also in heights of the picture.
fn place(canvas: &mut Canvas, sitter: &Sitter, share: f32, (x, y): (f32, f32)) {
    let height = canvas.height as f32;
    let side = (height * share) as usize;
    let mut alone = Canvas::new(side, side);
    bust(&mut alone, sitter);
    canvas.paste(
        &alone,
        (x * height).max(0.0) as usize,
        (y * height) as usize,
    );
}
