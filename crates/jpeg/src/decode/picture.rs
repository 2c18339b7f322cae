//! One picture from its first segment to its planes.

use super::bits::{BitReader, Window, new_window};
use super::blocks::{Batch, PlaneWriter};
use super::coefficients::Coefficients;
use super::frame::Process;
use super::header::Header;
use super::lookup::{AcLookup, DcLookup};
use super::plan::{ComponentPlan, Plan, Span, Span2};
use super::progressive::{AcScan, DcComponent, DcScan, places};
use super::request::Request;
use super::scan::{Scan, Selected};
use super::script::Script;
use super::segments::{Segment, Segments, find_scan_end};
use super::sequential::{BlockDecoder, SequentialComponent, SequentialScan};
use super::tables::{Quantisation, Tables, slots};
use super::walk::Route;
use crate::huffman::HuffmanSpec;
use crate::{Error, LimitKind, Plane, Planes, marker};

/// Memory that a worker keeps between pictures: the window of entropy-coded data, and look-up tables, which pictures from one
/// camera share.
#[derive(Debug)]
pub struct Scratch {
    window: Box<Window>,
    lookups: Lookups,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { window: new_window(), lookups: Lookups::default() }
    }
}

impl Scratch {
    /// Empty scratch memory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// Look-up tables and what they were made from.
#[derive(Debug, Default)]
struct Lookups {
    dc: [Option<(HuffmanSpec, DcLookup)>; 4],
    ac: [Option<(HuffmanSpec, bool, AcLookup)>; 4],
}

impl Lookups {
    const MISSING: Error = Error::Invalid { segment: "DHT" };

    fn prepare_dc(&mut self, tables: &Tables, slot: usize) -> Result<(), Error> {
        let spec = tables.dc.get(slot).and_then(Option::as_ref).ok_or(Self::MISSING)?;
        let cached = &mut self.dc[slot & 3];
        if cached.as_ref().is_none_or(|(made_from, _)| made_from != spec) {
            *cached = Some((spec.clone(), DcLookup::new(spec)));
        }
        Ok(())
    }

    fn prepare_ac(&mut self, tables: &Tables, slot: usize, progressive: bool) -> Result<(), Error> {
        let spec = tables.ac.get(slot).and_then(Option::as_ref).ok_or(Self::MISSING)?;
        let cached = &mut self.ac[slot & 3];
        if cached.as_ref().is_none_or(|(made_from, kind, _)| made_from != spec || *kind != progressive) {
            *cached = Some((spec.clone(), progressive, AcLookup::new(spec, progressive)));
        }
        Ok(())
    }

    fn dc(&self, slot: usize) -> Result<&DcLookup, Error> {
        self.dc[slot & 3].as_ref().map(|(_, lookup)| lookup).ok_or(Self::MISSING)
    }

