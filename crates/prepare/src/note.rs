//! Notes: notable events that are not errors.

use std::fmt;

/// A notable event that is not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The original is smaller than the edge asked for, and enlarging is off.
    SmallerThanAsked {
        /// Edge made, in pixels.
        edge: u32,
        /// Edge asked for, in pixels.
        asked: u32,
    },
    /// The edge was made smaller than planned, because that gave the better picture under the cap.
    Shrunk {
        /// Edge made, in pixels.
        edge: u32,
        /// Edge planned, in pixels.
        planned: u32,
    },
    /// The original was enlarged.
    Enlarged {
        /// Edge of the original's centre square, in pixels.
        from: u32,
    },
    /// The original has fewer pixels than asked for, and was enlarged.
    FewPixels {
        /// Edge of the square in the original, in pixels.
        from: u32,
        /// Edge made, in pixels.
        edge: u32,
        /// Edge asked for, in pixels.
        asked: u32,
    },
    /// The colour profile could not be used; the samples were read as sRGB.
    ProfileIgnored {
        /// Why.
        reason: String,
    },
    /// The picture's data is damaged or incomplete; what could be decoded was used.
    Damaged {
        /// Share of the needed area that could be decoded, in whole per cent.
        percent: u8,
    },
    /// The file is damaged or incomplete, but not in the part that is shown.
    DamageElsewhere,
    /// Highlights beyond white were compressed into what sRGB can show.
    ToneMapped {
        /// Brightness of the picture's white, in per cent of paper white.
        percent: u32,
    },
    /// The background was chosen for contrast.
    BackgroundChosen {
        /// What was chosen, as sRGB.
        rgb: [u8; 3],
        /// Mean contrast of the visible colour with it (WCAG 2.2), in tenths: from 10 to 210.
        contrast: u16,
    },
    /// The picture hardly stands out from its background.
    LowContrast {
        /// The background, as sRGB.
        background: [u8; 3],
    },
    /// Letters of a drawing were left out: no font has them.
    TextLeftOut,
    /// A font of a drawing is not installed and was replaced.
    FontReplaced {
        /// The family asked for.
        family: String,
        /// The font that was used instead.
        by: String,
    },
    /// A drawing links to a picture, which is not fetched.
    LinkedPictureLeftOut {
        /// Where the picture would be.
        address: String,
    },
    /// A picture within a drawing, or the transparency of tiles or of a Sun raster, cannot be read.
    EmbeddedPictureLeftOut {
        /// Why.
        reason: String,
    },
    /// A drawing links to a style sheet, which is not fetched.
    StyleSheetLeftOut {
        /// Where the sheet would be.
        address: String,
    },
    /// HTML within a drawing (`foreignObject`) is not drawn.
    HtmlLeftOut,
    /// An effect of a drawing is not drawn.
    EffectLeftOut {
        /// Which.
        effect: String,
    },
    /// The container names no orientation, so that of the camera's EXIF was applied.
    TurnedByExif,
    /// The pixels of the picture are not square, which is not corrected.
    PixelsNotSquare {
        /// Width of a pixel, in per cent of its height.
        percent: u32,
    },
    /// The document has no merged picture, so it was composed from its layers.
    LayersComposed,
    /// The document has no merged picture, and its layers cannot be composed; its thumbnail was
    /// used.
    ThumbnailUsed {
        /// Width of the thumbnail, in pixels.
        width: u32,
        /// Height of the thumbnail, in pixels.
        height: u32,
    },
    /// The file has several layers or parts that could be the picture; one was used.
    LayerChosen {
        /// Its name; that of its part if it belongs to no layer.
        layer: String,
        /// Layers and parts that could be the picture.
        layers: u32,
    },
    /// Only the first page of a document was used.
    FirstPage {
        /// Pages in the document.
        pages: u32,
    },
    /// Only the first of several frames was used.
    FirstFrame {
        /// Frames in the file.
        frames: u32,
    },
    /// The picture looks like a logo, and the square cuts off some of it.
    LogoCut,
    /// A face lies partly outside the part of the square that destinations show.
    FaceOutsideMask,
    /// A detected face is cut by the edge of the square.
    FaceCut,
    /// Contained content is smaller than the mask allows, because it has too few pixels and is not
    /// enlarged.
    ContentSmall,
    /// The cap was met at the lowest quality that is allowed.
    QualityFloor {
        /// That quality.
        quality: u8,
    },
    /// The requested rectangle reaches beyond the picture; the part inside the picture was used.
    CropClipped,
}

impl Note {
    /// By how much a picture can be enlarged before that is a warning: at twice its size it is visibly
    /// soft.
    pub const SOFT: u32 = 2;

