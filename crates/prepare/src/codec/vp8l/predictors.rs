//! The transform that predicts pixels from their neighbours (RFC 9649, section 3.5.1).

use super::tiles::Tiles;

/// A mode for each tile, and the row above.
pub(super) struct Predictors {
    modes: Tiles<u8>,
    /// The row above, and at its end the first pixel of the current one, which counts as the right
    /// upper neighbour of the last.
    above: Vec<u32>,
}

/// The neighbours of a pixel in lanes: left, above on the left, above, above on the right.
type Around = [u64; 4];

impl Predictors {
    pub(super) fn new(modes: Tiles<u8>, width: usize) -> Self {
        Self {
            modes,
            above: vec![0; width + 1],
        }
    }

    /// Adds what is predicted to a row.
    pub(super) fn undo(&mut self, y: usize, row: &mut [u32]) {
        let Some((first, rest)) = row.split_first_mut() else {
            return;
        };
        if y == 0 {
            *first = add(*first, 0xff00_0000);
            let mut left = *first;
            for pixel in rest {
                left = add(left, *pixel);
                *pixel = left;
            }
        } else {
            *first = add(*first, self.above.first().copied().unwrap_or(0));
            if let Some(last) = self.above.last_mut() {
                *last = *first;
            }
            let side = self.modes.side();
            let mut left = *first;
            let mut start = 1;
            for (tile, mode) in self.modes.row(y).enumerate() {
                let end = ((tile + 1) * side).min(row.len());
                let piece = row.get_mut(start..end).unwrap_or_default();
                let above = self.above.get(start - 1..).unwrap_or_default();
                left = predict(mode, piece, above, left);
                start = end.max(1);
            }
        }
        for (above, pixel) in self.above.iter_mut().zip(row) {
            *above = *pixel;
        }
    }
}

/// Adds what a mode predicts to pixels of a row and returns the last. `above` starts one pixel to the
/// left of them and ends at least one to the right.
fn predict(mode: u8, pixels: &mut [u32], above: &[u32], left: u32) -> u32 {
    let with = (pixels, above, left);
    match mode {
        1 => chained(with, |[left, ..]| left),
        2 => apart(with, |[_, above, _]| above),
        3 => apart(with, |[.., right]| right),
        4 => apart(with, |[corner, ..]| corner),
        5 => chained(with, |[left, _, above, right]| {
            lanes::mean(lanes::mean(left, right), above)
        }),
        6 => chained(with, |[left, corner, ..]| lanes::mean(left, corner)),
        7 => chained(with, |[left, _, above, _]| lanes::mean(left, above)),
        8 => apart(with, |[corner, above, _]| mean(corner, above)),
        9 => apart(with, |[_, above, right]| mean(above, right)),
        10 => chained(with, |[left, corner, above, right]| {
            lanes::mean(lanes::mean(left, corner), lanes::mean(above, right))
        }),
        11 => select(with),
        12 => chained(with, |[left, corner, above, _]| {
            lanes::gradient(left, above, corner)
        }),
        13 => chained(with, |[left, corner, above, _]| {
            lanes::half_gradient(lanes::mean(left, above), corner)
        }),
        _ => apart(with, |_| 0xff00_0000),
    }
}

type Piece<'a> = (&'a mut [u32], &'a [u32], u32);

/// Each pixel of the row above with the two on its right.
#[inline(always)]
fn triples(above: &[u32]) -> impl Iterator<Item = [u32; 3]> {
    let from = |start: usize| above.get(start..).unwrap_or_default().iter();
    let three = from(0).zip(from(1)).zip(from(2));
    three.map(|((corner, above), right)| [*corner, *above, *right])
}

/// For modes that do not look at the left neighbour: many pixels at once.
#[inline(always)]
fn apart((pixels, above, left): Piece<'_>, predicted: impl Fn([u32; 3]) -> u32) -> u32 {
    for (pixel, around) in pixels.iter_mut().zip(triples(above)) {
        *pixel = add(*pixel, predicted(around));
    }
    pixels.last().copied().unwrap_or(left)
}

