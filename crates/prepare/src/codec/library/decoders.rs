//! The library's decoders of formats that it reads alone. Its `ImageReader` is not used, because it has all
//! its decoders compiled here.

use image::codecs::bmp::BmpDecoder;
use image::codecs::farbfeld::FarbfeldDecoder;
use image::codecs::hdr::HdrDecoder;
#[cfg(feature = "rare")]
use image::codecs::openexr::OpenExrDecoder;
use image::codecs::pnm::PnmDecoder;
#[cfg(feature = "rare")]
use image::codecs::qoi::QoiDecoder;
use image::codecs::tga::TgaDecoder;
use image::error::{ImageError, ImageFormatHint};
use image::{ImageDecoder, ImageFormat};

use crate::Limits;
use crate::codec::whole_file::WholeFile;

/// Boxed, so that what uses it is compiled only once, not for each decoder.
pub(super) type AnyDecoder<'a> = Box<dyn ImageDecoder + 'a>;

/// The decoder of a format, which has read the header.
pub(super) fn decoder(
    format: ImageFormat,
    bytes: &[u8],
    limits: image::Limits,
) -> Result<AnyDecoder<'_>, ImageError> {
    let file = WholeFile::new(bytes);
    let mut decoder: AnyDecoder<'_> = match format {
        ImageFormat::Bmp => Box::new(BmpDecoder::new(file)?),
        ImageFormat::Farbfeld => Box::new(FarbfeldDecoder::new(file)?),
        // The other first line of the format: the decoder knows it as a comment.
        ImageFormat::Hdr if bytes.starts_with(b"#?RGBE") => {
            Box::new(HdrDecoder::new_nonstrict(file)?)
        }
        ImageFormat::Hdr => Box::new(HdrDecoder::new(file)?),
        ImageFormat::Pnm => Box::new(PnmDecoder::new(file)?),
        ImageFormat::Tga => Box::new(TgaDecoder::new(file)?),
        #[cfg(feature = "rare")]
        ImageFormat::OpenExr => Box::new(OpenExrDecoder::new(file)?),
        #[cfg(feature = "rare")]
        ImageFormat::Qoi => Box::new(QoiDecoder::new(file)?),
        other => {
            let format = ImageFormatHint::Exact(other);
            return Err(ImageError::Unsupported(format.into()));
        }
    };
    decoder.set_limits(limits)?;
    Ok(decoder)
}

/// Limits for the library. Sides and pixels are checked here already; decoders may need the same
/// amount of memory again for intermediate buffers.
pub(super) fn library_limits(limits: &Limits) -> image::Limits {
    let mut library = image::Limits::no_limits();
    library.max_alloc = Some(limits.decoded_bytes.saturating_mul(2));
    library
}
