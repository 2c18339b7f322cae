//! How much painting a drawing takes, and how much memory its layers: found out before anything is painted.
//! The renderer has no limits of its own here. A pattern that is a million units wide is one bitmap, and if
//! that cannot be allocated, the process ends.

use std::collections::HashSet;

use resvg::tiny_skia::{PathSegment, Rect, Transform};
use resvg::usvg::filter::{Filter, Kind};
use resvg::usvg::{ClipPath, Group, Image, ImageKind, Mask, Node, Paint, Path, Pattern, Tree};

use super::curves::{bytes_of_curve, curve};
use super::painter::tiles::Grid;
use crate::codec::painting::Load;

/// Most pixels that are painted, each time that one is; about ten seconds.
const MOST: u64 = 4_000_000_000;
/// The same for large results: so many times the whole canvas.
const MOST_CANVASES: u64 = 1_000;
/// What an element, a line of a filled path and of a stroked one cost, in pixels.
const ELEMENT: u64 = 100;
const FILLED: u64 = 100;
const STROKED: u64 = 1_000;
/// What a piece of a curve of a stroked path costs.
const PIECE: u64 = 2;
/// Bytes of an element and of a letter until the drawing is painted. Measured: up to 1,000 and 7,100.
const KEPT: u64 = 1_000;
const LETTER: u64 = 8_000;
/// Cost of each pixel of a layer: cleared, and painted onto what is below.
const LAYER: u64 = 3;
/// Cost of each pixel of a pattern. It bounds the memory of a pattern, too.
const PATTERN: u64 = 16;
/// Beyond so many pixels, a shape is clipped slowly; the cost of that.
const FAR: f32 = 100_000.0;
const CLIPPED: u64 = 4_000_000;
/// The renderer panics for shapes of a size near a billion.
const FARTHEST: f32 = 200_000_000.0;
/// Bitmaps of the size of a layer that a mask, a clip path and a filter take besides it.
const MASKS: u64 = 3;
const CLIPS: u64 = 2;
const FILTERS: u64 = 6;

/// Most groups within one another. They are followed by recursion, here and by the renderer.
const DEEPEST: u32 = 400;

/// What painting a drawing on a canvas of this size takes. The count ends where the work is over the limit.
pub(super) fn load(tree: &Tree, transform: Transform, size: (u32, u32)) -> Load {
    let (width, height) = (size.0 as f32, size.1 as f32);
    let canvas = u64::from(size.0) * u64::from(size.1);
    let bounds = |times: (f32, f32)| {
        Rect::from_ltrb(
            -times.0 * width,
            -times.0 * height,
            times.1 * width,
            times.1 * height,
        )
    };
    let mut walk = Walk {
        work: 0,
        kept: 0,
        is_shared: false,
        known: HashSet::new(),
        depth: 0,
        allowed: MOST.max(MOST_CANVASES * canvas),
        // The renderer's own bound of layers.
        largest: bounds((2.0, 3.0)),
    };
    let bytes = walk.group(tree.root(), transform, bounds((0.0, 1.0)));
    Load {
        bytes: bytes.saturating_add(walk.kept),
        work: walk.work,
        allowed: walk.allowed,
    }
}

/// The bitmap that is painted on; nothing is if it is empty.
type Bitmap = Option<Rect>;

struct Walk {
    work: u64,
    /// Bytes of the elements and letters themselves.
    kept: u64,
    /// Whether this is counted already: it is in memory once, however often it is painted.
    is_shared: bool,
    /// What is in memory once and counted, by its address.
    known: HashSet<usize>,
    /// Groups around the current one.
    depth: u32,
    allowed: u64,
    largest: Bitmap,
}

impl Walk {
    fn add(&mut self, work: u64) {
        self.work = self.work.saturating_add(work);
    }

    /// Counts what stays in memory.
    fn keep(&mut self, bytes: u64) {
        if !self.is_shared {
            self.kept = self.kept.saturating_add(bytes);
        }
    }

    /// Counts what every use shares: it is kept once.
    fn shared<T>(&mut self, what: &T, count: impl FnOnce(&mut Self, &T) -> u64) -> u64 {
        let before = self.is_shared;
        self.is_shared |= !self.known.insert(std::ptr::from_ref(what).addr());
        let bytes = count(self, what);
        self.is_shared = before;
        bytes
    }

