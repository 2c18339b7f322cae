//! Sets up the decoding of each kind of scan.

use super::bits::BitReader;
use super::blocks::{Batch, PlaneWriter};
use super::coefficients::Coefficients;
use super::picture::Picture;
use super::plan::ComponentPlan;
use super::progressive::{AcScan, DcComponent, DcScan, places};
use super::scan::{Scan, Selected};
use super::scratch::Scratch;
use super::script::Script;
use super::segments::Segment;
use super::sequential::{BlockDecoder, SequentialComponent, SequentialScan};
use super::tables::slots;
use super::walk::Route;
use crate::{Error, LimitKind};

impl<'a> Picture<'a, '_> {
    /// The way through a scan's MCUs: those of the frame when interleaved, else the blocks of the component (A.2.2, A.2.3).
    fn route(&self, scan: &Scan, jump: bool) -> Route {
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
            self.scratch
                .lookups
                .prepare_ac(&self.tables, selected.ac, false)?;
        }
        let route = self.route(scan, true);
        let mut samples: Vec<_> = scan
            .selected
            .iter()
            .map(|s| std::mem::take(&mut self.samples[s.component]))
            .collect();
        let Scratch { window, lookups } = &mut *self.scratch;
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
                ac: lookups.ac(selected.ac)?,
                slots: slots(plan.eighths, steps),
                last: plan.last_needed() as u32,
                h,
                needed: plan.needed,
                writer: PlaneWriter::new(plan, samples),
                prediction: 0,
            };
            components.push(SequentialComponent {
                blocks,
                batches: (0..v).map(|_| Batch::new()).collect(),
            });
        }
        let mut reader = BitReader::new(self.data, from, window);
        let mut decoder = SequentialScan {
            components,
            needed: route.needed,
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

    /// Looks ahead at all scans and makes room for coefficients.
    pub(super) fn start_progressive(&mut self, segment: &Segment<'a>) {
        let last_needed: Vec<_> = self
            .plan
            .components
            .iter()
            .map(ComponentPlan::last_needed)
            .collect();
        // The segment's own header begins with its two marker and two length bytes.
        let start = segment.end - segment.body.len() - 4;
        let most = self.allowed_scans as usize + 1;
        let script = Script::look_ahead(
            self.data,
            start,
            &self.header.components,
            &last_needed,
            most,
        );
        let components = self.plan.components.iter().zip(script.history);
        self.coefficients = components
            .map(|(plan, history)| Coefficients::new(plan, history))
            .collect();
        self.script = Some(script);
    }

    /// Decodes a progressive scan from the offset on; returns where to look for its end.
    pub(super) fn progressive(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        if scan.start == 0 {
            self.progressive_dc(scan, from)
        } else {
            self.progressive_ac(scan, from)
        }
    }

    fn progressive_dc(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        if !scan.is_refinement() {
            for selected in &scan.selected {
                self.scratch.lookups.prepare_dc(&self.tables, selected.dc)?;
            }
        }
        let route = self.route(scan, true);
        let Scratch { window, lookups } = &mut *self.scratch;
        let alone = scan.selected.len() == 1;
        let mut components = Vec::with_capacity(scan.selected.len());
        for (index, coefficients) in self.coefficients.iter_mut().enumerate() {
            let Some(selected) = scan.selected.iter().find(|s| s.component == index) else {
                continue;
            };
            let plan = self.plan.components[index];
            let table = if scan.is_refinement() {
                None
            } else {
                Some(lookups.dc(selected.dc)?)
            };
            let (h, v) = if alone { (1, 1) } else { (plan.h, plan.v) };
            components.push((
                index,
                DcComponent {
                    table,
                    coefficients,
                    plan,
                    h,
                    v,
                    prediction: 0,
                    met: 0,
                },
            ));
        }
        // In the order of the scan, which is that of the data.
        let place = |index: usize| scan.selected.iter().position(|s| s.component == index);
        components.sort_by_key(|(index, _)| place(*index));
        let (order, components): (Vec<_>, Vec<_>) = components.into_iter().unzip();
        let mut reader = BitReader::new(self.data, from, window);
        let mut decoder = DcScan {
            components,
            low: scan.low,
        };
        self.damaged |= !route.walk(&mut reader, &mut decoder);
        if !scan.is_refinement() {
            for (index, component) in order.iter().zip(&decoder.components) {
                self.decoded[index & 3] += component.met;
            }
        }
        Ok(reader.marker_from())
    }

    fn progressive_ac(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        let [Selected { component, ac, .. }] = *scan.selected.as_slice() else {
            return Ok(from);
        };
        self.scratch.lookups.prepare_ac(&self.tables, ac, true)?;
        if scan.is_refinement() {
            self.count_visits(component)?;
        }
        let history = self
            .script
            .as_ref()
            .is_some_and(|script| script.history[component & 3]);
        let route = self.route(scan, !history);
        let plan = self.plan.components[component];
        let Some(coefficients) = self.coefficients.get_mut(component) else {
            return Ok(from);
        };
        let Scratch { window, lookups } = &mut *self.scratch;
        let mut reader = BitReader::new(self.data, from, window);
        let mut decoder = AcScan {
            table: lookups.ac(ac)?,
            coefficients,
            plan,
            places: places(plan.eighths),
            start: scan.start,
            end: scan.end,
            low: scan.low,
            refinement: scan.is_refinement(),
            end_run: 0,
        };
        self.damaged |= !route.walk(&mut reader, &mut decoder);
        Ok(reader.marker_from())
    }

    /// Refinement scans visit every block even where they hold no bits, so that a few bytes could ask for a lot of work.
    fn count_visits(&mut self, component: usize) -> Result<(), Error> {
        let rows = |plan: &ComponentPlan| u64::from(plan.blocks.0) * u64::from(plan.needed.y.end);
        let allowed =
            self.plan.components.iter().map(rows).sum::<u64>() * 4 + self.data.len() as u64 * 64;
        self.visits += rows(&self.plan.components[component]);
        if self.visits > allowed {
            return Err(Error::Limit {
                kind: LimitKind::Work,
                needed: self.visits,
                allowed,
            });
        }
        Ok(())
    }
}
