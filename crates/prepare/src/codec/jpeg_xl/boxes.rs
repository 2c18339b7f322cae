//! Boxes of a JPEG XL container (ISO/IEC 18181-2).

use crate::codec::bytes::u32_be;

/// Type and content of the first box, and what follows it. A box that is cut short has what is there of its content.
pub(super) fn first_box(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (head, length) = match u32_be(bytes, 0)? {
        0 => (8, bytes.len() as u64),
        1 => (
            16,
            u64::from(u32_be(bytes, 8)?) << 32 | u64::from(u32_be(bytes, 12)?),
        ),
        length => (8, length.into()),
    };
    let end = usize::try_from(length).ok()?.min(bytes.len());
    Some((bytes.get(4..8)?, bytes.get(head..end)?, bytes.get(end..)?))
}
