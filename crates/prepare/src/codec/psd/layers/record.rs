//! Layer records (Adobe Photoshop File Formats Specification, "Layer and Mask Information Section").

use super::blend::Mode;
use crate::codec::psd::fields::{number, take};

/// Largest side of a layer: that of a large document (PSB).
const LARGEST: i32 = 300_000;
/// Most channels of a layer that are read.
const MOST_CHANNELS: usize = 64;

/// Identifiers of channels that are not colours.
pub(super) const ALPHA: i16 = -1;
pub(super) const MASK: i16 = -2;
pub(super) const REAL_MASK: i16 = -3;

/// A rectangle of the document that has pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Bounds {
    pub(super) top: i32,
    pub(super) left: i32,
    pub(super) bottom: i32,
    pub(super) right: i32,
}

impl Bounds {
    fn read(rest: &mut &[u8]) -> Option<Self> {
        let mut side = || Some(number(take(rest, 4)?) as i32);
        let (top, left, bottom, right) = (side()?, side()?, side()?, side()?);
        let bounds = Self {
            top,
            left,
            bottom,
            right,
        };
        let is_sane = |from: i32, to: i32| to.checked_sub(from).is_some_and(|n| n <= LARGEST);
        (is_sane(top, bottom) && is_sane(left, right)).then_some(bounds)
    }

    /// Width and height, in pixels.
    pub(super) fn size(&self) -> (usize, usize) {
        let side = |from: i32, to: i32| usize::try_from(to.saturating_sub(from)).unwrap_or(0);
        (side(self.left, self.right), side(self.top, self.bottom))
    }

    pub(super) fn is_empty(&self) -> bool {
        let (width, height) = self.size();
        width == 0 || height == 0
    }
}

/// A layer, or the beginning or end of a group.
pub(super) struct Record<'a> {
    pub(super) bounds: Bounds,
    /// Identifier and content of each channel.
    pub(super) channels: Vec<(i16, &'a [u8])>,
    pub(super) mode_key: &'a [u8],
    pub(super) opacity: f32,
    pub(super) is_clipped: bool,
    pub(super) is_hidden: bool,
    pub(super) mask: Option<MaskRecord>,
    pub(super) has_blend_ranges: bool,
    /// Key and content of each block of additional information.
    blocks: Vec<(&'a [u8], &'a [u8])>,
}

/// A layer's mask: its place and settings.
#[derive(Debug, Clone, Copy)]
pub(super) struct MaskRecord {
    /// Identifier of its channel.
    pub(super) channel: i16,
    pub(super) bounds: Bounds,
    /// Its value outside of its bounds, 0 to 1.
    pub(super) outside: f32,
    pub(super) is_disabled: bool,
    /// Its density, 0 to 1.
    pub(super) density: f32,
    pub(super) has_feather: bool,
}

/// What a record stands for in the tree of layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section<'a> {
    Layer,
    /// The record that ends a group, with the group's own blend mode if it is given here.
    Group(Option<&'a [u8]>),
    /// The record below the group's lowest layer.
    Bottom,
}

impl<'a> Record<'a> {
    pub(super) fn block(&self, key: &[u8; 4]) -> Option<&'a [u8]> {
        let found = self.blocks.iter().find(|(found, _)| found == key);
        found.map(|(_, content)| *content)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'a [u8]> {
        self.blocks.iter().map(|(key, _)| *key)
    }

    pub(super) fn section(&self) -> Section<'a> {
        let block = self.block(b"lsct").or_else(|| self.block(b"lsdk"));
        let kind = block.and_then(|block| block.get(..4)).map_or(0, number);
        let mode = block.and_then(|block| block.get(8..12));
        match kind {
            1 | 2 => Section::Group(mode),
            3 => Section::Bottom,
            _ => Section::Layer,
        }
    }

    pub(super) fn mode(&self) -> Option<Mode> {
        match self.section() {
            Section::Group(Some(key)) => Mode::of(key),
            _ => Mode::of(self.mode_key),
        }
    }

    pub(super) fn channel(&self, id: i16) -> Option<&'a [u8]> {
        let found = self.channels.iter().find(|(found, _)| *found == id);
        found.map(|(_, data)| *data)
    }
}

/// The records in the section, lowest layer first; `None` if it is inconsistent or cut short.
/// Documents with 16 or 32 bits have them in a block after the usual place.
pub(super) fn read(mut section: &[u8], is_large: bool) -> Option<Vec<Record<'_>>> {
    if section.is_empty() {
        return Some(Vec::new());
    }
    let wide = if is_large { 8 } else { 4 };
    let length = usize::try_from(number(take(&mut section, wide)?)).ok()?;
    let info = take(&mut section, length)?;
    if length > 2 {
        return layers(info, is_large);
    }
    // The global mask comes first.
    if let Some(length) = take(&mut section, 4).map(number) {
        take(&mut section, usize::try_from(length).ok()?)?;
    }
    let found = blocks(section, is_large);
    let deep = found
        .iter()
        .find(|(key, _)| matches!(*key, b"Lr16" | b"Lr32" | b"Layr"));
    match deep {
        Some((_, content)) => layers(content, is_large),
        None => Some(Vec::new()),
    }
}

