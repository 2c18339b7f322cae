//! The border of a picture: whether it is one colour or an even gradient, and which pixels differ
//! from that.

use super::look::{Look, apart};

/// Width of the border ring, in hundredths of the shorter side.
const RING: usize = 2;
/// Rounds of fitting; in each, pixels that do not belong to the surface are left out.
const ROUNDS: usize = 4;

/// A colour that changes evenly over the picture: per channel a polynomial of the place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surface {
    degree: Degree,
    /// Coefficients of 1, x, y, x², xy, y² in each channel; both axes run from -1 to 1.
    channels: [[f64; 6]; 3],
}

/// How a surface may vary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Degree {
    /// One colour.
    Flat,
    /// A linear gradient.
    Plane,
    /// A gradient that may be bent, such as a radial one.
    Curved,
}

impl Degree {
    fn terms(self) -> usize {
        match self {
            Self::Flat => 1,
            Self::Plane => 3,
            Self::Curved => 6,
        }
    }
}

/// A pixel of the ring: its place, -1 to 1 on both axes, and its colour.
struct RingPixel {
    basis: [f64; 6],
    color: [f64; 3],
}

/// The border ring of a picture over white.
pub(crate) struct Border {
    ring: Vec<RingPixel>,
    median: [u8; 3],
}

impl Border {
    pub(crate) fn of(look: &Look, rgb: &[[u8; 3]]) -> Self {
        let (width, height) = (look.width(), look.height());
        let depth = (width.min(height) * RING).div_ceil(100).max(1);
        let is_ring = |x: usize, y: usize| {
            x < depth || y < depth || x + depth >= width || y + depth >= height
        };
        let mut ring = Vec::new();
        let mut counts = [[0_u32; 256]; 3];
        for (index, &color) in rgb.iter().enumerate() {
            let (x, y) = (index % width, index / width);
            if is_ring(x, y) {
                for (counts, &value) in counts.iter_mut().zip(&color) {
                    counts[usize::from(value)] += 1;
                }
                ring.push(RingPixel {
                    basis: basis(place(x, width), place(y, height)),
                    color: color.map(f64::from),
                });
            }
        }
        let half = ring.len() as u32 / 2;
        let median = counts.map(|counts| median(&counts, half));
        Self { ring, median }
    }

    /// The border's median colour, channel by channel.
    pub(crate) fn median(&self) -> [u8; 3] {
        self.median
    }

    /// The surface that most of the border lies on.
    pub(crate) fn surface(&self, degree: Degree) -> Surface {
        let flat = self.median.map(|value| {
            let mut coefficients = [0.0; 6];
            coefficients[0] = f64::from(value);
            coefficients
        });
        let mut surface = Surface {
            degree,
            channels: flat,
        };
        if degree == Degree::Flat {
            return surface;
        }
        let mut kept: Vec<&RingPixel> = self.ring.iter().collect();
        for _ in 0..ROUNDS {
            let Some(channels) = least_squares(&kept, degree.terms()) else {
                break;
            };
            surface.channels = channels;
            let mut distances: Vec<f64> = self
                .ring
                .iter()
                .map(|pixel| surface.distance(pixel))
                .collect();
            let pixels = self.ring.iter().zip(distances.clone());
            distances.sort_by(f64::total_cmp);
            let middle = distances.get(distances.len() / 2).copied().unwrap_or(0.0);
            let near = (middle * 2.5).max(2.5);
            kept = pixels
                .filter(|(_, distance)| *distance <= near)
                .map(|(pixel, _)| pixel)
                .collect();
        }
        surface
    }

    /// Share of the border that lies within `tolerance` of a surface, 0 to 1.
    pub(crate) fn share(&self, surface: &Surface, tolerance: f64) -> f64 {
        let near = |pixel: &&RingPixel| surface.distance(pixel) <= tolerance;
        self.ring.iter().filter(near).count() as f64 / self.ring.len().max(1) as f64
    }
}

