//! Where the subject of a picture may be: where edges are densest and colours strongest, as in the
//! attention measure of libvips, but without its term for the colour of skin.

use super::look::Look;

/// Weight of strong colours beside edges.
const CHROMA: f64 = 0.5;
/// Chroma in CIELAB from which on a colour is strong.
const STRONG: f64 = 20.0;
/// Lightness under which colours do not count: those of shadows are noise.
const SHADOW: f64 = 15.0;
/// A picture with a lower mean energy has no subject.
const LEAST: f64 = 0.5;

/// Energy of each column (or row) of a look, left to right or top to bottom; `None` for a picture
/// without edges and colours.
pub(crate) fn energy(look: &Look, along_x: bool) -> Option<Vec<f64>> {
    let (width, height) = (look.width(), look.height());
    let lab: Vec<[f64; 3]> = look.over_white().into_iter().map(lab).collect();
    let lightness = |x: usize, y: usize| {
        lab.get(y.min(height - 1) * width + x.min(width - 1))
            .map_or(0.0, |lab| lab[0])
    };
    let mut energies = vec![0.0; if along_x { width } else { height }];
    for (index, &[l, a, b]) in lab.iter().enumerate() {
        let (x, y) = (index % width, index / width);
        let chroma = (a * a + b * b).sqrt();
        let color = if l > SHADOW {
            (chroma - STRONG).max(0.0)
        } else {
            0.0
        };
        let energy = sobel(lightness, x, y) + CHROMA * color;
        if let Some(sum) = energies.get_mut(if along_x { x } else { y }) {
            *sum += energy;
        }
    }
    let mean = energies.iter().sum::<f64>() / lab.len() as f64;
    (mean >= LEAST).then_some(energies)
}

/// The start of the window of `length` with the most energy, in which the middle counts more than
/// the ends. Of equal windows, the one nearest to the middle.
pub(crate) fn best_window(energies: &[f64], length: usize) -> usize {
    let length = length.clamp(1, energies.len());
    let spare = energies.len() - length;
    let weight = |at: usize| {
        // A parabola: 1 in the middle, 1/4 at the ends.
        let off = (at as f64 + 0.5) / length as f64 * 2.0 - 1.0;
        1.0 - 0.75 * off * off
    };
    let energy = |start: usize| -> f64 {
        let window = energies.iter().skip(start).take(length).enumerate();
        window.map(|(at, energy)| energy * weight(at)).sum()
    };
    let mut starts: Vec<usize> = (0..=spare).collect();
    starts.sort_by_key(|&start| (2 * start).abs_diff(spare));
    let mut best = (starts.first().copied().unwrap_or(0), f64::MIN);
    for start in starts {
        let found = energy(start);
        if found > best.1 {
            best = (start, found);
        }
    }
    best.0
}

/// Size of the gradient of lightness.
fn sobel(lightness: impl Fn(usize, usize) -> f64, x: usize, y: usize) -> f64 {
    let (left, right) = (x.saturating_sub(1), x + 1);
    let (up, down) = (y.saturating_sub(1), y + 1);
    let column = |x| lightness(x, up) + 2.0 * lightness(x, y) + lightness(x, down);
    let row = |y| lightness(left, y) + 2.0 * lightness(x, y) + lightness(right, y);
    let (across, along) = (column(right) - column(left), row(down) - row(up));
    (across * across + along * along).sqrt() / 4.0
}

/// CIELAB of an sRGB colour under D65.
fn lab([r, g, b]: [u8; 3]) -> [f64; 3] {
    // A square is close enough to the sRGB curve for this purpose, and the same on every machine.
    let linear = |value: u8| {
        let value = f64::from(value) / 255.0;
        value * value
    };
    let (r, g, b) = (linear(r), linear(g), linear(b));
    let x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505;
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089;
    let [x, y, z] = [x, y, z].map(f64::cbrt);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}
