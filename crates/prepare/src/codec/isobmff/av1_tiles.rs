//! Puts a picture of AV1 together from its tiles, in any order.

use super::av1::decode;
use super::mosaic::{Mosaic, NeededPart};
use super::tiling::Tiling;
use super::{Nclx, Window};
use crate::pixels::ycbcr::{Matrix, Ycbcr};
use crate::{Error, Format, PictureError, Rect};

const FORMAT: Format = Format::Avif;

/// A picture, and what its first tile says.
pub(super) type Described = (NeededPart, Description);

/// Colours and alpha together.
pub(super) fn joined(
    (color, frame): Described,
    alpha: Option<Described>,
    nclx: Option<Nclx>,
    is_premultiplied: bool,
    window: Window,
) -> Result<Ycbcr, Error> {
    let alpha = alpha.map(|(mut alpha, said)| {
        if !said.is_full_range {
            alpha.expand_luma();
        }
        alpha
    });
    // Without a `colr` box, the sequence header counts.
    let (code, is_full_range) = match nclx {
        Some(nclx) => (nclx.matrix, nclx.full_range),
        None => (frame.matrix, frame.is_full_range),
    };
    let matrix = Matrix::new(code, is_full_range).ok_or_else(|| PictureError::Unsupported {
        format: FORMAT,
        feature: format!("matrix coefficients {code}"),
    })?;
    Ok(color.into_ycbcr(alpha, is_premultiplied, matrix, window.rect))
}

/// What a tile says about its colours.
pub(super) struct Description {
    number: u32,
    matrix: u16,
    is_full_range: bool,
}

/// A picture that is put together from tiles, and what the first of them says.
pub(super) struct Whole {
    mosaic: Mosaic,
    /// Pixels of a tile.
    pixels: u64,
    description: Option<Description>,
}

impl AsRef<Mosaic> for Whole {
    fn as_ref(&self) -> &Mosaic {
        &self.mosaic
    }
}

impl Whole {
    pub(super) fn new(tiling: Tiling, part: Rect) -> Self {
        let (width, height) = tiling.tile;
        Self {
            mosaic: Mosaic::new(tiling, part),
            pixels: u64::from(width) * u64::from(height),
            description: None,
        }
    }

    pub(super) fn add(
        &mut self,
        number: u32,
        data: Vec<u8>,
        is_reduced: bool,
    ) -> Result<(), Error> {
        let frame = decode(data, self.pixels, is_reduced).map_err(malformed)?;
        if self
            .description
            .as_ref()
            .is_none_or(|it| number < it.number)
        {
            self.description = Some(Description {
                number,
                matrix: frame.matrix,
                is_full_range: frame.is_full_range,
            });
        }
        let tile = frame
            .tile()
            .ok_or_else(|| malformed("an AV1 picture with missing planes"))?;
        self.mosaic.add(number, &tile).map_err(malformed)
    }

    pub(super) fn finish(self) -> Result<Described, Error> {
        let picture = self.mosaic.finish().zip(self.description);
        picture.ok_or_else(|| malformed("no tiles"))
    }
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
pub(super) fn malformed(detail: impl ToString) -> Error {
    let detail = detail.to_string();
    PictureError::Malformed {
        format: FORMAT,
        detail,
    }
    .into()
}
