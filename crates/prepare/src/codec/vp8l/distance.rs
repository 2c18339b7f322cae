//! Lengths and distances of copies (RFC 9649, section 3.6.2.2).

use super::bits::Bits;

/// Reads the rest of a number of which a symbol has the leading bits. At most 18 bits must be refilled.
#[inline(always)]
pub(super) fn number(bits: &mut Bits<'_>, symbol: u32) -> u32 {
    if symbol < 4 {
        return symbol + 1;
    }
    let more = (symbol - 2) >> 1;
    let start = (2 + (symbol & 1)) << more;
    start + bits.take(more) + 1
}

/// Columns to the left and rows up of the 120 nearest pixels, in the order of their codes.
#[rustfmt::skip] // as many in a line as fit
const NEAR: [(i8, u8); 120] = [
    (0, 1), (1, 0), (1, 1), (-1, 1), (0, 2), (2, 0), (1, 2), (-1, 2), (2, 1), (-2, 1), (2, 2), (-2, 2),
    (0, 3), (3, 0), (1, 3), (-1, 3), (3, 1), (-3, 1), (2, 3), (-2, 3), (3, 2), (-3, 2), (0, 4), (4, 0),
    (1, 4), (-1, 4), (4, 1), (-4, 1), (3, 3), (-3, 3), (2, 4), (-2, 4), (4, 2), (-4, 2), (0, 5), (3, 4),
    (-3, 4), (4, 3), (-4, 3), (5, 0), (1, 5), (-1, 5), (5, 1), (-5, 1), (2, 5), (-2, 5), (5, 2), (-5, 2),
    (4, 4), (-4, 4), (3, 5), (-3, 5), (5, 3), (-5, 3), (0, 6), (6, 0), (1, 6), (-1, 6), (6, 1), (-6, 1),
    (2, 6), (-2, 6), (6, 2), (-6, 2), (4, 5), (-4, 5), (5, 4), (-5, 4), (3, 6), (-3, 6), (6, 3), (-6, 3),
    (0, 7), (7, 0), (1, 7), (-1, 7), (5, 5), (-5, 5), (7, 1), (-7, 1), (4, 6), (-4, 6), (6, 4), (-6, 4),
    (2, 7), (-2, 7), (7, 2), (-7, 2), (3, 7), (-3, 7), (7, 3), (-7, 3), (5, 6), (-5, 6), (6, 5), (-6, 5),
    (8, 0), (4, 7), (-4, 7), (7, 4), (-7, 4), (8, 1), (8, 2), (6, 6), (-6, 6), (8, 3), (5, 7), (-5, 7),
    (7, 5), (-7, 5), (8, 4), (6, 7), (-6, 7), (7, 6), (-7, 6), (8, 5), (7, 7), (-7, 7), (8, 6), (8, 7),
];

/// The distance in pixels, in the order of rows, that a code of distances stands for.
#[inline(always)]
pub(super) fn in_pixels(code: usize, width: usize) -> usize {
    let Some((left, up)) = NEAR.get(code.wrapping_sub(1)) else {
        return code - NEAR.len();
    };
    let distance = (usize::from(*up) * width).saturating_add_signed(isize::from(*left));
    distance.max(1)
}
