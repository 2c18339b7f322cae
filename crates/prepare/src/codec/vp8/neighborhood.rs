//! A block of samples while it is predicted, with the samples around it (RFC 6386, section 12).

use super::modes::Whole;

/// The column of the samples to the left; the block starts in the next one.
pub(super) const LEFT: usize = 7;
pub(super) const START: usize = LEFT + 1;

/// A row above, then the rows of the block. Luma has `WIDTH` 32 and `HEIGHT` 17, with four samples more
/// in the row above; chroma has 16 and 9.
pub(super) struct Neighborhood<const WIDTH: usize, const HEIGHT: usize> {
    pub(super) rows: [[u8; WIDTH]; HEIGHT],
}

impl<const WIDTH: usize, const HEIGHT: usize> Neighborhood<WIDTH, HEIGHT> {
    const SIDE: usize = HEIGHT - 1;

    pub(super) fn new() -> Self {
        let rows = [[0; WIDTH]; HEIGHT];
        Self { rows }
    }

    /// The samples left of the first column of a picture.
    pub(super) fn start_row(&mut self, is_first: bool) {
        for row in &mut self.rows {
            row[LEFT] = 129;
        }
        self.rows[0][LEFT] = if is_first { 127 } else { 129 };
    }

    /// Goes one block to the right: its last column becomes the one to the left.
    #[inline(always)]
    pub(super) fn advance(&mut self) {
        for row in &mut self.rows {
            row[LEFT] = row[LEFT + Self::SIDE];
        }
    }

    /// Fills the row above from the last row of the macroblocks there.
    #[inline(always)]
    pub(super) fn set_above(&mut self, above: &[u8]) {
        let target = &mut self.rows[0][START..][..Self::SIDE];
        for (target, &sample) in target.iter_mut().zip(above) {
            *target = sample;
        }
    }

    /// The samples of a row of the block.
    #[inline(always)]
    pub(super) fn row(&self, row: usize) -> &[u8] {
        &self.rows[1 + row][START..][..Self::SIDE]
    }

    /// Predicts the whole block. Samples outside the picture do not count for the mean.
    #[inline(always)]
    pub(super) fn predict(&mut self, mode: Whole, has_above: bool, has_left: bool) {
        let (above, rows) = self.rows.split_at_mut(1);
        let corner = i16::from(above[0][LEFT]);
        let above = &above[0][START..][..Self::SIDE];
        if mode == Whole::Dc {
            let left = rows.iter().map(|row| u32::from(row[LEFT])).sum();
            let above = above.iter().map(|&sample| u32::from(sample)).sum();
            let mean = mean(
                Self::SIDE as u32,
                has_above.then_some(above),
                has_left.then_some(left),
            );
            rows.iter_mut()
                .for_each(|row| row[START..][..Self::SIDE].fill(mean));
            return;
        }
        for row in rows {
            let left = row[LEFT];
            let row = &mut row[START..][..Self::SIDE];
            match mode {
                Whole::Vertical => row.copy_from_slice(above),
                Whole::Horizontal => row.fill(left),
                _ => {
                    let slope = i16::from(left) - corner;
                    for (sample, &above) in row.iter_mut().zip(above) {
                        *sample = (slope + i16::from(above)).clamp(0, 255) as u8;
                    }
                }
            }
        }
    }

    /// Adds a residue to 8 samples in each of four rows.
    #[inline(always)]
    pub(super) fn add_pair(&mut self, (column, row): (usize, usize), residue: &[[i16; 8]; 4]) {
        for (row, residue) in self.rows[1 + row..][..4].iter_mut().zip(residue) {
            add(&mut row[START + column..][..8], residue);
        }
    }

    /// Adds a residue to 4 samples in each of four rows.
    #[inline(always)]
    pub(super) fn add_part(&mut self, (column, row): (usize, usize), residue: &[[i16; 4]; 4]) {
        for (row, residue) in self.rows[1 + row..][..4].iter_mut().zip(residue) {
            add(&mut row[START + column..][..4], residue);
        }
    }
}

#[inline(always)]
fn add(samples: &mut [u8], residue: &[i16]) {
    for (sample, &residue) in samples.iter_mut().zip(residue) {
        *sample = i16::from(*sample).saturating_add(residue).clamp(0, 255) as u8;
    }
}

/// The rounded mean of the sums over one or two sides; 128 without any.
fn mean(side: u32, above: Option<u32>, left: Option<u32>) -> u8 {
    let mean = match (above, left) {
        (Some(above), Some(left)) => (above + left + side) / (2 * side),
        (Some(sum), None) | (None, Some(sum)) => (sum + side / 2) / side,
        (None, None) => 128,
    };
    mean as u8
}
