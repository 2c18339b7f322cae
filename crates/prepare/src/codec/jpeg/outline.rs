//! What of a JPEG is read before its pixels: everything up to the data of its first scan. It has the same header,
//! unless the height is stated behind that data.

use std::fs::File;
use std::io;

use avatar_jpeg::Decoder;

use crate::pixels::in_order::Outline;

/// Most bytes before the first scan.
const MOST: u64 = 1 << 20;

/// Reads it from a file of this length; `None` if the file has more before its pixels, or its header cannot be
/// read from that alone.
pub(in crate::codec) fn outline(file: &mut File, length: u64) -> io::Result<Option<Outline>> {
    let mut start = Outline {
        bytes: Vec::new(),
        opened: 0,
        parts: Vec::new(),
    };
    start.keep(file, 0..MOST.min(length))?;
    // The decoder counts the bytes of the file.
    let is_addressable = usize::try_from(length).is_ok();
    let scan = Decoder::new(&start.bytes).map(|decoder| decoder.header().first_scan);
    let Some(opened) = scan.ok().filter(|_| is_addressable) else {
        return Ok(None);
    };
    start.bytes.truncate(opened);
    start.bytes.shrink_to_fit();
    Ok(Some(Outline {
        opened,
        parts: vec![(0..opened as u64, 0)],
        ..start
    }))
}
