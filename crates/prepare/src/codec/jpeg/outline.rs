//! What of a JPEG is read before its pixels: everything up to the data of its first scan. It has the same header,
//! unless the height is stated behind that data.

use std::io::{self, Read};

use avatar_jpeg::Decoder;

use crate::pixels::in_order::not_in_order;
use crate::pixels::outline::Outline;

/// Most bytes before the first scan.
const MOST: u64 = 1 << 20;

/// Reads it; an error if the file has more before its pixels, or its header cannot be read from that alone.
pub(in crate::codec) fn outline(outline: &mut Outline) -> io::Result<()> {
    let mut start = Vec::new();
    outline.reader(0)?.take(MOST).read_to_end(&mut start)?;
    // The decoder counts the bytes of the file.
    let is_addressable = usize::try_from(outline.length()).is_ok();
    let scan = Decoder::new(&start).map(|decoder| decoder.header().first_scan);
    let scan = scan.ok().filter(|_| is_addressable);
    outline.keep(0..scan.ok_or_else(not_in_order)? as u64)
}
