//! The stage `fit`: finds the best file under the cap. It lowers quality first, then chroma
//! resolution, then the edge.

use avatar_jpeg::encode::{self, FitError, FitOptions, Fitter, Picture, Sampling};
use avatar_resample::fast_image_resize::Resizer;

use crate::pixels::square::Square;
use crate::stages::resize::resize_square;
use crate::stages::score::score;
use crate::{Effort, Error, Note, Settings, Subsampling};

/// Smaller edges that are tried, in eighths of the planned one.
const EIGHTHS: [u32; 6] = [7, 6, 5, 4, 3, 2];

/// Edges at which chroma keeps its full resolution if it can: two blocks of a JPEG.
const TINY: u32 = 16;

/// If the quality is at least this much above the floor, smaller edges are not tried.
const COMFORT: u8 = 4;

/// By how much a smaller edge has to score better. The metric's last digits differ between
/// machines, so a smaller margin would make results differ.
const BETTER: f32 = 0.25;

/// A file under the cap.
pub(crate) struct Fitted {
    pub(crate) bytes: Vec<u8>,
    pub(crate) edge: u32,
    pub(crate) quality: u8,
    pub(crate) subsampling: Subsampling,
    pub(crate) trials: u32,
    pub(crate) progressive: bool,
    pub(crate) score: Option<f32>,
}

impl Fitted {
    /// The note, if the edge is smaller than `planned`.
    pub(crate) fn shrunk_from(&self, planned: u32) -> Option<Note> {
        let edge = self.edge;
        (edge < planned).then_some(Note::Shrunk { edge, planned })
    }

    /// The note for a result that met the cap only at the lowest allowed quality.
    pub(crate) fn at_the_floor(&self, settings: &Settings) -> Option<Note> {
        let range = settings.quality();
        let has_choice = range.start() < range.end();
        let quality = self.quality;
        (has_choice && quality == *range.start()).then_some(Note::QualityFloor { quality })
    }
}

/// Searches for the highest quality that fits, never below the floor. Chroma is halved if that
/// makes the better picture under this cap.
pub(crate) fn fit(
    square: &Square,
    settings: &Settings,
    fitter: &mut Fitter,
) -> Result<Fitted, Error> {
    let edge = square.edge();
    let picture = match square.planes() {
        (luma, None) => Picture::gray(edge, edge, luma),
        (luma, Some([blue, red])) if square.is_halved() => {
            Picture::ycbcr_halved(edge, edge, luma, blue, red)
        }
        (luma, Some([blue, red])) => Picture::ycbcr(edge, edge, luma, blue, red),
    };
    let picture = picture.map_err(fault)?;
    let options = options(settings);
    let whole_chroma = FitOptions {
        sampling: Sampling::S444,
        // In so few blocks, rate-distortion optimisation saves next to nothing, but is clearly
        // visible.
        effort: encode::Effort::Fast,
        ..options.clone()
    };
    let fitted = match edge {
        // In so few pixels, halved chroma bleeds over the whole picture, and saves next to nothing.
        ..=TINY => fitter
            .fit(&picture, &whole_chroma)
            .or_else(|_| fitter.fit(&picture, &options)),
        _ => fitter.fit(&picture, &options),
    };
    let fitted = fitted.map_err(|error| match error {
        FitError::CapUnreachable { smallest, .. } => Error::CapUnreachable {
            smallest: smallest as u64,
            allowed: settings.max_bytes(),
            quality: *settings.quality().start(),
            edge,
        },
        other => fault(other),
    })?;
    Ok(Fitted {
        edge,
        quality: fitted.quality,
        subsampling: match (square.is_gray(), fitted.sampling) {
            (true, _) => Subsampling::Gray,
            (false, Sampling::S444) => Subsampling::S444,
            (false, _) => Subsampling::S420,
        },
        trials: fitted.trials,
        progressive: fitted.progressive,
        score: None,
        bytes: fitted.bytes,
    })
}

/// Whether [`shrink`] has something to do: the quality is near the floor, or a score is wanted.
pub(crate) fn compares(whole: &Result<Fitted, Error>, settings: &Settings) -> bool {
    match whole {
        Ok(fitted) => settings.score() || !is_comfortable(fitted, settings),
        Err(error) => matches!(error, Error::CapUnreachable { .. }),
    }
}

