//! Hills behind hills under a large sun, with clouds, birds and pines; in several moods.

use crate::draw::canvas::Canvas;
use crate::draw::ink::{flat, glaze, glow, hex, mix, vertical};
use crate::draw::noise::{grain, rough, smooth};
use crate::draw::shape::{circle, ellipse, everything, polygon, stroke, under};

/// The colours and the weather of a landscape.
pub(crate) struct Mood {
    sky: [u32; 2],
    sun: (f32, f32, f32, u32),
    glow: (u32, f32),
    cloud: (u32, f32),
    hills: [u32; 2],
    pines: Option<u32>,
    seed: u32,
}

pub(crate) const DUSK: Mood = Mood {
    sky: [0x2b2d6e, 0xffb27a],
    sun: (8.0, 44.0, 9.0, 0xfff0c2),
    glow: (0xff8e6b, 0.8),
    cloud: (0xff9d8a, 0.5),
    hills: [0xc2728f, 0x231a3f],
    pines: Some(0x150f2b),
    seed: 11,
};

pub(crate) const NOON: Mood = Mood {
    sky: [0x3f95e0, 0xd8f0fb],
    sun: (-26.0, 20.0, 8.0, 0xfffbe2),
    glow: (0xfff6c8, 0.7),
    cloud: (0xffffff, 0.85),
    hills: [0x9cc9d4, 0x3c7d3a],
    pines: Some(0x235a30),
    seed: 5,
};

pub(crate) const AUTUMN: Mood = Mood {
    sky: [0x7db8cf, 0xfbe6c0],
    sun: (22.0, 24.0, 7.0, 0xfff7dc),
    glow: (0xffd98a, 0.75),
    cloud: (0xfff4e2, 0.8),
    hills: [0xd9b58c, 0x9c3f1d],
    pines: Some(0x6b2a17),
    seed: 42,
};

pub(crate) const MIST: Mood = Mood {
    sky: [0xaab4bd, 0xf4f4f0],
    sun: (14.0, 30.0, 8.0, 0xffffff),
    glow: (0xffffff, 0.7),
    cloud: (0xffffff, 0.3),
    hills: [0xd8dcdf, 0x2c3238],
    pines: Some(0x1c2126),
    seed: 23,
};

pub(crate) const MEADOW: Mood = Mood {
    sky: [0x4aa7ee, 0xe4f6ff],
    sun: (24.0, 18.0, 7.0, 0xfffde8),
    glow: (0xffffff, 0.6),
    cloud: (0xffffff, 0.9),
    hills: [0x8fd0b5, 0x2fa043],
    pines: None,
    seed: 31,
};

const LAYERS: u32 = 5;

/// Draws the landscape over the whole canvas.
pub(crate) fn landscape(canvas: &mut Canvas, mood: &Mood) {
    let (x, y, radius, light) = mood.sun;
    canvas.fill(
        &everything(),
        vertical((0.0, mood.sky[0]), (62.0, mood.sky[1])),
    );
    canvas.fill(
        &circle(x, y, radius * 6.0),
        glow((x, y, radius * 6.0), 1.0, mood.glow.0, mood.glow.1),
    );
    canvas.fill(&circle(x, y, radius), flat(light));
    clouds(canvas, mood);
    birds(canvas, mood);
    for layer in 0..LAYERS {
        let near = layer as f32 / (LAYERS - 1) as f32;
        let colour = mix(hex(mood.hills[0]), hex(mood.hills[1]), near);
        let haze = mix(colour, hex(mood.sky[1]), 0.45 * (1.0 - 0.7 * near));
        let top = 46.0 + 36.0 * near;
        canvas.fill(&under(|x| skyline(x, layer, mood.seed)), |_, y| {
            mix(colour, haze, (y - top) / 26.0)
        });
    }
    if let Some(colour) = mood.pines {
        pines(canvas, mood, colour);
    }
}

/// The same landscape with a lake in its lower third.
pub(crate) fn lake(canvas: &mut Canvas, mood: &Mood) {
    let far = Mood {
        pines: None,
        ..*mood
    };
    landscape(canvas, &far);
    let line = 70.0;
    canvas.reflect_below(line, hex(mood.sky[0]));
    canvas.fill(&ellipse(0.0, line, 400.0, 0.35), glaze(mood.sun.3, 0.5));
    let shore = |x: f32| 93.0 + 5.0 * smooth(x * 0.03, 0.0, mood.seed) - (x * x) * 0.0016;
    canvas.fill(&under(shore), flat(mood.hills[1]));
    for side in [-1.0, 1.0] {
        for tree in 0..7 {
            let x = side * (34.0 + 6.5 * tree as f32 + 3.0 * grain(tree, 3, mood.seed));
            pine(
                canvas,
                (x, shore(x) + 2.0),
                22.0 + 17.0 * grain(tree, side as i32, mood.seed),
                mood.hills[1],
            );
        }
    }
}

