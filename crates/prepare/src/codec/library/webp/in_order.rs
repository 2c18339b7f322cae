//! Decodes the first frame of an animation while its file is read once. Decoders need all of a frame.

use std::io::BufRead;

use super::container::chunks;
use super::outline::{PLACE, set_length};
use crate::codec::bytes::u64_le;
use crate::pixels::in_order::{Forward, InOrder, not_in_order};
use crate::{Error, Limits};

/// Bytes of the name and the length of a chunk.
const HEAD: usize = 8;

/// An animation with this outline.
pub(super) fn of(outline: &[u8], limits: Limits) -> Option<InOrder<'_>> {
    let (_, place) = chunks(outline.get(12..))
        .filter(|(name, _)| *name == PLACE)
        .last()?;
    let (start, length) = (u64_le(place, 0)?, u64_le(place, 8)?);
    let length = usize::try_from(length).ok()?;
    let held = outline.len() + length;
    Some(InOrder::new(held, move |file, plan, scratch| {
        let short = with_frame(outline, file, (start, length))?;
        (super::open(&short, &limits)?.decode)(plan, scratch)
    }))
}

/// The outline with all of its first frame, which is read from the file.
fn with_frame(
    outline: &[u8],
    file: &mut dyn BufRead,
    (start, length): (u64, usize),
) -> Result<Vec<u8>, Error> {
    let mut frames = chunks(outline.get(12..)).filter(|(name, _)| *name == b"ANMF");
    let (_, frame) = frames.next().ok_or_else(not_in_order)?;
    let at = frame.as_ptr().addr() - outline.as_ptr().addr();
    let (before, rest) = outline.split_at_checked(at).ok_or_else(not_in_order)?;
    let mut whole = Vec::with_capacity(outline.len() + length + 1);
    whole.extend(before);
    whole.resize(at + length, 0);
    Forward::new(file).read(start, whole.get_mut(at..).unwrap_or_default())?;
    whole.resize((at + length).next_multiple_of(2), 0);
    whole.extend(
        rest.get(frame.len().next_multiple_of(2)..)
            .unwrap_or_default(),
    );
    set_length(&mut whole, at - HEAD, length as u64);
    let all = (whole.len() - HEAD) as u64;
    set_length(&mut whole, 0, all);
    Ok(whole)
}
