//! JPEG processes that `avatar-jpeg` does not decode (arithmetic, 12-bit, lossless), through
//! `libjpeg-turbo-rs`.

use avatar_jpeg::{ColorModel, Decoder, Process};
use libjpeg_turbo_rs::precision::decompress_lossless_arbitrary;
use libjpeg_turbo_rs::{DecodeLimits, Decoder as Library, JpegError, PixelFormat};

use crate::codec::contract::{Decode, Memory, Opened};
use crate::codec::jpeg;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limit, LimitExceeded, Limits, PictureError};

/// Most scans in a picture, as in `avatar-jpeg`.
const MOST_SCANS: usize = 100;

/// Whether the headers name the lossless process.
#[cfg(feature = "tiff")]
pub(in crate::codec) fn is_lossless(bytes: &[u8]) -> bool {
    Decoder::new(bytes).is_ok_and(|decoder| decoder.header().process == Process::Lossless)
}

/// Samples of a lossless JPEG as they are stored, interleaved; `None` if the JPEG is not lossless.
#[cfg(feature = "tiff")]
pub(in crate::codec) fn lossless(
    bytes: &[u8],
    most: (usize, usize),
) -> Option<Result<Vec<u16>, String>> {
    let decoder = Decoder::new(bytes).ok()?;
    let found = decoder.header();
    if found.process != Process::Lossless {
        return None;
    }
    let size = (found.width as usize, found.height as usize);
    if size.0 > most.0 || size.1 > most.1 {
        return Some(Err(format!(
            "a JPEG of {} x {} in a place for {} x {} pixels",
            size.0, size.1, most.0, most.1
        )));
    }
    let picture = decompress_lossless_arbitrary(bytes).map_err(|error| error.to_string());
    Some(picture.map(|picture| picture.data))
}

/// Reads the header.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    decoder: &Decoder<'a>,
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let found = decoder.header();
    let wide = found.process == Process::Lossless && found.precision > 8;
    let layout = match (found.components.len(), found.color) {
        (1, _) => Layout::Gray,
        // The library returns lossless samples of more than 8 bits as they are stored.
        (3, color) if !wide || color == Some(ColorModel::Rgb) => Layout::Rgb,
        _ => return Err(unsupported(decoder)),
    };
    let mut header = jpeg::header(decoder);
    // 12-bit and lossless samples are 16 bits wide before they become a raster.
    header.decoded_bytes *= 3;
    let (size, allowed) = ((header.width, header.height), limits.decoded_bytes);
    let decode: Decode<'a> = Box::new(move |_, _| {
        let samples = if wide {
            wide_samples(bytes)
        } else {
            samples(bytes, layout, allowed)
        };
        let raster = Raster::new(size, layout, samples.map_err(|e| refuse(e, allowed))?);
        raster.map(Decoded::Raster).ok_or_else(|| {
            let detail = "pixels do not match the header".into();
            let format = Format::Jpeg;
            PictureError::Malformed { format, detail }.into()
        })
    });
    // `decoded_bytes` counts all three copies already.
    Ok(Opened::new(header, decode).with_memory(Memory::Whole { besides: 0 }))
}

fn unsupported(decoder: &Decoder<'_>) -> Error {
    let found = decoder.header();
    let (bits, components) = (found.precision, found.components.len());
    let feature = format!(
        "{} process, {bits} bits, {components} components",
        found.process
    );
    let format = Format::Jpeg;
    PictureError::Unsupported { format, feature }.into()
}

/// Samples of 8 bits; those of 12 are rounded down to them.
fn samples(bytes: &[u8], layout: Layout, allowed: u64) -> Result<Samples, JpegError> {
    let limits = DecodeLimits {
        max_scans: MOST_SCANS,
        max_memory: Some(allowed),
        ..DecodeLimits::default()
    };
    let mut library = Library::new_with_limits(bytes, limits)?;
    library.set_output_format(match layout {
        Layout::Gray => PixelFormat::Grayscale,
        _ => PixelFormat::Rgb,
    });
    Ok(Samples::U8(library.decode_image()?.data))
}

/// Lossless samples of 9 to 16 bits, scaled to 16.
fn wide_samples(bytes: &[u8]) -> Result<Samples, JpegError> {
    let picture = decompress_lossless_arbitrary(bytes)?;
    let most = (1_u32 << picture.precision.clamp(1, 16)) - 1;
    let stretch = |sample: u16| (u32::from(sample) * 65_535 / most).min(65_535) as u16;
    Ok(Samples::U16(
        picture.data.into_iter().map(stretch).collect(),
    ))
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: JpegError, allowed: u64) -> Error {
    let (format, detail) = (Format::Jpeg, error.to_string());
    match error {
        JpegError::LimitExceeded { actual, .. } => LimitExceeded {
            limit: Limit::Work,
            found: actual,
            allowed,
        }
        .into(),
        JpegError::Unsupported(feature) => PictureError::Unsupported { format, feature }.into(),
        _ => PictureError::Malformed { format, detail }.into(),
    }
}
