//! Finds gradients whose colour changes exactly at an end beyond which they go on, as where a stitching function has
//! an interval without length there. Programs disagree on what is beyond: the renderer follows the interval, as cairo
//! means it, but at the start PDFium and MuPDF show the next one, and at the end PDFium shows the one before.

use hayro::hayro_interpret::shading::{Shading, ShadingFunction, ShadingType};

/// How far inside an end the colour is compared with that at the end, as part of the whole gradient.
const INSIDE: f32 = 1e-6;
/// The same at least, as part of the number that the end is.
const FINEST: f32 = 4.0 * f32::EPSILON;
/// Least difference of a component that is a change, of 1.
const VISIBLE: f32 = 0.02;
/// Most components of a colour.
const COMPONENTS: usize = 32;

/// Whether the colour beyond an end is another one than just inside it.
pub(super) fn change_at_an_end(shading: &Shading) -> bool {
    let ShadingType::RadialAxial {
        domain: [start, end],
        function,
        extend: [before, after],
        ..
    } = &*shading.shading_type
    else {
        return false;
    };
    let changes = |at: f32, towards: f32| {
        let span = towards - at;
        let step = (INSIDE * span.abs()).max(FINEST * at.abs());
        differ(function, at, at + step.copysign(span))
    };
    *before && changes(*start, *end) || *after && changes(*end, *start)
}

fn differ(function: &ShadingFunction, at: f32, inside: f32) -> bool {
    let color = |at: f32| {
        let mut values = [0.0; COMPONENTS];
        let own = values.get_mut(..function.num_outputs())?;
        function.eval(&[at], own)?;
        Some(values)
    };
    let (Some(at), Some(inside)) = (color(at), color(inside)) else {
        return false;
    };
    at.iter()
        .zip(inside)
        .any(|(at, inside)| (at - inside).abs() > VISIBLE)
}
