//! The thumbnail that Photoshop keeps in a document (image resource 1036), where its layers cannot be put together.

use super::fields::resource;
use crate::codec::contract::{Decode, Header, Opened};
use crate::codec::jpeg;
use crate::color::Color;
use crate::{Error, Limits, Note, Plan, Rect};

/// Identifier of the thumbnail as a JPEG in RGB.
const THUMBNAIL: u16 = 1036;
/// Bytes of format, sizes and depth before the JPEG.
const HEAD: usize = 28;

/// The document by its thumbnail; for squares that need more pixels it is refused as it would be without. `None` if
/// there is none of the document's proportions.
pub(super) fn open<'a>(
    resources: &'a [u8],
    (width, height): (u32, u32),
    limits: &Limits,
    refused: impl Fn() -> Error + 'a,
) -> Option<Opened<'a>> {
    let data = resource(resources, THUMBNAIL)?.get(HEAD..)?;
    let (thumbnail, _) = jpeg::open_preview(data, limits).ok()?;
    let (across, down) = (thumbnail.header.width, thumbnail.header.height);
    // One pixel more or less, as rounding has it.
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

/// Where a part of the document lies in the thumbnail, in whole pixels.
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
