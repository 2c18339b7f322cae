//! Logos on white: a wide word with a mark, and a round badge beside much empty space.

use super::logo::peaks;
use crate::draw::canvas::Canvas;
use crate::draw::ink::flat;
use crate::draw::shape::{everything, stroke};

/// The strokes of a letter in a unit square.
type Letter = &'static [&'static [(f32, f32)]];

const P: Letter = &[&[
    (0.0, 1.0),
    (0.0, 0.0),
    (0.55, 0.0),
    (0.72, 0.12),
    (0.72, 0.42),
    (0.55, 0.54),
    (0.0, 0.54),
]];
const E: Letter = &[
    &[(0.66, 0.0), (0.0, 0.0), (0.0, 1.0), (0.66, 1.0)],
    &[(0.0, 0.5), (0.55, 0.5)],
];
const A: Letter = &[
    &[(0.0, 1.0), (0.4, 0.0), (0.8, 1.0)],
    &[(0.16, 0.66), (0.64, 0.66)],
];
const K: Letter = &[
    &[(0.0, 0.0), (0.0, 1.0)],
    &[(0.68, 0.0), (0.0, 0.56)],
    &[(0.24, 0.38), (0.72, 1.0)],
];
const S: Letter = &[&[
    (0.66, 0.1),
    (0.5, 0.0),
    (0.16, 0.0),
    (0.0, 0.12),
    (0.0, 0.36),
    (0.16, 0.48),
    (0.5, 0.52),
    (0.66, 0.64),
    (0.66, 0.88),
    (0.5, 1.0),
    (0.16, 1.0),
    (0.0, 0.9),
]];

const INK: u32 = 0x1f3a5f;

/// A mark followed by a word. The picture is four times as wide as high.
pub(crate) fn wordmark(canvas: &mut Canvas) {
    canvas.fill(&everything(), flat(0xffffff));
    let high = 44.0;
    let mark = [
        (-176.0, 72.0),
        (-150.0, 28.0),
        (-132.0, 58.0),
        (-120.0, 42.0),
        (-102.0, 72.0),
    ];
    for pair in mark.windows(2) {
        canvas.fill(&stroke(pair[0], pair[1], 9.0), flat(0xe4572e));
    }
    let mut left = -72.0;
    for letter in [P, E, A, K, S] {
        for line in letter {
            for pair in line.windows(2) {
                let at = |(x, y): (f32, f32)| (left + x * high, 28.0 + y * high);
                canvas.fill(&stroke(at(pair[0]), at(pair[1]), 9.0), flat(INK));
            }
        }
        left += high * 1.18;
    }
}

/// A round badge in the left half of a white picture.
pub(crate) fn badge(canvas: &mut Canvas) {
    canvas.fill(&everything(), flat(0xffffff));
    let side = canvas.height;
    let mut round = Canvas::new(side, side);
    peaks(&mut round);
    canvas.paste(&round, side / 8, 0);
}
