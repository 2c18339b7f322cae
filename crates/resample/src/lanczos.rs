//! The weights of Lanczos 3, with one sine instead of two of the system's library, whose last bits differ between systems.

use std::f64::consts::PI;

/// Samples on either side that have a weight.
pub(crate) const REACH: f64 = 3.0;

/// The weight of a sample at this distance: `sinc(x) sinc(x / 3)`, with `sinc(x) = sin(πx) / πx`.
///
/// With `a = πx / 3`, the first sine is that of `3a`, which is `sin a · (3 − 4 sin² a)`. So one sine is enough.
pub(crate) fn weight(distance: f64) -> f64 {
    let distance = distance.abs();
    if distance < 1e-8 {
        return 1.0; // as closely as a number can be; squares of much smaller ones are 0, and 0 / 0 is no weight
    }
    if distance >= REACH {
        return 0.0;
    }
    let angle = distance * (PI / REACH);
    let sine = sine(angle.min(PI - angle));
    let square = sine * sine;
    square * (3.0 - 4.0 * square) / (3.0 * angle * angle)
}

/// The factors of the Taylor series of the sine: `1 / (2i + 1)!`, with changing signs. The next one would add less than 2^-53
/// at a right angle.
const SERIES: [f64; 11] = {
    let mut factors = [1.0; 11];
    let mut at = 1;
    while at < factors.len() {
        factors[at] = -factors[at - 1] / ((2 * at) * (2 * at + 1)) as f64;
        at += 1;
    }
    factors
};

/// The sine of an angle from 0 to a right one.
fn sine(angle: f64) -> f64 {
    let square = angle * angle;
    let sum = SERIES
        .iter()
        .rev()
        .fold(0.0, |sum, factor| sum * square + factor);
    angle * sum
}
