//! A vase, oranges and a cup on a table, as a shop would photograph them.

use crate::draw::canvas::Canvas;
use crate::draw::ink::{Rgba, flat, glaze, glow, hex, mix, radial, vertical};
use crate::draw::shape::{block, circle, ellipse, everything, ring, stroke};

/// Draws the still life in front of a wall of the given colours.
pub(crate) fn still_life(canvas: &mut Canvas, wall: [u32; 2]) {
    canvas.fill(
        &everything(),
        radial((-20.0, 20.0, 110.0), wall[0], wall[1]),
    );
    canvas.fill(
        &block([-400.0, 74.0, 400.0, 130.0], 0.0),
        vertical((74.0, 0xe9d8c2), (100.0, 0xc7a988)),
    );
    canvas.fill(
        &block([-400.0, 73.7, 400.0, 74.3], 0.0),
        glaze(0xffffff, 0.5),
    );
    for (x, y, reach) in [
        (-7.0, 86.0, 31.0),
        (23.0, 91.0, 17.0),
        (34.0, 86.0, 15.0),
        (-30.0, 93.0, 22.0),
    ] {
        canvas.fill(
            &ellipse(x, y, reach, reach / 4.0),
            glow((x, y, reach), 4.0, 0x3d2414, 0.75),
        );
    }
    branch(canvas);
    vase(canvas);
    cup(canvas);
    for (x, y, radius) in [(31.0, 77.5, 8.6), (19.0, 82.0, 9.2)] {
        orange(canvas, x, y, radius);
    }
}

fn branch(canvas: &mut Canvas) {
    let stems = [
        [(-10.0, 36.0), (-16.0, 22.0), (-26.0, 9.0)],
        [(-9.0, 36.0), (-5.0, 20.0), (4.0, 6.0)],
    ];
    for [foot, middle, tip] in stems {
        canvas.fill(&stroke(foot, middle, 0.9), flat(0x5b4636));
        canvas.fill(&stroke(middle, tip, 0.7), flat(0x5b4636));
        for leaf in 0..6 {
            let along = 0.15 + 0.16 * leaf as f32;
            let (x, y) = (
                middle.0 + (tip.0 - middle.0) * along,
                middle.1 + (tip.1 - middle.1) * along,
            );
            let side = if leaf % 2 == 0 { 3.4 } else { -3.4 };
            canvas.fill(
                &ellipse(x + side, y - 1.0, 3.4, 1.5),
                flat(if leaf % 2 == 0 { 0x4f7a52 } else { 0x6f9a63 }),
            );
        }
    }
}

fn vase(canvas: &mut Canvas) {
    let glaze_of = |half: f32| move |x: f32, _: f32| lathe((x + 10.0) / half, 0x2d7f86, 0x0d3a44);
    canvas.fill(&block([-15.0, 34.0, -5.0, 56.0], 1.0), glaze_of(5.5));
    canvas.fill(&ellipse(-10.0, 67.0, 18.0, 19.5), glaze_of(19.0));
    canvas.fill(&block([-18.0, 80.0, -2.0, 87.0], 2.0), glaze_of(11.0));
    canvas.fill(&ellipse(-10.0, 34.4, 6.6, 1.7), glaze_of(7.0));
    canvas.fill(&ellipse(-10.0, 34.2, 5.0, 1.0), flat(0x0a2a31));
    for y in [60.0, 63.0, 74.0] {
        let band = block([-40.0, y, 20.0, y + 1.1], 0.0).and(ellipse(-10.0, 67.0, 18.0, 19.5));
        canvas.fill(&band, glaze(0xf3e3c3, 0.75));
    }
    canvas.fill(
        &ellipse(-17.0, 60.0, 2.6, 6.0),
        glow((-17.0, 60.0, 6.0), 0.6, 0xffffff, 0.8),
    );
}

fn cup(canvas: &mut Canvas) {
    let china = |x: f32, _: f32| lathe((x + 34.0) / 10.0, 0xffffff, 0xa9a2a0);
    canvas.fill(&ring(-44.5, 83.0, 4.0, 1.6), flat(0xd9d4d0));
    canvas.fill(&block([-43.5, 76.0, -24.5, 94.0], 5.0), china);
    canvas.fill(&block([-43.5, 76.0, -24.5, 84.0], 0.8), china);
    canvas.fill(&ellipse(-34.0, 76.2, 9.5, 2.3), flat(0xe6e0dc));
    canvas.fill(&ellipse(-34.0, 76.6, 8.2, 1.7), flat(0x4a2a1a));
}

fn orange(canvas: &mut Canvas, x: f32, y: f32, radius: f32) {
    let light = (x - radius * 0.4, y - radius * 0.45);
    canvas.fill(
        &circle(x, y, radius),
        radial((light.0, light.1, radius * 1.7), 0xffbe4d, 0xc4560c),
    );
    canvas.fill(
        &circle(light.0, light.1, radius * 0.5),
        glow((light.0, light.1, radius * 0.5), 1.0, 0xffffff, 0.65),
    );
    canvas.fill(
        &ellipse(x + 0.6, y - radius * 0.82, 1.2, 0.6),
        flat(0x4f6b2a),
    );
}

/// The shading of something turned on a lathe and lit from the left.
fn lathe(across: f32, light: u32, dark: u32) -> Rgba {
    let from_light = (across + 0.45).abs();
    mix(hex(light), hex(dark), from_light * from_light * 0.62)
}
