//! Bold geometric logos on a transparent ground, for everything that has to do with transparency.

use crate::draw::canvas::Canvas;
use crate::draw::ink::{flat, glaze, glow, horizontal, vertical};
use crate::draw::shape::{block, circle, ellipse, polygon, ring, stroke};

/// Six overlapping petals of coloured glass.
pub(crate) fn rosette(canvas: &mut Canvas) {
    let petals = [
        (0.0, 28.0, 0xff5a5f),
        (19.0, 39.0, 0xffb400),
        (19.0, 61.0, 0x7bc950),
        (0.0, 72.0, 0x00a6a6),
        (-19.0, 61.0, 0x3d6cb9),
        (-19.0, 39.0, 0x9b5de5),
    ];
    for (x, y, colour) in petals {
        canvas.fill(&circle(x, y, 20.0), glaze(colour, 0.72));
    }
    canvas.fill(&circle(0.0, 50.0, 7.0), flat(0xffffff));
}

/// A round badge with two peaks and a rising sun.
pub(crate) fn peaks(canvas: &mut Canvas) {
    canvas.fill(
        &circle(0.0, 54.0, 44.0),
        glow((0.0, 54.0, 44.0), 1.0, 0x101820, 0.9),
    );
    canvas.fill(
        &circle(0.0, 48.0, 40.0),
        vertical((8.0, 0x355c7d), (88.0, 0xf67280)),
    );
    canvas.fill(&circle(12.0, 38.0, 10.0), flat(0xffe8a3));
    let left = polygon([(-60.0, 100.0), (-13.0, 30.0), (34.0, 100.0)]).and(circle(0.0, 48.0, 40.0));
    canvas.fill(&left, flat(0x2a363b));
    let right = polygon([(-18.0, 100.0), (18.0, 46.0), (60.0, 100.0)]).and(circle(0.0, 48.0, 40.0));
    canvas.fill(&right, flat(0x45585f));
    canvas.fill(
        &polygon([
            (-13.0, 30.0),
            (-5.0, 42.0),
            (-11.0, 40.0),
            (-15.0, 46.0),
            (-21.0, 42.0),
        ]),
        flat(0xffffff),
    );
    canvas.fill(&ring(0.0, 48.0, 40.0, 3.0), flat(0xffffff));
    canvas.fill(&ring(0.0, 48.0, 42.0, 2.0), flat(0x2a363b));
}

/// A leaf of two halves.
pub(crate) fn leaf(canvas: &mut Canvas) {
    let half = |side: f32| {
        circle(-24.0, 50.0, 46.0)
            .and(circle(24.0, 50.0, 46.0))
            .and(block_of(side))
    };
    canvas.fill(&half(-1.0), vertical((10.0, 0x9be15d), (90.0, 0x1f8a4c)));
    canvas.fill(&half(1.0), vertical((10.0, 0x5fc46a), (90.0, 0x0d5c3a)));
    canvas.fill(&stroke((0.0, 24.0), (0.0, 96.0), 2.2), flat(0x0b4630));
    for vein in 0..4 {
        let y = 42.0 + 11.0 * vein as f32;
        for side in [-1.0, 1.0] {
            canvas.fill(
                &stroke(
                    (0.0, y + 6.0),
                    (side * (13.0 - 1.5 * vein as f32), y - 4.0),
                    1.3,
                ),
                flat(0x0b4630),
            );
        }
    }
}

/// A paper kite with a tail, on nothing.
pub(crate) fn kite(canvas: &mut Canvas) {
    let (top, left, right, foot) = ((6.0, 8.0), (-22.0, 34.0), (30.0, 30.0), (0.0, 72.0));
    let middle = (3.6, 32.0);
    canvas.fill(&polygon([top, left, middle]), flat(0xf94144));
    canvas.fill(&polygon([top, right, middle]), flat(0xf9c74f));
    canvas.fill(&polygon([foot, left, middle]), flat(0x277da1));
    canvas.fill(&polygon([foot, right, middle]), flat(0x43aa8b));
    let tail = [foot, (-7.0, 80.0), (4.0, 86.0), (-6.0, 95.0)];
    for pair in tail.windows(2) {
        canvas.fill(&stroke(pair[0], pair[1], 0.9), flat(0x4d4d4d));
    }
    for &(x, y) in &tail[1..] {
        canvas.fill(&ellipse(x - 2.2, y, 2.4, 1.3), flat(0xf3722c));
        canvas.fill(&ellipse(x + 2.2, y, 2.4, 1.3), flat(0xf3722c));
    }
}

/// A drop of ink: black with a soft shadow and a highlight, meant for gray with alpha.
pub(crate) fn drop(canvas: &mut Canvas) {
    canvas.fill(
        &ellipse(0.0, 90.0, 34.0, 7.0),
        glow((0.0, 90.0, 34.0), 4.9, 0x000000, 0.5),
    );
    canvas.fill(
        &circle(0.0, 60.0, 27.0),
        horizontal((-27.0, 0x555555), (27.0, 0x111111)),
    );
    let shoulders = polygon([(0.0, 6.0), (-23.2, 46.2), (0.0, 62.0), (23.2, 46.2)]);
    canvas.fill(&shoulders, horizontal((-27.0, 0x555555), (27.0, 0x111111)));
    canvas.fill(&ellipse(-11.0, 58.0, 4.0, 9.0), glaze(0xffffff, 0.75));
}

fn block_of(side: f32) -> crate::draw::shape::Shape<impl Fn(f32, f32) -> f32> {
    block(
        [(side * 50.0).min(0.0), 0.0, (side * 50.0).max(0.0), 100.0],
        0.0,
    )
}
