//! Prefix codes as look-up tables (RFC 9649, section 3.7.2.1).

use super::bits::Bits;
use super::damage::Damage;

/// Bits that the first look-up takes. Larger tables of many groups do not stay in the cache.
pub(super) const ROOT_BITS: u32 = 8;
const ROOT: usize = 1 << ROOT_BITS;
/// The longest code.
const LONGEST: usize = 15;

/// In the low byte of an entry, how many bits its code has; or, with this bit, by how many bits a second
/// look-up goes on. Above it stands the symbol, or where the second table starts.
const IS_LONG: u32 = 0x80;

/// Tables of all codes of a frame.
pub(super) struct Tables {
    roots: Vec<[u32; ROOT]>,
    seconds: Vec<u32>,
    /// Bytes that tables may take: a small file can describe many large ones.
    most: usize,
    /// The last table of a code with one symbol, and the symbol: for alpha, most groups have the same.
    last_single: Option<(usize, u32)>,
}

/// Which of the tables a code has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PrefixCode(usize);

impl Tables {
    pub(super) fn new(most: usize) -> Self {
        Self {
            roots: Vec::new(),
            seconds: Vec::new(),
            most,
            last_single: None,
        }
    }

    #[inline(always)]
    pub(super) fn root(&self, code: PrefixCode) -> &[u32; ROOT] {
        const NONE: &[u32; ROOT] = &[0; ROOT];
        self.roots.get(code.0).unwrap_or(NONE)
    }

    /// The symbol at the start of some bits, and how many of them it takes.
    #[inline(always)]
    pub(super) fn look_up(&self, root: &[u32; ROOT], bits: u64) -> (u32, u32) {
        let mut entry = root[bits as usize % ROOT];
        let mut before = 0;
        if entry & IS_LONG != 0 {
            let more = (bits >> ROOT_BITS) as usize & ((1 << (entry & 0x7f)) - 1);
            let at = (entry >> 8) as usize + more;
            entry = self.seconds.get(at).copied().unwrap_or(0);
            before = ROOT_BITS;
        }
        (entry >> 8, before + (entry & 0x7f))
    }

    /// Takes a symbol; at least 15 bits must be refilled.
    #[inline(always)]
    pub(super) fn take(&self, root: &[u32; ROOT], bits: &mut Bits<'_>) -> u32 {
        let (symbol, length) = self.look_up(root, bits.peek());
        bits.skip(length);
        symbol
    }

    /// Bytes that all tables take.
    pub(super) fn size(&self) -> usize {
        4 * (ROOT * self.roots.len() + self.seconds.len())
    }

    fn add_root(&mut self, root: [u32; ROOT]) -> Result<PrefixCode, Damage> {
        if self.size() > self.most {
            return Err(Damage::Codes);
        }
        self.roots.push(root);
        Ok(PrefixCode(self.roots.len() - 1))
    }

    /// A code with one symbol, which takes no bits.
    pub(super) fn single(&mut self, symbol: u32) -> Result<PrefixCode, Damage> {
        if let Some((at, _)) = self.last_single.filter(|(_, found)| *found == symbol) {
            return Ok(PrefixCode(at));
        }
        let code = self.add_root([symbol << 8; ROOT])?;
        self.last_single = Some((code.0, symbol));
        Ok(code)
    }

    /// A code in which the symbols have these lengths, 0 for those that do not occur.
    pub(super) fn build(&mut self, lengths: &[u8]) -> Result<PrefixCode, Damage> {
        let mut starts = [0usize; LONGEST + 2];
        for &length in lengths {
            if let Some(count) = starts.get_mut(usize::from(length) + 1) {
                *count += 1;
            }
        }
        starts[1] = 0;
        let used: usize = starts.iter().sum();
        if used <= 1 {
            let only = lengths.iter().position(|length| *length != 0);
            let only = only.ok_or(Damage::Contents("a prefix code without symbols"))?;
            return self.single(only as u32);
        }
        if !is_complete(&starts) {
            return Err(Damage::Contents("a prefix code that is not complete"));
        }
        for length in 1..starts.len() {
            starts[length] += starts[length - 1];
        }
        // By length, then by value, which is the order of codes.
        let mut sorted = vec![(0u32, 0u8); used];
        for (symbol, &length) in lengths.iter().enumerate() {
            let start = starts.get_mut(usize::from(length)).filter(|_| length > 0);
            if let Some(start) = start {
                if let Some(place) = sorted.get_mut(*start) {
                    *place = (symbol as u32, length);
                }
                *start += 1;
            }
        }
        self.fill(&sorted)
    }

