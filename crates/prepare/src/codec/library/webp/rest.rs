//! Notices what is left of a lossless WebP frame when its pixels are complete, which the library
//! passes over.

use super::container::chunks;

/// Whether more than padding is left of the first lossless frame, after it was read up to there.
pub(super) fn has_rest(bytes: &[u8], read: u64) -> bool {
    let mut end = None;
    for (name, content) in chunks(bytes.get(12..)) {
        let frame = match name {
            b"VP8L" => Some(content),
            b"ANMF" => {
                let mut parts = chunks(content.get(16..));
                parts
                    .find(|(name, _)| *name == b"VP8L")
                    .map(|(_, frame)| frame)
            }
            b"VP8 " => return false,
            _ => continue,
        };
        // Both slices are of the same file.
        end = frame.map(|frame| frame.as_ptr_range().end.addr() - bytes.as_ptr().addr());
        break;
    }
    end.is_some_and(|end| read + 2 < end as u64)
}