/// For modes that do, in which each pixel waits for the one before: components stay apart, so that there
/// is less to do between them.
#[inline(always)]
fn chained((pixels, above, left): Piece<'_>, predicted: impl Fn(Around) -> u64) -> u32 {
    let [corner, next, ..] = above else {
        return left;
    };
    let (mut corner, mut next) = (lanes::spread(*corner), lanes::spread(*next));
    let mut left = lanes::spread(left);
    for (pixel, right) in pixels.iter_mut().zip(above.iter().skip(2)) {
        let right = lanes::spread(*right);
        let predicted = predicted([left, corner, next, right]);
        left = lanes::add(lanes::spread(*pixel), predicted);
        *pixel = lanes::join(left);
        (corner, next) = (next, right);
    }
    lanes::join(left)
}

/// The left or the upper neighbour, whichever is nearer to the sum of both less the corner.
#[inline(always)]
fn select((pixels, above, mut left): Piece<'_>) -> u32 {
    // In 64 bits, because compilers would put the few narrower numbers into vectors, which takes longer.
    let distance = |a: u32, b: u32| {
        let component =
            |shift: u32| (i64::from(a >> shift & 0xff) - i64::from(b >> shift & 0xff)).abs();
        component(0) + component(8) + component(16) + component(24)
    };
    for (pixel, around) in pixels.iter_mut().zip(triples(above)) {
        let [corner, above, _] = around;
        // The sum less one neighbour is the difference of the others.
        let is_left = distance(above, corner) < distance(left, corner);
        let (by_left, by_above) = (add(*pixel, left), add(*pixel, above));
        left = std::hint::select_unpredictable(is_left, by_left, by_above);
        *pixel = left;
    }
    left
}

/// The sum of each component, without carries between them.
#[inline(always)]
pub(super) fn add(a: u32, b: u32) -> u32 {
    let even = (a & 0x00ff_00ff).wrapping_add(b & 0x00ff_00ff) & 0x00ff_00ff;
    let odd = (a & 0xff00_ff00).wrapping_add(b & 0xff00_ff00) & 0xff00_ff00;
    even | odd
}

/// The mean of each component, rounded down.
#[inline(always)]
fn mean(a: u32, b: u32) -> u32 {
    (((a ^ b) & 0xfefe_fefe) >> 1) + (a & b)
}

/// The four components of a pixel in 16 bits each.
mod lanes {
    const ONES: u64 = 0x0001_0001_0001_0001;
    const BYTES: u64 = 0xff * ONES;

    #[inline(always)]
    pub(super) fn spread(pixel: u32) -> u64 {
        u64::from(pixel & 0x00ff_00ff) | u64::from(pixel & 0xff00_ff00) << 24
    }

    #[inline(always)]
    pub(super) fn join(lanes: u64) -> u32 {
        lanes as u32 | (lanes >> 24) as u32
    }

    #[inline(always)]
    pub(super) fn add(a: u64, b: u64) -> u64 {
        (a + b) & BYTES
    }

    /// Rounded down.
    #[inline(always)]
    pub(super) fn mean(a: u64, b: u64) -> u64 {
        ((a + b) >> 1) & BYTES
    }

    /// `left + above - corner`, limited to 8 bits.
    #[inline(always)]
    pub(super) fn gradient(left: u64, above: u64, corner: u64) -> u64 {
        limited(left + (above + 256 * ONES - corner))
    }

    /// `mean + (mean - corner) / 2`, rounded towards the mean and limited to 8 bits.
    #[inline(always)]
    pub(super) fn half_gradient(mean: u64, corner: u64) -> u64 {
        let difference = mean + 256 * ONES - corner;
        let is_negative = (difference >> 8 & ONES) ^ ONES;
        let half = ((difference + is_negative) >> 1) & (0x1ff * ONES);
        limited(mean + half + 128 * ONES)
    }

    /// Values that were increased by 256, limited to 8 bits.
    #[inline(always)]
    fn limited(values: u64) -> u64 {
        let is_within = values >> 8 & ONES;
        let is_above = values >> 9 & ONES;
        let every_bit = |flags: u64| (flags << 8) - flags;
        values & every_bit(is_within) | every_bit(is_above)
    }
}
