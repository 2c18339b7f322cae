//! Memory that is kept between pictures.

use super::bits::{Window, new_window};
use super::lookup::{AcLookup, DcLookup};
use super::tables::Tables;
use crate::Error;
use crate::huffman::HuffmanSpec;

/// Memory that a worker keeps between pictures: the window of entropy-coded data, and look-up tables, which pictures from one
/// camera share.
#[derive(Debug)]
pub struct Scratch {
    pub(super) window: Box<Window>,
    pub(super) lookups: Lookups,
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            window: new_window(),
            lookups: Lookups::default(),
        }
    }
}

impl Scratch {
    /// Empty scratch memory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// Look-up tables and what they were made from.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    dc: [Option<(HuffmanSpec, DcLookup)>; 4],
    ac: [Option<(HuffmanSpec, bool, AcLookup)>; 4],
}

impl Lookups {
    const MISSING: Error = Error::Invalid { segment: "DHT" };

    /// Makes sure that the slot's table is ready.
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
            *cached = Some((spec.clone(), DcLookup::new(spec)));
        }
        Ok(())
    }

    /// Makes sure that the slot's table is ready.
    pub(super) fn prepare_ac(
        &mut self,
        tables: &Tables,
        slot: usize,
        progressive: bool,
    ) -> Result<(), Error> {
        let spec = tables
            .ac
            .get(slot)
            .and_then(Option::as_ref)
            .ok_or(Self::MISSING)?;
        let cached = &mut self.ac[slot & 3];
        if cached
            .as_ref()
            .is_none_or(|(made_from, kind, _)| made_from != spec || *kind != progressive)
        {
            *cached = Some((spec.clone(), progressive, AcLookup::new(spec, progressive)));
        }
        Ok(())
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
            .map(|(_, _, lookup)| lookup)
            .ok_or(Self::MISSING)
    }
}
