//! How different two pictures look, of any sizes and formats.

use avatar_jpeg::Scratch;
use fast_image_resize::Resizer;

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

/// Edge at which pictures are compared, in pixels: small enough that re-encoding makes no
/// difference, large enough that the subject does.
const EDGE: u32 = 32;

/// Root mean square difference of the centre squares of two encoded pictures, reduced to 32 x 32
/// pixels, over luma and both chroma planes (full-range BT.601), in steps of 8-bit samples: 0 for
/// equal pictures, at most 255.
///
/// # Errors
/// As [`Preparer::prepare`](crate::Preparer::prepare), for whichever picture fails first.
pub fn difference(first: &[u8], second: &[u8], limits: &Limits) -> Result<f64, Error> {
    let settings = Settings::default().with_enlarge(true);
    let settings = settings.with_edge(EDGE).unwrap_or_default();
    let first = samples(&square(first, &settings, limits)?);
    let second = samples(&square(second, &settings, limits)?);
    let squares = first.iter().zip(&second);
    let sum: f64 = squares
        .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))
        .sum();
    Ok((sum / first.len().max(1) as f64).sqrt())
}

/// The stages up to the finished square.
fn square(bytes: &[u8], settings: &Settings, limits: &Limits) -> Result<Square, Error> {
    guarded(|| {
        let (probe, opened) = probe(bytes, limits, EMBEDDED)?;
        let plan = plan(&probe, &center(&probe, settings)?, settings);
        let decoded = decode(opened, &plan, &mut Scratch::new())?;
        let resized = resize(decoded.pixels, &plan, &mut Resizer::new())?;
        let upright = orient(resized, plan.orientation());
        let (converted, _) = Converter::default().convert(upright, &decoded.color)?;
        Ok(flatten(converted, settings.background())?.0)
    })
}

/// Luma, Cb and Cr; of a neutral picture both are in the middle.
fn samples(square: &Square) -> Vec<u8> {
    let (luma, chroma) = square.planes();
    let mut samples = luma.to_vec();
    match chroma {
        Some(planes) => planes
            .iter()
            .for_each(|plane| samples.extend_from_slice(plane)),
        None => samples.resize(3 * luma.len(), 128),
    }
    samples
}
