//! What an EXIF block contains.

use exif::{Context, Exif, Reader};

use super::leftover::Leftover;

/// The block as one leftover, which says whether it names a place. A block that only states an
/// orientation counts, too: readers differ in whether they respect it.
pub(super) fn leftovers(block: &[u8]) -> Vec<Leftover> {
    let located = parse(block).is_some_and(|exif| has_position(&exif));
    vec![Leftover::new("EXIF").at_a_place(located)]
}

/// Whether there is any field about the position, even if it is incomplete.
fn has_position(exif: &Exif) -> bool {
    exif.fields()
        .any(|field| field.tag.context() == Context::Gps)
}

fn parse(block: &[u8]) -> Option<Exif> {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    Reader::new()
        .continue_on_error(true)
        .read_raw(tiff.to_vec())
        .or_else(|error| error.distill_partial_result(|_| ()))
        .ok()
}
