//! Reads the coded size from the parameter sets of an HEVC picture (ITU-T H.265, section 7.3.2.2),
//! so that it is known before anything is decoded.

/// Type of a sequence parameter set.
const SPS: u8 = 33;

/// Width and height of the first sequence parameter set in an `hvcC` box.
pub(super) fn coded_size(config: &[u8]) -> Option<(u64, u64)> {
    let unit = parameter_set(config)?;
    let mut bits = Bits {
        bytes: without_emulation(unit.get(2..)?),
        at: 0,
    };
    bits.skip(4);
    let sub_layers = bits.take(3)?;
    bits.skip(1 + 96); // nesting, general profile and level
    let mut present = 0;
    for _ in 0..sub_layers {
        present += 88 * bits.take(1)? + 8 * bits.take(1)?;
    }
    if sub_layers > 0 {
        bits.skip(2 * (8 - sub_layers as usize));
    }
    bits.skip(present as usize);
    bits.exp_golomb()?; // identifier
    if bits.exp_golomb()? == 3 {
        bits.skip(1);
    }
    Some((bits.exp_golomb()?, bits.exp_golomb()?))
}

/// Arrays of units of one type (ISO/IEC 14496-15, section 8.3.3.1).
fn parameter_set(config: &[u8]) -> Option<&[u8]> {
    let (&arrays, mut rest) = config.get(22..)?.split_first()?;
    for _ in 0..arrays {
        let (&kind, after) = rest.split_first()?;
        let (count, mut after) = after.split_first_chunk::<2>()?;
        for _ in 0..u16::from_be_bytes(*count) {
            let (length, unit) = after.split_first_chunk::<2>()?;
            let (unit, next) = unit.split_at_checked(u16::from_be_bytes(*length).into())?;
            if kind & 0x3f == SPS {
                return Some(unit);
            }
            after = next;
        }
        rest = after;
    }
    None
}

/// The unit without emulation prevention: a 3 after two zeros is there only to avoid start codes.
fn without_emulation(unit: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(unit.len());
    for &byte in unit {
        if byte != 3 || !bytes.ends_with(&[0, 0]) {
            bytes.push(byte);
        }
    }
    bytes
}

struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    fn skip(&mut self, count: usize) {
        self.at += count;
    }

    fn take(&mut self, count: usize) -> Option<u64> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u64::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    /// Section 9.2.
    fn exp_golomb(&mut self) -> Option<u64> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
        }
        let rest = self.take(zeros).filter(|_| zeros <= 32)?;
        Some((1 << zeros) - 1 + rest)
    }
}
