//! The closed set of picture formats that are told apart.

use std::fmt;

use crate::codec;

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
    /// Recognises a format by the first bytes of the content; 1,024 bytes are enough. TGA and
    /// WBMP have no signature: they are recognised by a plausible header.
    #[must_use]
    pub fn recognize(start: &[u8]) -> Option<Self> {
        codec::recognize(start).map(|codec| codec.format)
    }

    /// Whether files with this extension (without dot, any case) are pictures by custom; `ff`,
    /// `raw` and some others are used for much else.
    #[must_use]
    pub fn is_picture_extension(extension: &str) -> bool {
        const AMBIGUOUS: [&str; 7] = ["bw", "ff", "icb", "raw", "rgb", "rgba", "vst"];
        let extension = extension.to_ascii_lowercase();
        if AMBIGUOUS.contains(&extension.as_str()) {
            return false;
        }
        codec::TABLE
            .iter()
            .any(|codec| codec.extensions.contains(&extension.as_str()))
    }

    /// Whether content recognised as this format is a picture beyond doubt: TGA and WBMP have no
    /// signature, that of PCX is short, and XBM is source code.
    #[must_use]
    pub fn is_surely_a_picture(self) -> bool {
        !matches!(self, Self::Tga | Self::Wbmp | Self::Pcx | Self::Xbm)
    }

    /// Every format, in the order in which content is compared with them.
    pub fn all() -> impl Iterator<Item = Self> {
        codec::TABLE.iter().map(|codec| codec.format)
    }

    /// The format's usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("unknown", |codec| codec.name)
    }

    /// Extensions in use, lower case, without dot.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        self.row().map_or(&[], |codec| codec.extensions)
    }

    /// What of the format is decoded, as a phrase.
    #[must_use]
    pub fn support(self) -> &'static str {
        self.row().map_or("", |codec| codec.support)
    }

    /// The crate that decodes it.
    #[must_use]
    pub fn library(self) -> &'static str {
        self.row().map_or("", |codec| codec.library)
    }

    fn row(self) -> Option<&'static codec::Codec> {
        codec::TABLE.iter().find(|codec| codec.format == self)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
