//! PackBits (TIFF 6.0, section 9), as TIFF and Photoshop have it. The run lengths of ICNS, SGI, Sun raster, TGA and BMP
//! count otherwise and stay with their formats.

/// Appends what is packed; nothing is written beyond `end`. What ends early leaves fewer bytes.
pub(super) fn unpack(mut packed: &[u8], into: &mut Vec<u8>, end: usize) {
    while let Some((&code, rest)) = packed.split_first() {
        let room = end.saturating_sub(into.len());
        let used = match code {
            0..=127 => {
                let length = (usize::from(code) + 1).min(rest.len());
                into.extend_from_slice(&rest[..length.min(room)]);
                length
            }
            128 => 0,
            _ => {
                let run = (257 - usize::from(code)).min(room);
                let value = rest.first().copied().unwrap_or_default();
                into.resize(into.len() + run, value);
                1
            }
        };
        packed = rest.get(used..).unwrap_or_default();
    }
}
