//! PackBits (TIFF 6.0, section 9), as in TIFF and Photoshop files. The run lengths of ICNS, SGI,
//! Sun raster, TGA and BMP are coded differently and are in the modules of their formats.

/// What became of the data.
pub(super) struct Filled<'a> {
    /// Bytes written; fewer than there is room for if the data ends early.
    pub(super) written: usize,
    /// Whether a run was longer than the room that was left.
    pub(super) overruns: bool,
    /// The data behind the last run.
    pub(super) rest: &'a [u8],
}

/// Fills `out` as far as there is data.
pub(super) fn unpack<'a>(mut data: &'a [u8], out: &mut [u8]) -> Filled<'a> {
    let (mut written, mut overruns) = (0, false);
    while written < out.len() {
        let Some((&code, rest)) = data.split_first() else {
            break;
        };
        let room = out.get_mut(written..).unwrap_or_default();
        let (length, used) = match code {
            0..=127 => {
                let length = usize::from(code) + 1;
                let there = length.min(rest.len()).min(room.len());
                if let (Some(into), Some(from)) = (room.get_mut(..there), rest.get(..there)) {
                    into.copy_from_slice(from);
                }
                overruns |= length > room.len();
                (there, length.min(rest.len()))
            }
            128 => (0, 0),
            _ => {
                let length = 257 - usize::from(code);
                let there = length.min(room.len());
                let Some(value) = rest.first() else { break };
                if let Some(into) = room.get_mut(..there) {
                    into.fill(*value);
                }
                overruns |= length > room.len();
                (there, 1)
            }
        };
        written += length;
        data = rest.get(used..).unwrap_or_default();
    }
    Filled {
        written,
        overruns,
        rest: data,
    }
}
