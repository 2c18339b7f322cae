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
    Ico,
    Jpeg,
    Jpeg2000,
    JpegXl,
    Pdf,
    Png,
    Pnm,
    Psd,
    Qoi,
    Svg,
    Tga,
    Tiff,
    WebP,
}

impl Format {
    /// Recognises a format by the first bytes of the content; 1,024 bytes are enough. TGA has no
    /// signature: it is recognised by a plausible header.
    #[must_use]
    pub fn recognize(start: &[u8]) -> Option<Self> {
        codec::recognize(start).map(|codec| codec.format)
    }

    /// Whether files with this extension (without dot, any case) are pictures by custom; `ff`,
    /// `pdf` and some others are used for much else.
    #[must_use]
    pub fn is_picture_extension(extension: &str) -> bool {
        const AMBIGUOUS: [&str; 5] = ["ai", "ff", "icb", "pdf", "vst"];
        let extension = extension.to_ascii_lowercase();
        if AMBIGUOUS.contains(&extension.as_str()) {
            return false;
        }
        codec::TABLE
            .iter()
            .any(|codec| codec.extensions.contains(&extension.as_str()))
    }

    /// Whether content recognised as this format is a picture beyond doubt: TGA has no signature,
    /// and a PDF is a document first.
    #[must_use]
    pub fn is_surely_a_picture(self) -> bool {
        !matches!(self, Self::Tga | Self::Pdf)
    }

    /// Whether pictures of this format are decoded, not merely recognised.
    #[must_use]
    pub fn is_decoded(self) -> bool {
        codec::TABLE
            .iter()
            .any(|codec| codec.format == self && codec.is_decoded())
    }

    /// The format's usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        codec::TABLE
            .iter()
            .find(|codec| codec.format == self)
            .map_or("unknown", |codec| codec.name)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
