//! Alpha that is zero in every pixel. Programs that do not support alpha write zeros in its place,
//! so such a file is shown as if it had no alpha.

use super::raster::{Layout, Raster, Samples};

impl Layout {
    /// The same channels without alpha.
    pub(crate) fn opaque(self) -> Self {
        match self {
            Self::GrayAlpha => Self::Gray,
            Self::Rgba => Self::Rgb,
            other => other,
        }
    }
}

impl Raster {
    /// Whether there is alpha and it is zero everywhere.
    pub(crate) fn is_void(&self) -> bool {
        let channels = self.layout.channels();
        self.layout.has_alpha()
            && match &self.samples {
                Samples::U8(samples) => is_zero(samples, channels),
                Samples::U16(samples) => is_zero(samples, channels),
            }
    }

    /// The same picture, without alpha if it is zero everywhere.
    pub(crate) fn without_void(self) -> Self {
        match self.is_void() {
            true => self.without_alpha(),
            false => self,
        }
    }

    /// The same colours, without alpha if there is any.
    pub(crate) fn without_alpha(self) -> Self {
        if !self.layout.has_alpha() {
            return self;
        }
        let (layout, channels) = (self.layout.opaque(), self.layout.channels());
        let samples = match &self.samples {
            Samples::U8(samples) => Samples::U8(without_last(samples, channels)),
            Samples::U16(samples) => Samples::U16(without_last(samples, channels)),
        };
        Self {
            layout,
            samples,
            ..self
        }
    }
}

/// Whether the last of `channels` channels is zero in every pixel.
pub(crate) fn is_zero<T: Copy + Into<u32>>(samples: &[T], channels: usize) -> bool {
    let mut pixels = samples.chunks_exact(channels);
    pixels.all(|pixel| pixel.last().is_some_and(|&alpha| alpha.into() == 0))
}

/// The samples without the last of `channels` channels.
pub(crate) fn without_last<T: Copy>(samples: &[T], channels: usize) -> Vec<T> {
    let pixels = samples.chunks_exact(channels);
    let colors = pixels.flat_map(|pixel| pixel.split_last().map_or(&[][..], |(_, colors)| colors));
    colors.copied().collect()
}
