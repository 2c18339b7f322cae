//! Composes the layers of a document without a merged picture, row by row, so that only the reduced
//! square is in memory. Documents with features that cannot be drawn as in Photoshop are refused,
//! and the message names the feature.

mod blend;
mod channel;
mod compose;
mod descriptor;
mod kind;
mod record;
mod tree;

use super::light::{Brightness, Compression};
use super::mode::Mode;
use super::pixels::encode;
use crate::color::Color;
use crate::pixels::depth::Depth;
use crate::pixels::raster::{Alpha, Layout};
use crate::pixels::reduce::{Reduced, Reducer};
use crate::plan::Plan;
use channel::Channel;
use compose::{Pixel, Span};
pub(super) use tree::Refusal;
use tree::{Content, Form, Node};

/// Bytes of a layer besides its rows: its record, its place in the tree and its channels. 30,000 layers took
/// 34 MB. A third, because rows of bands are counted three times.
const RECORD: usize = 1_200 / 3;

/// Layers that can be composed.
pub(super) struct Layers<'a> {
    nodes: Vec<Node<'a>>,
    /// Layers of the document, also hidden ones.
    count: usize,
    mode: Mode,
    depth: usize,
    compression: Option<Compression>,
}

impl<'a> Layers<'a> {
    /// The layers; `None` if there are none.
    pub(super) fn read(
        section: &'a [u8],
        mode: Mode,
        depth: usize,
        is_large: bool,
    ) -> Result<Option<Self>, Refusal> {
        if matches!(mode, Mode::Bitmap | Mode::Indexed) {
            return Ok(None);
        }
        let records = record::read(section, is_large).ok_or(Refusal::Damage)?;
        if records.is_empty() {
            return Ok(None);
        }
        let form = Form {
            mode,
            depth,
            is_large,
        };
        let nodes = tree::build(&records, form)?;
        Ok(Some(Self {
            nodes,
            count: records.len(),
            mode,
            depth,
            compression: None,
        }))
    }

    /// Layout of the result. CMYK has no alpha: it is composited on paper.
    pub(super) fn layout(&self) -> Layout {
        match self.mode {
            Mode::Bitmap | Mode::Gray | Mode::Indexed => Layout::GrayAlpha,
            Mode::Cmyk => Layout::Cmyk,
            Mode::Rgb | Mode::Lab => Layout::Rgba,
        }
    }

    /// Bytes that composing needs besides the result.
    pub(super) fn memory(&self, width: u32) -> u64 {
        let (rows, channels) = cost(&self.nodes);
        let rows = rows.saturating_mul(width as usize * (size_of::<Pixel>() + 4));
        let records = self.count.saturating_mul(RECORD);
        rows.saturating_add(channels).saturating_add(records) as u64
    }

    /// How light is to be compressed: nothing if it is no brighter than white. `None` if a layer's data ends
    /// early.
    pub(super) fn compression(
        mut self,
        size: (u32, u32),
        color: &Color,
    ) -> Option<Option<Compression>> {
        let mut brightness = Brightness::new(size, color);
        let mode = self.mode;
        for y in 0..size.1 {
            let span = Span {
                y: y as i32,
                left: 0,
                width: size.0 as usize,
            };
            let pixels = compose::row(&mut self.nodes, span)?;
            let visible = pixels.iter().filter(|pixel| pixel.alpha > 0.0);
            brightness.add(visible.map(|pixel| light(pixel, mode)));
        }
        Some(brightness.compression())
    }

    /// Composes and reduces the picture, with light compressed if that is asked for; `None` if a layer's
    /// data ends early.
    pub(super) fn reduce(
        mut self,
        height: u32,
        compression: Option<Compression>,
        plan: &Plan,
    ) -> Option<Reduced> {
        self.compression = compression;
        match self.depth {
            8 => self.rows(height, plan, |value| (value * 255.0 + 0.5) as u8),
            16 => self.rows(height, plan, |value| (value * 65_535.0 + 0.5) as u16),
            _ => self.rows(height, plan, encode),
        }
    }

    fn rows<T: Depth>(
        &mut self,
        height: u32,
        plan: &Plan,
        sample: impl Fn(f32) -> T,
    ) -> Option<Reduced> {
        let layout = self.layout();
        let mut reducer = Reducer::new(plan, layout, Alpha::Straight, T::empty());
        let (crop, wanted) = (plan.crop(), reducer.wanted());
        // The reducer expects rows from the left edge of the picture.
        let before = crop.x as usize * layout.channels();
        reducer.skip(wanted.start);
        for y in wanted.start..wanted.end.min(height) {
            let span = Span {
                y: y as i32,
                left: crop.x as i32,
                width: crop.width as usize,
            };
            let pixels = compose::row(&mut self.nodes, span)?;
            let mut row = vec![T::nearest(0); before];
            row.reserve_exact(pixels.len() * layout.channels());
            for pixel in &pixels {
                self.push(pixel, &mut row, &sample);
            }
            reducer.push(&row);
        }
        reducer.finish()
    }

    fn push<T: Depth>(&self, pixel: &Pixel, row: &mut Vec<T>, sample: impl Fn(f32) -> T) {
        let color = match &self.compression {
            Some(compression) => compression.apply(light(pixel, self.mode)),
            None => [0.0; 3],
        };
        let color: &[f32] = match &self.compression {
            Some(_) => &color,
            None => &pixel.color,
        };
        let colors = color.iter().take(self.mode.channels());
        if self.mode == Mode::Cmyk {
            // CMYK is stored as the absence of ink; paper is 1.
            let ink = |&value: &f32| (1.0 - value) * pixel.alpha;
            row.extend(colors.map(|value| sample(ink(value).clamp(0.0, 1.0))));
            return;
        }
        row.extend(colors.map(|value| sample(value.clamp(0.0, 1.0))));
        // Alpha is never gamma-encoded.
        row.push(T::nearest(
            (f64::from(pixel.alpha) * T::MAX as f64 + 0.5) as u64,
        ));
    }
}

/// The light of a pixel; gray is the same in all three.
fn light(pixel: &Pixel, mode: Mode) -> [f32; 3] {
    let [red, green, blue, ..] = pixel.color;
    match mode {
        Mode::Gray => [red; 3],
        _ => [red, green, blue],
    }
}

/// Number of rows that are in memory at the same time, and bytes of all channels, each of which keeps a
/// row.
fn cost(nodes: &[Node<'_>]) -> (usize, usize) {
    let mut most = (0, 0);
    for node in nodes {
        let own = match &node.content {
            Content::Solid(_) => (0, 0),
            Content::Group(children) => cost(children),
            Content::Pixels(pixels) => {
                let channels = pixels.colors.iter().chain(&pixels.alpha);
                (0, channels.map(Channel::memory).sum())
            }
        };
        let clipped = cost(&node.clipped);
        let mask = node.mask.as_ref().and_then(|mask| mask.samples.as_ref());
        most.0 = most.0.max(own.0 + clipped.0);
        most.1 += own.1 + clipped.1 + mask.map_or(0, Channel::memory);
    }
    (most.0 + 3, most.1)
}