    /// Whether something of the picture is lost, its shape may be wrong, or it is enlarged beyond
    /// [`Self::SOFT`], so that the note is a warning.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        if let Self::FewPixels { from, edge, .. } = self {
            return u64::from(*edge) > u64::from(*from) * u64::from(Self::SOFT);
        }
        matches!(
            self,
            Self::Damaged { .. }
                | Self::DamageElsewhere
                | Self::ProfileIgnored { .. }
                | Self::Shrunk { .. }
                | Self::LowContrast { .. }
                | Self::TextLeftOut
                | Self::LogoCut
                | Self::FaceCut
                | Self::FaceOutsideMask
                | Self::QualityFloor { .. }
                | Self::CropClipped
                | Self::FontReplaced { .. }
                | Self::LinkedPictureLeftOut { .. }
                | Self::EmbeddedPictureLeftOut { .. }
                | Self::StyleSheetLeftOut { .. }
                | Self::HtmlLeftOut
                | Self::EffectLeftOut { .. }
                | Self::ThumbnailUsed { .. }
                | Self::PixelsNotSquare { .. }
        )
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SmallerThanAsked { edge, asked } => {
                write!(
                    f,
                    "made {edge} instead of {asked} pixels: the original has no more"
                )
            }
            Self::Shrunk { edge, planned } => {
                write!(f, "made {edge} instead of {planned} pixels to meet the cap")
            }
            Self::FewPixels { from, edge, asked } => {
                let factor = f64::from(*edge) / f64::from((*from).max(1));
                write!(
                    f,
                    "enlarged {factor:.1} times, from {from} to {edge} pixels"
                )?;
                match edge < asked {
                    true => write!(f, ", of {asked} that were asked for"),
                    false => Ok(()),
                }
            }
            Self::Enlarged { from } => write!(f, "enlarged from {from} pixels"),
            Self::ProfileIgnored { reason } => write!(f, "colour profile ignored: {reason}"),
            Self::Damaged { percent: 100 } => {
                f.write_str("damaged data: some of the picture can be wrong")
            }
            Self::Damaged { percent } => {
                write!(
                    f,
                    "damaged data: {percent} % of the picture could be decoded"
                )
            }
            Self::DamageElsewhere => {
                f.write_str("damaged file: the part that is shown is complete")
            }
            Self::ToneMapped { percent } => {
                write!(f, "high dynamic range compressed from {percent} % of white")
            }
            Self::BackgroundChosen { rgb, contrast } => write!(
                f,
                "transparency put on {}, contrast {}.{} to 1",
                name(*rgb),
                contrast / 10,
                contrast % 10
            ),
            Self::LowContrast { background } => {
                write!(f, "hardly stands out from {}", name(*background))
            }
            Self::TextLeftOut => f.write_str("letters left out: no available font has them"),
            Self::FontReplaced { family, by } => write!(f, "font {family} replaced by {by}"),
            Self::LinkedPictureLeftOut { address } => {
                write!(f, "linked picture left out: {address}")
            }
            Self::EmbeddedPictureLeftOut { reason } => {
                write!(f, "embedded picture left out: {reason}")
            }
            Self::StyleSheetLeftOut { address } => {
                write!(f, "linked style sheet left out: {address}")
            }
            Self::HtmlLeftOut => f.write_str("HTML (foreignObject) left out"),
            Self::EffectLeftOut { effect } => write!(f, "effect left out: {effect}"),
            Self::TurnedByExif => {
                f.write_str("turned by its EXIF orientation, because the container names none")
            }
            Self::LogoCut => f.write_str("looks like a logo that is cut off"),
            Self::FaceOutsideMask => f.write_str("a face lies partly outside the mask"),
            Self::FaceCut => f.write_str("a face is cut by the edge of the square"),
            Self::QualityFloor { quality } => {
                write!(
                    f,
                    "the cap was met only at quality {quality}, the lowest that is allowed"
                )
            }
            Self::CropClipped => {
                f.write_str("the crop reaches beyond the picture; the part inside was used")
            }
            Self::ContentSmall => {
                f.write_str("small in its square: it has too few pixels to fill it")
            }
            Self::PixelsNotSquare { percent } => write!(
                f,
                "its pixels are {percent} % as wide as they are high, which is not corrected"
            ),
            Self::LayersComposed => f.write_str(
                "composed from its layers, because it was saved without a merged picture",
            ),
            Self::ThumbnailUsed { width, height } => write!(
                f,
                "made from its thumbnail of {width} x {height} pixels, because its layers cannot be composed"
            ),
            Self::LayerChosen { layer, layers } => {
                write!(f, "the layer {layer}, one of {layers}")
            }
            Self::FirstPage { pages } => write!(f, "first of {pages} pages"),
            Self::FirstFrame { frames } => write!(f, "first of {frames} frames"),
        }
    }
}

/// A colour for people.
fn name(rgb: [u8; 3]) -> String {
    match rgb {
        [255, 255, 255] => "white".into(),
        [0, 0, 0] => "black".into(),
        [r, g, b] => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}
