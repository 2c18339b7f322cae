//! Finds the headers of the frames that are decoded for a picture: those up to the first one that is shown.

use std::borrow::Cow;

use jxl::api::{Event, JxlDecoder};

use super::bits::Bits;
use super::boxes::first_box;
use super::frame::{FrameHeader, Image, UntilShown};
use super::options;
use crate::Limits;
use crate::codec::bytes::u32_be;

/// Most frames that are read. Programs write at most three before the first one that is shown.
const MOST_FRAMES: usize = 16;

/// Bytes of a codestream in several boxes that are copied to be read.
const BEGINNING: usize = 64 << 10;

/// Most bytes before the first frame that are examined. A longer header has a long profile, whose end is not found
/// exactly, because the decoder reads at most 4,096 bytes at a time.
const HEADER: usize = 4000;

/// Reads the headers of all frames up to the first one that is shown; `None` if that is not possible, for example
/// because the parts of a frame are in another order, or if one covers only a part of the picture, for which nothing was
/// measured.
pub(super) fn until_shown(bytes: &[u8], image: &Image, limits: &Limits) -> Option<UntilShown> {
    let Codestream { bytes, length: all } = codestream(bytes)?;
    let codestream = &bytes[..];
    let mut at = header_length(codestream, limits)?;
    let mut frames = Vec::new();
    while frames.len() < MOST_FRAMES {
        let mut bits = Bits::new(codestream.get(at..)?);
        let frame = FrameHeader::read(&mut bits, image)?;
        if frame.is_part() {
            return None;
        }
        frames.push(frame);
        let length = frame.read_length(&mut bits);
        let end = length.and_then(|length| {
            let length = usize::try_from(length).ok()?;
            at.checked_add(bits.bytes_read())?.checked_add(length)
        });
        if frame.is_shown {
            // A length that the file does not have shows that something was misread. Without a length, only the end
            // of a profile is in doubt.
            let is_sure = end.map_or(!image.has_profile && frame.passes == 1, |end| end <= all);
            let waits = frame.passes > 1 && !frame.is_modular;
            return match is_sure {
                true => Some(UntilShown::All(frames)),
                false => waits.then_some(UntilShown::Waiting),
            };
        }
        at = end?;
    }
    None
}

/// The codestream, or its beginning if it is in several boxes.
struct Codestream<'a> {
    bytes: Cow<'a, [u8]>,
    /// Bytes of the whole.
    length: usize,
}

fn codestream(bytes: &[u8]) -> Option<Codestream<'_>> {
    if bytes.starts_with(&[0xff, 0x0a]) {
        return Some(Codestream {
            bytes: bytes.into(),
            length: bytes.len(),
        });
    }
    let (mut rest, mut first, mut length) = (bytes, Vec::new(), 0usize);
    for part in 0u32.. {
        let content = loop {
            let (kind, content, after) = first_box(rest)?;
            rest = after;
            match kind {
                b"jxlc" if part == 0 => {
                    return Some(Codestream {
                        bytes: content.into(),
                        length: content.len(),
                    });
                }
                b"jxlp" => break content,
                _ => {}
            }
        };
        // Parts are numbered, and the last one has a flag in the highest bit.
        let number = u32_be(content, 0)?;
        if number & 0x7fff_ffff != part {
            return None;
        }
        let content = content.get(4..)?;
        length = length.checked_add(content.len())?;
        let room = BEGINNING.saturating_sub(first.len()).min(content.len());
        first.extend_from_slice(content.get(..room)?);
        if number >> 31 == 1 {
            break;
        }
    }
    Some(Codestream {
        bytes: first.into(),
        length,
    })
}

/// Bytes before the first frame: the fewest from which the decoder reads the header of the picture.
fn header_length(codestream: &[u8], limits: &Limits) -> Option<usize> {
    let is_enough = |length: usize| {
        let mut part = codestream.get(..length).unwrap_or(codestream);
        let event = JxlDecoder::new(options(limits)).process(&mut part, None, None);
        matches!(event, Ok(Event::BasicInfo))
    };
    let (mut least, mut most) = (0, 32);
    while !is_enough(most) {
        if most >= HEADER {
            return None;
        }
        (least, most) = (most, (2 * most).min(HEADER));
    }
    while most - least > 1 {
        let middle = least.midpoint(most);
        if is_enough(middle) {
            most = middle;
        } else {
            least = middle;
        }
    }
    Some(most)
}
