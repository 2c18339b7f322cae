//! The parts of a picture that do not depend on the quality: coefficients and masking of each
//! component.

use super::chroma;
use super::deringing;
use super::frame::{Frame, Kind};
use super::masking;
use super::picture::{Chroma, Picture};
use super::spectrum::Spectrum;
use crate::Instructions;

/// Scratch memory for one picture's coefficients, reused from picture to picture.
#[derive(Debug, Default)]
pub(crate) struct Coefficients {
    pub(crate) spectra: [Spectrum; 3],
    /// Weight of an error in each block, see [`masking`].
    pub(crate) visibility: [Vec<f32>; 3],
    /// Mean squared error of chroma caused by halving it, in squared levels; 0 if it was not
    /// halved.
    pub(crate) halving_loss: f32,
    pub(crate) instructions: Instructions,
}

impl Coefficients {
    /// Transforms the planes of `picture` as `frame` samples them.
    pub(crate) fn load(&mut self, picture: &Picture<'_>, frame: Frame) {
        let (instructions, luma) = (self.instructions, picture.luma());
        self.spectra[0].transform(
            instructions,
            (frame, 0),
            luma,
            frame.width,
            deringing::relax,
        );
        masking::visibility(instructions, &self.spectra[0], &mut self.visibility[0]);
        self.load_chroma(picture, frame);
    }

    /// The same for a picture that is loaded in another sampling; luma is kept if its blocks are
    /// the same.
    pub(crate) fn reload(&mut self, picture: &Picture<'_>, frame: Frame) {
        if self.spectra[0].grid == frame.grid(0) {
            self.load_chroma(picture, frame);
        } else {
            self.load(picture, frame);
        }
    }

    fn load_chroma(&mut self, picture: &Picture<'_>, frame: Frame) {
        let (instructions, width, height) = (self.instructions, frame.width, frame.height);
        self.halving_loss = 0.0;
        match (picture.chroma(), frame.kind) {
            (Chroma::None, _) | (_, Kind::Gray) => {}
            (Chroma::Full(planes), Kind::Yuv420) => {
                for (component, plane) in (1..).zip(planes) {
                    let half = chroma::halve(instructions, plane, width, height);
                    let loss = chroma::loss(instructions, plane, &half, width, height);
                    self.halving_loss += loss / 2.0;
                    self.load_plane(component, frame, &half, frame.width.div_ceil(2));
                }
            }
            (Chroma::Half(planes), _) => {
                for (component, plane) in (1..).zip(planes) {
                    self.load_plane(component, frame, plane, frame.width.div_ceil(2));
                }
            }
            (Chroma::Full(planes), Kind::Yuv444) => {
                for (component, plane) in (1..).zip(planes) {
                    self.load_plane(component, frame, plane, frame.width);
                }
            }
        }
    }

    fn load_plane(&mut self, component: usize, frame: Frame, plane: &[u8], width: usize) {
        let instructions = self.instructions;
        self.spectra[component].transform(instructions, (frame, component), plane, width, |_| {});
        masking::visibility(
            instructions,
            &self.spectra[component],
            &mut self.visibility[component],
        );
    }
}
