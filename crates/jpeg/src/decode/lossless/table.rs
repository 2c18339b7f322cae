//! Looks up differences of lossless coding (T.81, H.1.2.2), which have up to 16 bits.

use crate::decode::bits::{Cursor, Damaged};
use crate::decode::lookup::{Canonical, Codes, extend};
use crate::huffman::HuffmanSpec;

/// Bits of one look-up.
const FAST: u32 = 12;

/// A table for differences.
#[derive(Debug)]
pub(super) struct Differences {
    canonical: Canonical,
    /// Bits 0..=7: bits to take, 0 if the code is longer. Bits 8..=15: how many bits of the value follow then. Bits 16..=31:
    /// the difference if none follow.
    fast: Box<[u32; 1 << FAST]>,
}

impl Differences {
    pub(super) fn new(spec: &HuffmanSpec) -> Self {
        let codes = Codes::new(spec);
        let fast = Box::new(std::array::from_fn(|bits| entry(&codes, bits as u32)));
        Self {
            canonical: codes.canonical,
            fast,
        }
    }

    /// Takes a difference, modulo 2^16; 56 bits must be valid.
    #[inline(always)]
    pub(super) fn take(&self, cursor: &mut Cursor) -> Result<u16, Damaged> {
        let mut entry = self.fast[cursor.peek(FAST) & ((1 << FAST) - 1)];
        if entry & 0xFF == 0 {
            entry = self.long(cursor.peek(16) as u32)?;
        }
        cursor.consume(entry & 0xFF);
        let size = entry >> 8 & 0xFF;
        Ok(match size {
            0 => (entry >> 16) as u16,
            _ => extend(cursor.take(size), size) as u16,
        })
    }

    #[cold]
    #[inline(never)]
    fn long(&self, bits: u32) -> Result<u32, Damaged> {
        let (size, length) = self.canonical.long(bits)?;
        code(size, length)
    }
}

/// A code whose value is not known.
fn code(size: u8, length: u32) -> Result<u32, Damaged> {
    match size {
        0..=15 => Ok(u32::from(size) << 8 | length),
        // The only difference of this size, without bits of its own.
        16 => Ok(0x8000 << 16 | length),
        _ => Err(Damaged),
    }
}

fn entry(codes: &Codes, bits: u32) -> u32 {
    let Ok((size, length)) = codes.decode(bits << (16 - FAST)) else {
        return 0;
    };
    let taken = length + u32::from(size);
    if length > FAST {
        0
    } else if (1..=15).contains(&size) && taken <= FAST {
        let value = bits >> (FAST - taken) & ((1 << size) - 1);
        (extend(value, size.into()) as u32) << 16 | taken
    } else {
        code(size, length).unwrap_or(0)
    }
}
