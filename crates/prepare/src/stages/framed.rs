//! Runs the stages `frame`, `plan` and `decode`. If the size decides the frame, the picture is
//! planned and decoded at once; otherwise it is decoded first, and the frame is chosen on a look.

use std::cell::Cell;

use avatar_jpeg::Scratch;

use super::convert::Converter;
use super::decode::{DecodedPicture, decode};
use super::embedded::EMBEDDED;
use super::frame::look::Look;
use super::frame::{self, Detector, Field, Regions, Scene, regions};
use super::kept::Kept;
use super::look::look as look_at;
use super::plan::{plan, survey};
use super::probe::probe as open;
use super::thumbnail;
use crate::codec::contract::Opened;
use crate::color::Color;
use crate::cost::Clock;
use crate::memory::admission::Interrupted;
use crate::memory::footprint::memory_needed;
use crate::{Error, Frame, Gravity, Limits, MemoryNeeded, PictureError, Plan, Probe, Settings};

/// A frame and what was decoded for it.
pub(crate) struct Framed {
    pub(crate) frame: Frame,
    pub(crate) plan: Plan,
    pub(crate) needed: MemoryNeeded,
    pub(crate) decoded: DecodedPicture,
    /// The look, if one was taken.
    pub(crate) look: Option<Look>,
}

/// What framing needs, borrowed from the preparer.
pub(crate) struct Framer<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) limits: &'a Limits,
    pub(crate) scratch: &'a mut Scratch,
    pub(crate) converter: &'a mut Converter,
    pub(crate) detector: &'a mut Detector,
    pub(crate) clock: &'a mut Clock,
    pub(crate) kept: &'a mut Kept,
    /// Bytes of kept pixels, which are added to what the picture itself needs.
    pub(crate) besides: &'a Cell<u64>,
    /// Lets the picture go on if it may use this many bytes.
    pub(crate) admit: &'a mut dyn FnMut(u64) -> Result<(), Interrupted>,
}

