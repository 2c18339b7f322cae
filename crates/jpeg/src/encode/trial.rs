//! One trial: quantises at a level, counts symbols and calculates the exact size; writes the file
//! on request.

use super::baseline;
use super::coefficients::Coefficients;
use super::dc_trellis::{self, DcRates};
use super::frame::Frame;
use super::headers::{self, Class, Process, ScanHeader};
use super::huffman::HuffmanCode;
use super::mean::Mean;
use super::price;
use super::progressive;
use super::quantizer::{Level, Table, Tables, cut, is_flat, magnitudes, nonzero_mask, with_signs};
use super::sampling::Effort;
use super::symbols::{Codes, Quantized, Tally, slot};
use super::trellis::{Distortion, Rates, quantize_ac};
use crate::Instructions;

/// If a sample is enough, one of this many blocks is used: a prime, so that the sample is not
/// always in the same columns of the picture.
const SAMPLED: usize = 11;

/// Longest side, in pixels, up to which coefficients are rounded to the nearest value.
const TINY: usize = 16;

/// A point on the two axes of the search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) level: Level,
    /// Factor on the cost of bits: above 1, the file becomes smaller at the same level.
    pub(crate) lambda_scale: f32,
}

/// A quantised picture and everything its file needs.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) frame: Frame,
    tables: Tables,
    body: Body,
}

/// What follows the frame header.
#[derive(Debug)]
enum Body {
    /// One interleaved scan: its codes and its bytes of data before stuffing.
    Baseline(Box<Codes>, usize),
    /// Many scans, and all their bytes before stuffing.
    Progressive(Vec<progressive::Scan>, usize),
}

/// Scratch memory for the trials of one picture.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    quantized: [Quantized; 3],
    rates: Option<[(Rates, DcRates); 2]>,
    order: Vec<u32>,
    wanted: Vec<dc_trellis::Wanted>,
    levels: Vec<i16>,
    pub(crate) instructions: Instructions,
}

impl Workspace {
    /// Forgets the code lengths of the previous picture.
    pub(crate) fn reset(&mut self) {
        self.rates = None;
    }

    /// Quantises at `point`; with more effort than `Fast`, against the code lengths of the trial before.
    pub(crate) fn run(
        &mut self,
        source: &Coefficients,
        frame: Frame,
        point: Point,
        effort: Effort,
        progressive: bool,
    ) -> Trial {
        let tables = Tables::at(point.level, frame);
        for component in 0..frame.components() {
            self.quantize_dc(source, component, tables.slot(slot(component)));
        }
        if effort != Effort::Fast && self.rates.is_none() {
            self.first_rates(source, frame, &tables);
        }
        let mut tally = self.quantize(source, frame, &tables, point, effort);
        if effort == Effort::Best {
            // Again, with the code lengths that resulted.
            tally = self.quantize(source, frame, &tables, point, effort);
        }
        let codes = tally.codes();
        let payload = tally.payload_bytes(&codes);
        let mut trial = Trial {
            frame,
            tables,
            body: Body::Baseline(Box::new(codes), payload),
        };
        if progressive {
            let (scans, bytes) = progressive::smallest(frame, &self.quantized);
            let other = Trial {
                body: Body::Progressive(scans, bytes),
                tables: trial.tables.clone(),
                frame,
            };
            if other.size() < trial.size() {
                trial = other;
            }
        }
        trial
    }

    /// Expected bytes of a trial at `level`: those of plain quantisation, less what the trellis
    /// saves on a sample of blocks. The first trial starts with the code lengths found here.
    pub(crate) fn foresee(&mut self, source: &Coefficients, frame: Frame, level: Level) -> f32 {
        let tables = Tables::at(level, frame);
        for component in 0..frame.components() {
            self.quantize_dc(source, component, tables.slot(slot(component)));
        }
        self.quantize_plain(source, frame, &tables);
        let tally = self.tally(frame);
        let codes = tally.codes();
        self.remember(&codes);
        let plain = tally.payload_bytes(&codes) as f32;
        plain - self.saving(source, frame, &tables, level) / 8.0
    }

