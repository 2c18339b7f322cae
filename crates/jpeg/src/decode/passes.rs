//! The passes over a progressive picture: first all DC scans, then for one component after the
//! other its AC scans and its samples. So the coefficients of only one component are in memory at a
//! time; finding the scans again costs next to nothing.

use super::bits::BitReader;
use super::blocks::PlaneWriter;
use super::coefficients::Coefficients;
use super::dc::{DcComponent, DcScan};
use super::decoding::{Decoding, no_samples};
use super::pass::Pass;
use super::plan::ComponentPlan;
use super::progressive::{AcScan, Band};
use super::scan::{Scan, Selected};
use super::scratch::Scratch;
use super::script::Script;
use super::segments::Segment;
use super::tables::Tables;
use crate::{Error, LimitKind};

/// Most visits of refinements to all blocks of a picture, if its file is small.
const MOST_VISITS: u64 = 4;

impl Decoding<'_, '_> {
    /// Looks ahead at all scans.
    pub(super) fn start_progressive(&mut self, segment: &Segment<Vec<u8>>) {
        let needed = self.plan.components.iter();
        let last_needed: Vec<_> = needed.map(ComponentPlan::last_needed).collect();
        // The segment's own header begins with its two marker and two length bytes.
        let start = segment.end - segment.body.len() - 4;
        let script = Script::look_ahead(
            self.data.reborrow(),
            start,
            &self.header.components,
            &last_needed,
            self.allowed_scans as usize + 1,
        );
        self.damaged |= !script.is_whole;
        self.script = Some(script);
    }

    /// Goes from DC coefficients to samples, component by component.
    pub(super) fn detail(&mut self) -> Result<(), Error> {
        let Pass::Dc(values) = std::mem::replace(&mut self.pass, Pass::Sequential) else {
            return Ok(());
        };
        let history = self.script.as_ref().map_or([false; 4], |s| s.history);
        let plans = &self.plan.components;
        for (index, (plan, dc)) in plans.iter().zip(values).enumerate() {
            let coefficients = Coefficients::new(plan, &dc, history[index & 3]);
            drop(dc);
            self.pass = Pass::Ac(index, coefficients);
            if plan.eighths.area() > 1 {
                (self.scans, self.tables) = (0, Tables::new());
                self.segments()?;
            }
            self.transform(index, plan);
        }
        Ok(())
    }

    /// Makes the samples of the component whose coefficients are complete.
    fn transform(&mut self, index: usize, plan: &ComponentPlan) {
        let mut samples = no_samples(plan);
        let pass = std::mem::replace(&mut self.pass, Pass::Sequential);
        if let (Pass::Ac(_, coefficients), Some(steps)) = (pass, &self.steps[index & 3]) {
            let instructions = self.scratch.instructions;
            coefficients.finish(
                steps,
                &mut PlaneWriter::new(plan, &mut samples, instructions),
            );
        }
        if let Some(place) = self.samples.get_mut(index) {
            *place = samples;
        }
    }

    pub(super) fn progressive_dc(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        if !scan.is_refinement() {
            for selected in &scan.selected {
                self.scratch.lookups.prepare_dc(&self.tables, selected.dc)?;
            }
        }
        let route = self.route(scan, true);
        let Pass::Dc(values) = &mut self.pass else {
            return Ok(from);
        };
        let Scratch {
            window,
            lookups,
            instructions,
        } = &mut *self.scratch;
        let alone = scan.selected.len() == 1;
        let mut components = Vec::with_capacity(scan.selected.len());
        for (index, values) in values.iter_mut().enumerate() {
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
                    values,
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
        let mut reader = BitReader::new(self.data.reborrow(), from, window);
        let mut decoder = DcScan {
            components,
            low: scan.low,
            instructions: *instructions,
        };
        self.damaged |= !route.walk(&mut reader, &mut decoder);
        if !scan.is_refinement() {
            for (index, component) in order.iter().zip(&decoder.components) {
                self.decoded[index & 3] += component.met;
            }
        }
        Ok(reader.marker_from())
    }

    pub(super) fn progressive_ac(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        let [Selected { component, ac, .. }] = *scan.selected.as_slice() else {
            return Ok(from);
        };
        self.scratch.lookups.prepare_ac(&self.tables, ac)?;
        if scan.is_refinement() {
            // A refinement visits every block even if it has no bits for it.
            let visited = self.plan.components[component].visited();
            self.count_visits(visited, MOST_VISITS)?;
        }
        let history = self
            .script
            .as_ref()
            .is_some_and(|script| script.history[component & 3]);
        let route = self.route(scan, !history);
        let Pass::Ac(_, coefficients) = &mut self.pass else {
            return Ok(from);
        };
        let Scratch {
            window,
            lookups,
            instructions,
        } = &mut *self.scratch;
        let mut reader = BitReader::new(self.data.reborrow(), from, window);
        let mut decoder = AcScan {
            band: Band::new(
                lookups.ac(ac)?,
                self.plan.components[component].eighths,
                (scan.start, scan.end),
                scan.low,
            ),
            coefficients,
            refinement: scan.is_refinement(),
            end_run: 0,
            instructions: *instructions,
        };
        self.damaged |= !route.walk(&mut reader, &mut decoder);
        Ok(reader.marker_from())
    }

    /// Limits visits to blocks to `most` of each, and more in long files: a scan over any number of blocks can
    /// take a few bytes.
    pub(super) fn count_visits(&mut self, visited: u64, most: u64) -> Result<(), Error> {
        let all: u64 = self
            .plan
            .components
            .iter()
            .map(ComponentPlan::visited)
            .sum();
        let allowed = all * most + self.data.length() as u64 * 64;
        self.visits += visited;
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
