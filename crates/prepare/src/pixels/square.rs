//! Finished pixels: edge × edge, upright, sRGB, opaque, as the planes that a JPEG stores.

use avatar_jpeg::ColorModel;
use avatar_jpeg::bt601::to_ycbcr;

use super::planes::SmallPlanes;
use crate::Error;

/// Opaque interleaved pixels: gray if every pixel is neutral, else RGB.
pub(crate) enum Opaque {
    Gray(Vec<u8>),
    Rgb(Vec<u8>),
}

/// A finished square. Only the stage `flatten` makes one, so that the encoder cannot be given an
/// unfinished picture.
pub(crate) struct Square {
    edge: u32,
    luma: Vec<u8>,
    /// Cb and Cr, at full resolution unless `is_halved`; `None` for a neutral picture.
    chroma: Option<[Vec<u8>; 2]>,
    /// Whether chroma has half of the resolution in each direction, as 4:2:0 stores it.
    is_halved: bool,
}

impl Square {
    /// Splits opaque pixels into planes.
    pub(crate) fn new(edge: u32, pixels: Opaque) -> Self {
        let rgb = match pixels {
            Opaque::Gray(luma) => {
                return Self {
                    edge,
                    luma,
                    chroma: None,
                    is_halved: false,
                };
            }
            Opaque::Rgb(rgb) => rgb,
        };
        let (pixels, _) = rgb.as_chunks::<3>();
        let [mut luma, mut blue, mut red] = [(); 3].map(|()| vec![0; pixels.len()]);
        let chroma = blue.iter_mut().zip(&mut red);
        for ((y, (cb, cr)), &pixel) in luma.iter_mut().zip(chroma).zip(pixels) {
            [*y, *cb, *cr] = to_ycbcr(pixel);
        }
        Self {
            edge,
            luma,
            chroma: Some([blue, red]),
            is_halved: false,
        }
    }

    /// Uses gray and YCbCr planes as they are; returns planes of any other colour model or shape as
    /// the error.
    pub(crate) fn from_planes(small: SmallPlanes) -> Result<Self, SmallPlanes> {
        let (edge, height) = small.size;
        if edge != height {
            return Err(small);
        }
        let SmallPlanes {
            size,
            planes,
            color,
            is_halved,
        } = small;
        let mut planes = planes.into_iter();
        match (color, planes.next(), planes.next(), planes.next()) {
            (ColorModel::Gray, Some(luma), ..) => Ok(Self {
                edge,
                luma,
                chroma: None,
                is_halved: false,
            }),
            (ColorModel::YCbCr, Some(luma), Some(blue), Some(red)) => Ok(Self {
                edge,
                luma,
                chroma: Some([blue, red]),
                is_halved,
            }),
            (_, first, second, third) => {
                let planes = [first, second, third]
                    .into_iter()
                    .flatten()
                    .chain(planes)
                    .collect();
                Err(SmallPlanes {
                    size,
                    planes,
                    color,
                    is_halved,
                })
            }
        }
    }

    /// The planes again, all at full resolution, for further processing.
    pub(crate) fn to_planes(&self) -> Result<SmallPlanes, Error> {
        let (luma, chroma) = (&self.luma, self.chroma.iter().flatten());
        let color = match self.chroma {
            None => ColorModel::Gray,
            Some(_) => ColorModel::YCbCr,
        };
        SmallPlanes {
            size: (self.edge, self.edge),
            planes: std::iter::once(luma).chain(chroma).cloned().collect(),
            color,
            is_halved: self.is_halved,
        }
        .enlarged()
    }

    /// Whether chroma has half of the resolution in each direction.
    pub(crate) fn is_halved(&self) -> bool {
        self.is_halved
    }

    pub(crate) fn edge(&self) -> u32 {
        self.edge
    }

    pub(crate) fn is_gray(&self) -> bool {
        self.chroma.is_none()
    }

    /// Luma, and Cb and Cr if there is colour.
    pub(crate) fn planes(&self) -> (&[u8], Option<[&[u8]; 2]>) {
        let chroma = self
            .chroma
            .as_ref()
            .map(|planes| planes.each_ref().map(Vec::as_slice));
        (&self.luma, chroma)
    }
}