    /// Bits that the trellis saves over the plain levels, under the same codes.
    fn saving(&self, source: &Coefficients, frame: Frame, tables: &Tables, level: Level) -> f32 {
        let Some(rates) = &self.rates else { return 0.0 };
        let (weights, mut saved) = (price::weights(), 0.0);
        for component in 0..frame.components() {
            let slot = slot(component);
            let (table, rates) = (tables.slot(slot), &rates[slot].0);
            let lambda = price::lambda(frame.kind, slot, level);
            let Quantized { blocks, masks } = &self.quantized[component];
            let chosen = source.spectra[component].blocks.iter();
            let plain = blocks.iter().zip(masks);
            let sample = chosen.zip(&source.visibility[component]).zip(plain);
            for ((block, &visibility), (plain, &mask)) in sample.step_by(SAMPLED) {
                let distortion = Distortion {
                    weights: &weights,
                    price: visibility / lambda,
                    zeroing: price::ZEROING,
                };
                let (levels, kept) = quantize_ac(
                    self.instructions,
                    block,
                    &table.reciprocals,
                    rates,
                    distortion,
                );
                saved += rates.of_block(plain, mask) - rates.of_block(&levels, kept);
            }
        }
        saved * SAMPLED as f32
    }

    /// Quantises all components, counts the symbols and remembers their code lengths.
    fn quantize(
        &mut self,
        source: &Coefficients,
        frame: Frame,
        tables: &Tables,
        point: Point,
        effort: Effort,
    ) -> Tally {
        match &self.rates {
            Some(rates) if effort != Effort::Fast => {
                let rates = rates.clone();
                self.quantize_trellis(source, frame, tables, &rates, point);
            }
            _ => self.quantize_plain(source, frame, tables),
        }
        let tally = self.tally(frame);
        if effort != Effort::Fast {
            self.remember(&tally.codes());
        }
        tally
    }

    /// Code lengths to start with: those of a sample of blocks with plain quantisation.
    fn first_rates(&mut self, source: &Coefficients, frame: Frame, tables: &Tables) {
        let mut tally = Tally::new();
        let mut sample = Quantized::default();
        for component in 0..frame.components() {
            let table = tables.slot(slot(component));
            sample.blocks.clear();
            sample.masks.clear();
            for block in source.spectra[component].blocks.iter().step_by(SAMPLED) {
                let levels = cut(&magnitudes(block, &table.reciprocals), price::PLAIN_BIAS);
                sample.masks.push(nonzero_mask(&levels));
                sample.blocks.push(levels);
            }
            tally.add_ac(self.instructions, component, &sample);
        }
        tally.add_dc(self.instructions, frame, &self.quantized);
        self.remember(&tally.codes());
    }

    fn remember(&mut self, codes: &Codes) {
        self.rates =
            Some([0, 1].map(|slot| (Rates::of(&codes.ac[slot]), DcRates::of(&codes.dc[slot]))));
    }

    fn tally(&self, frame: Frame) -> Tally {
        let mut tally = Tally::new();
        for component in 0..frame.components() {
            tally.add_ac(self.instructions, component, &self.quantized[component]);
        }
        tally.add_dc(self.instructions, frame, &self.quantized);
        tally
    }

    fn quantize_dc(&mut self, source: &Coefficients, component: usize, table: &Table) {
        let blocks = &source.spectra[component].blocks;
        let quantized = &mut self.quantized[component];
        quantized.blocks.resize(blocks.len(), [0; 64]);
        quantized.masks.resize(blocks.len(), 0);
        self.instructions.run(
            #[inline(always)]
            || {
                for (out, block) in quantized.blocks.iter_mut().zip(blocks) {
                    out[0] = Mean::of(block, table).nearest();
                }
            },
        );
    }

    fn quantize_plain(&mut self, source: &Coefficients, frame: Frame, tables: &Tables) {
        for component in 0..frame.components() {
            let table = tables.slot(slot(component));
            let Quantized { blocks, masks } = &mut self.quantized[component];
            // In so small a picture the saved bytes are not worth the loss of colour of a dead
            // zone.
            let bias = match frame.width.max(frame.height) {
                ..=TINY => 0.5,
                _ => price::PLAIN_BIAS,
            };
            self.instructions.run(
                #[inline(always)]
                || {
                    for ((out, mask), block) in blocks
                        .iter_mut()
                        .zip(masks)
                        .zip(&source.spectra[component].blocks)
                    {
                        let dc = out[0];
                        if is_flat(block) {
                            (*out, *mask) = ([0; 64], 0);
                        } else {
                            let levels = cut(&magnitudes(block, &table.reciprocals), bias);
                            *mask = nonzero_mask(&levels);
                            *out = with_signs(&levels, block);
                        }
                        out[0] = dc;
                    }
                },
            );
        }
    }

