//! Reads the bits of parameter sets and slice headers, and removes the bytes that avoid start codes.

use crate::Error;

/// Most leading zeros of a number in Exp-Golomb code.
const MOST_ZEROS: u32 = 31;

/// Appends the content of a unit without emulation prevention (clause 7.3.1.1): a 3 after two zeros is there only
/// to avoid start codes.
pub(crate) fn unescape(unit: &[u8], into: &mut Vec<u8>) {
    let mut rest = unit;
    // Each round copies up to and with the next two zeros, and leaves out the 3 after them.
    while let Some(at) = next_escape(rest) {
        let (before, after) = rest.split_at(at);
        into.extend_from_slice(before);
        rest = after.get(1..).unwrap_or_default();
    }
    into.extend_from_slice(rest);
}

/// Where the next 3 after two zeros is.
fn next_escape(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    while let Some(&byte) = bytes.get(at) {
        // A byte above 3 ends nothing, and none of the next two can be a 3 after two zeros.
        if byte > 3 {
            at += 3;
            continue;
        }
        if byte == 3 && bytes[at - 1] == 0 && bytes[at - 2] == 0 {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Bits of a unit without emulation prevention.
#[derive(Clone)]
pub(crate) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    part: &'static str,
}

impl<'a> Bits<'a> {
    /// Reads from the first bit; `part` names the unit in errors.
    pub(crate) fn new(bytes: &'a [u8], part: &'static str) -> Self {
        Self { bytes, at: 0, part }
    }

    pub(crate) fn malformed<T>(&self) -> Result<T, Error> {
        Err(Error::Malformed(self.part))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Error> {
        Ok(self.take(1)? == 1)
    }

    /// A number of up to 32 bits.
    pub(crate) fn take(&mut self, count: u32) -> Result<u32, Error> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8);
            let byte = byte.ok_or(Error::Truncated(self.part))?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Ok(value)
    }

    pub(crate) fn skip(&mut self, count: u64) -> Result<(), Error> {
        let to = (self.at as u64).saturating_add(count);
        if to > 8 * self.bytes.len() as u64 {
            return Err(Error::Truncated(self.part));
        }
        self.at = to as usize;
        Ok(())
    }

    /// An unsigned number (clause 9.2).
    pub(crate) fn unsigned(&mut self) -> Result<u32, Error> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > MOST_ZEROS {
                return self.malformed();
            }
        }
        Ok((1u32 << zeros) - 1 + self.take(zeros)?)
    }

    /// An unsigned number up to this one.
    pub(crate) fn up_to(&mut self, most: u32) -> Result<u32, Error> {
        match self.unsigned()? {
            value if value <= most => Ok(value),
            _ => self.malformed(),
        }
    }

    /// A signed number (clause 9.2.2) in this range.
    pub(crate) fn signed(&mut self, range: std::ops::RangeInclusive<i32>) -> Result<i32, Error> {
        let code = i64::from(self.unsigned()?);
        let value = if code & 1 == 1 {
            (code + 1) / 2
        } else {
            -code / 2
        };
        match i32::try_from(value) {
            Ok(value) if range.contains(&value) => Ok(value),
            _ => self.malformed(),
        }
    }

    /// The number of the byte after the alignment bits (clause 7.3.2.12), which must be there.
    pub(crate) fn aligned(mut self) -> Result<usize, Error> {
        if !self.flag()? {
            return self.malformed();
        }
        Ok(self.at.div_ceil(8))
    }
}
