//! A night skyline in few colours.

use crate::draw::canvas::Canvas;
use crate::draw::ink::{flat, glaze, vertical};
use crate::draw::noise::grain;
use crate::draw::shape::{block, circle, everything};

/// Draws the city over the whole canvas.
pub(crate) fn city(canvas: &mut Canvas) {
    canvas.fill(&everything(), vertical((0.0, 0x10163a), (90.0, 0x6b3f7c)));
    for star in 0..60 {
        let x = (grain(star, 0, 3) - 0.5) * 2.0 * canvas.reach();
        canvas.fill(
            &circle(x, 55.0 * grain(star, 1, 3), 0.25 + 0.25 * grain(star, 2, 3)),
            flat(0xfff6d8),
        );
    }
    canvas.fill(
        &circle(20.0, 20.0, 8.0).minus(circle(16.5, 18.5, 7.0)),
        flat(0xffeeb0),
    );
    for (row, colour) in [0x4a3470, 0x2c2455, 0x171433].into_iter().enumerate() {
        street(canvas, row as i32, colour);
    }
}

fn street(canvas: &mut Canvas, row: i32, colour: u32) {
    let across = (canvas.reach() / 11.0) as i32 + 2;
    for house in -across..=across {
        let left = house as f32 * 11.0 + 4.0 * row as f32;
        let right = left + 8.0 + 4.0 * grain(house, row, 20);
        let top = 42.0 + 12.0 * row as f32 + 24.0 * grain(house, row, 21);
        canvas.fill(&block([left, top, right, 120.0], 0.3), flat(colour));
        if grain(house, row, 22) > 0.6 {
            let mast = (left + right) / 2.0;
            canvas.fill(
                &block([mast - 0.3, top - 6.0, mast + 0.3, top], 0.0),
                flat(colour),
            );
        }
        windows(canvas, [left, top, right], house * 7 + row);
    }
}

fn windows(canvas: &mut Canvas, [left, top, right]: [f32; 3], seed: i32) {
    let columns = ((right - left - 1.0) / 2.0) as i32;
    for floor in 0..20 {
        for column in 0..columns {
            let (x, y) = (
                left + 0.9 + 2.0 * column as f32,
                top + 2.0 + 3.0 * floor as f32,
            );
            if grain(column, floor, seed as u32) > 0.62 {
                canvas.fill(&block([x, y, x + 1.1, y + 1.7], 0.1), glaze(0xffcf66, 0.9));
            }
        }
    }
}
