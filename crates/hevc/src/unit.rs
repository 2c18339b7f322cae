//! Coding units: modes of prediction and uncompressed samples (clauses 7.3.8.5 to 7.3.8.7).

use crate::Error;
use crate::bits::Bits;
use crate::cabac::{Cabac, PADDING};
use crate::contexts::{BYPASS, CHROMA_MODE, LISTED_MODE, PARTS};
use crate::intra::{DC, HORIZONTAL, PLANAR, VERTICAL};
use crate::map::{EDGE_ABOVE, EDGE_LEFT, UNFILTERED};
use crate::sample::Sample;
use crate::sets::Sps;
use crate::walk::Walk;

/// Table 8-3: modes of chroma in 4:2:2 by the mode in square pixels.
const NARROW: [u8; 35] = [
    0, 1, 2, 2, 2, 2, 3, 5, 7, 8, 10, 12, 13, 15, 17, 18, 19, 20, 21, 22, 23, 23, 24, 24, 25, 25,
    26, 27, 27, 28, 28, 29, 29, 30, 31,
];

/// The mode that stands for a listed mode of chroma that is the one of luma.
const DIAGONAL: u8 = 34;
/// The mode of chroma that is the one of luma (`intra_chroma_pred_mode`).
const DERIVED: u8 = 4;

/// A coding unit.
pub(crate) struct Unit {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) log2: u32,
    /// Whether it is predicted in four parts.
    pub(crate) has_parts: bool,
    pub(crate) is_bypassed: bool,
    pub(crate) luma: [u8; 4],
    pub(crate) chroma: [u8; 4],
    /// Whether the mode of chroma is that of luma.
    pub(crate) is_derived: [bool; 4],
}

