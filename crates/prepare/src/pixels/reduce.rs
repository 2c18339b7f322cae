//! Shrink-on-load for codecs that decode row by row: crops, and averages whole blocks of pixels, so
//! that the whole picture is never in memory. The stage `resize` then resizes to the exact size.

use avatar_jpeg::CropRect;

use crate::Rect;
use crate::pixels::block_sums::{add_weighted, average, average_narrow, sum_up};
use crate::pixels::depth::Depth;
use crate::pixels::raster::{Alpha, Layout, Raster, Samples};
use crate::plan::Plan;
use crate::settings::Effort;

/// Least multiple of the edge that is kept for Lanczos3. Over six photographs of 10 to 30 MP,
/// SSIMULACRA2 against Lanczos3 of the whole picture was 94.4 in the mean and 93.9 at worst.
const MARGIN: u32 = 2;
/// Largest block whose columns of 8 bits can be summed in 16: 257 × 255 = 65,535.
const NARROW: usize = 257;

/// A cropped and reduced picture, and the part of it that is shown.
#[derive(Clone)]
pub(crate) struct Reduced {
    pub(crate) raster: Raster,
    pub(crate) crop: CropRect,
}

/// Pixels of a block in each direction.
pub(crate) fn factor(plan: &Plan) -> u32 {
    match plan.effort() {
        Effort::Best => 1,
        Effort::Fast | Effort::Balanced => {
            let (crop, (width, height)) = (plan.crop(), plan.size());
            let across = crop.width / (width * MARGIN);
            let down = crop.height / (height * MARGIN);
            across.min(down).max(1)
        }
    }
}

/// Takes rows from the top to the bottom.
pub(crate) struct Reducer {
    crop: Rect,
    /// Pixels of a block in each direction.
    factor: usize,
    layout: Layout,
    alpha: Alpha,
    y: u32,
    /// Samples of a cropped row.
    length: usize,
    /// Sums over the rows of the current block; colour is weighted with straight alpha.
    columns: Vec<u32>,
    /// The same sums where 16 bits are enough, which takes half of the time; otherwise empty.
    narrow: Vec<u16>,
    /// Room for the sums of blocks, kept from one row of blocks to the next.
    blocks: Vec<u16>,
    rows: u32,
    /// Rows of the current block, unless the crop ends before.
    wanted_rows: u32,
    is_from_the_bottom: bool,
    samples: Samples,
}

impl Reducer {
    /// A reducer for rows of `layout` in the depth of `samples`, which must be empty.
    pub(crate) fn new(plan: &Plan, layout: Layout, alpha: Alpha, mut samples: Samples) -> Self {
        let crop = plan.crop();
        let factor = factor(plan) as usize;
        let side = |side: u32| (side as usize).div_ceil(factor);
        let length = side(crop.width) * side(crop.height) * layout.channels();
        match &mut samples {
            Samples::U8(samples) => samples.reserve_exact(length),
            Samples::U16(samples) => samples.reserve_exact(length),
        }
        let length = crop.width as usize * layout.channels();
        let is_weighted = layout.has_alpha() && alpha == Alpha::Straight;
        let is_narrow = matches!(samples, Samples::U8(_)) && !is_weighted && factor <= NARROW;
        let (narrow, columns) = if is_narrow { (length, 0) } else { (0, length) };
        Self {
            crop,
            factor,
            layout,
            alpha,
            y: 0,
            length,
            columns: vec![0; columns],
            narrow: vec![0; narrow],
            blocks: Vec::new(),
            rows: 0,
            wanted_rows: factor as u32,
            is_from_the_bottom: false,
            samples,
        }
    }

    /// The same reducer for rows that come from the bottom to the top. Blocks are the same, so that the
    /// result is, too: the lower one comes first.
    pub(crate) fn upside_down(self, height: u32) -> Self {
        let Rect {
            y, height: rows, ..
        } = self.crop;
        let factor = self.factor as u32;
        let lowest = rows % factor;
        Self {
            crop: Rect {
                y: height.saturating_sub(y.saturating_add(rows)),
                ..self.crop
            },
            wanted_rows: if lowest == 0 { factor } else { lowest },
            is_from_the_bottom: true,
            ..self
        }
    }

    /// The rows that are needed; those before can be skipped with [`Self::skip`], and those after
    /// left out.
    pub(crate) fn wanted(&self) -> std::ops::Range<u32> {
        self.crop.y..self.crop.y + self.crop.height
    }

    /// The columns that are needed; others may have any samples.
    pub(crate) fn columns(&self) -> std::ops::Range<u32> {
        self.crop.x..self.crop.x + self.crop.width
    }

    /// Skips a number of rows.
    pub(crate) fn skip(&mut self, rows: u32) {
        self.y += rows;
    }

