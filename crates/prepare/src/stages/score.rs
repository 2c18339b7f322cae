//! Scores how similar a finished JPEG looks to the square from which it was made.

use avatar_jpeg::{Decoder, Rect, Request, Scratch};
use avatar_resample::fast_image_resize::Resizer;
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};

use crate::Error;
use crate::pixels::planes::Planes;
use crate::pixels::square::Square;
use crate::stages::resize::resize_planes;

/// Smallest edge that the metric is defined for, in pixels.
const SMALLEST: u32 = 8;

/// SSIMULACRA2 of a JPEG compared with a square, at the square's edge; `None` for squares that are
/// too small for it.
///
/// Jon Sneyers, <https://github.com/cloudinary/ssimulacra2>, version 2.1.
pub(crate) fn score(
    square: &Square,
    jpeg: &[u8],
    resizer: &mut Resizer,
) -> Result<Option<f32>, Error> {
    let edge = square.edge();
    if edge < SMALLEST {
        return Ok(None);
    }
    let decoder = Decoder::new(jpeg).map_err(fault)?;
    let (width, height) = (decoder.header().width, decoder.header().height);
    let request = Request::new(Rect::new(0, 0, width, height), (width, height)).full();
    let planes = decoder
        .decode(&request, &mut Scratch::new())
        .map_err(fault)?;
    let shown = resize_planes(Planes::new(planes), (edge, edge), resizer)?;
    let meant = frame(
        square.to_planes()?.into_raster().map(|r| r.into_8_bit().1),
        edge,
    )?;
    let shown = frame(shown.into_raster().map(|r| r.into_8_bit().1), edge)?;
    let score = compute_frame_ssimulacra2(meant, shown).map_err(fault)?;
    Ok(Some(score as f32))
}

/// Gray or RGB samples in the form that the metric needs.
fn frame(samples: Option<Vec<u8>>, edge: u32) -> Result<Rgb, Error> {
    let samples = samples.ok_or_else(|| fault("a component is missing"))?;
    let side = edge as usize;
    let channels = samples.len() / (side * side);
    let unit = |sample: u8| f32::from(sample) / 255.0;
    let pixels = samples
        .chunks_exact(channels.max(1))
        .map(|pixel| match *pixel {
            [r, g, b] => [unit(r), unit(g), unit(b)],
            [gray, ..] => [unit(gray); 3],
            [] => [0.0; 3],
        });
    let (transfer, primaries) = (TransferCharacteristic::SRGB, ColorPrimaries::BT709);
    Rgb::new(pixels.collect(), side, side, transfer, primaries).map_err(fault)
}

/// The file and the square come from this crate, so a refusal is a bug here.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn fault(error: impl std::fmt::Display) -> Error {
    let message = format!("score: {error}");
    Error::Panicked { message }
}
