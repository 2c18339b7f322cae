//! Look-up tables that turn the next bits into symbols, values and run lengths in one step.

use super::bits::{Cursor, Damaged};
use super::several::{self, Several, Severals};
use super::step::{FAST, Step, Steps};
use crate::huffman::HuffmanSpec;

/// Bits of one look-up of a DC code.
const DC_FAST: u32 = 9;

/// Decodes codes of any length: all 16-bit prefixes below `ends[i]` have a code of at most `i + 1` bits.
#[derive(Debug, Clone)]
pub(crate) struct Canonical {
    ends: [u32; 16],
    /// Index of the first symbol of the length, minus the first code of the length.
    offsets: [i32; 16],
    symbols: Vec<u8>,
}

impl Canonical {
    fn new(spec: &HuffmanSpec) -> Self {
        let mut table = Self {
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
        }
        let mut reached = 0;
        for end in &mut table.ends {
            reached = reached.max(*end);
            *end = reached;
        }
        table
    }

    /// The symbol at the start of 16 bits, and the length of its code. It is for codes that are too long for a look-up; the
    /// cursor is not passed by reference, so that it can stay in registers.
    #[cold]
    #[inline(never)]
    pub(crate) fn long(&self, bits: u32) -> Result<(u8, u32), Damaged> {
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
}

/// The codes of a table, while look-up tables are made from them.
pub(crate) struct Codes {
    pub(crate) canonical: Canonical,
    /// For the first bits, the symbol << 8 | the length of its code; 0 if it is longer than they are. Look-up tables are made
    /// with it in a fraction of the time.
    short: Box<[u16; 1 << FAST]>,
}

impl Codes {
    /// Bytes of what is thrown away after look-up tables were made, steps included.
    pub(crate) const BYTES: usize = size_of::<[u16; 1 << FAST]>() + size_of::<Steps>();

    pub(crate) fn new(spec: &HuffmanSpec) -> Self {
        let mut short = Box::new([0; 1 << FAST]);
        for code in spec.codes() {
            if let Some(free) = FAST.checked_sub(code.length.into()) {
                let first = usize::from(code.bits) << free;
                let entries = short.get_mut(first..first + (1 << free));
                let entry = u16::from(code.symbol) << 8 | u16::from(code.length);
                entries.unwrap_or_default().fill(entry);
            }
        }
        Self {
            canonical: Canonical::new(spec),
            short,
        }
    }

    /// The symbol at the start of 16 bits, and the length of its code.
    #[inline]
    pub(crate) fn decode(&self, bits: u32) -> Result<(u8, u32), Damaged> {
        match self.short[(bits >> (16 - FAST)) as usize & ((1 << FAST) - 1)] {
            0 => self.canonical.long(bits),
            short => Ok(((short >> 8) as u8, u32::from(short & 0xFF))),
        }
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
    /// Bytes of its tables.
    pub(crate) const BYTES: usize = size_of::<[u16; 1 << DC_FAST]>();

    pub(crate) fn new(spec: &HuffmanSpec) -> Self {
        let codes = Codes::new(spec);
        let mut fast = Box::new([0; 1 << DC_FAST]);
        for (bits, entry) in (0_u32..).zip(fast.iter_mut()) {
            match codes.decode(bits << (16 - DC_FAST)) {
                Ok((size, length)) if length <= DC_FAST => {
                    let size = u16::from(size & 15);
                    *entry = size << 8 | (length as u16 + size);
                }
                _ => {}
            }
        }
        Self {
            canonical: codes.canonical,
            fast,
        }
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
        let (size, length) = self.canonical.long(bits)?;
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
    /// Bytes of its tables.
    pub(crate) const BYTES: usize = size_of::<Steps>() + size_of::<Severals>();

    pub(crate) fn new(spec: &HuffmanSpec) -> Self {
        let codes = Codes::new(spec);
        let fast = steps(&codes, true);
        let several = several::join(&fast);
        Self {
            canonical: codes.canonical,
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
pub(super) fn steps(codes: &Codes, progressive: bool) -> Box<Steps> {
    Box::new(std::array::from_fn(|bits| {
        fast_step(codes, progressive, bits as u32)
    }))
}

fn fast_step(codes: &Codes, progressive: bool, bits: u32) -> Step {
    let (symbol, length) = match codes.decode(bits << (16 - FAST)) {
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
