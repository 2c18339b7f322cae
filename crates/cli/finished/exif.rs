//! What an EXIF block contains.

use avatar_prepare::exif_names_a_place;

use super::leftover::Leftover;

/// The block as one leftover, which says whether it names a place. A block that only states an
/// orientation counts, too: readers differ in whether they respect it.
pub(super) fn leftovers(block: &[u8]) -> Vec<Leftover> {
    vec![Leftover::new("EXIF").at_a_place(exif_names_a_place(block))]
}
