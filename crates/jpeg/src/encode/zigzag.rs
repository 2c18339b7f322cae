//! The zigzag order of T.81, figure 5, as indices.

/// Natural index (row · 8 + column) of each zigzag position.
pub(crate) const NATURAL: [usize; 64] = {
    let mut natural = [0; 64];
    let mut position = 0;
    while position < 64 {
        natural[position] = crate::zigzag::NATURAL[position] as usize;
        position += 1;
    }
    natural
};
