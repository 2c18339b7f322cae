//! Several results of one source: it is read once, and decoded once for all results that need the
//! same pixels.

use std::sync::atomic::AtomicBool;

use super::{Current, Preparer};
use crate::cost::Clock;
use crate::instant::Instant;
use crate::memory::admission::Interrupted;
use crate::memory::watch::Watch;
use crate::source::Encoded;
use crate::stages::kept::Kept;
use crate::{Avatar, Cost, Error, Permit, Settings, Source};

/// One of several results of a source.
#[derive(Debug)]
pub struct Prepared {
    /// The result, or why there is none.
    pub result: Result<Avatar, Error>,
    /// What it took; reading is part of the first result that is made.
    pub cost: Cost,
}

impl Preparer {
    /// Prepares one source with each of these settings, in their order. The results are the same, byte
    /// for byte, as those of single calls.
    ///
    /// The source is read once. It is decoded once for all results that need the same pixels; a JPEG
    /// is decoded again for edges so different that another reduction suits them better. Drawings,
    /// and pictures whose framing depends on pixels, are decoded again for each result; HEIC, AVIF,
    /// JPEG XL and JPEG 2000, whose decoders crop and reduce on their own, for each size and effort.
    /// The time limit holds for each result.
    ///
    /// ```
    /// use avatar_prepare::{Limits, Preparer, Settings, Source};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let gray = Source::Bytes(b"P5 3 2 255 \x00\x7f\xff\x00\x7f\xff".to_vec());
    /// let each = [Settings::default().with_edge(1)?, Settings::default()];
    /// let mut preparer = Preparer::new(Settings::default(), Limits::default());
    /// let edges: Vec<u32> = preparer
    ///     .prepare_each(&gray, &each)?
    ///     .into_iter()
    ///     .map(|prepared| Ok(prepared.result?.edge()))
    ///     .collect::<Result<_, avatar_prepare::Error>>()?;
    /// assert_eq!(edges, [1, 2]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the source cannot be read, so that there is no result at all.
    pub fn prepare_each(
        &mut self,
        source: &Source,
        each: &[Settings],
    ) -> Result<Vec<Prepared>, Error> {
        let stop = AtomicBool::new(false);
        let (_permit, made) = self.serve_each(source.encoded(), each, &mut (), &stop);
        Ok(made?)
    }

    /// Prepares encoded bytes and shows them to `watch` first. The returned permit covers the
    /// memory of the results. Once `stop` is true, a picture that still waits for memory is not
    /// started.
    pub(crate) fn serve_each(
        &mut self,
        encoded: Encoded<'_>,
        each: &[Settings],
        watch: &mut dyn Watch,
        stop: &AtomicBool,
    ) -> (Permit, Result<Vec<Prepared>, Interrupted>) {
        (self.clock, self.admission.needed) = (Clock::start(), None);
        let mut permit = self.admission.budget.nothing();
        let own = self.settings.clone();
        let made = self.attempts(encoded, each, watch, &mut permit, stop);
        self.settings = own;
        (self.admission.besides, self.admission.floor) = (0, 0);
        (permit, made)
    }

    /// The same for the settings of this preparer.
    pub(super) fn serve(
        &mut self,
        encoded: Encoded<'_>,
        stop: &AtomicBool,
    ) -> (Permit, Result<Avatar, Interrupted>) {
        let own = [self.settings.clone()];
        let (permit, made) = self.serve_each(encoded, &own, &mut (), stop);
        let one = made.and_then(|mut made| match made.pop() {
            Some(prepared) => Ok(prepared.result?),
            None => Err(Interrupted::Stopped),
        });
        (permit, one)
    }

    /// Makes all results of encoded bytes. The largest comes first, so that what it decodes suits
    /// most others.
    pub(super) fn every(
        &mut self,
        bytes: &[u8],
        each: &[Settings],
        watch: &mut dyn Watch,
        permit: &mut Permit,
    ) -> Result<Vec<Prepared>, Interrupted> {
        let mut order: Vec<(usize, &Settings)> = each.iter().enumerate().collect();
        order.sort_by_key(|(_, settings)| std::cmp::Reverse(settings.edge()));
        let mut kept = Kept::default();
        let mut made: Vec<(usize, Prepared)> = Vec::with_capacity(each.len());
        // Finished results stay in memory until the last one is.
        let mut finished = 0;
        for (place, (index, settings)) in order.into_iter().enumerate() {
            if place > 0 {
                (self.started, self.clock) = (Instant::now(), Clock::start());
                self.admission.needed = None;
                watch.begins(permit);
            }
            kept.wants_more = place + 1 < each.len();
            self.settings = settings.clone();
            self.admission.besides = finished;
            let current = Current {
                bytes,
                permit: &mut *permit,
                kept: &mut kept,
            };
            let result = self.guarded(|preparer| preparer.pipeline(current, None));
            let result = match result {
                Ok(avatar) => {
                    finished += avatar.bytes().len() as u64;
                    Ok(avatar)
                }
                Err(Interrupted::Failed(error)) => {
                    // After a panic, kept pixels may be inconsistent.
                    kept = Kept::default();
                    Err(error)
                }
                Err(interrupted) => return Err(interrupted),
            };
            let cost = self.cost();
            made.push((index, Prepared { result, cost }));
        }
        made.sort_by_key(|(index, _)| *index);
        Ok(made.into_iter().map(|(_, prepared)| prepared).collect())
    }
}
