//! Counts what the instructions of a page paint, in place of painting it.

use std::collections::{HashMap, HashSet};

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::pattern::{Pattern, ShadingPattern, TilingPattern};
use hayro::hayro_interpret::shading::ShadingType;
use hayro::hayro_interpret::util::x_y_advances;
use hayro::hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint,
    SoftMask,
};
use hayro::kurbo::{Affine, BezPath, Rect};

use super::forms::Longest;
use super::gradients;
use super::outline::{Outline, PaintCost};
use super::tiles::Tiles;

/// What following a pattern, a mask or a glyph that is a drawing costs at least, and each byte of a pattern or a
/// glyph, in pixels.
const NESTED: u64 = 50_000;
const BYTE: u64 = 50;
/// Most patterns, masks and glyphs within one another. The renderer follows them by recursion.
const DEEPEST: u32 = 40;
/// What a pixel of a shading costs, and a part of its mesh.
const SHADED: u64 = 20;
const PART_OF_MESH: u64 = 200;
/// Bytes of memory for each pixel of a picture while it is decoded and reduced, about: gray takes one, RGB six.
const DECODING: u64 = 4;
/// The longest side of a reduced picture.
const LONGEST: f64 = 32_767.0;

/// What is counted over all canvases.
pub(super) struct Total {
    /// In pixels that are painted, each time that one is.
    pub(super) work: u64,
    pub(super) allowed: u64,
    /// Whether a gradient changes its colour exactly at an end beyond which it goes on.
    pub(super) changes_at_an_end: bool,
    longest: Longest,
    /// Patterns, masks and glyphs around the current instruction.
    depth: u32,
    outlines: HashMap<u128, Outline>,
}

/// Counts what is painted on one canvas: that of the page, of a pattern or of a mask.
pub(super) struct Counter<'t> {
    total: &'t mut Total,
    bounds: Rect,
    /// Masks of this canvas; each is one bitmap.
    masks: HashSet<u128>,
    /// Bytes that are kept until the canvas is finished, and most bytes beside them.
    kept: u64,
    passing: u64,
    /// Bytes of each clip that is open, which are given back where it ends.
    clips: Vec<u64>,
    open: u64,
}

impl Total {
    /// Nothing yet. The count ends where the work is over what is allowed.
    pub(super) fn new(allowed: u64, longest: Longest) -> Self {
        Self {
            work: 0,
            allowed,
            changes_at_an_end: false,
            longest,
            depth: 0,
            outlines: HashMap::new(),
        }
    }
}

impl<'t> Counter<'t> {
    pub(super) fn of(total: &'t mut Total, bounds: Rect) -> Self {
        Self {
            total,
            bounds,
            masks: HashSet::new(),
            kept: 0,
            passing: 0,
            clips: Vec::new(),
            open: 0,
        }
    }

    /// Most bytes at a time.
    pub(super) fn bytes(&self) -> u64 {
        self.kept.saturating_add(self.passing)
    }

    fn is_over(&self) -> bool {
        self.total.work > self.total.allowed
    }

    fn add(&mut self, cost: PaintCost) {
        self.total.work = self.total.work.saturating_add(cost.work);
        self.kept = self.kept.saturating_add(cost.kept);
        self.passing = self.passing.max(cost.passing.saturating_add(self.open));
    }

    fn area(&self) -> u64 {
        (self.bounds.width() * self.bounds.height()) as u64
    }

    /// Pixels of this canvas that a part of it has.
    fn pixels(&self, part: Rect) -> u64 {
        match part.overlaps(self.bounds) {
            true => {
                let part = part.intersect(self.bounds);
                (part.width().ceil() * part.height().ceil()) as u64
            }
            false => 0,
        }
    }