    fn quantize_trellis(
        &mut self,
        source: &Coefficients,
        frame: Frame,
        tables: &Tables,
        rates: &[(Rates, DcRates); 2],
        point: Point,
    ) {
        let weights = price::weights();
        for component in 0..frame.components() {
            let slot = slot(component);
            let table = tables.slot(slot);
            let lambda = price::lambda(frame.kind, slot, point.level) * point.lambda_scale;
            let Quantized { blocks, masks } = &mut self.quantized[component];
            let inputs = source.spectra[component]
                .blocks
                .iter()
                .zip(&source.visibility[component]);
            for ((out, mask), (block, &visibility)) in blocks.iter_mut().zip(masks).zip(inputs) {
                let distortion = Distortion {
                    weights: &weights,
                    price: visibility / lambda,
                    zeroing: price::ZEROING,
                };
                let dc = out[0];
                (*out, *mask) = quantize_ac(
                    self.instructions,
                    block,
                    &table.reciprocals,
                    &rates[slot].0,
                    distortion,
                );
                out[0] = dc;
            }
            self.choose_dc(source, frame, component, table, &rates[slot].1, lambda);
        }
    }

    /// Replaces the DC levels of a component by the best ones along the scan.
    fn choose_dc(
        &mut self,
        source: &Coefficients,
        frame: Frame,
        component: usize,
        table: &Table,
        rates: &DcRates,
        lambda: f32,
    ) {
        self.order.clear();
        frame.interleaved(|c, index| {
            if c == component {
                self.order.push(index as u32);
            }
        });
        let (blocks, visibility) = (
            &source.spectra[component].blocks,
            &source.visibility[component],
        );
        self.wanted.clear();
        self.wanted.extend(self.order.iter().map(|&index| {
            let index = index as usize;
            (
                Mean::of(&blocks[index], table),
                visibility[index] * price::MEAN / lambda,
            )
        }));
        dc_trellis::choose(self.instructions, &self.wanted, rates, &mut self.levels);
        for (&index, &level) in self.order.iter().zip(&self.levels) {
            self.quantized[component].blocks[index as usize][0] = level;
        }
    }

    /// Appends the trial's file to `out`. It must be the trial that was run last, because only its
    /// blocks are kept. Returns the bytes that stuffing added to [`Trial::size`].
    pub(crate) fn write(&self, trial: &Trial, out: &mut Vec<u8>) -> usize {
        let frame = trial.frame;
        let stuffed = match &trial.body {
            Body::Baseline(codes, _) => {
                headers::write_start(out, frame, &trial.tables, Process::Baseline);
                headers::write_codes(out, &slots(codes, frame));
                let components = &[0, 1, 2][..frame.components()];
                headers::write_scan_header(
                    out,
                    ScanHeader {
                        components,
                        band: (0, 63),
                        bits: (0, 0),
                    },
                );
                baseline::write_scan(self.instructions, out, frame, &self.quantized, codes)
            }
            Body::Progressive(scans, _) => {
                headers::write_start(out, frame, &trial.tables, Process::Progressive);
                scans.iter().map(|scan| scan.write(out)).sum()
            }
        };
        headers::write_end(out);
        stuffed
    }
}

impl Trial {
    /// Exact size of the file in bytes, except for stuffed zero bytes.
    pub(crate) fn size(&self) -> usize {
        let tables = self.tables.used(self.frame).len();
        let components = self.frame.components();
        // SOI, APP0, DQT, SOF, EOI.
        let fixed = 2 + 18 + (4 + 65 * tables) + (10 + 3 * components) + 2;
        fixed
            + match &self.body {
                Body::Baseline(codes, payload) => {
                    let codes = slots(codes, self.frame);
                    let scan_header = 8 + 2 * components;
                    headers::codes_bytes(codes.iter().map(|&(_, _, code)| code))
                        + scan_header
                        + payload
                }
                Body::Progressive(_, bytes) => *bytes,
            }
    }

    /// Whether the file has several scans.
    pub(crate) fn is_progressive(&self) -> bool {
        matches!(self.body, Body::Progressive(..))
    }
}

/// The Huffman tables of a baseline file.
fn slots(codes: &Codes, frame: Frame) -> Vec<(Class, usize, &HuffmanCode)> {
    (0..frame.components().min(2))
        .flat_map(|slot| {
            [
                (Class::Dc, slot, &codes.dc[slot]),
                (Class::Ac, slot, &codes.ac[slot]),
            ]
        })
        .collect()
}
