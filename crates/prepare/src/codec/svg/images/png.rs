//! Passes pixels to the renderer as PNG.

use png::{ColorType, Compression, Encoder};

use crate::pixels::raster::{Raster, Samples};
use crate::{Error, Format, PictureError};

/// Hash of a picture's content.
pub(super) type Key = u64;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";

/// A PNG with a header and the picture's key but without pixels; the renderer reads only the header
/// while it parses.
pub(super) fn placeholder((width, height): (u32, u32), key: Key) -> Vec<u8> {
    let mut png = SIGNATURE.to_vec();
    png.extend(width.to_be_bytes());
    png.extend(height.to_be_bytes());
    png.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    png.extend(key.to_be_bytes());
    png
}

/// The key in a placeholder.
pub(super) fn key(png: &[u8]) -> Option<Key> {
    png.last_chunk::<8>().map(|key| Key::from_be_bytes(*key))
}

/// Encodes a PNG with little compression, which is fast to write and to read.
pub(super) fn encode(raster: &Raster) -> Result<Vec<u8>, Error> {
    let fault = |detail: String| -> Error {
        PictureError::Malformed {
            format: Format::Png,
            detail,
        }
        .into()
    };
    let Samples::U8(samples) = &raster.samples else {
        return Err(fault("its samples are not of 8 bits".into()));
    };
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, raster.width, raster.height);
    encoder.set_color(ColorType::Rgba);
    encoder.set_compression(Compression::Fastest);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(samples)?;
        writer.finish()
    });
    written.map_err(|error| fault(error.to_string()))?;
    Ok(png)
}