    /// Counts an outline, and what it is painted with. Each bitmap of a pattern is kept.
    fn outline(
        &mut self,
        outline: &Outline,
        (transform, paint): (Affine, &Paint<'_>),
        mode: &DrawMode,
    ) {
        let (fills, stroke) = match mode {
            DrawMode::Fill(_) => (true, None),
            DrawMode::Stroke(stroke) => (false, Some(stroke)),
            DrawMode::FillAndStroke(_, stroke) => (true, Some(stroke)),
            DrawMode::Invisible => return,
        };
        if fills {
            self.add(outline.filled(transform, self.bounds));
            self.paint(paint, outline.shown(transform, 0.0), false);
        }
        if let Some(stroke) = stroke {
            self.add(outline.stroked(transform, stroke, self.bounds));
            let width = f64::from(stroke.line_width);
            self.paint(paint, outline.shown(transform, width), true);
        }
    }

    fn paint(&mut self, paint: &Paint<'_>, shown: Rect, is_stroke: bool) {
        let Paint::Pattern(pattern) = paint else {
            return;
        };
        let pixels = self.pixels(shown);
        if self.is_over() || pixels == 0 {
            return;
        }
        match &**pattern {
            Pattern::Shading(shading) => self.shading(shading, pixels),
            Pattern::Tiling(tiling) => {
                self.tiling(tiling, shown.intersect(self.bounds), is_stroke);
            }
        }
    }

    fn shading(&mut self, pattern: &ShadingPattern, pixels: u64) {
        // Evaluating the functions of a gradient takes long.
        if !self.total.changes_at_an_end {
            self.total.changes_at_an_end = gradients::change_at_an_end(&pattern.shading);
        }
        let parts = match &*pattern.shading.shading_type {
            ShadingType::TriangleMesh { triangles, .. } => triangles.len(),
            ShadingType::CoonsPatchMesh { patches, .. } => patches.len(),
            ShadingType::TensorProductPatchMesh { patches, .. } => patches.len(),
            _ => 0,
        };
        self.add(PaintCost {
            work: pixels * SHADED + parts as u64 * PART_OF_MESH,
            kept: pixels * 4,
            passing: 0,
        });
    }

    fn tiling(&mut self, pattern: &TilingPattern<'_>, area: Rect, is_stroke: bool) {
        let tiles = Tiles::of(pattern, area);
        let before = self.total.work;
        let bitmap = tiles.pixels().saturating_mul(4);
        let least = self.total.longest.pattern.saturating_mul(BYTE);
        let inner = self.nested(least, tiles.bounds(), |counter| {
            let _ = pattern.interpret(counter, tiles.transform(), is_stroke);
        });
        let once = self.total.work.saturating_sub(before);
        self.total.work = before.saturating_add(once.saturating_mul(tiles.copies()));
        self.add(PaintCost {
            work: tiles.pixels(),
            kept: bitmap,
            passing: inner.saturating_mul(tiles.copies()).saturating_add(bitmap),
        });
    }

    fn mask(&mut self, mask: Option<&SoftMask<'_>>) {
        let Some(mask) = mask else {
            return;
        };
        if self.is_over() || !self.masks.insert(mask.cache_key()) {
            return;
        }
        let canvas = self.area();
        let inner = self.nested(0, self.bounds, |counter| mask.interpret(counter));
        self.add(PaintCost {
            work: 2 * canvas,
            kept: canvas,
            passing: inner.saturating_add(4 * canvas),
        });
    }

    /// Counts on a canvas of its own; returns its bytes. The work is `least` or more.
    fn nested(&mut self, least: u64, bounds: Rect, count: impl FnOnce(&mut Counter<'_>)) -> u64 {
        let mut counter = Counter::of(self.total, bounds);
        counter.deeper(least, count);
        counter.bytes()
    }

    fn deeper(&mut self, least: u64, count: impl FnOnce(&mut Self)) {
        self.total.work = self.total.work.saturating_add(NESTED.max(least));
        if self.total.depth >= DEEPEST {
            self.total.work = u64::MAX;
        }
        if self.is_over() {
            return;
        }
        self.total.depth += 1;
        count(self);
        self.total.depth -= 1;
    }
}

impl<'a> Device<'a> for Counter<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        if self.is_over() {
            return;
        }
        self.mask(props.soft_mask.as_ref());
        self.outline(&Outline::of(path), (props.transform, &props.paint), mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let mut cost = PaintCost::default();
        if !self.is_over() {
            cost = Outline::of(&clip.path).filled(Affine::IDENTITY, self.bounds);
        }
        let kept = std::mem::take(&mut cost.kept);
        self.clips.push(kept);
        self.open = self.open.saturating_add(kept);
        self.add(cost);
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        if self.is_over() {
            return;
        }
        self.mask(mask.as_ref());
        let layer = PaintCost::layer(self.bounds);
        self.add(layer);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        if self.is_over() {
            return;
        }
        self.mask(props.soft_mask.as_ref());
        for glyph in run.glyphs() {
            match &**glyph {
                Glyph::Outline(letter) => {
                    let id = letter.identifier().cache_key();
                    let known = self.total.outlines.entry(id);
                    let outline = *known.or_insert_with(|| Outline::of(&letter.outline()));
                    let transform = props.transform * glyph.transform();
                    self.outline(&outline, (transform, &props.paint), mode);
                }
                Glyph::Type3(letter) => {
                    let least = self.total.longest.glyph.saturating_mul(BYTE);
                    self.deeper(least, |counter| {
                        letter.interpret(counter, props.transform, glyph.transform(), &props.paint);
                    });
                }
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let size = (f64::from(image.width()), f64::from(image.height()));
        let shown = props
            .transform
            .transform_rect_bbox(Rect::new(0.0, 0.0, size.0, size.1));
        let pixels = self.pixels(shown);
        if self.is_over() || pixels == 0 {
            return;
        }
        self.mask(props.soft_mask.as_ref());
        let (across, down) = x_y_advances(&props.transform);
        let (across, down) = (across.length(), down.length());
        let reduced = match across < 1.0 || down < 1.0 {
            true => [size.0 * across, size.1 * down].map(|side| side.ceil().min(LONGEST)),
            false => [size.0, size.1],
        };
        let whole = (size.0 * size.1) as u64;
        self.add(PaintCost {
            work: pixels.saturating_add(whole.saturating_mul(2)),
            kept: ((reduced[0] * reduced[1]) as u64).saturating_mul(4),
            passing: whole.saturating_mul(DECODING),
        });
        self.add(PaintCost::filled(shown.intersect(self.bounds)));
    }

    fn pop_clip(&mut self) {
        self.open = self.open.saturating_sub(self.clips.pop().unwrap_or(0));
    }

    fn pop_transparency_group(&mut self) {}
}
