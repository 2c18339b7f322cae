//! The inverse transforms (RFC 6386, section 14), in 16 bits, which wrap around as in other decoders.

/// A row or column of two blocks side by side.
type Lanes = [i16; 8];

/// `35468 / 65536` of each, as one more than `-30068 / 65536`: the factor exceeds 16 bits.
#[inline(always)]
fn times_sine(x: Lanes) -> Lanes {
    x.map(|x| x.wrapping_add(((i32::from(x) * -30068) >> 16) as i16))
}

/// One and `20091 / 65536` of each.
#[inline(always)]
fn times_cosine(x: Lanes) -> Lanes {
    x.map(|x| x.wrapping_add(((i32::from(x) * 20091) >> 16) as i16))
}

#[inline(always)]
fn sum(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|at| a[at].wrapping_add(b[at]))
}

#[inline(always)]
fn difference(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|at| a[at].wrapping_sub(b[at]))
}

/// The transform of four values in each lane.
#[inline(always)]
fn along([first, second, third, fourth]: [Lanes; 4]) -> [Lanes; 4] {
    let (a, b) = (sum(first, third), difference(first, third));
    let c = difference(times_sine(second), times_cosine(fourth));
    let d = sum(times_cosine(second), times_sine(fourth));
    [sum(a, d), sum(b, c), difference(b, c), difference(a, d)]
}

/// Swaps rows and columns in each of the two blocks.
#[inline(always)]
fn transposed(rows: [Lanes; 4]) -> [Lanes; 4] {
    std::array::from_fn(|row| std::array::from_fn(|at| rows[at % 4][at / 4 * 4 + row]))
}

/// What two blocks side by side add to their prediction, by rows.
#[inline(always)]
pub(super) fn pair(left: &[i16; 16], right: &[i16; 16]) -> [Lanes; 4] {
    let row = |row: usize| {
        std::array::from_fn(|at| {
            if at < 4 {
                left[4 * row + at]
            } else {
                right[4 * row + at - 4]
            }
        })
    };
    let columns = transposed(along(std::array::from_fn(row)));
    let rounded = columns[0].map(|x| x.wrapping_add(4));
    let [_, second, third, fourth] = columns;
    let columns = along([rounded, second, third, fourth]);
    transposed(columns.map(|lane| lane.map(|x| x >> 3)))
}

/// What a block adds if it has only a first coefficient.
#[inline(always)]
pub(super) fn first(coefficient: i16) -> i16 {
    coefficient.wrapping_add(4) >> 3
}

/// The first coefficients of 16 blocks of luma.
pub(super) fn second(block: &[i16; 16]) -> [i16; 16] {
    let block = block.map(i32::from);
    let along = |[a, b, c, d]: [i32; 4]| {
        let (outer, inner) = (a + d, b + c);
        let (outer_less, inner_less) = (a - d, b - c);
        [
            outer + inner,
            outer_less + inner_less,
            outer - inner,
            outer_less - inner_less,
        ]
    };
    let columns: [[i32; 4]; 4] =
        std::array::from_fn(|at| along([block[at], block[4 + at], block[8 + at], block[12 + at]]));
    let rows: [[i32; 4]; 4] =
        std::array::from_fn(|row| along(std::array::from_fn(|at| columns[at][row])));
    std::array::from_fn(|at| ((rows[at / 4][at % 4] + 3) >> 3) as i16)
}
