//! Turns the network's results into faces.

use crate::exponential::{exp, logistic};
use crate::layers::Tensor;
use crate::network::{HEAD_GROUPS, STRIDES};

/// Lowest score of a face in the first look.
pub const THRESHOLD: f32 = 0.7;

/// Lowest score of a face in the second look. It is higher, because a look at four times as many
/// places makes more mistakes.
pub const SECOND_THRESHOLD: f32 = 0.82;

/// Of two boxes whose common area is more than this share of their united area, only the one of the higher score is kept.
pub const OVERLAP: f32 = 0.3;

/// A face, in pixels of the picture handed in, whose upper left corner is 0, 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    /// Left edge; below 0 where the box sticks out of the picture.
    pub x: f32,
    /// Upper edge, about at the brow, not at the hairline; below 0 where the box sticks out of the picture.
    pub y: f32,
    /// Width, above 0; the box may end beyond the picture.
    pub width: f32,
    /// Height down to the chin, above 0; the box may end beyond the picture.
    pub height: f32,
    /// How sure the network is, from the threshold to 1. Not a probability.
    pub score: f32,
    /// Estimated places `[x, y]`, as seen by the viewer of an upright face: left eye, right eye,
    /// tip of the nose, left corner of the mouth, right corner of the mouth.
    pub landmarks: [[f32; 2]; 5],
}

impl Face {
    /// Common area of two boxes as a share of their united area, 0 to 1.
    fn overlap(&self, other: &Self) -> f32 {
        let common = |a: f32, a_size: f32, b: f32, b_size: f32| {
            ((a + a_size).min(b + b_size) - a.max(b)).max(0.0)
        };
        let both = common(self.x, self.width, other.x, other.width)
            * common(self.y, self.height, other.y, other.height);
        both / (self.width * self.height + other.width * other.height - both)
    }

    pub(crate) fn scale(&mut self, x: f32, y: f32) {
        self.x *= x;
        self.width *= x;
        self.y *= y;
        self.height *= y;
        for landmark in &mut self.landmarks {
            *landmark = [landmark[0] * x, landmark[1] * y];
        }
    }
}

/// All faces of at least the score `threshold`, the highest score first.
pub(crate) fn faces(results: &[Tensor; 3], threshold: f32) -> Vec<Face> {
    let mut found = Vec::new();
    for (result, stride) in results.iter().zip(STRIDES) {
        for y in 0..result.height {
            for (x, cell) in result
                .row(y)
                .as_chunks::<HEAD_GROUPS>()
                .0
                .iter()
                .enumerate()
            {
                let face = face(cell, x as f32, y as f32, stride as f32, threshold);
                found.extend(face);
            }
        }
    }
    // Stable, so that equal scores keep their order.
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Face> = Vec::new();
    for face in found {
        if kept.iter().all(|other| face.overlap(other) <= OVERLAP) {
            kept.push(face);
        }
    }
    kept
}

fn face(
    cell: &[[f32; 8]; HEAD_GROUPS],
    x: f32,
    y: f32,
    stride: f32,
    threshold: f32,
) -> Option<Face> {
    let [[class, object, dx, dy, width, height, x0, y0], rest] = *cell;
    let score = (logistic(class) * logistic(object)).sqrt();
    if score < threshold {
        return None;
    }
    let (width, height) = (exp(width) * stride, exp(height) * stride);
    let at = |dx: f32, dy: f32| [(x + dx) * stride, (y + dy) * stride];
    let [center_x, center_y] = at(dx, dy);
    let [x1, y1, x2, y2, x3, y3, x4, y4] = rest;
    Some(Face {
        x: center_x - width / 2.0,
        y: center_y - height / 2.0,
        width,
        height,
        score,
        landmarks: [at(x0, y0), at(x1, y1), at(x2, y2), at(x3, y3), at(x4, y4)],
    })
}
