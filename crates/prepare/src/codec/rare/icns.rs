//! Apple icons: the largest picture in the file, whether PNG, JPEG 2000 or run-length encoded.

use crate::codec::contract::{Decode, Embedded, Header, Opened, ends_inside};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limits, PictureError};

const FORMAT: Format = Format::Icns;

/// Most elements; real files have less than 50.
const MOST: usize = 1_000;

/// The type of an element: four characters.
type Type = [u8; 4];

/// Run-length encoded types, their edge in pixels, and the type of their mask; those in the last
/// rows contain their own alpha.
#[rustfmt::skip]
const RUN_LENGTHS: [(&Type, u32, Option<&Type>); 9] = [
    (b"it32", 128, Some(b"t8mk")),
    (b"ih32", 48, Some(b"h8mk")),
    (b"il32", 32, Some(b"l8mk")),
    (b"is32", 16, Some(b"s8mk")),
    (b"icp5", 32, Some(b"l8mk")),
    (b"icp4", 16, Some(b"s8mk")),
    (b"ic05", 32, None),
    (b"icsb", 18, None),
    (b"ic04", 16, None),
];

/// Finds the largest picture.
pub(in crate::codec) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    door: Embedded,
) -> Result<Opened<'a>, Error> {
    // The header of each picture is read before its size is known.
    if elements(bytes).nth(MOST).is_some() {
        return Err(PictureError::Malformed {
            format: FORMAT,
            detail: format!("more than {MOST} elements"),
        }
        .into());
    }
    let whole = || elements(bytes).filter_map(|(_, content)| nested(content, limits, door));
    let largest = whole().max_by_key(|opened| opened.header.width);
    let small = RUN_LENGTHS.iter().find_map(|&(kind, edge, mask)| {
        let colors = element(bytes, kind).filter(|content| Format::recognize(content).is_none())?;
        Some((colors, edge, mask.and_then(|mask| element(bytes, mask))))
    });
    match (largest, small) {
        (Some(opened), Some((_, edge, _))) if opened.header.width >= edge => Ok(opened),
        (Some(opened), None) => Ok(opened),
        (_, Some((colors, edge, mask))) => Ok(run_lengths(colors, edge, mask)),
        (None, None) => {
            let feature = "no picture of 24 bits or more in it".into();
            Err(PictureError::Unsupported {
                format: FORMAT,
                feature,
            }
            .into())
        }
    }
}

/// Type and content of each element.
fn elements(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (kind, after) = rest.split_first_chunk::<4>()?;
        let (length, _) = after.split_first_chunk::<4>()?;
        let (whole, after) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        rest = after;
        Some((kind, whole.get(8..)?))
    })
}

fn element<'a>(bytes: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    let found = elements(bytes).find(|(kind, _)| *kind == wanted);
    found.map(|(_, content)| content)
}

/// Opens an element that is a whole PNG or JPEG 2000 file.
fn nested<'a>(content: &'a [u8], limits: &Limits, door: Embedded) -> Option<Opened<'a>> {
    match Format::recognize(content)? {
        Format::Png | Format::Jpeg2000 => (door.open)(content, limits).ok(),
        _ => None,
    }
}

fn run_lengths<'a>(colors: &'a [u8], edge: u32, mask: Option<&'a [u8]>) -> Opened<'a> {
    let decoded_bytes = u64::from(edge) * u64::from(edge) * 8;
    let header = Header::new((edge, edge), decoded_bytes, Color::Unspecified);
    let decode: Decode<'a> = Box::new(move |_, _| {
        pixels(colors, edge, mask)
            .map(Decoded::Raster)
            .ok_or_else(|| ends_inside(FORMAT))
    });
    Opened::new(header, decode)
}

fn pixels(colors: &[u8], edge: u32, mask: Option<&[u8]>) -> Option<Raster> {
    let count = (edge * edge) as usize;
    let (planes, order) = match colors.strip_prefix(b"ARGB") {
        Some(colors) => (unpack(colors, 4 * count)?, [1, 2, 3, 0]),
        // The largest type begins with four unused bytes.
        None => {
            let colors = if edge == 128 {
                colors.get(4..)?
            } else {
                colors
            };
            let mut planes = unpack(colors, 3 * count)?;
            planes.extend_from_slice(
                mask.and_then(|mask| mask.get(..count))
                    .unwrap_or(&vec![255; count]),
            );
            (planes, [0, 1, 2, 3])
        }
    };
    let samples = (0..count).flat_map(|at| order.map(|plane| planes[plane * count + at]));
    Raster::new((edge, edge), Layout::Rgba, Samples::U8(samples.collect()))
}

/// Decompresses runs: after 0 to 127, that number of bytes plus one follows; after 128 to 255, the
/// next byte is repeated 3 to 130 times.
fn unpack(mut packed: &[u8], length: usize) -> Option<Vec<u8>> {
    if packed.len() == length {
        return Some(packed.to_vec());
    }
    let mut samples = Vec::with_capacity(length);
    while samples.len() < length {
        let (&code, rest) = packed.split_first()?;
        let code = usize::from(code);
        packed = if code < 128 {
            samples.extend_from_slice(rest.get(..=code)?);
            rest.get(code + 1..)?
        } else {
            samples.resize(samples.len() + code - 125, *rest.first()?);
            rest.get(1..)?
        };
    }
    samples.truncate(length);
    Some(samples)
}
