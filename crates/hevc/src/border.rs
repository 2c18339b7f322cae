//! The samples around a block from which it is predicted (clauses 8.4.4.2.2 and 8.4.4.2.3).

use crate::sample::{Plane, Sample};

/// The most samples on two sides of a block, and the one at the corner.
pub(crate) const LENGTH: usize = 4 * 32 + 1;

/// From the lowest sample on the left up to the corner, which is number 2 N, and to the last above on the right.
pub(crate) type Border<S> = [S; LENGTH];

/// Where a block is in its plane, and which samples around it are available.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) x: usize,
    pub(crate) y: usize,
    /// Side as base-2 logarithm.
    pub(crate) log2: usize,
    /// A bit for each unit above, from the left.
    pub(crate) above: u32,
    /// A bit for each unit on the left, from the top.
    pub(crate) left: u32,
    pub(crate) has_corner: bool,
    /// Width and height of a unit.
    pub(crate) unit: (usize, usize),
}

/// Reads the border; samples that are not available are those before them.
#[inline(always)]
pub(crate) fn read<S: Sample>(plane: &Plane<S>, place: &Place, depth: u32, border: &mut Border<S>) {
    let side = 1 << place.log2;
    let stride = plane.width;
    let twice = 2 * side;
    if place.above == 0 && place.left == 0 && !place.has_corner {
        border[..=2 * twice].fill(S::of(1 << (depth - 1)));
        return;
    }
    let is_whole = |mask: u32| mask & mask.wrapping_add(1) == 0;
    let start = place.y * stride + place.x;
    if place.has_corner {
        border[twice] = plane.samples[start - stride - 1];
    }
    if is_whole(place.above)
        && is_whole(place.left)
        && place.has_corner
        && place.above != 0
        && place.left != 0
    {
        let above = (place.above.trailing_ones() as usize * place.unit.0).min(twice);
        let left = (place.left.trailing_ones() as usize * place.unit.1).min(twice);
        let row = &plane.samples[start - stride..][..above];
        let (into, rest) = border[twice + 1..=2 * twice].split_at_mut(above);
        into.copy_from_slice(row);
        rest.fill(row[above - 1]);
        let column = plane.samples[start - 1..].iter().step_by(stride);
        let (rest, into) = border[..twice].split_at_mut(twice - left);
        for (into, &from) in into.iter_mut().rev().zip(column) {
            *into = from;
        }
        rest.fill(into[0]);
        return;
    }
    unusual(plane, place, border);
}

/// The same with gaps, or without one of the sides.
#[inline(never)]
fn unusual<S: Sample>(plane: &Plane<S>, place: &Place, border: &mut Border<S>) {
    let stride = plane.width;
    let twice = 2 << place.log2;
    let start = place.y * stride + place.x;
    let mut is_there = [false; LENGTH];
    is_there[twice] = place.has_corner;
    for at in 0..twice {
        if place.left >> (at / place.unit.1) & 1 == 1 {
            border[twice - 1 - at] = plane.samples[start - 1 + at * stride];
            is_there[twice - 1 - at] = true;
        }
        if place.above >> (at / place.unit.0) & 1 == 1 {
            border[twice + 1 + at] = plane.samples[start - stride + at];
            is_there[twice + 1 + at] = true;
        }
    }
    let first = is_there.iter().position(|is_there| *is_there).unwrap_or(0);
    let mut before = border[first];
    for (sample, is_there) in border[..=2 * twice].iter_mut().zip(is_there) {
        if is_there {
            before = *sample;
        }
        *sample = before;
    }
}

/// Smooths the border (clause 8.4.4.2.3).
#[inline(always)]
pub(crate) fn smooth<S: Sample>(
    border: &Border<S>,
    log2: usize,
    strong: Option<u32>,
    into: &mut Border<S>,
) {
    let last = 4 << log2;
    if let Some(depth) = strong.filter(|_| log2 == 5) {
        let (low, corner, far) = (border[0].int(), border[64].int(), border[128].int());
        let bound = 1 << (depth - 5);
        let is_even = |end: i32, middle: S| (corner + end - 2 * middle.int()).abs() < bound;
        if is_even(far, border[96]) && is_even(low, border[32]) {
            for at in 0..64 {
                let (from, to) = ((64 - at) as i32, at as i32);
                into[at] = S::of((from * low + to * corner + 32) >> 6);
                into[64 + at] = S::of((from * corner + to * far + 32) >> 6);
            }
            into[128] = border[128];
            return;
        }
    }
    into[0] = border[0];
    into[last] = border[last];
    for (into, three) in into[1..last].iter_mut().zip(border[..=last].windows(3)) {
        *into = S::of((three[0].int() + 2 * three[1].int() + three[2].int() + 2) >> 2);
    }
}