/// Near the quality floor, tries smaller edges as long as they score better against the whole
/// square: on photographs, quality 45 to 60 with fewer pixels is mostly better than 30 with more.
/// Scores the result if a score is wanted.
pub(crate) fn shrink(
    square: &Square,
    whole: Result<Fitted, Error>,
    settings: &Settings,
    fitter: &mut Fitter,
    resizer: &mut Resizer,
) -> Result<Fitted, Error> {
    let mut best = match whole {
        Ok(whole) if is_comfortable(&whole, settings) => return scored(whole, square, resizer),
        other => other,
    };
    let mut trials = best.as_ref().map_or(0, |whole| whole.trials);
    let mut edges = smaller_edges(square.edge(), settings.min_edge()).peekable();
    while let Some(edge) = edges.next() {
        let is_last = edges.peek().is_none();
        if matches!(&best, Err(error) if !is_last && is_hopeless(error, edge)) {
            continue;
        }
        let next = fit(&resize_square(square, edge, resizer)?, settings, fitter);
        trials += next.as_ref().map_or(0, |next| next.trials);
        best = match (best, next) {
            (Ok(before), Ok(next)) => {
                let before = scored(before, square, resizer)?;
                let next = scored(next, square, resizer)?;
                if next.score <= before.score.map(|score| score + BETTER) {
                    best = Ok(before);
                    break;
                }
                Ok(next)
            }
            (Ok(before), Err(Error::CapUnreachable { .. })) => Ok(before),
            (Ok(_), Err(fault)) => Err(fault),
            (Err(_), next) => next,
        };
    }
    let best = Fitted { trials, ..best? };
    match settings.score() {
        true => scored(best, square, resizer),
        false => Ok(best),
    }
}

/// The edges below `planned` that may be tried, largest first; multiples of whole blocks if there
/// are several blocks.
fn smaller_edges(planned: u32, smallest: u32) -> impl Iterator<Item = u32> {
    let mut before = planned;
    EIGHTHS.into_iter().filter_map(move |eighths| {
        let exact = planned * eighths / 8;
        let edge = if exact >= 64 { exact / 8 * 8 } else { exact }.max(smallest);
        (edge >= 1 && edge < before).then(|| {
            before = edge;
            edge
        })
    })
}

fn is_comfortable(fitted: &Fitted, settings: &Settings) -> bool {
    let range = settings.quality();
    let comfort = range.start().saturating_add(COMFORT);
    fitted.quality >= comfort.min(*range.end())
}

fn scored(fitted: Fitted, square: &Square, resizer: &mut Resizer) -> Result<Fitted, Error> {
    if fitted.score.is_some() {
        return Ok(fitted);
    }
    let score = score(square, &fitted.bytes, resizer)?;
    Ok(Fitted { score, ..fitted })
}

/// Whether this edge cannot fit, because even with the present number of bytes per pixel it would
/// be too large, and smaller squares need more per pixel.
fn is_hopeless(error: &Error, edge: u32) -> bool {
    let Error::CapUnreachable {
        smallest,
        allowed,
        edge: tried,
        ..
    } = error
    else {
        return false;
    };
    let area = |edge: u32| u128::from(edge) * u128::from(edge);
    u128::from(*smallest) * area(edge) > u128::from(*allowed) * area(*tried)
}

fn options(settings: &Settings) -> FitOptions {
    FitOptions {
        max_bytes: usize::try_from(settings.max_bytes()).unwrap_or(usize::MAX),
        quality: settings.quality(),
        sampling: Sampling::Auto,
        effort: match settings.effort() {
            Effort::Fast => encode::Effort::Fast,
            Effort::Balanced => encode::Effort::Balanced,
            Effort::Best => encode::Effort::Best,
        },
        progressive: settings.progressive(),
    }
}

/// Sizes are within the limits of JPEG and match the planes, so a refusal of the encoder is a bug
/// here.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn fault(error: impl std::fmt::Display) -> Error {
    let message = format!("encode: {error}");
    Error::Panicked { message }
}
