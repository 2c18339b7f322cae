//! Prediction of a block from the samples around it (clause 8.4.4.2).

use crate::border::{self, Border, LENGTH, Place};
use crate::sample::{Plane, Sample};

pub(crate) const PLANAR: u8 = 0;
pub(crate) const DC: u8 = 1;
pub(crate) const HORIZONTAL: u8 = 10;
pub(crate) const VERTICAL: u8 = 26;
/// The first mode that predicts from above.
const FIRST_VERTICAL: u8 = 18;

/// Table 8-5: displacement in 1/32 of a sample per row, for modes 2 to 34.
const ANGLES: [i32; 33] = [
    32, 26, 21, 17, 13, 9, 5, 2, 0, -2, -5, -9, -13, -17, -21, -26, -32, -26, -21, -17, -13, -9,
    -5, -2, 0, 2, 5, 9, 13, 17, 21, 26, 32,
];

/// Table 8-6: 8192 divided by the displacement, for modes 11 to 25.
const INVERSE: [i32; 15] = [
    -4096, -1638, -910, -630, -482, -390, -315, -256, -315, -390, -482, -630, -910, -1638, -4096,
];

/// How blocks of a component are predicted.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) depth: u32,
    /// Whether borders are smoothed, which is so for luma and for chroma in full resolution.
    pub(crate) is_smoothed: bool,
    /// Whether large borders are smoothed strongly.
    pub(crate) is_strong: bool,
    /// Whether samples at the edge of the block are smoothed, which is so for luma.
    pub(crate) has_edges: bool,
    /// The same in the horizontal and the vertical mode, where lossless differences leave it out.
    pub(crate) has_straight_edges: bool,
}

/// Writes the predicted samples of a block to its plane.
pub(crate) fn predict<S: Sample>(plane: &mut Plane<S>, place: &Place, mode: u8, rules: Rules) {
    match place.log2 {
        2 => sized::<S, 4>(plane, place, mode, rules),
        3 => sized::<S, 8>(plane, place, mode, rules),
        4 => sized::<S, 16>(plane, place, mode, rules),
        _ => sized::<S, 32>(plane, place, mode, rules),
    }
}

fn sized<S: Sample, const N: usize>(plane: &mut Plane<S>, place: &Place, mode: u8, rules: Rules) {
    let mut border = [S::default(); LENGTH];
    border::read(plane, place, rules.depth, &mut border);
    let mut smoothed = [S::default(); LENGTH];
    if rules.is_smoothed && needs_smoothing(N, mode) {
        let strong = rules.is_strong.then_some(rules.depth);
        border::smooth(&border, place.log2, strong, &mut smoothed);
        border = smoothed;
    }
    let stride = plane.width;
    let rows = plane.samples[place.y * stride + place.x..]
        .chunks_mut(stride)
        .take(N);
    let rows = rows.filter_map(|row| row.first_chunk_mut::<N>());
    let has_edges = rules.has_edges && N < 32;
    match mode {
        PLANAR => planar::<S, N>(&border, rows),
        DC => dc::<S, N>(&border, has_edges, rows),
        _ => angular::<S, N>(
            &border,
            mode,
            rules.has_straight_edges && N < 32,
            (1 << rules.depth) - 1,
            rows,
        ),
    }
}

/// Clause 8.4.4.2.3, filterFlag.
fn needs_smoothing(side: usize, mode: u8) -> bool {
    let most = match side {
        8 => 7,
        16 => 1,
        32 => 0,
        _ => return false,
    };
    mode != DC && mode.abs_diff(VERTICAL).min(mode.abs_diff(HORIZONTAL)) > most
}

/// Clause 8.4.4.2.4.
#[inline(always)]
fn planar<'a, S: Sample, const N: usize>(
    border: &Border<S>,
    rows: impl Iterator<Item = &'a mut [S; N]>,
) {
    let log2 = N.trailing_zeros();
    let (right, low) = (border[3 * N + 1].int(), border[N - 1].int());
    let above = &border[2 * N + 1..][..N];
    for (y, row) in rows.enumerate() {
        let left = border[2 * N - 1 - y].int();
        let (up, down) = ((N - 1 - y) as i32, (y + 1) as i32);
        for (x, (sample, above)) in row.iter_mut().zip(above).enumerate() {
            let across = (N - 1 - x) as i32 * left + (x + 1) as i32 * right;
            let along = up * above.int() + down * low;
            *sample = S::of((across + along + N as i32) >> (log2 + 1));
        }
    }
}

