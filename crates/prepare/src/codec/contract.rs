//! What every codec keeps: a header that is read first, and pixels that are decoded when they are
//! wanted.

use avatar_jpeg::Scratch;

use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::reduce;
use crate::plan::Plan;
use crate::{Error, Format, Note, Orientation, PictureError};

/// What the header says about the picture.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Memory of all decoded samples, in bytes.
    pub(crate) decoded_bytes: u64,
    /// Bytes that decoding takes at most at once, where the codec knows better than twice the samples.
    pub(crate) peak: Option<u64>,
    /// Rows that stand in memory at once, where the codec reads bands of them and reduces these.
    pub(crate) band: Option<u64>,
    pub(crate) orientation: Orientation,
    pub(crate) color: Color,
    pub(crate) frames: u32,
    /// Whether it is drawn at any size; width and height are then only its proportions.
    pub(crate) is_scalable: bool,
    /// What is worth knowing about how this was read.
    pub(crate) notes: Vec<Note>,
}

impl Header {
    /// A single upright picture.
    pub(crate) fn new((width, height): (u32, u32), decoded_bytes: u64, color: Color) -> Self {
        Self {
            width,
            height,
            decoded_bytes,
            peak: None,
            band: None,
            orientation: Orientation::Normal,
            color,
            frames: 1,
            is_scalable: false,
            notes: Vec::new(),
        }
    }
}

impl Header {
    /// That of a decoder that makes the whole raster and takes `more` bytes besides.
    pub(crate) fn footprint(&self, more: u64, plan: &Plan) -> Footprint {
        Footprint {
            decoding: self.decoded_bytes.saturating_add(more),
            decoded: self.decoded_bytes,
            pixel: self.decoded_bytes.div_ceil(self.pixels()),
            side: plan.crop().width.into(),
        }
    }

    /// That of a decoder that reduces the rows it hands over, `rows` of them at a time.
    pub(crate) fn reduced(&self, rows: u64, plan: &Plan) -> Footprint {
        let pixel = self.decoded_bytes.div_ceil(self.pixels());
        let side = u64::from(plan.crop().width.div_ceil(reduce::factor(plan)));
        let decoded = side * side * pixel;
        // Rows as they are encoded, decoded and summed up, the latter in 32 bits a sample.
        let row = u64::from(self.width).saturating_mul(pixel);
        let rows = rows.saturating_mul(3).saturating_add(8);
        Footprint {
            decoding: decoded.saturating_add(row.saturating_mul(rows)),
            decoded,
            pixel,
            side,
        }
    }

    /// That of a decoder that takes `peak` bytes and hands over the crop.
    pub(crate) fn peaking(&self, peak: u64, plan: &Plan) -> Footprint {
        let side = u64::from(plan.crop().width);
        // Four channels of 16 bits at most; light becomes that before it is resized.
        let pixel = self.decoded_bytes.div_ceil(self.pixels()).min(8);
        Footprint {
            decoding: peak,
            decoded: side * side * pixel,
            pixel,
            side,
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

/// A picture whose header is read and whose pixels are not.
pub(crate) struct Opened<'a> {
    pub(crate) header: Header,
    pub(crate) decode: Decode<'a>,
}

/// What decoding takes beside the encoded bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Footprint {
    /// Bytes at most at once, with what comes of it.
    pub(crate) decoding: u64,
    /// Bytes of what comes of it: planes or a raster.
    pub(crate) decoded: u64,
    /// Bytes of a pixel of that, over all channels.
    pub(crate) pixel: u64,
    /// Edge of the crop in that, in pixels.
    pub(crate) side: u64,
}

/// The error of a file whose header is whole and whose pixels are not.
pub(crate) fn ends_inside(format: Format) -> Error {
    let detail = "the file ends inside the picture".into();
    PictureError::Truncated { format, detail }.into()
}
