//! Detects files that end inside the codestream: the library decodes what is there and does not
//! report it.

use super::codestream::START;

/// The end marker of a codestream; packets never contain these bytes.
const END: [u8; 2] = [0xff, 0xd9];

/// The share of the codestream's bytes that the file has, if it ends inside it; 1 if its length is
/// not stated.
pub(super) fn share(bytes: &[u8]) -> Option<f64> {
    let start = bytes.windows(4).position(|window| window == START)?;
    let there = bytes.get(start..)?;
    if there.windows(2).any(|window| window == END) {
        return None;
    }
    // In a JP2 file the length of the box comes before it and includes the eight bytes of the box
    // header.
    let head = start.checked_sub(8).and_then(|at| bytes.get(at..start));
    let stated = head.and_then(|head| match head {
        &[a, b, c, d, b'j', b'p', b'2', b'c'] => u32::from_be_bytes([a, b, c, d]).checked_sub(8),
        _ => None,
    });
    Some(match stated {
        Some(length) if length > 0 => (there.len() as f64 / f64::from(length)).min(1.0),
        _ => 1.0,
    })
}
