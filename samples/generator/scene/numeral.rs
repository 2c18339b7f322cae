//! Large numerals for animations, and a sheet of writing-like lines.

use crate::draw::canvas::Canvas;
use crate::draw::ink::{flat, glaze};
use crate::draw::noise::grain;
use crate::draw::shape::{block, circle, everything, stroke};

/// The frame that has to be taken: a bright 1. The others are dark.
pub(crate) fn numeral(canvas: &mut Canvas, number: usize) {
    let (ground, disc) = match number {
        1 => (0xffe5b4, 0xe4572e),
        2 => (0x17324d, 0x2e86ab),
        _ => (0x2d1b3d, 0x7b4b94),
    };
    canvas.fill(&everything(), flat(ground));
    canvas.fill(&circle(0.0, 50.0, 38.0), flat(disc));
    for pair in outline(number).windows(2) {
        canvas.fill(&stroke(pair[0], pair[1], 9.0), flat(0xffffff));
    }
    for dot in 0..3 {
        let ink = if dot + 1 == number {
            glaze(0xffffff, 1.0)
        } else {
            glaze(0xffffff, 0.4)
        };
        canvas.fill(&circle(-9.0 + 9.0 * dot as f32, 93.5, 2.4), ink);
    }
}

/// A letter on ruled paper: dark marks in rows, a heading and a seal.
pub(crate) fn letter(canvas: &mut Canvas) {
    canvas.fill(&everything(), flat(0xfdfaf3));
    let edge = canvas.reach() - 7.0;
    canvas.fill(&block([-edge, 9.0, edge * 0.3, 15.0], 1.2), flat(0x22304a));
    for line in 0..13 {
        let y = 24.0 + 5.0 * line as f32;
        let mut x = -edge;
        for word in 0..40 {
            let wide = 1.5 + 6.0 * grain(word, line, 14);
            let end = if line % 5 == 4 { edge * 0.1 } else { edge };
            if x + wide > end {
                break;
            }
            canvas.fill(&block([x, y, x + wide, y + 2.0], 0.8), flat(0x3b3f46));
            x += wide + 1.3;
        }
    }
    canvas.fill(&circle(edge - 9.0, 86.0, 7.5), flat(0xb3202c));
    canvas.fill(&circle(edge - 9.0, 86.0, 5.2), flat(0xd4404a));
}

fn outline(number: usize) -> &'static [(f32, f32)] {
    match number {
        1 => &[(-8.0, 36.0), (2.0, 28.0), (2.0, 72.0)],
        2 => &[
            (-12.0, 36.0),
            (-7.0, 29.0),
            (4.0, 28.0),
            (11.0, 34.0),
            (10.0, 43.0),
            (-12.0, 71.0),
            (13.0, 71.0),
        ],
        _ => &[
            (-11.0, 29.0),
            (11.0, 29.0),
            (-1.0, 45.0),
            (9.0, 50.0),
            (11.0, 61.0),
            (4.0, 70.0),
            (-11.0, 69.0),
        ],
    }
}
