//! Files that end inside the codestream: the library decodes what is there, without a word.

/// Start of a codestream: its first two markers.
const START: [u8; 4] = [0xff, 0x4f, 0xff, 0x51];
/// End of a codestream; no packet holds these bytes.
const END: [u8; 2] = [0xff, 0xd9];

/// The share of the codestream's bytes that is there, if the file ends inside it; 1 where its length is not stated.
pub(super) fn share(bytes: &[u8]) -> Option<f64> {
    let start = bytes.windows(4).position(|window| window == START)?;
    let there = bytes.get(start..)?;
    if there.windows(2).any(|window| window == END) {
        return None;
    }
    // In a JP2 file the length of the box stands before it, with its own eight bytes.
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