/// Scatters poppies over the lower third, smaller towards the horizon.
pub(crate) fn poppies(canvas: &mut Canvas) {
    for row in 0..16 {
        let size = 0.7 + 0.19 * row as f32;
        let step = size * 5.0;
        let across = (canvas.reach() / step) as i32 + 1;
        for column in -across..=across {
            let x = (column as f32 + grain(column, row, 8) + 0.5 * (row % 2) as f32) * step;
            let y = 71.0 + 1.95 * row as f32 + 2.5 * grain(column, row, 9);
            poppy(canvas, x, y, size * (0.8 + 0.4 * grain(column, row, 10)));
        }
    }
}

fn poppy(canvas: &mut Canvas, x: f32, y: f32, size: f32) {
    canvas.fill(
        &stroke((x, y), (x + size * 0.3, y + size * 2.6), size * 0.16),
        flat(0x1f6b2b),
    );
    canvas.fill(
        &ellipse(x - size * 0.45, y, size * 0.75, size * 0.8),
        flat(0xd80000),
    );
    canvas.fill(
        &ellipse(x + size * 0.45, y, size * 0.75, size * 0.8),
        flat(0xff0000),
    );
    canvas.fill(
        &ellipse(x, y + size * 0.25, size * 0.8, size * 0.55),
        flat(0xee0606),
    );
    canvas.fill(&circle(x, y + size * 0.05, size * 0.24), flat(0x24101c));
}

fn skyline(x: f32, layer: u32, seed: u32) -> f32 {
    let near = layer as f32;
    let frequency = 0.035 - 0.004 * near;
    let relief = 24.0 - 2.6 * near;
    50.0 + 9.5 * near - relief * (rough(x * frequency + near * 9.3, near, 4, seed + layer) - 0.35)
}

fn clouds(canvas: &mut Canvas, mood: &Mood) {
    let across = (canvas.reach() / 30.0) as i32 + 1;
    for cloud in -across..=across {
        let x = (cloud as f32 + 0.7 * grain(cloud, 1, mood.seed)) * 34.0;
        let y = 8.0 + 26.0 * grain(cloud, 2, mood.seed);
        let size = 0.6 + 0.8 * grain(cloud, 3, mood.seed);
        for puff in 0..6 {
            let along = (puff as f32 - 2.5) * 5.0 * size;
            let rise = 3.2
                * size
                * grain(cloud, 10 + puff, mood.seed)
                * (1.0 - (along / 16.0 / size).abs());
            let (px, py, radius) = (
                x + along,
                y - rise,
                (6.2 - 0.9 * (puff as f32 - 2.5).abs()) * size,
            );
            let ink = glow((px, py, radius * 1.2), 1.6, mood.cloud.0, mood.cloud.1);
            canvas.fill(&circle(px, py, radius * 1.2), ink);
        }
    }
}

fn birds(canvas: &mut Canvas, mood: &Mood) {
    for bird in 0..5 {
        let x = -18.0 + 7.0 * bird as f32 + 4.0 * grain(bird, 0, mood.seed + 7);
        let y = 24.0 + 9.0 * grain(bird, 1, mood.seed + 7);
        let span = 1.1 + 0.7 * grain(bird, 2, mood.seed + 7);
        for side in [-1.0, 1.0] {
            let elbow = (x + side * span * 0.8, y - span * 0.55);
            canvas.fill(&stroke((x, y), elbow, 0.32), glaze(mood.hills[1], 0.75));
            canvas.fill(
                &stroke(elbow, (x + side * span * 1.7, y - span * 0.25), 0.28),
                glaze(mood.hills[1], 0.75),
            );
        }
    }
}

fn pines(canvas: &mut Canvas, mood: &Mood, colour: u32) {
    let across = (canvas.reach() / 4.0) as i32 + 1;
    for tree in -across..=across {
        let x = (tree as f32 + grain(tree, 5, mood.seed)) * 4.0;
        if smooth(x * 0.07, 2.0, mood.seed) > 0.42 {
            let foot = skyline(x, LAYERS - 1, mood.seed) + 2.5;
            pine(
                canvas,
                (x, foot),
                8.0 + 9.0 * grain(tree, 6, mood.seed),
                colour,
            );
        }
    }
}

fn pine(canvas: &mut Canvas, (x, foot): (f32, f32), height: f32, colour: u32) {
    canvas.fill(
        &stroke((x, foot), (x, foot - height * 0.5), height * 0.05),
        flat(colour),
    );
    for tier in 0..4 {
        let low = foot - height * (0.12 + 0.2 * tier as f32);
        let half = height * (0.23 - 0.045 * tier as f32);
        let tip = (x, low - height * 0.36);
        let corners = [
            (x - half, low),
            tip,
            (x + half, low),
            (x, low - height * 0.05),
        ];
        canvas.fill(&polygon(corners), flat(colour));
    }
}
