//! Decides which layers can be drawn, and names what is not supported in the others.

use super::blend::Mode;
use super::descriptor::{Descriptor, Value};
use super::record::{MASK, REAL_MASK, Record};
use crate::codec::psd::fields::{number, take};
use crate::codec::psd::mode;

/// Adjustment layers, which change what is below them.
const ADJUSTMENTS: [(&[u8; 4], &str); 18] = [
    (b"levl", "levels"),
    (b"curv", "curves"),
    (b"brit", "brightness and contrast"),
    (b"CgEd", "brightness and contrast"),
    (b"blnc", "colour balance"),
    (b"hue ", "hue and saturation"),
    (b"hue2", "hue and saturation"),
    (b"selc", "selective colour"),
    (b"mixr", "channel mixer"),
    (b"grdm", "gradient map"),
    (b"phfl", "photo filter"),
    (b"nvrt", "invert"),
    (b"thrs", "threshold"),
    (b"post", "posterize"),
    (b"expA", "exposure"),
    (b"vibA", "vibrance"),
    (b"blwh", "black and white"),
    (b"clrL", "colour lookup"),
];

/// Keys of fills of the whole document, with their names.
const FILLS: [(&[u8; 4], &str); 2] = [(b"GdFl", "gradient"), (b"PtFl", "pattern")];

/// Why a layer cannot be drawn; `None` if it can.
pub(super) fn obstacle(record: &Record<'_>, mode: mode::Mode, is_base: bool) -> Option<String> {
    if let Some((_, name)) = named(record, &ADJUSTMENTS) {
        return Some(format!("an adjustment layer ({name})"));
    }
    if let Some((_, name)) = named(record, &FILLS).filter(|_| record.bounds.is_empty()) {
        return Some(format!("a fill layer ({name})"));
    }
    if let Some(effect) = effect(record) {
        return Some(format!("a layer effect ({effect})"));
    }
    if has_smart_filter(record) {
        return Some("a smart filter".into());
    }
    blending(record, mode, is_base).or_else(|| mask(record))
}

/// Whether a smart object has filters that are switched on. It is not specified whether the pixels
/// of the layer are those before or after them.
fn has_smart_filter(record: &Record<'_>) -> bool {
    const KEY: &[u8] = b"filterFX";
    let block = record.block(b"SoLd").or_else(|| record.block(b"SoLE"));
    let Some(block) = block.filter(|block| memchr::memmem::find(block, KEY).is_some()) else {
        return false;
    };
    // The descriptor follows an identifier and two versions.
    let object = block.get(12..).and_then(Descriptor::read);
    let filters = object.as_ref().and_then(|object| object.descriptor(KEY));
    filters.and_then(|filters| filters.bool(b"enab")) != Some(false)
}

fn blending(record: &Record<'_>, mode: mode::Mode, is_base: bool) -> Option<String> {
    let Some(blend) = record.mode() else {
        let is_dissolve = record.mode_key == b"diss";
        let name = if is_dissolve {
            "the blend mode dissolve"
        } else {
            "an unknown blend mode"
        };
        return Some(name.into());
    };
    let is_plain = matches!(blend, Mode::Normal | Mode::PassThrough);
    let has_formula = match mode {
        mode::Mode::Rgb => true,
        mode::Mode::Lab => is_plain,
        _ => !blend.needs_rgb(),
    };
    if !has_formula {
        let name = blend.name();
        return Some(format!("the blend mode {name} in this colour mode"));
    }
    if fill_opacity(record) < 1.0 && blend.has_own_fill() {
        let name = blend.name();
        return Some(format!("fill opacity with the blend mode {name}"));
    }
    let is_set = |key, default: u8| {
        let first = record.block(key).and_then(|block| block.first().copied());
        first.unwrap_or(default) != default
    };
    if is_set(b"knko", 0) {
        return Some("a knockout".into());
    }
    if is_base && is_set(b"clbl", 1) {
        return Some("clipped layers that are not blended as a group".into());
    }
    if record.has_blend_ranges {
        return Some("blending by ranges of tones".into());
    }
    if record.block(b"brst").is_some_and(|block| !block.is_empty()) {
        return Some("blending of some channels only".into());
    }
    let has_artboard = [b"artb", b"artd"]
        .iter()
        .any(|key| record.block(key).is_some());
    has_artboard.then(|| "an artboard".into())
}

