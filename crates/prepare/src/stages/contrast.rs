//! How well a picture with transparency stands out from a background (WCAG 2.2, contrast ratio).

use crate::color::Transfer;
use crate::pixels::over::over;

/// By how much black has to be better than white, on a scale from 0 (no contrast) to 0.95 (black on
/// white).
const CLEARLY: f32 = 0.1;
/// Below this ratio two colours are hard to tell apart even side by side.
const VISIBLE: f32 = 1.25;
/// A picture shows if this share of its pixels is visible.
const SHOWS: f32 = 0.001;

/// Relative luminance by table.
pub(crate) struct Contrast {
    light: Vec<f32>,
}

impl Contrast {
    pub(crate) fn new() -> Self {
        let light = Transfer::Srgb.table(u8::MAX.into());
        Self { light }
    }

    /// White, unless the pixels stand out from black clearly better.
    pub(crate) fn better(&self, rgba: &[[u8; 4]]) -> [u8; 3] {
        let (white, black) = ([255; 3], [0; 3]);
        if self.mean(rgba, black) > self.mean(rgba, white) + CLEARLY {
            black
        } else {
            white
        }
    }

    /// Whether the picture hardly stands out from `background`.
    pub(crate) fn vanishes(&self, rgba: &[[u8; 4]], background: [u8; 3]) -> bool {
        let shows = |&&[.., alpha]: &&[u8; 4]| alpha > 0;
        let stands_out =
            |&&pixel: &&[u8; 4]| self.ratio(over(pixel, background), background) >= VISIBLE;
        // Stop as soon as enough pixels are visible.
        let enough = (SHOWS * rgba.len() as f32).ceil() as usize;
        let visible = rgba.iter().filter(shows).filter(stands_out);
        visible.take(enough).count() < enough
    }

    /// Mean over the visible colour of 1 - 1 / ratio.
    fn mean(&self, rgba: &[[u8; 4]], background: [u8; 3]) -> f32 {
        let (mut sum, mut total) = (0.0, 0.0);
        for &[r, g, b, alpha] in rgba.iter().filter(|&&[.., alpha]| alpha > 0) {
            sum += f32::from(alpha) * (1.0 - 1.0 / self.ratio([r, g, b], background));
            total += f32::from(alpha);
        }
        if total > 0.0 { sum / total } else { 0.0 }
    }

    fn ratio(&self, one: [u8; 3], other: [u8; 3]) -> f32 {
        let (a, b) = (self.luminance(one), self.luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Relative luminance, with the weights of BT.709, which has the primaries of sRGB.
    fn luminance(&self, rgb: [u8; 3]) -> f32 {
        let [r, g, b] = rgb.map(|v| self.light.get(usize::from(v)).copied().unwrap_or(0.0));
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}
