//! Rearranges samples that are stored lane by lane into rows.

use super::LANES;

/// Writes sample `x` of block `lane`, found at `[x][lane]`, to `row[lane * N + x]`, for the first `count` blocks.
#[inline(always)]
pub(super) fn write<const N: usize>(samples: &[[u8; LANES]; N], count: usize, row: &mut [u8]) {
    let blocks = row.as_chunks_mut::<N>().0;
    if let Some(blocks) = blocks.first_chunk_mut::<LANES>().filter(|_| count == LANES) {
        for lane in 0..LANES {
            blocks[lane] = std::array::from_fn(|x| samples[x][lane]);
        }
        return;
    }
    for (lane, block) in blocks.iter_mut().enumerate().take(count.min(LANES)) {
        *block = std::array::from_fn(|x| samples[x][lane]);
    }
}
