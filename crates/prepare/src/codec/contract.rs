//! The contract of all codecs: the header is read first, the memory for decoding is known from it,
//! and pixels are decoded on request.

use avatar_jpeg::Scratch;

use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::{InOrder, Order};
use crate::pixels::raster::Raster;
use crate::pixels::reduce;
use crate::{
    Effort, Error, Format, Limit, LimitExceeded, Limits, Note, Orientation, PictureError, Plan,
    Probe, Rect,
};

/// What the header says about the picture.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Memory of all decoded samples, in bytes.
    pub(crate) decoded_bytes: u64,
    pub(crate) orientation: Orientation,
    pub(crate) color: Color,
    pub(crate) frames: u32,
    /// Whether it can be drawn at any size; width and height are then only proportions.
    pub(crate) is_scalable: bool,
    /// Notes about how the file was read.
    pub(crate) notes: Vec<Note>,
}

impl Header {
    /// A header of a single upright picture.
    pub(crate) fn new((width, height): (u32, u32), decoded_bytes: u64, color: Color) -> Self {
        Self {
            width,
            height,
            decoded_bytes,
            orientation: Orientation::Normal,
            color,
            frames: 1,
            is_scalable: false,
            notes: Vec::new(),
        }
    }

    pub(crate) fn pixels(&self) -> u64 {
        u64::from(self.width)
            .saturating_mul(self.height.into())
            .max(1)
    }
}

/// Decodes what the plan needs; holds the reader and borrows the encoded bytes.
pub(crate) type Decode<'a> = Box<dyn FnOnce(&Plan, &mut Scratch) -> Result<Decoded, Error> + 'a>;

/// How codecs of containers open pictures inside them. It is passed to them because a codec does not
/// import the table. Previews of TIFF and raw files do not need it: they are JPEGs by definition.
#[derive(Clone, Copy)]
pub(crate) struct Embedded {
    /// Opens a JPEG, PNG or JPEG 2000 that is the only picture of a container, as if it were a file
    /// of its own: with its own lane, depth and colours. Other formats are unsupported, so that
    /// nesting is limited.
    pub(crate) open: for<'a> fn(&'a [u8], &Limits) -> Result<Opened<'a>, Error>,
    /// Reads the header of one picture among others, of any format except drawings, and checks it
    /// against the limits; no pixels are decoded.
    pub(crate) probe: fn(&[u8], &Limits) -> Result<Probe, Error>,
    /// Decodes such a picture: RGBA of 8 bits with straight alpha, upright and in sRGB.
    pub(crate) pixels: fn(&[u8], &Limits) -> Result<Raster, Error>,
}

/// A picture whose header has been read, but not its pixels.
pub(crate) struct Opened<'a> {
    pub(crate) header: Header,
    pub(crate) memory: Memory<'a>,
    pub(crate) decode: Decode<'a>,
    /// A thumbnail in the same file, if there is one.
    pub(crate) thumbnail: Option<Thumbnail<'a>>,
    /// Says what of a plan decides the decoded pixels, if the codec knows it.
    pub(crate) detail: Option<DetailOf<'a>>,
    /// Additional bytes that decoding needs if the file is damaged and the plan allows mending; 0
    /// if damaged files are not mended.
    pub(crate) mending: u64,
    /// Whether its decoder keeps what is there of a file that ends early.
    pub(crate) mends_itself: bool,
    /// How it is decoded from a file that is read in pieces, if that is possible.
    pub(crate) in_order: Option<Order<'a>>,
}

/// Opens a thumbnail; `None` if it cannot be read.
pub(crate) type Thumbnail<'a> = Box<dyn FnOnce(&Limits) -> Option<Opened<'a>> + 'a>;

impl<'a> Opened<'a> {
    /// A picture whose decoder makes the whole raster and needs the same amount of memory besides.
    pub(crate) fn new(header: Header, decode: Decode<'a>) -> Self {
        let besides = header.decoded_bytes;
        Self {
            header,
            memory: Memory::Whole { besides },
            decode,
            thumbnail: None,
            detail: None,
            mending: 0,
            mends_itself: false,
            in_order: None,
        }
    }

    /// The same with what of a plan decides the decoded pixels.
    pub(crate) fn with_detail(self, detail: DetailOf<'a>) -> Self {
        Self {
            detail: Some(detail),
            ..self
        }
    }

    /// What of the plan decides the decoded pixels; `None` if it is not known.
    pub(crate) fn detail(&self, plan: &Plan) -> Option<Detail> {
        match (&self.detail, &self.memory) {
            (Some(detail), _) => detail(plan),
            (None, Memory::Bands { .. }) => Some(Detail::of_blocks(plan)),
            _ => None,
        }
    }

    /// Sets how its decoder uses memory.
    pub(crate) fn with_memory(self, memory: Memory<'a>) -> Self {
        Self { memory, ..self }
    }

    /// The same with a decoder that keeps what is there of a file that ends early.
    pub(crate) fn that_mends_itself(self) -> Self {
        Self {
            mends_itself: true,
            ..self
        }
    }

    /// The same with a way to decode it from a file that is read in pieces. What it returns is only prepared
    /// if such a file is read.
    pub(crate) fn with_order(self, in_order: impl FnOnce() -> Option<InOrder<'a>> + 'a) -> Self {
        Self {
            in_order: Some(Box::new(in_order)),
            ..self
        }
    }