impl Surface {
    pub(crate) fn is_one_color(&self) -> bool {
        self.degree == Degree::Flat
    }

    fn distance(&self, pixel: &RingPixel) -> f64 {
        let channels = self.channels.iter().zip(&pixel.color);
        let differences = channels.map(|(coefficients, value)| {
            (evaluate(coefficients, &pixel.basis, self.degree) - value).abs()
        });
        differences.fold(0.0, f64::max)
    }

    /// Its colour at a pixel of a picture.
    pub(crate) fn color(&self, (x, y): (usize, usize), look: &Look) -> [u8; 3] {
        let basis = basis(place(x, look.width()), place(y, look.height()));
        self.channels.map(|channel| {
            evaluate(&channel, &basis, self.degree)
                .round()
                .clamp(0.0, 255.0) as u8
        })
    }

    /// Pixels of a picture over white that are more than `tolerance` away from the surface.
    pub(crate) fn before(&self, look: &Look, rgb: &[[u8; 3]], tolerance: u8) -> Vec<bool> {
        let width = look.width();
        let differs = |(index, &color): (usize, &[u8; 3])| {
            apart(self.color((index % width, index / width), look), color) > tolerance
        };
        rgb.iter().enumerate().map(differs).collect()
    }
}

/// A pixel's centre on an axis from -1 to 1.
fn place(index: usize, length: usize) -> f64 {
    (index as f64 + 0.5) / length as f64 * 2.0 - 1.0
}

fn basis(x: f64, y: f64) -> [f64; 6] {
    [1.0, x, y, x * x, x * y, y * y]
}

fn evaluate(coefficients: &[f64; 6], basis: &[f64; 6], degree: Degree) -> f64 {
    let terms = coefficients.iter().zip(basis).take(degree.terms());
    terms.map(|(coefficient, value)| coefficient * value).sum()
}

/// The value below which half of the pixels lie.
fn median(counts: &[u32; 256], half: u32) -> u8 {
    let mut sum = 0;
    let passes = |count: &u32| {
        sum += count;
        sum > half
    };
    counts.iter().position(passes).unwrap_or(255) as u8
}

/// Solves for the coefficients of all three channels; `None` where the pixels do not determine them.
fn least_squares(pixels: &[&RingPixel], terms: usize) -> Option<[[f64; 6]; 3]> {
    if pixels.len() < 2 * terms {
        return None;
    }
    // The normal equations, with the three channels as right sides.
    let mut rows = [[0.0; 9]; 6];
    for pixel in pixels {
        for (row, factor) in rows.iter_mut().zip(pixel.basis).take(terms) {
            for (sum, value) in row.iter_mut().zip(pixel.basis.iter().chain(&pixel.color)) {
                *sum += factor * value;
            }
        }
    }
    eliminate(&mut rows, terms)?;
    let mut channels = [[0.0; 6]; 3];
    for (channel, coefficients) in channels.iter_mut().enumerate() {
        for (coefficient, row) in coefficients.iter_mut().zip(&rows).take(terms) {
            *coefficient = row[6 + channel];
        }
    }
    Some(channels)
}

/// Gauss-Jordan elimination with the largest pivot of each column.
fn eliminate(rows: &mut [[f64; 9]; 6], terms: usize) -> Option<()> {
    for column in 0..terms {
        let largest = |&one: &usize, &other: &usize| {
            rows[one][column]
                .abs()
                .total_cmp(&rows[other][column].abs())
        };
        let pivot = (column..terms).max_by(largest)?;
        rows.swap(column, pivot);
        let divisor = rows[column][column];
        if divisor.abs() < 1e-9 {
            return None;
        }
        let solved = rows[column].map(|value| value / divisor);
        rows[column] = solved;
        for (index, row) in rows.iter_mut().enumerate().take(terms) {
            let factor = row[column];
            if index != column {
                for (value, solved) in row.iter_mut().zip(solved) {
                    *value -= factor * solved;
                }
            }
        }
    }
    Some(())
}
