//! The stable code of each kind of note.

use crate::Note;

/// Each code with what it means.
type Codes = [(&'static str, &'static str); 28];

impl Note {
    /// All codes that [`code`](Self::code) returns, with what each means. Codes are added, never
    /// changed.
    pub const CODES: Codes = [
        (
            "low_resolution",
            "the source has fewer pixels than requested",
        ),
        ("edge_shrunk", "the edge was made smaller to meet the cap"),
        (
            "quality_floor",
            "the cap was met only at the lowest quality allowed",
        ),
        ("enlarged", "the source was enlarged"),
        (
            "content_small",
            "the content is small in its square, because it has no more pixels",
        ),
        (
            "logo_cut",
            "it looks like a logo, and the square cuts some of it",
        ),
        (
            "face_cut",
            "a face that was found is cut by the edge of the square",
        ),
        (
            "face_outside_mask",
            "a face that was found lies partly outside the mask",
        ),
        (
            "crop_clipped",
            "the rectangle to crop reaches beyond the picture",
        ),
        (
            "low_contrast",
            "the picture, or most of its colour, hardly stands out from the background",
        ),
        (
            "background_chosen",
            "the background was chosen for contrast",
        ),
        ("profile_ignored", "the colour profile could not be used"),
        ("tone_mapped", "highlights beyond white were compressed"),
        (
            "damaged_source",
            "a part of what is shown is damaged or missing",
        ),
        (
            "damage_elsewhere",
            "the file is damaged, what is shown is not",
        ),
        ("first_frame", "only the first of several frames was used"),
        ("first_page", "only the first page of a document was used"),
        (
            "pixels_not_square",
            "the pixels of the source are not square, which is not corrected",
        ),
        (
            "turned_by_exif",
            "turned by EXIF, because the container states no orientation",
        ),
        (
            "layers_composed",
            "composed from the layers of the document",
        ),
        (
            "layer_chosen",
            "one of several layers or parts that could be the picture was used, whose name the note has",
        ),
        (
            "thumbnail_used",
            "made from the thumbnail of the document, which is smaller",
        ),
        ("text_left_out", "letters of a drawing were left out"),
        ("font_replaced", "a font of a drawing was replaced"),
        (
            "picture_left_out",
            "a picture in a drawing, or the transparency of tiles or of a Sun raster, was left out",
        ),
        (
            "style_sheet_left_out",
            "a style sheet of a drawing was not fetched",
        ),
        ("html_left_out", "HTML in a drawing was left out"),
        ("effect_left_out", "an effect of a drawing was left out"),
    ];

    /// The stable name of this kind of note, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SmallerThanAsked { .. } | Self::FewPixels { .. } => "low_resolution",
            Self::Shrunk { .. } => "edge_shrunk",
            Self::QualityFloor { .. } => "quality_floor",
            Self::Enlarged { .. } => "enlarged",
            Self::ContentSmall => "content_small",
            Self::LogoCut => "logo_cut",
            Self::FaceCut => "face_cut",
            Self::FaceOutsideMask => "face_outside_mask",
            Self::CropClipped => "crop_clipped",
            Self::LowContrast { .. } => "low_contrast",
            Self::BackgroundChosen { .. } => "background_chosen",
            Self::ProfileIgnored { .. } => "profile_ignored",
            Self::ToneMapped { .. } => "tone_mapped",
            Self::Damaged { .. } => "damaged_source",
            Self::DamageElsewhere => "damage_elsewhere",
            Self::FirstPage { .. } => "first_page",
            Self::FirstFrame { .. } => "first_frame",
            Self::TurnedByExif => "turned_by_exif",
            Self::PixelsNotSquare { .. } => "pixels_not_square",
            Self::ThumbnailUsed { .. } => "thumbnail_used",
            Self::LayerChosen { .. } => "layer_chosen",
            Self::LayersComposed => "layers_composed",
            Self::TextLeftOut => "text_left_out",
            Self::FontReplaced { .. } => "font_replaced",
            Self::LinkedPictureLeftOut { .. } | Self::EmbeddedPictureLeftOut { .. } => {
                "picture_left_out"
            }
            Self::StyleSheetLeftOut { .. } => "style_sheet_left_out",
            Self::HtmlLeftOut => "html_left_out",
            Self::EffectLeftOut { .. } => "effect_left_out",
        }
    }
}