    fn fill(&mut self, sorted: &[(u32, u8)]) -> Result<PrefixCode, Damage> {
        let mut root = [0; ROOT];
        let seconds = self.reserve(&mut root, sorted);
        for ((symbol, length), code) in sorted.iter().zip(codes(sorted)) {
            let length = u32::from(*length);
            let Some(above) = length.checked_sub(ROOT_BITS + 1) else {
                let entry = symbol << 8 | length;
                let places = root.iter_mut().skip(code as usize);
                places.step_by(1 << length).for_each(|place| *place = entry);
                continue;
            };
            let first = root[code as usize % ROOT];
            let (start, width) = ((first >> 8) as usize, first & 0x7f);
            let table = self.seconds.get_mut(start..start + (1 << width));
            let places = table.unwrap_or_default().iter_mut();
            places
                .skip((code >> ROOT_BITS) as usize)
                .step_by(2 << above)
                .for_each(|place| *place = symbol << 8 | (above + 1));
        }
        debug_assert_eq!(seconds, self.seconds.len());
        self.add_root(root)
    }

    /// Makes room for the second tables, enters them in the first one and returns where they end.
    fn reserve(&mut self, root: &mut [u32; ROOT], sorted: &[(u32, u8)]) -> usize {
        let mut widths = [0u32; ROOT];
        for ((_, length), code) in sorted.iter().zip(codes(sorted)) {
            let width = &mut widths[code as usize % ROOT];
            *width = u32::from(*length).saturating_sub(ROOT_BITS).max(*width);
        }
        let mut end = self.seconds.len();
        for (entry, width) in root.iter_mut().zip(widths).filter(|(_, width)| *width > 0) {
            *entry = (end as u32) << 8 | IS_LONG | width;
            end += 1 << width;
        }
        self.seconds.resize(end, 0);
        end
    }
}

/// The codes of symbols with these lengths, the first bit lowest.
fn codes(sorted: &[(u32, u8)]) -> impl Iterator<Item = u32> {
    let (mut next, mut last) = (0u32, 0u8);
    sorted.iter().map(move |&(_, length)| {
        next <<= length - last;
        last = length;
        let code = next.reverse_bits() >> (32 - u32::from(length));
        next += 1;
        code
    })
}

/// Whether each sequence of bits starts with a code, given how many codes have each length less one.
fn is_complete(counts: &[usize]) -> bool {
    let shares = (1..=LONGEST).map(|length| counts[length + 1] << (LONGEST - length));
    shares.sum::<usize>() == 1 << LONGEST
}

/// The order in which lengths of the lengths' own code are stored.
const ORDER: [usize; 19] = [
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
];

/// Reads a code over so many symbols.
pub(super) fn read(
    bits: &mut Bits<'_>,
    tables: &mut Tables,
    symbols: usize,
) -> Result<PrefixCode, Damage> {
    match bits.flag() {
        true => read_simple(bits, tables, symbols),
        false => {
            let mut lengths = vec![0u8; symbols];
            read_lengths(bits, &mut lengths)?;
            tables.build(&lengths)
        }
    }
}

/// A code with one or two symbols.
fn read_simple(
    bits: &mut Bits<'_>,
    tables: &mut Tables,
    symbols: usize,
) -> Result<PrefixCode, Damage> {
    let has_two = bits.flag();
    let width = if bits.flag() { 8 } else { 1 };
    let first = bits.read(width);
    let second = if has_two { bits.read(8) } else { first };
    if first.max(second) as usize >= symbols {
        return Err(Damage::Contents("a prefix code with an unknown symbol"));
    }
    if first == second {
        return tables.single(first);
    }
    let mut lengths = [0; 256];
    lengths[first as usize % 256] = 1;
    lengths[second as usize % 256] = 1;
    tables.build(&lengths)
}

fn read_lengths(bits: &mut Bits<'_>, lengths: &mut [u8]) -> Result<(), Damage> {
    let mut own = [0u8; ORDER.len()];
    let count = 4 + bits.read(4) as usize;
    for &place in ORDER.iter().take(count) {
        own[place] = bits.read(3) as u8;
    }
    let mut tables = Tables::new(usize::MAX);
    let code = tables.build(&own)?;
    let mut left = match bits.flag() {
        true => {
            let width = 2 + 2 * bits.read(3);
            2 + bits.read(width) as usize
        }
        false => lengths.len(),
    };
    if left > lengths.len() {
        return Err(Damage::Contents("more lengths of codes than symbols"));
    }
    let (mut at, mut last) = (0, 8);
    while at < lengths.len() && left > 0 {
        left -= 1;
        bits.refill();
        let symbol = tables.take(tables.root(code), bits);
        let (length, times) = match symbol {
            0..16 => (symbol as u8, 1),
            16 => (last, 3 + bits.take(2) as usize),
            17 => (0, 3 + bits.take(3) as usize),
            _ => (0, 11 + bits.take(7) as usize),
        };
        if length != 0 {
            last = length;
        }
        let places = lengths.get_mut(at..at + times);
        let places = places.ok_or(Damage::Contents("more lengths of codes than symbols"))?;
        places.fill(length);
        at += times;
    }
    Ok(())
}