fn layers(mut rest: &[u8], is_large: bool) -> Option<Vec<Record<'_>>> {
    let count = (number(take(&mut rest, 2)?) as i16).unsigned_abs();
    let mut records = Vec::new();
    let mut lengths = Vec::new();
    for _ in 0..count {
        let (record, of_channels) = record(&mut rest, is_large)?;
        records.push(record);
        lengths.push(of_channels);
    }
    for (record, lengths) in records.iter_mut().zip(lengths) {
        for (id, length) in lengths {
            record.channels.push((id, take(&mut rest, length)?));
        }
    }
    Some(records)
}

type Lengths = Vec<(i16, usize)>;

fn record<'a>(rest: &mut &'a [u8], is_large: bool) -> Option<(Record<'a>, Lengths)> {
    let bounds = Bounds::read(rest)?;
    let count = number(take(rest, 2)?) as usize;
    if count > MOST_CHANNELS {
        return None;
    }
    let mut lengths = Vec::new();
    for _ in 0..count {
        let id = number(take(rest, 2)?) as i16;
        let length = number(take(rest, if is_large { 8 } else { 4 })?);
        lengths.push((id, usize::try_from(length).ok()?));
    }
    take(rest, 4)?; // signature
    let mode_key = take(rest, 4)?;
    let &[opacity, clipping, flags, _] = take(rest, 4)?.first_chunk()?;
    let length = usize::try_from(number(take(rest, 4)?)).ok()?;
    let mut extra = take(rest, length)?;
    let mask = sized(&mut extra)?;
    let ranges = sized(&mut extra)?;
    let name = usize::from(*extra.first()?);
    take(&mut extra, (name + 1).next_multiple_of(4))?;
    let record = Record {
        bounds,
        channels: Vec::new(),
        mode_key,
        opacity: f32::from(opacity) / 255.0,
        is_clipped: clipping != 0,
        is_hidden: flags & 2 != 0,
        mask: mask_record(mask, lengths.iter().any(|(id, _)| *id == REAL_MASK)),
        has_blend_ranges: ranges.chunks(4).any(|range| range != [0, 0, 255, 255]),
        blocks: blocks(extra, is_large),
    };
    Some((record, lengths))
}

fn sized<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(take(rest, 4)?)).ok()?;
    take(rest, length)
}

/// The mask that applies: the combined one if there are a user mask and a vector mask.
fn mask_record(mut rest: &[u8], has_real: bool) -> Option<MaskRecord> {
    let long = rest.len() >= 36;
    let bounds = Bounds::read(&mut rest)?;
    let [outside, flags] = *take(&mut rest, 2)?.first_chunk()?;
    let mut mask = MaskRecord {
        channel: MASK,
        bounds,
        outside: f32::from(outside) / 255.0,
        is_disabled: flags & 2 != 0,
        density: 1.0,
        has_feather: false,
    };
    if long {
        let [real_flags, real_outside] = *take(&mut rest, 2)?.first_chunk()?;
        let real_bounds = Bounds::read(&mut rest)?;
        if has_real {
            mask.channel = REAL_MASK;
            mask.bounds = real_bounds;
            mask.outside = f32::from(real_outside) / 255.0;
            mask.is_disabled = real_flags & 2 != 0;
        }
    }
    if flags & 16 != 0 {
        let parameters = take(&mut rest, 1)?.first().copied()?;
        // Density and feather of the user mask, then of the vector mask.
        for of_mask in [parameters & 3, parameters >> 2 & 3] {
            if of_mask & 1 != 0 {
                let density = take(&mut rest, 1)?.first().copied()?;
                mask.density *= f32::from(density) / 255.0;
            }
            if of_mask & 2 != 0 {
                mask.has_feather |= take(&mut rest, 8)? != [0; 8];
            }
        }
    }
    Some(mask)
}

/// Blocks whose length has eight bytes in large documents.
const LONG: [&[u8; 4]; 13] = [
    b"LMsk", b"Lr16", b"Lr32", b"Layr", b"Mt16", b"Mt32", b"Mtrn", b"Alph", b"FMsk", b"lnk2",
    b"FEid", b"FXid", b"PxSD",
];

/// Key and content of each block, as far as they can be read. There can be padding between blocks.
fn blocks(mut rest: &[u8], is_large: bool) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    while let Some(padding) =
        (0..4).find(|&at| matches!(rest.get(at..at + 4), Some(b"8BIM" | b"8B64")))
    {
        let next = |rest: &mut _| -> Option<_> {
            take(rest, padding + 4)?;
            let key = take(rest, 4)?;
            let is_long = is_large && LONG.iter().any(|long| key == *long);
            let length = number(take(rest, if is_long { 8 } else { 4 })?);
            Some((key, take(rest, usize::try_from(length).ok()?)?))
        };
        match next(&mut rest) {
            Some(block) => found.push(block),
            None => break,
        }
    }
    found
}