/// Clause 8.4.4.2.5.
#[inline(always)]
fn dc<'a, S: Sample, const N: usize>(
    border: &Border<S>,
    has_edges: bool,
    rows: impl Iterator<Item = &'a mut [S; N]>,
) {
    let log2 = N.trailing_zeros();
    let (left, above) = (&border[N..2 * N], &border[2 * N + 1..][..N]);
    let sum: i32 = left.iter().chain(above).map(|sample| sample.int()).sum();
    let mean = (sum + N as i32) >> (log2 + 1);
    for (y, row) in rows.enumerate() {
        row.fill(S::of(mean));
        if !has_edges {
            continue;
        }
        let edge = |other: S, twice: i32| S::of((other.int() + twice + 2) >> 2);
        if y == 0 {
            for (sample, &above) in row.iter_mut().zip(above) {
                *sample = edge(above, 3 * mean);
            }
            row[0] = S::of((left[N - 1].int() + 2 * mean + above[0].int() + 2) >> 2);
        } else {
            row[0] = edge(left[N - 1 - y], 3 * mean);
        }
    }
}

/// Clause 8.4.4.2.6.
#[inline(always)]
fn angular<'a, S: Sample, const N: usize>(
    border: &Border<S>,
    mode: u8,
    has_edges: bool,
    most: i32,
    rows: impl Iterator<Item = &'a mut [S; N]>,
) {
    let angle = ANGLES[usize::from(mode - 2).min(32)];
    let is_vertical = mode >= FIRST_VERTICAL;
    // The side that is projected, from N samples before the corner.
    let mut along = [S::default(); 3 * 32 + 1];
    let corner = 2 * N;
    if is_vertical {
        along[N..=3 * N].copy_from_slice(&border[corner..=4 * N]);
    } else {
        for (into, from) in along[N..=3 * N]
            .iter_mut()
            .zip(border[..=corner].iter().rev())
        {
            *into = *from;
        }
    }
    if angle < 0 {
        let inverse = INVERSE[usize::from(mode - 11).min(14)];
        // The first row below uses the sample after the last displacement.
        let last = (N as i32 * angle) >> 5;
        for at in last + 1..0 {
            let other = ((at * inverse + 128) >> 8) as usize;
            let from = if is_vertical {
                corner - other
            } else {
                corner + other
            };
            along[(N as i32 + at) as usize] = border[from];
        }
    }
    let mut block = [[S::default(); N]; N];
    for (y, row) in block.iter_mut().enumerate() {
        let moved = (y as i32 + 1) * angle;
        let (whole, part) = (moved >> 5, moved & 31);
        let from = &along[(N as i32 + 1 + whole) as usize..];
        if part == 0 {
            row.copy_from_slice(&from[..N]);
        } else {
            let pairs = from[..N].iter().zip(&from[1..=N]);
            for (sample, (a, b)) in row.iter_mut().zip(pairs) {
                *sample = S::of(((32 - part) * a.int() + part * b.int() + 16) >> 5);
            }
        }
    }
    if angle == 0 && has_edges {
        let first = along[N + 1].int();
        let corner_value = border[corner].int();
        for (at, row) in block.iter_mut().enumerate() {
            let other = if is_vertical {
                border[corner - 1 - at]
            } else {
                border[corner + 1 + at]
            };
            row[0] = S::of((first + ((other.int() - corner_value) >> 1)).clamp(0, most));
        }
    }
    if is_vertical {
        for (row, from) in rows.zip(&block) {
            *row = *from;
        }
    } else {
        for (x, row) in rows.enumerate() {
            for (sample, from) in row.iter_mut().zip(&block) {
                *sample = from[x];
            }
        }
    }
}

/// Adds differences to the samples of a block.
pub(crate) fn add<S: Sample>(
    plane: &mut Plane<S>,
    (x, y): (usize, usize),
    log2: usize,
    depth: u32,
    residual: &[i32; 1024],
) {
    match log2 {
        2 => add_sized::<S, 4>(plane, x, y, depth, residual),
        3 => add_sized::<S, 8>(plane, x, y, depth, residual),
        4 => add_sized::<S, 16>(plane, x, y, depth, residual),
        _ => add_sized::<S, 32>(plane, x, y, depth, residual),
    }
}

#[inline(always)]
fn add_sized<S: Sample, const N: usize>(
    plane: &mut Plane<S>,
    x: usize,
    y: usize,
    depth: u32,
    residual: &[i32; 1024],
) {
    let stride = plane.width;
    let most = (1 << depth) - 1;
    let rows = plane.samples[y * stride + x..].chunks_mut(stride);
    for (row, differences) in rows.zip(residual.chunks_exact(N)).take(N) {
        let row = row.first_chunk_mut::<N>().into_iter().flatten();
        for (sample, difference) in row.zip(differences) {
            *sample = S::of(sample.int().saturating_add(*difference).clamp(0, most));
        }
    }
}
