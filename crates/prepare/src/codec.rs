//! One table of codecs: names, extensions, magic bytes, what is supported, and what decodes it.

mod av1;
mod avif;
mod bmp;
mod c_source;
mod dds;
mod extras;
mod heif;
mod hevc;
mod icns;
mod ifd;
mod isobmff;
mod jpeg;
mod jpeg2000;
mod jpeg_xl;
mod library;
mod magic;
mod mosaic;
mod pam;
mod pdf;
mod pfm;
mod png;
mod psd;
mod rare_jpeg;
mod rare_tiff;
mod raw;
mod sgi;
mod sun;
mod svg;
mod tiff;

use avatar_jpeg::Scratch;
use image::ImageFormat;

use crate::color::Color;
use crate::decode::Decoded;
use crate::footprint::Footprint;
use crate::plan::Plan;
use crate::{Error, Format, Limits, Note, Orientation, PictureError, reduce};

/// A row of the table.
pub(crate) struct Codec {
    pub(crate) format: Format,
    pub(crate) name: &'static str,
    /// Lower case, without dot.
    pub(crate) extensions: &'static [&'static str],
    /// What of the format is decoded, in words.
    pub(crate) support: &'static str,
    /// The crate that decodes it.
    pub(crate) library: &'static str,
    matches: fn(&[u8]) -> bool,
    open: Open,
}

/// Reads the header of a picture of one format.
type Open = for<'a> fn(&'a [u8], &Limits) -> Result<Opened<'a>, Error>;

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
    pub(crate) note: Option<Note>,
}

