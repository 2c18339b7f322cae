//! Places the square so that faces lie inside the mask.

use crate::framing::Mask;

/// Share of its height by which a face's box is extended upwards, because boxes of detectors end at
/// the brow.
pub(crate) const BROW: f64 = 0.3;
/// Smallest face that counts, as a share of the largest one's height.
const SMALLEST: f64 = 0.4;
/// Points of an ellipse that are compared with the circle.
const POINTS: u32 = 16;
/// Halvings in the search for a limit, which makes it much more exact than a pixel.
const HALVINGS: u32 = 48;

/// A face's box on the axis along which the square moves, and across it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    /// With the brow.
    pub(crate) along: [f64; 2],
    pub(crate) across: [f64; 2],
    /// Without it.
    pub(crate) along_box: [f64; 2],
    pub(crate) across_box: [f64; 2],
    pub(crate) height: f64,
}

/// Start of a square of `edge` that can be moved by `spare`. It centres the faces in the mask; if
/// they do not all fit, the smallest are left out one by one. Of equally good starts it takes the
/// one nearest to the middle. `None` without faces.
pub(crate) fn place(faces: &[Target], edge: f64, spare: f64, mask: Mask) -> Option<u32> {
    let largest = faces
        .iter()
        .map(|face| face.height)
        .max_by(f64::total_cmp)?;
    let mut counted: Vec<&Target> = faces
        .iter()
        .filter(|face| face.height >= SMALLEST * largest)
        .collect();
    counted.sort_by(|a, b| {
        let from_middle = |face: &Target| (middle(face.along) - (edge + spare) / 2.0).abs();
        b.height
            .total_cmp(&a.height)
            .then(from_middle(a).total_cmp(&from_middle(b)))
    });
    while !counted.is_empty() {
        let wanted = (center(&counted) - edge / 2.0).clamp(0.0, spare);
        // First with the brow, then just the boxes.
        for with_brow in [true, false] {
            let range = range(&counted, with_brow, edge, spare, mask);
            if let Some(at) = range.and_then(|range| nearest_whole(range, wanted)) {
                return Some(at);
            }
        }
        if counted.len() == 1 {
            return Some(wanted.round() as u32);
        }
        counted.pop();
    }
    None
}

fn middle([low, high]: [f64; 2]) -> f64 {
    (low + high) / 2.0
}

/// Centre of the box around all faces.
fn center(faces: &[&Target]) -> f64 {
    let low = faces
        .iter()
        .map(|face| face.along[0])
        .min_by(f64::total_cmp);
    let high = faces
        .iter()
        .map(|face| face.along[1])
        .max_by(f64::total_cmp);
    middle([low.unwrap_or(0.0), high.unwrap_or(0.0)])
}

/// The whole number in a range that is nearest to what is wanted.
fn nearest_whole([low, high]: [f64; 2], wanted: f64) -> Option<u32> {
    let (low, high) = (low.ceil(), high.floor());
    (low <= high).then(|| wanted.round().clamp(low, high) as u32)
}

/// Range of starts of the square at which every face lies in the mask.
fn range(
    faces: &[&Target],
    with_brow: bool,
    edge: f64,
    spare: f64,
    mask: Mask,
) -> Option<[f64; 2]> {
    let mut range = [0.0, spare];
    for face in faces {
        let (along, across) = if with_brow {
            (face.along, face.across)
        } else {
            (face.along_box, face.across_box)
        };
        let [low, high] = match mask {
            Mask::Square => [along[1] - edge, along[0]],
            Mask::Circle => in_circle(along, across, edge)?,
        };
        range = [range[0].max(low), range[1].min(high)];
    }
    (range[0] <= range[1]).then_some(range)
}

/// Whether the ellipse in a box lies in the circle in a square of `edge`, or the box in the square.
pub(crate) fn is_in_mask(across: [f64; 2], down: [f64; 2], edge: f64, mask: Mask) -> bool {
    let slack = edge / 200.0;
    let holds = |[low, high]: [f64; 2], [first, last]: [f64; 2]| {
        low <= first + slack && high >= last - slack
    };
    match mask {
        Mask::Square => holds([0.0, edge], across) && holds([0.0, edge], down),
        Mask::Circle => in_circle(across, down, edge).is_some_and(|range| holds(range, [0.0, 0.0])),
    }
}

/// Starts at which the ellipse in a box lies in the circle in the square.
fn in_circle(along: [f64; 2], across: [f64; 2], edge: f64) -> Option<[f64; 2]> {
    let radius = edge / 2.0;
    let ellipse = Ellipse {
        across: middle(across) - radius,
        half_along: (along[1] - along[0]) / 2.0,
        half_across: (across[1] - across[0]) / 2.0,
    };
    if ellipse.reach(0.0) > radius {
        return None;
    }
    // The farther the centres are apart, the farther out the ellipse reaches.
    let (mut inside, mut outside) = (0.0, edge);
    for _ in 0..HALVINGS {
        let between = (inside + outside) / 2.0;
        if ellipse.reach(between) > radius {
            outside = between;
        } else {
            inside = between;
        }
    }
    let start = middle(along) - radius;
    Some([start - inside, start + inside])
}

/// A face, seen from the middle of the circle.
struct Ellipse {
    across: f64,
    half_along: f64,
    half_across: f64,
}

impl Ellipse {
    /// The farthest point's distance from the circle's middle, when the centre lies `along` from it.
    fn reach(&self, along: f64) -> f64 {
        let distance = |step: u32| {
            // Points of the unit circle without sine and cosine, whose last digits differ between machines.
            let t = f64::from(step) / f64::from(POINTS);
            let (cosine, sine) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
            let x = along.abs() + self.half_along * cosine;
            let y = self.across.abs() + self.half_across * sine;
            x * x + y * y
        };
        let farthest = (0..=POINTS).map(distance).max_by(f64::total_cmp);
        farthest.unwrap_or(0.0).sqrt()
    }
}
