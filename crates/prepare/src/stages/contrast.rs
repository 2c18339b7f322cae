//! How well a picture with transparency stands out from a background (WCAG 2.2, contrast ratio).

use std::ops::Range;

use crate::color::Transfer;
use crate::pixels::over::over;

/// A picture vanishes on white if more than this share of its colour does. Of 74 logos with
/// transparency that people judged, none needs black: white letters inside a coloured shape, up to 0.37 of
/// it, show on white, too. Drawings in white, from 0.56, do not.
const VANISHING: f32 = 0.5;
/// Below this ratio two colours are hard to tell apart even side by side.
const VISIBLE: f32 = 1.25;
/// What WCAG adds to each luminance for the light that a screen reflects.
const FLARE: f32 = 0.05;
/// A picture shows if this share of its pixels is visible.
const SHOWS: f32 = 0.001;

/// What is lost is beside what shows, and not around it, if its border with that is this many times shorter than its
/// border with what is transparent.
const BESIDE: usize = 10;

/// How a pixel looks on a background.
#[derive(Clone, Copy)]
enum Look {
    Transparent,
    /// Like the background.
    Lost,
    Shown,
}

/// Relative luminance by table.
pub(crate) struct Contrast {
    light: Vec<f32>,
}

impl Contrast {
    pub(crate) fn new() -> Self {
        let light = Transfer::Srgb.table(u8::MAX.into());
        Self { light }
    }

    /// White, unless most of what is visible would vanish on it and less on black.
    pub(crate) fn better(&self, rgba: &[[u8; 4]]) -> [u8; 3] {
        let (white, black) = ([255; 3], [0; 3]);
        let lost = self.lost(rgba, white);
        match lost > VANISHING && self.lost(rgba, black) < lost {
            true => black,
            false => white,
        }
    }

    /// The share of the visible colour that cannot be told from the background.
    fn lost(&self, rgba: &[[u8; 4]], background: [u8; 3]) -> f32 {
        let near = self.near(background);
        let (mut lost, mut total) = (0.0, 0.0);
        for &pixel in rgba.iter().filter(|&&[.., alpha]| alpha > 0) {
            let weight = f32::from(pixel[3]);
            total += weight;
            if near.contains(&self.light(pixel, background)) {
                lost += weight;
            }
        }
        if total > 0.0 { lost / total } else { 0.0 }
    }

    /// The contrast of the visible colour with the background, in tenths: 10 is none, 210 is black on
    /// white.
    pub(crate) fn tenths(&self, rgba: &[[u8; 4]], background: [u8; 3]) -> u16 {
        let mean = self.mean(rgba, background);
        (10.0 / (1.0 - mean).max(1.0 / 21.0)).round() as u16
    }

    /// Whether the picture hardly stands out from `background`, or most of its colour does not and surrounds nothing
    /// that shows: white letters beside a mark in a colour are lost on white, a white badge with a mark in it is not.
    /// Rows have `width` pixels.
    pub(crate) fn vanishes(&self, rgba: &[[u8; 4]], width: usize, background: [u8; 3]) -> bool {
        let shows = |&&[.., alpha]: &&[u8; 4]| alpha > 0;
        let near = self.near(background);
        let stands_out = |&&pixel: &&[u8; 4]| !near.contains(&self.light(pixel, background));
        // Stop as soon as enough pixels are visible.
        let enough = (SHOWS * rgba.len() as f32).ceil() as usize;
        let visible = rgba.iter().filter(shows).filter(stands_out);
        visible.take(enough).count() < enough
            || (self.lost(rgba, background) > VANISHING && self.is_beside(rgba, width, background))
    }

    /// Whether what is lost on the background borders on what is transparent, and hardly on what shows.
    fn is_beside(&self, rgba: &[[u8; 4]], width: usize, background: [u8; 3]) -> bool {
        let near = self.near(background);
        let look = |&pixel: &[u8; 4]| match pixel {
            [.., alpha] if alpha < 128 => Look::Transparent,
            _ if near.contains(&self.light(pixel, background)) => Look::Lost,
            _ => Look::Shown,
        };
        let looks: Vec<Look> = rgba.iter().map(look).collect();
        let rows = looks.chunks(width.max(1));
        let across = rows.flat_map(|row| row.iter().zip(row.iter().skip(1)));
        let down = looks.iter().zip(looks.iter().skip(width));
        let (mut inner, mut outer) = (0_usize, 0_usize);
        for pair in across.chain(down) {
            match pair {
                (Look::Lost, Look::Shown) | (Look::Shown, Look::Lost) => inner += 1,
                (Look::Lost, Look::Transparent) | (Look::Transparent, Look::Lost) => outer += 1,
                _ => {}
            }
        }
        inner * BESIDE < outer
    }

    /// The light of colours that cannot be told from a background, as [`Contrast::light`] has it.
    fn near(&self, background: [u8; 3]) -> Range<f32> {
        let ground = self.luminance(background) + FLARE;
        ground / VISIBLE..ground * VISIBLE
    }

    /// The light of a pixel on a background, as a screen shows it.
    fn light(&self, pixel: [u8; 4], background: [u8; 3]) -> f32 {
        self.luminance(over(pixel, background)) + FLARE
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
        (a.max(b) + FLARE) / (a.min(b) + FLARE)
    }

    /// Relative luminance, with the weights of BT.709, which has the primaries of sRGB.
    fn luminance(&self, rgb: [u8; 3]) -> f32 {
        let [r, g, b] = rgb.map(|v| self.light.get(usize::from(v)).copied().unwrap_or(0.0));
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}
