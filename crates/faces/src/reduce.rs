//! Reduces the picture to the size of the look, row by row, by averaging areas.

/// Size of a picture whose longer side is reduced to `longest`, never enlarged.
pub(crate) fn reduced_size(width: u32, height: u32, longest: u32) -> (u32, u32) {
    let long = width.max(height);
    if long <= longest {
        return (width, height);
    }
    let scaled = |side: u32| {
        let rounded =
            (u64::from(side) * u64::from(longest) + u64::from(long) / 2) / u64::from(long);
        (rounded as u32).max(1)
    };
    (scaled(width), scaled(height))
}

/// Produces the rows of a reduced picture from top to bottom.
///
/// Each pixel is the mean of the area that it covers, in which pixels at the edge count by their
/// share. Shares are whole numbers: a source pixel is `to` units wide and a reduced one `from`
/// units, so rounding is the same everywhere.
pub(crate) struct Rows<'a> {
    pixels: &'a [u8],
    from: (usize, usize),
    to: (usize, usize),
    next: usize,
    /// The current row: sums over its source rows at the full width.
    sums: &'a mut [f32],
}

impl<'a> Rows<'a> {
    /// `pixels` are red, green, blue; `sums` has room for a row of them.
    pub(crate) fn new(
        pixels: &'a [u8],
        from: (usize, usize),
        to: (usize, usize),
        sums: &'a mut [f32],
    ) -> Self {
        Self {
            pixels,
            from,
            to,
            next: 0,
            sums,
        }
    }

    /// Fills the start of `row` with the next row, 0 to 255, and the rest with black; below the picture all is black.
    pub(crate) fn next_into(&mut self, row: &mut [f32]) {
        let y = self.next;
        self.next += 1;
        if y >= self.to.1 {
            row.fill(0.0);
            return;
        }
        let (filled, padding) = row.split_at_mut(self.to.0 * 3);
        padding.fill(0.0);
        if self.from == self.to {
            for (to, &from) in filled.iter_mut().zip(&self.pixels[y * self.to.0 * 3..]) {
                *to = f32::from(from);
            }
            return;
        }
        self.add_rows(y);
        self.shorten(filled);
    }

    fn add_rows(&mut self, y: usize) {
        self.sums.fill(0.0);
        for (i, share) in shares(y, self.from.1, self.to.1) {
            let from = &self.pixels[i * self.from.0 * 3..];
            for (sum, &value) in self.sums.iter_mut().zip(from) {
                *sum += share * f32::from(value);
            }
        }
    }

    fn shorten(&self, row: &mut [f32]) {
        let area = (self.from.0 * self.from.1) as f32;
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            let mut sum = [0.0; 3];
            for (i, share) in shares(x, self.from.0, self.to.0) {
                for (sum, &value) in sum.iter_mut().zip(&self.sums[i * 3..]) {
                    *sum += share * value;
                }
            }
            for (to, sum) in pixel.iter_mut().zip(sum) {
                *to = sum / area;
            }
        }
    }
}

/// Which source pixels lie in reduced pixel `at`, each with its share; shares add up to `from`.
fn shares(at: usize, from: usize, to: usize) -> impl Iterator<Item = (usize, f32)> {
    let (start, end) = (at * from, (at + 1) * from);
    (start / to..end.div_ceil(to))
        .map(move |i| (i, (end.min((i + 1) * to) - start.max(i * to)) as f32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduce(pixels: &[u8], from: (usize, usize), to: (usize, usize)) -> Vec<f32> {
        let mut sums = vec![0.0; from.0 * 3];
        let mut rows = Rows::new(pixels, from, to, &mut sums);
        let mut all = vec![0.0; to.0 * to.1 * 3];
        for row in all.chunks_exact_mut(to.0 * 3) {
            rows.next_into(row);
        }
        all
    }

    #[test]
    fn sizes_keep_the_shape() {
        assert_eq!(reduced_size(1024, 768, 320), (320, 240));
        assert_eq!(reduced_size(683, 1024, 320), (213, 320));
        assert_eq!(reduced_size(100, 50, 320), (100, 50));
        assert_eq!(reduced_size(65_535, 1, 320), (320, 1));
        assert_eq!(reduced_size(321, 320, 320), (320, 319));
    }

    #[test]
    fn a_pixel_is_the_mean_of_its_area() {
        let pixels = [[10, 20, 30], [20, 30, 40], [40, 50, 60]].concat();
        assert_eq!(
            reduce(&pixels, (3, 1), (1, 1)),
            [70.0 / 3.0, 100.0 / 3.0, 130.0 / 3.0]
        );
        let two = reduce(&pixels, (3, 1), (2, 1));
        assert_eq!(two[0], 40.0 / 3.0);
        assert_eq!(two[3], 100.0 / 3.0);
    }

    #[test]
    fn grey_stays_grey_at_every_size() {
        for width in 1..40 {
            for to in 1..=width {
                let pixels = vec![77; width * 3 * 5];
                for value in reduce(&pixels, (width, 5), (to, 3)) {
                    assert!((value - 77.0).abs() < 1e-4, "{width} to {to}: {value}");
                }
            }
        }
    }
}
