//! A float picture that shapes are painted on, with anti-aliased edges.
//! It uses only exactly rounded arithmetic, so that every machine draws the same bytes.

use super::ink::Rgba;
use super::noise::smooth;
use super::raster::Raster;
use super::shape::Shape;

/// Premultiplied pixels under a coordinate system in which the picture is 100 high,
/// `y` grows downwards from the top and `x` is zero in the middle.
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    unit: f32,
    pixels: Vec<Rgba>,
}

impl Canvas {
    /// A transparent canvas.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        let unit = height as f32 / 100.0;
        let pixels = vec![[0.0; 4]; width * height];
        Self {
            width,
            height,
            unit,
            pixels,
        }
    }

    /// Half of the width, in units.
    pub(crate) fn reach(&self) -> f32 {
        self.width as f32 / self.unit / 2.0
    }

    /// Paints one shape over what is there.
    pub(crate) fn fill<D, I>(&mut self, shape: &Shape<D>, ink: I)
    where
        D: Fn(f32, f32) -> f32,
        I: Fn(f32, f32) -> Rgba,
    {
        let [left, top, right, bottom] = self.pixel_bounds(shape.bounds);
        for row in top..bottom {
            for column in left..right {
                let (x, y) = self.place(column, row);
                let cover = (0.5 - (shape.distance)(x, y) * self.unit).clamp(0.0, 1.0);
                if cover > 0.0 {
                    over(
                        &mut self.pixels[row * self.width + column],
                        ink(x, y),
                        cover,
                    );
                }
            }
        }
    }

    /// Draws another canvas over this one, with its upper left corner at the given pixel; parts
    /// that do not fit are left out.
    pub(crate) fn paste(&mut self, other: &Canvas, left: usize, top: usize) {
        for row in 0..other.height.min(self.height.saturating_sub(top)) {
            for column in 0..other.width.min(self.width.saturating_sub(left)) {
                let [r, g, b, alpha] = straight(other.pixels[row * other.width + column]);
                let under = &mut self.pixels[(top + row) * self.width + left + column];
                over(under, [r, g, b, alpha], 1.0);
            }
        }
    }

    /// Turns everything under `line` into water that reflects what is above it.
    pub(crate) fn reflect_below(&mut self, line: f32, tint: Rgba) {
        let shore = (line * self.unit) as usize;
        for row in shore..self.height {
            for column in 0..self.width {
                let (x, y) = self.place(column, row);
                let depth = (y - line) / (100.0 - line);
                let ripple = smooth(x * 0.09, y * (2.4 - depth), 77) - 0.5;
                let mirrored = 2.0 * line - y + ripple * (0.6 + 7.0 * depth);
                let source = ((mirrored * self.unit) as usize).min(shore.saturating_sub(1));
                let mut pixel = self.pixels[source * self.width + column];
                over(&mut pixel, tint, 0.22 + 0.4 * depth + 0.25 * ripple);
                self.pixels[row * self.width + column] = pixel;
            }
        }
    }

    /// Changes every pixel by its place.
    pub(crate) fn adjust(&mut self, change: impl Fn(f32, f32, Rgba) -> Rgba) {
        for row in 0..self.height {
            for column in 0..self.width {
                let (x, y) = self.place(column, row);
                let pixel = &mut self.pixels[row * self.width + column];
                *pixel = change(x, y, *pixel);
            }
        }
    }

    /// Straight 8-bit RGBA.
    pub(crate) fn rgba8(&self) -> Raster {
        let samples = self
            .pixels
            .iter()
            .flat_map(|&pixel| straight(pixel).map(byte))
            .collect();
        Raster {
            width: self.width,
            height: self.height,
            channels: 4,
            samples,
        }
    }

    /// 8-bit RGB; the canvas is taken to be opaque.
    pub(crate) fn rgb8(&self) -> Raster {
        let samples = self
            .pixels
            .iter()
            .flat_map(|&[r, g, b, _]| [r, g, b].map(byte))
            .collect();
        Raster {
            width: self.width,
            height: self.height,
            channels: 3,
            samples,
        }
    }

    /// Big-endian 16-bit RGB.
    pub(crate) fn rgb16(&self) -> Vec<u8> {
        let words = self
            .pixels
            .iter()
            .flat_map(|&[r, g, b, _]| [r, g, b].map(word));
        words.flat_map(u16::to_be_bytes).collect()
    }

    /// Big-endian 16-bit gray, of the green channel.
    pub(crate) fn gray16(&self) -> Vec<u8> {
        self.pixels
            .iter()
            .flat_map(|pixel| word(pixel[1]).to_be_bytes())
            .collect()
    }

    fn place(&self, column: usize, row: usize) -> (f32, f32) {
        let x = (column as f32 + 0.5 - self.width as f32 / 2.0) / self.unit;
        (x, (row as f32 + 0.5) / self.unit)
    }

    fn pixel_bounds(&self, [left, top, right, bottom]: [f32; 4]) -> [usize; 4] {
        let middle = self.width as f32 / 2.0;
        let at = |value: f32, limit: usize| (value.max(0.0) as usize).min(limit);
        [
            at(left * self.unit + middle - 1.0, self.width),
            at(top * self.unit - 1.0, self.height),
            at(right * self.unit + middle + 2.0, self.width),
            at(bottom * self.unit + 2.0, self.height),
        ]
    }
}

fn over(under: &mut Rgba, [r, g, b, a]: Rgba, cover: f32) {
    let alpha = a * cover;
    let keep = 1.0 - alpha;
    for (old, new) in under.iter_mut().zip([r, g, b, 1.0]) {
        *old = *old * keep + new * alpha;
    }
}

fn straight([r, g, b, a]: Rgba) -> Rgba {
    if a <= 0.0 {
        [0.0; 4]
    } else {
        [r / a, g / a, b / a, a]
    }
}

fn byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

fn word(value: f32) -> u16 {
    (value.clamp(0.0, 1.0) * 65535.0 + 0.5) as u16
}