    /// Takes the next whole row of the picture; one that is too short counts as black.
    pub(crate) fn push<T: Depth>(&mut self, row: &[T]) {
        let is_wanted = self.wanted().contains(&self.y);
        self.y += 1;
        if !is_wanted {
            return;
        }
        let start = self.crop.x as usize * self.layout.channels();
        let row = row.get(start..).unwrap_or_default();
        let row = row.get(..self.length.min(row.len())).unwrap_or_default();
        if self.factor == 1 {
            if let Some(samples) = T::sink(&mut self.samples) {
                samples.extend_from_slice(row);
            }
            return;
        }
        self.add(row);
        self.rows += 1;
        if self.rows == self.wanted_rows || self.y == self.wanted().end {
            self.emit::<T>();
        }
    }

    /// Share of the needed rows that were received.
    pub(crate) fn share(&self) -> f64 {
        let wanted = self.wanted();
        let taken = self.y.clamp(wanted.start, wanted.end) - wanted.start;
        f64::from(taken) / f64::from(self.crop.height.max(1))
    }

    /// Adds gray, opaque rows in place of those that are missing.
    pub(crate) fn fill<T: Depth>(&mut self, width: u32) {
        let channels = self.layout.channels();
        let mut row = vec![T::nearest(T::MAX / 2 + 1); width as usize * channels];
        if self.layout.has_alpha() {
            let pixels = row.chunks_exact_mut(channels);
            pixels
                .filter_map(<[T]>::last_mut)
                .for_each(|alpha| *alpha = T::nearest(T::MAX));
        }
        while self.y < self.wanted().end {
            self.push(&row);
        }
    }

    fn is_weighted(&self) -> bool {
        self.layout.has_alpha() && self.alpha == Alpha::Straight
    }

    fn add<T: Depth>(&mut self, row: &[T]) {
        let is_first = self.rows == 0;
        if !self.narrow.is_empty() {
            return sum_up(&mut self.narrow, row, T::narrow, is_first);
        }
        match (self.is_weighted(), self.layout.channels()) {
            (true, channels) => {
                if is_first {
                    self.columns.fill(0);
                }
                match channels {
                    2 => add_weighted::<T, 2>(&mut self.columns, row),
                    _ => add_weighted::<T, 4>(&mut self.columns, row),
                }
            }
            (false, _) => sum_up(&mut self.columns, row, T::into, is_first),
        }
    }

    /// Averages a row of blocks; the last block can be narrower, and the last row lower.
    fn emit<T: Depth>(&mut self) {
        match self.layout.channels() {
            1 => self.average::<T, 1>(),
            2 => self.average::<T, 2>(),
            3 => self.average::<T, 3>(),
            _ => self.average::<T, 4>(),
        }
        (self.rows, self.wanted_rows) = (0, self.factor as u32);
    }

    fn average<T: Depth, const N: usize>(&mut self) {
        let (is_weighted, rows) = (self.is_weighted(), u64::from(self.rows));
        if let (false, Samples::U8(samples)) = (self.narrow.is_empty(), &mut self.samples) {
            let Self {
                narrow,
                blocks,
                factor,
                ..
            } = self;
            if average_narrow::<N>(narrow, *factor, rows, blocks, samples) {
                return;
            }
        }
        let Some(samples) = T::sink(&mut self.samples) else {
            return;
        };
        match self.narrow.is_empty() {
            true => average::<T, u32, N>(&self.columns, self.factor, rows, is_weighted, samples),
            false => average::<T, u16, N>(&self.narrow, self.factor, rows, is_weighted, samples),
        }
    }

    /// The reduced picture; `None` if rows are missing.
    pub(crate) fn finish(mut self) -> Option<Reduced> {
        let factor = self.factor as u32;
        let size = (
            self.crop.width.div_ceil(factor),
            self.crop.height.div_ceil(factor),
        );
        if self.is_from_the_bottom {
            let stride = size.0 as usize * self.layout.channels();
            match &mut self.samples {
                Samples::U8(samples) => turn_over(samples, stride),
                Samples::U16(samples) => turn_over(samples, stride),
            }
        }
        let raster = Raster::new(size, self.layout, self.samples)?;
        let raster = match self.alpha {
            Alpha::Straight => raster,
            Alpha::Premultiplied => raster.premultiplied(),
        };
        let crop = CropRect {
            x: 0.0,
            y: 0.0,
            width: f64::from(self.crop.width) / f64::from(factor),
            height: f64::from(self.crop.height) / f64::from(factor),
        };
        Some(Reduced { raster, crop })
    }
}

/// Puts the last row first.
fn turn_over<T>(samples: &mut [T], stride: usize) {
    let mut rows = samples.chunks_exact_mut(stride.max(1));
    while let (Some(upper), Some(lower)) = (rows.next(), rows.next_back()) {
        upper.swap_with_slice(lower);
    }
}
