//! The filter of edges between blocks (clause 8.7.2). All blocks are intra blocks, so all edges are filtered alike
//! (boundary strength 2).

use crate::map::{EDGE_ABOVE, EDGE_LEFT, Map, UNFILTERED};
use crate::quantizer;
use crate::sample::{Plane, Sample};
use crate::sets::{Pps, Sps};
use crate::slice::Slice;

/// Table 8-12: beta by the parameter of quantisation.
const BETA: [u8; 52] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
    20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62, 64,
];
/// Table 8-12: tc.
const TC: [u8; 54] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3,
    3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 11, 13, 14, 16, 18, 20, 22, 24,
];

/// How the samples at an edge are filtered.
#[derive(Clone, Copy)]
struct Edge {
    beta: i32,
    tc: i32,
    /// Whether samples before the edge, and after it, stay as they are.
    keeps: [bool; 2],
    most: i32,
}

/// Filters all edges of a picture: first those between columns, then those between rows.
pub(crate) fn run<S: Sample>(planes: &mut [Plane<S>; 3], map: &Map, sps: &Sps, pps: &Pps) {
    if map.slices.iter().all(|slice| slice.deblocking.is_off) {
        return;
    }
    for is_vertical in [true, false] {
        let filter = Filter {
            map,
            sps,
            pps,
            is_vertical,
        };
        for number in 0..map.slice_of.len() {
            filter.tree_block(planes, number);
        }
    }
}

struct Filter<'a> {
    map: &'a Map,
    sps: &'a Sps,
    pps: &'a Pps,
    /// Whether edges between columns are filtered.
    is_vertical: bool,
}

