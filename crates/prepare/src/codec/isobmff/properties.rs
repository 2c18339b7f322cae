//! The properties of items that matter for showing them.

use std::sync::Arc;

use super::boxes::Fields;

/// `nclx` of a `colr` box: code points of ITU-T H.273.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) struct Nclx {
    pub(in crate::codec) primaries: u16,
    pub(in crate::codec) transfer: u16,
    pub(in crate::codec) matrix: u16,
    pub(in crate::codec) full_range: bool,
}

#[cfg(feature = "heif")]
impl Nclx {
    /// Primaries, transfer function and matrix, and whether the range is full.
    pub(in crate::codec) fn of(
        ([primaries, transfer, matrix], full_range): ([u16; 3], bool),
    ) -> Self {
        Self {
            primaries,
            transfer,
            matrix,
            full_range,
        }
    }
}

/// One property of an item.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::codec) enum Property {
    /// `ispe`: width and height as coded.
    Size(u32, u32),
    /// An ICC profile. It is shared because an item can name it a thousand times.
    Icc(Arc<[u8]>),
    Nclx(Nclx),
    /// `irot`: quarter turns against the clock.
    Rotation(u8),
    /// `imir`: 0 exchanges top and bottom, 1 left and right.
    Mirror(u8),
    /// `pasp`: width and height of a pixel.
    PixelAspect(u32, u32),
    /// `clap`: numerators and denominators of width, height and the offsets of the centre.
    CleanAperture([u32; 8]),
    /// `auxC` of an item, `auxi` of a track: what an auxiliary picture is, as a URN.
    Auxiliary(Arc<[u8]>),
    /// `hvcC`: the parameter sets of an HEVC picture, which many tiles can share.
    HevcConfig(Arc<[u8]>),
    /// `lsel` or `a1op`: only some layers of a picture in layers are meant (ISO/IEC 23008-12, 6.5.11,
    /// and AV1-ISOBMFF, 2.3.2.1).
    Selection,
    /// Kept so that the numbering stays right.
    Other,
}

impl Property {
    pub(super) fn read(kind: [u8; 4], content: &[u8]) -> Self {
        Self::known(kind, content).unwrap_or(Self::Other)
    }

    fn known(kind: [u8; 4], content: &[u8]) -> Option<Self> {
        let mut fields = Fields(content);
        Some(match &kind {
            b"ispe" => {
                fields.version()?;
                Self::Size(fields.u32()?, fields.u32()?)
            }
            b"colr" => return color(fields),
            b"hvcC" => Self::HevcConfig(content.into()),
            b"irot" => Self::Rotation(fields.u8()? & 3),
            b"imir" => Self::Mirror(fields.u8()? & 1),
            b"pasp" => Self::PixelAspect(fields.u32()?, fields.u32()?),
            b"clap" => {
                let mut numbers = [0; 8];
                for number in &mut numbers {
                    *number = fields.u32()?;
                }
                Self::CleanAperture(numbers)
            }
            b"auxC" | b"auxi" => {
                fields.version()?;
                let urn = fields.0.split(|&byte| byte == 0).next()?;
                Self::Auxiliary(urn.into())
            }
            // All layers up to the highest are what is decoded anyway.
            b"lsel" if fields.u16()? != u16::MAX => Self::Selection,
            b"a1op" if fields.u8()? != 0 => Self::Selection,
            _ => return None,
        })
    }

    /// Whether an auxiliary picture of this kind is an alpha plane.
    pub(super) fn is_alpha(&self) -> bool {
        const URNS: [&[u8]; 2] = [
            b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
            b"urn:mpeg:hevc:2015:auxid:1",
        ];
        matches!(self, Self::Auxiliary(urn) if URNS.contains(&&**urn))
    }
}

fn color(mut fields: Fields<'_>) -> Option<Property> {
    match &fields.kind()? {
        b"prof" | b"rICC" => Some(Property::Icc(fields.0.into())),
        b"nclx" => Some(Property::Nclx(Nclx {
            primaries: fields.u16()?,
            transfer: fields.u16()?,
            matrix: fields.u16()?,
            full_range: fields.u8()? & 0x80 != 0,
        })),
        _ => None,
    }
}
