//! Pictures whose file is read in pieces.

use std::path::Path;

use super::{Current, Prepared, Preparer};
use crate::memory::admission::Interrupted;
use crate::memory::watch::Watch;
use crate::stages::in_pieces::{Candidate, InPieces, OPENING, Pixels, Refused, candidate};
use crate::stages::kept::Kept;
use crate::{Error, Inspection, Permit, Settings, Source};

/// How an attempt to prepare a file in pieces ended.
pub(super) enum Attempt {
    Prepared(Box<Prepared>),
    /// It must be read whole: its pixels are damaged. The error is that of a file that is not mended.
    Damaged(Error),
    /// It must be read whole: its pixels cannot be decoded in order.
    NotInOrder,
}

impl Preparer {
    /// Prepares a file in pieces, unless it must be read whole.
    pub(super) fn attempt_in_pieces(
        &mut self,
        Candidate { path, settings, .. }: Candidate<'_>,
        watch: &mut dyn Watch,
        permit: &mut Permit,
    ) -> Result<Attempt, Interrupted> {
        let Some(mut file) = self.opened_in_pieces(path, settings) else {
            return Ok(Attempt::NotInOrder);
        };
        self.clock.lap(|times| &mut times.read);
        self.settings = settings.clone();
        self.admission.besides = 0;
        let (known, reading) = file.parts();
        let pixels = Some(Pixels { reading, watch });
        let current = Current {
            bytes: known,
            permit,
            kept: &mut Kept::default(),
        };
        let made = self.guarded(|preparer| preparer.pipeline(current, pixels));
        match file.refused() {
            Some(Refused::Damaged(error)) => return Ok(Attempt::Damaged(error)),
            Some(Refused::NotInOrder) => return Ok(Attempt::NotInOrder),
            None => {}
        }
        let result = match made {
            Ok(avatar) => Ok(avatar),
            Err(Interrupted::Failed(error)) => Err(error),
            Err(interrupted) => return Err(interrupted),
        };
        let cost = self.cost();
        Ok(Attempt::Prepared(Box::new(Prepared { result, cost })))
    }

    /// Opens a file, unless something is wrong with it: reading it whole finds out what.
    fn opened_in_pieces(&mut self, path: &Path, settings: &Settings) -> Option<InPieces> {
        let open = |it: &mut Self| {
            let opened = InPieces::open(path, &it.limits, settings);
            Ok(opened.map_err(Error::from)?)
        };
        self.guarded(open).ok().flatten()
    }

    /// Inspects a file of which everything but the pixels is read; `None` if it must be read whole.
    pub(super) fn inspect_in_pieces(
        &mut self,
        source: &Source,
    ) -> Result<Option<Inspection>, Error> {
        let encoded = source.encoded();
        let each = [self.settings.clone()];
        let length = encoded.length(&self.limits)?;
        let Some(Candidate { path, settings, .. }) = candidate(encoded, length, &each, &()) else {
            return Ok(None);
        };
        let _permit = self.admission.budget.take(OPENING)?;
        let Some(mut file) = self.opened_in_pieces(path, settings) else {
            return Ok(None);
        };
        let (known, reading) = file.parts();
        let held = reading.held();
        let inspected = self.guarded(|it| it.inspected(known, held));
        Ok(Some(inspected?))
    }
}
