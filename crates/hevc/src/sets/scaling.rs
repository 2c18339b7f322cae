//! Lists of scaling factors (clauses 7.3.4 and 7.4.5).

use crate::Error;
use crate::bits::Bits;
use crate::scan::{DIAGONAL_4, DIAGONAL_8};

/// Table 7-6 for intra blocks of 8 x 8 and more, in the order of the scan.
const INTRA: [u8; 64] = [
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 17, 16, 17, 16, 17, 18, 17, 18, 18, 17, 18, 21, 19, 20,
    21, 20, 19, 21, 24, 22, 22, 24, 24, 22, 22, 24, 25, 25, 27, 30, 27, 25, 25, 29, 31, 35, 35, 31,
    29, 36, 41, 44, 41, 36, 47, 54, 54, 47, 65, 70, 65, 88, 88, 115,
];

/// A list in the order of the scan, and the factor of the lowest frequency of large blocks.
#[derive(Clone, Copy)]
struct List {
    factors: [u8; 64],
    first: u8,
}

const FLAT: List = List {
    factors: [16; 64],
    first: 16,
};
const DEFAULT: List = List {
    factors: INTRA,
    first: 16,
};

/// Factors of intra blocks, row by row: for each base-2 logarithm of the side from 2 to 5, and each component.
pub(crate) struct Factors {
    lists: [[Vec<u8>; 3]; 4],
}

impl Factors {
    /// The factors of a block with this side (as its base-2 logarithm, 2 to 5) of this component.
    pub(crate) fn of(&self, log2: usize, component: usize) -> &[u8] {
        &self.lists[(log2 - 2) & 3][component.min(2)]
    }

    /// The default lists (table 7-5 and 7-6).
    pub(crate) fn standard() -> Self {
        Self::built(&[[FLAT; 6], [DEFAULT; 6], [DEFAULT; 6], [DEFAULT; 6]])
    }

    pub(super) fn read(bits: &mut Bits<'_>) -> Result<Self, Error> {
        // Those of inter blocks (3 to 5) are read, because others may come after them, and are not used.
        let mut all = [[FLAT; 6], [DEFAULT; 6], [DEFAULT; 6], [DEFAULT; 6]];
        for (size, lists) in all.iter_mut().enumerate() {
            let step = if size == 3 { 3 } else { 1 };
            for matrix in (0..6).step_by(step) {
                lists[matrix] = list(bits, size, matrix, step, lists)?;
            }
        }
        // With 4:4:4, blocks of 32 x 32 of chroma have the lists of 16 x 16 (clause 7.4.5).
        let of_16 = all[2];
        all[3][1] = of_16[1];
        all[3][2] = of_16[2];
        Ok(Self::built(&all))
    }

    fn built(all: &[[List; 6]; 4]) -> Self {
        let of = |size: usize, component: usize| spread(&all[size][component], size);
        let of_size = |size| [of(size, 0), of(size, 1), of(size, 2)];
        Self {
            lists: [of_size(0), of_size(1), of_size(2), of_size(3)],
        }
    }
}

fn list(
    bits: &mut Bits<'_>,
    size: usize,
    matrix: usize,
    step: usize,
    before: &[List; 6],
) -> Result<List, Error> {
    if !bits.flag()? {
        let back = bits.unsigned()? as usize;
        if back == 0 {
            return Ok(if size == 0 { FLAT } else { DEFAULT });
        }
        let from = back
            .checked_mul(step)
            .and_then(|back| matrix.checked_sub(back));
        return from.map_or_else(|| bits.malformed(), |from| Ok(before[from]));
    }
    let mut list = FLAT;
    let mut next = 8;
    if size > 1 {
        next = bits.signed(-7..=247)? + 8;
        list.first = next as u8;
    }
    let count = if size == 0 { 16 } else { 64 };
    for factor in list.factors.iter_mut().take(count) {
        next = (next + bits.signed(-128..=127)? + 256) % 256;
        *factor = next as u8;
    }
    Ok(list)
}

/// The factors of a whole block, of which each stands for a square of 1, 2 or 4 coefficients.
fn spread(list: &List, size: usize) -> Vec<u8> {
    let side = 4 << size;
    if size == 0 {
        let mut all = vec![0; 16];
        for (&at, &factor) in DIAGONAL_4.iter().zip(&list.factors) {
            all[usize::from(at)] = factor;
        }
        return all;
    }
    let mut small = [0; 64];
    for (&at, &factor) in DIAGONAL_8.iter().zip(&list.factors) {
        small[usize::from(at)] = factor;
    }
    let ratio = side / 8;
    let at = |at: usize| small[at / side / ratio * 8 + at % side / ratio];
    let mut all: Vec<u8> = (0..side * side).map(at).collect();
    if size > 1 {
        all[0] = list.first;
    }
    all
}
