//! Finds the best quality whose file is not over the cap.

use jpeg_encoder::{Encoder, EncodingError, ImageBuffer, JpegColorType, SamplingFactor};

use crate::square::Square;
use crate::{Error, Settings, Subsampling};

/// A file under the cap.
pub(crate) struct Fitted {
    pub(crate) bytes: Vec<u8>,
    pub(crate) quality: u8,
    pub(crate) subsampling: Subsampling,
    pub(crate) trials: u32,
}

/// Tries the quality ceiling with full chroma; if that is too large, halves the chroma and looks
/// for the highest quality that fits, never below the floor.
pub(crate) fn fit(square: &Square, settings: &Settings) -> Result<Fitted, Error> {
    let (floor, ceiling) = settings.quality().into_inner();
    let cap = settings.max_bytes();
    let fits = |bytes: &Vec<u8>| bytes.len() as u64 <= cap;
    let (full, half) = if square.is_gray() {
        (Subsampling::Gray, Subsampling::Gray)
    } else {
        (Subsampling::S444, Subsampling::S420)
    };
    let first = encode(square, ceiling, full)?;
    if fits(&first) {
        return Ok(Fitted {
            bytes: first,
            quality: ceiling,
            subsampling: full,
            trials: 1,
        });
    }
    let mut trials = 1;
    let mut best: Option<(Vec<u8>, u8)> = None;
    let (mut low, mut high) = (floor, ceiling);
    let mut smallest = u64::MAX;
    while low <= high {
        let quality = low.midpoint(high);
        let bytes = encode(square, quality, half)?;
        trials += 1;
        smallest = smallest.min(bytes.len() as u64);
        if fits(&bytes) {
            best = Some((bytes, quality));
            low = quality + 1;
        } else {
            high = quality - 1;
        }
    }
    let unreachable = Error::CapUnreachable {
        smallest,
        allowed: cap,
        quality: floor,
    };
    let (bytes, quality) = best.ok_or(unreachable)?;
    Ok(Fitted {
        bytes,
        quality,
        subsampling: half,
        trials,
    })
}

/// Encodes as one interleaved baseline scan, which every decoder reads.
fn encode(square: &Square, quality: u8, subsampling: Subsampling) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(match subsampling {
        Subsampling::S420 => SamplingFactor::F_2_2,
        _ => SamplingFactor::F_1_1,
    });
    encoder.encode_image(Rows(square)).map_err(fault)?;
    Ok(bytes)
}

/// Sizes are within JPEG's own bounds and the sink is memory, so a refusal is our fault.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn fault(error: EncodingError) -> Error {
    Error::Panicked {
        message: format!("encode: {error}"),
    }
}

struct Rows<'a>(&'a Square);

impl ImageBuffer for Rows<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        if self.0.is_gray() {
            JpegColorType::Luma
        } else {
            JpegColorType::Ycbcr
        }
    }

    fn width(&self) -> u16 {
        self.0.edge() as u16
    }

    fn height(&self) -> u16 {
        self.0.edge() as u16
    }

    fn fill_buffers(&self, y: u16, [luma, blue, red, _]: &mut [Vec<u8>; 4]) {
        let (row, chroma) = self.0.row(y.into());
        luma.extend_from_slice(row);
        if let Some([cb, cr]) = chroma {
            blue.extend_from_slice(cb);
            red.extend_from_slice(cr);
        }
    }
}