impl Filter<'_> {
    fn tree_block<S: Sample>(&self, planes: &mut [Plane<S>; 3], number: usize) {
        let map = self.map;
        let (column, row) = (number % map.blocks.0, number / map.blocks.0);
        let slice = &map.slices[usize::from(map.slice_of[number])];
        if slice.deblocking.is_off {
            return;
        }
        let squares = 1usize << (self.sps.tree_block - 3);
        let high = self.sps.coded.1 as usize / 8;
        let (left, top) = (column * squares, row * squares);
        let (right, bottom) = ((left + squares).min(map.across), (top + squares).min(high));
        let wanted = if self.is_vertical {
            EDGE_LEFT
        } else {
            EDGE_ABOVE
        };
        let is_crossed = self.is_crossed(number, column, row, slice);
        for y in top..bottom {
            let first = if self.is_vertical { left } else { top };
            if !self.is_vertical && y == first && !is_crossed {
                continue;
            }
            for x in left..right {
                let at = y * map.across + x;
                if map.flags[at] & wanted == 0 || self.is_vertical && x == first && !is_crossed {
                    continue;
                }
                self.edge(planes, slice, x, y, at);
            }
        }
    }

    /// Whether the first edge of a coding tree block is filtered, which may be one of a slice or tile.
    fn is_crossed(&self, number: usize, column: usize, row: usize, slice: &Slice) -> bool {
        let map = self.map;
        let before = match self.is_vertical {
            true if column > 0 => number - 1,
            false if row > 0 => number - map.blocks.0,
            _ => return false,
        };
        let is_same_slice = map.slice_of[before] == map.slice_of[number];
        let is_same_tile = map.tile_of[before] == map.tile_of[number];
        let across_tiles = self
            .pps
            .tiles
            .as_ref()
            .is_none_or(|tiles| tiles.are_filtered_across);
        (is_same_slice || slice.is_filtered_across) && (is_same_tile || across_tiles)
    }

    /// Filters the edge of a square of 8 x 8 luma samples.
    #[inline(always)]
    fn edge<S: Sample>(
        &self,
        planes: &mut [Plane<S>; 3],
        slice: &Slice,
        x: usize,
        y: usize,
        at: usize,
    ) {
        let map = self.map;
        let before = if self.is_vertical {
            at - 1
        } else {
            at - map.across
        };
        let mean = (i32::from(map.quantizers[at]) + i32::from(map.quantizers[before]) + 1) >> 1;
        let [beta, tc] = slice.deblocking.offsets.map(|offset| 2 * offset);
        let keeps = [map.flags[before], map.flags[at]].map(|flags| flags & UNFILTERED != 0);
        let tc_of = |mean: i32, depth: u32| {
            i32::from(TC[(mean + 2 + tc).clamp(0, 53) as usize]) << (depth - 8)
        };
        let depth = self.sps.depths[0];
        let edge = Edge {
            beta: i32::from(BETA[(mean + beta).clamp(0, 51) as usize]) << (depth - 8),
            tc: tc_of(mean, depth),
            keeps,
            most: (1 << depth) - 1,
        };
        if edge.beta > 0 {
            let plane = &mut planes[0];
            let stride = plane.width;
            let (step, line) = if self.is_vertical {
                (1, stride)
            } else {
                (stride, 1)
            };
            let start = 8 * y * stride + 8 * x - 4 * step;
            for half in 0..2 {
                luma(
                    &mut plane.samples,
                    start + 4 * half * line,
                    self.is_vertical,
                    stride,
                    edge,
                );
            }
        }
        if self.sps.chroma == 0 {
            return;
        }
        let (across, down) = self.sps.shifts();
        // Edges of chroma are filtered where they are multiples of 8 chroma samples.
        let (place, shift) = if self.is_vertical {
            (x, across)
        } else {
            (y, down)
        };
        if place & ((1 << shift) - 1) != 0 {
            return;
        }
        let depth = self.sps.depths[1];
        for (component, plane) in planes.iter_mut().enumerate().skip(1) {
            let mean = quantizer::of_chroma(
                mean + self.pps.chroma_offsets[component - 1],
                self.sps.chroma,
            );
            let edge = Edge {
                tc: tc_of(mean, depth),
                most: (1 << depth) - 1,
                ..edge
            };
            if edge.tc == 0 {
                continue;
            }
            let stride = plane.width;
            let start = ((8 * y) >> down) * stride + ((8 * x) >> across);
            let length = 8 >> if self.is_vertical { down } else { across };
            let (step, line) = if self.is_vertical {
                (1, stride)
            } else {
                (stride, 1)
            };
            chroma(
                &mut plane.samples,
                start - 2 * step,
                step,
                line,
                length,
                edge,
            );
        }
    }
}

/// Four lines across an edge of luma, of four samples before and after it; the first is at `start`.
#[inline(always)]
fn luma<S: Sample>(samples: &mut [S], start: usize, is_vertical: bool, stride: usize, edge: Edge) {
    let (step, line) = if is_vertical {
        (1, stride)
    } else {
        (stride, 1)
    };
    let mut lines = [[0i32; 8]; 4];
    if is_vertical {
        for (at, own) in lines.iter_mut().enumerate() {
            for (own, sample) in own.iter_mut().zip(&samples[start + at * stride..][..8]) {
                *own = sample.int();
            }
        }
    } else {
        for at in 0..8 {
            for (own, sample) in lines.iter_mut().zip(&samples[start + at * stride..][..4]) {
                own[at] = sample.int();
            }
        }
    }
    let bend = |line: &[i32; 8]| {
        let [_, p2, p1, p0, q0, q1, q2, _] = *line;
        ((p2 - 2 * p1 + p0).abs(), (q2 - 2 * q1 + q0).abs())
    };
    let ((p_first, q_first), (p_last, q_last)) = (bend(&lines[0]), bend(&lines[3]));
    let (first, last) = (p_first + q_first, p_last + q_last);
    let Edge {
        beta,
        tc,
        keeps,
        most,
    } = edge;
    if first + last >= beta {
        return;
    }
    let is_flat = |line: &[i32; 8], bend: i32| {
        let [p3, _, _, p0, q0, _, _, q3] = *line;
        2 * bend < beta >> 2
            && (p3 - p0).abs() + (q0 - q3).abs() < beta >> 3
            && (p0 - q0).abs() < (5 * tc + 1) >> 1
    };
    let is_strong = is_flat(&lines[0], first) && is_flat(&lines[3], last);
    let bound = (beta + (beta >> 1)) >> 3;
    let wide = [p_first + p_last < bound, q_first + q_last < bound];
    for (at, own) in lines.iter_mut().enumerate() {
        let old = *own;
        if is_strong {
            strong(own, tc);
        } else if !weak(own, tc, wide, most) {
            continue;
        }
        if keeps[0] {
            own[..4].copy_from_slice(&old[..4]);
        }
        if keeps[1] {
            own[4..].copy_from_slice(&old[4..]);
        }
        let start = start + at * line;
        for number in 1..7 {
            samples[start + number * step] = S::of(own[number]);
        }
    }
}