    /// Adds the work for a group; returns the most bytes of bitmaps at a time.
    fn group(&mut self, group: &Group, transform: Transform, on: Bitmap) -> u64 {
        self.add(ELEMENT);
        self.keep(KEPT);
        if self.work > self.allowed {
            return 0;
        }
        let transform = transform.pre_concat(group.transform());
        if !group.should_isolate() {
            return self.children(group, transform, on);
        }
        let bounds = group.layer_bounding_box().to_rect().transform(transform);
        let layer = overlap(bounds, self.largest);
        let pixels = area(layer);
        self.add(pixels.saturating_mul(LAYER));
        let mut inner = self.children(group, transform, layer);
        for filter in group.filters() {
            inner =
                inner.max(self.shared(&**filter, |it, filter| it.filter(filter, transform, layer)));
        }
        if let Some(clip) = group.clip_path() {
            inner = inner.max(self.shared(clip, |it, clip| it.clip(clip, transform, layer)));
        }
        if let Some(mask) = group.mask() {
            inner = inner.max(self.shared(mask, |it, mask| it.mask(mask, transform, layer)));
        }
        inner.saturating_add(4 * pixels)
    }

    fn children(&mut self, group: &Group, transform: Transform, on: Bitmap) -> u64 {
        if self.depth >= DEEPEST {
            self.work = u64::MAX;
            return 0;
        }
        self.depth += 1;
        let mut most = 0;
        for child in group.children() {
            most = most.max(match child {
                Node::Group(group) => self.group(group, transform, on),
                Node::Path(path) => self.path(path, transform, on),
                Node::Image(image) => self.image(image, transform, on),
                Node::Text(text) => {
                    let letters = text.chunks().iter().map(|it| it.text().len() as u64);
                    self.keep(letters.sum::<u64>().saturating_mul(LETTER));
                    self.group(text.flattened(), transform, on)
                }
            });
        }
        self.depth -= 1;
        most
    }

    fn path(&mut self, path: &Path, transform: Transform, on: Bitmap) -> u64 {
        self.add(ELEMENT);
        self.keep(KEPT);
        if self.work > self.allowed {
            return 0;
        }
        let bounds = path.stroke_bounding_box().transform(transform);
        let pixels = area(overlap(bounds, on));
        let lines = path.data().len() as u64;
        let is_far = bounds.is_none_or(|it| it.width() > FAR || it.height() > FAR);
        let clipped = if is_far { CLIPPED } else { 0 };
        if bounds.is_none_or(|it| it.width() > FARTHEST || it.height() > FARTHEST) {
            self.add(u64::MAX);
            return 0;
        }
        let paints = [
            path.fill().map(|fill| (fill.paint(), FILLED)),
            path.stroke().map(|stroke| (stroke.paint(), STROKED)),
        ];
        let (mut most, mut patterns) = (0_u64, 0);
        if path.stroke().is_some() {
            let is_curve =
                |it: &PathSegment| matches!(it, PathSegment::QuadTo(..) | PathSegment::CubicTo(..));
            let curves = path.data().segments().filter(is_curve).count() as u64;
            // Curves are cut for the size in which they are painted.
            let (across, down) = transform.get_scale();
            let bounds = path.data().bounds();
            let side = bounds.width().max(bounds.height()) * across.max(down);
            let (pieces, bytes) = (curve(side.into()), bytes_of_curve(side.into()));
            self.add(curves.saturating_mul(pieces.saturating_mul(PIECE)));
            most = curves.saturating_mul(bytes);
        }
        for (paint, line) in paints.into_iter().flatten() {
            self.add(pixels.saturating_add(lines.saturating_mul(line)));
            self.add(clipped);
            if let Paint::Pattern(pattern) = paint {
                let inner = self.shared(&**pattern, |it, pattern| it.pattern(pattern, transform));
                patterns = inner.max(patterns);
            }
        }
        // A line is painted with its pattern.
        most.saturating_add(patterns)
    }

