//! Progressive scans (T.81, annex G): turns quantised blocks into tokens, and tokens into codes and
//! bits.

use super::baseline::magnitude_bits;
use super::bits::BitWriter;
use super::frame::Frame;
use super::headers::{self, Class, ScanHeader};
use super::huffman::HuffmanCode;
use super::refinement;
use super::script::{SCRIPTS, scans};
use super::symbols::{Quantized, ZRL, category, slot};
use super::tokens::{MAX_END_RUN, RAW, Token, Tokens, each_block};

/// One scan with its codes, ready to be written.
#[derive(Debug)]
pub(crate) struct Scan {
    header: ScanHeader<'static>,
    tokens: Vec<Token>,
    codes: Vec<(Class, usize, HuffmanCode)>,
    bytes: usize,
}

/// The smallest progressive form of these blocks, and its size in bytes before stuffing, including
/// scan headers.
pub(crate) fn smallest(frame: Frame, components: &[Quantized]) -> (Vec<Scan>, usize) {
    let mut best: (Vec<Scan>, usize) = (Vec::new(), usize::MAX);
    for script in SCRIPTS {
        let scans: Vec<Scan> = scans(script, frame)
            .map(|s| Scan::new(s, frame, components))
            .collect();
        let bytes = scans.iter().map(|scan| scan.bytes).sum();
        if bytes < best.1 {
            best = (scans, bytes);
        }
    }
    best
}

impl Scan {
    fn new(header: ScanHeader<'static>, frame: Frame, components: &[Quantized]) -> Self {
        let mut tokens = Tokens::default();
        match (header.band.0, header.bits.0) {
            (0, _) => dc_first(&mut tokens, frame, components, header.bits.1),
            (_, 0) => ac_first(
                &mut tokens,
                header,
                frame,
                &components[header.components[0]],
            ),
            _ => refinement::ac(
                &mut tokens,
                header,
                frame,
                &components[header.components[0]],
            ),
        }
        Self::coded(header, tokens.0)
    }

    /// Gives tokens their optimal codes.
    fn coded(header: ScanHeader<'static>, tokens: Vec<Token>) -> Self {
        let mut counts = [[0u32; 256]; 2];
        let mut bits = 0u64;
        for token in &tokens {
            bits += u64::from(token.count);
            if token.symbol != RAW {
                counts[usize::from(token.symbol >> 8)][usize::from(token.symbol & 255)] += 1;
            }
        }
        let class = if header.band.0 == 0 {
            Class::Dc
        } else {
            Class::Ac
        };
        let mut codes = Vec::with_capacity(2);
        for (slot, counts) in counts.iter().enumerate() {
            if counts.iter().any(|&count| count > 0) {
                let code = HuffmanCode::optimal(counts);
                bits += code.payload_bits(counts);
                codes.push((class, slot, code));
            }
        }
        let tables = headers::codes_bytes(codes.iter().map(|(_, _, code)| code));
        let bytes = tables + 8 + 2 * header.components.len() + bits.div_ceil(8) as usize;
        Self {
            header,
            tokens,
            codes,
            bytes,
        }
    }

    /// Appends tables, header and data; returns how many zero bytes were stuffed.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> usize {
        let codes: Vec<_> = self
            .codes
            .iter()
            .map(|(class, slot, code)| (*class, *slot, code))
            .collect();
        headers::write_codes(out, &codes);
        headers::write_scan_header(out, self.header);
        let mut by_slot: [Option<&HuffmanCode>; 2] = [None; 2];
        codes
            .iter()
            .for_each(|&(_, slot, code)| by_slot[slot] = Some(code));
        let mut writer = BitWriter::new(out);
        for token in &self.tokens {
            if let Some(code) = by_slot
                .get(usize::from(token.symbol >> 8))
                .copied()
                .flatten()
            {
                let symbol = usize::from(token.symbol & 255);
                writer.put(
                    u32::from(code.words[symbol]),
                    u32::from(code.lengths[symbol]),
                );
            }
            writer.put(token.bits, u32::from(token.count));
        }
        writer.finish()
    }
}

fn dc_first(tokens: &mut Tokens, frame: Frame, components: &[Quantized], shift: u8) {
    let mut previous = [0i32; 3];
    frame.interleaved(|component, index| {
        let dc = i32::from(components[component].blocks[index][0]) >> shift;
        let difference = dc - previous[component];
        previous[component] = dc;
        let size = category(difference);
        tokens.symbol(
            slot(component),
            size as usize,
            magnitude_bits(difference, size),
            size,
        );
    });
}

fn ac_first(tokens: &mut Tokens, header: ScanHeader<'_>, frame: Frame, quantized: &Quantized) {
    let slot = slot(header.components[0]);
    let shift = header.bits.1;
    let mut ended = 0;
    each_block(header, frame, quantized, |block, mask| {
        let (mut rest, mut next) = (mask, u32::from(header.band.0));
        let mut complete = false;
        while rest != 0 {
            let position = rest.trailing_zeros();
            rest &= rest - 1;
            let value = i32::from(block[position as usize & 63]);
            // The point transform divides: magnitudes are shifted, whatever the sign.
            let magnitude = value.abs() >> shift;
            if magnitude == 0 {
                continue;
            }
            tokens.end_run(slot, std::mem::take(&mut ended));
            let mut run = position - next;
            while run > 15 {
                tokens.symbol(slot, ZRL, 0, 0);
                run -= 16;
            }
            let size = category(magnitude);
            let bits = magnitude_bits(if value < 0 { -magnitude } else { magnitude }, size);
            tokens.symbol(slot, (run << 4 | size) as usize, bits, size);
            next = position + 1;
            complete = position == u32::from(header.band.1);
        }
        ended += u32::from(!complete);
        if ended == MAX_END_RUN {
            tokens.end_run(slot, std::mem::take(&mut ended));
        }
    });
    tokens.end_run(slot, ended);
}
