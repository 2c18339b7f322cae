//! Reads the thumbnail of a document (image resource 1036), which is used if its layers cannot be
//! composed.

use super::fields::resource;
use crate::codec::contract::{Decode, Header, Opened};
use crate::codec::jpeg;
use crate::color::Color;
use crate::{Error, Limits, Note, Plan, Rect};

/// Identifier of the resource that contains the thumbnail as an RGB JPEG.
const THUMBNAIL: u16 = 1036;
/// Identifier of the resource that contains the profile of the document. It is not specified whether
/// it also applies to the thumbnail.
const PROFILE: u16 = 1039;
/// Bytes before the JPEG: format, sizes and depth.
const HEAD: usize = 28;

/// Opens the thumbnail in place of the document. If the result needs more pixels than the thumbnail
/// has, decoding fails with the error of `refused`. `None` if there is no thumbnail with the
/// proportions of the document.
pub(super) fn open<'a>(
    resources: &'a [u8],
    (width, height): (u32, u32),
    limits: &Limits,
    refused: impl Fn() -> Error + 'a,
) -> Option<Opened<'a>> {
    let data = resource(resources, THUMBNAIL)?.get(HEAD..)?;
    let (thumbnail, _) = jpeg::open_preview(data, limits).ok()?;
    let (across, down) = (thumbnail.header.width, thumbnail.header.height);
    // Rounding can change the size by one pixel.
    let expected = f64::from(across) * f64::from(height) / f64::from(width);
    if (expected - f64::from(down)).abs() > 1.5 {
        return None;
    }
    let mut header = Header::new(
        (width, height),
        thumbnail.header.decoded_bytes,
        Color::Unspecified,
    );
    header.notes.push(Note::ThumbnailUsed {
        width: across,
        height: down,
    });
    if resource(resources, PROFILE).is_some() {
        let reason = "it is that of the document, and its thumbnail may have another".into();
        header.notes.push(Note::ProfileIgnored { reason });
    }
    let inner = thumbnail.decode;
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        let crop = scaled(plan.crop(), (width, height), (across, down));
        let wanted = plan.size();
        if crop.width < wanted.0 || crop.height < wanted.1 {
            return Err(refused());
        }
        inner(
            &Plan {
                crop,
                ..plan.clone()
            },
            scratch,
        )
    });
    Some(Opened::new(header, decode))
}

/// Converts a part of the document to whole pixels of the thumbnail.
fn scaled(part: Rect, (width, height): (u32, u32), (across, down): (u32, u32)) -> Rect {
    let along = |at: u32, whole: u32, small: u32| {
        let scaled = (f64::from(at) * f64::from(small) / f64::from(whole)).round();
        (scaled as u32).min(small)
    };
    let (x, y) = (along(part.x, width, across), along(part.y, height, down));
    Rect {
        x,
        y,
        width: along(part.width, width, across).min(across - x),
        height: along(part.height, height, down).min(down - y),
    }
}
