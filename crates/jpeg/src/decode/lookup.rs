//! Look-up tables that turn the next bits into symbols, values and run lengths in one step.

use super::bits::{Cursor, Damaged};
use super::several::{self, Several, Severals};
use super::step::{FAST, Step, Steps};
use crate::huffman::HuffmanSpec;

/// Bits of which [`Canonical`] has a table.
const SHORT: u32 = FAST;
/// Bits of one look-up of a DC code.
const DC_FAST: u32 = 9;

/// Decodes codes of any length: all 16-bit prefixes below `ends[i]` have a code of at most `i + 1` bits.
#[derive(Debug, Clone)]
pub(crate) struct Canonical {
    /// For the first bits, the symbol << 8 | the length of its code; 0 if it is longer than they are. Other tables are made
    /// with it, in a fraction of the time.
    short: Box<[u16; 1 << SHORT]>,
    ends: [u32; 16],
    /// Index of the first symbol of the length, minus the first code of the length.
    offsets: [i32; 16],
    symbols: Vec<u8>,
}

impl Canonical {
    pub(crate) fn new(spec: &HuffmanSpec) -> Self {
        let mut table = Self {
            short: Box::new([0; 1 << SHORT]),
            ends: [0; 16],
            offsets: [0; 16],
            symbols: Vec::with_capacity(256),
        };
        let mut last = 0;
        for code in spec.codes() {
            let row = usize::from(code.length - 1) & 15;
            if last != code.length {
                table.offsets[row] = table.symbols.len() as i32 - i32::from(code.bits);
                last = code.length;
            }
            table.ends[row] = (u32::from(code.bits) + 1) << (16 - code.length);
            table.symbols.push(code.symbol);
            if let Some(free) = SHORT.checked_sub(code.length.into()) {
                let first = usize::from(code.bits) << free;
                let entries = table.short.get_mut(first..first + (1 << free));
                let entry = u16::from(code.symbol) << 8 | u16::from(code.length);
                entries.unwrap_or_default().fill(entry);
            }
        }
        let mut reached = 0;
        for end in &mut table.ends {
            reached = reached.max(*end);
            *end = reached;
        }
        table
    }

    /// The symbol at the start of 16 bits, and the length of its code.
    #[inline]
    pub(crate) fn decode(&self, bits: u32) -> Result<(u8, u32), Damaged> {
        let short = self.short[(bits >> (16 - SHORT)) as usize & ((1 << SHORT) - 1)];
        if short != 0 {
            return Ok(((short >> 8) as u8, u32::from(short & 0xFF)));
        }
        let row = self
            .ends
            .iter()
            .position(|&end| bits < end)
            .ok_or(Damaged)?;
        let code = (bits >> (15 - row)) as i32;
        let index = self.offsets.get(row).map_or(-1, |offset| code + offset);
        let symbol = usize::try_from(index)
            .ok()
            .and_then(|index| self.symbols.get(index))
            .ok_or(Damaged)?;
        Ok((*symbol, row as u32 + 1))
    }

    /// The same for codes that are too long for a look-up. The cursor is not passed by reference, so that it can stay in
    /// registers.
    #[cold]
    #[inline(never)]
    pub(crate) fn long(&self, bits: u32) -> Result<(u8, u32), Damaged> {
        self.decode(bits)
    }
}

/// The value of `size` additional bits (F.2.2.1, EXTEND).
#[inline(always)]
pub(crate) fn extend(bits: u32, size: u32) -> i32 {
    let bits = bits as i32;
    // Without a branch, because signs are practically random.
    let positive = (bits << 1 >> size) & 1;
    bits + ((positive - 1) & (1 - (1 << size)))
}

/// A table for DC differences.
#[derive(Debug, Clone)]
pub(crate) struct DcLookup {
    canonical: Canonical,
    /// Size of the difference << 8 | bits to take for the code and it; 0 when the code is longer than the look-up.
    fast: Box<[u16; 1 << DC_FAST]>,
}

impl DcLookup {
    pub(crate) fn new(spec: &HuffmanSpec) -> Self {
        let canonical = Canonical::new(spec);
        let mut fast = Box::new([0; 1 << DC_FAST]);
        for (bits, entry) in (0_u32..).zip(fast.iter_mut()) {
            match canonical.decode(bits << (16 - DC_FAST)) {
                Ok((size, length)) if length <= DC_FAST => {
                    let size = u16::from(size & 15);
                    *entry = size << 8 | (length as u16 + size);
                }
                _ => {}
            }
        }
        Self { canonical, fast }
    }