    fn ac(&self, slot: usize) -> Result<&AcLookup, Error> {
        self.ac[slot & 3].as_ref().map(|(_, _, lookup)| lookup).ok_or(Self::MISSING)
    }
}

/// Decodes the planned part of a picture.
pub(crate) fn decode(
    data: &[u8],
    header: &Header<'_>,
    plan: &Plan,
    request: &Request,
    scratch: &mut Scratch,
) -> Result<Planes, Error> {
    let allowed = request.limits.memory;
    if plan.bytes_needed > allowed {
        return Err(Error::Limit { kind: LimitKind::Memory, needed: plan.bytes_needed, allowed });
    }
    refuse_hopeless(data, header, plan, request)?;
    let mut picture = Picture::new(data, header, plan, request, scratch);
    picture.segments()?;
    picture.finish(request)
}

/// Every block takes at least two bits, or one in a progressive picture: headers that promise far more than the file can hold
/// are refused before memory is taken.
fn refuse_hopeless(data: &[u8], header: &Header<'_>, plan: &Plan, request: &Request) -> Result<(), Error> {
    let bits = if header.process == Process::Progressive { 1.0 } else { 2.0 };
    let rows = |rows: f64| plan.components.iter().map(|c| f64::from(c.blocks.0) * rows_of(c, rows)).sum::<f64>() * bits;
    let available = data.len() as f64 * 8.0;
    let required = request.min_share.clamp(0.0, 1.0);
    if rows(f64::from(required)) > available {
        let (above, all) = (rows(0.0), rows(1.0));
        let share = ((available - above) / (all - above)).clamp(0.0, 1.0) as f32;
        return Err(Error::Truncated { share, required });
    }
    Ok(())
}

/// Block rows down to the given share of the needed ones.
fn rows_of(plan: &ComponentPlan, share: f64) -> f64 {
    f64::from(plan.needed.y.start) + share * f64::from(plan.needed.y.len())
}

struct Picture<'a, 'r> {
    data: &'a [u8],
    header: &'r Header<'a>,
    plan: &'r Plan,
    scratch: &'r mut Scratch,
    tables: Tables,
    /// The quantisation in force at each component's first scan.
    steps: [Option<Quantisation>; 4],
    samples: Vec<Vec<u8>>,
    coefficients: Vec<Coefficients>,
    script: Option<Script>,
    /// Needed blocks decoded, of each component.
    decoded: [usize; 4],
    damaged: bool,
    scans: usize,
    allowed_scans: u32,
    visits: u64,
}

impl<'a, 'r> Picture<'a, 'r> {
    fn new(
        data: &'a [u8],
        header: &'r Header<'a>,
        plan: &'r Plan,
        request: &Request,
        scratch: &'r mut Scratch,
    ) -> Self {
        let samples = plan.components.iter().map(|c| vec![128; c.width() * c.height()]).collect();
        Self {
            data,
            header,
            plan,
            scratch,
            tables: Tables::new(),
            steps: [None; 4],
            samples,
            coefficients: Vec::new(),
            script: None,
            decoded: [0; 4],
            damaged: false,
            scans: 0,
            allowed_scans: request.limits.scans,
            visits: 0,
        }
    }

    /// Goes through the segments until everything needed is decoded. Once something is, later trouble only ends the picture.
    fn segments(&mut self) -> Result<(), Error> {
        let mut at = 2;
        while let Some(segment) = Segments::from(self.data, at).next() {
            match self.segment(&segment) {
                Ok(Some(next)) => at = next,
                Ok(None) => return Ok(()),
                Err(error @ Error::Limit { .. }) => return Err(error),
                Err(error) if self.scans <= 1 => return Err(error),
                Err(_) => break,
            }
        }
        self.damaged |= !self.is_complete();
        Ok(())
    }

    /// Handles a segment; returns where to go on, or `None` when the picture is complete or at its end.
    fn segment(&mut self, segment: &Segment<'a>) -> Result<Option<usize>, Error> {
        let body = segment.body;
        match segment.code {
            marker::DQT => self.tables.quantisation(body)?,
            marker::DHT => self.tables.huffman(body)?,
            marker::DRI => self.tables.restart_interval(body),
            marker::SOS => return self.scan(segment),
            marker::EOI => {
                self.damaged |= !self.is_complete();
                return Ok(None);
            }
            _ => {}
        }
        Ok(Some(segment.end))
    }

    fn is_progressive(&self) -> bool {
        self.header.process == Process::Progressive
    }

    /// Whether every component has had a scan.
    fn is_complete(&self) -> bool {
        self.steps.iter().take(self.plan.components.len()).all(Option::is_some)
    }

