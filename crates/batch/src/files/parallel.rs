//! Maps a list on several threads; results keep the order of the list.

use std::num::NonZeroUsize;
use std::thread::{self, ScopedJoinHandle};

/// Applies `each` to all items, on up to `jobs` threads.
pub fn map<T: Sync, R: Send>(
    items: &[T],
    jobs: NonZeroUsize,
    each: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let piece = items.len().div_ceil(jobs.get()).max(1);
    let work = |piece: &[T]| piece.iter().map(&each).collect::<Vec<_>>();
    thread::scope(|scope| {
        let pieces = items.chunks(piece);
        let work = &work;
        let threads: Vec<_> = pieces
            .map(|piece| scope.spawn(move || work(piece)))
            .collect();
        let results = threads.into_iter().map(ScopedJoinHandle::join);
        results
            .flat_map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
