//! Returns the memory of large pictures to the system, so that resident memory stays near the budget.

use avatar_prepare::{Error, Prepared};

/// Estimated bytes of a picture from which on its memory is returned. Ordinary photographs take less (a JPEG
/// of 24 MP 40 MB, a HEIC of 12 MP 36 MB): a run over them would get the same pages again for each.
const LARGE: u64 = 128 << 20;

/// Returns what the allocator kept of a picture, if it was large. To be called before its permit goes back:
/// otherwise the next picture would take new memory beside the pages that are still kept. Its pixels and
/// its encoded bytes are free when its results are published.
pub(super) fn return_memory(results: &Result<Vec<Prepared>, Error>) {
    let mut all = results.iter().flatten();
    if all.any(|made| made.cost.memory >= Some(LARGE)) {
        avatar_heap::return_freed();
    }
}