fn mask(record: &Record<'_>) -> Option<String> {
    if let Some(mask) = record.mask.filter(|mask| !mask.is_disabled)
        && mask.has_feather
    {
        return Some("a feathered mask".into());
    }
    let vector = record.block(b"vmsk").or_else(|| record.block(b"vsms"))?;
    let flags = vector.get(4..8).map_or(0, number);
    let is_disabled = flags & 4 != 0;
    let is_rendered = [MASK, REAL_MASK]
        .iter()
        .any(|id| record.channel(*id).is_some());
    // The pixels of a shape are already limited to its outline.
    let is_shape = [b"SoCo", b"GdFl", b"PtFl", b"vscg"]
        .iter()
        .any(|key| record.block(key).is_some());
    let is_drawn = is_shape && !record.bounds.is_empty();
    (!is_disabled && !is_rendered && !is_drawn).then(|| "a vector mask".into())
}

fn named<'t>(
    record: &Record<'_>,
    table: &'t [(&'static [u8; 4], &'static str)],
) -> Option<&'t (&'static [u8; 4], &'static str)> {
    record
        .keys()
        .find_map(|key| table.iter().find(|(known, _)| key == *known))
}

/// Opacity of the layer's own pixels, without its effects.
pub(super) fn fill_opacity(record: &Record<'_>) -> f32 {
    let block = record.block(b"iOpa").and_then(|block| block.first());
    block.map_or(1.0, |&opacity| f32::from(opacity) / 255.0)
}

/// The colour of a fill layer, each channel 0 to 255.
pub(super) fn solid(record: &Record<'_>) -> Option<[f64; 3]> {
    let block = record.block(b"SoCo")?;
    let fill = Descriptor::read(block.get(4..)?)?;
    let color = fill.descriptor(b"Clr ")?;
    let channel = |name| color.number(name);
    match color.class() {
        b"RGBC" => Some([channel(b"Rd  ")?, channel(b"Grn ")?, channel(b"Bl  ")?]),
        _ => None,
    }
}

/// Keys of effects in both kinds of blocks, with their names.
const EFFECTS: [(&[u8; 4], &str); 14] = [
    (b"DrSh", "drop shadow"),
    (b"IrSh", "inner shadow"),
    (b"OrGl", "outer glow"),
    (b"IrGl", "inner glow"),
    (b"ebbl", "bevel"),
    (b"SoFi", "colour overlay"),
    (b"GrFl", "gradient overlay"),
    (b"FrFX", "stroke"),
    (b"dsdw", "drop shadow"),
    (b"isdw", "inner shadow"),
    (b"oglw", "outer glow"),
    (b"iglw", "inner glow"),
    (b"bevl", "bevel"),
    (b"sofi", "colour overlay"),
];

fn effect_name(key: &[u8]) -> &'static str {
    let found = EFFECTS.iter().find(|(known, _)| key == *known);
    found.map_or("of an unknown kind", |(_, name)| name)
}

/// The name of the first effect that is switched on.
fn effect(record: &Record<'_>) -> Option<&'static str> {
    let newer = record.block(b"lmfx").or_else(|| record.block(b"lfx2"));
    match newer {
        Some(block) => {
            let Some(effects) = block.get(8..).and_then(Descriptor::read) else {
                return Some("of an unknown kind");
            };
            let is_on = effects.bool(b"masterFXSwitch").unwrap_or(true);
            let mut on = effects.items().filter(|(_, value)| is_enabled(value));
            on.next()
                .filter(|_| is_on)
                .map(|(name, _)| effect_name(name))
        }
        None => older_effect(record.block(b"lrFX")?),
    }
}

fn is_enabled(value: &Value) -> bool {
    match value {
        Value::Descriptor(effect) => effect.bool(b"enab") == Some(true),
        Value::List(effects) => effects.iter().any(is_enabled),
        _ => false,
    }
}

/// The same for blocks of Photoshop before 6, in which each effect has its switch at a different
/// place.
fn older_effect(block: &[u8]) -> Option<&'static str> {
    let mut rest = block.get(4..)?;
    loop {
        take(&mut rest, 4)?; // signature
        let key = take(&mut rest, 4)?;
        let length = usize::try_from(number(take(&mut rest, 4)?)).ok()?;
        let effect = take(&mut rest, length)?;
        let place = match key {
            b"dsdw" | b"isdw" => 38,
            b"oglw" | b"iglw" => 30,
            b"bevl" => 55,
            b"sofi" => 23,
            _ => continue,
        };
        if effect.get(place).is_some_and(|&is_on| is_on != 0) {
            return Some(effect_name(key));
        }
    }
}
