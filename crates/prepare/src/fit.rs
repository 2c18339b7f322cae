//! Finds the best quality whose file is not over the cap.

use avatar_jpeg::encode::{self, FitError, FitOptions, Fitter, Picture, Sampling};

use crate::square::Square;
use crate::{Effort, Error, Settings, Subsampling};

/// A file under the cap.
pub(crate) struct Fitted {
    pub(crate) bytes: Vec<u8>,
    pub(crate) quality: u8,
    pub(crate) subsampling: Subsampling,
    pub(crate) trials: u32,
}

/// Looks for the highest quality that fits, never below the floor; chroma is halved where that
/// serves the picture under this cap.
pub(crate) fn fit(
    square: &Square,
    settings: &Settings,
    fitter: &mut Fitter,
) -> Result<Fitted, Error> {
    let edge = square.edge();
    let picture = match square.planes() {
        (luma, None) => Picture::gray(edge, edge, luma),
        (luma, Some([blue, red])) => Picture::ycbcr(edge, edge, luma, blue, red),
    }
    .map_err(fault)?;
    let options = FitOptions {
        max_bytes: usize::try_from(settings.max_bytes()).unwrap_or(usize::MAX),
        quality: settings.quality(),
        sampling: Sampling::Auto,
        effort: match settings.effort() {
            Effort::Fast => encode::Effort::Fast,
            Effort::Balanced => encode::Effort::Balanced,
            Effort::Best => encode::Effort::Best,
        },
        progressive: false,
    };
    let fitted = fitter
        .fit(&picture, &options)
        .map_err(|error| match error {
            FitError::CapUnreachable { smallest, .. } => Error::CapUnreachable {
                smallest: smallest as u64,
                allowed: settings.max_bytes(),
                quality: *settings.quality().start(),
            },
            other => fault(other),
        })?;
    Ok(Fitted {
        bytes: fitted.bytes,
        quality: fitted.quality,
        subsampling: match (square.is_gray(), fitted.sampling) {
            (true, _) => Subsampling::Gray,
            (false, Sampling::S444) => Subsampling::S444,
            (false, _) => Subsampling::S420,
        },
        trials: fitted.trials,
    })
}

/// Sizes are within JPEG's own bounds and the planes have them, so a refusal is our fault.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn fault(error: impl std::fmt::Display) -> Error {
    let message = format!("encode: {error}");
    Error::Panicked { message }
}
