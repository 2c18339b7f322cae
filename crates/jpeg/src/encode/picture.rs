//! The input of the encoder: full-range BT.601 planes, checked once.

use std::borrow::Cow;

use super::color;
use super::error::EncodeError;

/// Longest side that a frame header can express (T.81, B.2.2).
const MAX_SIDE: u32 = 65_535;

/// A picture to encode: full-range BT.601 YCbCr (JFIF) or gray, 8 bits a sample.
///
/// Every plane's length is checked against the geometry on construction.
///
/// ```
/// use avatar_jpeg::encode::Picture;
///
/// let gray = Picture::gray(2, 2, &[0, 80, 160, 255])?;
/// assert_eq!((gray.width(), gray.height()), (2, 2));
/// assert!(Picture::gray(2, 2, &[0; 3]).is_err());
/// # Ok::<(), avatar_jpeg::encode::EncodeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Picture<'a> {
    width: usize,
    height: usize,
    luma: Cow<'a, [u8]>,
    chroma: Chroma<'a>,
}

/// How a picture carries its colour.
#[derive(Debug, Clone)]
pub(crate) enum Chroma<'a> {
    None,
    Full([Cow<'a, [u8]>; 2]),
    Half([Cow<'a, [u8]>; 2]),
}

impl<'a> Picture<'a> {
    /// A gray picture: `width × height` samples, row by row, 0 black to 255 white.
    ///
    /// # Errors
    /// A side outside 1 to 65,535, or a plane of the wrong length.
    pub fn gray(width: u32, height: u32, luma: &'a [u8]) -> Result<Self, EncodeError> {
        Self::checked(width, height, luma.into(), Chroma::None)
    }

    /// A colour picture with full-size chroma planes: three planes of `width × height` samples.
    ///
    /// # Errors
    /// A side outside 1 to 65,535, or a plane of the wrong length.
    pub fn ycbcr(
        width: u32,
        height: u32,
        luma: &'a [u8],
        cb: &'a [u8],
        cr: &'a [u8],
    ) -> Result<Self, EncodeError> {
        Self::checked(
            width,
            height,
            luma.into(),
            Chroma::Full([cb.into(), cr.into()]),
        )
    }

    /// A colour picture whose chroma is already halved both ways:
    /// `cb` and `cr` hold `ceil(width / 2) × ceil(height / 2)` samples. It can only become 4:2:0.
    ///
    /// # Errors
    /// A side outside 1 to 65,535, or a plane of the wrong length.
    pub fn ycbcr_halved(
        width: u32,
        height: u32,
        luma: &'a [u8],
        cb: &'a [u8],
        cr: &'a [u8],
    ) -> Result<Self, EncodeError> {
        Self::checked(
            width,
            height,
            luma.into(),
            Chroma::Half([cb.into(), cr.into()]),
        )
    }

    /// A colour picture from interleaved sRGB bytes: `width × height × 3`.
    ///
    /// # Errors
    /// A side outside 1 to 65,535, or data of the wrong length.
    pub fn from_rgb(width: u32, height: u32, rgb: &[u8]) -> Result<Self, EncodeError> {
        let needed = area(width, height)?.saturating_mul(3);
        check_length("RGB", rgb.len(), needed)?;
        let [luma, cb, cr] = color::planes_of_rgb(rgb);
        Self::checked(
            width,
            height,
            luma.into(),
            Chroma::Full([cb.into(), cr.into()]),
        )
    }

    fn checked(
        width: u32,
        height: u32,
        luma: Cow<'a, [u8]>,
        chroma: Chroma<'a>,
    ) -> Result<Self, EncodeError> {
        let full = area(width, height)?;
        check_length("Y", luma.len(), full)?;
        let (planes, needed) = match &chroma {
            Chroma::None => (None, 0),
            Chroma::Full(planes) => (Some(planes), full),
            Chroma::Half(planes) => (Some(planes), area(width.div_ceil(2), height.div_ceil(2))?),
        };
        for (name, plane) in ["Cb", "Cr"].into_iter().zip(planes.into_iter().flatten()) {
            check_length(name, plane.len(), needed)?;
        }
        Ok(Self {
            width: width as usize,
            height: height as usize,
            luma,
            chroma,
        })
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width as u32
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height as u32
    }

    /// Whether the picture has no chroma planes.
    pub fn is_gray(&self) -> bool {
        matches!(self.chroma, Chroma::None)
    }

    pub(crate) fn luma(&self) -> &[u8] {
        &self.luma
    }

    pub(crate) fn chroma(&self) -> &Chroma<'a> {
        &self.chroma
    }
}

fn area(width: u32, height: u32) -> Result<usize, EncodeError> {
    let sides = 1..=MAX_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) {
        return Err(EncodeError::Side {
            width,
            height,
            max: MAX_SIDE,
        });
    }
    Ok(width as usize * height as usize)
}

fn check_length(plane: &'static str, found: usize, needed: usize) -> Result<(), EncodeError> {
    if found == needed {
        Ok(())
    } else {
        Err(EncodeError::PlaneLength {
            plane,
            found,
            needed,
        })
    }
}
