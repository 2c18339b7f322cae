//! Paints drawings with patterns. The renderer rounds a tile to whole pixels and repeats it in that size: a tile of half
//! a pixel is not painted, larger ones have seams, and over a large shape they are displaced by whole tiles. Here
//! [`tiles`] fits the tile into whole pixels and repeats it in its exact size, as browsers do. Everything without a
//! pattern is left to the renderer.

mod layers;
mod patterned;
mod shaders;
pub(super) mod tiles;

use resvg::tiny_skia::{FillRule, Paint as Filling, PixmapMut, Transform};
use resvg::usvg::{self, Group, ImageKind, Node, PaintOrder, Path, Tree};

pub(super) use patterned::Patterned;

/// Paints a drawing.
pub(super) fn paint(tree: &Tree, transform: Transform, canvas: &mut PixmapMut<'_>) {
    let patterned = Patterned::of(tree);
    match patterned.has(tree.root()) {
        true => Painter { patterned }.children(tree.root(), transform, canvas),
        false => resvg::render(tree, transform, canvas),
    }
}

/// Whether a group contains nothing that is painted.
pub(super) fn is_empty(group: &Group) -> bool {
    group.children().iter().all(|node| match node {
        Node::Group(group) => is_empty(group),
        Node::Text(text) => is_empty(text.flattened()),
        Node::Image(image) => match image.kind() {
            ImageKind::SVG(tree) => is_empty(tree.root()),
            _ => !image.is_visible(),
        },
        Node::Path(path) => !path.is_visible(),
    })
}

struct Painter {
    patterned: Patterned,
}

impl Painter {
    fn children(&self, group: &Group, transform: Transform, canvas: &mut PixmapMut<'_>) {
        for child in group.children() {
            match child {
                Node::Group(group) if self.patterned.has(group) => {
                    self.group(group, transform, canvas);
                }
                Node::Path(path) => {
                    self.path(path, transform, canvas);
                }
                Node::Text(text) => {
                    self.group(text.flattened(), transform, canvas);
                }
                Node::Image(image) => match image.kind() {
                    ImageKind::SVG(tree) if self.patterned.has(tree.root()) => {
                        if image.is_visible() {
                            self.drawing(tree, transform, canvas);
                        }
                    }
                    _ => without_patterns(child, transform, canvas),
                },
                Node::Group(_) => without_patterns(child, transform, canvas),
            }
        }
    }

    fn group(&self, group: &Group, transform: Transform, canvas: &mut PixmapMut<'_>) {
        let transform = transform.pre_concat(group.transform());
        match group.should_isolate() {
            true => {
                self.layer(group, transform, canvas);
            }
            false => self.children(group, transform, canvas),
        }
    }

    fn path(&self, path: &Path, transform: Transform, canvas: &mut PixmapMut<'_>) {
        if !path.is_visible() {
            return;
        }
        match path.paint_order() {
            PaintOrder::FillAndStroke => {
                self.fill(path, transform, canvas);
                self.stroke(path, transform, canvas);
            }
            PaintOrder::StrokeAndFill => {
                self.stroke(path, transform, canvas);
                self.fill(path, transform, canvas);
            }
        }
    }

    fn fill(&self, path: &Path, transform: Transform, canvas: &mut PixmapMut<'_>) -> Option<()> {
        let fill = path.fill()?;
        let bounds = path.data().bounds();
        if bounds.width() == 0.0 || bounds.height() == 0.0 {
            return None;
        }
        let tile = self.tile(fill.paint(), transform);
        let paint = Filling {
            shader: shaders::shader(fill.paint(), tile.as_ref(), fill.opacity())?,
            anti_alias: path.rendering_mode().use_shape_antialiasing(),
            ..Filling::default()
        };
        canvas.fill_path(path.data(), &paint, rule(fill), transform, None);
        Some(())
    }

    fn stroke(&self, path: &Path, transform: Transform, canvas: &mut PixmapMut<'_>) -> Option<()> {
        let stroke = path.stroke()?;
        let tile = self.tile(stroke.paint(), transform);
        let paint = Filling {
            shader: shaders::shader(stroke.paint(), tile.as_ref(), stroke.opacity())?,
            anti_alias: path.rendering_mode().use_shape_antialiasing(),
            ..Filling::default()
        };
        canvas.stroke_path(path.data(), &paint, &stroke.to_tiny_skia(), transform, None);
        Some(())
    }
}

fn rule(fill: &usvg::Fill) -> FillRule {
    match fill.rule() {
        usvg::FillRule::NonZero => FillRule::Winding,
        usvg::FillRule::EvenOdd => FillRule::EvenOdd,
    }
}

/// Lets the renderer paint what has no patterns. It would move it to the corner.
fn without_patterns(node: &Node, transform: Transform, canvas: &mut PixmapMut<'_>) {
    if let Some(bounds) = node.abs_layer_bounding_box() {
        let moved = transform.pre_translate(bounds.x(), bounds.y());
        resvg::render_node(node, moved, canvas);
    }
}
