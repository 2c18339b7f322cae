//! Lightness of CIELAB (CIE 15; ICC.1, 6.3.2.2).

/// Light of a lightness from 0 to 100, as share of white.
pub(crate) fn light_of(lightness: f32) -> f32 {
    cube((lightness + 16.0) / 116.0)
}

/// The inverse of the cube root that CIELAB is built on, which is straight near black.
pub(crate) fn cube(root: f32) -> f32 {
    if root > 6.0 / 29.0 {
        root * root * root
    } else {
        (root - 4.0 / 29.0) * (108.0 / 841.0)
    }
}
