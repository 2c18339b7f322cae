//! Finds the best file under the cap: quality gives way first, then chroma, then the edge.

use avatar_jpeg::encode::{self, FitError, FitOptions, Fitter, Picture, Sampling};
use fast_image_resize::Resizer;

use crate::resize::resize_square;
use crate::score::score;
use crate::square::Square;
use crate::{Effort, Error, Settings, Subsampling};

/// Edges to fall back to, in eighths of the planned one.
const EIGHTHS: [u32; 6] = [7, 6, 5, 4, 3, 2];

/// Steps of quality above the floor from which on smaller edges are not looked at.
const COMFORT: u8 = 4;

/// By how much a smaller edge has to score better, so that rounding decides nothing.
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

/// Looks for the highest quality that fits, never below the floor; chroma is halved where that
/// serves the picture under this cap. At the floor smaller edges are tried, and the one that comes
/// nearest to the whole square is taken.
pub(crate) fn fit(
    square: &Square,
    settings: &Settings,
    fitter: &mut Fitter,
    resizer: &mut Resizer,
) -> Result<Fitted, Error> {
    let mut fitting = Fitting {
        square,
        settings,
        fitter,
        resizer,
        trials: 0,
    };
    let whole = fitting.encode(square);
    let best = fitting.shrink(whole)?;
    let best = match settings.score() {
        true => fitting.scored(best)?,
        false => best,
    };
    let trials = fitting.trials;
    Ok(Fitted { trials, ..best })
}

/// The edges below `planned` that may be tried, largest first: whole blocks where there are several.
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

/// A square on its way under the cap.
struct Fitting<'a> {
    square: &'a Square,
    settings: &'a Settings,
    fitter: &'a mut Fitter,
    resizer: &'a mut Resizer,
    trials: u32,
}

impl Fitting<'_> {
    /// Takes smaller edges from the floor on, as long as they come nearer to the whole square: over
    /// photographs quality 45 to 60 on fewer pixels mostly does, against 30 on more.
    fn shrink(&mut self, whole: Result<Fitted, Error>) -> Result<Fitted, Error> {
        let mut best = whole;
        let planned = self.square.edge();
        let mut edges = smaller_edges(planned, self.settings.min_edge()).peekable();
        while let Some(edge) = edges.next() {
            match &best {
                Ok(best) if best.edge == planned && self.is_comfortable(best) => break,
                Err(error) if edges.peek().is_some() && is_hopeless(error, edge) => continue,
                Err(Error::CapUnreachable { .. }) | Ok(_) => {}
                Err(_) => break,
            }
            let smaller = resize_square(self.square, edge, self.resizer)?;
            let next = self.encode(&smaller);
            let Ok(before) = best else {
                best = next;
                continue;
            };
            let (before, next) = (self.scored(before)?, self.scored(next?)?);
            if next.score <= before.score.map(|score| score + BETTER) {
                return Ok(before);
            }
            best = Ok(next);
        }
        best
    }

    fn is_comfortable(&self, fitted: &Fitted) -> bool {
        let range = self.settings.quality();
        let comfort = range.start().saturating_add(COMFORT);
        fitted.quality >= comfort.min(*range.end())
    }

    fn scored(&mut self, fitted: Fitted) -> Result<Fitted, Error> {
        if fitted.score.is_some() {
            return Ok(fitted);
        }
        let score = score(self.square, &fitted.bytes, self.resizer)?;
        Ok(Fitted { score, ..fitted })
    }

    fn encode(&mut self, square: &Square) -> Result<Fitted, Error> {
        let (edge, settings) = (square.edge(), self.settings);
        let picture = match square.planes() {
            (luma, None) => Picture::gray(edge, edge, luma),
            (luma, Some([blue, red])) => Picture::ycbcr(edge, edge, luma, blue, red),
        }
        .map_err(fault)?;
        let fitted =
            self.fitter
                .fit(&picture, &options(settings))
                .map_err(|error| match error {
                    FitError::CapUnreachable { smallest, .. } => Error::CapUnreachable {
                        smallest: smallest as u64,
                        allowed: settings.max_bytes(),
                        quality: *settings.quality().start(),
                        edge,
                    },
                    other => fault(other),
                })?;
        self.trials += fitted.trials;
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
}

/// Whether not even as many bytes a pixel as now would fit; smaller squares take more.
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

/// Sizes are within JPEG's own bounds and the planes have them, so a refusal is our fault.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn fault(error: impl std::fmt::Display) -> Error {
    let message = format!("encode: {error}");
    Error::Panicked { message }
}
