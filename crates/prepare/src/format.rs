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
    /// Recognises a format by the first bytes of the content; 512 bytes are enough. TGA has no
    /// signature: it is recognised by a plausible header.
    #[must_use]
    pub fn recognize(start: &[u8]) -> Option<Self> {
        codec::recognize(start).map(|codec| codec.format)
    }

    /// Whether files with this extension (without dot, any case) are pictures by custom.
    #[must_use]
    pub fn is_picture_extension(extension: &str) -> bool {
        let extension = extension.to_ascii_lowercase();
        codec::TABLE
            .iter()
            .any(|codec| codec.extensions.contains(&extension.as_str()))
    }

    /// Whether the format has a signature, so that recognising it is certain.
    #[must_use]
    pub fn has_signature(self) -> bool {
        self != Self::Tga
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
