//! Camera raw files, through the largest JPEG that the camera embedded. Sensor data is not
//! developed.

use crate::codec::contract::{Header, Opened};
use crate::codec::exif;
use crate::codec::ifd::{Directory, Tiff, tag};
use crate::codec::{isobmff, jpeg, magic, tiff::baseline};
use crate::{Error, Format, Limits, Orientation, PictureError};

const FORMAT: Format = Format::Raw;
/// Most possible starts of a JPEG that are tried in a file without readable directories.
const TRIES: usize = 64;

/// Finds the preview and opens it.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let directories = Tiff::new(bytes).map(Tiff::all).unwrap_or_default();
    let previews = directories.iter().filter_map(Directory::preview);
    let found = largest(previews, limits).or_else(|| largest(starts(bytes).take(TRIES), limits));
    let Some((mut opened, own)) = found else {
        let undeveloped = || {
            PictureError::Unsupported {
                format: FORMAT,
                feature: "no JPEG of the whole picture in it, and sensor data is not developed"
                    .into(),
            }
            .into()
        };
        // A DNG can contain developed pixels.
        return match magic::tiff(bytes).then(|| baseline::open(bytes, limits)) {
            None | Some(Err(Error::Picture(PictureError::Unsupported { .. }))) => {
                Err(undeveloped())
            }
            // Whether there is a preview shows only in the whole file.
            Some(opened) => opened.map(|opened| Opened {
                in_order: None,
                ..opened
            }),
        };
    };
    let whole = || stated(bytes, directories.first());
    opened.in_order = None;
    opened.header.orientation = own.or_else(whole).unwrap_or(Orientation::Normal);
    Ok(opened)
}

/// The orientation that the file states outside its previews: in a TIFF directory, whatever the
/// file's magic number, or in a box of a CR3.
fn stated(bytes: &[u8], first: Option<&Directory<'_>>) -> Option<Orientation> {
    match first.and_then(|first| first.number(tag::ORIENTATION)) {
        Some(value) => Orientation::from_exif(value.try_into().ok()?),
        None => exif::orientation(isobmff::canon_exif(bytes)?),
    }
}

/// The candidate with the most pixels that is a JPEG within the limits.
fn largest<'a>(
    candidates: impl Iterator<Item = &'a [u8]>,
    limits: &Limits,
) -> Option<(Opened<'a>, Option<Orientation>)> {
    let opened = candidates.filter_map(|bytes| jpeg::open_preview(bytes, limits).ok());
    let pixels = |header: &Header| u64::from(header.width) * u64::from(header.height);
    opened.max_by_key(|(opened, _)| pixels(&opened.header))
}

/// The rest of the file from each possible start of a JPEG.
fn starts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let found = bytes.windows(4).enumerate().filter(|(_, window)| {
        matches!(window, [0xff, 0xd8, 0xff, 0xc0 | 0xc4 | 0xdb | 0xe0..=0xef])
    });
    found.filter_map(|(at, _)| bytes.get(at..))
}
