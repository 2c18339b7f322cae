//! Smooth pictures that show banding at once: a moon for gray, an aurora for colour.

use crate::draw::canvas::Canvas;
use crate::draw::ink::{glow, hex, length, mix};
use crate::draw::noise::grain;
use crate::draw::shape::{circle, everything};

/// A shaded moon in a sky that darkens smoothly.
pub(crate) fn moon(canvas: &mut Canvas) {
    let night = |x: f32, y: f32| mix(hex(0x5a5a5a), hex(0x060606), length(x, y - 50.0) / 80.0);
    canvas.fill(&everything(), night);
    let lit = |x: f32, y: f32| {
        mix(
            hex(0xfafafa),
            hex(0x3a3a3a),
            length(x + 12.0, y - 38.0) / 58.0,
        )
    };
    canvas.fill(&circle(0.0, 50.0, 34.0), lit);
    for crater in 0..26 {
        let (dx, dy) = (grain(crater, 0, 6) - 0.5, grain(crater, 1, 6) - 0.5);
        let (x, y) = (dx * 56.0, 50.0 + dy * 56.0);
        let radius = 1.5 + 6.0 * grain(crater, 2, 6) * grain(crater, 2, 6);
        if length(x, y - 50.0) + radius < 32.0 {
            canvas.fill(
                &circle(x, y, radius),
                glow((x, y, radius), 1.0, 0x303030, 0.6),
            );
            canvas.fill(
                &circle(x, y + radius * 0.4, radius),
                glow((x, y + radius * 0.5, radius), 1.5, 0xffffff, 0.25),
            );
        }
    }
}

/// Curtains of green and violet light, without any edge.
pub(crate) fn aurora(canvas: &mut Canvas) {
    canvas.fill(&everything(), |_, y| {
        mix(hex(0x050a26), hex(0x123a4a), y / 100.0)
    });
    let lights = [
        (-45.0, 60.0, 60.0, 0x2df5a2, 0.75),
        (-5.0, 42.0, 55.0, 0x35f0c0, 0.7),
        (38.0, 58.0, 62.0, 0x8a5bff, 0.8),
        (62.0, 30.0, 40.0, 0xff5fa8, 0.55),
        (10.0, 84.0, 50.0, 0x1f8fd0, 0.6),
    ];
    for (x, y, radius, colour, alpha) in lights {
        canvas.fill(&everything(), glow((x, y, radius), 1.1, colour, alpha));
    }
}
