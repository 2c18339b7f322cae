//! Numbers and first values of contexts in intra slices (clause 9.3.2.2, tables 9-5 to 9-37, initType 0).

use crate::cabac::Contexts;

pub(crate) const OFFSET_MERGE: u8 = 0;
pub(crate) const OFFSET_KIND: u8 = 1;
pub(crate) const SPLIT_BLOCK: u8 = 2;
pub(crate) const BYPASS: u8 = 5;
pub(crate) const PARTS: u8 = 6;
pub(crate) const LISTED_MODE: u8 = 7;
pub(crate) const CHROMA_MODE: u8 = 8;
pub(crate) const SPLIT_TRANSFORM: u8 = 9;
pub(crate) const CODED_LUMA: u8 = 12;
pub(crate) const CODED_CHROMA: u8 = 14;
pub(crate) const DELTA: u8 = 19;
pub(crate) const SKIP: u8 = 21;
pub(crate) const LAST_X: u8 = 23;
pub(crate) const LAST_Y: u8 = 41;
pub(crate) const GROUP: u8 = 59;
pub(crate) const SIGNIFICANT: u8 = 63;
pub(crate) const GREATER_1: u8 = 107;
pub(crate) const GREATER_2: u8 = 131;
pub(crate) const CHROMA_OFFSET: u8 = 137;
pub(crate) const CHROMA_OFFSET_NUMBER: u8 = 138;
pub(crate) const CROSS_SCALE: u8 = 139;
pub(crate) const CROSS_SIGN: u8 = 147;
const COUNT: usize = 149;

const LAST: [u8; 18] = [
    110, 110, 124, 125, 140, 153, 125, 127, 140, 109, 111, 143, 127, 111, 79, 108, 123, 63,
];

/// First values, in parts that are in the order of the numbers above.
const VALUES: &[&[u8]] = &[
    &[153, 200, 139, 141, 157, 154, 184, 184, 63],
    &[153, 138, 138, 111, 141],
    &[94, 138, 182, 154, 154, 154, 154, 139, 139],
    &LAST,
    &LAST,
    &[91, 171, 134, 141],
    &[
        111, 111, 125, 110, 110, 94, 124, 108, 124, 107, 125, 141, 179, 153, 125, 107, 125, 141,
        179, 153, 125, 107, 125, 141, 179, 153, 125, 140, 139, 182, 182, 152, 136, 152, 136, 153,
        136, 139, 111, 136, 139, 111, 141, 111,
    ],
    &[
        140, 92, 137, 138, 140, 152, 138, 139, 153, 74, 149, 92, 139, 107, 122, 152, 140, 179, 166,
        182, 140, 227, 122, 197,
    ],
    &[138, 153, 136, 167, 152, 152],
    &[154; 12],
];

const FIRST: [u8; COUNT] = {
    let mut all = [0; COUNT];
    let (mut at, mut part) = (0, 0);
    while part < VALUES.len() {
        let mut within = 0;
        while within < VALUES[part].len() {
            all[at] = VALUES[part][within];
            at += 1;
            within += 1;
        }
        part += 1;
    }
    assert!(at == COUNT);
    all
};

/// The contexts at the start of a slice with this quantiser (equations 9-4 to 9-6).
pub(crate) fn initial(quantizer: i32) -> Contexts {
    let mut all = [0; 256];
    for (context, &value) in all.iter_mut().zip(&FIRST) {
        let slope = i32::from(value >> 4) * 5 - 45;
        let offset = (i32::from(value & 15) << 3) - 16;
        let state = ((slope * quantizer.clamp(0, 51)) >> 4) + offset;
        let state = state.clamp(1, 126);
        *context = match state <= 63 {
            true => 2 * (63 - state),
            false => 2 * (state - 64) + 1,
        } as u8;
    }
    all
}
