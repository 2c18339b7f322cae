//! Uniform borders around a picture.

use super::look::Look;

/// Largest share of a side that is cut off.
const MOST: f64 = 0.49;
/// Share of a line that must have the border's colour.
const UNIFORM: f64 = 0.98;
/// Smallest and largest tolerance around the border's colour, in levels of 256.
const TOLERANCE: std::ops::RangeInclusive<u8> = 4..=24;
/// A pixel that differs this much from the border's colour is content, however small, such as a
/// thin tip.
const NEVER: u8 = 40;

/// Rows and columns that can be cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Margins {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) right: usize,
    pub(crate) bottom: usize,
}

/// How far each side is uniform. A picture of one colour has no border.
pub(crate) fn uniform_margins(look: &Look) -> Margins {
    let (width, height) = (look.width(), look.height());
    let row =
        |y: usize| -> Vec<[u8; 4]> { look.row(y).iter().map(|&p| premultiplied(p)).collect() };
    let column =
        |x: usize| -> Vec<[u8; 4]> { (0..height).map(|y| premultiplied(look.at(x, y))).collect() };
    let top = uniform_lines((0..height).map(row));
    if top == height {
        return Margins::default();
    }
    let most = |lines: usize, length: usize| lines.min((length as f64 * MOST) as usize);
    Margins {
        left: most(uniform_lines((0..width).map(column)), width),
        top: most(top, height),
        right: most(uniform_lines((0..width).rev().map(column)), width),
        bottom: most(uniform_lines((0..height).rev().map(row)), height),
    }
}

/// Colour multiplied by alpha, so that invisible colour does not count.
fn premultiplied([r, g, b, a]: [u8; 4]) -> [u8; 4] {
    let visible = |value: u8| (u32::from(value) * u32::from(a) / 255) as u8;
    [visible(r), visible(g), visible(b), a]
}

/// How many lines from the first on have its colour.
fn uniform_lines(mut lines: impl Iterator<Item = Vec<[u8; 4]>>) -> usize {
    let Some(first) = lines.next() else {
        return 0;
    };
    let color = middle_color(&first);
    let mut distances: Vec<u8> = first.iter().map(|&pixel| apart(pixel, color)).collect();
    distances.sort_unstable();
    // Noise in the border widens the tolerance.
    let spread = distances
        .get(distances.len() * 9 / 10)
        .copied()
        .unwrap_or(0);
    let tolerance = spread
        .saturating_mul(3)
        .clamp(*TOLERANCE.start(), *TOLERANCE.end());
    let is_border = |line: &[[u8; 4]]| {
        let distances = line.iter().map(|&pixel| apart(pixel, color));
        let near = distances.clone().filter(|distance| *distance <= tolerance);
        near.count() as f64 >= UNIFORM * line.len() as f64
            && distances.max().is_none_or(|most| most < NEVER)
    };
    if !is_border(&first) {
        return 0;
    }
    1 + lines.take_while(|line| is_border(line)).count()
}

/// The median of each channel.
fn middle_color(line: &[[u8; 4]]) -> [u8; 4] {
    [0, 1, 2, 3].map(|channel: usize| {
        let mut values: Vec<u8> = line.iter().map(|pixel| pixel[channel]).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or(0)
    })
}

fn apart(one: [u8; 4], other: [u8; 4]) -> u8 {
    let differences = one.iter().zip(other).map(|(&a, b)| a.abs_diff(b));
    differences.max().unwrap_or(0)
}
