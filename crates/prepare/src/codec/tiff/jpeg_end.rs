//! Notices JPEG strips and tiles that end early: the decoders fill what is missing without an error.

/// How many bytes may follow the end marker.
const PADDING: usize = 1024;

/// Whether the marker of the end (ITU-T T.81, B.1.1.3) is there, possibly with padding after it.
pub(super) fn is_there(data: &[u8]) -> bool {
    let last = data.get(data.len().saturating_sub(PADDING)..);
    let mut pairs = last.unwrap_or_default().windows(2);
    pairs.any(|pair| pair == [0xff, 0xd9])
}
