//! Builds the tree of visible layers from records: groups with their layers, and layers with those
//! clipped to them.

use super::blend::{Channels, Mode};
use super::channel::Channel;
use super::kind::{fill_opacity, obstacle, solid};
use super::record::{ALPHA, Bounds, Record, Section};
use crate::codec::psd::mode;

/// Deepest nesting of groups that is followed.
const DEEPEST: usize = 64;

/// What the document says about all of its layers.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) mode: mode::Mode,
    pub(super) depth: usize,
    pub(super) is_large: bool,
}

/// A layer or a group, with everything that changes how it is drawn.
pub(super) struct Node<'a> {
    pub(super) content: Content<'a>,
    pub(super) mode: Mode,
    pub(super) opacity: f32,
    pub(super) mask: Option<LayerMask<'a>>,
    /// Layers that are clipped to this one.
    pub(super) clipped: Vec<Node<'a>>,
}

pub(super) enum Content<'a> {
    Pixels(Pixels<'a>),
    Solid(Channels),
    Group(Vec<Node<'a>>),
}

pub(super) struct Pixels<'a> {
    pub(super) bounds: Bounds,
    pub(super) colors: Vec<Channel<'a>>,
    pub(super) alpha: Option<Channel<'a>>,
}

pub(super) struct LayerMask<'a> {
    pub(super) bounds: Bounds,
    pub(super) outside: f32,
    pub(super) density: f32,
    /// `None` for a layer without pixels.
    pub(super) samples: Option<Channel<'a>>,
}

/// Why the layers cannot be drawn.
pub(in crate::codec::psd) enum Refusal {
    /// The name of a feature that cannot be drawn.
    Obstacle(String),
    /// The layers are inconsistent or end early.
    Damage,
}

/// A layer's place in a group.
enum Slot<'a> {
    Shown(Box<Node<'a>>),
    /// A hidden layer, which also hides those clipped to it.
    Hidden,
    Obstacle(String),
}

/// The visible layers, lowest first.
pub(super) fn build<'a>(records: &[Record<'a>], form: Form) -> Result<Vec<Node<'a>>, Refusal> {
    let mut groups: Vec<Vec<Slot<'a>>> = vec![Vec::new()];
    for (index, record) in records.iter().enumerate() {
        let inside = match record.section() {
            Section::Bottom if groups.len() > DEEPEST => {
                return Err(Refusal::Obstacle(
                    "groups that are nested too deeply".into(),
                ));
            }
            Section::Bottom => {
                groups.push(Vec::new());
                continue;
            }
            // The last group that is left is the document itself.
            Section::Group(_) if groups.len() > 1 => groups.pop(),
            Section::Group(_) => return Err(Refusal::Damage),
            Section::Layer => None,
        };
        let is_base = records.get(index + 1).is_some_and(|next| next.is_clipped);
        let slot = slot(record, inside, form, is_base)?;
        let Some(group) = groups.last_mut() else {
            return Err(Refusal::Damage);
        };
        place(group, slot, record.is_clipped);
    }
    match <[_; 1]>::try_from(groups) {
        Ok([document]) => nodes(document),
        Err(_) => Err(Refusal::Damage),
    }
}

/// Puts a layer on top of the group, or clips it to the topmost layer.
fn place<'a>(group: &mut Vec<Slot<'a>>, slot: Slot<'a>, is_clipped: bool) {
    match (is_clipped, group.last_mut(), slot) {
        (true, Some(Slot::Hidden), _) | (true, _, Slot::Hidden) => {}
        (true, Some(base @ Slot::Shown(_)), Slot::Obstacle(why)) => *base = Slot::Obstacle(why),
        (true, Some(Slot::Shown(base)), Slot::Shown(node)) => base.clipped.push(*node),
        (true, Some(Slot::Obstacle(_)), _) => {}
        (_, _, slot) => group.push(slot),
    }
}

fn nodes(slots: Vec<Slot<'_>>) -> Result<Vec<Node<'_>>, Refusal> {
    let mut shown = Vec::new();
    for slot in slots {
        match slot {
            Slot::Shown(node) => shown.push(*node),
            Slot::Hidden => {}
            Slot::Obstacle(why) => return Err(Refusal::Obstacle(why)),
        }
    }
    Ok(shown)
}

fn slot<'a>(
    record: &Record<'a>,
    group: Option<Vec<Slot<'a>>>,
    form: Form,
    is_base: bool,
) -> Result<Slot<'a>, Refusal> {
    let opacity = record.opacity * fill_opacity(record);
    if record.is_hidden || opacity <= 0.0 {
        return Ok(Slot::Hidden);
    }
    if let Some(why) = obstacle(record, form.mode, is_base) {
        return Ok(Slot::Obstacle(why));
    }
    let content = match group {
        Some(slots) => match nodes(slots) {
            Ok(nodes) => Content::Group(nodes),
            Err(Refusal::Obstacle(why)) => return Ok(Slot::Obstacle(why)),
            Err(damage) => return Err(damage),
        },
        None if record.bounds.is_empty() => match record.block(b"SoCo") {
            None => return Ok(Slot::Hidden),
            Some(_) => match (solid(record), form.mode) {
                (Some(color), mode::Mode::Rgb) if form.depth < 32 => {
                    let [red, green, blue] = color.map(|value| (value / 255.0) as f32);
                    Content::Solid([red, green, blue, 0.0])
                }
                _ => return Ok(Slot::Obstacle("a fill layer (colour)".into())),
            },
        },
        None => Content::Pixels(pixels(record, form).ok_or(Refusal::Damage)?),
    };
    let Some(mode) = record.mode() else {
        return Err(Refusal::Damage); // an obstacle before
    };
    Ok(Slot::Shown(Box::new(Node {
        content,
        mode,
        opacity,
        mask: mask(record, form)?,
        clipped: Vec::new(),
    })))
}

fn pixels<'a>(record: &Record<'a>, form: Form) -> Option<Pixels<'a>> {
    let size = record.bounds.size();
    let open = |id| {
        let data = record.channel(id)?;
        Channel::read(data, size, form.depth, form.is_large)
    };
    let colors = (0..form.mode.channels()).map(|id| open(id as i16));
    Some(Pixels {
        bounds: record.bounds,
        colors: colors.collect::<Option<_>>()?,
        alpha: match record.channel(ALPHA) {
            Some(_) => Some(open(ALPHA)?),
            None => None,
        },
    })
}

fn mask<'a>(record: &Record<'a>, form: Form) -> Result<Option<LayerMask<'a>>, Refusal> {
    let Some(mask) = record.mask.filter(|mask| !mask.is_disabled) else {
        return Ok(None);
    };
    let Some(data) = record.channel(mask.channel) else {
        return Ok(None);
    };
    let samples = match mask.bounds.is_empty() {
        true => None,
        false => {
            let size = mask.bounds.size();
            let samples = Channel::read(data, size, form.depth, form.is_large);
            Some(samples.ok_or(Refusal::Damage)?)
        }
    };
    Ok(Some(LayerMask {
        bounds: mask.bounds,
        outside: mask.outside,
        density: mask.density,
        samples,
    }))
}
