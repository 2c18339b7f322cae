//! Converts the samples of a TIFF to pixels: depths, palettes, YCbCr, CIELAB, extra samples.

use std::borrow::Cow;

use tiff::decoder::DecodingResult;
use tiff::tags::Tag;
use tiff::{ColorType, TiffError, TiffUnsupportedError};

use super::band::{Band, unpack_bits};
use super::interpretation::Interpretation;
use super::patched::TiffDecoder;
use crate::pixels::raster::{Alpha, Layout, Raster, Samples};
use crate::pixels::reduce::Reducer;
use crate::pixels::ycbcr::Matrix;
use crate::plan::Plan;

/// SampleFormat of IEEE floats.
const FLOAT: u16 = 3;
/// Code point of BT.601 (ITU-T H.273, table 4).
const BT601: u16 = 6;

/// How samples become pixels.
#[derive(Clone)]
pub(super) struct Pixels {
    layout: Layout,
    alpha: Alpha,
    /// Bits of a stored sample.
    bits: u8,
    /// Samples of a stored pixel, as the decoder returns them.
    stored: usize,
    encoding: Encoding,
    is_linear: bool,
    /// Whether CMYK still has to be multiplied by the alpha after it.
    is_ink_with_alpha: bool,
}

#[derive(Clone)]
enum Encoding {
    /// The first samples are the channels.
    Plain,
    /// 8-bit colours of each index.
    Palette(Vec<[u8; 3]>),
    /// By the default coefficients of TIFF 6.0, page 91, which are those of full-range BT.601.
    YCbCr(Matrix),
    /// CIELAB with a* and b* signed.
    SignedLab,
}

impl Pixels {
    pub(super) fn of(
        decoder: &mut TiffDecoder<'_>,
        photometric: Interpretation,
    ) -> Result<Self, TiffError> {
        let kind = decoder.colortype()?;
        let bits = kind.bit_depth();
        let stored = usize::from(kind.num_samples());
        let extra = decoder.find_tag_unsigned_vec::<u16>(Tag::ExtraSamples)?;
        let extra = extra.and_then(|extra| extra.first().copied());
        let formats = decoder.find_tag_unsigned_vec::<u16>(Tag::SampleFormat)?;
        let is_float = formats.is_some_and(|formats| formats.first() == Some(&FLOAT));
        let (layout, encoding) = match (kind, photometric) {
            (ColorType::Gray(1..=8), Interpretation::Palette) => {
                (Layout::Rgb, Encoding::Palette(palette(decoder, bits)?))
            }
            (ColorType::Multiband { bit_depth: 8, .. }, Interpretation::Palette) => {
                (Layout::Rgba, Encoding::Palette(palette(decoder, bits)?))
            }
            (other, Interpretation::Palette) => {
                return Err(TiffUnsupportedError::UnsupportedColorType(other).into());
            }
            // A second sample without a description is usually alpha.
            (ColorType::Multiband { .. }, _)
                if stored == 2 && extra.is_none() || extra.is_some_and(|kind| kind > 0) =>
            {
                (Layout::GrayAlpha, Encoding::Plain)
            }
            (ColorType::Gray(_) | ColorType::Multiband { .. }, _) => {
                (Layout::Gray, Encoding::Plain)
            }
            (ColorType::RGB(_), Interpretation::Lab) => (Layout::Rgb, Encoding::SignedLab),
            (ColorType::RGB(_), _) => (Layout::Rgb, Encoding::Plain),
            (ColorType::RGBA(_), Interpretation::Lab) => (Layout::Rgba, Encoding::SignedLab),
            (ColorType::RGBA(_), _) => (Layout::Rgba, Encoding::Plain),
            (ColorType::CMYK(_) | ColorType::CMYKA(_), _) => (Layout::Cmyk, Encoding::Plain),
            (ColorType::YCbCr(8), _) => match Matrix::new(BT601, true) {
                Some(matrix) => (Layout::Rgb, Encoding::YCbCr(matrix)),
                None => return Err(TiffUnsupportedError::UnsupportedColorType(kind).into()),
            },
            (other, _) => return Err(TiffUnsupportedError::UnsupportedColorType(other).into()),
        };
        let is_linear = is_float && bits >= 16;
        let is_plain = layout != Layout::Cmyk && matches!(encoding, Encoding::Plain);
        if is_linear && !is_plain {
            return Err(TiffUnsupportedError::UnsupportedColorType(kind).into());
        }
        let layout = match layout {
            Layout::Gray if is_linear => Layout::Rgb,
            Layout::GrayAlpha if is_linear => Layout::Rgba,
            other => other,
        };
        Ok(Self {
            layout,
            alpha: match extra {
                Some(1) if layout.has_alpha() => Alpha::Premultiplied,
                _ => Alpha::Straight,
            },
            bits,
            stored,
            encoding,
            is_linear,
            is_ink_with_alpha: layout == Layout::Cmyk && stored > 4 && extra == Some(2),
        })
    }

    /// The same pixels without alpha.
    pub(super) fn opaque(&self) -> Self {
        Self {
            layout: self.layout.opaque(),
            alpha: Alpha::Straight,
            is_ink_with_alpha: false,
            ..self.clone()
        }
    }

