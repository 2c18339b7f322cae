//! Lossless JPEG (T.81, Annex H) with Huffman coding: samples are predicted from their neighbours.
//!
//! Rows are read one after the other, so that no picture is in memory. If each component has a scan of
//! its own, all of these scans are read side by side.

mod scan;
mod table;

use std::ops::Range;

use scan::{Part, Rows, Setup};
use table::Differences;

use super::bits::{BitReader, Window, new_window};
use super::data::Data;
use super::header::Header;
use super::process::Process;
use super::scan::Scan;
use super::segments::{Segment, Segments};
use super::tables::Tables;
use crate::{Error, marker};

/// Most components of a picture.
const MOST: usize = 4;

/// How much of a lossless picture could be decoded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LosslessShare {
    /// The share of the wanted rows that could be decoded, 0..=1.
    pub decoded_share: f32,
    /// Whether any of the data down to the last wanted row is damaged or missing.
    pub damaged: bool,
}

/// Passes the wanted rows.
pub(super) fn decode(
    data: &[u8],
    header: &Header<'_>,
    rows: Range<u32>,
    min_share: f32,
    take: impl FnMut(&[u16]),
) -> Result<LosslessShare, Error> {
    let count = header.components.len();
    if !header.is_lossless() {
        return Err(Error::Unsupported {
            process: header.process,
            precision: header.precision,
            components: count as u8,
        });
    }
    refuse_hopeless(data, header, &rows, min_share)?;
    let setups = setups(data, header)?;
    let mut windows: Vec<Box<Window>> = setups.iter().map(|_| new_window()).collect();
    let mut scans: Vec<Rows<'_, '_>> = (setups.into_iter().zip(&mut windows))
        .map(|(setup, window)| {
            let start = setup.start;
            Rows::new(setup, BitReader::new(Data::Whole(data), start, window))
        })
        .collect();
    let decoded = pass_rows(header, &mut scans, &rows, take);
    let share = decoded as f32 / rows.len().max(1) as f32;
    if share < min_share || decoded == 0 {
        let required = min_share;
        return Err(Error::Truncated { share, required });
    }
    Ok(LosslessShare {
        decoded_share: share,
        damaged: scans
            .iter_mut()
            .any(|scan| scan.damaged || scan.is_out_of_step()),
    })
}

/// Reads the scans side by side and passes the wanted rows; returns how many of these could be decoded.
fn pass_rows(
    header: &Header<'_>,
    scans: &mut [Rows<'_, '_>],
    rows: &Range<u32>,
    mut take: impl FnMut(&[u16]),
) -> u32 {
    let mut row = vec![0; header.width as usize * header.components.len()];
    let mut decoded = 0;
    for y in 0..rows.end.min(header.height) {
        let mut is_intact = true;
        for scan in scans.iter_mut() {
            is_intact &= scan.advance(header, y);
            if rows.contains(&y) {
                scan.interleave(header, y, &mut row);
            }
        }
        if rows.contains(&y) {
            decoded += u32::from(is_intact);
            take(&row);
        }
    }
    decoded
}

/// Refuses headers that state far more samples than the file can contain, before time is spent:
/// every sample takes at least one bit.
fn refuse_hopeless(
    data: &[u8],
    header: &Header<'_>,
    rows: &Range<u32>,
    required: f32,
) -> Result<(), Error> {
    let (across, down) = largest(header);
    let sampled = |c: &super::Component| f64::from(c.h) * f64::from(c.v);
    let pixel = header.components.iter().map(sampled).sum::<f64>() / f64::from(across * down);
    let row = f64::from(header.width) * pixel;
    let available = data.len() as f64 * 8.0 / row.max(1.0) - f64::from(rows.start);
    let share = (available / rows.len().max(1) as f64).clamp(0.0, 1.0) as f32;
    if share < required {
        return Err(Error::Truncated { share, required });
    }
    Ok(())
}

/// The largest sampling factors.
fn largest(header: &Header<'_>) -> (u32, u32) {
    (header.geometry.h_max, header.geometry.v_max)
}

