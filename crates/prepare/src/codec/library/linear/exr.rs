//! Checks OpenEXR files for features that the library does not support but would report as damage.

use super::exr_names::Names;
use crate::{Error, Format, Limit, LimitExceeded, PictureError};

/// Flags in the version field: deep data (several samples per pixel), and more than one part.
const DEEP: u8 = 8;
const PARTS: u8 = 16;
/// Most names of channels in a message.
const NAMED: usize = 6;
/// The compressions that are High-throughput JPEG 2000.
const HIGH_THROUGHPUT: [u8; 2] = [10, 11];
/// Bytes of a channel after its name; the last ones are its subsampling.
const CHANNEL: usize = 16;

/// Most bytes of all attributes. The library keeps each by itself: 200 MB of short ones took 3.5 GB and
/// longer than a minute.
const MOST: usize = 16 << 20;

/// Refuses valid files that are not supported.
pub(super) fn check(bytes: &[u8]) -> Result<(), Error> {
    let mut compressions = Vec::new();
    let found = attributes(bytes, |name, value| {
        if name == b"compression" {
            compressions.extend(value.first());
        }
    });
    if found > MOST {
        return Err(LimitExceeded {
            limit: Limit::Metadata,
            found: found as u64,
            allowed: MOST as u64,
        }
        .into());
    }
    let is_known = |compression: &u8| !HIGH_THROUGHPUT.contains(compression);
    let compression = match compressions.iter().all(is_known) {
        true => None,
        false => Some("compression with High-throughput JPEG 2000".into()),
    };
    match compression.or_else(|| obstacle(bytes)) {
        Some(feature) => Err(unsupported(feature)),
        None => Ok(()),
    }
}

fn unsupported(feature: String) -> Error {
    let format = Format::Exr;
    PictureError::Unsupported { format, feature }.into()
}

/// Why a file with these channels is refused if none of them make up a picture.
pub(super) fn no_picture<'a>(names: impl Iterator<Item = &'a [u8]>) -> Error {
    unsupported(others(names))
}

/// Visits the attributes of all parts, as far as they can be read. Returns their bytes, or a little more than may be.
fn attributes(bytes: &[u8], mut visit: impl FnMut(&[u8], &[u8])) -> usize {
    let mut rest = bytes.get(8..).unwrap_or_default();
    let whole = rest.len();
    let has_parts = bytes.get(5).is_some_and(|flags| flags & PARTS != 0);
    // The attributes of a part end with an empty name, and the parts with an empty part.
    let mut is_new_part = true;
    while whole - rest.len() <= MOST {
        let Some(name) = text(&mut rest) else { break };
        if name.is_empty() && (is_new_part || !has_parts) {
            break;
        }
        is_new_part = name.is_empty();
        if is_new_part {
            continue;
        }
        let value = text(&mut rest).and_then(|_| rest.split_first_chunk::<4>());
        let Some((length, after)) = value else { break };
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        visit(name, after.get(..length).unwrap_or(after));
        rest = after.get(length..).unwrap_or_default();
    }
    whole - rest.len()
}

fn obstacle(bytes: &[u8]) -> Option<String> {
    let flags = *bytes.get(5)?;
    if flags & DEEP != 0 {
        return Some("deep data".into());
    }
    let channels = channels(bytes)?;
    if channels.iter().any(|channel| channel.is_subsampled) {
        return Some("luminance with subsampled chroma".into());
    }
    let names = channels.iter().map(|channel| channel.name);
    // Each byte is a letter, as the library reads them.
    let letters = |name: &[u8]| name.iter().copied().map(char::from).collect::<String>();
    let has_picture = || names.clone().map(letters).collect::<Names>().has_picture();
    (flags & PARTS == 0 && !has_picture()).then(|| others(names))
}

/// What is said of channels that make up no picture.
fn others<'a>(names: impl Iterator<Item = &'a [u8]>) -> String {
    let names = names.map(|name| {
        let name = String::from_utf8_lossy(name);
        // A name can have 255 bytes, and any.
        let plain = name.chars().filter(|c| !c.is_control());
        plain.take(40).collect::<String>()
    });
    let mut names: Vec<String> = names.take(NAMED + 1).collect();
    if let Some(rest) = names.get_mut(NAMED) {
        *rest = "…".into();
    }
    format!(
        "channels other than red, green and blue, or luminance: {}",
        names.join(", ")
    )
}

struct Channel<'a> {
    name: &'a [u8],
    is_subsampled: bool,
}

/// The channels of the first part.
fn channels(bytes: &[u8]) -> Option<Vec<Channel<'_>>> {
    let mut rest = bytes.get(8..)?;
    loop {
        let name = text(&mut rest).filter(|name| !name.is_empty())?;
        let kind = text(&mut rest)?;
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (value, after) = after.split_at_checked(length)?;
        rest = after;
        if name == b"channels" && kind == b"chlist" {
            return Some(list(value));
        }
    }
}

fn list(mut rest: &[u8]) -> Vec<Channel<'_>> {
    let mut found = Vec::new();
    while let Some(name) = text(&mut rest).filter(|name| !name.is_empty())
        && let Some((channel, after)) = rest.split_at_checked(CHANNEL)
    {
        rest = after;
        let is_subsampled = channel.get(8..) != Some(&[1, 0, 0, 0, 1, 0, 0, 0]);
        found.push(Channel {
            name,
            is_subsampled,
        });
    }
    found
}

/// Reads a text up to its final zero.
fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().position(|&byte| byte == 0)?;
    let (text, after) = rest.split_at_checked(end)?;
    *rest = after.get(1..)?;
    Some(text)
}
