//! Inks: what colour a shape has at a place.

/// Red, green, blue and straight alpha, each from 0 to 1, as stored (not linear light).
pub(crate) type Rgba = [f32; 4];

/// A colour from its usual six digits.
pub(crate) fn hex(colour: u32) -> Rgba {
    let channel = |shift: u32| ((colour >> shift) & 255) as f32 / 255.0;
    [channel(16), channel(8), channel(0), 1.0]
}

/// `from` at 0, `to` at 1, clamped.
pub(crate) fn mix(from: Rgba, to: Rgba, share: f32) -> Rgba {
    let share = share.clamp(0.0, 1.0);
    std::array::from_fn(|i| from[i] + (to[i] - from[i]) * share)
}

/// One colour everywhere.
pub(crate) fn flat(colour: u32) -> impl Fn(f32, f32) -> Rgba + Copy {
    let colour = hex(colour);
    move |_, _| colour
}

/// One colour, partly transparent.
pub(crate) fn glaze(colour: u32, alpha: f32) -> impl Fn(f32, f32) -> Rgba + Copy {
    let [r, g, b, _] = hex(colour);
    move |_, _| [r, g, b, alpha]
}

/// A gradient from the height `top` to the height `bottom`.
pub(crate) fn vertical(top: (f32, u32), bottom: (f32, u32)) -> impl Fn(f32, f32) -> Rgba + Copy {
    let (from, to) = (hex(top.1), hex(bottom.1));
    move |_, y| mix(from, to, (y - top.0) / (bottom.0 - top.0))
}

/// A gradient from `left` to `right`.
pub(crate) fn horizontal(left: (f32, u32), right: (f32, u32)) -> impl Fn(f32, f32) -> Rgba + Copy {
    let (from, to) = (hex(left.1), hex(right.1));
    move |x, _| mix(from, to, (x - left.0) / (right.0 - left.0))
}

/// A gradient from a centre outwards.
pub(crate) fn radial(
    (cx, cy, radius): (f32, f32, f32),
    inner: u32,
    outer: u32,
) -> impl Fn(f32, f32) -> Rgba + Copy {
    let (from, to) = (hex(inner), hex(outer));
    move |x, y| mix(from, to, length(x - cx, y - cy) / radius)
}

/// A colour that fades from `alpha` in the centre to nothing; `flatness` squeezes it vertically.
pub(crate) fn glow(
    (cx, cy, radius): (f32, f32, f32),
    flatness: f32,
    colour: u32,
    alpha: f32,
) -> impl Fn(f32, f32) -> Rgba + Copy {
    let [r, g, b, _] = hex(colour);
    move |x, y| {
        let fade = (1.0 - length(x - cx, (y - cy) * flatness) / radius).clamp(0.0, 1.0);
        [r, g, b, alpha * fade * fade * (3.0 - 2.0 * fade)]
    }
}

/// The length of a vector.
pub(crate) fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}
