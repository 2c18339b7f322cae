//! The picture formats that are read: names, extensions, and which crate decodes them.

use std::fmt;

/// A picture format, as recognised by content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)] // the names say it all
pub enum Format {
    Avif,
    Bmp,
    Dds,
    Exr,
    Farbfeld,
    Gif,
    Hdr,
    Heif,
    Icns,
    Ico,
    Jpeg,
    Jpeg2000,
    JpegXl,
    Pcx,
    Pdf,
    Pfm,
    Png,
    Pnm,
    Psd,
    Qoi,
    Raw,
    Sgi,
    Sun,
    Svg,
    Tga,
    Tiff,
    Wbmp,
    WebP,
    Xbm,
    Xpm,
}

impl Format {
    /// Whether files with this extension (without dot, any case) are usually pictures. False for
    /// `ff`, `raw` and some others, which other kinds of files use too.
    #[must_use]
    pub fn is_picture_extension(extension: &str) -> bool {
        const AMBIGUOUS: [&str; 7] = ["bw", "ff", "icb", "raw", "rgb", "rgba", "vst"];
        let extension = extension.to_ascii_lowercase();
        if AMBIGUOUS.contains(&extension.as_str()) {
            return false;
        }
        ROWS.iter()
            .any(|row| row.extensions.contains(&extension.as_str()))
    }

    /// Whether content recognised as this format is certainly a picture. It is not certain for TGA
    /// and WBMP, which have no signature, for PCX, whose signature is short, and for XBM, which is
    /// source code.
    #[must_use]
    pub fn is_surely_a_picture(self) -> bool {
        !matches!(self, Self::Tga | Self::Wbmp | Self::Pcx | Self::Xbm)
    }

    /// Every format, in the order in which content is compared with them.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.format)
    }

    /// The format's usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("unknown", |row| row.name)
    }

    /// Extensions in use, lower case, without dot.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        self.row().map_or(&[], |row| row.extensions)
    }

    /// What of the format is decoded, as a phrase.
    #[must_use]
    pub fn support(self) -> &'static str {
        self.row().map_or("", |row| row.support)
    }

    /// The crate that decodes it.
    #[must_use]
    pub fn library(self) -> &'static str {
        self.row().map_or("", |row| row.library)
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.format == self)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A row of the table of formats.
struct Row {
    format: Format,
    name: &'static str,
    /// Lower case, without dot.
    extensions: &'static [&'static str],
    /// The crate that decodes it.
    library: &'static str,
    /// What of the format is decoded, in words.
    support: &'static str,
}

/// One row.
const fn row(
    format: Format,
    name: &'static str,
    extensions: &'static [&'static str],
    library: &'static str,
    support: &'static str,
) -> Row {
    Row {
        format,
        name,
        extensions,
        library,
        support,
    }
}

