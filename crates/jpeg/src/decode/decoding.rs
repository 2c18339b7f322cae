//! Decodes one picture, from its first segment to its planes.

use super::data::Data;
use super::header::Header;
use super::pass::Pass;
use super::plan::{ComponentPlan, Plan};
use super::process::Process;
use super::request::Request;
use super::scan::Scan;
use super::scratch::Scratch;
use super::script::Script;
use super::segments::Segment;
use super::tables::{Quantisation, Tables};
use crate::{Error, LimitKind, Plane, Planes, marker};

/// Decodes the planned part of a picture.
pub(crate) fn decode(
    data: Data<'_>,
    header: &Header<'_>,
    plan: &Plan,
    request: &Request,
    scratch: &mut Scratch,
) -> Result<Planes, Error> {
    let allowed = request.limits.memory;
    if plan.bytes_needed > allowed {
        return Err(Error::Limit {
            kind: LimitKind::Memory,
            needed: plan.bytes_needed,
            allowed,
        });
    }
    refuse_hopeless(data.length(), header, plan, request)?;
    let mut picture = Decoding::new(data, header, plan, request, scratch);
    picture.segments()?;
    picture.require_share(request.min_share)?;
    if header.process.is_progressive() {
        picture.detail()?;
    }
    Ok(picture.into_planes())
}

/// Refuses headers that state far more blocks than the file can contain, before memory is
/// allocated: every block takes at least two bits, or one in a progressive picture.
fn refuse_hopeless(
    length: usize,
    header: &Header<'_>,
    plan: &Plan,
    request: &Request,
) -> Result<(), Error> {
    let bits = match header.process {
        // A whole picture of one colour can take no bits at all.
        process if process.is_arithmetic() => return Ok(()),
        Process::Progressive => 1.0,
        _ => 2.0,
    };
    let rows = |rows: f64| {
        plan.components
            .iter()
            .map(|c| f64::from(c.blocks.0) * rows_of(c, rows))
            .sum::<f64>()
            * bits
    };
    let available = length as f64 * 8.0;
    let required = request.min_share.clamp(0.0, 1.0);
    if rows(f64::from(required)) > available {
        let (above, all) = (rows(0.0), rows(1.0));
        let share = ((available - above) / (all - above)).clamp(0.0, 1.0) as f32;
        return Err(Error::Truncated { share, required });
    }
    Ok(())
}

/// Number of block rows down to the given share of the needed ones.
fn rows_of(plan: &ComponentPlan, share: f64) -> f64 {
    f64::from(plan.needed.y.start) + share * f64::from(plan.needed.y.len())
}

/// A picture while it is decoded.
pub(super) struct Decoding<'a, 'r> {
    pub(super) data: Data<'a>,
    pub(super) header: &'r Header<'r>,
    pub(super) plan: &'r Plan,
    pub(super) scratch: &'r mut Scratch,
    pub(super) tables: Tables,
    /// The quantisation in force at each component's first scan.
    pub(super) steps: [Option<Quantisation>; 4],
    pub(super) samples: Vec<Vec<u8>>,
    pub(super) pass: Pass,
    pub(super) script: Option<Script>,
    /// Needed blocks decoded, of each component.
    pub(super) decoded: [usize; 4],
    pub(super) damaged: bool,
    pub(super) scans: usize,
    pub(super) allowed_scans: u32,
    pub(super) visits: u64,
}

impl<'a, 'r> Decoding<'a, 'r> {
    fn new(
        data: Data<'a>,
        header: &'r Header<'r>,
        plan: &'r Plan,
        request: &Request,
        scratch: &'r mut Scratch,
    ) -> Self {
        // Samples of progressive pictures are allocated last.
        let (pass, samples) = match header.process {
            process if process.is_progressive() => {
                (Pass::dc(plan), vec![Vec::new(); plan.components.len()])
            }
            _ => (
                Pass::Sequential,
                plan.components.iter().map(no_samples).collect(),
            ),
        };
        Self {
            data,
            header,
            plan,
            scratch,
            tables: Tables::new(),
            steps: [None; 4],
            samples,
            pass,
            script: None,
            decoded: [0; 4],
            damaged: false,
            scans: 0,
            allowed_scans: request.limits.scans,
            visits: 0,
        }
    }

    /// Reads segments until everything needed is decoded. Once something is decoded, a later error
    /// only ends the picture.
    pub(super) fn segments(&mut self) -> Result<(), Error> {
        let mut at = 2;
        while let Some(segment) = self.data.segment(at) {
            match self.segment(&segment) {
                Ok(Some(next)) => at = next,
                Ok(None) => return Ok(()),
                Err(error @ Error::Limit { .. }) => return Err(error),
                Err(error) if self.decoded.iter().all(|&blocks| blocks == 0) => return Err(error),
                Err(_) => {
                    self.damaged = true;
                    break;
                }
            }
        }
        self.damaged |= !self.is_complete();
        Ok(())
    }

