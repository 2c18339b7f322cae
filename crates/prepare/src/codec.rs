//! One table of codecs: names, extensions, magic bytes, and what decodes them.

mod jpeg;
mod library;
mod magic;
mod rare_jpeg;

use avatar_jpeg::Scratch;
use image::ImageFormat;

use crate::color::Color;
use crate::decode::Decoded;
use crate::footprint::Footprint;
use crate::plan::Plan;
use crate::{Error, Format, Limits, Orientation, PictureError};

/// A row of the table.
pub(crate) struct Codec {
    pub(crate) format: Format,
    pub(crate) name: &'static str,
    /// Lower case, without dot.
    pub(crate) extensions: &'static [&'static str],
    matches: fn(&[u8]) -> bool,
    decoder: Decoder,
}

impl Codec {
    pub(crate) fn is_decoded(&self) -> bool {
        !matches!(self.decoder, Decoder::None)
    }
}

/// What decodes a format.
enum Decoder {
    Jpeg,
    /// JPEG processes that `avatar-jpeg` leaves out.
    RareJpeg,
    Library(ImageFormat),
    /// Recognised, so that the message can name it.
    None,
}

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
}

impl Header {
    /// That of a decoder that makes the whole raster and takes `more` bytes besides.
    fn footprint(&self, more: u64, plan: &Plan) -> Footprint {
        Footprint {
            decoding: self.decoded_bytes.saturating_add(more),
            decoded: self.decoded_bytes,
            pixel: self.decoded_bytes.div_ceil(self.pixels()),
            side: plan.crop().width.into(),
        }
    }

    fn pixels(&self) -> u64 {
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

macro_rules! codec {
    ($format:ident, $name:literal, [$($extension:literal),+], $matches:expr, $decoder:expr) => {
        Codec {
            format: Format::$format,
            name: $name,
            extensions: &[$($extension),+],
            matches: $matches,
            decoder: $decoder,
        }
    };
}

/// All formats, most certain signature first.
#[rustfmt::skip]
pub(crate) static TABLE: &[Codec] = &[
    codec!(Jpeg, "JPEG", ["jpg", "jpeg"], rare_jpeg::matches, Decoder::RareJpeg),
    codec!(Jpeg, "JPEG", ["jpg", "jpeg", "jpe", "jfif", "jif", "mpo"], |b| b.starts_with(&[0xff, 0xd8]), Decoder::Jpeg),
    codec!(Png, "PNG", ["png", "apng"], |b| b.starts_with(b"\x89PNG\r\n\x1a\n"), Decoder::Library(ImageFormat::Png)),
    codec!(Gif, "GIF", ["gif"], |b| b.starts_with(b"GIF87a") || b.starts_with(b"GIF89a"), Decoder::Library(ImageFormat::Gif)),
    codec!(WebP, "WebP", ["webp"], |b| magic::riff(b, b"WEBP"), Decoder::Library(ImageFormat::WebP)),
    codec!(Tiff, "TIFF", ["tif", "tiff"], magic::tiff, Decoder::Library(ImageFormat::Tiff)),
    codec!(Bmp, "BMP", ["bmp", "dib"], magic::bmp, Decoder::Library(ImageFormat::Bmp)),
    codec!(Ico, "ICO", ["ico", "cur"], magic::ico, Decoder::Library(ImageFormat::Ico)),
    codec!(Qoi, "QOI", ["qoi"], |b| b.starts_with(b"qoif"), Decoder::Library(ImageFormat::Qoi)),
    codec!(Dds, "DDS", ["dds"], |b| b.starts_with(b"DDS "), Decoder::Library(ImageFormat::Dds)),
    codec!(Hdr, "Radiance HDR", ["hdr", "rgbe"], |b| b.starts_with(b"#?RADIANCE") || b.starts_with(b"#?RGBE"), Decoder::Library(ImageFormat::Hdr)),
    codec!(Exr, "OpenEXR", ["exr"], |b| b.starts_with(&[0x76, 0x2f, 0x31, 0x01]), Decoder::Library(ImageFormat::OpenExr)),
    codec!(Farbfeld, "farbfeld", ["ff"], |b| b.starts_with(b"farbfeld"), Decoder::Library(ImageFormat::Farbfeld)),
    codec!(Pnm, "PNM", ["pnm", "pbm", "pgm", "ppm", "pam"], magic::pnm, Decoder::Library(ImageFormat::Pnm)),
    codec!(Avif, "AVIF", ["avif", "avifs"], |b| magic::brand(b, &[b"avif", b"avis"]), Decoder::None),
    codec!(Heif, "HEIF", ["heic", "heif", "hif"], |b| magic::brand(b, &[b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"]), Decoder::None),
    codec!(JpegXl, "JPEG XL", ["jxl"], |b| b.starts_with(&[0xff, 0x0a]) || b.starts_with(b"\0\0\0\x0cJXL \r\n\x87\n"), Decoder::None),
    codec!(Jpeg2000, "JPEG 2000", ["jp2", "j2k", "jpf", "jpx", "j2c"], |b| b.starts_with(b"\0\0\0\x0cjP  \r\n\x87\n") || b.starts_with(&[0xff, 0x4f, 0xff, 0x51]), Decoder::None),
    codec!(Psd, "PSD", ["psd", "psb"], |b| b.starts_with(b"8BPS"), Decoder::None),
    codec!(Pdf, "PDF", ["pdf", "ai"], |b| b.starts_with(b"%PDF-"), Decoder::None),
    codec!(Svg, "SVG", ["svg", "svgz"], magic::svg, Decoder::None),
    codec!(Tga, "TGA", ["tga", "icb", "vda", "vst"], magic::tga, Decoder::Library(ImageFormat::Tga)),
];

/// The row of the format that `start` is the start of.
pub(crate) fn recognize(start: &[u8]) -> Option<&'static Codec> {
    TABLE.iter().find(|codec| (codec.matches)(start))
}

/// Reads the header of a picture of any format.
pub(crate) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<(Format, Opened<'a>), Error> {
    let codec = recognize(bytes).ok_or_else(|| PictureError::UnrecognizedFormat {
        found: magic::describe(bytes),
    })?;
    let opened = match codec.decoder {
        Decoder::Jpeg => jpeg::open(bytes, limits),
        Decoder::RareJpeg => rare_jpeg::open(bytes, limits),
        Decoder::Library(format) => library::open(codec.format, format, bytes, limits),
        Decoder::None => Err(PictureError::Unsupported {
            format: codec.format,
            feature: "no decoder for this format".into(),
        }
        .into()),
    }?;
    Ok((codec.format, opened))
}

/// What decoding the picture will take. A codec without a function of its own is taken to need its
/// samples twice.
pub(crate) fn footprint(bytes: &[u8], header: &Header, plan: &Plan) -> Footprint {
    match recognize(bytes).map(|codec| &codec.decoder) {
        Some(Decoder::Jpeg) => jpeg::footprint(bytes, plan),
        // Its size in memory is counted three times already.
        Some(Decoder::RareJpeg) => Some(header.footprint(0, plan)),
        Some(Decoder::Library(format)) => Some(library::footprint(*format, header, plan)),
        _ => None,
    }
    .unwrap_or_else(|| header.footprint(header.decoded_bytes, plan))
}
