//! The exponential and the logistic function, the same on every machine.
//!
//! `f32::exp` calls the mathematical library of the system, whose last digits differ between systems.

/// e to the power of `x`, which is held within ±80 so that the result is finite and not zero.
pub(crate) fn exp(x: f32) -> f32 {
    const LN_2: f64 = std::f64::consts::LN_2;
    let x = f64::from(x.clamp(-80.0, 80.0));
    // x = power * ln 2 + rest, with |rest| <= ln 2 / 2.
    let power = (x / LN_2).round();
    let rest = x - power * LN_2;
    // Ten terms of the series are exact to 1e-12, far below the digits of an f32.
    let mut sum = 1.0;
    for n in (1..=10).rev() {
        sum = 1.0 + rest / f64::from(n) * sum;
    }
    let two_to_the_power = f64::from_bits(((power as i64 + 1023) as u64) << 52);
    (sum * two_to_the_power) as f32
}

/// 1 / (1 + e^-x), from 0 to 1.
pub(crate) fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_system() {
        for i in -8000..=8000 {
            let x = i as f32 / 100.0;
            let expected = f64::from(x).exp();
            let error = (f64::from(exp(x)) - expected).abs() / expected;
            assert!(error < 1e-7, "exp({x}) is {} instead of {expected}", exp(x));
        }
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(1000.0), exp(80.0));
        assert_eq!(logistic(0.0), 0.5);
    }
}
