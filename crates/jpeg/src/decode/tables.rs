//! The current tables: quantisation, Huffman, restart interval. Segments between scans can replace
//! them.

use super::idct::LANES;
use super::segments::u16_at;
use crate::Eighths;
use crate::Error;
use crate::huffman::HuffmanSpec;
use crate::zigzag::row_column;

/// Quantisation steps in zigzag order.
pub(crate) type Quantisation = [u16; 64];

/// Everything that DQT, DHT and DRI have defined so far.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    pub(crate) quantisation: [Option<Quantisation>; 4],
    pub(crate) dc: [Option<HuffmanSpec>; 4],
    pub(crate) ac: [Option<HuffmanSpec>; 4],
    /// Conditioning of arithmetic coding: for DC differences the bounds L and U, for AC coefficients the bound Kx.
    pub(crate) bounds: [(u8, u8); 4],
    pub(crate) kx: [u8; 4],
    pub(crate) restart_interval: u32,
}

impl Tables {
    /// Tables before any segment. Huffman tables 0 and 1 are the typical ones, on which Motion-JPEG
    /// frames rely; nothing else is defined.
    pub(crate) fn new() -> Self {
        let ((dc0, ac0), (dc1, ac1)) = (HuffmanSpec::typical(false), HuffmanSpec::typical(true));
        Self {
            quantisation: [None; 4],
            dc: [dc0, dc1, None, None],
            ac: [ac0, ac1, None, None],
            bounds: [(0, 1); 4],
            kx: [5; 4],
            restart_interval: 0,
        }
    }

    /// DQT (B.2.4.1); may define several tables.
    pub(crate) fn quantisation(&mut self, mut body: &[u8]) -> Result<(), Error> {
        const INVALID: Error = Error::Invalid { segment: "DQT" };
        while let Some((&kind, rest)) = body.split_first() {
            let wide = kind >> 4 != 0;
            let steps = rest.get(..if wide { 128 } else { 64 }).ok_or(INVALID)?;
            let slot = self
                .quantisation
                .get_mut(usize::from(kind & 15))
                .ok_or(INVALID)?;
            let step = |k| {
                if wide {
                    u16_at(steps, 2 * k).unwrap_or(0)
                } else {
                    u16::from(steps.get(k).copied().unwrap_or(0))
                }
            };
            *slot = Some(std::array::from_fn(step));
            body = rest.get(steps.len()..).unwrap_or_default();
        }
        Ok(())
    }

    /// DHT (B.2.4.2); may define several tables.
    pub(crate) fn huffman(&mut self, mut body: &[u8]) -> Result<(), Error> {
        const INVALID: Error = Error::Invalid { segment: "DHT" };
        while let Some((&kind, rest)) = body.split_first() {
            let (counts, values) = rest.split_first_chunk::<16>().ok_or(INVALID)?;
            let class = if kind >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            let slot = class
                .get_mut(usize::from(kind & 15))
                .filter(|_| kind >> 4 < 2)
                .ok_or(INVALID)?;
            let total: usize = counts.iter().map(|&count| usize::from(count)).sum();
            let spec = if total == 0 {
                None
            } else {
                Some(HuffmanSpec::new(*counts, values).ok_or(INVALID)?)
            };
            *slot = spec;
            body = values.get(total..).unwrap_or_default();
        }
        Ok(())
    }

    /// DAC (B.2.4.3); may define several tables.
    pub(crate) fn conditioning(&mut self, body: &[u8]) -> Result<(), Error> {
        const INVALID: Error = Error::Invalid { segment: "DAC" };
        for pair in body.as_chunks::<2>().0 {
            let [kind, value] = *pair;
            let slot = usize::from(kind & 15);
            let (low, high) = (value & 15, value >> 4);
            match (kind >> 4, self.bounds.get_mut(slot), self.kx.get_mut(slot)) {
                (0, Some(bounds), _) if low <= high => *bounds = (low, high),
                (1, _, Some(kx)) if (1..=63).contains(&value) => *kx = value,
                _ => return Err(INVALID),
            }
        }
        Ok(())
    }

    /// DRI (B.2.4.4).
    pub(crate) fn restart_interval(&mut self, body: &[u8]) {
        self.restart_interval = u32::from(u16_at(body, 0).unwrap_or(0));
    }
}

/// Where a coefficient goes, and its step: indexed by zigzag index, packed as index of lane 0 in the low half and step in the
/// high.
///
/// Indices that are not needed, and the values past 63 that end a block, lead to a place past the block, so that the hot
/// loop needs no test.
pub(crate) type Slots = [u32; 256];

/// The slots of the corner that a reduction keeps.
pub(crate) fn slots(corner: Eighths, steps: &Quantisation) -> Slots {
    let lanes = LANES as u32;
    let mut slots = [64 * lanes; 256];
    for (index, (slot, &step)) in slots.iter_mut().zip(steps).enumerate() {
        let (row, column) = row_column(index);
        if let Some(place) = corner.place(row, column) {
            *slot = (place as u32 * lanes) | (u32::from(step) << 16);
        }
    }
    slots
}
