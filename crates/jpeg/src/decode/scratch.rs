//! Memory that is kept between pictures.

use super::bits::{Window, new_window};
use super::idct;
use super::lookup::{AcLookup, Codes, DcLookup};
use super::pairs::PairLookup;
use super::tables::Tables;
use crate::huffman::HuffmanSpec;
use crate::{Error, Instructions};

/// What decoding takes for any picture beside samples and coefficients: [`MOST_BYTES`] and some KiB for what is small.
pub(super) const FIXED_BYTES: u64 = 280 << 10;

/// The window; four look-up tables of each kind, with up to 256 symbols in each and in what it was made from; what the newest
/// one is being made with; and a batch for each block row of an MCU, of which each of four components has up to four.
const MOST_BYTES: usize = size_of::<Window>()
    + 4 * (DcLookup::BYTES + PairLookup::BYTES + AcLookup::BYTES)
    + 4 * 3 * 2 * 256
    + Codes::BYTES
    + 16 * size_of::<idct::Coefficients>();
const _: () = assert!(MOST_BYTES as u64 + (8 << 10) <= FIXED_BYTES);

/// Memory that a worker keeps between pictures: the window of entropy-coded data, and look-up tables, which pictures from one
/// camera share.
#[derive(Debug)]
pub struct Scratch {
    pub(super) window: Box<Window>,
    pub(super) lookups: Lookups,
    pub(super) instructions: Instructions,
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            window: new_window(),
            lookups: Lookups::default(),
            instructions: Instructions::default(),
        }
    }
}

impl Scratch {
    /// Empty scratch memory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the instructions that decoding may use; by default all that the processor has.
    #[must_use]
    pub fn with_instructions(mut self, instructions: Instructions) -> Self {
        self.instructions = instructions;
        self
    }
}

/// Look-up tables and what they were made from.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    dc: [Option<(HuffmanSpec, DcLookup)>; 4],
    /// For sequential scans.
    pairs: [Option<(HuffmanSpec, PairLookup)>; 4],
    /// For progressive ones.
    ac: [Option<(HuffmanSpec, AcLookup)>; 4],
}

impl Lookups {
    const MISSING: Error = Error::Invalid { segment: "DHT" };

    /// Makes sure that the slot's table for DC coefficients is ready.
    pub(super) fn prepare_dc(&mut self, tables: &Tables, slot: usize) -> Result<(), Error> {
        let spec = tables
            .dc
            .get(slot)
            .and_then(Option::as_ref)
            .ok_or(Self::MISSING)?;
        let cached = &mut self.dc[slot & 3];
        if cached
            .as_ref()
            .is_none_or(|(made_from, _)| made_from != spec)
        {
            *cached = None; // so that there are never two
            *cached = Some((spec.clone(), DcLookup::new(spec)));
        }
        Ok(())
    }

    /// Makes sure that the slot's table for a sequential scan is ready; `is_stored` says whether AC coefficients are needed.
    pub(super) fn prepare_pairs(
        &mut self,
        tables: &Tables,
        slot: usize,
        is_stored: bool,
    ) -> Result<(), Error> {
        let spec = Self::ac_spec(tables, slot)?;
        let cached = &mut self.pairs[slot & 3];
        let is_ready = |(from, lookup): &(HuffmanSpec, PairLookup)| {
            from == spec && (lookup.has_pairs() || !is_stored)
        };
        if !cached.as_ref().is_some_and(is_ready) {
            *cached = None; // so that there are never two
            *cached = Some((spec.clone(), PairLookup::new(spec, is_stored)));
        }
        Ok(())
    }

    /// Makes sure that the slot's table for AC coefficients of a progressive scan is ready.
    pub(super) fn prepare_ac(&mut self, tables: &Tables, slot: usize) -> Result<(), Error> {
        let spec = Self::ac_spec(tables, slot)?;
        let cached = &mut self.ac[slot & 3];
        if cached.as_ref().is_none_or(|(from, _)| from != spec) {
            *cached = None; // so that there are never two
            *cached = Some((spec.clone(), AcLookup::new(spec)));
        }
        Ok(())
    }

    fn ac_spec(tables: &Tables, slot: usize) -> Result<&HuffmanSpec, Error> {
        let spec = tables.ac.get(slot).and_then(Option::as_ref);
        spec.ok_or(Self::MISSING)
    }

    pub(super) fn dc(&self, slot: usize) -> Result<&DcLookup, Error> {
        self.dc[slot & 3]
            .as_ref()
            .map(|(_, lookup)| lookup)
            .ok_or(Self::MISSING)
    }

    pub(super) fn ac(&self, slot: usize) -> Result<&AcLookup, Error> {
        self.ac[slot & 3]
            .as_ref()
            .map(|(_, lookup)| lookup)
            .ok_or(Self::MISSING)
    }

    pub(super) fn pairs(&self, slot: usize) -> Result<&PairLookup, Error> {
        self.pairs[slot & 3]
            .as_ref()
            .map(|(_, lookup)| lookup)
            .ok_or(Self::MISSING)
    }
}