impl Header {
    /// A single upright picture.
    fn new((width, height): (u32, u32), decoded_bytes: u64, color: Color) -> Self {
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
            note: None,
        }
    }
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

    /// That of a decoder that reduces the rows it hands over, `rows` of them at a time.
    fn reduced(&self, rows: u64, plan: &Plan) -> Footprint {
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
    fn peaking(&self, peak: u64, plan: &Plan) -> Footprint {
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
    ($format:ident, $name:literal, [$($extension:literal),+], $matches:expr, $open:expr, $library:literal, $support:literal) => {
        Codec {
            format: Format::$format,
            name: $name,
            extensions: &[$($extension),+],
            support: $support,
            library: $library,
            matches: $matches,
            open: $open,
        }
    };
}

/// A row of a format that the `image` crate decodes.
macro_rules! library {
    ($format:ident, $library_format:ident, $name:literal, $extensions:tt, $matches:expr, $support:literal) => {
        codec!(
            $format,
            $name,
            $extensions,
            $matches,
            |bytes, limits| library::open(
                Format::$format,
                ImageFormat::$library_format,
                bytes,
                limits
            ),
            "image",
            $support
        )
    };
}

/// All formats, most certain signature first.
#[rustfmt::skip]
pub(crate) static TABLE: &[Codec] = &[
    codec!(Jpeg, "JPEG", ["jpg", "jpeg", "jpe", "jfif", "jif", "mpo"], |b| b.starts_with(&[0xff, 0xd8]), open_jpeg, "avatar-jpeg, libjpeg-turbo-rs",
        "baseline, progressive, arithmetic, lossless; 8 to 16 bits; gray, RGB, YCbCr, CMYK, YCCK; of MPO and Ultra HDR the base picture; damaged ones as far as nine tenths are there"),
    codec!(Png, "PNG", ["png", "apng"], |b| b.starts_with(b"\x89PNG\r\n\x1a\n"), png::open, "png", "all; of APNG the first frame"),
    library!(Gif, Gif, "GIF", ["gif"], |b| b.starts_with(b"GIF87a") || b.starts_with(b"GIF89a"), "first frame"),
    library!(WebP, WebP, "WebP", ["webp"], |b| magic::riff(b, b"WEBP"), "lossy, lossless, alpha; first frame"),
    codec!(Raw, "camera raw", ["dng", "cr2", "cr3", "nef", "nrw", "arw", "srf", "sr2", "pef", "raf", "orf", "rw2", "raw", "srw", "rwl", "3fr", "iiq"], magic::raw, raw::open, "avatar-jpeg",
        "the largest JPEG that the camera embedded"),
    codec!(Tiff, "TIFF", ["tif", "tiff"], magic::tiff, rare_tiff::open, "tiff",
        "first page; BigTIFF; 1 to 64 bits, integers and floats; gray, RGB, palettes, CMYK, Lab, YCbCr; LZW, deflate, PackBits, fax, JPEG, LZMA, WebP"),
    codec!(Bmp, "BMP", ["bmp", "dib"], magic::bmp, bmp::open, "image", "1 to 32 bits, run lengths, bit fields, embedded JPEG and PNG; of OS/2 all but fax"),
    codec!(Pfm, "PFM", ["pfm"], magic::pfm, pfm::open, "avatar-prepare", "gray and RGB floats"),
    library!(Ico, Ico, "ICO", ["ico", "cur"], magic::ico, "the largest picture"),
    codec!(Icns, "ICNS", ["icns"], |b| b.starts_with(b"icns"), icns::open, "image, hayro-jpeg2000",
        "the largest picture; PNG, JPEG 2000, 24 bits and ARGB"),
    library!(Qoi, Qoi, "QOI", ["qoi"], |b| b.starts_with(b"qoif"), "all"),
    codec!(Dds, "DDS", ["dds"], |b| b.starts_with(b"DDS "), dds::open, "image-extras", "BC1 to BC7, uncompressed of any masks, palettes; the largest picture"),
    library!(Hdr, Hdr, "Radiance HDR", ["hdr", "rgbe"], |b| b.starts_with(b"#?RADIANCE") || b.starts_with(b"#?RGBE"), "RGBE"),
    library!(Exr, OpenExr, "OpenEXR", ["exr"], |b| b.starts_with(&[0x76, 0x2f, 0x31, 0x01]), "first flat layer of RGB or RGBA"),
    library!(Farbfeld, Farbfeld, "farbfeld", ["ff"], |b| b.starts_with(b"farbfeld"), "all"),
    codec!(Pnm, "PNM", ["pnm", "pbm", "pgm", "ppm", "pam"], magic::pnm, pam::open, "image", "PBM, PGM, PPM, PAM, also of CMYK"),
    codec!(Avif, "AVIF", ["avif", "avifs"], |b| magic::brand(b, &[b"avif", b"avis"]), avif::open, "re_rav1d",
        "8, 10 and 12 bits, alpha, grids, clean aperture; first frame"),
    codec!(Heif, "HEIF", ["heic", "heif", "hif"], |b| magic::brand(b, &[b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"]), heif::open, "heic-decoder",
        "HEVC and AV1: 8 to 12 bits, alpha, grids, clean aperture; primary picture or first frame"),
    codec!(JpegXl, "JPEG XL", ["jxl"], |b| b.starts_with(&[0xff, 0x0a]) || b.starts_with(b"\0\0\0\x0cJXL \r\n\x87\n"), jpeg_xl::open, "jxl",
        "all depths, alpha, CMYK; first frame"),
    codec!(Jpeg2000, "JPEG 2000", ["jp2", "j2k", "jpf", "jpx", "j2c", "jpc"], |b| b.starts_with(b"\0\0\0\x0cjP  \r\n\x87\n") || b.starts_with(&[0xff, 0x4f, 0xff, 0x51]), jpeg2000::open, "hayro-jpeg2000",
        "part 1; gray, RGB, CMYK, palettes, alpha"),
    codec!(Psd, "PSD", ["psd", "psb"], |b| b.starts_with(b"8BPS\0\x01") || b.starts_with(b"8BPS\0\x02"), psd::open, "avatar-prepare",
        "the merged picture; bitmap, gray, indexed, RGB, CMYK, Lab; 1 to 32 bits"),
    codec!(Pdf, "PDF", ["pdf", "ai"], |b| b.starts_with(b"%PDF-"), pdf::open, "hayro",
        "first page, also of Illustrator files; not encrypted ones"),
    codec!(Svg, "SVG", ["svg", "svgz"], magic::svg, svg::open, "resvg",
        "static, text in the system's fonts; nothing is fetched, scripts are not run"),
    codec!(Sgi, "SGI", ["sgi", "rgb", "rgba", "bw"], magic::sgi, sgi::open, "image-extras", "gray, RGB, RGBA; 8 and 16 bits, run lengths"),
    codec!(Sun, "Sun raster", ["ras", "sun"], |b| b.starts_with(&[0x59, 0xa6, 0x6a, 0x95]), sun::open, "avatar-prepare", "1, 8, 24 and 32 bits, run lengths"),
    codec!(Xpm, "XPM", ["xpm"], magic::xpm, c_source::xpm, "image-extras", "XPM 3"),
    codec!(Xbm, "XBM", ["xbm"], magic::xbm, c_source::xbm, "image-extras", "X10 and X11"),
    codec!(Pcx, "PCX", ["pcx"], magic::pcx, extras::pcx, "image-extras", "palettes and 24 bits"),
    library!(Tga, Tga, "TGA", ["tga", "icb", "vda", "vst"], magic::tga, "true colour, gray, palettes, run lengths"),
    codec!(Wbmp, "WBMP", ["wbmp"], magic::wbmp, extras::wbmp, "image-extras", "type 0"),
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
    Ok((codec.format, (codec.open)(bytes, limits)?))
}

/// What decoding the picture will take. A codec without a function of its own is taken to need its
/// samples twice.
pub(crate) fn footprint(bytes: &[u8], header: &Header, plan: &Plan) -> Footprint {
    if let Some(peak) = header.peak {
        return header.peaking(peak, plan);
    }
    if let Some(rows) = header.band {
        return header.reduced(rows, plan);
    }
    match recognize(bytes).map(|codec| codec.format) {
        // Its size in memory is counted three times already.
        Some(Format::Jpeg) if rare_jpeg::matches(bytes) => Some(header.footprint(0, plan)),
        Some(Format::Jpeg) => jpeg::footprint(bytes, plan),
        Some(Format::Png) if !png::is_interlaced(bytes) => Some(header.reduced(1, plan)),
        Some(Format::Jpeg2000) => jpeg2000::footprint(bytes, header, plan),
        Some(_) if header.is_scalable => Some(drawing(bytes, plan)),
        Some(Format::Png | Format::Tiff) | None => None,
        Some(format) => Some(library::footprint((format, bytes), header, plan)),
    }
    .unwrap_or_else(|| header.footprint(header.decoded_bytes, plan))
}

/// A tree of what is drawn, and some layers as large as the square.
fn drawing(bytes: &[u8], plan: &Plan) -> Footprint {
    let square = 4 * u64::from(plan.edge()) * u64::from(plan.edge());
    Footprint {
        decoding: 32 * bytes.len() as u64 + 8 * square,
        decoded: square,
        pixel: 4,
        side: plan.edge().into(),
    }
}

/// The error of a file whose header is whole and whose pixels are not.
fn ends_inside(format: Format) -> Error {
    let detail = "the file ends inside the picture".into();
    PictureError::Truncated { format, detail }.into()
}

fn open_jpeg<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    if rare_jpeg::matches(bytes) {
        return rare_jpeg::open(bytes, limits);
    }
    jpeg::open(bytes, limits)
}
