//! Scans in arithmetic coding, sequential and progressive. Only the reading of coefficients differs
//! from Huffman coding: what becomes of them is the same.

mod coder;
mod scans;
mod statistics;

use scans::{AcBlocks, Blocks, Kept, Member};
use statistics::{Prediction, Statistics};

use super::bits::BitReader;
use super::blocks::{Batch, PlaneWriter};
use super::decoding::Decoding;
use super::pass::Pass;
use super::plan::{ComponentPlan, Plan};
use super::progressive::places;
use super::scan::{Scan, Selected};
use super::tables::{Quantisation, slots};
use crate::{Error, Instructions};

/// Most visits to all blocks of a picture, if its file is small. Encoders write about 10 scans.
const MOST_VISITS: u64 = 16;

impl Decoding<'_, '_> {
    /// Decodes a scan from the offset on; returns where to look for its end.
    pub(super) fn arithmetic(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        self.count_visits(self.blocks(scan), MOST_VISITS)?;
        match self.pass {
            Pass::Ac(..) => self.arithmetic_ac(scan, from),
            Pass::Sequential | Pass::Dc(_) => self.arithmetic_blocks(scan, from),
        }
    }

    /// How many blocks a scan has down to the last needed one.
    fn blocks(&self, scan: &Scan) -> u64 {
        let selected = scan.selected.iter();
        let plans = selected.filter_map(|s| self.plan.components.get(s.component));
        plans.map(ComponentPlan::visited).sum()
    }

    /// Whole blocks of a sequential picture, or the DC coefficients of a progressive one.
    fn arithmetic_blocks(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        let route = self.route(scan, true);
        let is_refinement = scan.is_refinement();
        let blocks = self.blocks(scan);
        let members = members(
            scan,
            self.plan,
            &self.steps,
            &mut self.samples,
            &mut self.pass,
            self.scratch.instructions,
        )?;
        let mut reader = BitReader::new(self.data.reborrow(), from, &mut self.scratch.window);
        let mut decoder = Blocks {
            statistics: Statistics::new(&self.tables, blocks),
            members,
            low: scan.low,
            is_refinement,
        };
        self.damaged |= !route.walk(&mut reader, &mut decoder);
        self.damaged |= !is_refinement && decoder.statistics.was_cut();
        // Without an end marker, nothing shows whether zeros were left out or cut off.
        self.damaged |= decoder.statistics.is_past_end() && reader.is_at_file_end();
        decoder.finish();
        for (selected, member) in scan.selected.iter().zip(&decoder.members) {
            let kept = match &member.kept {
                Kept::Samples { writer, .. } => writer.written,
                Kept::Dc { met, .. } => *met,
            };
            self.decoded[selected.component & 3] += kept.saturating_sub(member.lost);
        }
        Ok(reader.marker_from())
    }

    fn arithmetic_ac(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        let [Selected { component, ac, .. }] = *scan.selected.as_slice() else {
            return Ok(from);
        };
        let history = self
            .script
            .as_ref()
            .is_some_and(|script| script.history[component & 3]);
        let route = self.route(scan, !history);
        let blocks = self.blocks(scan);
        let Pass::Ac(_, coefficients) = &mut self.pass else {
            return Ok(from);
        };
        let mut reader = BitReader::new(self.data.reborrow(), from, &mut self.scratch.window);
        let mut decoder = AcBlocks {
            statistics: Statistics::new(&self.tables, blocks),
            table: ac,
            band: (scan.start, scan.end),
            mask: scan.band(),
            low: scan.low,
            is_refinement: scan.is_refinement(),
            places: places(self.plan.components[component].eighths),
            coefficients,
        };
        self.damaged |= !route.walk(&mut reader, &mut decoder);
        self.damaged |= decoder.statistics.was_cut();
        // Without an end marker, nothing shows whether zeros were left out or cut off.
        self.damaged |= decoder.statistics.is_past_end() && reader.is_at_file_end();
        Ok(reader.marker_from())
    }
}

/// The components of a scan, and where their coefficients go.
fn members<'p>(
    scan: &Scan,
    plan: &'p Plan,
    steps: &[Option<Quantisation>; 4],
    samples: &'p mut [Vec<u8>],
    pass: &'p mut Pass,
    instructions: Instructions,
) -> Result<Vec<Member<'p>>, Error> {
    let is_alone = scan.selected.len() == 1;
    let mut planes: Vec<_> = samples.iter_mut().map(Some).collect();
    let mut values: Vec<_> = match pass {
        Pass::Dc(values) => values.iter_mut().map(Some).collect(),
        _ => Vec::new(),
    };
    let mut members = Vec::with_capacity(scan.selected.len());
    for selected in &scan.selected {
        let index = selected.component & 3;
        let Some(plan) = plan.components.get(index) else {
            continue;
        };
        let mcu = if is_alone { (1, 1) } else { (plan.h, plan.v) };
        let kept = match values.get_mut(index).and_then(Option::take) {
            Some(values) => Kept::Dc { values, met: 0 },
            None => {
                let samples = planes.get_mut(index).and_then(Option::take);
                let steps = steps[index].as_ref().zip(samples);
                let (steps, samples) = steps.ok_or(Error::Invalid { segment: "DQT" })?;
                Kept::Samples {
                    slots: Box::new(slots(plan.eighths, steps)),
                    batches: (0..mcu.1).map(|_| Batch::new()).collect(),
                    writer: PlaneWriter::new(plan, samples, instructions),
                }
            }
        };
        members.push(Member {
            plan,
            tables: (selected.dc, selected.ac),
            mcu,
            prediction: Prediction::default(),
            kept,
            after_end: 0,
            lost: 0,
        });
    }
    Ok(members)
}
