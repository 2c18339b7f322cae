//! Which part of a coded picture is shown, and how it is turned: `clap`, `irot` and `imir`, applied
//! in their order in the file.

use super::properties::Property;
use crate::codec::aspect;
use crate::{Note, Orientation, Rect};

/// The part of the coded picture that is shown, and how it is turned upright.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::codec) struct Window {
    /// In coded pixels.
    pub(in crate::codec) rect: Rect,
    pub(in crate::codec) orientation: Orientation,
    /// Whether the file has any of these properties.
    pub(in crate::codec) is_stated: bool,
    /// Width of a stored pixel, as multiple of its height.
    aspect: f64,
}

impl Window {
    /// Applies the properties to a picture coded at `size`. A clean aperture outside the picture is
    /// ignored, as browsers do.
    pub(in crate::codec) fn new<'p>(
        (width, height): (u32, u32),
        properties: impl Iterator<Item = &'p Property>,
    ) -> Self {
        let rect = Rect {
            x: 0,
            y: 0,
            width,
            height,
        };
        let start = Self {
            rect,
            orientation: Orientation::Normal,
            is_stated: false,
            aspect: 1.0,
        };
        properties.fold(start, Self::then)
    }

    /// What to say of pixels that are not square.
    pub(in crate::codec) fn note(&self) -> Option<Note> {
        aspect::of_ratio(self.aspect)
    }

    fn then(self, property: &Property) -> Self {
        let turned = |next| self.orientation.then(next);
        let orientation = match *property {
            Property::Rotation(1) => turned(Orientation::Rotate270),
            Property::Rotation(2) => turned(Orientation::Rotate180),
            Property::Rotation(3) => turned(Orientation::Rotate90),
            Property::Rotation(_) => self.orientation,
            Property::Mirror(0) => turned(Orientation::MirrorVertical),
            Property::Mirror(_) => turned(Orientation::MirrorHorizontal),
            Property::PixelAspect(width, height) => {
                let aspect = f64::from(width) / f64::from(height);
                return Self { aspect, ..self };
            }
            Property::CleanAperture(numbers) => return self.cut(&numbers).unwrap_or(self),
            _ => return self,
        };
        Self {
            orientation,
            is_stated: true,
            ..self
        }
    }

    /// The aperture's size, centred on the picture's centre plus an offset (section 12.1.4 of
    /// ISO/IEC 14496-12).
    fn cut(self, &[wn, wd, hn, hd, xn, xd, yn, yd]: &[u32; 8]) -> Option<Self> {
        let stored = (self.rect.width, self.rect.height);
        let (width, height) = self.orientation.upright_size(stored);
        let (x, width) = axis(width, (wn, wd), (xn, xd))?;
        let (y, height) = axis(height, (hn, hd), (yn, yd))?;
        let cut = self.orientation.stored_rect(
            Rect {
                x,
                y,
                width,
                height,
            },
            stored,
        );
        let rect = Rect {
            x: self.rect.x + cut.x,
            y: self.rect.y + cut.y,
            ..cut
        };
        Some(Self {
            rect,
            is_stated: true,
            ..self
        })
    }
}

/// Start and length along one side.
fn axis(whole: u32, length: (u32, u32), offset: (u32, u32)) -> Option<(u32, u32)> {
    let ratio = |(numerator, denominator): (u32, u32)| {
        (denominator != 0).then(|| f64::from(numerator as i32) / f64::from(denominator as i32))
    };
    let (length, offset) = (ratio(length)?, ratio(offset)?);
    let start = (f64::from(whole) - length) / 2.0 + offset;
    let (first, last) = (start.round(), (start + length).round());
    let is_inside = first >= 0.0 && last <= f64::from(whole) && last - first >= 1.0;
    is_inside.then_some((first as u32, (last - first) as u32))
}
