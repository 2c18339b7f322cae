//! Blend modes of layers: the formulas of ISO 32000-1, 11.3.5, and those of Photoshop that are not
//! in it.

/// Colours of up to four channels, 0 to 1.
pub(super) type Channels = [f32; 4];

/// How a layer's colours are mixed with those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// For groups: their layers are blended with what is below the group.
    PassThrough,
    Normal,
    Darken,
    Multiply,
    ColorBurn,
    LinearBurn,
    DarkerColor,
    Lighten,
    Screen,
    ColorDodge,
    LinearDodge,
    LighterColor,
    Overlay,
    SoftLight,
    HardLight,
    VividLight,
    LinearLight,
    PinLight,
    HardMix,
    Difference,
    Exclusion,
    Subtract,
    Divide,
    Hue,
    Saturation,
    Color,
    Luminosity,
}

impl Mode {
    /// The mode with this key in the file; `None` for modes that are not supported (dissolve is
    /// random).
    pub(super) fn of(key: &[u8]) -> Option<Self> {
        Some(match key {
            b"pass" => Self::PassThrough,
            b"norm" => Self::Normal,
            b"dark" => Self::Darken,
            b"mul " => Self::Multiply,
            b"idiv" => Self::ColorBurn,
            b"lbrn" => Self::LinearBurn,
            b"dkCl" => Self::DarkerColor,
            b"lite" => Self::Lighten,
            b"scrn" => Self::Screen,
            b"div " => Self::ColorDodge,
            b"lddg" => Self::LinearDodge,
            b"lgCl" => Self::LighterColor,
            b"over" => Self::Overlay,
            b"sLit" => Self::SoftLight,
            b"hLit" => Self::HardLight,
            b"vLit" => Self::VividLight,
            b"lLit" => Self::LinearLight,
            b"pLit" => Self::PinLight,
            b"hMix" => Self::HardMix,
            b"diff" => Self::Difference,
            b"smud" => Self::Exclusion,
            b"fsub" => Self::Subtract,
            b"fdiv" => Self::Divide,
            b"hue " => Self::Hue,
            b"sat " => Self::Saturation,
            b"colr" => Self::Color,
            b"lum " => Self::Luminosity,
            _ => return None,
        })
    }

    /// The name in the menus of Photoshop.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PassThrough => "pass through",
            Self::Normal => "normal",
            Self::Darken => "darken",
            Self::Multiply => "multiply",
            Self::ColorBurn => "color burn",
            Self::LinearBurn => "linear burn",
            Self::DarkerColor => "darker color",
            Self::Lighten => "lighten",
            Self::Screen => "screen",
            Self::ColorDodge => "color dodge",
            Self::LinearDodge => "linear dodge",
            Self::LighterColor => "lighter color",
            Self::Overlay => "overlay",
            Self::SoftLight => "soft light",
            Self::HardLight => "hard light",
            Self::VividLight => "vivid light",
            Self::LinearLight => "linear light",
            Self::PinLight => "pin light",
            Self::HardMix => "hard mix",
            Self::Difference => "difference",
            Self::Exclusion => "exclusion",
            Self::Subtract => "subtract",
            Self::Divide => "divide",
            Self::Hue => "hue",
            Self::Saturation => "saturation",
            Self::Color => "color",
            Self::Luminosity => "luminosity",
        }
    }

    /// Whether the result of one channel depends on the others, so that it needs RGB.
    pub(super) fn needs_rgb(self) -> bool {
        matches!(
            self,
            Self::DarkerColor
                | Self::LighterColor
                | Self::Hue
                | Self::Saturation
                | Self::Color
                | Self::Luminosity
        )
    }

    /// Whether fill opacity has another effect than opacity in this mode.
    pub(super) fn has_own_fill(self) -> bool {
        matches!(
            self,
            Self::ColorBurn
                | Self::LinearBurn
                | Self::ColorDodge
                | Self::LinearDodge
                | Self::VividLight
                | Self::LinearLight
                | Self::HardMix
                | Self::Difference
        )
    }

    /// Blends opaque colours: those of the layer over those below.
    pub(super) fn blend(self, below: Channels, layer: Channels) -> Channels {
        let each = |formula: fn(f32, f32) -> f32| {
            std::array::from_fn(|channel| formula(below[channel], layer[channel]))
        };
        match self {
            Self::PassThrough | Self::Normal => layer,
            Self::Darken => each(f32::min),
            Self::Multiply => each(|below, layer| below * layer),
            Self::ColorBurn => each(burn),
            Self::LinearBurn => each(|below, layer| (below + layer - 1.0).max(0.0)),
            Self::DarkerColor if luminosity(layer) < luminosity(below) => layer,
            Self::LighterColor if luminosity(layer) > luminosity(below) => layer,
            Self::DarkerColor | Self::LighterColor => below,
            Self::Lighten => each(f32::max),
            Self::Screen => each(screen),
            Self::ColorDodge => each(dodge),
            Self::LinearDodge => each(|below, layer| (below + layer).min(1.0)),
            Self::Overlay => each(|below, layer| hard_light(layer, below)),
            Self::SoftLight => each(soft_light),
            Self::HardLight => each(hard_light),
            Self::VividLight => each(|below, layer| match layer {
                ..=0.5 => burn(below, 2.0 * layer),
                _ => dodge(below, 2.0 * layer - 1.0),
            }),
            Self::LinearLight => each(|below, layer| (below + 2.0 * layer - 1.0).clamp(0.0, 1.0)),
            Self::PinLight => each(|below, layer| match layer {
                ..=0.5 => below.min(2.0 * layer),
                _ => below.max(2.0 * layer - 1.0),
            }),
            Self::HardMix => each(|below, layer| if below + layer >= 1.0 { 1.0 } else { 0.0 }),
            Self::Difference => each(|below, layer| (below - layer).abs()),
            Self::Exclusion => each(|below, layer| below + layer - 2.0 * below * layer),
            Self::Subtract => each(|below, layer| (below - layer).max(0.0)),
            Self::Divide => each(|below, layer| match layer {
                ..=0.0 if below <= 0.0 => 0.0,
                ..=0.0 => 1.0,
                _ => (below / layer).min(1.0),
            }),
            Self::Hue => {
                let saturated = with_saturation(layer, saturation(below));
                with_luminosity(saturated, luminosity(below))
            }
            Self::Saturation => {
                let saturated = with_saturation(below, saturation(layer));
                with_luminosity(saturated, luminosity(below))
            }
            Self::Color => with_luminosity(layer, luminosity(below)),
            Self::Luminosity => with_luminosity(below, luminosity(layer)),
        }
    }
}