/// Clause 8.7.2.5.7, for flat areas.
fn strong(line: &mut [i32; 8], tc: i32) {
    let [p3, p2, p1, p0, q0, q1, q2, q3] = *line;
    let near = |value: i32, old: i32| value.clamp(old - 2 * tc, old + 2 * tc);
    line[3] = near((p2 + 2 * p1 + 2 * p0 + 2 * q0 + q1 + 4) >> 3, p0);
    line[2] = near((p2 + p1 + p0 + q0 + 2) >> 2, p1);
    line[1] = near((2 * p3 + 3 * p2 + p1 + p0 + q0 + 4) >> 3, p2);
    line[4] = near((p1 + 2 * p0 + 2 * q0 + 2 * q1 + q2 + 4) >> 3, q0);
    line[5] = near((p0 + q0 + q1 + q2 + 2) >> 2, q1);
    line[6] = near((p0 + q0 + q1 + 3 * q2 + 2 * q3 + 4) >> 3, q2);
}

/// The same for other areas; `false` if nothing changes.
fn weak(line: &mut [i32; 8], tc: i32, wide: [bool; 2], most: i32) -> bool {
    let [_, p2, p1, p0, q0, q1, q2, _] = *line;
    let delta = (9 * (q0 - p0) - 3 * (q1 - p1) + 8) >> 4;
    if delta.abs() >= 10 * tc {
        return false;
    }
    let delta = delta.clamp(-tc, tc);
    let half = tc >> 1;
    line[3] = (p0 + delta).clamp(0, most);
    line[4] = (q0 - delta).clamp(0, most);
    if wide[0] {
        let delta = ((((p2 + p0 + 1) >> 1) - p1 + delta) >> 1).clamp(-half, half);
        line[2] = (p1 + delta).clamp(0, most);
    }
    if wide[1] {
        let delta = ((((q2 + q0 + 1) >> 1) - q1 - delta) >> 1).clamp(-half, half);
        line[5] = (q1 + delta).clamp(0, most);
    }
    true
}

/// Clause 8.7.2.5.8.
#[inline(always)]
fn chroma<S: Sample>(
    samples: &mut [S],
    start: usize,
    step: usize,
    line: usize,
    length: usize,
    edge: Edge,
) {
    let Edge {
        tc, keeps, most, ..
    } = edge;
    for at in 0..length {
        let start = start + at * line;
        let four = &mut samples[start..=start + 3 * step];
        let (p1, p0) = (four[0].int(), four[step].int());
        let (q0, q1) = (four[2 * step].int(), four[3 * step].int());
        let delta = ((((q0 - p0) << 2) + p1 - q1 + 4) >> 3).clamp(-tc, tc);
        if !keeps[0] {
            four[step] = S::of((p0 + delta).clamp(0, most));
        }
        if !keeps[1] {
            four[2 * step] = S::of((q0 - delta).clamp(0, most));
        }
    }
}
