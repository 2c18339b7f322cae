//! Every marker segment of the file around its entropy-coded data (T.81, annex B; JFIF 1.02).

use super::frame::Frame;
use super::huffman::HuffmanCode;
use super::quantizer::Tables;
use super::symbols::slot;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const APP0: u8 = 0xE0;
const DQT: u8 = 0xDB;
const DHT: u8 = 0xC4;
const SOS: u8 = 0xDA;

/// Class of a Huffman table in DHT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Dc = 0,
    Ac = 1,
}

/// The coding process, with its SOF code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Process {
    Baseline = 0xC0,
    Progressive = 0xC2,
}

/// One scan's header: which components, which band, which bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScanHeader<'a> {
    pub(crate) components: &'a [usize],
    /// First and last zigzag position.
    pub(crate) band: (u8, u8),
    /// Bit position before (0: first pass) and after this scan.
    pub(crate) bits: (u8, u8),
}

/// Starts the file: SOI, JFIF APP0, quantisation tables, frame header.
pub(crate) fn write_start(out: &mut Vec<u8>, frame: Frame, tables: &Tables, process: Process) {
    out.extend_from_slice(&[0xFF, SOI]);
    // Version 1.02, no unit, square pixels, no thumbnail.
    segment(out, APP0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0");
    let mut quantisation = Vec::with_capacity(130);
    for (index, table) in tables.used(frame).iter().enumerate() {
        quantisation.push(index as u8);
        quantisation.extend_from_slice(&table.steps);
    }
    segment(out, DQT, &quantisation);
    segment(out, process as u8, &frame_header(frame));
}

fn frame_header(frame: Frame) -> Vec<u8> {
    let (height, width) = (
        (frame.height as u16).to_be_bytes(),
        (frame.width as u16).to_be_bytes(),
    );
    let mut header = vec![
        8,
        height[0],
        height[1],
        width[0],
        width[1],
        frame.components() as u8,
    ];
    for component in 0..frame.components() {
        let factor = if component == 0 {
            frame.luma_factor() as u8
        } else {
            1
        };
        header.extend_from_slice(&[
            component as u8 + 1,
            factor << 4 | factor,
            slot(component) as u8,
        ]);
    }
    header
}

/// Appends one DHT segment with all these tables: class, slot, code.
pub(crate) fn write_codes(out: &mut Vec<u8>, codes: &[(Class, usize, &HuffmanCode)]) {
    let mut payload = Vec::with_capacity(codes.iter().map(|(_, _, c)| c.header_bytes()).sum());
    for &(class, slot, code) in codes {
        payload.push((class as u8) << 4 | slot as u8);
        payload.extend_from_slice(&code.bits);
        payload.extend_from_slice(&code.values);
    }
    segment(out, DHT, &payload);
}

/// Bytes [`write_codes`] appends for these tables.
pub(crate) fn codes_bytes<'a>(codes: impl Iterator<Item = &'a HuffmanCode>) -> usize {
    4 + codes.map(HuffmanCode::header_bytes).sum::<usize>()
}

/// Appends a scan header.
pub(crate) fn write_scan_header(out: &mut Vec<u8>, header: ScanHeader<'_>) {
    let mut payload = vec![header.components.len() as u8];
    for &component in header.components {
        // A table that the scan does not use is named 0, as T.81, B.2.3 asks.
        let slot = slot(component) as u8;
        let dc = if header.band.0 == 0 { slot } else { 0 };
        let ac = if header.band.1 > 0 { slot } else { 0 };
        payload.extend_from_slice(&[component as u8 + 1, dc << 4 | ac]);
    }
    payload.extend_from_slice(&[
        header.band.0,
        header.band.1,
        header.bits.0 << 4 | header.bits.1,
    ]);
    segment(out, SOS, &payload);
}

/// Ends the file.
pub(crate) fn write_end(out: &mut Vec<u8>) {
    out.extend_from_slice(&[0xFF, EOI]);
}

fn segment(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&(payload.len() as u16 + 2).to_be_bytes());
    out.extend_from_slice(payload);
}