    fn pattern(&mut self, pattern: &Pattern, transform: Transform) -> u64 {
        let grid = Grid::new(pattern, transform);
        let (width, height) = grid.painted();
        let bitmap = Rect::from_xywh(0.0, 0.0, width as f32, height as f32);
        let pixels = u64::from(width).saturating_mul(height.into());
        self.add(pixels.saturating_mul(PATTERN));
        let inner = self.children(pattern.root(), grid.scale, bitmap);
        inner.saturating_add(pixels.saturating_mul(4))
    }

    fn image(&mut self, image: &Image, transform: Transform, on: Bitmap) -> u64 {
        let pixels = area(overlap(image.bounding_box().transform(transform), on));
        self.add(pixels.saturating_mul(LAYER).saturating_add(ELEMENT));
        match image.kind() {
            ImageKind::SVG(tree) => self
                .shared(tree, |it, tree| it.group(tree.root(), transform, on))
                .saturating_add(pixels.saturating_mul(4)),
            _ => 0,
        }
    }

    fn clip(&mut self, clip: &ClipPath, transform: Transform, on: Bitmap) -> u64 {
        self.add(area(on).saturating_mul(LAYER));
        if self.work > self.allowed {
            return 0;
        }
        let mut inner = self.group(clip.root(), transform.pre_concat(clip.transform()), on);
        if let Some(clip) = clip.clip_path() {
            inner = inner.max(self.shared(clip, |it, clip| it.clip(clip, transform, on)));
        }
        inner.saturating_add(4 * CLIPS * area(on))
    }

    fn mask(&mut self, mask: &Mask, transform: Transform, on: Bitmap) -> u64 {
        self.add(area(on).saturating_mul(LAYER));
        if self.work > self.allowed {
            return 0;
        }
        let mut inner = self.group(mask.root(), transform, on);
        if let Some(mask) = mask.mask() {
            inner = inner.max(self.shared(mask, |it, mask| it.mask(mask, transform, on)));
        }
        inner.saturating_add(4 * MASKS * area(on))
    }

    fn filter(&mut self, filter: &Filter, transform: Transform, on: Bitmap) -> u64 {
        let region = overlap(filter.rect().to_rect().transform(transform), on);
        let pixels = area(region);
        let (across, down) = transform.get_scale();
        let (mut inner, mut kept) = (0, 0_u64);
        for primitive in filter.primitives() {
            self.add(pixels.saturating_mul(effort(primitive.kind(), across.max(down))));
            // Each result is kept to the end of the filter.
            kept = kept.saturating_add(4 * pixels);
            if let Kind::Image(image) = primitive.kind() {
                inner = inner.max(self.group(image.root(), transform, region));
            }
            if self.work > self.allowed {
                return 0;
            }
        }
        inner
            .saturating_add(kept)
            .saturating_add(4 * FILTERS * pixels)
    }
}

/// What a primitive costs for each pixel.
fn effort(kind: &Kind, scale: f32) -> u64 {
    let reach = |radius: f32| ((radius * scale).abs().min(1e6) as u64).saturating_mul(2) + 1;
    match kind {
        Kind::ConvolveMatrix(it) => {
            u64::from(it.matrix().columns()) * u64::from(it.matrix().rows())
        }
        Kind::Morphology(it) => {
            reach(it.radius_x().get()).saturating_mul(reach(it.radius_y().get()))
        }
        Kind::Turbulence(it) => 40 * u64::from(it.num_octaves().clamp(1, 100_000)),
        Kind::GaussianBlur(_) | Kind::DropShadow(_) => 20,
        Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 30,
        Kind::Merge(it) => 2 * it.inputs().len() as u64 + 2,
        _ => 5,
    }
}

/// The part of a shape that is on a bitmap.
fn overlap(shape: Bitmap, on: Bitmap) -> Bitmap {
    let (shape, on) = (shape?, on?);
    // A pixel of each side for what is partly covered.
    Rect::from_ltrb(
        (shape.left() - 2.0).max(on.left()),
        (shape.top() - 2.0).max(on.top()),
        (shape.right() + 2.0).min(on.right()),
        (shape.bottom() + 2.0).min(on.bottom()),
    )
}

/// Pixels of a bitmap.
fn area(bitmap: Bitmap) -> u64 {
    bitmap.map_or(0, |it| {
        (it.width().ceil() as u64).saturating_mul(it.height().ceil() as u64)
    })
}
