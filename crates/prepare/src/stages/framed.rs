//! The stage `frame` as a whole. If the size decides the frame, nothing is decoded; otherwise the picture
//! is decoded first, and the frame is chosen on a look.

use super::convert::Converter;
use super::decoder::{Decoder, ToDecode, WithMemory};
use super::frame::look::Look;
use super::frame::{self, Detector, Field, Regions, Scene, regions};
use super::look::look as look_at;
use super::plan::{plan, survey};
use super::thumbnail;
use crate::codec::contract::Opened;
use crate::color::Color;
use crate::memory::admission::Interrupted;
use crate::{Error, Frame, Gravity, Probe};

/// A frame, and what the following stages need of how it was chosen.
pub(crate) struct Framed<'a> {
    pub(crate) frame: Frame,
    /// The look, if one was taken.
    pub(crate) look: Option<Look>,
    pub(crate) to_decode: ToDecode<'a>,
}

/// What choosing a frame needs, borrowed from the preparer.
pub(crate) struct Framer<'a, 'b> {
    pub(crate) decoder: Decoder<'a, 'b>,
    pub(crate) converter: &'a mut Converter,
    pub(crate) detector: &'a mut Detector,
}

impl<'b> Framer<'_, 'b> {
    /// Chooses the frame: by the size if that is enough, otherwise by a look.
    pub(crate) fn frame(
        &mut self,
        probe: &Probe,
        opened: Opened<'b>,
    ) -> Result<Framed<'b>, Interrupted> {
        match frame::of_size(probe, self.decoder.settings)? {
            Some(frame) => Ok(Framed {
                frame,
                look: None,
                to_decode: ToDecode::Opened(opened),
            }),
            None => self.frame_by_look(probe, opened),
        }
    }

    /// The look is taken of a thumbnail if the file has one that agrees with the picture, otherwise
    /// of the picture itself.
    fn frame_by_look(
        &mut self,
        probe: &Probe,
        mut opened: Opened<'b>,
    ) -> Result<Framed<'b>, Interrupted> {
        let field = Field::of(probe, self.decoder.settings)?;
        let thumbnail = opened.thumbnail.take().filter(|_| field.is_whole());
        let small = thumbnail.and_then(|open| open(self.decoder.limits));
        let Some(small) = small.filter(|small| thumbnail::has_same_shape(&small.header, probe))
        else {
            return self.frame_by_survey(probe, field, opened);
        };
        let framed = match self.look_at_thumbnail(probe, small, &opened.header.color) {
            Ok(look) => self.frame_by_thumbnail(probe, field, look, opened)?,
            // An error in the thumbnail is not an error of the picture.
            Err(Interrupted::Failed(_)) => return self.frame_by_survey(probe, field, opened),
            Err(interrupted) => return Err(interrupted),
        };
        match framed {
            Some(framed) => Ok(framed),
            None => {
                let opened = self.decoder.open_again()?;
                self.frame_by_survey(probe, field, opened)
            }
        }
    }

    fn look_at_thumbnail(
        &mut self,
        probe: &Probe,
        small: Opened<'_>,
        color: &Color,
    ) -> Result<Look, Interrupted> {
        let plan = thumbnail::plan(&small.header, probe);
        let picture = self.decoder.decode_now(small, &plan)?.picture;
        let color = thumbnail::color(picture.color, color);
        Ok(look_at(&picture.pixels, &plan, &color, self.converter)?)
    }

    /// `None` if the thumbnail shows something else than the picture.
    fn frame_by_thumbnail(
        &mut self,
        probe: &Probe,
        field: Field,
        look: Look,
        opened: Opened<'_>,
    ) -> Result<Option<Framed<'b>>, Interrupted> {
        let frame = self.judge(probe, field, &look)?;
        self.decoder.clock.lap(|times| &mut times.frame);
        let plan = plan(probe, &frame, self.decoder.settings);
        let decoded = self.decoder.decode_now(opened, &plan)?;
        let WithMemory { picture, .. } = &decoded;
        let part = look_at(&picture.pixels, &plan, &picture.color, self.converter)?;
        let agrees = thumbnail::shows_the_same(&look, &part, frame.crop, field.size());
        self.decoder.clock.lap(|times| &mut times.frame);
        Ok(agrees.then_some(Framed {
            frame,
            look: Some(look),
            to_decode: ToDecode::Decoded(decoded),
        }))
    }

    /// Decodes the whole picture for the look.
    fn frame_by_survey(
        &mut self,
        probe: &Probe,
        field: Field,
        opened: Opened<'_>,
    ) -> Result<Framed<'b>, Interrupted> {
        let survey = survey(probe, &field, self.decoder.settings);
        let decoded = self.decoder.decode_now(opened, &survey)?;
        let WithMemory { picture, .. } = &decoded;
        let look = look_at(&picture.pixels, &survey, &picture.color, self.converter)?;
        let frame = self.judge(probe, field, &look)?;
        self.decoder.clock.lap(|times| &mut times.frame);
        Ok(Framed {
            frame,
            look: Some(look),
            to_decode: ToDecode::Surveyed { survey, decoded },
        })
    }

    fn judge(&mut self, probe: &Probe, field: Field, look: &Look) -> Result<Frame, Error> {
        let settings = self.decoder.settings;
        let wants_faces = settings.framing().gravity().contains(&Gravity::Face);
        let scene = Scene {
            probe,
            settings,
            field,
            look,
            regions: match wants_faces {
                true => regions(self.decoder.bytes, probe),
                false => Regions::default(),
            },
        };
        frame::of_look(&scene, &mut |look| self.detector.find(look))
    }
}
