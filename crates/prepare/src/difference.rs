//! How different two pictures look, of any sizes and formats.

use avatar_jpeg::Scratch;
use avatar_resample::fast_image_resize::Resizer;

use crate::guard::guarded;
use crate::pixels::square::Square;
use crate::stages::convert::Converter;
use crate::stages::decode::decode;
use crate::stages::embedded::EMBEDDED;
use crate::stages::flatten::flatten;
use crate::stages::frame::center;
use crate::stages::orient::orient;
use crate::stages::plan::plan;
use crate::stages::probe::probe;
use crate::stages::resize::resize;
use crate::{Error, Limits, Settings};

/// Edge at which the subjects of pictures are compared, in pixels: small enough that re-encoding
/// makes no difference, large enough that another subject does.
const EDGE: u32 = 32;

/// Edge at which details are compared, in pixels. Each is the mean of a block of pixels, so that it
/// does not matter where an encoder puts the reduced chroma samples.
const DETAIL_EDGE: u32 = 64;
const BLOCK: u32 = 4;

/// Root mean square difference of the centre squares of two encoded pictures, reduced to 32 x 32
/// pixels, over luma and both chroma planes (full-range BT.601), in steps of 8-bit samples: 0 for
/// equal pictures, at most 255.
///
/// # Errors
/// As [`Preparer::prepare`](crate::Preparer::prepare), for whichever picture fails first.
pub fn difference(first: &[u8], second: &[u8], limits: &Limits) -> Result<f64, Error> {
    let (first, _) = samples(first, EDGE, limits)?;
    let (second, _) = samples(second, EDGE, limits)?;
    let squares = first.iter().zip(&second);
    let sum: f64 = squares
        .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))
        .sum();
    Ok((sum / first.len().max(1) as f64).sqrt())
}

/// Largest difference of a sample of the centre squares of two encoded pictures, reduced to 64 x 64
/// pixels, over luma and both chroma planes (full-range BT.601), in steps of 8-bit samples. Unlike
/// [`difference`] it does not average, so it finds a small detail that changed. `None` if the
/// squares do not have the same edge: making a picture smaller changes its samples as much as
/// another detail does.
///
/// # Errors
/// As [`Preparer::prepare`](crate::Preparer::prepare), for whichever picture fails first.
pub fn largest_difference(
    first: &[u8],
    second: &[u8],
    limits: &Limits,
) -> Result<Option<u8>, Error> {
    let (first, edge) = samples(first, DETAIL_EDGE * BLOCK, limits)?;
    let (second, other_edge) = samples(second, DETAIL_EDGE * BLOCK, limits)?;
    if edge != other_edge {
        return Ok(None);
    }
    let (first, second) = (block_means(&first), block_means(&second));
    let differences = first.iter().zip(&second).map(|(a, b)| a.abs_diff(*b));
    Ok(differences.max())
}

/// The samples of the centre square, reduced to an edge, and the edge that it had.
fn samples(bytes: &[u8], edge: u32, limits: &Limits) -> Result<(Vec<u8>, u32), Error> {
    let settings = Settings::default().with_enlarge(true);
    let settings = settings.with_edge(edge).unwrap_or_default();
    guarded(|| {
        let (probe, opened) = probe(bytes, limits, EMBEDDED)?;
        let edge = probe.width().min(probe.height());
        let plan = plan(&probe, &center(&probe, &settings)?, &settings);
        let decoded = decode(opened, &plan, &mut Scratch::new())?;
        let resized = resize(decoded.pixels, &plan, false, &mut Resizer::new())?;
        let upright = orient(resized, plan.orientation());
        let (converted, _) = Converter::default().convert(upright, &decoded.color)?;
        let square = flatten(converted, settings.background())?.0;
        Ok((planes(&square)?, edge))
    })
}

/// The mean of each block of `BLOCK` x `BLOCK` samples, plane by plane.
fn block_means(samples: &[u8]) -> Vec<u8> {
    let (block, width) = (BLOCK as usize, (DETAIL_EDGE * BLOCK) as usize);
    let bands = samples.chunks_exact(width * block);
    let means = bands.flat_map(|band| {
        (0..width / block).map(move |column| {
            let rows = band.chunks_exact(width);
            let blocks = rows.filter_map(move |row| row.chunks_exact(block).nth(column));
            let sum: u32 = blocks.flatten().map(|sample| u32::from(*sample)).sum();
            u8::try_from((sum + BLOCK * BLOCK / 2) / (BLOCK * BLOCK)).unwrap_or(u8::MAX)
        })
    });
    means.collect()
}

/// Luma, Cb and Cr; of a neutral picture both are in the middle.
fn planes(square: &Square) -> Result<Vec<u8>, Error> {
    let planes = square.to_planes()?.planes;
    let length = planes.first().map_or(0, Vec::len);
    let mut samples = planes.concat();
    samples.resize(3 * length, 128);
    Ok(samples)
}
