//! The colour profile of a PNG (third edition, 11.3.2.3). It is decompressed here, because the
//! library notices that a profile is too large only after it has allocated all the memory that it
//! may.

use std::io::{Read, copy, sink};

use flate2::read::ZlibDecoder;

use crate::Limits;
use crate::codec::chunks;

/// Longest name, in bytes.
const NAME: usize = 79;

/// What the chunks before the pixels say about the profile.
#[derive(Debug, PartialEq)]
pub(super) enum Profile {
    Absent,
    Found(Vec<u8>),
    /// There is one, but it is too large or cannot be decompressed.
    Unusable,
}

/// Finds the first profile whose chunk is not damaged.
pub(super) fn profile(bytes: &[u8]) -> Profile {
    let head = chunks::png_with_sums(bytes).take_while(|chunk| chunk.name != b"IDAT");
    let mut all = head.filter(|chunk| chunk.name == b"iCCP").peekable();
    if all.peek().is_none() {
        return Profile::Absent;
    }
    let sound = all.find(chunks::Chunk::is_sound);
    let found = sound.and_then(|chunk| unpacked(chunk.content));
    found.map_or(Profile::Unusable, Profile::Found)
}

/// Decompresses what follows the name in a chunk. Its length is determined first, so that no memory
/// is allocated for one that is too large.
pub(super) fn unpacked(content: &[u8]) -> Option<Vec<u8>> {
    let name = content.iter().position(|&byte| byte == 0)?;
    let (&method, packed) = content.get(name + 1..)?.split_first()?;
    if !(1..=NAME).contains(&name) || method != 0 {
        return None;
    }
    let most = Limits::PROFILE_BYTES as u64;
    let length = copy(&mut ZlibDecoder::new(packed).take(most + 1), &mut sink()).ok()?;
    let mut profile = Vec::with_capacity(usize::try_from(length).ok().filter(|_| length <= most)?);
    ZlibDecoder::new(packed).read_to_end(&mut profile).ok()?;
    Some(profile)
}
