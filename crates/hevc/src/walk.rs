//! The data of a slice segment: coding tree blocks in their order, with tiles and wavefronts (clauses 7.3.8.1, 9.3.1).

use crate::Error;
use crate::cabac::{Cabac, Contexts};
use crate::contexts;
use crate::map::{Map, NOT_DECODED};
use crate::near::Tree;
use crate::residual::{Block, Entropy};
use crate::sample::{Plane, Sample};
use crate::sets::{Pps, Sps};
use crate::slice::{Header, Slice};
use crate::transform::Residual;

/// What a later segment or row continues from.
#[derive(Clone, Copy)]
pub(crate) struct Saved {
    contexts: Contexts,
    statistics: [u8; 4],
}

/// What segments of a picture leave to the next ones.
#[derive(Default)]
pub(crate) struct Progress {
    /// Coding tree blocks that are decoded.
    pub(crate) decoded: usize,
    pub(crate) slice: Option<Slice>,
    after_segment: Option<Saved>,
    after_second: Option<Saved>,
    quantizer: i32,
}

/// Decodes the coding tree blocks of a slice segment.
pub(crate) struct Walk<'a, S> {
    pub(crate) sps: &'a Sps,
    pub(crate) pps: &'a Pps,
    pub(crate) slice: Slice,
    pub(crate) number: u16,
    pub(crate) tile: u16,
    pub(crate) entropy: Entropy<'a>,
    pub(crate) map: &'a mut Map,
    pub(crate) planes: &'a mut [Plane<S>; 3],
    pub(crate) block: &'a mut Block,
    pub(crate) residuals: &'a mut [Residual; 2],
    /// Kept from one segment to the next, because a dependent one continues it.
    pub(crate) tree: &'a mut Tree,
    pub(crate) quantizer: crate::quantizer::Quantizer,
    /// Shifts from luma to chroma coordinates.
    pub(crate) shifts: (usize, usize),
}

impl<S: Sample> Walk<'_, S> {
    /// Decodes the segment.
    pub(crate) fn run(&mut self, header: &Header, progress: &mut Progress) -> Result<(), Error> {
        let mut rank = self.map.rank[header.address as usize] as usize;
        if rank != progress.decoded {
            return Err(Error::Malformed(
                "parts of the picture are missing or there twice",
            ));
        }
        if header.is_dependent {
            self.quantizer.resume(progress.quantizer);
        }
        let mut is_start = true;
        loop {
            let Some(&number) = self.map.order.get(rank) else {
                return Err(Error::Malformed("a slice goes on after the last block"));
            };
            let number = number as usize;
            if self.map.slice_of[number] != NOT_DECODED {
                return Err(Error::Malformed("a block that is coded twice"));
            }
            self.start(number, rank, is_start, header.is_dependent, progress);
            is_start = false;
            self.coding_tree_block(number)?;
            if self.entropy.is_damaged {
                return Err(Error::Malformed("coefficients"));
            }
            rank += 1;
            progress.decoded = rank;
            let column = self.place_in_row(number);
            if self.pps.has_wavefronts && column == 1 {
                progress.after_second = Some(self.saved());
            }
            let ends = self.entropy.cabac.terminates();
            if self.entropy.cabac.is_past_end() {
                return Err(Error::Truncated("a slice"));
            }
            if ends {
                progress.after_segment = Some(self.saved());
                progress.quantizer = self.quantizer.luma();
                return Ok(());
            }
            self.next_part(rank)?;
        }
    }

    /// The arithmetic decoder starts again after a tile, and after a row with wavefronts.
    fn next_part(&mut self, rank: usize) -> Result<(), Error> {
        let Some(&next) = self.map.order.get(rank) else {
            return Err(Error::Malformed("a slice goes on after the last block"));
        };
        let next = next as usize;
        let is_other_tile = self.map.tile_of[next] != self.tile;
        let is_row = self.pps.has_wavefronts && self.starts_row(next);
        if is_other_tile || is_row {
            if !self.entropy.cabac.terminates() {
                return Err(Error::Malformed("a tile or row that does not end"));
            }
            let cabac = &self.entropy.cabac;
            self.entropy.cabac = Cabac::new(cabac.data(), cabac.end());
        }
        Ok(())
    }

    fn starts_row(&self, number: usize) -> bool {
        number.is_multiple_of(self.map.blocks.0)
            || self.map.tile_of[number] != self.map.tile_of[number - 1]
    }

    /// 0 for the first coding tree block of a row of its tile, 1 for the second; 2 for the others.
    fn place_in_row(&self, number: usize) -> usize {
        if self.starts_row(number) {
            0
        } else if self.starts_row(number - 1) {
            1
        } else {
            2
        }
    }

    fn saved(&self) -> Saved {
        Saved {
            contexts: self.entropy.contexts,
            statistics: self.entropy.statistics,
        }
    }

    /// Prepares contexts and quantiser where a part of the stream starts.
    fn start(
        &mut self,
        number: usize,
        rank: usize,
        is_start: bool,
        is_dependent: bool,
        progress: &Progress,
    ) {
        let tile = self.map.tile_of[number];
        let is_first = rank == 0 || self.map.tile_of[self.map.order[rank - 1] as usize] != tile;
        let is_row = self.pps.has_wavefronts && self.starts_row(number);
        self.tile = tile;
        let (across, _) = self.map.blocks;
        let from = if is_first {
            None
        } else if is_row {
            let has_next = number % across + 1 < across && number >= across;
            let is_there = has_next
                && self
                    .map
                    .is_available(number + 1 - across, self.number, tile);
            progress.after_second.filter(|_| is_there)
        } else if is_start && is_dependent {
            progress.after_segment
        } else if is_start {
            None
        } else {
            return;
        };
        if is_first || is_row {
            self.quantizer.resume(self.slice.quantizer);
        }
        match from {
            Some(saved) => {
                self.entropy.contexts = saved.contexts;
                self.entropy.statistics = saved.statistics;
            }
            None => {
                self.entropy.contexts = contexts::initial(self.slice.quantizer);
                self.entropy.statistics = [0; 4];
            }
        }
    }
}
