//! What the tags of a directory say about the pixels.

use crate::codec::ifd::{Directory, tag};

/// What samples mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Photometric {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Cmyk,
    Ycbcr,
    Lab,
}

/// Kind of number that a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Unsigned,
    Signed,
    Float,
}

/// How the picture is stored.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) size: (u32, u32),
    pub(super) bits: usize,
    pub(super) samples: usize,
    pub(super) photometric: Photometric,
    pub(super) number: Number,
    /// `None` if there is no alpha after the colours; otherwise whether colours are multiplied by
    /// it.
    pub(super) alpha: Option<bool>,
    /// Extra samples between the colours and alpha, such as spot colours.
    pub(super) before_alpha: usize,
    pub(super) compression: usize,
    pub(super) predictor: usize,
    pub(super) is_planar: bool,
    /// Width and height of a tile; strips are tiles of the whole width.
    pub(super) tile: (usize, usize),
    pub(super) is_reversed: bool,
    pub(super) fax_options: usize,
    /// Subsampling of chroma, if it is stored separately or inside JPEG.
    pub(super) subsampling: (usize, usize),
    /// Whether luma and chroma have video range.
    pub(super) is_video: bool,
    pub(super) is_big_endian: bool,
}

/// Most samples of a pixel that are read.
const MOST_SAMPLES: usize = 8;

/// Black and white of luma and chroma in video range, as in the tag ReferenceBlackWhite.
const VIDEO: [u32; 6] = [16, 235, 128, 240, 128, 240];

/// Whether samples of this compression can be predicted: LZW (TIFF 6.0, section 14), Deflate and LZMA. libtiff, and
/// so most programs, ignore the tag beside any other.
pub(super) fn is_predictable(compression: usize) -> bool {
    matches!(compression, 5 | 8 | 32_946 | 34_925)
}

/// Whether samples are complex numbers, of integers or floats (values 5 and 6 of SampleFormat, as libtiff and GDAL
/// write them); the crate does not look at them.
pub(super) fn has_complex_samples(directory: &Directory<'_>) -> bool {
    directory
        .values(tag::SAMPLE_FORMAT)
        .any(|format| matches!(format, 5 | 6))
}

/// Whether separated colours are of inks that the file names, or not at all (TIFF 6.0, page 70).
pub(super) fn has_other_inks(directory: &Directory<'_>) -> bool {
    const SEPARATED: usize = 5;
    directory.number(tag::PHOTOMETRIC) == Some(SEPARATED)
        && directory.number(tag::INK_SET) == Some(2)
}

/// Whether a tag of SGI says what the samples are, which the crate does not know.
pub(super) fn has_tags_of_sgi(directory: &Directory<'_>) -> bool {
    let is_alone = |old, new| directory.has(old) && !directory.has(new);
    is_alone(tag::MATTEING, tag::EXTRA_SAMPLES) && !extra_samples(directory).is_empty()
        || is_alone(tag::DATA_TYPE, tag::SAMPLE_FORMAT) && sample_format(directory) != 1
}

/// The format of samples: 1 for unsigned integers, 2 for signed ones, 3 for floats.
fn sample_format(directory: &Directory<'_>) -> usize {
    let new = directory.number(tag::SAMPLE_FORMAT);
    new.unwrap_or_else(|| match directory.number(tag::DATA_TYPE) {
        Some(1) => 2,
        Some(3) => 3,
        _ => 1,
    })
}

/// The kinds of extra samples: 1 for associated alpha, 2 for any other.
fn extra_samples(directory: &Directory<'_>) -> Vec<usize> {
    let has_matte = directory.number(tag::MATTEING) == Some(1);
    match has_matte && !directory.has(tag::EXTRA_SAMPLES) {
        true => vec![1],
        false => directory
            .values(tag::EXTRA_SAMPLES)
            .take(MOST_SAMPLES)
            .collect(),
    }
}

/// The colours of a picture that does not name them, as libtiff reads it: gray or RGB, by the number of
/// samples that are not extra ones, and of a fax white as zero; `None` for any other number.
fn usual_photometric(directory: &Directory<'_>, samples: usize) -> Option<usize> {
    let extra = directory.values(tag::EXTRA_SAMPLES).count();
    let is_fax = matches!(directory.number(tag::COMPRESSION), Some(2..=4 | 32_771));
    match samples.saturating_sub(extra) {
        0..=2 if is_fax => Some(0),
        0..=2 => Some(1),
        3 => Some(2),
        _ if directory.has(tag::PHOTOMETRIC) => Some(1),
        _ => None,
    }
}