    fn scan(&mut self, segment: &Segment<'a>) -> Result<Option<usize>, Error> {
        self.scans += 1;
        let allowed = self.allowed_scans;
        if self.scans > allowed as usize {
            return Err(Error::Limit { kind: LimitKind::Scans, needed: self.scans as u64, allowed: allowed.into() });
        }
        let progressive = self.is_progressive();
        let scan = Scan::parse(segment.body, &self.header.components, progressive).ok_or(Error::Invalid { segment: "SOS" })?;
        if progressive && self.script.is_none() {
            self.start_progressive(segment);
        }
        let mut after = segment.end;
        if self.script.as_ref().is_none_or(|script| script.needs(self.scans - 1)) {
            self.latch_steps(&scan)?;
            after = if progressive { self.progressive(&scan, after)? } else { self.sequential(&scan, after)? };
        }
        if !progressive && self.is_complete() {
            return Ok(None);
        }
        match find_scan_end(self.data, after) {
            Some(next) => Ok(Some(next)),
            None => {
                self.damaged = true;
                Ok(None)
            }
        }
    }

    fn latch_steps(&mut self, scan: &Scan) -> Result<(), Error> {
        for selected in &scan.selected {
            let steps = &mut self.steps[selected.component & 3];
            if steps.is_none() {
                let tq = self.header.components.get(selected.component).map_or(0, |c| usize::from(c.tq));
                *steps = Some(self.tables.quantisation[tq & 3].ok_or(Error::Invalid { segment: "DQT" })?);
            }
        }
        Ok(())
    }

    /// The way through a scan's MCUs: those of the frame when interleaved, else the blocks of the component (A.2.2, A.2.3).
    fn route(&self, scan: &Scan, jump: bool) -> Route {
        let interval = self.tables.restart_interval;
        if let [one] = scan.selected.as_slice() {
            let plan = &self.plan.components[one.component];
            return Route { wide: plan.blocks.0, high: plan.blocks.1, needed: plan.needed, interval, jump };
        }
        let geometry = &self.header.geometry;
        let needed = Span2 { x: self.plan.mcus.x, y: Span { start: self.plan.mcus.y.start, end: self.plan.mcus.y.end } };
        Route { wide: geometry.mcus_wide, high: geometry.mcus_high, needed, interval, jump }
    }

    fn sequential(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        for selected in &scan.selected {
            self.scratch.lookups.prepare_dc(&self.tables, selected.dc)?;
            self.scratch.lookups.prepare_ac(&self.tables, selected.ac, false)?;
        }
        let route = self.route(scan, true);
        let mut samples: Vec<_> = scan.selected.iter().map(|s| std::mem::take(&mut self.samples[s.component])).collect();
        let Scratch { window, lookups } = &mut *self.scratch;
        let mut components = Vec::with_capacity(scan.selected.len());
        for (selected, samples) in scan.selected.iter().zip(&mut samples) {
            let plan = &self.plan.components[selected.component];
            let alone = scan.selected.len() == 1;
            let steps = self.steps[selected.component & 3].as_ref().ok_or(Error::Invalid { segment: "DQT" })?;
            let (h, v) = if alone { (1, 1) } else { (plan.h, plan.v) };
            let blocks = BlockDecoder {
                dc: lookups.dc(selected.dc)?,
                ac: lookups.ac(selected.ac)?,
                slots: slots(plan.n, steps),
                last: plan.last_needed() as u32,
                h,
                needed: plan.needed,
                writer: PlaneWriter::new(plan, samples),
                prediction: 0,
            };
            components.push(SequentialComponent { blocks, batches: (0..v).map(|_| Batch::new()).collect() });
        }
        let mut reader = BitReader::new(self.data, from, window);
        let mut decoder = SequentialScan { components };
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

    fn start_progressive(&mut self, segment: &Segment<'a>) {
        let last_needed: Vec<_> = self.plan.components.iter().map(ComponentPlan::last_needed).collect();
        // The segment's own header begins with its two marker and two length bytes.
        let start = segment.end - segment.body.len() - 4;
        let most = self.allowed_scans as usize + 1;
        let script = Script::look_ahead(self.data, start, &self.header.components, &last_needed, most);
        let components = self.plan.components.iter().zip(script.history);
        self.coefficients = components.map(|(plan, history)| Coefficients::new(plan, history)).collect();
        self.script = Some(script);
    }

    fn progressive(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        if scan.start == 0 { self.progressive_dc(scan, from) } else { self.progressive_ac(scan, from) }
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
            let Some(selected) = scan.selected.iter().find(|s| s.component == index) else { continue };
            let plan = self.plan.components[index];
            let table = if scan.is_refinement() { None } else { Some(lookups.dc(selected.dc)?) };
            let (h, v) = if alone { (1, 1) } else { (plan.h, plan.v) };
            components.push((index, DcComponent { table, coefficients, plan, h, v, prediction: 0, met: 0 }));
        }
        // In the order of the scan, which is that of the data.
        let place = |index: usize| scan.selected.iter().position(|s| s.component == index);
        components.sort_by_key(|(index, _)| place(*index));
        let (order, components): (Vec<_>, Vec<_>) = components.into_iter().unzip();
        let mut reader = BitReader::new(self.data, from, window);
        let mut decoder = DcScan { components, low: scan.low };
        self.damaged |= !route.walk(&mut reader, &mut decoder);
        if !scan.is_refinement() {
            for (index, component) in order.iter().zip(&decoder.components) {
                self.decoded[index & 3] += component.met;
            }
        }
        Ok(reader.marker_from())
    }

