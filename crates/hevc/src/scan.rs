//! Orders in which coefficients are stored (clause 6.5.3 to 6.5.5), and contexts that follow from places.

/// Places in a square of this side, along diagonals from the lower left to the upper right.
const fn diagonal<const SIDE: usize, const COUNT: usize>() -> [u8; COUNT] {
    let mut all = [0; COUNT];
    let (mut at, mut line) = (0, 0);
    while line < 2 * SIDE - 1 {
        let mut x = 0;
        while x <= line {
            let y = line - x;
            if x < SIDE && y < SIDE {
                all[at] = (y * SIDE + x) as u8;
                at += 1;
            }
            x += 1;
        }
        line += 1;
    }
    all
}

/// Row by row, or column by column.
const fn straight<const SIDE: usize, const COUNT: usize>(is_vertical: bool) -> [u8; COUNT] {
    let mut all = [0; COUNT];
    let mut at = 0;
    while at < COUNT {
        all[at] = if is_vertical {
            at % SIDE * SIDE + at / SIDE
        } else {
            at
        } as u8;
        at += 1;
    }
    all
}

pub(crate) const DIAGONAL_4: [u8; 16] = diagonal::<4, 16>();
pub(crate) const DIAGONAL_8: [u8; 64] = diagonal::<8, 64>();

/// Places in a group of 4 x 4 coefficients, by scan: diagonal, horizontal, vertical.
pub(crate) static PLACES: [[u8; 16]; 3] = [
    DIAGONAL_4,
    straight::<4, 16>(false),
    straight::<4, 16>(true),
];

/// Places of groups: blocks of up to 32 x 32 along diagonals, and of 8 x 8 in the other orders.
static GROUPS_2: [[u8; 4]; 3] = [
    diagonal::<2, 4>(),
    straight::<2, 4>(false),
    straight::<2, 4>(true),
];
static GROUPS_4: [u8; 16] = DIAGONAL_4;
static GROUPS_8: [u8; 64] = DIAGONAL_8;

/// Places of groups in a block, as rows times the number of groups in a row, plus columns.
pub(crate) fn groups(log2: usize, scan: usize) -> &'static [u8] {
    match log2 {
        2 => &[0],
        3 => &GROUPS_2[scan],
        4 => &GROUPS_4,
        _ => &GROUPS_8,
    }
}

/// The inverse of `groups` or of `PLACES`.
const fn inverse<const COUNT: usize>(places: &[u8; COUNT]) -> [u8; COUNT] {
    let mut all = [0; COUNT];
    let mut at = 0;
    while at < COUNT {
        all[places[at] as usize] = at as u8;
        at += 1;
    }
    all
}

/// Numbers in the scan by place in a group.
pub(crate) static NUMBERS: [[u8; 16]; 3] = [
    inverse(&PLACES[0]),
    inverse(&PLACES[1]),
    inverse(&PLACES[2]),
];

static NUMBERS_2: [[u8; 4]; 3] = [
    inverse(&GROUPS_2[0]),
    inverse(&GROUPS_2[1]),
    inverse(&GROUPS_2[2]),
];
static NUMBERS_4: [u8; 16] = inverse(&DIAGONAL_4);
static NUMBERS_8: [u8; 64] = inverse(&DIAGONAL_8);

/// The number of a group in the scan, by its place.
pub(crate) fn group_number(log2: usize, scan: usize, place: usize) -> usize {
    usize::from(match log2 {
        2 => 0,
        3 => NUMBERS_2[scan][place & 3],
        4 => NUMBERS_4[place & 15],
        _ => NUMBERS_8[place & 63],
    })
}

/// Table 9-50: contexts of the flags of coefficients in blocks of 4 x 4, by place. The last place has none of its own.
const SMALL: [u8; 16] = [0, 1, 4, 5, 2, 3, 4, 5, 6, 6, 8, 8, 7, 7, 8, 8];

/// Equations 9-39 to 9-42: the same in larger blocks, by which neighbouring groups have coefficients (1 the right
/// one, 2 the one below).
const fn large(neighbours: usize, place: usize) -> u8 {
    let (x, y) = (place % 4, place / 4);
    let along = match neighbours {
        0 => match x + y {
            0 => return 2,
            1 | 2 => return 1,
            _ => return 0,
        },
        1 => y,
        2 => x,
        _ => 0,
    };
    match along {
        0 => 2,
        1 => 1,
        _ => 0,
    }
}

/// Contexts of the flags of coefficients by scan, by kind (0 to 3: neighbouring groups; 4: blocks of 4 x 4; 5: one
/// context) and by number in the scan.
pub(crate) static SIGNIFICANT: [[[u8; 16]; 6]; 3] = {
    let mut all = [[[0; 16]; 6]; 3];
    let mut scan = 0;
    while scan < 3 {
        let mut number = 0;
        while number < 16 {
            let place = PLACES[scan][number] as usize;
            let mut kind = 0;
            while kind < 4 {
                all[scan][kind][number] = large(kind, place);
                kind += 1;
            }
            all[scan][4][number] = SMALL[place];
            number += 1;
        }
        scan += 1;
    }
    all
};
