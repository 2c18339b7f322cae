//! Base quantisation tables, in zigzag order, at quality 50.

use super::frame::Kind;
use super::tune::knob;
use super::zigzag::NATURAL;

fn shape(base: f32, r0: f32, p: f32, dc: f32) -> [f32; 64] {
    std::array::from_fn(|k| {
        let (u, v) = (NATURAL[k] % 8, NATURAL[k] / 8);
        let r = ((u * u + v * v) as f32).sqrt();
        if k == 0 { dc } else { base * (1.0 + (r / r0).powf(p)) }
    })
}

/// Luma and chroma.
pub(crate) fn base(kind: Kind) -> ([f32; 64], [f32; 64]) {
    let luma = shape(knob(0), knob(1), knob(2), knob(3));
    let chroma = if kind == Kind::Full {
        shape(knob(14), knob(15), knob(16), knob(17))
    } else {
        shape(knob(4), knob(5), knob(6), knob(7))
    };
    (luma, chroma)
}