    /// Takes a difference; 56 bits must be valid, at least 24 are left.
    #[inline(always)]
    pub(crate) fn difference(&self, cursor: &mut Cursor) -> Result<i32, Damaged> {
        let mut entry = u32::from(self.fast[cursor.peek(DC_FAST) & ((1 << DC_FAST) - 1)]);
        if entry == 0 {
            entry = self.long(cursor.peek(16) as u32)?;
        }
        // The code and the difference are taken together, because the next symbol waits for it.
        let (taken, size) = (entry & 63, entry >> 8);
        let difference = cursor.peek(taken) as u32 & ((1 << size) - 1);
        cursor.consume(taken);
        Ok(extend(difference, size))
    }

    #[cold]
    #[inline(never)]
    fn long(&self, bits: u32) -> Result<u32, Damaged> {
        let (size, length) = self.canonical.decode(bits)?;
        if size > 15 {
            Err(Damaged)
        } else {
            Ok(u32::from(size) << 8 | (length + u32::from(size)))
        }
    }
}

/// A symbol that the table of steps does not resolve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// A coefficient (or with value 0 a run of 16 zeros) so many indices further on.
    Coefficient {
        /// 1..=16.
        advance: u32,
        /// The value.
        value: i32,
    },
    /// No more coefficients in this and the `count - 1` following blocks (G.1.2.2).
    End {
        /// At least 1.
        count: u32,
    },
}

/// A table for AC coefficients of progressive scans.
#[derive(Debug, Clone)]
pub(crate) struct AcLookup {
    canonical: Canonical,
    fast: Box<Steps>,
    /// Several symbols at once.
    several: Box<Severals>,
}

impl AcLookup {
    pub(crate) fn new(spec: &HuffmanSpec) -> Self {
        let canonical = Canonical::new(spec);
        let fast = steps(&canonical, true);
        let several = several::join(&fast);
        Self {
            canonical,
            fast,
            several,
        }
    }

    /// What the next bits mean, without taking them.
    #[inline(always)]
    pub(crate) fn step(&self, cursor: &Cursor) -> Step {
        self.fast[cursor.peek(FAST) & ((1 << FAST) - 1)]
    }

    /// What several of the next symbols of a progressive scan mean, without taking them.
    #[inline(always)]
    pub(crate) fn several(&self, cursor: &Cursor) -> Several {
        self.several[cursor.peek(FAST) & ((1 << FAST) - 1)]
    }

    /// Takes the rest of a symbol after its step was taken; 31 bits must be valid.
    #[inline(always)]
    pub(crate) fn complete(&self, step: Step, cursor: &mut Cursor) -> Result<Symbol, Damaged> {
        let mut symbol = step.value() as u32;
        if step.taken() == 0 {
            let (long, length) = self.canonical.long(cursor.peek(16) as u32)?;
            cursor.consume(length);
            symbol = u32::from(long);
        }
        let (run, size) = (symbol >> 4 & 15, symbol & 15);
        Ok(match (run, size) {
            (15, 0) => Symbol::Coefficient {
                advance: 16,
                value: 0,
            },
            (_, 0) => Symbol::End {
                count: (1 << run) + cursor.take(run),
            },
            _ => Symbol::Coefficient {
                advance: run + 1,
                value: extend(cursor.take(size), size),
            },
        })
    }
}

/// What one code each says, for all possible next bits; `progressive` if symbols `r0` with `r` < 15 are runs of ends of blocks.
pub(super) fn steps(canonical: &Canonical, progressive: bool) -> Box<Steps> {
    Box::new(std::array::from_fn(|bits| {
        fast_step(canonical, progressive, bits as u32)
    }))
}

fn fast_step(canonical: &Canonical, progressive: bool, bits: u32) -> Step {
    let (symbol, length) = match canonical.decode(bits << (16 - FAST)) {
        Ok((symbol, length)) if length <= FAST => (symbol, length),
        _ => return Step::new(0, Step::PARTIAL, 0),
    };
    let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
    let taken = length + size;
    match (run, size) {
        (15, 0) => Step::new(taken, 16, 0),
        (0, 0) => Step::new(taken, Step::END, 0),
        (_, 0) if !progressive => Step::new(taken, Step::END, 0),
        _ if taken > FAST || size == 0 => Step::new(length, Step::PARTIAL, i32::from(symbol)),
        _ => Step::new(
            taken,
            run + 1,
            extend(bits >> (FAST - taken) & ((1 << size) - 1), size),
        ),
    }
}
