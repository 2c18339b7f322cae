//! PackBits (TIFF 6.0, section 9), as in TIFF and Photoshop files. The run lengths of ICNS, SGI,
//! Sun raster, TGA and BMP are coded differently and are in the modules of their formats.

/// Appends the decompressed bytes; nothing is written beyond `end`. If the data ends early, fewer
/// bytes are appended.
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
