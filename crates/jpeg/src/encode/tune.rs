//! Temporary knobs.
use std::sync::RwLock;
/// knobs
pub static KNOBS: RwLock<[f32; 48]> = RwLock::new(DEFAULT);
/// defaults
pub const DEFAULT: [f32; 48] = {
    let mut k = [0.0; 48];
    k[0] = 14.0; // luma base
    k[1] = 4.6; // r0
    k[2] = 3.4; // p
    k[3] = 16.0; // luma dc
    k[4] = 16.0; // chroma base 420
    k[5] = 4.0; // r0
    k[6] = 3.0; // p
    k[7] = 16.0; // dc
    k[8] = 0.13; // lambda luma
    k[9] = 0.16; // lambda chroma
    k[10] = 0.25; // masking exponent /1
    k[11] = 0.2; // zero penalty
    k[12] = 0.42; // fast bias
    k[13] = 200.0; // mask offset energy
    k[14] = 16.0; // chroma base 444
    k[15] = 5.0;
    k[16] = 3.0;
    k[17] = 16.0;
    k[18] = 0.5; // weight slope by freq
    k[20] = 0.0; k[21] = 12.0;k[22] = 0.0;
    k[19] = 0.0; // lambda slope with table scale
    k
};
/// get
pub fn knob(i: usize) -> f32 {
    KNOBS.read().map_or(0.0, |k| k[i])
}
