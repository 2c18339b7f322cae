//! What is known about a picture before it is prepared.

use super::{Current, Preparer};
use crate::memory::admission::Interrupted;
use crate::memory::footprint::memory_needed;
use crate::stages::embedded::EMBEDDED;
use crate::stages::frame;
use crate::stages::kept::Kept;
use crate::stages::plan::{notes, plan};
use crate::stages::probe::probe;
use crate::{Error, Inspection, Permit, Source};

impl Preparer {
    /// Reads a source and plans what would be made of it: from its header only, unless the framing
    /// depends on pixels.
    ///
    /// # Errors
    /// As [`prepare_source`](Self::prepare_source), as far as the header shows the fault.
    pub fn inspect(&mut self, source: &Source) -> Result<Inspection, Error> {
        if let Some(inspection) = self.inspect_in_pieces(source)? {
            return Ok(inspection);
        }
        let mut buffer = std::mem::take(&mut self.encoded);
        let room = self.admission.budget.bytes();
        let bytes = source.encoded().read(&self.limits, room, &mut buffer)?;
        let bytes = bytes.ok_or_else(|| self.admission.budget.exceeded(room.saturating_add(1)))?;
        let result = self.guarded(|preparer| preparer.inspected(bytes, bytes.len()));
        self.keep(buffer);
        Ok(result?)
    }

    /// Inspects bytes of which so many are held in memory.
    pub(super) fn inspected(
        &mut self,
        bytes: &[u8],
        held: usize,
    ) -> Result<Inspection, Interrupted> {
        let (probe, opened) = probe(bytes, &self.limits, EMBEDDED)?;
        if let Some(frame) = frame::of_size(&probe, &self.settings)? {
            let plan = plan(&probe, &frame, &self.settings);
            let memory = memory_needed(&opened, held, &plan, &self.settings);
            self.admission.budget.check(memory.prepared)?;
            return Ok(Inspection {
                notes: notes(&probe, &frame, &self.settings),
                probe,
                plan,
                frame,
                memory,
            });
        }
        drop(opened);
        let mut wanted = bytes.len() as u64;
        loop {
            let mut permit = self.admission.budget.take(wanted)?;
            match self.inspected_by_look(bytes, &mut permit) {
                // The permit is given back before the picture waits for more.
                Err(Interrupted::Short(bytes)) => wanted = bytes,
                inspected => return inspected,
            }
        }
    }

    /// Inspects a picture whose framing depends on its pixels, within the permit.
    fn inspected_by_look(
        &mut self,
        bytes: &[u8],
        permit: &mut Permit,
    ) -> Result<Inspection, Interrupted> {
        let (probe, opened) = probe(bytes, &self.limits, EMBEDDED)?;
        let kept = &mut Kept::default();
        let mut current = Current {
            bytes,
            permit,
            kept,
        };
        let framed = self.framer(&mut current).frame(&probe, opened)?;
        let plan = plan(&probe, &framed.frame, &self.settings);
        let decoder = &mut self.framer(&mut current).decoder;
        let memory = decoder.decode(framed.to_decode, &plan)?.needed;
        Ok(Inspection {
            notes: notes(&probe, &framed.frame, &self.settings),
            probe,
            plan,
            frame: framed.frame,
            memory,
        })
    }
}
