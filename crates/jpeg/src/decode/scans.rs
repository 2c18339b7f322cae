//! Sets up the decoding of sequential scans.

use super::bits::BitReader;
use super::blocks::{Batch, PlaneWriter};
use super::decoding::Decoding;
use super::scan::Scan;
use super::scratch::Scratch;
use super::sequential::{BlockDecoder, SequentialComponent, SequentialScan};
use super::tables::slots;
use super::walk::Route;
use crate::Error;

impl Decoding<'_, '_> {
    /// The way through a scan's MCUs: those of the frame when interleaved, else the blocks of the component (A.2.2, A.2.3).
    pub(super) fn route(&self, scan: &Scan, jump: bool) -> Route {
        let interval = self.tables.restart_interval;
        if let [one] = scan.selected.as_slice() {
            let plan = &self.plan.components[one.component];
            return Route {
                wide: plan.blocks.0,
                high: plan.blocks.1,
                needed: plan.needed,
                interval,
                jump,
            };
        }
        let geometry = &self.header.geometry;
        let needed = self.plan.mcus;
        Route {
            wide: geometry.mcus_wide,
            high: geometry.mcus_high,
            needed,
            interval,
            jump,
        }
    }

    /// Decodes a sequential scan from the offset on; returns where to look for its end.
    pub(super) fn sequential(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        for selected in &scan.selected {
            self.scratch.lookups.prepare_dc(&self.tables, selected.dc)?;
            let is_stored = self.plan.components[selected.component].last_needed() > 0;
            self.scratch
                .lookups
                .prepare_pairs(&self.tables, selected.ac, is_stored)?;
        }
        let route = self.route(scan, true);
        let mut samples: Vec<_> = scan
            .selected
            .iter()
            .map(|s| std::mem::take(&mut self.samples[s.component]))
            .collect();
        let Scratch {
            window,
            lookups,
            instructions,
        } = &mut *self.scratch;
        let mut components = Vec::with_capacity(scan.selected.len());
        for (selected, samples) in scan.selected.iter().zip(&mut samples) {
            let plan = &self.plan.components[selected.component];
            let alone = scan.selected.len() == 1;
            let steps = self.steps[selected.component & 3]
                .as_ref()
                .ok_or(Error::Invalid { segment: "DQT" })?;
            let (h, v) = if alone { (1, 1) } else { (plan.h, plan.v) };
            let blocks = BlockDecoder {
                dc: lookups.dc(selected.dc)?,
                ac: lookups.pairs(selected.ac)?,
                slots: slots(plan.eighths, steps),
                last: plan.last_needed() as u32,
                h,
                needed: plan.needed,
                writer: PlaneWriter::new(plan, samples, *instructions),
                prediction: 0,
            };
            components.push(SequentialComponent {
                blocks,
                batches: (0..v).map(|_| Batch::new()).collect(),
            });
        }
        let mut reader = BitReader::new(self.data.reborrow(), from, window);
        let mut decoder = SequentialScan {
            components,
            needed: route.needed,
            instructions: *instructions,
        };
        self.damaged |= !route.walk(&mut reader, &mut decoder);
        decoder.finish();
        let after = reader.marker_from();
        for (selected, component) in scan.selected.iter().zip(&decoder.components) {
            self.decoded[selected.component & 3] += component.blocks.writer.written;
        }
        drop(decoder);
        for (selected, samples) in scan.selected.iter().zip(samples) {
            self.samples[selected.component] = samples;
        }
        Ok(after)
    }
}
