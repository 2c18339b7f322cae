//! JPEG: baseline, progressive and lossless; gray, YCbCr, RGB, CMYK and YCCK.

use jpeg_decoder::{Decoder, Error as JpegError, PixelFormat};

use super::{Header, Opened};
use crate::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limits, PictureError, exif};

/// Reads the header.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let mut decoder = Decoder::new(bytes);
    let budget = usize::try_from(limits.decoded_bytes).unwrap_or(usize::MAX);
    decoder.set_max_decoding_buffer_size(budget);
    decoder.read_info().map_err(refuse)?;
    let info = decoder.info().ok_or_else(|| malformed("no frame header"))?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    let layout = match info.pixel_format {
        PixelFormat::L8 | PixelFormat::L16 => Layout::Gray,
        PixelFormat::RGB24 => Layout::Rgb,
        PixelFormat::CMYK32 => Layout::Cmyk,
    };
    let pixel_bytes = info.pixel_format.pixel_bytes() as u64;
    let header = Header {
        width,
        height,
        decoded_bytes: u64::from(width) * u64::from(height) * pixel_bytes,
        orientation: decoder
            .exif_data()
            .and_then(exif::orientation)
            .unwrap_or_default(),
        icc: decoder.icc_profile(),
        frames: 1,
    };
    let decode = move |_: &_| {
        let samples = decoder.decode().map_err(refuse)?;
        let samples = match info.pixel_format {
            PixelFormat::L16 => Samples::U16(bytemuck::pod_collect_to_vec(&samples)),
            _ => Samples::U8(samples),
        };
        Raster::new((width, height), layout, samples)
            .ok_or_else(|| malformed("pixels do not match the header").into())
    };
    Ok(Opened {
        header,
        decode: Box::new(decode),
    })
}

fn malformed(detail: &str) -> PictureError {
    PictureError::Malformed {
        format: Format::Jpeg,
        detail: detail.into(),
    }
}

fn refuse(error: JpegError) -> Error {
    let format = Format::Jpeg;
    match error {
        JpegError::Unsupported(feature) => PictureError::Unsupported {
            format,
            feature: format!("{feature:?}"),
        },
        JpegError::Io(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => {
            PictureError::Truncated {
                format,
                detail: "the file ends inside the picture".into(),
            }
        }
        JpegError::Format(detail) => PictureError::Malformed { format, detail },
        other => PictureError::Malformed {
            format,
            detail: other.to_string(),
        },
    }
    .into()
}
