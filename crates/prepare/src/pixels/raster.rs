//! Decoded pixels as one interleaved buffer.

/// Channels of a [`Raster`], in memory order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
    /// Cyan, magenta, yellow and black; 0 is no ink.
    Cmyk,
}

impl Layout {
    pub(crate) fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    pub(crate) fn has_alpha(self) -> bool {
        matches!(self, Self::GrayAlpha | Self::Rgba)
    }
}

/// Samples of one depth, full range.
#[derive(Debug, Clone)]
pub(crate) enum Samples {
    U8(Vec<u8>),
    U16(Vec<u16>),
}

impl Samples {
    /// The sample at `index`, rounded to 8 bits; 0 beyond the end.
    pub(crate) fn at_8_bit(&self, index: usize) -> u8 {
        match self {
            Self::U8(samples) => samples.get(index).copied().unwrap_or(0),
            Self::U16(samples) => to_8_bit(samples.get(index).copied().unwrap_or(0)),
        }
    }
}

/// How colour samples relate to their alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Alpha {
    /// Colour is independent of alpha.
    #[default]
    Straight,
    /// Colour is multiplied by alpha (TIFF calls it associated).
    Premultiplied,
}

/// Interleaved pixels without padding.
#[derive(Debug, Clone)]
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layout: Layout,
    pub(crate) alpha: Alpha,
    pub(crate) samples: Samples,
}

impl Raster {
    /// A raster with straight alpha; `None` unless the number of samples equals width × height ×
    /// channels, none of them zero.
    pub(crate) fn new(
        (width, height): (u32, u32),
        layout: Layout,
        samples: Samples,
    ) -> Option<Self> {
        let length = match &samples {
            Samples::U8(samples) => samples.len(),
            Samples::U16(samples) => samples.len(),
        };
        let wanted = (width as usize)
            .checked_mul(height as usize)?
            .checked_mul(layout.channels())?;
        (length == wanted && length > 0).then_some(Self {
            width,
            height,
            layout,
            alpha: Alpha::Straight,
            samples,
        })
    }

    /// Whether any pixel is not opaque.
    pub(crate) fn is_transparent(&self) -> bool {
        let channels = self.layout.channels();
        if !self.layout.has_alpha() {
            return false;
        }
        match &self.samples {
            Samples::U8(samples) => (samples.chunks_exact(channels))
                .any(|pixel| pixel.last().is_some_and(|alpha| *alpha != u8::MAX)),
            Samples::U16(samples) => (samples.chunks_exact(channels))
                .any(|pixel| pixel.last().is_some_and(|alpha| *alpha != u16::MAX)),
        }
    }

    /// The same raster with other samples, of the same number.
    pub(crate) fn with(&self, samples: Samples) -> Self {
        let Self {
            width,
            height,
            layout,
            alpha,
            ..
        } = *self;
        Self {
            width,
            height,
            layout,
            alpha,
            samples,
        }
    }

    /// The same pixels, with colour declared as multiplied by alpha.
    pub(crate) fn premultiplied(self) -> Self {
        let alpha = Alpha::Premultiplied;
        Self { alpha, ..self }
    }

    /// The same picture at 8 bits a sample, rounded.
    pub(crate) fn into_8_bit(self) -> (Layout, Vec<u8>) {
        let samples = match self.samples {
            Samples::U8(samples) => samples,
            Samples::U16(samples) => samples.into_iter().map(to_8_bit).collect(),
        };
        (self.layout, samples)
    }
}

/// Nearest 8-bit value of a full-range 16-bit sample: v · 255 / 65,535.
fn to_8_bit(sample: u16) -> u8 {
    ((u32::from(sample) + 128) / 257) as u8
}
