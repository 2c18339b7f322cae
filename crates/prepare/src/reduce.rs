//! Shrink-on-load for codecs that hand over rows: crops, and averages whole blocks of pixels, so that
//! the whole picture never stands in memory; the rest of the way is left to `resize`.

use avatar_jpeg::CropRect;

use crate::Rect;
use crate::plan::Plan;
use crate::raster::{Alpha, Layout, Raster, Samples};
use crate::settings::Effort;

/// Resolution kept beyond the edge before Lanczos3, at least. Over six photographs of 10 to 30 MP, SSIMULACRA2 against
/// Lanczos3 of the whole picture was 94.4 in the mean and 93.9 at worst.
const MARGIN: u32 = 2;

/// A cropped and reduced picture, and the part of it that is the square.
pub(crate) struct Reduced {
    pub(crate) raster: Raster,
    pub(crate) crop: CropRect,
}

/// Pixels of a block in each direction.
pub(crate) fn factor(plan: &Plan) -> u32 {
    match plan.effort() {
        Effort::Best => 1,
        Effort::Fast | Effort::Balanced => (plan.crop().width / (plan.edge() * MARGIN)).max(1),
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
    /// Sums over the rows of the current block; colour is weighted with straight alpha.
    columns: Vec<u32>,
    rows: u32,
    samples: Samples,
}

/// Depths that rows come in.
pub(crate) trait Depth: Copy + Into<u32> {
    /// Colour times alpha in a scale of which sums of 32,768 rows fit 32 bits.
    fn weighted(color: u32, alpha: u32) -> u32;
    /// What [`Self::weighted`] multiplied alpha with.
    const SCALE: u64;
    fn nearest(value: u64) -> Self;
    fn sink(samples: &mut Samples) -> Option<&mut Vec<Self>>;
}

impl Depth for u8 {
    const SCALE: u64 = 1;
    fn weighted(color: u32, alpha: u32) -> u32 {
        color * alpha
    }
    fn nearest(value: u64) -> Self {
        value.min(255) as Self
    }
    fn sink(samples: &mut Samples) -> Option<&mut Vec<Self>> {
        match samples {
            Samples::U8(samples) => Some(samples),
            Samples::U16(_) => None,
        }
    }
}

impl Depth for u16 {
    const SCALE: u64 = 65_535;
    fn weighted(color: u32, alpha: u32) -> u32 {
        ((u64::from(color) * u64::from(alpha) + 32_767) / 65_535) as u32
    }
    fn nearest(value: u64) -> Self {
        value.min(65_535) as Self
    }
    fn sink(samples: &mut Samples) -> Option<&mut Vec<Self>> {
        match samples {
            Samples::U16(samples) => Some(samples),
            Samples::U8(_) => None,
        }
    }
}

impl Reducer {
    /// For rows of `layout` in the depth of `samples`, which must be empty.
    pub(crate) fn new(plan: &Plan, layout: Layout, alpha: Alpha, mut samples: Samples) -> Self {
        let crop = plan.crop();
        let factor = factor(plan) as usize;
        let side = |side: u32| (side as usize).div_ceil(factor);
        let length = side(crop.width) * side(crop.height) * layout.channels();
        match &mut samples {
            Samples::U8(samples) => samples.reserve_exact(length),
            Samples::U16(samples) => samples.reserve_exact(length),
        }
        Self {
            crop,
            factor,
            layout,
            alpha,
            y: 0,
            columns: vec![0; crop.width as usize * layout.channels()],
            rows: 0,
            samples,
        }
    }

    /// The rows that matter: those before and behind may be left out, with [`Self::skip`].
    pub(crate) fn wanted(&self) -> std::ops::Range<u32> {
        self.crop.y..self.crop.y + self.crop.height
    }

    /// Goes on without a number of rows.
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
        let row = row.get(..self.columns.len()).unwrap_or_default();
        if self.factor == 1 {
            if let Some(samples) = T::sink(&mut self.samples) {
                samples.extend_from_slice(row);
            }
            return;
        }
        self.add(row);
        self.rows += 1;
        if self.rows as usize == self.factor || self.y == self.wanted().end {
            self.emit::<T>();
        }
    }

    fn is_weighted(&self) -> bool {
        self.layout.has_alpha() && self.alpha == Alpha::Straight
    }

    fn add<T: Depth>(&mut self, row: &[T]) {
        if !self.is_weighted() {
            for (sum, &sample) in self.columns.iter_mut().zip(row) {
                *sum += sample.into();
            }
            return;
        }
        let channels = self.layout.channels();
        let pixels = self.columns.chunks_exact_mut(channels);
        for (sums, pixel) in pixels.zip(row.chunks_exact(channels)) {
            if let ([sums @ .., total], [color @ .., alpha]) = (sums, pixel) {
                let alpha = (*alpha).into();
                *total += alpha;
                for (sum, &sample) in sums.iter_mut().zip(color) {
                    *sum += T::weighted(sample.into(), alpha);
                }
            }
        }
    }

    /// Averages a row of blocks; the last block may be narrower, the last row lower.
    fn emit<T: Depth>(&mut self) {
        let is_weighted = self.is_weighted();
        let channels = self.layout.channels();
        let Some(samples) = T::sink(&mut self.samples) else {
            return;
        };
        for block in self.columns.chunks(self.factor * channels) {
            let mut sums = [0u64; 4];
            for pixel in block.chunks_exact(channels) {
                for (sum, &column) in sums.iter_mut().zip(pixel) {
                    *sum += u64::from(column);
                }
            }
            let area = (block.len() / channels) as u64 * u64::from(self.rows);
            let mean = |sum: u64, of: u64| T::nearest((sum + of / 2) / of.max(1));
            let (color, last) = sums.split_at(channels - 1);
            let total = last.first().copied().unwrap_or(0);
            for &sum in color {
                samples.push(if is_weighted {
                    mean(sum * T::SCALE, total)
                } else {
                    mean(sum, area)
                });
            }
            samples.push(mean(total, area));
        }
        self.columns.fill(0);
        self.rows = 0;
    }

    /// `None` if rows are missing.
    pub(crate) fn finish(self) -> Option<Reduced> {
        let factor = self.factor as u32;
        let size = (
            self.crop.width.div_ceil(factor),
            self.crop.height.div_ceil(factor),
        );
        let raster = Raster::new(size, self.layout, self.samples)?;
        let raster = match self.alpha {
            Alpha::Straight => raster,
            Alpha::Associated => raster.associated(),
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
