//! Transform trees and units (clauses 7.3.8.8 to 7.3.8.12), with prediction and reconstruction of their blocks.

use crate::Error;
use crate::contexts::{
    CHROMA_OFFSET, CHROMA_OFFSET_NUMBER, CODED_CHROMA, CODED_LUMA, CROSS_SCALE, CROSS_SIGN, DELTA,
    SPLIT_TRANSFORM,
};
use crate::intra::{self, Rules, VERTICAL};
use crate::residual::Coding;
use crate::sample::Sample;
use crate::transform::{self, Plain};
use crate::unit::Unit;
use crate::walk::Walk;

/// Which blocks of Cb and of Cr have coefficients: bit 0 the first, bit 1 the second, which 4:2:2 has below it.
type Coded = [u8; 2];

impl<S: Sample> Walk<'_, S> {
    /// Clause 7.3.8.8.
    pub(crate) fn transform_tree(
        &mut self,
        unit: &Unit,
        (x, y): (usize, usize),
        log2: u32,
        depth: u32,
        parent: Coded,
    ) -> Result<(), Error> {
        let sps = self.sps;
        let entropy = &mut self.entropy;
        let mut flag = |context| entropy.cabac.flag(&mut entropy.contexts, context);
        let most = sps.intra_depth + u32::from(unit.has_parts);
        let is_inferred = log2 > sps.max_transform || log2 <= sps.min_transform || depth >= most;
        let is_split = if is_inferred || unit.has_parts && depth == 0 {
            log2 > sps.max_transform || unit.has_parts && depth == 0
        } else {
            flag(SPLIT_TRANSFORM + (5 - log2) as u8)
        };
        let mut coded = [0; 2];
        if log2 > 2 && sps.chroma != 0 || sps.chroma == 3 {
            for (coded, parent) in coded.iter_mut().zip(parent) {
                if parent != 0 {
                    *coded = u8::from(flag(CODED_CHROMA + depth as u8));
                    if sps.chroma == 2 && (!is_split || log2 == 3) {
                        *coded |= u8::from(flag(CODED_CHROMA + depth as u8)) << 1;
                    }
                }
            }
        } else if log2 == 2 {
            coded = parent;
        }
        if is_split {
            if log2 == 3 {
                self.mark_edges(x, y, log2);
            }
            let half = 1 << (log2 - 1);
            for (at, corner) in [(x, y), (x + half, y), (x, y + half), (x + half, y + half)]
                .into_iter()
                .enumerate()
            {
                self.transform_tree(unit, corner, log2 - 1, depth + 1, coded)?;
                if at == 3 && log2 == 3 && sps.chroma != 3 && sps.chroma != 0 {
                    self.chroma(unit, (x, y), 2, coded, false)?;
                }
            }
            return Ok(());
        }
        let is_coded = flag(CODED_LUMA + u8::from(depth == 0));
        self.transform_unit(unit, (x, y), log2, is_coded, coded)
    }

    /// Clause 7.3.8.10.
    fn transform_unit(
        &mut self,
        unit: &Unit,
        (x, y): (usize, usize),
        log2: u32,
        is_coded: bool,
        coded: Coded,
    ) -> Result<(), Error> {
        let is_chroma_coded = self.sps.chroma != 0 && coded != [0; 2];
        if is_coded || is_chroma_coded {
            self.delta(unit, is_chroma_coded)?;
        }
        if log2 > 2 {
            self.mark_edges(x, y, log2);
        }
        let part = unit.part(x, y);
        self.block(unit, 0, (x, y), log2, unit.luma[part], is_coded, 0);
        self.tree.mark(
            (x - self.tree.x) / 4,
            (y - self.tree.y) / 4,
            1 << (log2 - 2),
        );
        if self.sps.chroma == 3 {
            self.chroma(unit, (x, y), log2, coded, is_coded)?;
        } else if self.sps.chroma != 0 && log2 > 2 {
            self.chroma(unit, (x, y), log2 - 1, coded, is_coded)?;
        }
        Ok(())
    }

    /// The blocks of chroma that belong to the luma block at these coordinates.
    fn chroma(
        &mut self,
        unit: &Unit,
        (x, y): (usize, usize),
        log2: u32,
        coded: Coded,
        is_luma: bool,
    ) -> Result<(), Error> {
        let part = if self.sps.chroma == 3 {
            unit.part(x, y)
        } else {
            0
        };
        for component in 1..3 {
            let mut scale = 0;
            if self.pps.has_cross_component
                && self.sps.chroma == 3
                && is_luma
                && unit.is_derived[part]
            {
                scale = self.cross_scale(component - 1);
            }
            let coded = coded[component - 1];
            for second in 0..if self.sps.chroma == 2 { 2 } else { 1 } {
                let at = (x, y + (second << log2));
                let is_coded = coded >> second & 1 == 1;
                self.block(
                    unit,
                    component,
                    at,
                    log2,
                    unit.chroma[part],
                    is_coded,
                    scale,
                );
            }
        }
        Ok(())
    }

    /// Predicts a block, reads its coefficients and adds what they stand for.
    #[allow(clippy::too_many_arguments)] // what the syntax depends on
    fn block(
        &mut self,
        unit: &Unit,
        component: usize,
        at: (usize, usize),
        log2: u32,
        mode: u8,
        is_coded: bool,
        cross: i32,
    ) {
        let (sps, pps) = (self.sps, self.pps);
        let place = self.place(component, at, log2 as usize);
        let depth = sps.depths[component.min(1)];
        let is_luma = component == 0;
        let rules = Rules {
            depth,
            is_smoothed: (is_luma || sps.chroma == 3) && !sps.range.is_smoothing_off,
            is_strong: is_luma && sps.is_strongly_smoothed,
            has_edges: is_luma,
            has_straight_edges: is_luma && !(sps.range.has_implicit_rdpcm && unit.is_bypassed),
        };
        intra::predict(&mut self.planes[component], &place, mode, rules);
        if !is_coded && cross == 0 {
            return;
        }
        let [luma, other] = &mut *self.residuals;
        let residual = if is_luma { &mut *luma } else { &mut *other };
        if is_coded {
            let has_scan = log2 == 2 || log2 == 3 && (is_luma || sps.chroma == 3);
            let scan = match mode {
                6..=14 if has_scan => 2,
                22..=30 if has_scan => 1,
                _ => 0,
            };
            let factors = match &sps.scaling {
                Some(of_sequence) => Some(pps.scaling.as_ref().unwrap_or(of_sequence)),
                None => None,
            };
            let coding = Coding {
                scan,
                may_skip: pps.has_transform_skip && !unit.is_bypassed && log2 <= pps.max_skip,
                is_bypassed: unit.is_bypassed,
                hides_signs: pps.hides_signs,
                has_differences: sps.has_differences(mode),
                has_skip_context: sps.range.has_skip_context,
                has_persistent_rice: sps.range.has_persistent_rice,
                scale: self.quantizer.scale(component, log2),
                factors: factors.map(|factors| factors.of(log2 as usize, component)),
            };
            self.entropy.residual(log2, !is_luma, &coding, self.block);
            if self.block.is_skipped || unit.is_bypassed {
                let differences = sps.has_differences(mode).then_some(mode == VERTICAL);
                let plain = Plain {
                    is_bypassed: unit.is_bypassed,
                    is_rotated: sps.range.rotates_skipped,
                    differences,
                    depth,
                };
                transform::untransformed(self.block, log2 as usize, plain, residual);
            } else {
                transform::inverse(self.block, log2 as usize, is_luma, depth, residual);
            }
        }
        if cross != 0 {
            if !is_coded {
                other.fill(0);
            }
            // Clause 8.6.6.
            for (own, luma) in other.iter_mut().zip(luma).take(1 << (2 * log2)) {
                let level = (luma.wrapping_shl(sps.depths[1])) >> sps.depths[0];
                *own = own.wrapping_add(cross.wrapping_mul(level) >> 3);
            }
        }
        let [luma, other] = &*self.residuals;
        let residual = if is_luma { luma } else { other };
        intra::add(
            &mut self.planes[component],
            (place.x, place.y),
            log2 as usize,
            depth,
            residual,
        );
    }

    /// Differences of quantisers (clauses 7.3.8.14 and 9.3.3.10).
    fn delta(&mut self, unit: &Unit, is_chroma_coded: bool) -> Result<(), Error> {
        let contexts = &mut self.entropy.contexts;
        let cabac = &mut self.entropy.cabac;
        if self.pps.delta_depth.is_some() && !self.quantizer.is_delta_coded {
            let mut size = 0;
            while size < 5 && cabac.flag(contexts, DELTA + u8::from(size > 0)) {
                size += 1;
            }
            if size == 5 {
                let mut bits = 0;
                while bits < 16 && cabac.bypass(1) == 1 {
                    size += 1 << bits;
                    bits += 1;
                }
                size += cabac.bypass(bits) as i32;
            }
            let is_negative = size > 0 && cabac.bypass(1) == 1;
            if !self.quantizer.add(if is_negative { -size } else { size }) {
                return Err(Error::Malformed("a quantiser"));
            }
        }
        let lists = self
            .pps
            .chroma_lists
            .as_ref()
            .filter(|_| self.slice.has_chroma_lists);
        let Some((_, lists)) = lists.filter(|_| is_chroma_coded && !unit.is_bypassed) else {
            return Ok(());
        };
        if !self.quantizer.is_offset_coded {
            let mut offsets = [0; 2];
            if cabac.flag(contexts, CHROMA_OFFSET) {
                let mut number = 0;
                while number + 1 < lists.len() && cabac.flag(contexts, CHROMA_OFFSET_NUMBER) {
                    number += 1;
                }
                offsets = lists[number];
            }
            self.quantizer.set_offsets(offsets);
        }
        Ok(())
    }

    /// By how many eighths of luma differences those of this component are larger (clause 7.3.8.12).
    fn cross_scale(&mut self, component: usize) -> i32 {
        let entropy = &mut self.entropy;
        let mut flag = |context| entropy.cabac.flag(&mut entropy.contexts, context);
        let first = CROSS_SCALE + 4 * component as u8;
        let mut size = 0;
        while size < 4 && flag(first + size) {
            size += 1;
        }
        if size == 0 {
            return 0;
        }
        let scale = 1 << (size - 1);
        if flag(CROSS_SIGN + component as u8) {
            -scale
        } else {
            scale
        }
    }
}

impl Unit {
    /// The part in which a block is.
    fn part(&self, x: usize, y: usize) -> usize {
        let half = 1 << (self.log2 - 1);
        if !self.has_parts {
            return 0;
        }
        usize::from(y - self.y >= half) * 2 + usize::from(x - self.x >= half)
    }
}