    /// The same with a thumbnail.
    #[cfg(any(feature = "avif", feature = "heif"))]
    pub(crate) fn with_thumbnail(self, thumbnail: Option<Thumbnail<'a>>) -> Self {
        Self { thumbnail, ..self }
    }

    /// The memory for decoding as planned.
    pub(crate) fn footprint(&self, plan: &Plan) -> Footprint {
        self.memory.footprint(&self.header, plan)
    }
}

/// What of a plan decides the decoded pixels: plans with the same detail give the same pixels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Detail {
    /// Rows are cropped, and averaged in blocks of `factor` by `factor` pixels.
    Blocks {
        crop: Rect,
        factor: u32,
        effort: Effort,
    },
    /// As the JPEG decoder plans it.
    Jpeg(avatar_jpeg::Plan),
    /// Nothing: the whole picture, where other plans give a part of it.
    Whole,
}

impl Detail {
    /// That of a picture whose rows are reduced.
    pub(crate) fn of_blocks(plan: &Plan) -> Self {
        Self::Blocks {
            crop: plan.crop(),
            factor: reduce::factor(plan),
            effort: plan.effort(),
        }
    }
}

/// Calculates the detail of a plan.
pub(crate) type DetailOf<'a> = Box<dyn Fn(&Plan) -> Option<Detail> + 'a>;

/// How a decoder uses memory.
pub(crate) enum Memory<'a> {
    /// The whole raster, and this many bytes besides.
    Whole { besides: u64 },
    /// This many rows at a time, which are reduced as they are decoded.
    Bands { rows: u64 },
    /// The whole raster, whose rows are reduced when all of them are there.
    Reduced,
    /// At most this many bytes at a time; only the crop is returned.
    Peak(u64),
    /// As the decoder calculates itself.
    Own(Box<dyn Fn(&Plan) -> Footprint + 'a>),
}

impl Memory<'_> {
    pub(crate) fn footprint(&self, header: &Header, plan: &Plan) -> Footprint {
        let crop = plan.crop();
        let size = [u64::from(crop.width), u64::from(crop.height)];
        let whole = header.decoded_bytes;
        let pixel = whole.div_ceil(header.pixels());
        match self {
            Self::Whole { besides } => Footprint {
                decoding: whole.saturating_add(*besides),
                decoded: whole,
                pixel,
                size,
            },
            Self::Bands { rows } => {
                let size = size.map(|side| side.div_ceil(reduce::factor(plan).into()));
                let decoded = size[0] * size[1] * pixel;
                // Each row is in memory three times: encoded, decoded, and summed in 32 bits per
                // sample.
                let row = u64::from(header.width).saturating_mul(pixel);
                let rows = rows.saturating_mul(3).saturating_add(8);
                Footprint {
                    decoding: decoded.saturating_add(row.saturating_mul(rows)),
                    decoded,
                    pixel,
                    size,
                }
            }
            Self::Reduced => {
                let bands = Self::Bands { rows: 1 }.footprint(header, plan);
                Footprint {
                    decoding: bands.decoding.saturating_add(whole),
                    ..bands
                }
            }
            Self::Peak(peak) => {
                // At most four channels of 16 bits: linear light is converted to that before it is
                // resized.
                let pixel = pixel.min(8);
                Footprint {
                    decoding: *peak,
                    decoded: size[0] * size[1] * pixel,
                    pixel,
                    size,
                }
            }
            Self::Own(reckon) => reckon(plan),
        }
    }
}

/// Memory for decoding, besides the encoded bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Footprint {
    /// Peak in bytes, including the result.
    pub(crate) decoding: u64,
    /// Size of the result in bytes: planes or a raster.
    pub(crate) decoded: u64,
    /// Bytes of one pixel of the result, over all channels.
    pub(crate) pixel: u64,
    /// Width and height of the crop in the result, in pixels.
    pub(crate) size: [u64; 2],
}

impl Footprint {
    /// The memory of a decoder that makes a whole raster of `whole` bytes and needs the same amount
    /// besides.
    pub(crate) fn twice(whole: u64, (width, height): (u32, u32), plan: &Plan) -> Self {
        let crop = plan.crop();
        let pixels = u64::from(width).saturating_mul(height.into()).max(1);
        Self {
            decoding: whole.saturating_mul(2),
            decoded: whole,
            pixel: whole.div_ceil(pixels),
            size: [crop.width.into(), crop.height.into()],
        }
    }
}

/// The error for a format whose codec is not part of this build.
#[allow(dead_code)] // where nothing is left out
pub(crate) fn left_out(format: Format, feature: &str) -> Error {
    let feature = format!("this build was made without the feature `{feature}`");
    PictureError::Unsupported { format, feature }.into()
}

/// The error for pixels for which a library asked for more than the allowed bytes. It does not say how many.
pub(crate) fn needs_more_than(allowed: u64) -> Error {
    let limit = Limit::DecodedBytes;
    let found = allowed.saturating_add(1);
    LimitExceeded {
        limit,
        found,
        allowed,
    }
    .into()
}

/// The error for a file that ends inside its pixels.
pub(crate) fn ends_inside(format: Format) -> Error {
    let detail = "the file ends inside the picture".into();
    PictureError::Truncated { format, detail }.into()
}
