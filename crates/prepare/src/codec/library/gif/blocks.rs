//! Reduces rows that come in any order, as those of interlaced pictures do: the sums of all blocks are kept until the
//! last row, which takes less than all indexes of a large picture.

use std::ops::AddAssign;

use avatar_jpeg::CropRect;

use crate::pixels::block_sums::Means;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::pixels::reduce::{self, Reduced};
use crate::{Plan, Rect};

/// Colours with alpha of all indexes.
pub(super) type Palette = [[u8; 4]; 256];

/// Side of the largest block whose colours are summed in 16 bits: 16 × 16 × 255 = 65,280.
const NARROW: u32 = 16;
/// The same for 32 bits: 4104 × 4104 × 255 < 2³².
const WIDE: u32 = 4104;
/// Most pixels whose colours are summed in the 16 bits of a lane: 257 × 255 = 65,535.
const RUN: usize = 257;

/// Bytes that the sums of all blocks take; `None` if rows are not reduced, or by too much.
pub(super) fn memory(plan: &Plan, channels: u64) -> Option<u64> {
    let factor = reduce::factor(plan);
    let bytes = match factor {
        2..=NARROW => 2,
        ..=WIDE if factor > 1 => 4,
        _ => return None,
    };
    let (across, down) = blocks(plan.crop(), factor);
    Some(bytes * channels * across as u64 * down as u64)
}

/// Blocks across and down.
fn blocks(crop: Rect, factor: u32) -> (usize, usize) {
    let side = |side: u32| side.div_ceil(factor) as usize;
    (side(crop.width), side(crop.height))
}

/// Takes the rows of a picture of palette indexes.
pub(super) trait AnyOrder {
    /// Takes the indexes of a row.
    fn push(&mut self, y: u32, indexes: &[u8]);
    /// The reduced picture, once all rows are there.
    fn finish(self: Box<Self>) -> Option<Reduced>;
}

/// What takes the rows; `None` where [`memory`] is.
pub(super) fn any_order(
    plan: &Plan,
    palette: &Palette,
    layout: Layout,
) -> Option<Box<dyn AnyOrder>> {
    memory(plan, 1)?;
    Some(match (reduce::factor(plan) <= NARROW, layout.has_alpha()) {
        (true, false) => Box::new(Blocks::<u16, 3>::new(plan, palette, layout)),
        (true, true) => Box::new(Blocks::<u16, 4>::new(plan, palette, layout)),
        (false, false) => Box::new(Blocks::<u32, 3>::new(plan, palette, layout)),
        (false, true) => Box::new(Blocks::<u32, 4>::new(plan, palette, layout)),
    })
}

/// The sums of all blocks. Of transparent pixels nothing is added; the fourth sum is the number of the others.
struct Blocks<C, const N: usize> {
    crop: Rect,
    factor: u32,
    layout: Layout,
    /// The colour of each index, one channel in 16 bits, so that all are added at once.
    lanes: [u64; 256],
    across: usize,
    sums: Vec<[C; N]>,
}

impl<C: Copy + Default + AddAssign + From<u16> + Into<u64>, const N: usize> Blocks<C, N> {
    fn new(plan: &Plan, palette: &Palette, layout: Layout) -> Self {
        let (crop, factor) = (plan.crop(), reduce::factor(plan));
        let (across, down) = blocks(crop, factor);
        Self {
            crop,
            factor,
            layout,
            lanes: palette.map(lane),
            across,
            sums: vec![[C::default(); N]; across * down],
        }
    }

    /// Appends the averages of a row of blocks.
    fn average(&self, row: usize, sums: &[[C; N]], samples: &mut Vec<u8>) {
        let factor = self.factor;
        let side = |length: u32, at: usize| u64::from(factor.min(length - at as u32 * factor));
        let rows = side(self.crop.height, row);
        let (whole, last) = sums.split_at(sums.len().saturating_sub(1));
        let columns = side(self.crop.width, whole.len());
        for (blocks, columns) in [(whole, u64::from(factor)), (last, columns)] {
            let means = Means::new::<u8>(columns * rows);
            for sums in blocks {
                let sums: [u64; N] = (*sums).map(Into::into);
                samples.extend_from_slice(&match self.layout.has_alpha() {
                    // Opaque pixels have an alpha of 255.
                    true => means.weighted::<u8, N>(sums.map(|sum| 255 * sum)),
                    false => means.plain::<u8, N>(sums),
                });
            }
        }
    }
}

fn lane([red, green, blue, alpha]: [u8; 4]) -> u64 {
    match alpha {
        0 => 0,
        _ => u64::from(red) | u64::from(green) << 16 | u64::from(blue) << 32 | 1 << 48,
    }
}

impl<C, const N: usize> AnyOrder for Blocks<C, N>
where
    C: Copy + Default + AddAssign + From<u16> + Into<u64>,
{
    fn push(&mut self, y: u32, indexes: &[u8]) {
        let Rect { x, width, .. } = self.crop;
        let Some(y) = y.checked_sub(self.crop.y) else {
            return;
        };
        if y >= self.crop.height {
            return;
        }
        let indexes = indexes.get(x as usize..(x + width) as usize);
        let blocks = indexes.unwrap_or_default().chunks(self.factor as usize);
        let start = (y / self.factor) as usize * self.across;
        let sums = self.sums.get_mut(start..).unwrap_or_default();
        for (sums, block) in sums.iter_mut().zip(blocks) {
            for run in block.chunks(RUN) {
                let all: u64 = run
                    .iter()
                    .map(|&index| self.lanes[usize::from(index)])
                    .sum();
                for (channel, sum) in sums.iter_mut().enumerate() {
                    *sum += C::from((all >> (16 * channel)) as u16);
                }
            }
        }
    }

    fn finish(self: Box<Self>) -> Option<Reduced> {
        let mut samples = Vec::with_capacity(N * self.sums.len());
        let rows = self.sums.chunks(self.across.max(1)).enumerate();
        rows.for_each(|(row, sums)| self.average(row, sums, &mut samples));
        let (across, down) = blocks(self.crop, self.factor);
        let size = (across as u32, down as u32);
        let raster = Raster::new(size, self.layout, Samples::U8(samples))?;
        let factor = f64::from(self.factor);
        let crop = CropRect {
            x: 0.0,
            y: 0.0,
            width: f64::from(self.crop.width) / factor,
            height: f64::from(self.crop.height) / factor,
        };
        Some(Reduced { raster, crop })
    }
}