impl Form {
    /// Reads the tags; `None` if this form is not supported.
    pub(super) fn read(directory: &Directory<'_>) -> Option<Self> {
        if has_complex_samples(directory) || has_other_inks(directory) {
            return None;
        }
        let number = |tag, default| directory.number(tag).unwrap_or(default);
        let size = (
            u32::try_from(directory.number(tag::WIDTH)?).ok()?,
            u32::try_from(directory.number(tag::HEIGHT)?).ok()?,
        );
        let samples = number(tag::SAMPLES, 1);
        // Some programs write more depths than there are samples.
        let stated = samples.min(MOST_SAMPLES + 1);
        let bits: Vec<usize> = directory.values(tag::BITS).take(stated).collect();
        let depth = bits.first().copied().unwrap_or(1);
        let photometric = match number(tag::PHOTOMETRIC, usual_photometric(directory, samples)?) {
            0 => Photometric::WhiteIsZero,
            1 => Photometric::BlackIsZero,
            2 => Photometric::Rgb,
            3 => Photometric::Palette,
            5 => Photometric::Cmyk,
            6 => Photometric::Ycbcr,
            8 => Photometric::Lab,
            _ => return None,
        };
        let (tile, compression) = (tile(directory, size), number(tag::COMPRESSION, 1));
        let subsampling: Vec<usize> = directory.values(tag::SUBSAMPLING).take(2).collect();
        let mut extra = extra_samples(directory);
        extra.truncate(stated.saturating_sub(photometric.channels()));
        let before_alpha = extra.iter().position(|kind| matches!(kind, 1 | 2));
        let form = Self {
            size,
            bits: depth,
            samples,
            photometric,
            number: match sample_format(directory) {
                2 => Number::Signed,
                3 => Number::Float,
                _ => Number::Unsigned,
            },
            alpha: match before_alpha.and_then(|at| extra.get(at)) {
                _ if samples <= photometric.channels() => None,
                Some(1) => Some(true),
                Some(_) => Some(false),
                // A second gray channel without a description is usually alpha. One that is stated not to be colour could be
                // anything.
                None => (photometric.channels() == 1 && extra.is_empty()).then_some(false),
            },
            before_alpha: before_alpha.unwrap_or(0),
            compression,
            predictor: match is_predictable(compression) {
                true => number(tag::PREDICTOR, 1),
                false => 1,
            },
            is_planar: number(tag::PLANAR, 1) == 2 && samples > 1,
            tile,
            is_reversed: number(tag::FILL_ORDER, 1) == 2,
            fax_options: number(tag::FAX_OPTIONS, 0),
            subsampling: match subsampling[..] {
                [across, down, ..] => (across, down),
                _ => (2, 2),
            },
            is_video: directory.fractions(tag::REFERENCE_BLACK_WHITE) == VIDEO,
            is_big_endian: directory.is_big_endian(),
        };
        form.is_decoded(&bits).then_some(form)
    }

    fn is_decoded(&self, bits: &[usize]) -> bool {
        let is_jpeg = matches!(self.compression, 6 | 7);
        let has_depth = match self.number {
            Number::Float => matches!(self.bits, 16 | 32 | 64),
            _ => (1..=32).contains(&self.bits),
        };
        has_depth
            && matches!((self.predictor, self.number), (1 | 2, _) | (3, Number::Float))
            && (self.predictor == 1 || self.bits.is_multiple_of(8))
            && bits.iter().all(|&other| other == self.bits)
            && (self.photometric.channels()..=MOST_SAMPLES).contains(&self.samples)
            && (!is_jpeg || self.bits == 8 || self.compression == 7 && self.bits == 16)
            && !(self.is_chunky_ycbcr() && (self.samples != 3 || self.predictor != 1))
            // Old JPEG in separate planes is not supported, because each plane would have its own
            // tables.
            && !(self.compression == 6 && self.is_planar)
            && (self.photometric != Photometric::Ycbcr || self.bits == 8)
            && matches!(self.subsampling, (1 | 2 | 4, 1 | 2 | 4))
            && (1..=self.most_of_a_tile()).contains(&self.tile.0.saturating_mul(self.tile.1))
    }

