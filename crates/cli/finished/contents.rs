//! Chooses the reader of a format.

use avatar_prepare::Format;

use super::leftover::Leftover;
use super::{jpeg, png};

/// The leftovers of a JPEG or PNG; for other formats none, which are refused by their format.
pub(crate) fn leftovers(format: Format, bytes: &[u8]) -> Vec<Leftover> {
    match format {
        Format::Jpeg => jpeg::leftovers(bytes),
        Format::Png => png::leftovers(bytes),
        _ => Vec::new(),
    }
}
