//! Sample adaptive offsets (clause 8.7.3).

use crate::map::{Map, Offsets, UNFILTERED};
use crate::sample::{Plane, Sample};
use crate::sets::{Pps, Sps};

/// Columns and rows to the first of the two neighbours, by direction; the other is opposite (table 8-13).
const DIRECTIONS: [(isize, isize); 4] = [(-1, 0), (0, -1), (-1, -1), (1, -1)];

/// Adds the offsets of all coding tree blocks.
pub(crate) fn run<S: Sample>(
    planes: &mut [Plane<S>; 3],
    map: &Map,
    sps: &Sps,
    pps: &Pps,
    copy: &mut Vec<S>,
) {
    let restricted = map.slices.len() > 1
        && map.slices.iter().any(|slice| !slice.is_filtered_across)
        || pps
            .tiles
            .as_ref()
            .is_some_and(|tiles| !tiles.are_filtered_across);
    let (across, down) = sps.shifts();
    for (component, plane) in
        planes
            .iter_mut()
            .enumerate()
            .take(if sps.chroma == 0 { 1 } else { 3 })
    {
        let shifts = if component == 0 {
            (0, 0)
        } else {
            (across, down)
        };
        let filter = Filter {
            map,
            component,
            shifts: (shifts.0 as usize, shifts.1 as usize),
            side: (
                1 << sps.tree_block >> shifts.0,
                1 << sps.tree_block >> shifts.1,
            ),
            depth: sps.depths[component.min(1)],
            across_tiles: pps
                .tiles
                .as_ref()
                .is_none_or(|tiles| tiles.are_filtered_across),
            restricted,
            has_unfiltered: pps.has_bypass || sps.pcm.as_ref().is_some_and(|pcm| pcm.is_unfiltered),
        };
        filter.plane(plane, copy);
    }
}

struct Filter<'a> {
    map: &'a Map,
    component: usize,
    shifts: (usize, usize),
    /// Width and height of a coding tree block in the plane.
    side: (usize, usize),
    depth: u32,
    across_tiles: bool,
    /// Whether samples of some neighbours must not be used.
    restricted: bool,
    has_unfiltered: bool,
}

/// Where a coding tree block is.
struct Part {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
    number: usize,
}

