//! The paints of a drawing in the form that fills paths.

use resvg::tiny_skia::{
    Color, FilterQuality, GradientStop, LinearGradient, Pattern, Point, RadialGradient, Shader,
    SpreadMode,
};
use resvg::usvg::{BaseGradient, Opacity, Paint, SpreadMethod};

use super::tiles::Tile;

/// A paint with this opacity; `None` if it paints nothing. `tile` is that of a pattern.
pub(super) fn shader<'t>(
    paint: &Paint,
    tile: Option<&'t Tile>,
    opacity: Opacity,
) -> Option<Shader<'t>> {
    match paint {
        Paint::Color(color) => Some(Shader::SolidColor(Color::from_rgba8(
            color.red,
            color.green,
            color.blue,
            opacity.to_u8(),
        ))),
        Paint::LinearGradient(it) => LinearGradient::new(
            Point::from_xy(it.x1(), it.y1()),
            Point::from_xy(it.x2(), it.y2()),
            stops(it, opacity),
            mode(it),
            it.transform(),
        ),
        Paint::RadialGradient(it) => RadialGradient::new(
            Point::from_xy(it.fx(), it.fy()),
            it.fr().get(),
            Point::from_xy(it.cx(), it.cy()),
            it.r().get(),
            stops(it, opacity),
            mode(it),
            it.transform(),
        ),
        Paint::Pattern(_) => {
            let tile = tile?;
            Some(Pattern::new(
                tile.pixels.as_ref(),
                SpreadMode::Repeat,
                FilterQuality::Bicubic,
                opacity.get(),
                tile.transform,
            ))
        }
    }
}

fn stops(gradient: &BaseGradient, opacity: Opacity) -> Vec<GradientStop> {
    let stops = gradient.stops().iter().map(|stop| {
        let (color, alpha) = (stop.color(), stop.opacity() * opacity);
        let color = Color::from_rgba8(color.red, color.green, color.blue, alpha.to_u8());
        GradientStop::new(stop.offset().get(), color)
    });
    stops.collect()
}

fn mode(gradient: &BaseGradient) -> SpreadMode {
    match gradient.spread_method() {
        SpreadMethod::Pad => SpreadMode::Pad,
        SpreadMethod::Reflect => SpreadMode::Reflect,
        SpreadMethod::Repeat => SpreadMode::Repeat,
    }
}
