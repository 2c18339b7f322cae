//! Reads the samples of one channel of a layer, row by row from top to bottom: uncompressed, in
//! PackBits, or in zlib with or without prediction.

use std::io::Read;

use flate2::read::ZlibDecoder;

use crate::codec::packbits::unpack;
use crate::codec::psd::fields::{number, take};

/// Compressions.
const PLAIN: u64 = 0;
const RUNS: u64 = 1;
const ZIP: u64 = 2;
const ZIP_OF_DIFFERENCES: u64 = 3;

/// Bytes of the state of a decompressor.
const DECOMPRESSOR: usize = 48 << 10;

/// The rows of a channel; only one of them is in memory.
pub(super) struct Channel<'a> {
    packing: Packing<'a>,
    /// Bits of a sample: 8, 16 or 32.
    depth: usize,
    /// The row that is read next.
    next: usize,
    line: Vec<u8>,
}

enum Packing<'a> {
    Plain(&'a [u8]),
    Runs {
        /// Length of each row that is left.
        lengths: std::slice::ChunksExact<'a, u8>,
        data: &'a [u8],
    },
    Zip {
        rows: Box<ZlibDecoder<&'a [u8]>>,
        has_differences: bool,
    },
}

impl<'a> Channel<'a> {
    /// Opens a channel; `None` if the data ends early or its compression is not known.
    pub(super) fn read(
        mut data: &'a [u8],
        (width, height): (usize, usize),
        depth: usize,
        is_large: bool,
    ) -> Option<Self> {
        let row_bytes = width.checked_mul(depth / 8)?;
        let packing = match number(take(&mut data, 2)?) {
            PLAIN => Packing::Plain(data),
            RUNS => {
                let entry = if is_large { 4 } else { 2 };
                let lengths = take(&mut data, height.checked_mul(entry)?)?.chunks_exact(entry);
                Packing::Runs { lengths, data }
            }
            compression @ (ZIP | ZIP_OF_DIFFERENCES) => Packing::Zip {
                rows: Box::new(ZlibDecoder::new(data)),
                has_differences: compression == ZIP_OF_DIFFERENCES,
            },
            _ => return None,
        };
        Some(Self {
            packing,
            depth,
            next: 0,
            line: vec![0; row_bytes],
        })
    }

    /// Bytes that it keeps: its row, and the state of a decompressor.
    pub(super) fn memory(&self) -> usize {
        let decompressor = match self.packing {
            Packing::Zip { .. } => DECOMPRESSOR,
            _ => 0,
        };
        self.line.len() + decompressor
    }

    /// The samples of row `index`, from 0 to 1 (floats can be outside). Rows before it cannot be
    /// read any more. `None` if the data ends early.
    pub(super) fn row(&mut self, index: usize) -> Option<impl Fn(usize) -> f32> {
        while self.next <= index {
            self.advance(self.next == index)?;
            self.next += 1;
        }
        let (line, depth) = (&self.line[..], self.depth);
        Some(move |at: usize| sample(line, depth, at))
    }

    fn advance(&mut self, is_wanted: bool) -> Option<()> {
        let length = self.line.len();
        match &mut self.packing {
            Packing::Plain(data) => self.line.copy_from_slice(take(data, length)?),
            Packing::Runs { lengths, data } => {
                let stored = usize::try_from(number(lengths.next()?)).ok()?;
                let stored = take(data, stored)?;
                if is_wanted {
                    self.line.clear();
                    self.line.resize(length, 0); // what a short row lacks
                    unpack(stored, &mut self.line);
                }
            }
            Packing::Zip {
                rows,
                has_differences,
            } => {
                rows.read_exact(&mut self.line).ok()?;
                if *has_differences && is_wanted {
                    undo_differences(&mut self.line, self.depth);
                }
            }
        }
        Some(())
    }
}

fn sample(line: &[u8], depth: usize, at: usize) -> f32 {
    match depth {
        8 => line.get(at).map_or(0.0, |&byte| f32::from(byte) / 255.0),
        16 => line
            .get(2 * at..)
            .and_then(|rest| rest.first_chunk())
            .map_or(0.0, |&pair| f32::from(u16::from_be_bytes(pair)) / 65_535.0),
        _ => line
            .get(4 * at..)
            .and_then(|rest| rest.first_chunk())
            .map_or(0.0, |&quad| f32::from_be_bytes(quad)),
    }
}

/// Undoes the prediction of a row. In rows of floats, the highest bytes of all samples come first,
/// then the next ones.
fn undo_differences(line: &mut [u8], depth: usize) {
    if depth == 16 {
        let mut sum = 0u16;
        for pair in line.as_chunks_mut::<2>().0 {
            sum = sum.wrapping_add(u16::from_be_bytes(*pair));
            *pair = sum.to_be_bytes();
        }
        return;
    }
    let mut sum = 0u8;
    for byte in line.iter_mut() {
        sum = sum.wrapping_add(*byte);
        *byte = sum;
    }
    if depth == 32 {
        let apart = line.to_vec();
        let count = line.len() / 4;
        for (at, byte) in line.iter_mut().enumerate() {
            *byte = apart.get(at % 4 * count + at / 4).copied().unwrap_or(0);
        }
    }
}