/// Finds the scans, until each component has one.
fn setups(data: &[u8], header: &Header<'_>) -> Result<Vec<Setup>, Error> {
    let mut tables = Tables::new();
    // The typical tables are for coefficients.
    tables.dc = [const { None }; 4];
    let mut setups: Vec<Setup> = Vec::new();
    let mut has_scan = [false; MOST];
    let mut at = 2;
    while let Some(segment) = Segments::from(data, at).next() {
        at = segment.end;
        match segment.code {
            marker::DHT => tables.huffman(segment.body)?,
            marker::DRI => tables.restart_interval(segment.body),
            marker::EOI => break,
            marker::SOS => {
                let setup = setup(header, &tables, &segment)?;
                for part in &setup.parts {
                    if std::mem::replace(&mut has_scan[part.component & 3], true) {
                        return Err(Error::Invalid { segment: "SOS" });
                    }
                }
                setups.push(setup);
                if has_scan
                    .iter()
                    .take(header.components.len())
                    .all(|has| *has)
                {
                    return Ok(setups);
                }
                let Some(end) = Data::Whole(data).find_scan_end(segment.end) else {
                    break;
                };
                at = end;
            }
            _ => {}
        }
    }
    let required = 1.0;
    Err(Error::Truncated {
        share: 0.0,
        required,
    })
}

fn setup(header: &Header<'_>, tables: &Tables, segment: &Segment<&[u8]>) -> Result<Setup, Error> {
    const INVALID: Error = Error::Invalid { segment: "SOS" };
    let scan = Scan::lossless(segment.body, &header.components).ok_or(INVALID)?;
    let (across, down) = largest(header);
    let bits = u32::from(header.precision).checked_sub(scan.low);
    let bits = bits.filter(|&bits| bits > 0).ok_or(INVALID)?;
    let is_alone = scan.selected.len() == 1;
    let mut mcus = (header.width.div_ceil(across), header.height.div_ceil(down));
    let mut parts = Vec::with_capacity(MOST);
    for selected in &scan.selected {
        let component = header.components.get(selected.component).ok_or(INVALID)?;
        let (mut h, mut v) = (u32::from(component.h), u32::from(component.v));
        if is_alone {
            let size = |pixels: u32, factor: u32, most: u32| (pixels * factor).div_ceil(most);
            mcus = (size(header.width, h, across), size(header.height, v, down));
            (h, v) = (1, 1);
        }
        let spec = tables.dc.get(selected.dc).and_then(Option::as_ref);
        let width = (mcus.0 * h) as usize;
        parts.push(Part {
            component: selected.component,
            across: h as usize,
            table: Differences::new(spec.ok_or(Error::Invalid { segment: "DHT" })?),
            lines: vec![vec![0; width]; v as usize + 1],
        });
    }
    // H.1.1 requires whole rows.
    let interval = tables.restart_interval;
    if !interval.is_multiple_of(mcus.0) {
        return Err(Error::Invalid { segment: "DRI" });
    }
    Ok(Setup {
        start: segment.end,
        parts,
        mcus: (mcus.0 as usize, mcus.1),
        predictor: scan.start,
        interval: interval / mcus.0,
        bits,
        shift: scan.low,
    })
}

impl Rows<'_, '_> {
    /// Lines of samples in a row of MCUs, of the component with this index among the parts.
    fn lines(&self, part: usize) -> u32 {
        let lines = self
            .setup
            .parts
            .get(part)
            .map_or(2, |part| part.lines.len());
        (lines as u32 - 1).max(1)
    }

    /// Reads on until the samples of row `y` of the picture are there; returns whether they could be read.
    fn advance(&mut self, header: &Header<'_>, y: u32) -> bool {
        let (_, down) = largest(header);
        let of_first = self
            .setup
            .parts
            .first()
            .and_then(|part| header.components.get(part.component));
        let line = y * of_first.map_or(1, |first| u32::from(first.v)) / down;
        while self.read <= line / self.lines(0) {
            self.next();
        }
        self.is_intact
    }

    /// Puts the samples of row `y` of the picture beside those of the other components. Those of a smaller component are
    /// repeated.
    fn interleave(&self, header: &Header<'_>, y: u32, row: &mut [u16]) {
        let (across, down) = largest(header);
        let count = header.components.len().max(1);
        for (index, part) in self.setup.parts.iter().enumerate() {
            let Some(component) = header.components.get(part.component) else {
                continue;
            };
            let line = y * u32::from(component.v) / down % self.lines(index);
            let Some(line) = part.lines.get(line as usize + 1) else {
                continue;
            };
            let shift = self.setup.shift;
            let to = row.iter_mut().skip(part.component).step_by(count);
            if u32::from(component.h) == across {
                to.zip(line).for_each(|(to, from)| *to = from << shift);
                continue;
            }
            for (x, to) in (0_u32..).zip(to) {
                let from = line.get((x * u32::from(component.h) / across) as usize);
                *to = from.copied().unwrap_or(0) << shift;
            }
        }
    }
}

impl Header<'_> {
    /// Whether [`crate::Decoder::lossless`] supports this process, precision and number of
    /// components.
    #[must_use]
    pub fn is_lossless(&self) -> bool {
        self.process == Process::Lossless
            && (2..=16).contains(&self.precision)
            && self.components.len() <= MOST
    }
}