impl Filter<'_> {
    /// `copy` receives the rows of coding tree blocks as they were, with a row above and one below.
    fn plane<S: Sample>(&self, plane: &mut Plane<S>, copy: &mut Vec<S>) {
        let (width, height) = (plane.width, plane.height);
        let (columns, rows) = self.map.blocks;
        copy.clear();
        copy.resize(width * (self.side.1 + 2), S::default());
        for row in 0..rows {
            let top = row * self.side.1;
            let bottom = (top + self.side.1).min(height);
            // The last row of the blocks above, which are filtered already, is in the copy.
            copy.copy_within(self.side.1 * width..(self.side.1 + 1) * width, 0);
            let below = (bottom + 1).min(height);
            copy[width..(below - top + 1) * width]
                .copy_from_slice(&plane.samples[top * width..below * width]);
            for column in 0..columns {
                let number = row * columns + column;
                let offsets = &self.map.offsets[number][self.component];
                let left = column * self.side.0;
                let part = Part {
                    left,
                    right: (left + self.side.0).min(width),
                    top,
                    bottom,
                    number,
                };
                match offsets.kind {
                    0 => continue,
                    1 => self.bands(plane, copy, &part, offsets),
                    _ => self.edges(plane, copy, &part, offsets),
                }
                if self.has_unfiltered {
                    self.restore(plane, copy, &part);
                }
            }
        }
    }

    fn bands<S: Sample>(&self, plane: &mut Plane<S>, copy: &[S], part: &Part, offsets: &Offsets) {
        let mut table = [0i32; 32];
        for (at, &value) in offsets.values.iter().enumerate() {
            table[(usize::from(offsets.place) + at) & 31] = value.into();
        }
        let (shift, most) = (self.depth - 5, (1 << self.depth) - 1);
        let width = plane.width;
        for y in part.top..part.bottom {
            let from = &copy[(y - part.top + 1) * width..][part.left..part.right];
            let into = &mut plane.samples[y * width..][part.left..part.right];
            for (into, from) in into.iter_mut().zip(from) {
                let value = from.int();
                *into = S::of((value + table[(value >> shift) as usize & 31]).clamp(0, most));
            }
        }
    }

    fn edges<S: Sample>(&self, plane: &mut Plane<S>, copy: &[S], part: &Part, offsets: &Offsets) {
        let (dx, dy) = DIRECTIONS[usize::from(offsets.place & 3)];
        let [a, b, c, d] = offsets.values;
        let most = (1 << self.depth) - 1;
        let (width, height) = (plane.width, plane.height);
        // Samples at the edge of the picture have no neighbour beyond it, and stay.
        let left = if dx != 0 { part.left.max(1) } else { part.left };
        let right = if dx != 0 {
            part.right.min(width - 1)
        } else {
            part.right
        };
        if left >= right {
            return;
        }
        for y in part.top..part.bottom {
            if dy != 0 && (y == 0 || y + 1 == height) {
                continue;
            }
            let start = (y - part.top + 1) * width;
            let line = |step: isize, row: isize| {
                let first = (start + left).saturating_add_signed(row * width as isize + step);
                &copy[first..first + right - left]
            };
            let (from, first, second) = (line(0, 0), line(dx, dy), line(-dx, -dy));
            let into = &mut plane.samples[y * width..][left..right];
            for (((into, from), first), second) in into.iter_mut().zip(from).zip(first).zip(second)
            {
                let value = from.int() as i16;
                let sign = |other: S| {
                    let other = other.int() as i16;
                    i16::from(value > other) - i16::from(value < other)
                };
                let sum = sign(*first) + sign(*second);
                let below = if sum == -2 { a } else { b };
                let above = if sum == 2 { d } else { c };
                let offset = if sum < 0 { below } else { above };
                let offset = if sum == 0 { 0 } else { offset };
                *into = S::of(i32::from(value + offset).clamp(0, most));
            }
            if self.restricted {
                self.keep(plane, copy, part, y, (dx, dy));
            }
        }
    }

    /// Restores samples of a row whose neighbours belong to a slice or tile that is not used.
    fn keep<S: Sample>(
        &self,
        plane: &mut Plane<S>,
        copy: &[S],
        part: &Part,
        y: usize,
        (dx, dy): (isize, isize),
    ) {
        let width = plane.width;
        let is_edge_row = y == part.top || y + 1 == part.bottom;
        for x in part.left..part.right {
            if !is_edge_row && x != part.left && x + 1 != part.right {
                continue;
            }
            let is_used = |step: isize, row: isize| {
                let (x, y) = (x.checked_add_signed(step), y.checked_add_signed(row));
                let (Some(x), Some(y)) = (x, y) else {
                    return true;
                };
                if x >= width || y >= plane.height {
                    return true;
                }
                let other = y / self.side.1 * self.map.blocks.0 + x / self.side.0;
                self.is_used(part.number, other)
            };
            if !is_used(dx, dy) || !is_used(-dx, -dy) {
                plane.samples[y * width + x] = copy[(y - part.top + 1) * width + x];
            }
        }
    }

    /// Whether samples of a coding tree block are filtered with those of another one.
    fn is_used(&self, own: usize, other: usize) -> bool {
        let map = self.map;
        if map.slice_of[own] != map.slice_of[other] {
            let later = if map.rank[own] > map.rank[other] {
                own
            } else {
                other
            };
            if !map.slices[usize::from(map.slice_of[later])].is_filtered_across {
                return false;
            }
        }
        self.across_tiles || map.tile_of[own] == map.tile_of[other]
    }

    /// Restores samples that filters leave unchanged.
    fn restore<S: Sample>(&self, plane: &mut Plane<S>, copy: &[S], part: &Part) {
        let width = plane.width;
        for y in part.top..part.bottom {
            for x in part.left..part.right {
                let square = (y << self.shifts.1) / 8 * self.map.across + (x << self.shifts.0) / 8;
                if self.map.flags[square] & UNFILTERED != 0 {
                    plane.samples[y * width + x] = copy[(y - part.top + 1) * width + x];
                }
            }
        }
    }
}