fn screen(below: f32, layer: f32) -> f32 {
    below + layer - below * layer
}

fn burn(below: f32, layer: f32) -> f32 {
    match layer {
        _ if below >= 1.0 => 1.0,
        ..=0.0 => 0.0,
        _ => 1.0 - ((1.0 - below) / layer).min(1.0),
    }
}

fn dodge(below: f32, layer: f32) -> f32 {
    match layer {
        _ if below <= 0.0 => 0.0,
        1.0.. => 1.0,
        _ => (below / (1.0 - layer)).min(1.0),
    }
}

fn hard_light(below: f32, layer: f32) -> f32 {
    match layer {
        ..=0.5 => below * 2.0 * layer,
        _ => screen(below, 2.0 * layer - 1.0),
    }
}

/// Photoshop's formula: ISO 32000-1 has another curve for dark colours below.
fn soft_light(below: f32, layer: f32) -> f32 {
    let bend = match layer {
        ..=0.5 => below - below * below,
        _ => below.max(0.0).sqrt() - below,
    };
    below + (2.0 * layer - 1.0) * bend
}

fn luminosity([red, green, blue, _]: Channels) -> f32 {
    0.3 * red + 0.59 * green + 0.11 * blue
}

fn least_and_most([red, green, blue, _]: Channels) -> (f32, f32) {
    (red.min(green).min(blue), red.max(green).max(blue))
}

fn saturation(color: Channels) -> f32 {
    let (least, most) = least_and_most(color);
    most - least
}

fn with_saturation(color: Channels, wanted: f32) -> Channels {
    let (least, most) = least_and_most(color);
    let span = most - least;
    color.map(|value| match span {
        ..=0.0 => 0.0,
        _ => (value - least) / span * wanted,
    })
}

fn with_luminosity(color: Channels, wanted: f32) -> Channels {
    let by = wanted - luminosity(color);
    let moved = color.map(|value| value + by);
    let (least, most) = least_and_most(moved);
    let center = luminosity(moved);
    moved.map(|value| {
        let value = match least {
            ..0.0 => center + (value - center) * center / (center - least),
            _ => value,
        };
        match most {
            1.0.. if most > center => center + (value - center) * (1.0 - center) / (most - center),
            _ => value,
        }
    })
}