    fn progressive_ac(&mut self, scan: &Scan, from: usize) -> Result<usize, Error> {
        let [Selected { component, ac, .. }] = *scan.selected.as_slice() else { return Ok(from) };
        self.scratch.lookups.prepare_ac(&self.tables, ac, true)?;
        if scan.is_refinement() {
            self.count_visits(component)?;
        }
        let history = self.script.as_ref().is_some_and(|script| script.history[component & 3]);
        let route = self.route(scan, !history);
        let plan = self.plan.components[component];
        let Some(coefficients) = self.coefficients.get_mut(component) else { return Ok(from) };
        let Scratch { window, lookups } = &mut *self.scratch;
        let mut reader = BitReader::new(self.data, from, window);
        let mut decoder = AcScan {
            table: lookups.ac(ac)?,
            coefficients,
            plan,
            places: places(plan.n),
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
        let allowed = self.plan.components.iter().map(rows).sum::<u64>() * 4 + self.data.len() as u64 * 64;
        self.visits += rows(&self.plan.components[component]);
        if self.visits > allowed {
            return Err(Error::Limit { kind: LimitKind::Work, needed: self.visits, allowed });
        }
        Ok(())
    }

    fn finish(mut self, request: &Request) -> Result<Planes, Error> {
        let decoded_share = self.share();
        let required = request.min_share;
        if decoded_share < required || self.scans == 0 {
            return Err(Error::Truncated { share: decoded_share, required });
        }
        for (index, coefficients) in self.coefficients.iter_mut().enumerate() {
            if let (Some(steps), Some(plan)) = (&self.steps[index & 3], self.plan.components.get(index)) {
                coefficients.finish(steps, &mut PlaneWriter::new(plan, &mut self.samples[index]));
            }
        }
        let plane = |(plan, samples): (&ComponentPlan, Vec<u8>)| Plane {
            width: plan.width(),
            height: plan.height(),
            samples,
            crop: plan.crop,
            eighths: plan.n as u8,
        };
        let planes = self.plan.components.iter().zip(self.samples).map(plane).collect();
        Ok(Planes { planes, color: self.plan.color, decoded_share, damaged: self.damaged })
    }

    /// The part of the needed blocks that was decoded, of the component that fared worst.
    fn share(&self) -> f32 {
        let shares = self.plan.components.iter().zip(self.decoded);
        shares.map(|(plan, decoded)| decoded as f32 / plan.needed_blocks().max(1) as f32).fold(1.0, f32::min)
    }
}