impl<S: Sample> Walk<'_, S> {
    /// Clause 7.3.8.5, in an intra slice.
    pub(crate) fn coding_unit(&mut self, x: usize, y: usize, log2: u32) -> Result<(), Error> {
        let entropy = &mut self.entropy;
        let mut flag = |context| entropy.cabac.flag(&mut entropy.contexts, context);
        let is_bypassed = self.pps.has_bypass && flag(BYPASS);
        let has_parts = log2 == self.sps.min_block && !flag(PARTS);
        let pcm = self.sps.pcm.as_ref().filter(|_| !has_parts);
        let pcm = pcm.filter(|pcm| (pcm.sizes[0]..=pcm.sizes[1]).contains(&log2));
        if pcm.is_some() && self.entropy.cabac.terminates() {
            self.uncompressed(x, y, log2)?;
            let is_unfiltered = is_bypassed || pcm.is_some_and(|pcm| pcm.is_unfiltered);
            self.set_flags(x, y, log2, if is_unfiltered { UNFILTERED } else { 0 });
            self.mark_edges(x, y, log2);
            return Ok(());
        }
        if is_bypassed {
            self.set_flags(x, y, log2, UNFILTERED);
        }
        let mut unit = Unit {
            x,
            y,
            log2,
            has_parts,
            is_bypassed,
            luma: [DC; 4],
            chroma: [DC; 4],
            is_derived: [false; 4],
        };
        self.luma_modes(&mut unit);
        self.chroma_modes(&mut unit);
        self.transform_tree(&unit, (x, y), log2, 0, [1; 2])
    }

    fn luma_modes(&mut self, unit: &mut Unit) {
        let parts = if unit.has_parts { 4 } else { 1 };
        let units = (1usize << (unit.log2 - 2)) >> usize::from(unit.has_parts);
        let cabac = &mut self.entropy.cabac;
        let mut listed = [false; 4];
        for listed in listed.iter_mut().take(parts) {
            *listed = cabac.flag(&mut self.entropy.contexts, LISTED_MODE);
        }
        let (left, top) = ((unit.x - self.tree.x) / 4, (unit.y - self.tree.y) / 4);
        for (part, is_listed) in listed.into_iter().enumerate().take(parts) {
            let (left, top) = (left + part % 2 * units, top + part / 2 * units);
            let tree = &mut *self.tree;
            let likely = likely(tree.left_modes[top & 15], tree.above_modes[left & 15]);
            let cabac = &mut self.entropy.cabac;
            let mode = if is_listed {
                let number = match cabac.bypass(1) {
                    0 => 0,
                    _ => 1 + cabac.bypass(1),
                };
                likely[number as usize]
            } else {
                let mut mode = cabac.bypass(5) as u8;
                let mut sorted = likely;
                sorted.sort_unstable();
                for other in sorted {
                    mode += u8::from(mode >= other);
                }
                mode
            };
            unit.luma[part] = mode;
            tree.left_modes[top..top + units].fill(mode);
            tree.above_modes[left..left + units].fill(mode);
        }
        if parts == 1 {
            unit.luma = [unit.luma[0]; 4];
        }
    }

    /// Clause 8.4.3.
    fn chroma_modes(&mut self, unit: &mut Unit) {
        let parts = match self.sps.chroma {
            0 => return,
            3 if unit.has_parts => 4,
            _ => 1,
        };
        let cabac = &mut self.entropy.cabac;
        for part in 0..parts {
            let coded = match cabac.flag(&mut self.entropy.contexts, CHROMA_MODE) {
                false => DERIVED,
                true => cabac.bypass(2) as u8,
            };
            let luma = unit.luma[part];
            let mode = match coded {
                0 => PLANAR,
                1 => VERTICAL,
                2 => HORIZONTAL,
                3 => DC,
                _ => luma,
            };
            let mode = if coded != DERIVED && mode == luma {
                DIAGONAL
            } else {
                mode
            };
            let is_narrow = self.sps.chroma == 2;
            unit.chroma[part] = if is_narrow {
                NARROW[usize::from(mode.min(34))]
            } else {
                mode
            };
            unit.is_derived[part] = coded == DERIVED;
        }
        if parts == 1 {
            unit.chroma = [unit.chroma[0]; 4];
            unit.is_derived = [unit.is_derived[0]; 4];
        }
    }

    /// Samples as they are (clause 7.3.8.7).
    fn uncompressed(&mut self, x: usize, y: usize, log2: u32) -> Result<(), Error> {
        let Some(pcm) = &self.sps.pcm else {
            return Ok(());
        };
        let (data, at) = (self.entropy.cabac.data(), self.entropy.cabac.end());
        let rest = data[..data.len() - PADDING].get(at..);
        let mut bits = Bits::new(rest.ok_or(Error::Truncated("a slice"))?, "a slice");
        let mut count = 0;
        for component in 0..if self.sps.chroma == 0 { 1 } else { 3 } {
            let (across, down) = if component == 0 { (0, 0) } else { self.shifts };
            let (own, depth) = (
                pcm.depths[component.min(1)],
                self.sps.depths[component.min(1)],
            );
            let plane = &mut self.planes[component];
            let (width, height) = ((1usize << log2) >> across, (1usize << log2) >> down);
            let start = (y >> down) * plane.width + (x >> across);
            for row in plane.samples[start..].chunks_mut(plane.width).take(height) {
                for sample in &mut row[..width] {
                    *sample = S::of((bits.take(own)? << (depth - own)) as i32);
                }
            }
            count += width * height * own as usize;
        }
        self.entropy.cabac = Cabac::new(data, at + count.div_ceil(8));
        let (left, top, units) = (
            (x - self.tree.x) / 4,
            (y - self.tree.y) / 4,
            1 << (log2 - 2),
        );
        self.tree.mark(left, top, units);
        self.tree.left_modes[top..top + units].fill(DC);
        self.tree.above_modes[left..left + units].fill(DC);
        Ok(())
    }

    fn set_flags(&mut self, x: usize, y: usize, log2: u32, flags: u8) {
        let squares = 1 << (log2 - 3);
        for row in y / 8..y / 8 + squares {
            let start = row * self.map.across + x / 8;
            for own in &mut self.map.flags[start..start + squares] {
                *own |= flags;
            }
        }
    }

    /// Marks the left and upper edge of a block whose sides are multiples of 8.
    pub(crate) fn mark_edges(&mut self, x: usize, y: usize, log2: u32) {
        let squares = 1usize << (log2 - 3);
        let (start, across) = (y / 8 * self.map.across + x / 8, self.map.across);
        for flags in &mut self.map.flags[start..start + squares] {
            *flags |= EDGE_ABOVE;
        }
        for flags in self.map.flags[start..]
            .iter_mut()
            .step_by(across)
            .take(squares)
        {
            *flags |= EDGE_LEFT;
        }
    }
}

/// The three modes that are likely next to these (clause 8.4.2).
fn likely(left: u8, above: u8) -> [u8; 3] {
    if left == above {
        return match left {
            PLANAR | DC => [PLANAR, DC, VERTICAL],
            _ => [left, 2 + (left + 29) % 32, 2 + (left - 2 + 1) % 32],
        };
    }
    let pair = [left, above];
    let third = [PLANAR, DC, VERTICAL]
        .into_iter()
        .find(|mode| !pair.contains(mode));
    [left, above, third.unwrap_or(VERTICAL)]
}

impl Sps {
    /// Whether differences of neighbouring samples are coded in this mode (clause 8.6.2, rdpcm).
    pub(crate) fn has_differences(&self, mode: u8) -> bool {
        self.range.has_implicit_rdpcm && (mode == HORIZONTAL || mode == VERTICAL)
    }
}
