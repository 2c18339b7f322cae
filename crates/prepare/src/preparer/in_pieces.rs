//! Pictures whose file is read in pieces.

use std::path::Path;

use super::{Current, Prepared, Preparer};
use crate::memory::admission::Interrupted;
use crate::memory::watch::Watch;
use crate::stages::in_pieces::{Candidate, InPieces, OPENING, Pixels, Refused, candidate};
use crate::stages::kept::Kept;
use crate::{Error, Inspection, Permit, Settings, Source};

impl Preparer {
    /// Prepares a file in pieces, unless it must be read whole: then the inner error says why.
    pub(super) fn attempt_in_pieces(
        &mut self,
        Candidate { path, settings, .. }: Candidate<'_>,
        watch: &mut dyn Watch,
        permit: &mut Permit,
    ) -> Result<Result<Prepared, Refused>, Interrupted> {
        let Some(file) = self.opened_in_pieces(path, settings) else {
            return Ok(Err(Refused::NotInOrder));
        };
        self.clock.lap(|times| &mut times.read);
        self.settings = settings.clone();
        self.admission.besides = 0;
        let pixels = Some(Pixels { file: &file, watch });
        let current = Current {
            bytes: file.opened(),
            permit,
            kept: &mut Kept::default(),
        };
        let made = self.guarded(|preparer| preparer.pipeline(current, pixels));
        if let Some(refused) = file.refused() {
            return Ok(Err(refused));
        }
        let result = match made {
            Ok(avatar) => Ok(avatar),
            Err(Interrupted::Failed(error)) => Err(error),
            Err(interrupted) => return Err(interrupted),
        };
        let cost = self.cost();
        Ok(Ok(Prepared { result, cost }))
    }

    /// Opens a file, unless something is wrong with it: reading it whole finds out what.
    fn opened_in_pieces(&mut self, path: &Path, settings: &Settings) -> Option<InPieces> {
        let open = |it: &mut Self| {
            let opened = InPieces::open(path, &it.limits, settings);
            Ok(opened.map_err(Error::from)?)
        };
        self.guarded(open).ok()
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
        let Some(file) = self.opened_in_pieces(path, settings) else {
            return Ok(None);
        };
        let inspected = self.guarded(|it| it.inspected(file.opened(), file.held().len()));
        Ok(Some(inspected?))
    }
}