/// All formats, those with the most certain signature first.
#[rustfmt::skip]
static ROWS: &[Row] = &[
    row(Format::Jpeg, "JPEG", &["jpg", "jpeg", "jpe", "jfif", "jif", "mpo"], "avatar-jpeg",
        "baseline, progressive, arithmetic, lossless; 8 and 12 bits, lossless 2 to 16; gray, RGB, YCbCr, CMYK, YCCK; of MPO and Ultra HDR the base picture; damaged ones if nine tenths can be decoded"),
    row(Format::Png, "PNG", &["png", "apng"], "png", "all; of APNG the default image, mostly the first frame"),
    row(Format::Gif, "GIF", &["gif"], "gif, image", "first frame"),
    row(Format::WebP, "WebP", &["webp"], "avatar-prepare, rusty_webp, image", "lossy, lossless, alpha; first frame"),
    row(Format::Raw, "camera raw", &["dng", "cr2", "cr3", "nef", "nrw", "arw", "srf", "sr2", "pef", "raf", "orf", "rw2", "raw", "srw", "rwl", "3fr", "iiq"], "avatar-jpeg",
        "the largest JPEG that the camera embedded"),
    row(Format::Tiff, "TIFF", &["tif", "tiff"], "tiff",
        "first page; BigTIFF; 1 to 64 bits, integers and floats; gray, RGB, palettes, CMYK, Lab, YCbCr; LZW, deflate, PackBits, fax, JPEG, LZMA, WebP"),
    row(Format::Bmp, "BMP", &["bmp", "dib"], "image",
        "1 to 32 bits, run lengths, bit fields, embedded JPEG and PNG; of OS/2 all but fax"),
    row(Format::Pfm, "PFM", &["pfm"], "avatar-prepare", "gray and RGB floats"),
    row(Format::Ico, "ICO", &["ico", "cur"], "avatar-prepare, png", "the largest picture; bitmaps and PNG of every kind"),
    row(Format::Icns, "ICNS", &["icns"], "image, hayro-jpeg2000", "the largest picture; PNG, JPEG 2000, 24 bits and ARGB"),
    row(Format::Qoi, "QOI", &["qoi"], "image", "all"),
    row(Format::Dds, "DDS", &["dds"], "image-extras",
        "BC1 to BC7, uncompressed of any masks, palettes; the largest picture"),
    row(Format::Hdr, "Radiance HDR", &["hdr", "rgbe"], "image", "RGBE"),
    row(Format::Exr, "OpenEXR", &["exr"], "image, exr", "first flat layer of RGB, RGBA or luminance, also a named one"),
    row(Format::Farbfeld, "farbfeld", &["ff"], "image", "all"),
    row(Format::Pnm, "PNM", &["pnm", "pbm", "pgm", "ppm", "pam"], "image", "PBM, PGM, PPM, PAM, also of CMYK"),
    row(Format::Avif, "AVIF", &["avif", "avifs"], "re_rav1d", "8, 10 and 12 bits, alpha, grids, clean aperture; first frame"),
    row(Format::Heif, "HEIF", &["heic", "heif", "hif"], "avatar-hevc, heic-decoder",
        "HEVC and AV1: 8 to 12 bits, alpha, grids, clean aperture; primary picture or first frame"),
    row(Format::JpegXl, "JPEG XL", &["jxl"], "jxl", "all depths, alpha, CMYK; first frame"),
    row(Format::Jpeg2000, "JPEG 2000", &["jp2", "j2k", "jpf", "jpx", "j2c", "jpc"], "hayro-jpeg2000",
        "part 1; gray, RGB, CMYK, palettes, alpha"),
    row(Format::Psd, "PSD", &["psd", "psb"], "avatar-prepare",
        "the merged picture or the layers; bitmap, gray, indexed, RGB, CMYK, Lab; 1 to 16 bits, gray and RGB also 32"),
    row(Format::Pdf, "PDF", &["pdf", "ai"], "hayro", "first page, also of Illustrator files; not encrypted ones"),
    row(Format::Svg, "SVG", &["svg", "svgz"], "resvg",
        "static, text in the system's fonts; nothing is fetched, scripts are not run"),
    row(Format::Sgi, "SGI", &["sgi", "rgb", "rgba", "bw"], "image-extras", "gray, RGB, RGBA; 8 and 16 bits, run lengths"),
    row(Format::Sun, "Sun raster", &["ras", "sun"], "avatar-prepare", "1, 8, 24 and 32 bits, run lengths"),
    row(Format::Xpm, "XPM", &["xpm"], "image-extras", "XPM 3"),
    row(Format::Xbm, "XBM", &["xbm"], "image-extras", "X10 and X11"),
    row(Format::Pcx, "PCX", &["pcx"], "image-extras", "palettes, 24 and 32 bits"),
    row(Format::Tga, "TGA", &["tga", "icb", "vda", "vst"], "image", "true colour, gray, palettes, run lengths"),
    row(Format::Wbmp, "WBMP", &["wbmp"], "image-extras", "type 0"),
];
