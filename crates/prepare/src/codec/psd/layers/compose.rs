//! Composes layers, one row of the document at a time.

use std::ops::Range;

use super::blend::Channels;
use super::blend::Mode;
use super::record::Bounds;
use super::tree::{Content, LayerMask, Node, Pixels};

/// A pixel whose colours are independent of its alpha.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Pixel {
    pub(super) color: Channels,
    pub(super) alpha: f32,
}

/// The part of a row that is composed.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) y: i32,
    pub(super) left: i32,
    pub(super) width: usize,
}

/// Composes a row of the document on a transparent background. Rows must be requested from top to
/// bottom. `None` if a layer's data ends early.
pub(super) fn row(nodes: &mut [Node<'_>], span: Span) -> Option<Vec<Pixel>> {
    let mut row = vec![Pixel::default(); span.width];
    add(nodes, span, &mut row)?;
    Some(row)
}

fn add(nodes: &mut [Node<'_>], span: Span, below: &mut [Pixel]) -> Option<()> {
    for node in nodes {
        let mode = node.mode;
        match &mut node.content {
            Content::Group(children) if mode == Mode::PassThrough && node.clipped.is_empty() => {
                let before = below.to_vec();
                add(children, span, below)?;
                let cover = cover(node.opacity, node.mask.as_mut(), span)?;
                for ((after, before), cover) in below.iter_mut().zip(before).zip(cover) {
                    *after = between(before, *after, cover);
                }
            }
            _ => {
                let Some((at, source)) = source(node, span)? else {
                    continue;
                };
                for (below, layer) in below.get_mut(at)?.iter_mut().zip(source) {
                    *below = over(*below, layer, mode);
                }
            }
        }
    }
    Some(())
}

/// The pixels of a layer or an isolated group, with the layers clipped to it, and their place in
/// the row.
#[allow(clippy::type_complexity)]
fn source(node: &mut Node<'_>, span: Span) -> Option<Option<(Range<usize>, Vec<Pixel>)>> {
    let (at, mut own) = match &mut node.content {
        Content::Solid(color) => {
            let pixel = Pixel {
                color: *color,
                alpha: 1.0,
            };
            (0..span.width, vec![pixel; span.width])
        }
        Content::Group(children) => (0..span.width, row(children, span)?),
        Content::Pixels(pixels) => match inside(&pixels.bounds, span) {
            Some(at) => (at.clone(), pixels_of(pixels, span, at)?),
            None => return Some(None),
        },
    };
    let span = Span {
        left: span.left + at.start as i32,
        width: at.len(),
        ..span
    };
    for clipped in &mut node.clipped {
        let mode = clipped.mode;
        let Some((at, layer)) = source(clipped, span)? else {
            continue;
        };
        for (own, layer) in own.get_mut(at)?.iter_mut().zip(layer) {
            let blended = mode.blend(own.color, layer.color);
            own.color = mix(own.color, blended, layer.alpha);
        }
    }
    let cover = cover(node.opacity, node.mask.as_mut(), span)?;
    for (own, cover) in own.iter_mut().zip(cover) {
        own.alpha *= cover;
    }
    Some(Some((at, own)))
}

/// Columns of the span in which a layer has pixels; `None` if its row has none.
fn inside(bounds: &Bounds, span: Span) -> Option<Range<usize>> {
    if !(bounds.top..bounds.bottom).contains(&span.y) {
        return None;
    }
    let column = |x: i32| {
        let x = i64::from(x) - i64::from(span.left);
        x.clamp(0, span.width as i64) as usize
    };
    let columns = column(bounds.left)..column(bounds.right);
    (!columns.is_empty()).then_some(columns)
}

fn pixels_of(pixels: &mut Pixels<'_>, span: Span, at: Range<usize>) -> Option<Vec<Pixel>> {
    let line = (span.y - pixels.bounds.top) as usize;
    let first = (i64::from(span.left) - i64::from(pixels.bounds.left) + at.start as i64) as usize;
    let opaque = Pixel {
        alpha: 1.0,
        ..Pixel::default()
    };
    let mut row = vec![opaque; at.len()];
    for (channel, color) in pixels.colors.iter_mut().enumerate() {
        let sample = color.row(line)?;
        for (index, pixel) in row.iter_mut().enumerate() {
            if let Some(place) = pixel.color.get_mut(channel) {
                *place = sample(first + index);
            }
        }
    }
    if let Some(alpha) = &mut pixels.alpha {
        let sample = alpha.row(line)?;
        for (index, pixel) in row.iter_mut().enumerate() {
            pixel.alpha = sample(first + index).clamp(0.0, 1.0);
        }
    }
    Some(row)
}

/// Opacity and mask of each column.
fn cover(opacity: f32, mask: Option<&mut LayerMask<'_>>, span: Span) -> Option<Vec<f32>> {
    let Some(mask) = mask else {
        return Some(vec![opacity; span.width]);
    };
    let mut cover = vec![mask.outside; span.width];
    if let (Some(at), Some(samples)) = (inside(&mask.bounds, span), &mut mask.samples) {
        let line = (span.y - mask.bounds.top) as usize;
        let first = (i64::from(span.left) - i64::from(mask.bounds.left) + at.start as i64) as usize;
        let sample = samples.row(line)?;
        for (index, place) in cover.get_mut(at)?.iter_mut().enumerate() {
            *place = sample(first + index);
        }
    }
    for place in &mut cover {
        *place = opacity * (1.0 - mask.density * (1.0 - *place));
    }
    Some(cover)
}

fn mix(from: Channels, to: Channels, share: f32) -> Channels {
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * share)
}

/// Composites a layer on what is below it (ISO 32000-1, 11.3.6).
fn over(below: Pixel, layer: Pixel, mode: Mode) -> Pixel {
    if layer.alpha <= 0.0 {
        return below;
    }
    let alpha = below.alpha + layer.alpha - below.alpha * layer.alpha;
    let blended = match mode {
        Mode::Normal | Mode::PassThrough => layer.color,
        _ => mix(
            layer.color,
            mode.blend(below.color, layer.color),
            below.alpha,
        ),
    };
    let color = mix(below.color, blended, layer.alpha / alpha);
    Pixel { color, alpha }
}

/// Mixes the pixels below a pass-through group with those after its layers, by its share (opacity
/// and mask).
fn between(before: Pixel, after: Pixel, share: f32) -> Pixel {
    let alpha = before.alpha + (after.alpha - before.alpha) * share;
    let weighted = |channel: usize| {
        let (from, to) = (before, after);
        let from = from.color[channel] * from.alpha * (1.0 - share);
        let sum = from + to.color[channel] * to.alpha * share;
        if alpha > 0.0 { sum / alpha } else { 0.0 }
    };
    let color = std::array::from_fn(weighted);
    Pixel { color, alpha }
}
