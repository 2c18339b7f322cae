//! Changes containers that other libraries do not accept, and refuses those that none of them
//! reads.

use std::borrow::Cow;

use super::boxes::{Fields, boxes, find};
use crate::codec::contract::ends_inside;
use crate::{Error, Format, PictureError};

/// The file without associations to property 0, which means no property (ISO/IEC 14496-12,
/// 8.11.14). They are allowed, but the HEVC decoder refuses them. Every box keeps its size.
#[cfg(feature = "heif")]
pub(super) fn without_property_0(file: &[u8]) -> Cow<'_, [u8]> {
    let containers = find(file, b"meta")
        .and_then(|meta| meta.get(4..))
        .and_then(|meta| find(meta, b"iprp"));
    let mut mended = Cow::Borrowed(file);
    for (kind, content) in boxes(containers.unwrap_or_default()) {
        if let Some(shorter) = (kind == *b"ipma").then(|| compact(content)).flatten() {
            let start = content.as_ptr().addr() - file.as_ptr().addr();
            let place = mended.to_mut().get_mut(start..start + content.len());
            place.into_iter().for_each(|place| {
                place.fill(0);
                place
                    .iter_mut()
                    .zip(&shorter)
                    .for_each(|(to, from)| *to = *from);
            });
        }
    }
    mended
}

/// The associations without those to property 0; `None` if there are no such ones.
#[cfg(feature = "heif")]
fn compact(content: &[u8]) -> Option<Vec<u8>> {
    let mut fields = Fields(content);
    let (version, flags) = fields.version()?;
    let width = if flags & 1 != 0 { 2 } else { 1 };
    let entries = fields.u32()?;
    let mut kept = content.get(..8)?.to_vec();
    let mut has_none = false;
    for _ in 0..entries {
        kept.extend(fields.bytes(if version > 0 { 4 } else { 2 })?);
        let count = fields.u8()?;
        let numbers = fields.bytes(usize::from(count) * width)?.chunks(width);
        let is_one = |number: &&[u8]| match number {
            [high, rest @ ..] => high & 0x7f != 0 || rest.iter().any(|&byte| byte != 0),
            [] => false,
        };
        let ones: Vec<&[u8]> = numbers.filter(is_one).collect();
        has_none |= ones.len() < usize::from(count);
        kept.push(ones.len() as u8);
        kept.extend(ones.concat());
    }
    has_none.then_some(kept)
}

/// A copy of the file with another primary item; `None` if the item's number does not fit.
#[cfg(feature = "heif")]
pub(super) fn with_primary(file: &[u8], item: u32) -> Option<Vec<u8>> {
    let content = find(find(file, b"meta")?.get(4..)?, b"pitm")?;
    let (version, _) = Fields(content).version()?;
    let number = match version {
        0 => u16::try_from(item).ok()?.to_be_bytes().to_vec(),
        _ => item.to_be_bytes().to_vec(),
    };
    let start = content.as_ptr().addr() - file.as_ptr().addr() + 4;
    let mut copy = file.to_vec();
    copy.get_mut(start..start + number.len())?
        .copy_from_slice(&number);
    Some(copy)
}

/// Refuses a file that ends before the box that describes its picture.
pub(super) fn refuse_bare(format: Format, file: &[u8]) -> Result<(), Error> {
    let names: [&[u8; 4]; 3] = [b"meta", b"moov", b"mini"];
    match names.iter().any(|name| find(file, name).is_some()) {
        true => Ok(()),
        false => Err(ends_inside(format)),
    }
}

/// Refuses a file whose picture is described by one `mini` box (ISO/IEC 23008-12, Amd 1).
pub(super) fn refuse_mini(format: Format, file: &[u8]) -> Result<(), Error> {
    if find(file, b"meta").is_none() && find(file, b"mini").is_some() {
        let feature = "a picture described by one compact box (mini)".into();
        return Err(PictureError::Unsupported { format, feature }.into());
    }
    Ok(())
}