    /// Handles a segment; returns where to go on, or `None` when the picture is complete or at its end.
    fn segment(&mut self, segment: &Segment<Vec<u8>>) -> Result<Option<usize>, Error> {
        let body = &segment.body[..];
        match segment.code {
            marker::DQT => self.tables.quantisation(body)?,
            marker::DHT => self.tables.huffman(body)?,
            marker::DAC => self.tables.conditioning(body)?,
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
        self.header.process.is_progressive()
    }

    /// Whether every component has had a scan.
    fn is_complete(&self) -> bool {
        self.steps
            .iter()
            .take(self.plan.components.len())
            .all(Option::is_some)
    }

    fn scan(&mut self, segment: &Segment<Vec<u8>>) -> Result<Option<usize>, Error> {
        self.scans += 1;
        let allowed = self.allowed_scans;
        if self.scans > allowed as usize {
            return Err(Error::Limit {
                kind: LimitKind::Scans,
                needed: self.scans as u64,
                allowed: allowed.into(),
            });
        }
        let progressive = self.is_progressive();
        let scan = Scan::parse(&segment.body, &self.header.components, progressive)
            .ok_or(Error::Invalid { segment: "SOS" })?;
        if progressive && self.script.is_none() {
            self.start_progressive(segment);
        }
        let start = segment.end;
        let mut after = start;
        if self.pass.takes(&scan) && self.is_needed(start) {
            self.latch_steps(&scan)?;
            let is_arithmetic = self.header.process.is_arithmetic();
            after = match self.pass {
                _ if is_arithmetic => self.arithmetic(&scan, start),
                Pass::Sequential => self.sequential(&scan, start),
                Pass::Dc(_) => self.progressive_dc(&scan, start),
                Pass::Ac(..) => self.progressive_ac(&scan, start),
            }?;
        }
        if !progressive && self.is_complete() {
            return Ok(None);
        }
        let next = self.scan_end(start, after);
        self.damaged |= next.is_none();
        Ok(next)
    }

    /// Whether the scan whose data begins here has anything that the request needs.
    fn is_needed(&self, start: usize) -> bool {
        self.script
            .as_ref()
            .is_none_or(|script| script.needs(start))
    }

    /// The marker that ends the scan whose data begins at `start` and has been read up to `after`.
    fn scan_end(&mut self, start: usize, after: usize) -> Option<usize> {
        let listed = self.script.as_ref().and_then(|script| script.end(start));
        listed
            .filter(|&end| after <= end)
            .or_else(|| self.data.find_scan_end(after))
    }

    fn latch_steps(&mut self, scan: &Scan) -> Result<(), Error> {
        for selected in &scan.selected {
            let steps = &mut self.steps[selected.component & 3];
            if steps.is_none() {
                let tq = self
                    .header
                    .components
                    .get(selected.component)
                    .map_or(0, |c| usize::from(c.tq));
                *steps = Some(
                    self.tables.quantisation[tq & 3].ok_or(Error::Invalid { segment: "DQT" })?,
                );
            }
        }
        Ok(())
    }

    /// Whether enough was decoded.
    fn require_share(&self, required: f32) -> Result<(), Error> {
        let share = self.share();
        if share < required || self.scans == 0 {
            return Err(Error::Truncated { share, required });
        }
        Ok(())
    }

    fn into_planes(self) -> Planes {
        let decoded_share = self.share();
        let plane = |(plan, samples): (&ComponentPlan, Vec<u8>)| Plane {
            width: plan.width(),
            height: plan.height(),
            samples,
            crop: plan.crop,
            eighths: plan.eighths,
        };
        let components = self.plan.components.iter();
        Planes {
            planes: components.zip(self.samples).map(plane).collect(),
            color: self.plan.color,
            decoded_share,
            damaged: self.damaged,
        }
    }

    /// The share of the needed blocks that was decoded, of the component with the smallest share.
    fn share(&self) -> f32 {
        let shares = self.plan.components.iter().zip(self.decoded);
        shares
            .map(|(plan, decoded)| decoded as f32 / plan.needed_blocks().max(1) as f32)
            .fold(1.0, f32::min)
    }
}

/// The plane of a component of which nothing is decoded.
pub(super) fn no_samples(plan: &ComponentPlan) -> Vec<u8> {
    vec![128; plan.width() * plan.height()]
}