    /// Whether alpha could be zero in the whole picture, judged by a part of it.
    pub(super) fn may_be_void(&self, part: &Raster) -> bool {
        let is_blank = || match &part.samples {
            Samples::U8(samples) => samples.iter().all(|&ink| ink == 0),
            Samples::U16(samples) => samples.iter().all(|&ink| ink == 0),
        };
        part.is_void() || self.is_ink_with_alpha && is_blank()
    }

    /// Whether the sample after the colours is zero in every pixel.
    pub(super) fn is_void(&self, band: &Band) -> bool {
        let place = match self.encoding {
            Encoding::Palette(_) => 1,
            _ => self.layout.channels(),
        };
        fn are_zero<T: Copy + Into<u32>>(samples: &[T], stored: usize, place: usize) -> bool {
            let mut pixels = samples.chunks_exact(stored);
            pixels.all(|pixel| pixel.get(place).is_some_and(|&alpha| alpha.into() == 0))
        }
        match band {
            Band::U8(samples) => are_zero(samples, self.stored, place),
            Band::U16(samples) => are_zero(samples, self.stored, place),
            Band::F32(_) => false,
        }
    }

    /// A reducer for the rows.
    pub(super) fn reducer(&self, plan: &Plan) -> Reducer {
        let empty = match self.bytes() {
            1 => Samples::U8(Vec::new()),
            _ => Samples::U16(Vec::new()),
        };
        Reducer::new(plan, self.layout, self.alpha, empty)
    }

    /// The channels, and the bytes of a sample, if stored samples are those of the result and all of
    /// them are gray, RGB or RGBA; otherwise `None`.
    pub(super) fn as_stored(&self) -> Option<(Layout, usize)> {
        let is_plain = matches!(self.encoding, Encoding::Plain) && !self.is_linear;
        let is_color = matches!(self.layout, Layout::Gray | Layout::Rgb | Layout::Rgba);
        let is_all = self.stored == self.layout.channels();
        let bytes = match self.bits {
            8 => 1,
            16 => 2,
            _ => return None,
        };
        (is_plain && is_color && is_all).then_some((self.layout, bytes))
    }

    pub(super) fn layout(&self) -> Layout {
        self.layout
    }

    /// Samples of a stored pixel.
    pub(super) fn stored(&self) -> usize {
        self.stored
    }

    /// Whether the library decodes samples of so many bits in all their layouts.
    pub(super) fn is_of_whole_bytes(&self) -> bool {
        matches!(self.bits, 8 | 16 | 32 | 64)
    }

    /// Bytes of a stored pixel, as the decoder returns it.
    pub(super) fn stored_bytes(&self) -> u64 {
        self.stored as u64 * u64::from(self.bits).div_ceil(8)
    }

    /// Bytes of a row of `width` pixels with this many samples.
    pub(super) fn row_bytes(&self, width: usize, samples: usize) -> usize {
        let bits = usize::from(self.bits).saturating_mul(samples);
        width.saturating_mul(bits).div_ceil(8)
    }

    pub(super) fn alpha(&self) -> Alpha {
        self.alpha
    }

    /// Bytes of a sample of the result, unless it is linear light.
    pub(super) fn bytes(&self) -> u64 {
        if self.bits > 8 { 2 } else { 1 }
    }

    /// Whether the samples are linear light: floats are, as in editors of 32-bit pictures.
    pub(super) fn is_linear(&self) -> bool {
        self.is_linear
    }

    /// The samples of a chunk that is `width` pixels wide; `None` for depths that are not
    /// supported.
    pub(super) fn unpack(&self, chunk: DecodingResult, width: usize, planar: bool) -> Option<Band> {
        let per_row = width * if planar { 1 } else { self.stored };
        Some(match chunk {
            DecodingResult::U8(bytes) if self.bits < 8 => {
                Band::U8(unpack_bits(&bytes, self.bits, per_row))
            }
            DecodingResult::U8(samples) => Band::U8(samples),
            DecodingResult::U16(samples) => Band::U16(samples),
            DecodingResult::U32(samples) => {
                Band::U16(samples.into_iter().map(|v| (v >> 16) as u16).collect())
            }
            DecodingResult::U64(samples) => {
                Band::U16(samples.into_iter().map(|v| (v >> 48) as u16).collect())
            }
            DecodingResult::F16(samples) => Band::F32(samples.into_iter().map(f32::from).collect()),
            DecodingResult::F32(samples) => Band::F32(samples),
            DecodingResult::F64(samples) => {
                Band::F32(samples.into_iter().map(|v| v as f32).collect())
            }
            _ => return None,
        })
    }

    /// Passes the rows of a band to the reducer.
    pub(super) fn push(
        &self,
        band: &Band,
        width: usize,
        reducer: &mut Reducer,
        linear: &mut Vec<f32>,
    ) {
        let stride = width * self.stored;
        match band {
            Band::U8(samples) => {
                let rows = samples.chunks_exact(stride);
                rows.for_each(|row| reducer.push::<u8>(&self.row_of_8_bits(row)));
            }
            Band::U16(samples) => {
                let rows = samples.chunks_exact(stride);
                rows.for_each(|row| reducer.push::<u16>(&self.row_of_16_bits(row)));
            }
            Band::F32(samples) => self.push_linear(samples, linear),
        }
    }

