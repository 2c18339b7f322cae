//! Everything the headers say, up to the first scan.

use super::data::Data;
use super::frame::{Component, Frame, Geometry};
use super::metadata::{Icc, Metadata};
use super::process::Process;
use super::segments::{Segment, Segments, u16_at};
use crate::{ColorModel, Error, marker};

/// What the headers of a JPEG say.
#[derive(Debug, Clone)]
pub struct Header<'a> {
    /// Stored width in pixels, 1..=65535.
    pub width: u32,
    /// Stored height in pixels, 1..=65535.
    pub height: u32,
    /// The components in the order of the frame header.
    pub components: Vec<Component>,
    /// The coding process.
    pub process: Process,
    /// Bits in a sample.
    pub precision: u8,
    /// MCUs between restart markers as of the first scan; 0 means no restart markers.
    pub restart_interval: u16,
    /// The TIFF structure of the first EXIF segment, without `Exif\0\0`; it contains the
    /// orientation.
    pub exif: Option<&'a [u8]>,
    /// The colour profile.
    pub icc: Icc,
    /// The colour transform of the Adobe segment: 0 none, 1 YCbCr, 2 YCCK.
    pub adobe_transform: Option<u8>,
    /// What the components mean; `None` for numbers of components without a convention.
    pub color: Option<ColorModel>,
    /// Offset of the entropy-coded data of the first scan, in bytes: everything above is known from the bytes before it,
    /// unless a DNL segment gives the height.
    pub first_scan: usize,
    /// Encoded length of the first picture in bytes, if a multi-picture index gives it (Ultra HDR,
    /// stereo pairs, previews). Nothing after it belongs to the picture.
    pub first_picture_len: Option<u64>,
    pub(crate) geometry: Geometry,
}

impl<'a> Header<'a> {
    pub(crate) fn parse(data: &'a [u8]) -> Result<Self, Error> {
        if !data.starts_with(&[0xFF, marker::SOI]) {
            return Err(Error::NotJpeg);
        }
        let mut found = HeaderParts::default();
        let scan = Segments::from(data, 2)
            .find_map(|segment| found.segment(&segment))
            .ok_or(Error::HeaderEnds)??;
        let frame = found.frame.ok_or(Error::Invalid { segment: "SOS" })?;
        let height = match frame.height {
            0 => number_of_lines(data, scan).ok_or(Error::Invalid { segment: "DNL" })?,
            height => height,
        };
        Ok(Self::assemble(
            frame,
            u32::from(height),
            &found.metadata,
            found.restart_interval,
            scan,
        ))
    }

    fn assemble(
        frame: Frame,
        height: u32,
        metadata: &Metadata<'a>,
        restart_interval: u16,
        first_scan: usize,
    ) -> Self {
        let width = u32::from(frame.width);
        Self {
            geometry: Geometry::new(width, height, &frame.components),
            width,
            height,
            process: frame.process,
            precision: frame.precision,
            restart_interval,
            exif: metadata.exif,
            icc: metadata.icc(),
            adobe_transform: metadata.adobe_transform,
            color: color_model(&frame, metadata),
            first_scan,
            first_picture_len: metadata.first_picture_len,
            components: frame.components,
        }
    }

    /// Whether [`crate::Decoder::decode`] supports this process, precision and number of
    /// components.
    #[must_use]
    pub fn is_decodable(&self) -> bool {
        supported(self).is_ok()
    }
}

#[derive(Default)]
struct HeaderParts<'a> {
    frame: Option<Frame>,
    metadata: Metadata<'a>,
    restart_interval: u16,
}

impl<'a> HeaderParts<'a> {
    /// Reads a segment; returns the offset after the first SOS, which ends the search.
    fn segment(&mut self, segment: &Segment<&'a [u8]>) -> Option<Result<usize, Error>> {
        let body = segment.body;
        match segment.code {
            marker::APP0 => self.metadata.app0(body),
            marker::APP1 => self.metadata.app1(body),
            marker::APP2 => self.metadata.app2(body, segment.end - body.len()),
            marker::APP14 => self.metadata.app14(body),
            marker::DRI => self.restart_interval = u16_at(body, 0).unwrap_or(0),
            marker::SOS => return Some(Ok(segment.end)),
            marker::EOI => return Some(Err(Error::HeaderEnds)),
            // Only the first frame is the picture; later ones are previews or parts of a hierarchy.
            code if marker::is_frame(code) && self.frame.is_none() => {
                match Frame::parse(code, body) {
                    Ok(frame) => self.frame = Some(frame),
                    Err(error) => return Some(Err(error)),
                }
            }
            _ => {}
        }
        None
    }
}

/// The DNL segment after the first scan (B.2.5).
fn number_of_lines(data: &[u8], scan: usize) -> Option<u16> {
    let end = Data::Whole(data).find_scan_end(scan)?;
    let segment = Segments::from(data, end).next()?;
    let lines = u16_at(segment.body, 0).filter(|&lines| lines > 0);
    lines.filter(|_| segment.code == marker::DNL)
}

/// The colour model: JFIF means YCbCr; then Adobe's transform counts; then components named R, G
/// and B; otherwise what nearly every file means. Lossless pictures without any of these are RGB,
/// because their encoders do not convert colours.
fn color_model(frame: &Frame, metadata: &Metadata<'_>) -> Option<ColorModel> {
    let components = &frame.components;
    let named_rgb = || components.iter().map(|c| c.id).eq(*b"RGB");
    let inverted = metadata.adobe_transform.is_some();
    Some(match (components.len(), metadata.adobe_transform) {
        (1, _) => ColorModel::Gray,
        (3, _) if metadata.jfif => ColorModel::YCbCr,
        (3, Some(0)) => ColorModel::Rgb,
        (3, None) if named_rgb() => ColorModel::Rgb,
        (3, None) if frame.process == Process::Lossless => ColorModel::Rgb,
        (3, _) => ColorModel::YCbCr,
        (4, Some(2)) => ColorModel::Ycck { inverted },
        (4, _) => ColorModel::Cmyk { inverted },
        _ => return None,
    })
}

/// The meaning of the components; an error if this decoder does not support the picture.
pub(crate) fn supported(header: &Header<'_>) -> Result<ColorModel, Error> {
    let is_supported = match header.process {
        Process::Lossless | Process::ArithmeticLossless | Process::Hierarchical => false,
        _ => matches!(header.precision, 8 | 12),
    };
    header
        .color
        .filter(|_| is_supported)
        .ok_or(Error::Unsupported {
            process: header.process,
            precision: header.precision,
            components: header.components.len() as u8,
        })
}