impl Framer<'_> {
    /// Chooses the frame and decodes what it shows. If the size alone decides, only that part is
    /// decoded; otherwise the whole picture, for the look.
    pub(crate) fn frame(
        &mut self,
        probe: &Probe,
        opened: Opened<'_>,
        bytes: &[u8],
    ) -> Result<Framed, Interrupted> {
        let Some(frame) = frame::of_size(probe, self.settings)? else {
            return self.frame_by_look(probe, opened, bytes);
        };
        let plan = plan(probe, &frame, self.settings);
        let (needed, decoded) = self.decode_or_reuse(opened, &plan, bytes)?;
        Ok(Framed {
            frame,
            plan,
            needed,
            decoded,
            look: None,
        })
    }

    /// Decodes what `plan` shows, unless an earlier result of the same source left these pixels.
    fn decode_or_reuse(
        &mut self,
        opened: Opened<'_>,
        plan: &Plan,
        bytes: &[u8],
    ) -> Result<(MemoryNeeded, DecodedPicture), Interrupted> {
        if !self.kept.is_used() || plan.is_drawn() {
            return self.decode(opened, plan, bytes);
        }
        let kept = opened.footprint(plan).decoded;
        self.besides.set(self.besides.get().saturating_add(kept));
        let detail = opened.detail(plan);
        if let Some(picture) = self.kept.take(plan, detail.as_ref()) {
            let needed = memory_needed(&opened, bytes.len(), plan, self.settings);
            self.clock.lap(|times| &mut times.probe);
            (self.admit)(needed.prepared)?;
            return Ok((needed, picture));
        }
        let (needed, picture) = self.decode(opened, plan, bytes)?;
        self.kept.keep(plan, detail, &picture);
        Ok((needed, picture))
    }

    /// The look is taken of a thumbnail if the file has one that agrees with the picture, otherwise
    /// of the picture itself.
    fn frame_by_look(
        &mut self,
        probe: &Probe,
        mut opened: Opened<'_>,
        bytes: &[u8],
    ) -> Result<Framed, Interrupted> {
        let field = Field::of(probe, self.settings)?;
        let thumbnail = opened.thumbnail.take().filter(|_| field.is_whole());
        let small = thumbnail.and_then(|open| open(self.limits));
        let Some(small) = small.filter(|small| thumbnail::has_same_shape(&small.header, probe))
        else {
            return self.frame_by_survey(probe, field, opened, bytes);
        };
        let framed = match self.look_at_thumbnail(probe, small, &opened.header.color, bytes) {
            Ok(look) => self.frame_by_thumbnail(probe, field, look, opened, bytes)?,
            // An error in the thumbnail is not an error of the picture.
            Err(Interrupted::Failed(_)) => {
                return self.frame_by_survey(probe, field, opened, bytes);
            }
            Err(interrupted) => return Err(interrupted),
        };
        match framed {
            Some(framed) => Ok(framed),
            None => {
                let (_, opened) = open(bytes, self.limits, EMBEDDED)?;
                self.frame_by_survey(probe, field, opened, bytes)
            }
        }
    }

    fn look_at_thumbnail(
        &mut self,
        probe: &Probe,
        small: Opened<'_>,
        color: &Color,
        bytes: &[u8],
    ) -> Result<Look, Interrupted> {
        let plan = thumbnail::plan(&small.header, probe);
        let (_, decoded) = self.decode(small, &plan, bytes)?;
        let color = thumbnail::color(decoded.color, color);
        Ok(look_at(&decoded.pixels, &plan, &color, self.converter)?)
    }

    /// `None` if the thumbnail shows something else than the picture.
    fn frame_by_thumbnail(
        &mut self,
        probe: &Probe,
        field: Field,
        look: Look,
        opened: Opened<'_>,
        bytes: &[u8],
    ) -> Result<Option<Framed>, Interrupted> {
        let frame = self.judge(probe, field, &look, bytes)?;
        self.clock.lap(|times| &mut times.frame);
        let plan = plan(probe, &frame, self.settings);
        let (needed, decoded) = self.decode(opened, &plan, bytes)?;
        let part = look_at(&decoded.pixels, &plan, &decoded.color, self.converter)?;
        let agrees = thumbnail::shows_the_same(&look, &part, frame.crop, field.size());
        self.clock.lap(|times| &mut times.frame);
        Ok(agrees.then_some(Framed {
            frame,
            plan,
            needed,
            decoded,
            look: Some(look),
        }))
    }

    fn frame_by_survey(
        &mut self,
        probe: &Probe,
        field: Field,
        opened: Opened<'_>,
        bytes: &[u8],
    ) -> Result<Framed, Interrupted> {
        let survey = survey(probe, &field, self.settings);
        let (needed, decoded) = self.decode(opened, &survey, bytes)?;
        let DecodedPicture {
            pixels,
            color,
            notes,
        } = decoded;
        let look = look_at(&pixels, &survey, &color, self.converter)?;
        let frame = self.judge(probe, field, &look, bytes)?;
        self.clock.lap(|times| &mut times.frame);
        let plan = plan(probe, &frame, self.settings);
        let part = match plan.is_drawn() {
            true => None,
            false => pixels.part(&survey, &plan),
        };
        let (needed, decoded) = match part {
            Some(pixels) => {
                let decoded = DecodedPicture {
                    pixels,
                    color,
                    notes,
                };
                (needed, decoded)
            }
            // Drawings are drawn again at the final scale, and small content needs more resolution
            // than the survey kept.
            None => {
                let (_, opened) = open(bytes, self.limits, EMBEDDED)?;
                self.decode(opened, &plan, bytes)?
            }
        };
        Ok(Framed {
            frame,
            plan,
            needed,
            decoded,
            look: Some(look),
        })
    }

    fn judge(
        &mut self,
        probe: &Probe,
        field: Field,
        look: &Look,
        bytes: &[u8],
    ) -> Result<Frame, Error> {
        let wants_faces = self.settings.framing().gravity().contains(&Gravity::Face);
        let scene = Scene {
            probe,
            settings: self.settings,
            field,
            look,
            regions: match wants_faces {
                true => regions(bytes, probe),
                false => Regions::default(),
            },
        };
        frame::of_look(&scene, &mut |look| self.detector.find(look))
    }

    /// Decodes what `plan` shows, once its memory is granted.
    fn decode(
        &mut self,
        opened: Opened<'_>,
        plan: &Plan,
        bytes: &[u8],
    ) -> Result<(MemoryNeeded, DecodedPicture), Interrupted> {
        let needed = memory_needed(&opened, bytes.len(), plan, self.settings);
        self.clock.lap(|times| &mut times.probe);
        (self.admit)(needed.prepared)?;
        let mending = opened.mending;
        let first = Plan {
            mends: mending == 0,
            ..plan.clone()
        };
        let decoded = match decode(opened, &first, self.scratch) {
            Err(Error::Picture(
                refused @ (PictureError::Malformed { .. } | PictureError::Truncated { .. }),
            )) if mending > 0 => {
                let wanted = needed.prepared.saturating_add(mending);
                self.mend(refused, plan, bytes, wanted)?
            }
            decoded => decoded?,
        };
        self.clock.lap(|times| &mut times.decode);
        Ok((needed, decoded))
    }

    /// Decodes a damaged picture again, now with the memory that mending needs. If that does not
    /// fit into the budget, the picture stays refused.
    fn mend(
        &mut self,
        refused: PictureError,
        plan: &Plan,
        bytes: &[u8],
        wanted: u64,
    ) -> Result<DecodedPicture, Interrupted> {
        match (self.admit)(wanted) {
            Err(Interrupted::Failed(_)) => return Err(Error::from(refused).into()),
            admitted => admitted?,
        }
        let (_, opened) = open(bytes, self.limits, EMBEDDED)?;
        Ok(decode(opened, plan, self.scratch)?)
    }
}
