//! A lighthouse on its rock at the left, a sail at the right: nothing in it looks right when turned or mirrored.

use crate::draw::canvas::Canvas;
use crate::draw::ink::{flat, glaze, glow, horizontal, vertical};
use crate::draw::noise::{grain, rough, smooth};
use crate::draw::shape::{block, circle, ellipse, everything, polygon, stroke, under};

const SEA: f32 = 66.0;

/// Draws the harbour over the whole canvas.
pub(crate) fn harbour(canvas: &mut Canvas) {
    canvas.fill(&everything(), vertical((0.0, 0x58b4e3), (SEA, 0xfdf0d0)));
    canvas.fill(
        &circle(30.0, 22.0, 30.0),
        glow((30.0, 22.0, 30.0), 1.0, 0xfff3b0, 0.8),
    );
    canvas.fill(&circle(30.0, 22.0, 8.0), flat(0xffd54a));
    clouds(canvas);
    canvas.fill(
        &under(|x| SEA - 9.0 * rough(x * 0.04, 1.0, 3, 4) + 1.5),
        flat(0x8fbfc9),
    );
    water(canvas);
    boat(canvas);
    rock(canvas);
    lighthouse(canvas);
}

fn clouds(canvas: &mut Canvas) {
    for (x, y, size) in [
        (-52.0, 16.0, 1.1),
        (2.0, 12.0, 0.7),
        (56.0, 36.0, 0.9),
        (-6.0, 38.0, 0.5),
    ] {
        for (dx, dy, rx) in [
            (-8.0, 0.0, 6.0),
            (0.0, -2.6, 8.0),
            (8.0, 0.4, 6.5),
            (0.0, 1.0, 13.0),
        ] {
            let puff = ellipse(x + dx * size, y + dy * size, rx * size, 3.6 * size);
            canvas.fill(&puff, glaze(0xffffff, 0.9));
        }
    }
}

fn water(canvas: &mut Canvas) {
    canvas.fill(
        &block([-400.0, SEA, 400.0, 130.0], 0.0),
        vertical((SEA, 0x3b9fc4), (100.0, 0x0f4c75)),
    );
    for wave in 0..90 {
        let y = SEA + 1.0 + 32.0 * grain(wave, 1, 6) * grain(wave, 1, 6);
        let x = (grain(wave, 2, 6) - 0.5) * 200.0;
        let half = (1.5 + (y - SEA) * 0.16) * (0.6 + grain(wave, 3, 6));
        canvas.fill(
            &stroke((x - half, y), (x + half, y), 0.25 + (y - SEA) * 0.014),
            glaze(0xffffff, 0.35),
        );
    }
    canvas.fill(
        &ellipse(30.0, SEA + 10.0, 7.0, 11.0),
        glow((30.0, SEA + 8.0, 13.0), 0.8, 0xffe9a0, 0.6),
    );
}

fn boat(canvas: &mut Canvas) {
    canvas.fill(
        &polygon([(12.0, 71.0), (36.0, 71.0), (31.5, 77.0), (15.5, 77.0)]),
        flat(0x7a3b2e),
    );
    canvas.fill(
        &polygon([(12.0, 71.0), (36.0, 71.0), (35.2, 72.3), (12.9, 72.3)]),
        flat(0xf5e6c8),
    );
    canvas.fill(&stroke((23.0, 71.0), (23.0, 40.0), 0.7), flat(0x4a2c22));
    canvas.fill(
        &polygon([(24.2, 41.0), (24.2, 68.0), (37.0, 68.0)]),
        horizontal((24.0, 0xffffff), (37.0, 0xdfe7ea)),
    );
    canvas.fill(
        &polygon([(21.9, 46.0), (21.9, 68.0), (11.5, 68.0)]),
        horizontal((11.0, 0xe4572e), (22.0, 0xf07d4f)),
    );
    canvas.fill(
        &polygon([(23.0, 40.0), (28.0, 38.2), (23.0, 36.6)]),
        flat(0x2a6f77),
    );
}

fn rock(canvas: &mut Canvas) {
    let top = |x: f32| {
        let away = (x + 36.0).abs();
        71.0 + (away - 14.0).max(0.0) * 1.15 - 5.0 * smooth(x * 0.17, 0.0, 12)
    };
    canvas.fill(&under(top), vertical((66.0, 0x6d6875), (100.0, 0x37323e)));
    canvas.fill(
        &under(move |x| top(x) + 3.0 + 6.0 * smooth(x * 0.3, 4.0, 2)),
        glaze(0x2b2733, 0.5),
    );
    for tuft in 0..14 {
        let x = -49.0 + 1.9 * tuft as f32;
        canvas.fill(
            &ellipse(x, top(x) + 0.2, 1.8, 0.9 + grain(tuft, 0, 1)),
            flat(0x5d8a3a),
        );
    }
}

fn lighthouse(canvas: &mut Canvas) {
    let edge = |y: f32| 3.9 + (y - 26.0) * 0.075;
    let tower = |top: f32, bottom: f32| {
        let (a, b) = (edge(top), edge(bottom));
        polygon([
            (-32.0 - a, top),
            (-32.0 + a, top),
            (-32.0 + b, bottom),
            (-32.0 - b, bottom),
        ])
    };
    canvas.fill(
        &tower(26.0, 71.0),
        horizontal((-38.0, 0xffffff), (-26.0, 0xcfd4da)),
    );
    for band in 0..3 {
        let top = 30.0 + 15.0 * band as f32;
        canvas.fill(
            &tower(top, top + 7.5),
            horizontal((-38.0, 0xe63946), (-26.0, 0xa8222f)),
        );
    }
    canvas.fill(&block([-38.0, 24.6, -26.0, 26.4], 0.6), flat(0x32323c));
    canvas.fill(&block([-35.0, 17.5, -29.0, 24.8], 0.5), flat(0xfff2a8));
    canvas.fill(&stroke((-32.0, 17.5), (-32.0, 24.6), 0.5), flat(0x32323c));
    canvas.fill(
        &polygon([(-36.6, 17.8), (-32.0, 11.5), (-27.4, 17.8)]),
        flat(0xa8222f),
    );
    canvas.fill(&circle(-32.0, 11.2, 0.9), flat(0x32323c));
    canvas.fill(&block([-33.6, 64.0, -30.4, 71.4], 1.4), flat(0x4a2c22));
    canvas.fill(&block([-33.0, 40.0, -31.0, 43.2], 0.9), flat(0x394b59));
}
