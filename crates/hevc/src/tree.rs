//! Coding tree blocks: sample adaptive offsets and the coding quadtree (clauses 7.3.8.2 to 7.3.8.4).

use crate::Error;
use crate::border::Place;
use crate::contexts::{OFFSET_KIND, OFFSET_MERGE, SPLIT_BLOCK};
use crate::intra::DC;
use crate::map::Offsets;
use crate::sample::Sample;
use crate::walk::Walk;

impl<S: Sample> Walk<'_, S> {
    /// Decodes the coding tree block with this number.
    pub(crate) fn coding_tree_block(&mut self, number: usize) -> Result<(), Error> {
        let (across, _) = self.map.blocks;
        let (column, row) = (number % across, number / across);
        let log2 = self.sps.tree_block;
        let is_there = |number: usize| self.map.is_available(number, self.number, self.tile);
        let left = column > 0 && is_there(number - 1);
        let above = row > 0 && is_there(number - across);
        let corner = column > 0 && row > 0 && is_there(number - across - 1);
        let right = column + 1 < across && row > 0 && is_there(number - across + 1);
        self.map.slice_of[number] = self.number;
        let (x, y) = (column << log2, row << log2);
        self.enter(x, y, [left, above, corner, right]);
        if self.slice.offsets != [false; 2] {
            self.offsets(number, left, above);
        }
        self.quadtree(x, y, log2, 0)
    }

    /// Prepares what is known around a coding tree block.
    fn enter(&mut self, x: usize, y: usize, [left, above, corner, right]: [bool; 4]) {
        let units = 1usize << (self.sps.tree_block - 2);
        let (wide, high) = (
            (self.sps.coded.0 as usize - x) / 4,
            (self.sps.coded.1 as usize - y) / 4,
        );
        let bits = |count: usize, is_there: bool| if is_there { (1u64 << count) - 1 } else { 0 };
        let row = u64::from(corner)
            | bits(wide.min(units), above) << 1
            | bits(wide.saturating_sub(units).min(units), right) << (units + 1);
        let column = u64::from(corner) | bits(high.min(units), left) << 1;
        let tree = &mut *self.tree;
        (tree.x, tree.y) = (x, y);
        for at in 0..=units {
            tree.rows[at] = column >> at & 1;
            tree.columns[at] = row >> at & 1;
        }
        tree.rows[0] = row;
        tree.columns[0] = column;
        tree.above_modes = [DC; 16];
        if !left {
            tree.left_modes = [DC; 16];
            tree.left_depths = [0; 8];
        }
        if !above {
            let from = x / 8;
            let depths = &mut self.map.depths[from..];
            let count = depths.len().min(units / 2);
            depths[..count].fill(0);
        }
    }

    /// Clause 7.3.8.3.
    fn offsets(&mut self, number: usize, left: bool, above: bool) {
        let (across, _) = self.map.blocks;
        let entropy = &mut self.entropy;
        let mut merges =
            |is_there: bool| is_there && entropy.cabac.flag(&mut entropy.contexts, OFFSET_MERGE);
        if merges(left) {
            self.map.offsets[number] = self.map.offsets[number - 1];
            return;
        }
        if merges(above) {
            self.map.offsets[number] = self.map.offsets[number - across];
            return;
        }
        let mut all = [Offsets::default(); 3];
        for component in 0..if self.sps.chroma == 0 { 1 } else { 3 } {
            if self.slice.offsets[component.min(1)] {
                all[component] = self.component_offsets(component, all[1]);
            }
        }
        self.map.offsets[number] = all;
    }

    fn component_offsets(&mut self, component: usize, of_cb: Offsets) -> Offsets {
        let cabac = &mut self.entropy.cabac;
        let kind = match component {
            2 => of_cb.kind,
            _ => match cabac.flag(&mut self.entropy.contexts, OFFSET_KIND) {
                false => 0,
                true => 1 + cabac.bypass(1) as u8,
            },
        };
        let mut offsets = Offsets {
            kind,
            ..Offsets::default()
        };
        if offsets.kind == 0 {
            return offsets;
        }
        let depth = self.sps.depths[component.min(1)];
        let most = (1 << (depth.min(10) - 5)) - 1;
        for value in &mut offsets.values {
            while *value < most && cabac.bypass(1) == 1 {
                *value += 1;
            }
        }
        if offsets.kind == 1 {
            for value in offsets.values.iter_mut().filter(|value| **value != 0) {
                if cabac.bypass(1) == 1 {
                    *value = -*value;
                }
            }
            offsets.place = cabac.bypass(5) as u8;
        } else {
            offsets.values[2] *= -1;
            offsets.values[3] *= -1;
            offsets.place = match component {
                2 => of_cb.place,
                _ => cabac.bypass(2) as u8,
            };
        }
        for value in &mut offsets.values {
            *value <<= self.pps.offset_shifts[component.min(1)];
        }
        offsets
    }

    /// Clause 7.3.8.4.
    fn quadtree(&mut self, x: usize, y: usize, log2: u32, depth: u32) -> Result<(), Error> {
        let (width, height) = (self.sps.coded.0 as usize, self.sps.coded.1 as usize);
        let side = 1 << log2;
        let is_split = if log2 <= self.sps.min_block {
            false
        } else if x + side <= width && y + side <= height {
            let left = self.tree.left_depths[(y - self.tree.y) / 8];
            let above = self.map.depths[x / 8];
            let deeper = |other: u8| u8::from(u32::from(other) > depth);
            let context = SPLIT_BLOCK + deeper(left) + deeper(above);
            self.entropy.cabac.flag(&mut self.entropy.contexts, context)
        } else {
            true
        };
        let (tree_block, pps) = (self.sps.tree_block, self.pps);
        let (left, above) = ((x - self.tree.x) / 8, (y - self.tree.y) / 8);
        if pps
            .delta_depth
            .is_some_and(|depth| log2 + depth >= tree_block)
        {
            let of_left = (left > 0).then(|| self.tree.left_quantizers[above]);
            let of_above = (above > 0).then(|| self.tree.above_quantizers[left]);
            self.quantizer.start_group(of_left, of_above);
        }
        let lists = pps
            .chroma_lists
            .as_ref()
            .filter(|_| self.slice.has_chroma_lists);
        if lists.is_some_and(|(depth, _)| log2 + depth >= tree_block) {
            self.quantizer.is_offset_coded = false;
        }
        if is_split {
            let half = side / 2;
            for (x, y) in [(x, y), (x + half, y), (x, y + half), (x + half, y + half)] {
                if x < width && y < height {
                    self.quadtree(x, y, log2 - 1, depth + 1)?;
                }
            }
            return Ok(());
        }
        self.coding_unit(x, y, log2)?;
        self.quantizer.finish();
        let squares = side / 8;
        let quantizer = self.quantizer.luma() as i8;
        self.tree.left_depths[above..above + squares].fill(depth as u8);
        self.map.depths[x / 8..x / 8 + squares].fill(depth as u8);
        self.tree.left_quantizers[above..above + squares].fill(quantizer);
        self.tree.above_quantizers[left..left + squares].fill(quantizer);
        for row in y / 8..y / 8 + squares {
            let start = row * self.map.across + x / 8;
            self.map.quantizers[start..start + squares].fill(quantizer);
        }
        Ok(())
    }

    /// The place of a block in a plane, from its luma coordinates.
    #[inline(always)]
    pub(crate) fn place(&self, component: usize, (x, y): (usize, usize), log2: usize) -> Place {
        let (across, down) = if component == 0 { (0, 0) } else { self.shifts };
        let units = ((2 << log2 << across) / 4, (2 << log2 << down) / 4);
        let (left, top) = ((x - self.tree.x) / 4, (y - self.tree.y) / 4);
        let (above, on_left, has_corner) = self.tree.around(left, top, units);
        Place {
            x: x >> across,
            y: y >> down,
            log2,
            above,
            left: on_left,
            has_corner,
            unit: (4 >> across, 4 >> down),
        }
    }
}
