//! Groups that are painted on their own before they are painted onto what is below: with opacity, a blend mode, a clip
//! path or a mask.

use resvg::tiny_skia::{
    BlendMode, Color, FillRule, FilterQuality, Mask, MaskType, Paint, PathBuilder, Pixmap,
    PixmapMut, PixmapPaint, Transform,
};
use resvg::usvg::{self, ClipPath, Group, Node, Tree};

use super::{Painter, rule};

/// Pixels around a layer for what is partly covered.
const AROUND: f32 = 2.0;

impl Painter {
    /// Paints a group on a layer of its own; `transform` includes its own.
    pub(super) fn layer(
        &self,
        group: &Group,
        transform: Transform,
        canvas: &mut PixmapMut<'_>,
    ) -> Option<()> {
        let (left, top, width, height) = self.place(group, transform, canvas)?;
        let mut layer = Pixmap::new(width, height)?;
        let inner = transform.post_translate(-(left as f32), -(top as f32));
        self.children(group, inner, &mut layer.as_mut());
        if let Some(path) = group.clip_path() {
            clip(path, inner, &mut layer)?;
        }
        if let Some(mask) = group.mask() {
            self.mask(mask, inner, &mut layer)?;
        }
        let paint = PixmapPaint {
            opacity: group.opacity().get(),
            blend_mode: blend_mode(group.blend_mode()),
            quality: FilterQuality::Nearest,
        };
        put(&layer, (left, top), &paint, canvas);
        Some(())
    }

    /// Left edge, top edge, width and height of the part of the canvas that a group can cover.
    fn place(
        &self,
        group: &Group,
        transform: Transform,
        canvas: &PixmapMut<'_>,
    ) -> Option<(u32, u32, u32, u32)> {
        if self.patterned.has_filters {
            // What is outside of the layer would be missing in them.
            return Some((0, 0, canvas.width(), canvas.height()));
        }
        let bounds = group.layer_bounding_box().transform(transform)?;
        // Negative values become 0.
        let first = |edge: f32| (edge - AROUND).floor() as u32;
        let last = |edge: f32, side: u32| ((edge + AROUND).ceil() as u32).min(side);
        let (left, top) = (first(bounds.left()), first(bounds.top()));
        let width = last(bounds.right(), canvas.width()).checked_sub(left)?;
        let height = last(bounds.bottom(), canvas.height()).checked_sub(top)?;
        Some((left, top, width, height))
    }

    /// Paints a drawing within the drawing.
    pub(super) fn drawing(
        &self,
        tree: &Tree,
        transform: Transform,
        canvas: &mut PixmapMut<'_>,
    ) -> Option<()> {
        let mut layer = Pixmap::new(canvas.width(), canvas.height())?;
        self.children(tree.root(), transform, &mut layer.as_mut());
        put(&layer, (0, 0), &PixmapPaint::default(), canvas);
        Some(())
    }

    /// Takes away what a mask hides.
    fn mask(&self, mask: &usvg::Mask, transform: Transform, layer: &mut Pixmap) -> Option<()> {
        let mut shown = Pixmap::new(layer.width(), layer.height())?;
        self.children(mask.root(), transform, &mut shown.as_mut());
        let mut region = Mask::new(layer.width(), layer.height())?;
        let rect = PathBuilder::from_rect(mask.rect().to_rect());
        region.fill_path(&rect, FillRule::Winding, true, transform);
        shown.apply_mask(&region);
        if let Some(outer) = mask.mask() {
            self.mask(outer, transform, layer)?;
        }
        let kind = match mask.kind() {
            usvg::MaskType::Luminance => MaskType::Luminance,
            usvg::MaskType::Alpha => MaskType::Alpha,
        };
        layer.apply_mask(&Mask::from_pixmap(shown.as_ref(), kind));
        Some(())
    }
}

/// Takes away what is outside of a clip path.
fn clip(path: &ClipPath, transform: Transform, layer: &mut Pixmap) -> Option<()> {
    let mut shown = Pixmap::new(layer.width(), layer.height())?;
    shapes(
        path.root(),
        transform.pre_concat(path.transform()),
        &mut shown,
    )?;
    if let Some(outer) = path.clip_path() {
        clip(outer, transform, layer)?;
    }
    layer.apply_mask(&Mask::from_pixmap(shown.as_ref(), MaskType::Alpha));
    Some(())
}

/// Fills the shapes of a clip path.
fn shapes(group: &Group, transform: Transform, shown: &mut Pixmap) -> Option<()> {
    for child in group.children() {
        match child {
            Node::Path(path) => {
                let mut paint = Paint::default();
                paint.set_color(Color::BLACK);
                paint.anti_alias = path.rendering_mode().use_shape_antialiasing();
                if let Some(fill) = path.fill().filter(|_| path.is_visible()) {
                    shown.fill_path(path.data(), &paint, rule(fill), transform, None);
                }
            }
            Node::Text(text) => shapes(text.flattened(), transform, shown)?,
            Node::Group(group) => {
                let transform = transform.pre_concat(group.transform());
                let Some(path) = group.clip_path() else {
                    shapes(group, transform, shown)?;
                    continue;
                };
                let mut part = Pixmap::new(shown.width(), shown.height())?;
                shapes(group, transform, &mut part)?;
                clip(path, transform, &mut part)?;
                put(&part, (0, 0), &PixmapPaint::default(), &mut shown.as_mut());
            }
            Node::Image(_) => {}
        }
    }
    Some(())
}

fn put(layer: &Pixmap, (left, top): (u32, u32), paint: &PixmapPaint, canvas: &mut PixmapMut<'_>) {
    let (left, top) = (left.cast_signed(), top.cast_signed());
    canvas.draw_pixmap(
        left,
        top,
        layer.as_ref(),
        paint,
        Transform::identity(),
        None,
    );
}

fn blend_mode(mode: usvg::BlendMode) -> BlendMode {
    match mode {
        usvg::BlendMode::Normal => BlendMode::SourceOver,
        usvg::BlendMode::Multiply => BlendMode::Multiply,
        usvg::BlendMode::Screen => BlendMode::Screen,
        usvg::BlendMode::Overlay => BlendMode::Overlay,
        usvg::BlendMode::Darken => BlendMode::Darken,
        usvg::BlendMode::Lighten => BlendMode::Lighten,
        usvg::BlendMode::ColorDodge => BlendMode::ColorDodge,
        usvg::BlendMode::ColorBurn => BlendMode::ColorBurn,
        usvg::BlendMode::HardLight => BlendMode::HardLight,
        usvg::BlendMode::SoftLight => BlendMode::SoftLight,
        usvg::BlendMode::Difference => BlendMode::Difference,
        usvg::BlendMode::Exclusion => BlendMode::Exclusion,
        usvg::BlendMode::Hue => BlendMode::Hue,
        usvg::BlendMode::Saturation => BlendMode::Saturation,
        usvg::BlendMode::Color => BlendMode::Color,
        usvg::BlendMode::Luminosity => BlendMode::Luminosity,
        usvg::BlendMode::PlusLighter => BlendMode::Plus,
    }
}
