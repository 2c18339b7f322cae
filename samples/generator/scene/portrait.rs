//! A flat-style head and shoulders, the picture that people really use as an avatar.

use crate::draw::canvas::Canvas;
use crate::draw::ink::{flat, glaze, glow, radial, vertical};
use crate::draw::shape::{block, circle, ellipse, everything, polygon, ring, stroke};

/// Who sits, and in front of what.
pub(crate) struct Sitter {
    backdrop: [u32; 2],
    halo: u32,
    skin: [u32; 2],
    hair: u32,
    shirt: [u32; 2],
    long_hair: bool,
    glasses: bool,
}

pub(crate) const ADA: Sitter = Sitter {
    backdrop: [0xf7c59f, 0xef8354],
    halo: 0xfff1dc,
    skin: [0xe8ac85, 0xd08f68],
    hair: 0x3a2233,
    shirt: [0x2a6f77, 0x1d4c57],
    long_hair: true,
    glasses: false,
};

pub(crate) const NOOR: Sitter = Sitter {
    backdrop: [0x6fb7c9, 0x2f6f9f],
    halo: 0xbfe4e6,
    skin: [0xa8734f, 0x8a5a3b],
    hair: 0x1d1616,
    shirt: [0xf2b134, 0xd98f1d],
    long_hair: false,
    glasses: true,
};

pub(crate) const IRIS: Sitter = Sitter {
    backdrop: [0xb8a9e0, 0x7263b5],
    halo: 0xe7def8,
    skin: [0xf4cdb0, 0xdfa98a],
    hair: 0xa8481f,
    shirt: [0xe4577a, 0xb8355b],
    long_hair: true,
    glasses: true,
};

/// Draws the sitter in the middle of the canvas.
pub(crate) fn portrait(canvas: &mut Canvas, sitter: &Sitter) {
    canvas.fill(
        &everything(),
        vertical((0.0, sitter.backdrop[0]), (100.0, sitter.backdrop[1])),
    );
    canvas.fill(&circle(0.0, 46.0, 39.0), glaze(sitter.halo, 0.55));
    bust(canvas, sitter);
}

/// Draws the sitter alone.
pub(crate) fn bust(canvas: &mut Canvas, sitter: &Sitter) {
    if sitter.long_hair {
        canvas.fill(&ellipse(0.0, 49.0, 23.5, 31.0), flat(sitter.hair));
        canvas.fill(&block([-23.0, 46.0, 23.0, 82.0], 11.0), flat(sitter.hair));
    }
    shoulders(canvas, sitter);
    head(canvas, sitter);
    face(canvas, sitter);
    hair(canvas, sitter);
    if sitter.glasses {
        glasses(canvas);
    }
}

fn shoulders(canvas: &mut Canvas, sitter: &Sitter) {
    let [light, dark] = sitter.shirt;
    canvas.fill(
        &block([-34.0, 77.0, 34.0, 140.0], 19.0),
        vertical((76.0, light), (100.0, dark)),
    );
    canvas.fill(
        &block([-8.2, 58.0, 8.2, 84.0], 5.0),
        vertical((66.0, sitter.skin[1]), (78.0, sitter.skin[0])),
    );
    canvas.fill(&ellipse(0.0, 80.5, 10.5, 5.5), flat(sitter.skin[0]));
    canvas.fill(
        &polygon([(-11.5, 77.0), (0.0, 89.0), (-8.0, 95.0), (-18.0, 78.5)]),
        flat(dark),
    );
    canvas.fill(
        &polygon([(11.5, 77.0), (0.0, 89.0), (8.0, 95.0), (18.0, 78.5)]),
        flat(dark),
    );
    canvas.fill(&circle(0.0, 96.0, 0.9), glaze(0xffffff, 0.8));
}

fn head(canvas: &mut Canvas, sitter: &Sitter) {
    let [light, dark] = sitter.skin;
    for side in [-1.0, 1.0] {
        canvas.fill(&ellipse(side * 18.6, 49.0, 3.6, 5.2), flat(dark));
    }
    canvas.fill(
        &ellipse(0.0, 47.0, 18.6, 23.0),
        radial((-5.0, 42.0, 42.0), light, dark),
    );
    for side in [-1.0, 1.0] {
        let cheek = (side * 10.5, 55.0, 5.5);
        canvas.fill(
            &circle(cheek.0, cheek.1, cheek.2),
            glow(cheek, 1.2, 0xe8505b, 0.3),
        );
    }
}

fn face(canvas: &mut Canvas, sitter: &Sitter) {
    for side in [-1.0, 1.0] {
        let x = side * 7.6;
        canvas.fill(&ellipse(x, 47.0, 2.9, 2.0), flat(0xffffff));
        canvas.fill(&circle(x + 0.3, 47.0, 1.8), flat(0x3c2a21));
        canvas.fill(&circle(x + 0.9, 46.5, 0.55), flat(0xffffff));
        canvas.fill(
            &stroke(
                (x - 3.4, 41.4 - side * 0.45),
                (x + 3.4, 41.4 + side * 0.45),
                1.2,
            ),
            flat(sitter.hair),
        );
    }
    canvas.fill(&stroke((0.5, 48.5), (1.9, 53.6), 0.9), flat(sitter.skin[1]));
    canvas.fill(
        &stroke((1.9, 53.6), (-0.8, 54.0), 0.9),
        flat(sitter.skin[1]),
    );
    let smile = circle(0.0, 55.6, 6.6).minus(ellipse(0.0, 53.4, 9.5, 6.1));
    canvas.fill(&smile, flat(0x9c2f3f));
}

fn hair(canvas: &mut Canvas, sitter: &Sitter) {
    let fringe = ellipse(0.0, 40.5, 20.6, 20.2).minus(ellipse(4.5, 52.5, 20.5, 19.5));
    canvas.fill(&fringe, flat(sitter.hair));
    let parting = ellipse(8.5, 33.0, 13.0, 10.0).minus(ellipse(4.0, 44.0, 17.0, 12.5));
    canvas.fill(&parting, flat(sitter.hair));
    canvas.fill(
        &stroke((-12.0, 26.5), (-4.0, 23.2), 0.9),
        glaze(0xffffff, 0.16),
    );
    if sitter.long_hair {
        for side in [-1.0, 1.0] {
            canvas.fill(
                &stroke((side * 19.6, 42.0), (side * 20.2, 76.0), 6.0),
                flat(sitter.hair),
            );
        }
    }
}

fn glasses(canvas: &mut Canvas) {
    for side in [-1.0, 1.0] {
        canvas.fill(&circle(side * 7.8, 47.0, 5.6), glaze(0xffffff, 0.16));
        canvas.fill(&ring(side * 7.8, 47.0, 5.6, 0.9), flat(0x22252b));
        canvas.fill(
            &stroke((side * 13.4, 46.2), (side * 18.4, 45.2), 0.9),
            flat(0x22252b),
        );
    }
    canvas.fill(&stroke((-2.2, 46.2), (2.2, 46.2), 0.9), flat(0x22252b));
}