    fn row_of_8_bits<'a>(&self, row: &'a [u8]) -> Cow<'a, [u8]> {
        let channels = self.layout.channels();
        let pixels = row.chunks_exact(self.stored);
        Cow::Owned(match &self.encoding {
            Encoding::Plain if self.is_ink_with_alpha && self.bits == 8 => pixels
                .flat_map(|pixel| covered(pixel, 255).map(|ink| ink as u8))
                .collect(),
            Encoding::Plain if self.bits == 8 => return self.channels_of(row),
            Encoding::Palette(colors) => pixels
                .flat_map(|pixel| {
                    let index = pixel.first().copied().unwrap_or(0);
                    let [r, g, b] = colors.get(usize::from(index)).copied().unwrap_or_default();
                    let alpha = pixel.get(1).copied().unwrap_or(255);
                    [r, g, b, alpha].into_iter().take(channels)
                })
                .collect(),
            Encoding::YCbCr(matrix) => pixels
                .flat_map(|pixel| match *pixel {
                    [y, cb, cr, ..] => matrix.rgb_of_8_bits([y, cb, cr]),
                    _ => [0; 3],
                })
                .collect(),
            Encoding::SignedLab => pixels
                .flat_map(|pixel| {
                    let sign =
                        |(at, &v): (usize, &u8)| if at == 1 || at == 2 { v ^ 0x80 } else { v };
                    pixel.iter().enumerate().map(sign).take(channels)
                })
                .collect(),
            Encoding::Plain => {
                let full = (1u16 << self.bits) - 1;
                let scale = |&v: &u8| (u16::from(v) * 255 / full) as u8;
                pixels
                    .flat_map(|p| p.iter().map(scale).take(channels))
                    .collect()
            }
        })
    }

    /// A row without the samples after the channels.
    fn channels_of<'a, T: Copy>(&self, row: &'a [T]) -> Cow<'a, [T]> {
        let channels = self.layout.channels();
        if self.stored == channels {
            return Cow::Borrowed(row);
        }
        let pixels = row.chunks_exact(self.stored);
        Cow::Owned(
            pixels
                .flat_map(|p| p.iter().copied().take(channels))
                .collect(),
        )
    }

    fn row_of_16_bits<'a>(&self, row: &'a [u16]) -> Cow<'a, [u16]> {
        if self.is_ink_with_alpha {
            let pixels = row.chunks_exact(self.stored);
            return Cow::Owned(
                pixels
                    .flat_map(|pixel| covered(pixel, 65_535).map(|ink| ink as u16))
                    .collect(),
            );
        }
        if !matches!(self.encoding, Encoding::SignedLab) {
            return self.channels_of(row);
        }
        let channels = self.layout.channels();
        let pixels = row.chunks_exact(self.stored);
        // 128 is 0x8000 in the file, but 32,896 on the scale on which 255 is the full range.
        let offset = |v: u16| {
            let unsigned = u32::from(v ^ 0x8000);
            (unsigned + unsigned / 256).min(65_535) as u16
        };
        let sign = |(at, &v): (usize, &u16)| if at == 1 || at == 2 { offset(v) } else { v };
        let pixel =
            |p: &[u16]| -> Vec<u16> { p.iter().enumerate().map(sign).take(channels).collect() };
        Cow::Owned(pixels.flat_map(pixel).collect())
    }

    /// Gray becomes RGB.
    fn push_linear(&self, samples: &[f32], linear: &mut Vec<f32>) {
        let channels = self.layout.channels();
        for pixel in samples.chunks_exact(self.stored) {
            match *pixel {
                [gray] => linear.extend([gray; 3]),
                [gray, alpha] => linear.extend([gray, gray, gray, alpha]),
                _ => linear.extend(pixel.iter().take(channels)),
            }
        }
    }
}

/// Multiplies CMYK by the alpha after it; where alpha is zero, paper shows.
fn covered<T: Copy + Into<u32>>(pixel: &[T], full: u64) -> [u64; 4] {
    let sample = |at: usize| pixel.get(at).map_or(0, |&sample| u64::from(sample.into()));
    let alpha = sample(4);
    std::array::from_fn(|ink| (sample(ink) * alpha + full / 2) / full)
}

/// ColorMap: all reds, then all greens, then all blues, 16 bits each; old writers used 8 of them.
fn palette(decoder: &mut TiffDecoder<'_>, bits: u8) -> Result<Vec<[u8; 3]>, TiffError> {
    let map = decoder.get_tag_u16_vec(Tag::ColorMap)?;
    let colors = 1usize << bits;
    let scale = if map.iter().all(|&v| v < 256) { 1 } else { 257 };
    let at = |index: usize| (map.get(index).copied().unwrap_or(0) / scale) as u8;
    let color = |index| [index, index + colors, index + 2 * colors].map(at);
    Ok((0..colors).map(color).collect())
}
