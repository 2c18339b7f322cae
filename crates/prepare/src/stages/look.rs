//! Makes the look: a small upright sRGB picture of what was decoded, for the frame stage to judge.

use avatar_jpeg::{CropRect, Plane};

use super::convert::Converter;
use super::frame::look::{LONGEST, Look};
use super::orient::orient;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::planes::SmallPlanes;
use crate::pixels::raster::{Alpha, Layout, Raster, Samples};
use crate::pixels::reduce::Reduced;
use crate::pixels::resample::crop_rect;
use crate::pixels::resized::Resized;
use crate::pixels::srgb::{Converted, Srgb};
use crate::{Error, Plan, Rect};

/// Most rows and columns that are averaged for one pixel of a look: more would hardly change it.
const SAMPLES: usize = 6;

/// Makes the look of the whole picture that `survey` decoded.
pub(crate) fn look(
    pixels: &Decoded,
    survey: &Plan,
    color: &Color,
    converter: &mut Converter,
) -> Result<Look, Error> {
    let size = look_size((survey.crop().width, survey.crop().height));
    let small = match pixels {
        Decoded::Planes(planes) => {
            let planes_of_look = planes.planes.iter().map(|plane| average_plane(plane, size));
            Resized::Planes(SmallPlanes {
                size,
                planes: planes_of_look.collect(),
                color: planes.color(),
                is_halved: false,
            })
        }
        Decoded::Raster(raster) => average(raster, crop_rect(survey.crop()), size)?,
        Decoded::Reduced(Reduced { raster, crop }) => average(raster, *crop, size)?,
        Decoded::Cropped(raster) => {
            let whole = (raster.width, raster.height);
            let size = if survey.is_drawn() { whole } else { size };
            average(raster, crop_rect(Rect::of_size(whole)), size)?
        }
        Decoded::Damaged { pixels, .. } => return look(pixels, survey, color, converter),
        Decoded::Linear(_) => return Err(fault()),
    };
    let upright = orient(small, survey.orientation()).into_raster()?;
    let (srgb, _) = converter.convert(Resized::Raster(upright), color)?;
    match srgb {
        Converted::Raster(srgb) => of_srgb(&srgb).ok_or_else(fault),
        Converted::Planes(_) => Err(fault()),
    }
}

/// Size of a look, in stored orientation.
fn look_size((width, height): (u32, u32)) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= LONGEST {
        return (width, height);
    }
    let reduced = |side: u32| {
        let exact = u64::from(side) * u64::from(LONGEST) + u64::from(longest) / 2;
        ((exact / u64::from(longest)) as u32).max(1)
    };
    (reduced(width), reduced(height))
}

fn of_srgb(srgb: &Srgb) -> Option<Look> {
    let samples = &srgb.samples;
    let pixels = match srgb.layout {
        Layout::Gray => samples.iter().map(|&g| [g, g, g, u8::MAX]).collect(),
        Layout::GrayAlpha => {
            let (pixels, _) = samples.as_chunks::<2>();
            pixels.iter().map(|&[g, a]| [g, g, g, a]).collect()
        }
        Layout::Rgb => {
            let (pixels, _) = samples.as_chunks::<3>();
            pixels.iter().map(|&[r, g, b]| [r, g, b, u8::MAX]).collect()
        }
        Layout::Rgba => samples.as_chunks::<4>().0.to_vec(),
        Layout::Cmyk => return None,
    };
    Look::new(srgb.size.0, srgb.size.1, pixels)
}

/// Rows or columns that become each one of a look: their indices, some left out where there are many.
fn blocks(start: f64, length: f64, whole: usize, parts: u32) -> Vec<Vec<usize>> {
    let part = |part: u32| {
        let place = |part: u32| start + length * f64::from(part) / f64::from(parts);
        let first = (place(part).floor().max(0.0) as usize).min(whole.saturating_sub(1));
        let last = (place(part + 1).floor() as usize).clamp(first + 1, whole.max(first + 1));
        (first..last)
            .step_by((last - first).div_ceil(SAMPLES).max(1))
            .collect()
    };
    (0..parts).map(part).collect()
}

fn average_plane(plane: &Plane, (width, height): (u32, u32)) -> Vec<u8> {
    let CropRect {
        x,
        y,
        width: across,
        height: down,
    } = plane.crop;
    let columns = blocks(x, across, plane.width, width);
    let rows = blocks(y, down, plane.height, height);
    let mut means = Vec::with_capacity(columns.len() * rows.len());
    for rows in &rows {
        let rows: Vec<&[u8]> = rows
            .iter()
            .filter_map(|row| {
                plane
                    .samples
                    .get(row * plane.width..(row + 1) * plane.width)
            })
            .collect();
        for columns in &columns {
            let mut sum = 0_u32;
            for row in &rows {
                for &column in columns {
                    sum += u32::from(row.get(column).copied().unwrap_or(0));
                }
            }
            let count = (rows.len() * columns.len()).max(1) as u32;
            means.push(((sum + count / 2) / count) as u8);
        }
    }
    means
}

/// Averages a part of a raster, at 8 bits and with straight alpha.
fn average(raster: &Raster, crop: CropRect, size: (u32, u32)) -> Result<Resized, Error> {
    let channels = raster.layout.channels();
    let (whole_width, whole_height) = (raster.width as usize, raster.height as usize);
    let columns = blocks(crop.x, crop.width, whole_width, size.0);
    let rows = blocks(crop.y, crop.height, whole_height, size.1);
    let has_alpha = raster.layout.has_alpha();
    let weighs = has_alpha && raster.alpha == Alpha::Straight;
    let mut samples = Vec::with_capacity(size.0 as usize * size.1 as usize * channels);
    for rows in &rows {
        for columns in &columns {
            let mut sums = [0_u32; 4];
            for &row in rows {
                for &column in columns {
                    let at = (row * whole_width + column) * channels;
                    add(&mut sums, raster, at, channels, weighs);
                }
            }
            let count = (rows.len() * columns.len()).max(1) as u32;
            mean(&sums[..channels], count, has_alpha, weighs, &mut samples);
        }
    }
    let small = Raster::new(size, raster.layout, Samples::U8(samples)).ok_or_else(fault)?;
    Ok(Resized::Raster(small))
}

fn add(sums: &mut [u32; 4], raster: &Raster, at: usize, channels: usize, weighs: bool) {
    let sample = |channel: usize| u32::from(raster.samples.at_8_bit(at + channel));
    if weighs {
        let alpha = sample(channels - 1);
        for (channel, sum) in sums.iter_mut().enumerate().take(channels - 1) {
            *sum += sample(channel) * alpha;
        }
        sums[channels - 1] += alpha;
    } else {
        for (channel, sum) in sums.iter_mut().enumerate().take(channels) {
            *sum += sample(channel);
        }
    }
}

fn mean(sums: &[u32], count: u32, has_alpha: bool, weighs: bool, samples: &mut Vec<u8>) {
    let nearest = |sum: u32, divisor: u32| ((sum + divisor / 2) / divisor.max(1)).min(255) as u8;
    match sums {
        [colors @ .., alpha] if has_alpha => {
            // Premultiplied colours are divided by alpha in 0 to 1, weighted ones by the sum of weights.
            for &sum in colors {
                let straight = if weighs { sum } else { sum.saturating_mul(255) };
                samples.push(nearest(straight, *alpha));
            }
            samples.push(nearest(*alpha, count));
        }
        _ => samples.extend(sums.iter().map(|&sum| nearest(sum, count))),
    }
}

fn fault() -> Error {
    Error::Panicked {
        message: "nothing to look at".into(),
    }
}
