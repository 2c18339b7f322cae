//! Decodes a picture within the memory that is granted to it, and uses again what was decoded before.

use avatar_jpeg::Scratch;

use super::decode::{DecodedPicture, decode};
use super::embedded::EMBEDDED;
use super::kept::Kept;
use super::probe::probe;
use crate::codec::contract::Opened;
use crate::cost::Clock;
use crate::memory::admission::{Admission, Interrupted};
use crate::memory::footprint::memory_needed;
use crate::{Error, Limits, MemoryNeeded, Permit, PictureError, Plan, Settings};

/// What decoding needs, borrowed from the preparer.
pub(crate) struct Decoder<'a, 'b> {
    pub(crate) settings: &'a Settings,
    pub(crate) limits: &'a Limits,
    /// The encoded picture, or as many bytes as are in memory of one that is read in pieces.
    pub(crate) bytes: &'b [u8],
    pub(crate) scratch: &'a mut Scratch,
    pub(crate) clock: &'a mut Clock,
    pub(crate) kept: &'a mut Kept,
    pub(crate) admission: &'a mut Admission,
    pub(crate) permit: &'a mut Permit,
}

/// What is to be decoded once the frame is chosen.
pub(crate) enum ToDecode<'a> {
    /// All of it: the size alone decided the frame.
    Opened(Opened<'a>),
    /// Perhaps nothing: the whole picture was decoded with the plan `survey`, for the look.
    Surveyed { survey: Plan, decoded: WithMemory },
    /// Nothing: what the frame shows was decoded to compare it with a thumbnail.
    Decoded(WithMemory),
}

/// A decoded picture, and the memory that the picture needs from decoding to the end.
pub(crate) struct WithMemory {
    pub(crate) picture: DecodedPicture,
    pub(crate) needed: MemoryNeeded,
}

impl<'b> Decoder<'_, 'b> {
    /// Decodes what `plan` shows, unless it is there already.
    pub(crate) fn decode(
        &mut self,
        from: ToDecode<'_>,
        plan: &Plan,
    ) -> Result<WithMemory, Interrupted> {
        match from {
            ToDecode::Opened(opened) => self.decode_or_reuse(opened, plan),
            ToDecode::Surveyed { survey, decoded } => match part(decoded, &survey, plan) {
                Some(part) => Ok(part),
                None => {
                    let opened = self.open_again()?;
                    self.decode_now(opened, plan)
                }
            },
            ToDecode::Decoded(decoded) => Ok(decoded),
        }
    }

    /// Opens the same picture again, to decode it once more.
    pub(crate) fn open_again(&self) -> Result<Opened<'b>, Error> {
        let (_, opened) = probe(self.bytes, self.limits, EMBEDDED)?;
        Ok(opened)
    }

    /// Decodes what `plan` shows, unless an earlier result of the same source left these pixels.
    fn decode_or_reuse(
        &mut self,
        opened: Opened<'_>,
        plan: &Plan,
    ) -> Result<WithMemory, Interrupted> {
        if !self.kept.is_used() || plan.is_drawn() {
            return self.decode_now(opened, plan);
        }
        let kept = opened.footprint(plan).decoded;
        self.admission.besides = self.admission.besides.saturating_add(kept);
        let detail = opened.detail(plan);
        if let Some(picture) = self.kept.take(plan, detail.as_ref()) {
            let needed = memory_needed(&opened, self.bytes.len(), plan, self.settings);
            self.clock.lap(|times| &mut times.probe);
            self.admit(needed.prepared)?;
            return Ok(WithMemory { picture, needed });
        }
        let decoded = self.decode_now(opened, plan)?;
        self.kept.keep(plan, detail, &decoded.picture);
        Ok(decoded)
    }

    /// Decodes what `plan` shows, once its memory is granted.
    pub(crate) fn decode_now(
        &mut self,
        opened: Opened<'_>,
        plan: &Plan,
    ) -> Result<WithMemory, Interrupted> {
        let needed = memory_needed(&opened, self.bytes.len(), plan, self.settings);
        self.clock.lap(|times| &mut times.probe);
        self.admit(needed.prepared)?;
        let mending = opened.mending;
        let first = Plan {
            mends: mending == 0,
            ..plan.clone()
        };
        let picture = match decode(opened, &first, self.scratch) {
            Err(Error::Picture(
                refused @ (PictureError::Malformed { .. } | PictureError::Truncated { .. }),
            )) if mending > 0 => {
                let wanted = needed.prepared.saturating_add(mending);
                self.mend(refused, plan, wanted)?
            }
            decoded => decoded?,
        };
        self.clock.lap(|times| &mut times.decode);
        Ok(WithMemory { picture, needed })
    }

    /// Decodes a damaged picture again, now with the memory that mending needs. If that does not
    /// fit into the budget, the picture stays refused.
    fn mend(
        &mut self,
        refused: PictureError,
        plan: &Plan,
        wanted: u64,
    ) -> Result<DecodedPicture, Interrupted> {
        match self.admit(wanted) {
            Err(Interrupted::Failed(_)) => return Err(Error::from(refused).into()),
            admitted => admitted?,
        }
        let opened = self.open_again()?;
        Ok(decode(opened, plan, self.scratch)?)
    }

    /// Lets the picture go on if it may use this many bytes.
    fn admit(&mut self, bytes: u64) -> Result<(), Interrupted> {
        self.admission.admit(bytes, self.bytes.len(), self.permit)
    }
}

/// What `plan` shows of a picture that was decoded for the look. `None` if it must be decoded again:
/// drawings are drawn at the final scale, and small content needs more resolution than the survey kept.
fn part(decoded: WithMemory, survey: &Plan, plan: &Plan) -> Option<WithMemory> {
    if plan.is_drawn() {
        return None;
    }
    let WithMemory { picture, needed } = decoded;
    let pixels = picture.pixels.part(survey, plan)?;
    let picture = DecodedPicture { pixels, ..picture };
    Some(WithMemory { picture, needed })
}