    /// Most pixels of a tile: a small picture can be in a large tile, but only up to a limit.
    fn most_of_a_tile(&self) -> usize {
        (self.size.0 as usize * self.size.1 as usize).max(1 << 22)
    }

    /// Whether blocks of luma are stored together with the chroma that they share (TIFF 6.0,
    /// section 21).
    pub(super) fn is_chunky_ycbcr(&self) -> bool {
        let is_jpeg = matches!(self.compression, 6 | 7);
        self.photometric == Photometric::Ycbcr && !self.is_planar && !is_jpeg
    }

    /// Whether samples are linear light: floats are, as in editors of 32-bit pictures.
    pub(super) fn is_linear(&self) -> bool {
        let is_light = matches!(
            self.photometric,
            Photometric::BlackIsZero | Photometric::Rgb
        );
        self.number == Number::Float && is_light
    }

    /// How many channels are together in a JPEG, if it is a number that is not decoded.
    pub(super) fn channels_of_jpeg(&self) -> Option<usize> {
        let channels = self.plane_samples();
        let is_jpeg = matches!(self.compression, 6 | 7);
        (is_jpeg && !matches!(channels, 1 | 3)).then_some(channels)
    }

    /// Channels of one plane.
    pub(super) fn plane_samples(&self) -> usize {
        if self.is_planar { 1 } else { self.samples }
    }

    /// Memory for decoding, in bytes: the planes as stored, their values as floats of 64 and 32
    /// bits, and the resulting samples. Light has three channels even if it is gray.
    pub(super) fn memory(&self) -> u64 {
        let pixels = u64::from(self.size.0) * u64::from(self.size.1);
        let count = pixels.saturating_mul(self.samples as u64);
        let stored = count.saturating_mul(self.bits as u64).div_ceil(8);
        // A tile can be larger than the picture, and is in memory three times.
        let tile = self.tile.0.saturating_mul(self.tile.1) as u64;
        let tile = tile
            .saturating_mul((self.samples * self.bits) as u64)
            .div_ceil(8);
        let mut made = count.saturating_mul(14);
        if self.is_linear() {
            let alpha = u64::from(self.alpha.is_some());
            let used = self.photometric.channels() as u64 + alpha;
            made = made.max(pixels.saturating_mul(8 * used + 4 * (3 + alpha)));
        }
        let planes = stored.saturating_add(made);
        planes.saturating_add(tile.saturating_mul(2))
    }

    /// Width and height of a plane; chroma can be subsampled.
    pub(super) fn plane_size(&self, plane: usize) -> (usize, usize) {
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        match self.photometric {
            Photometric::Ycbcr if self.is_planar && plane > 0 => (
                width.div_ceil(self.subsampling.0),
                height.div_ceil(self.subsampling.1),
            ),
            _ => (width, height),
        }
    }

    /// Width and height of the tiles of a plane.
    pub(super) fn plane_tile(&self, plane: usize) -> (usize, usize) {
        match self.photometric {
            Photometric::Ycbcr if self.is_planar && plane > 0 => (
                self.tile.0.div_ceil(self.subsampling.0),
                self.tile.1.div_ceil(self.subsampling.1),
            ),
            _ => self.tile,
        }
    }
}

impl Photometric {
    pub(super) fn channels(self) -> usize {
        match self {
            Self::WhiteIsZero | Self::BlackIsZero | Self::Palette => 1,
            Self::Rgb | Self::Ycbcr | Self::Lab => 3,
            Self::Cmyk => 4,
        }
    }
}

fn tile(directory: &Directory<'_>, (width, height): (u32, u32)) -> (usize, usize) {
    let rows = directory.number(tag::ROWS_PER_STRIP).unwrap_or(usize::MAX);
    let strip = (width as usize, rows.min(height as usize));
    match (
        directory.number(tag::TILE_WIDTH),
        directory.number(tag::TILE_HEIGHT),
    ) {
        (Some(width), Some(height)) => (width, height),
        _ => strip,
    }
}
