//! The weights of rate against distortion, found together with the tables (see [`super::tables`]).

use super::frame::Kind;
use super::quantizer::Level;
use super::zigzag::NATURAL;

/// Squared steps of error that one bit is worth: luma, chroma of 4:2:0, chroma of 4:4:4.
const LUMA: f32 = 0.0482;
const HALF_CHROMA: f32 = 0.1;
const FULL_CHROMA: f32 = 0.15;

/// How much the cost of bits rises with each doubling of the steps, relative to quality 75.
const COARSE: f32 = 0.3;

/// Weight of the error of dropping a coefficient, relative to an equal error in one that stays:
/// lost detail is more visible than changed detail.
pub(crate) const ZEROING: f32 = 1.11;

/// Weight of an error in the mean of a block, relative to its other luma: steps between blocks are
/// the most visible errors.
pub(crate) const MEAN: f32 = 5.3;

/// Bias of the plain quantiser: a dead zone a little wider than rounding has.
pub(crate) const PLAIN_BIAS: f32 = 0.42;

/// Price of a bit in squared steps at this level.
pub(crate) fn lambda(kind: Kind, slot: usize, level: Level) -> f32 {
    let base = match (slot, kind) {
        (0, _) => LUMA,
        (_, Kind::Yuv444) => FULL_CHROMA,
        _ => HALF_CHROMA,
    };
    base * (1.0 + COARSE * (level.factor() - 0.5))
}

/// Price of a squared step at each zigzag position: it falls by 9 % up to the highest row frequency.
pub(crate) fn weights() -> [f32; 64] {
    NATURAL.map(|natural| {
        let (u, v) = (natural % 8, natural / 8);
        let radius = ((u * u + v * v) as f32).sqrt() / 7.0;
        1.0 / (1.0 + 0.09 * radius)
    })
}
