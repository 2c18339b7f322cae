//! Reduces pictures to the size at which they are drawn. The renderer picks single pixels of larger
//! ones, which makes photographs look grainy.

use std::collections::HashMap;

use avatar_jpeg::CropRect;
use avatar_resample::fast_image_resize::Resizer;
use resvg::tiny_skia::Transform;
use resvg::usvg::{Group, ImageKind, Node, Tree};

use super::png::{Key, key};
use crate::Error;
use crate::pixels::raster::Raster;
use crate::pixels::resample::resample;

/// For each picture, pixels of the result per pixel of the picture, horizontally and vertically:
/// the largest of all places where it is shown.
pub(in crate::codec::svg) type Scales = HashMap<Key, [f32; 2]>;

/// Scale from which on reducing is not worth while.
const ENOUGH: f32 = 0.75;

/// The scales at which the placeholders in a tree are drawn with `transform`. Pictures in patterns,
/// masks and filters are not included.
pub(in crate::codec::svg) fn scales(tree: &Tree, transform: Transform) -> Scales {
    let mut scales = Scales::new();
    collect(tree.root(), transform, &mut scales);
    scales
}

fn collect(group: &Group, transform: Transform, scales: &mut Scales) {
    for node in group.children() {
        match node {
            Node::Group(inner) => collect(inner, transform, scales),
            Node::Image(image) => {
                let placed = transform.pre_concat(image.abs_transform());
                let scale = [placed.sx.hypot(placed.ky), placed.kx.hypot(placed.sy)];
                if let ImageKind::PNG(png) = image.kind()
                    && let Some(key) = key(png)
                {
                    let most = scales.entry(key).or_insert(scale);
                    *most = [most[0].max(scale[0]), most[1].max(scale[1])];
                }
            }
            Node::Path(_) | Node::Text(_) => {}
        }
    }
}

/// Reduces the picture to this scale if that is clearly smaller.
pub(super) fn reduce(raster: Raster, scale: Option<[f32; 2]>) -> Result<Raster, Error> {
    let side = |pixels: u32, scale: f32| match scale < ENOUGH {
        true => ((pixels as f32 * scale).ceil() as u32).max(1),
        false => pixels,
    };
    let Some([across, down]) = scale else {
        return Ok(raster);
    };
    let size = (side(raster.width, across), side(raster.height, down));
    let whole = CropRect {
        x: 0.0,
        y: 0.0,
        width: raster.width.into(),
        height: raster.height.into(),
    };
    resample(raster, whole, size, &mut Resizer::new())
}
