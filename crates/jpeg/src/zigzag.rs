//! The zigzag sequence (T.81, Figure 5).

/// Natural (row-major) position of each zigzag index.
pub(crate) const NATURAL: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Row and column of a zigzag index below 64.
pub(crate) const fn row_column(index: usize) -> (usize, usize) {
    let natural = NATURAL[index & 63] as usize;
    (natural / 8, natural % 8)
}

/// Last zigzag index inside the low-frequency corner of so many columns and rows, each 1..=8.
pub(crate) const fn last_in_corner(columns: usize, rows: usize) -> usize {
    let mut last = 0;
    let mut index = 0;
    while index < 64 {
        let (row, column) = row_column(index);
        if row < rows && column < columns {
            last = index;
        }
        index += 1;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_end_where_figure_5_says() {
        let ends: Vec<_> = (1..=8).map(|n| last_in_corner(n, n)).collect();
        assert_eq!(ends, [0, 4, 12, 24, 39, 51, 59, 63]);
        assert_eq!((last_in_corner(2, 1), last_in_corner(1, 2)), (1, 2));
        assert_eq!((last_in_corner(8, 1), last_in_corner(1, 8)), (28, 35));
    }
}
