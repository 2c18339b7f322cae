//! Checks of a JPEG what a messenger checks: whether it is one, and its size.

/// Width and height of a complete JPEG.
pub(crate) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    if !bytes.starts_with(b"\xff\xd8\xff") || !bytes.ends_with(b"\xff\xd9") {
        return None;
    }
    let mut rest = bytes.get(2..)?;
    loop {
        let [0xff, marker, high, low, ..] = *rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let is_frame = (0xc0..=0xcf).contains(&marker) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            let side = |at: usize| {
                let bytes = [*rest.get(at)?, *rest.get(at + 1)?];
                Some(u32::from(u16::from_be_bytes(bytes)))
            };
            return Some((side(7)?, side(5)?));
        }
        rest = rest.get(2 + length..)?;
    }
}
